"""Examples for the encoder: a question (or a claim) with a passage, and what is true of them."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vectorstore import heading, places, sentences, simplify
from vectorstore.preparing.chunk import chunk_text

Bounds = tuple[int, int]
Row = Mapping[str, Any]

_BLANK = re.compile(r"\s+")
_YEAR = re.compile(r"(?<!\d)(20[012]\d)(?=年)")
# Of answerable questions so many are also shown with another place or year, which no passage fits.
_EXCHANGED = 0.2
# So many questions are also shown with a passage of other articles.
_UNRELATED = 0.12
# Passages are cut shorter as often, so that more of them are seen in the same time.
_CROPPED = 0.75
# A sentence that shares so much with a quotation is part of it.
_PART_OF = 0.8
_LONG_TYPES = ("why_how", "compare", "definition", "multi_doc", "list")
_LONGEST_SPAN = 120
# How a claim is put as a question.
_ASKS = (
    "{claim}吗？",
    "{claim}，对吗？",
    "{claim}，是真的吗",
    "是不是{claim}？",
    "{claim}，是这样吗？",
    "{claim}吗",
)
_ASKS_ENGLISH = ("Is it true that {claim}?", "{claim}, is that right?", "{claim}?")
_CLAUSE = (8, 45)
_CLAUSE_END = re.compile(r"[，。；！？,;!?\n]")
_FIGURE = re.compile(r"\d[\d.,]*")
# Words that turn a statement round, and what each is exchanged for.
_TURNED = (
    ("增长", "下降"), ("增加", "减少"), ("上升", "下降"), ("超过", "不到"), ("高于", "低于"),
    ("以上", "以下"), ("最大", "最小"), ("首个", "第二个"), ("首次", "第二次"),
    ("唯一", "其中一个"),
    ("全部", "只有部分"), ("全国", "全省"), ("已经", "还没有"), ("完成", "没有完成"),
    ("成功", "没有成功"), ("提前", "推迟"), ("扩大", "缩小"), ("提高", "降低"),
    ("开通", "停运"), ("启动", "结束"), ("支持", "反对"), ("之前", "之后"),
    ("可以", "不可以"), ("企业", "学校"),
    ("政府", "企业"), ("投资", "捐赠"), ("项目", "协议"),
)  # fmt: skip
_OPPOSITES = _TURNED + tuple((b, a) for a, b in _TURNED if len(b) > 1)
LABELS = ("supported", "contradicted", "not_found")


@dataclass(frozen=True, slots=True)
class Example:
    """One pair of texts and what the heads should say of it; None where nothing is known.

    Attributes:
        asked: the question or claim.
        head: title and date of the passage's article.
        text: the passage.
        answers: whether it answers.
        evidence: bounds of the sentences that answer.
        sentences: bounds of all sentences.
        span: of the short answer; `answers` without a span teaches no place.
        yes: of a yes-no question, whether the answer is yes.
        label: of a claim, an index into `LABELS`.
    """

    asked: str
    head: str
    text: str
    answers: bool | None
    evidence: tuple[Bounds, ...] = ()
    sentences: tuple[Bounds, ...] = field(default=())
    span: Bounds | None = None
    yes: bool | None = None
    label: int | None = None


Unit = list[Example]
"""Examples that one step sees together: questions over one passage that differ little."""


def found_in(part: str, text: str) -> Bounds | None:
    """Where a part stands in a text, white space left out of account."""
    places_, squeezed = [], []
    for at, character in enumerate(text):
        if not character.isspace():
            places_.append(at)
            squeezed.append(character)
    wanted = _BLANK.sub("", part)
    start = "".join(squeezed).find(wanted)
    if start < 0 or not wanted:
        return None
    return places_[start], places_[start + len(wanted) - 1] + 1


def evidence_in(quotes: Sequence[str], text: str) -> list[Bounds]:
    """The sentences of a text that belong to one of the quotations."""
    squeezed = [_BLANK.sub("", simplify(quote)) for quote in quotes]
    found = []
    for start, end in sentences(text):
        own = _BLANK.sub("", simplify(text[start:end]))
        if len(own) < 4:
            continue
        if any(own in quote or quote in own or _shared(own, quote) for quote in squeezed):
            found.append((start, end))
    return found


def _shared(own: str, quote: str) -> bool:
    """Whether a sentence and a quotation overlap at their ends, as where one was cut off."""
    least = int(_PART_OF * min(len(own), len(quote)))
    return least >= 8 and (own[:least] in quote or own[-least:] in quote)


def example_of(row: Row, hit: Row, asked: str) -> Example:
    """A question of the domain sets with one of its hits."""
    text = hit["text"]
    quotes = [each["quote"] for each in row["evidence"] if each["article"] == hit["article"]]
    own = evidence_in(quotes, text)
    answers = bool(own)
    said = [bound for answer in row["answers"] if (bound := found_in(answer, text))]
    span = None
    if own and row["type"] != "yes_no":
        within = [each for each in said if any(a <= each[0] and each[1] <= b for a, b in own)]
        if within:
            span = within[0]
            if row["type"] in _LONG_TYPES:
                span = min(a for a, _ in within), max(b for _, b in within)
                if span[1] - span[0] > _LONGEST_SPAN:
                    span = within[0]
    yes = row["answers"][0] == "是" if own and row["type"] == "yes_no" else None
    return Example(
        asked, _heading(hit), text, answers, tuple(own), tuple(sentences(text)), span, yes
    )


def _heading(hit: Row) -> str:
    from datetime import date

    return heading(hit["title"], date.fromisoformat(hit["published"]) if hit["published"] else None)


def _may_answer(row: Row, hit: Row) -> bool:
    """Whether a passage that is no evidence may answer all the same, as a reprint would."""
    text = _BLANK.sub("", hit["text"])
    quoted = [_BLANK.sub("", each["quote"]) for each in row["evidence"]]
    if any(quote[:24] in text or quote[-24:] in text for quote in quoted):
        return True
    short = [_BLANK.sub("", answer) for answer in row["answers"] if row["type"] != "yes_no"]
    return any(len(answer) > 1 and answer in text for answer in short)


def of_domain(rows: Sequence[Row], seed: int) -> Iterator[Unit]:
    """Examples of one pass over a domain set: what answers, and what only seems to."""
    chance = random.Random(seed)
    about = _by_quote(rows)
    for row in rows:
        asked = row["asked"]
        if row["standalone"] and chance.random() < 0.5:
            asked = row["standalone"]
        pairs = [(hit, example_of(row, hit, asked)) for hit in row["hits"]]
        right = [example for _, example in pairs if example.answers]
        wrong = [
            (hit, example)
            for hit, example in pairs
            if not example.answers and not _may_answer(row, hit)
        ]
        if row["type"] == "unanswerable":
            yield from _misses(row, wrong, about, chance)
            continue
        if right:
            best = right[0] if chance.random() < 0.7 else chance.choice(right)
            if chance.random() < _EXCHANGED and (other := _exchanged(best, rows, chance)):
                yield _alike([best, other], chance, best.evidence)
            else:
                yield [_cropped(best, chance)]
                if chance.random() < 0.2 and (left := _without_evidence(best)):
                    yield [left]
            if len(row["evidence"]) > 1 and len(right) > 1:
                yield [_cropped(chance.choice(right[1:]), chance)]
        if wrong:
            yield [_cropped(_early([each for _, each in wrong], chance), chance)]
        if chance.random() < _UNRELATED and (other := _unrelated(row, rows, asked, chance)):
            yield [_cropped(other, chance)]


def _by_quote(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """Answerable questions by article and quotation of their evidence."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for each in row["evidence"]:
            found.setdefault(_key(each), []).append(row)
    return found


