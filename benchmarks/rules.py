"""Each rule of reading, asking and searching switched off alone: what it wins and what it costs.

``python -m benchmarks.rules --data ../shared/data`` asks the questions of the domain dev set the
whole way, and those of CMRC trial over the right paragraph, its answer's sentence taken out, and
another subject; once as the product is, and once without each rule. What the encoder says of a
question and its passages is kept, so that a further run takes seconds. The table goes to
``docs/rules.md``; a rule whose absence loses nothing there has no place in the product.
"""

import argparse
import importlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings
from assistant.reading import network
from benchmarks.reader import domain, sets
from benchmarks.reader.ours import Ours
from benchmarks.reader.scoring import holds

OUT = Path("docs/rules.md")
_TRIAL = 40
# Kinds of the abstention set that are asked; each with or without an answer.
_KINDS = ("alone", "near miss", "other subject", "other year", "pair exchanged")
Outcomes = dict[str, float]
"""By the name of a question: 1 right, 0 wrong, or a share."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and how it is switched off.

    Attributes:
        name: what it knows, in words.
        where: the module that asks it, and the name that it is called by there.
        instead: what stands in its place.
    """

    name: str
    where: str
    instead: Callable[..., Any]

    @contextmanager
    def off(self) -> Iterator[None]:
        """Without it."""
        module, _, attribute = self.where.rpartition(".")
        home = importlib.import_module(module)
        before = getattr(home, attribute)
        setattr(home, attribute, self.instead)
        try:
            yield
        finally:
            setattr(home, attribute, before)


def _nothing(*_: Any, **__: Any) -> str:
    return ""


def _same(first: Any, *_: Any, **__: Any) -> Any:
    return first


RULES = (
    Rule("nothing of the question is said", "assistant.reading.premise._other_subject", _nothing),
    Rule("a place of the question is missing", "assistant.reading.premise._other_place", _nothing),
    Rule("another year", "assistant.reading.premise._other_year", _nothing),
    Rule("another edition (第二届)", "assistant.reading.premise._other_edition", _nothing),
    Rule("a quoted name is missing", "assistant.reading.premise._missing_name", _nothing),
    Rule("another pair of cities is corrected", "assistant.reading.read.correction", lambda *_: []),
    Rule("differing figures side by side", "assistant.reading.read.differing", lambda *_: []),
    Rule("a long sentence is cut", "assistant.reading.read.narrowed", _same),
    Rule("headline of the kind asked for", "assistant.reading.short._is_of_kind", lambda *_: True),
    Rule("headline of the unit asked for", "assistant.reading.short._is_of_unit", lambda *_: True),
    Rule("follow-ups made to stand alone", "assistant.asking.condense.leans", lambda *_: False),
    Rule(
        "a place or year exchanged in a follow-up", "assistant.asking.condense._exchanged", _nothing
    ),
    Rule("English words put into Chinese", "assistant.asking.english.in_chinese", _nothing),
    Rule("slips of the question mended", "vectorstore.searching.ranking.suggest", lambda *_: {}),
    Rule(
        "neighbours of foreign words", "vectorstore.searching.ranking.chinese_terms", lambda *_: {}
    ),
    Rule(
        "places of the question in a chunk",
        "vectorstore.searching.ranking.coverage",
        lambda *_: 1.0,
    ),
    Rule(
        "dates of the question and a chunk",
        "vectorstore.searching.ranking.date_fit",
        lambda *_: 0.0,
    ),
    Rule("chunks that only ask", "vectorstore.searching.ranking.only_asks", lambda *_: False),
    Rule("numerals in other forms", "vectorstore.searching.query.other_numerals", lambda *_: ()),
)


