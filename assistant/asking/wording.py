"""A question in the words of the articles found for it: slips mended, words exchanged."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources

from assistant.facts.overlap import share
from assistant.facts.weights import load_weights
from vectorstore import alike, fold, places, sentences, simplify

_RUN = re.compile(r"[一-鿿]+")
# A pair of characters that fewer of the 20,000 news articles have that were counted is hardly a
# word: 龙严 3, 室集 24, 绍阳 26, but 作社 107, 每周 214. Counts share buckets, so a rare pair may
# look usual; it is then left as it is.
_RARE = 30
# How much more of the rest of the question a sentence must share that has another word of the same
# meaning, and how much at least.
_BETTER, _LEAST_FIT = 0.1, 0.1
# What it counts that a sentence names the places of the question.
_PLACES = 0.5
# What is said beside the question, after it: 好像快一万家了吧.
_ASIDE = re.compile(
    r"(?<=[一-鿿])[,，;；]?\s*(?:好像|听说|我记得|记得|印象[里中]|感觉|不会是|应该是?|估计)[^,，?？]*[吧呢来着]*(?=[?？。\s]*$)"
)
# Typed for 哪, where nothing else asks.
_MEANT_TO_ASK = re.compile(r"那(?=[个些家里年天座]|几)")
# What only hints at which one is meant: 养猪那个温氏集团.
_HINT = re.compile(r"([^跟和与同在到]{2,4}?)的?那[个家座条](?=[一-鿿]{3})")
_ASKS = re.compile(r"多少|几|哪|谁|什么|啥|何|怎|多[久长大高远]|[吗么没]")
# A body may be called by some characters of its name: 广博会 for 广州博览会.
_CALLED = re.compile(r"(?=([一-鿿])([一-鿿])([会园院委局桥站线港所]))")
_NO_NAME = re.compile(r"[的与和在是了及把被有从到将]")


def reworded(question: str, texts: Sequence[str]) -> str:
    """A question as the texts found for it would put it; itself where nothing is to be mended.

    Args:
        question: as it stands alone, in Chinese.
        texts: of the hits, with their titles.
    """
    told = fold("\n".join(texts))
    said = _without_aside(simplify(question))
    if not _ASKS.search(said):
        said = _MEANT_TO_ASK.sub("哪", said)
    hint = _HINT.match(said)
    if hint and hint[1] not in told:
        said = said[hint.end() :]
    for word, plain in _colloquial().items():
        said = said.replace(word, plain)
    for wrong, right in (*_slips(fold(said), told), *_short_names(fold(said), told)):
        said = said.replace(wrong, right)
    return _in_their_words(said, told)


def _without_aside(question: str) -> str:
    rest = _ASIDE.sub("", question)
    return rest if _ASKS.search(rest) else question


def _slips(question: str, told: str) -> Iterator[tuple[str, str]]:
    """Runs of characters that the texts have with one other, of like sound, in place of one.

    Two characters must then name a place; three must both times be no usual pair; of four one
    pair that is no usual one is enough (温室集团 for 温氏集团).
    """
    known = set(places(question))
    for match in _RUN.finditer(question):
        run = match.group()
        at = 0
        while at < len(run):
            found = next(_mended(run, at, told, known), None)
            if found:
                yield found
            at += len(found[0]) if found else 1


def _mended(run: str, at: int, told: str, known: set[str]) -> Iterator[tuple[str, str]]:
    for size in (4, 3, 2):
        wrong = run[at : at + size]
        if len(wrong) < size or wrong in told or any(place in wrong for place in known):
            continue
        for place in range(size):
            # What stands beside a longer run counts too: 规模已 goes on with 已经.
            around, k = (run, at + place) if size > 2 else (wrong, place)
            pairs = [around[i : i + 2] for i in (k - 1, k) if 0 <= i < len(around) - 1]
            unusual = [_is_unusual(pair) for pair in pairs]
            inside = 0 < place < size - 1
            if not (any(unusual) if size == 4 and inside else all(unusual)):
                continue
            likely = dict(alike(wrong[place]))
            others = _between(wrong[:place], wrong[place + 1 :], told)
            for other, _ in Counter(others).most_common():
                right = wrong[:place] + other + wrong[place + 1 :]
                if other in likely and (size > 2 or places(right) == [right]):
                    yield wrong, right


def _between(before: str, after: str, told: str) -> Iterator[str]:
    """Each character that the texts have between two runs; a regex takes ten times as long."""
    longer = max(before, after, key=len)
    at = told.find(longer)
    while at >= 0:
        place = at + len(before) if longer is before else at - 1
        if (
            place >= 0
            and told.startswith(before, place - len(before))
            and (told.startswith(after, place + 1))
        ):
            yield told[place : place + 1]
        at = told.find(longer, at + 1)


def _is_unusual(pair: str) -> bool:
    return load_weights().count(pair) < _RARE


def _short_names(question: str, told: str) -> Iterator[tuple[str, str]]:
    for match in _CALLED.finditer(question):
        short = "".join(match.groups())
        if short in told:
            continue
        longer = "[一-鿿]{0,1}".join(match.groups()[:2]) + "[一-鿿]{0,2}" + match[3]
        found = Counter(
            name for name in re.findall(longer, told) if len(name) > 3 and not _NO_NAME.search(name)
        )
        if found:
            yield short, found.most_common(1)[0][0]


def _in_their_words(question: str, told: str) -> str:
    """The question with the words of the sentence that fits it best in place of its own."""
    said = [told[start:end] for start, end in sentences(told)]
    for word, others in _table().items():
        if word not in question:
            continue
        rest = question.replace(word, "")
        fits = {
            each: max((_fit(rest, sentence) for sentence in said if each in sentence), default=0.0)
            for each in (word, *others)
        }
        best = max(fits, key=lambda each: fits[each])
        if fits[best] >= max(fits[word] + _BETTER, _LEAST_FIT):
            question = question.replace(word, best)
    return question


def _fit(rest: str, sentence: str) -> float:
    named = places(rest)
    there = sum(place in sentence for place in named) / len(named) if named else 0.0
    return share(rest, sentence) + _PLACES * there


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    """Each word of `synonyms.txt` that may be replaced, the longest first, and its equivalents."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines():
        if ">" in line:
            continue
        left, _, right = line.partition("=")
        words, only = left.split(), right.split()
        for word in words:
            others = (*(other for other in words if other != word), *only)
            found[word] = (*found.get(word, ()), *others)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@lru_cache(maxsize=1)
def _colloquial() -> dict[str, str]:
    """What some words always become, the longest first."""
    pairs = (line.split(" > ") for line in _lines() if ">" in line)
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def _lines() -> list[str]:
    text = resources.files("assistant.asking").joinpath("synonyms.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