def _misses(
    row: Row,
    wrong: Sequence[tuple[Row, Example]],
    about: Mapping[tuple[str, str], Sequence[Row]],
    chance: random.Random,
) -> Iterator[Unit]:
    """What an unanswerable question seems to be answered by, beside what that does answer."""
    quotes = [each["quote"] for each in row["near"]]
    near = [(hit, each, own) for hit, each in wrong if (own := evidence_in(quotes, each.text))]
    if near:
        hit, example, own = near[0]
        twins = [twin for each in row["near"] for twin in about.get(_key(each), ())]
        twin = chance.choice(twins) if twins else None
        beside = example_of(twin, hit, twin["asked"]) if twin else None
        if beside and beside.answers:
            yield _alike([beside, example], chance, beside.evidence)
        else:
            yield [_cropped(example, chance, keep=own)]
    others = [each for _, each in wrong if all(each is not example for _, example, _ in near)]
    if others:
        yield [_cropped(_early(others, chance), chance)]


def _early(found: Sequence[Example], chance: random.Random) -> Example:
    """One of what was found, the first ones more often."""
    return found[min(int(chance.expovariate(0.6)), len(found) - 1)]


def _key(quoted: Row) -> tuple[str, str]:
    return quoted["article"], quoted["quote"]


def _unrelated(row: Row, rows: Sequence[Row], asked: str, chance: random.Random) -> Example | None:
    """The question with a passage that another question has found."""
    other = chance.choice(rows)
    if not other["hits"] or {hit["article"] for hit in other["hits"]} & {
        hit["article"] for hit in row["hits"]
    }:
        return None
    hit = chance.choice(other["hits"])
    example = example_of(row, hit, asked)
    return None if example.answers or _may_answer(row, hit) else example