class Kept:
    """An encoder that remembers what it said, in a file.

    Args:
        file: where it is kept from run to run.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._network = network.load_network()
        self._said: dict[str, list[list[Any]]] = {}
        if file.is_file():
            self._said = json.loads(file.read_text("utf-8"))

    def read(
        self, asked: str, passages: Sequence[tuple[str, str]]
    ) -> list[list[network.ReadSentence]]:
        """As `ReadingNetwork.read`."""
        keys = ["\t".join((asked, *passage)) for passage in passages]
        new = [place for place, key in enumerate(keys) if key not in self._said]
        read = self._network.read(asked, [passages[place] for place in new]) if new else []
        for place, found in zip(new, read, strict=True):
            self._said[keys[place]] = [
                [each.bounds, each.answers, each.evidence, each.yes, each.span, each.sure]
                for each in found
            ]
        return [[_sentence(row) for row in self._said[key]] for key in keys]

    def save(self) -> None:
        """Write what was said."""
        self._file.write_text(json.dumps(self._said, ensure_ascii=False), "utf-8")


def _sentence(row: Sequence[Any]) -> network.ReadSentence:
    bounds, answers, evidence, yes, span, sure = row
    return network.ReadSentence(tuple(bounds), answers, evidence, yes, tuple(span), sure)


def asked_whole_way(assistant: Assistant, cases: Sequence[domain.DomainCase]) -> Outcomes:
    """How much of each answer of the domain set is right."""
    found = {}
    for case in cases:
        turns = [{"role": role, "content": content} for role, content in case.history]
        row = domain.marked(case, assistant.ask(case.question, turns))
        found[case.id] = row["right"]
    return found


def over_paragraphs(reader: Ours, data: Path) -> Outcomes:
    """Whether what CMRC trial asks is answered, or left open, over given paragraphs."""
    found = {}
    for kind, cases in sets.SETS["abstention"](data).limited(_TRIAL).kinds().items():
        if kind in _KINDS:
            for number, case in enumerate(cases):
                given = reader.answer(case.question, case.passages)
                right = given.declines if not case.answers else holds(given.text, case.answers)
                found[f"{kind} {number}"] = float(right)
    return found


def row_of(rule: Rule, before: Outcomes, after: Outcomes) -> dict[str, Any]:
    """What switching a rule off loses and gains."""
    first = [{"id": key, "right": value} for key, value in before.items()]
    second = [{"id": key, "right": value} for key, value in after.items()]
    changed = domain.paired(first, second)
    return {"rule": rule.name, "lost": changed.lost, "gained": changed.gained, "p": changed.p}


def measured(data: Path, work: Path) -> Iterator[dict[str, Any]]:
    """A row for each rule: what the domain and CMRC trial lose and gain without it."""
    kept = Kept(work / "said.json")
    with (
        _in_place(kept),
        Assistant(Settings(data_dir=work / "store", mode="extractive")) as product,
    ):
        cases = domain.only_domain(domain.domain(data))
        product.add(domain.articles_of(data, work, wide=False))
        reader = Ours(work / "ours")
        whole, trial = asked_whole_way(product, cases), over_paragraphs(reader, data)
        kept.save()
        yield {"rule": "", "domain": whole, "trial": trial}
        for rule in RULES:
            with rule.off():
                found = {
                    "domain": row_of(rule, whole, asked_whole_way(product, cases)),
                    "trial": row_of(rule, trial, over_paragraphs(reader, data)),
                }
            kept.save()
            yield {"rule": rule.name, "where": rule.where, **found}
        reader.close()


def _in_place(kept: Kept) -> AbstractContextManager[None]:
    return Rule("", "assistant.reading.judge.load_network", lambda: kept).off()


def page(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table in Markdown."""
    whole, *others = rows
    numbers = (
        f"{len(whole['domain'])} questions of domain_dev and {len(whole['trial'])} of CMRC trial"
    )
    lines = [
        "# What each rule is worth",
        "",
        f"Made by `make bench-rules`, {date.today().isoformat()}: {numbers},",
        "once as the product is and once without each rule. *Loses* and *gains*: questions that go",
        "wrong, or come right, without it; p: how likely so lopsided a change is by chance (sign",
        "test).",
        "",
        "| rule | domain: loses | gains | p | CMRC trial: loses | gains | p |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in others:
        cells = [row["rule"]]
        for key in ("domain", "trial"):
            own = row[key]
            cells += [str(len(own["lost"])), str(len(own["gained"])), f"{own['p']:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure each rule and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds dev/, beside qa/")
    parser.add_argument("--work", type=Path, help="keeps what the encoder said, and the store")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        rows = []
        for row in measured(options.data, work):
            rows.append(row)
            print(row["rule"] or "as it is", file=sys.stderr, flush=True)
    OUT.write_text(page(rows), "utf-8")
    print(page(rows))


if __name__ == "__main__":
    main()
