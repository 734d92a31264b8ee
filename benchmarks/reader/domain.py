"""Questions over articles of the domain, asked the whole way: add, search, read, mark.

Marked as ``qa/README.md`` says. ``python -m benchmarks.reader.domain --qa ../shared --rows NEW.json
--against OLD.json`` prints the tables, writes what became of each question, and compares it with an
earlier run. It needs the public calls of `assistant` alone: copied into an older checkout, and run
there, it measures that one.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import assistant
from assistant import Answer, Assistant, Citation, Settings
from assistant.evaluation.intervals import mcnemar, percentile, wilson
from assistant.evaluation.marking import (
    LONG_TYPES,
    contains,
    overlaps,
    plain_text,
    says_absent,
    says_no,
)
from benchmarks.reader.cases import Case, CaseSet
from benchmarks.reader.naive import Overlap
from vectorstore import Hit, fold

QUESTIONS = "../qa/domain_dev.jsonl"
LISTED = "../qa/domain_dev_articles.txt"
ARTICLES = "dev/domain_articles.jsonl"
WIDE = "domain-wide"
"""Key of the set that is asked over all articles."""
MOST_CHARACTERS = 260
"""A longer extractive answer to a short question quotes too much to be an answer."""
OURS, ONE, TWO = "ours", "one naive sentence", "two naive sentences"
FIGURES = ("right", "cited", "left open", "wrongly abstained")
_UNANSWERABLE = "unanswerable"
_NO = "否"
_BARE = frozenset({"是", "否", "yes", "no"})
_READ = 5
_TOLD_EVERY = 50
Row = dict[str, Any]
"""What became of a question: `id`, `type`, `style`; `right`, 0 to 1, of an unanswerable one whether
it was left open; `cited`, `abstained`, `confidence`, `text`, `short`, `characters`, `seconds`."""
Figure = tuple[float, int]
"""A value, in per cent where it is a share, and how many questions it is of."""


@dataclass(frozen=True, slots=True)
class DomainCase(Case):
    """A question over articles; its kind is its type.

    Args:
        id: its name in the set.
        style: plain, paraphrase, colloquial, typo, english or traditional.
        must_include: of whose members a long answer must hold as many as it can.
        history: the turns before it, each role and content.
    """

    id: str = ""
    style: str = "plain"
    must_include: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()

    @property
    def is_answerable(self) -> bool:
        """Whether the articles answer it."""
        return self.kind != _UNANSWERABLE


# -- the sets -------------------------------------------------------------------------------


def domain(data: Path) -> CaseSet:
    """The questions of the dev set, over its 80 articles."""
    return CaseSet("domain", _cases(data), (QUESTIONS, LISTED, ARTICLES))


def domain_wide(data: Path) -> CaseSet:
    """The same over all 3,500 articles."""
    return CaseSet(WIDE, _cases(data), (QUESTIONS, ARTICLES))


def _cases(data: Path) -> list[DomainCase]:
    return [_case(json.loads(line)) for line in _lines(data / QUESTIONS)]


def _case(row: Mapping[str, Any]) -> DomainCase:
    return DomainCase(
        question=row["question"],
        passages=(),
        answers=tuple(row["answers"]),
        evidence=tuple(each["quote"] for each in row["evidence"]),
        kind=row["type"],
        id=row["id"],
        style=row["style"],
        must_include=tuple(row["must_include"]),
        history=tuple((turn["role"], turn["content"]) for turn in row["history"]),
    )


def articles_of(data: Path, work: Path, *, wide: bool) -> Path:
    """The file of articles to be added; a narrow one is written into the folder of work."""
    if wide:
        return data / ARTICLES
    listed = set(_lines(data / LISTED))
    kept = [line for line in _lines(data / ARTICLES) if json.loads(line)["id"] in listed]
    file = work / "articles.jsonl"
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return file


def _lines(file: Path) -> list[str]:
    # Not `splitlines`: it would cut at the line separators within a JSON string.
    return [line for line in file.read_text("utf-8").split("\n") if line.strip()]


# -- marking --------------------------------------------------------------------------------


def marked(case: DomainCase, answer: Answer) -> Row:
    """What became of a question."""
    cited = any(overlaps(each.quote, quote) for each in answer.citations for quote in case.evidence)
    return {
        "id": case.id,
        "type": case.kind,
        "style": case.style,
        "right": right(case, answer, cited=cited),
        "cited": cited,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "text": answer.text,
        "short": answer.short,
        "characters": _length(answer),
        "seconds": round(answer.seconds, 4),
    }


def right(case: DomainCase, answer: Answer, *, cited: bool) -> float:
    """How much of an answer is right, 0 to 1; of an unanswerable question, whether it is left open.

    Args:
        case: the question.
        answer: what was said.
        cited: whether it quotes the evidence.
    """
    if not case.is_answerable:
        return float(answer.abstained or _corrects(answer))
    if answer.abstained:
        return 0.0
    text = plain_text(answer)
    if case.kind in LONG_TYPES:
        held = [contains(text, each) for each in case.must_include]
        return sum(held) / len(held) if held else float(cited)
    if answer.mode == "extractive" and _length(answer) > MOST_CHARACTERS:
        return 0.0
    if case.kind == "yes_no":
        return float(cited and _denies(answer) == (case.answers[0] == _NO))
    return float(any(contains(text, each) for each in case.answers))


def _denies(answer: Answer) -> bool:
    """Whether the first clause is a no; a bare yes or no for a short answer goes before it."""
    is_bare = fold(answer.short).strip(" 。.").lower() in _BARE
    return says_no(answer.short if is_bare else plain_text(replace(answer, short="")))


def _corrects(answer: Answer) -> bool:
    """Whether the words about the quotations say that the articles do not hold it."""
    said = answer.text
    for citation in answer.citations:
        said = said.replace(citation.quote, "")
    return says_absent(said)


def _length(answer: Answer) -> int:
    return len(plain_text(replace(answer, short="")))


# -- asking ---------------------------------------------------------------------------------


def asked(
    cases: Sequence[DomainCase], data: Path, work: Path, *, wide: bool
) -> dict[str, list[Row]]:
    """What became of the questions, by who was asked: the product, and the naive readers.

    Args:
        cases: the questions.
        data: holds dev/ and stands beside qa/.
        work: a folder for the store; one that a run of the same build left is used again.
        wide: whether they are asked over all articles.
    """
    settings = Settings(data_dir=work / "store", mode="extractive")
    with Assistant(settings) as product:
        product.add(articles_of(data, work, wide=wide))
        product.ask(cases[0].question)  # the models are loaded now
        answers = []
        for number, case in enumerate(cases, 1):
            turns = [{"role": role, "content": content} for role, content in case.history]
            answers.append(product.ask(case.question, turns))
            if number % _TOLD_EVERY == 0:
                print(f"{number:,} of {len(cases):,} asked", file=sys.stderr, flush=True)
    by = {OURS: answers, ONE: naive(answers, 1), TWO: naive(answers, 2)}
    return {
        name: [marked(case, each) for case, each in zip(cases, given, strict=True)]
        for name, given in by.items()
    }


def naive(answers: Sequence[Answer], most: int) -> list[Answer]:
    """For each answer another, of the sentences of its first five hits that overlap most."""
    read = [[hit.chunk.text for hit in each.hits[:_READ]] for each in answers]
    overlap = Overlap(dict.fromkeys(text for texts in read for text in texts))
    return [
        _quoting(each, overlap.ranked(each.standalone_question, texts)[:most])
        for each, texts in zip(answers, read, strict=True)
    ]


def _quoting(answer: Answer, quotes: Sequence[str]) -> Answer:
    """An answer that quotes sentences of the hits of another, and never abstains."""
    citations = [
        _citation(number, quote, next(hit for hit in answer.hits if quote in hit.chunk.text))
        for number, quote in enumerate(quotes, 1)
    ]
    return Answer(answer.question, answer.standalone_question, "".join(quotes), citations=citations)


def _citation(number: int, quote: str, hit: Hit) -> Citation:
    return Citation(
        number,
        hit.chunk.article_id,
        hit.title,
        hit.publisher,
        hit.published,
        hit.url,
        quote,
        start=(start := hit.chunk.start + hit.chunk.text.index(quote)),
        end=start + len(quote),
    )


# -- counting -------------------------------------------------------------------------------


def figures(by: Mapping[str, Sequence[Row]]) -> dict[str, Figure]:
    """The figures of the product by their names, those of the naive readers after theirs."""
    found: dict[str, Figure] = {}
    for name, rows in by.items():
        lead = "" if name == OURS else f"{name} "
        found |= {f"{lead}{figure}": each for figure, each in shares(rows).items()}
        lengths = [row["characters"] for row in rows if not row["abstained"]]
        found[f"{lead}characters"] = (sum(lengths) / max(len(lengths), 1), len(lengths))
    taken = [row["seconds"] for row in by[OURS]]
    return found | {
        f"seconds p{part}": (percentile(taken, part / 100), len(taken)) for part in (50, 95)
    }


def shares(rows: Iterable[Row]) -> dict[str, Figure]:
    """Per cent of the answerable questions right, cited and lost, of the others left open."""
    with_answer: list[Row] = []
    without: list[Row] = []
    for row in rows:
        (without if row["type"] == _UNANSWERABLE else with_answer).append(row)
    counted = (
        (with_answer, "right"),
        (with_answer, "cited"),
        (without, "right"),
        (with_answer, "abstained"),
    )
    return {
        name: (100 * sum(row[key] for row in of) / max(len(of), 1), len(of))
        for name, (of, key) in zip(FIGURES, counted, strict=True)
    }


def tables(by: Mapping[str, Sequence[Row]]) -> dict[str, list[dict[str, Any]]]:
    """The figures with 95 % intervals beside those of the naive readers; by type, by style."""
    all_of = {name: shares(rows) for name, rows in by.items()}
    readers = []
    for figure, (value, number) in all_of[OURS].items():
        low, high = (100 * end for end in wilson(value * number / 100, number))
        interval = {"n": number, OURS: value, "from": low, "to": high}
        others = {name: all_of[name][figure][0] for name in by if name != OURS}
        readers.append({"per cent": figure, **interval, **others})
    return {"readers": readers} | {key: parts(by[OURS], key) for key in ("type", "style")}


def parts(rows: Sequence[Row], key: str) -> list[dict[str, Any]]:
    """The figures of each type or style; None where there is no question to count."""
    found = []
    for name in dict.fromkeys(row[key] for row in rows):
        of = [row for row in rows if row[key] == name]
        counted = shares(of).items()
        values = {figure: value if number else None for figure, (value, number) in counted}
        found.append({key: name, "n": len(of), **values})
    return sorted(found, key=lambda part: -part["n"])


@dataclass(frozen=True, slots=True)
class Paired:
    """What changed from one run to another.

    Args:
        gained: ids of the questions that the second run has more of.
        lost: of those that it has less of.
        p: how likely so lopsided a change is by chance, two-sided (sign test).
    """

    gained: list[str]
    lost: list[str]
    p: float


def paired(first: Iterable[Row], second: Iterable[Row], key: str = "right") -> Paired:
    """Compare two runs on the questions that both were asked.

    Args:
        first: the rows of the earlier run.
        second: of the later one.
        key: what is compared: right, cited or abstained.
    """
    before = {row["id"]: row[key] for row in first}
    both = [(row["id"], row[key] - before[row["id"]]) for row in second if row["id"] in before]
    gained = [name for name, change in both if change > 0]
    lost = [name for name, change in both if change < 0]
    return Paired(gained, lost, mcnemar(len(gained), len(lost)))


# -- the command ----------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, print the tables, write the rows, and compare them with earlier ones."""
    options = _options(arguments)
    print(f"measured: {assistant.__file__}", file=sys.stderr, flush=True)
    data = options.qa / "data"
    maker: Callable[[Path], CaseSet] = domain_wide if options.wide else domain
    cases = only_domain(maker(data).limited(options.limit))
    kept = nullcontext(options.work) if options.work else tempfile.TemporaryDirectory()
    with kept as work:
        by = asked(cases, data, Path(work), wide=options.wide)
    text = json.dumps(by[OURS], ensure_ascii=False, indent=1)
    options.rows.write_text(text + "\n", encoding="utf-8")
    for rows in tables(by).values():
        print(*_lines_of(rows), "", sep="\n")
    for name, (value, number) in figures(by).items():
        print(f"{name}: {value:.2f} ({number})")
    if options.against:
        compared(json.loads(options.against.read_text("utf-8")), by[OURS])