def _alike(examples: Sequence[Example], chance: random.Random, keep: Sequence[Bounds]) -> Unit:
    """Examples over one passage, all cropped alike around the sentences to be kept."""
    seed = chance.random()
    return [_cropped(each, random.Random(seed), keep) for each in examples]


def _exchanged(example: Example, rows: Sequence[Row], chance: random.Random) -> Example | None:
    """The question with another year or place in it, which its passage does not speak of."""
    asked = example.asked
    if years := _YEAR.findall(asked):
        year = chance.choice(years)
        others = [str(int(year) + step) for step in (-3, -2, -1, 1, 2)]
        others = [other for other in others if other not in example.text + example.head]
        if not others:
            return None
        return _open(example, asked.replace(year, chance.choice(others)))
    named = [place for place in places(simplify(asked)) if place in asked and place in example.text]
    if not named:
        return None
    for _ in range(5):
        others = places(simplify(chance.choice(rows)["question"]))
        others = [each for each in others if each not in example.text + example.head]
        if others:
            return _open(example, asked.replace(chance.choice(named), chance.choice(others)))
    return None


def _open(example: Example, asked: str) -> Example:
    return Example(asked, example.head, example.text, False, (), example.sentences)


def _without_evidence(example: Example) -> Example | None:
    left = [each for each in example.sentences if each not in example.evidence]
    if not left:
        return None
    text = "".join(example.text[a:b] for a, b in left)
    return Example(example.asked, example.head, text, False, (), tuple(sentences(text)))


def _cropped(
    example: Example, chance: random.Random, keep: Sequence[Bounds] | None = None
) -> Example:
    """An example with a run of its sentences alone, as often as `_CROPPED` says."""
    if chance.random() > _CROPPED or len(example.sentences) < 3:
        return example
    wanted = [
        place for place, each in enumerate(example.sentences) if each in (keep or example.evidence)
    ]
    last = len(example.sentences) - 1
    middle = chance.randint(0, last)
    low, high = (min(wanted), max(wanted)) if wanted else (middle, middle)
    low = max(0, low - chance.randint(0, 2))
    high = min(last, high + chance.randint(0, 2))
    start, end = example.sentences[low][0], example.sentences[high][1]

    def moved(each: Bounds) -> Bounds:
        return each[0] - start, each[1] - start

    return Example(
        example.asked,
        example.head,
        example.text[start:end],
        example.answers,
        tuple(moved(each) for each in example.evidence),
        tuple(moved(each) for each in example.sentences[low : high + 1]),
        moved(example.span) if example.span else None,
        example.yes,
        example.label,
    )


def of_questions(rows: Sequence[Row], seed: int, *, misses: float = 0.4) -> Iterator[Unit]:
    """Examples of a set of the CMRC kind: windows with the answer, without it, or beside it."""
    chance = random.Random(seed)
    for row in rows:
        context, head = row["context"], heading(row.get("title", ""), None)
        spans = [(start, start + len(text)) for text, start in row["answers"] if start >= 0]
        chunks = chunk_text("", context, max_tokens=256, overlap=1)
        if not spans:
            yield [_plain(row, head, chance.choice(chunks).text, None)]
            continue
        a, b = spans[0]
        holding = [c for c in chunks if c.start <= a and b <= c.end]
        others = [c for c in chunks if not any(c.start < e and s < c.end for s, e in spans)]
        if holding:
            chunk = chance.choice(holding)
            example = _plain(row, head, chunk.text, (a - chunk.start, b - chunk.start))
            yield [_cropped(example, chance)]
            if chance.random() < misses / 2 and (left := _without_evidence(example)):
                yield [left]
        if others and chance.random() < misses:
            yield [_plain(row, head, chance.choice(others).text, None)]


def _plain(row: Row, head: str, text: str, span: Bounds | None) -> Example:
    parts = tuple(sentences(text))
    own = [each for each in parts if span and each[0] < span[1] and span[0] < each[1]]
    return Example(row["question"], head, text, span is not None, tuple(own), parts, span)


def of_claims(rows: Sequence[Row], articles: Mapping[str, Row]) -> Iterator[Unit]:
    """Examples of the sets of claims: a sentence beside the words that are to support it."""
    for row in rows:
        text = "\n".join(_quotes(row))
        asked = f"{row['question']} {row['claim']}".strip()
        label = LABELS.index(row["label"])
        yield [Example(asked, _head_of(row, articles), text, None, label=label)]


def asked_of_claims(rows: Sequence[Row], articles: Mapping[str, Row], seed: int) -> Iterator[Unit]:
    """Claims made yes-no questions: yes where supported, no where contradicted, else unanswered.

    Claims over the same words, as twins are, stand in one unit: what is alike in them teaches
    nothing, what differs decides.
    """
    chance = random.Random(seed)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if not row["question"] and row["sources"]:
            groups.setdefault(tuple(_quotes(row)), []).append(row)
    for quotes, own in groups.items():
        text = _passage(quotes, articles.get(own[0]["sources"][0]["article"]), chance)
        evidence = tuple(evidence_in(quotes, text))
        parts = tuple(sentences(text))
        unit = []
        for row in own:
            claim = row["claim"].rstrip("。.!！ ")
            asks = _ASKS_ENGLISH if row["style"] == "english" else _ASKS
            asked, head = chance.choice(asks).format(claim=claim), _head_of(row, articles)
            if row["label"] == "not_found":
                unit.append(Example(asked, head, text, False, (), parts))
            elif evidence:
                yes = row["label"] == "supported"
                unit.append(Example(asked, head, text, True, evidence, parts, None, yes))
        if unit:
            yield _alike(unit, chance, evidence)


def made_claims(rows: Sequence[Row], seed: int) -> Iterator[Unit]:
    """A clause of a passage asked back as it stands and with one thing in it exchanged.

    Args:
        rows: questions with their hits; of each row's hits one is taken.
        seed: of what is chosen.
    """
    chance = random.Random(seed)
    for row in rows:
        if not row["hits"]:
            continue
        hit = chance.choice(row["hits"])
        text = hit["text"]
        parts = tuple(sentences(text))
        clauses = [
            (bounds, clause)
            for bounds in parts
            for clause in _CLAUSE_END.split(text[slice(*bounds)])
            if _CLAUSE[0] <= len(clause) <= _CLAUSE[1]
        ]
        chance.shuffle(clauses)
        for bounds, clause in clauses[:8]:
            other = _altered(clause, text, rows, chance)
            if other is None:
                continue
            ask = chance.choice(_ASKS)
            unit = [
                Example(
                    ask.format(claim=claim), _heading(hit), text, True, (bounds,), parts, None, yes
                )
                for claim, yes in ((clause, True), (other, False))
            ]
            yield _alike(unit, chance, (bounds,))
            break


def _altered(clause: str, text: str, rows: Sequence[Row], chance: random.Random) -> str | None:
    """The clause with one figure, place or word of direction exchanged; None without any."""
    ways = ["figure", "place", "word"]
    chance.shuffle(ways)
    for way in ways:
        if way == "figure" and (found := list(_FIGURE.finditer(clause))):
            match = chance.choice(found)
            new = _another_figure(match[0], chance)
            if new not in text:
                return clause[: match.start()] + new + clause[match.end() :]
        if way == "place" and (named := [each for each in places(clause) if each in clause]):
            others = places(simplify(chance.choice(rows)["question"]))
            others = [each for each in others if each not in clause]
            if others:
                return clause.replace(chance.choice(named), chance.choice(others))
        if way == "word" and (pairs := [pair for pair in _OPPOSITES if pair[0] in clause]):
            return clause.replace(*chance.choice(pairs), 1)
    return None


def _another_figure(figure: str, chance: random.Random) -> str:
    """A figure of the same look: one of its digits is another."""
    digits = [place for place, each in enumerate(figure) if each.isdigit()]
    place = chance.choice(digits[:3])
    least = 1 if place == digits[0] else 0
    new = chance.choice([str(d) for d in range(least, 10) if str(d) != figure[place]])
    return figure[:place] + new + figure[place + 1 :]


def _passage(quotes: Sequence[str], article: Row | None, chance: random.Random) -> str:
    """A chunk of the article with all of the quotations; only they, where no chunk has them."""
    if article is not None:
        chunks = [c.text for c in chunk_text("", article["text"], max_tokens=256, overlap=1)]
        whole = [text for text in chunks if all(found_in(quote, text) for quote in quotes)]
        if whole:
            return chance.choice(whole)
    return "\n".join(quotes)


def _quotes(row: Row) -> list[str]:
    return list(dict.fromkeys(each["quote"] for each in row["sources"]))


def _head_of(row: Row, articles: Mapping[str, Row]) -> str:
    article = articles.get(row["sources"][0]["article"]) if row["sources"] else None
    if article is None:
        return "\n"
    hit = {"title": article["title"], "published": article["published"][:10]}
    try:
        return _heading(hit)
    except ValueError:
        return heading(hit["title"], None)