def compared(first: Sequence[Row], second: Sequence[Row]) -> None:
    """Print what changed from one run to another, of the answerable questions and the others."""
    for is_open in (False, True):
        old, new = (
            [row for row in rows if (row["type"] == _UNANSWERABLE) == is_open]
            for rows in (first, second)
        )
        change = paired(old, new)
        print(f"\n{'left open' if is_open else 'right'}: p = {change.p:.4f}")
        print(f"gained {len(change.gained)}: {' '.join(change.gained)}")
        print(f"lost {len(change.lost)}: {' '.join(change.lost)}")


def only_domain(made: CaseSet) -> list[DomainCase]:
    """The cases of a set of the domain."""
    return [case for case in made.cases if isinstance(case, DomainCase)]


def _lines_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [" | ".join(rows[0])]
    return lines + [" | ".join(map(_cell, row.values())) for row in rows]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader.domain", description=__doc__)
    parser.add_argument("--qa", type=Path, required=True, help="holds qa/ and data/")
    parser.add_argument("--rows", type=Path, required=True, help="what became of each question")
    parser.add_argument("--against", type=Path, help="rows of an earlier run")
    parser.add_argument("--limit", type=int, default=0, help="most questions of each type; 0: all")
    parser.add_argument("--wide", action="store_true", help="ask over all articles")
    parser.add_argument("--work", type=Path, help="folder of the store, kept for another run")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
