"""The tables, in Markdown, from the result file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_HEAD = """# The embedded reader

Made by `make bench-reader`; measured {dates}. Figures are per cent where nothing else is said.
*Published* figures are those of others, with BERT-like models trained on the same questions.
"Alone": only the paragraph that answers is read; "among others": with the four that fit best of
other subjects.
"""
_SHORT = (
    "*published*: MiniRBT-H256 {0}, MiniRBT-H288 {1}, ELECTRA-small {2}, BERT-base {3}, "
    "RoBERTa-wwm-ext-large {4}"
)
_PUBLISHED_EXACT = _SHORT.format("56.3", "58.8", "63.4", "65.5", "68.5")
_PUBLISHED_F1 = _SHORT.format("78.5", "80.5", "80.8", "84.5", "88.4")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    Args:
        of: key of the set.
        figure: name of the figure.
        name: how the table calls it.
        aim: what is aimed at, or empty.
        beside: figures of others, or the name of a figure of the same run after `=`.
    """

    of: str
    figure: str
    name: str
    aim: str = ""
    beside: str = ""


_CITIES = "invented reports, pair of cities"
_DOMAIN = {"domain": "domain, 80 articles", "domain-wide": "domain, 3,500 articles"}
_ASKED = {"right": "answerable right", "left open": "unanswerable left open"}
ROWS = (
    Row("trial", "top 1", "CMRC trial: top sentence holds the answer", "≥ 90", "=naive top 1"),
    Row("trial", "top 2", "CMRC trial: one of the top two does", "", "=naive top 2"),
    Row("trial", "EM", "CMRC trial: short answer, EM"),
    Row("trial", "F1", "CMRC trial: short answer, F1"),
    Row("dev", "EM", "CMRC dev: short answer, EM", "≥ 56.3, then ≥ 63.4", _PUBLISHED_EXACT),
    Row("dev", "F1", "CMRC dev: short answer, F1", "≥ 78.5, then ≥ 80.8", _PUBLISHED_F1),
    Row("expmrc", "evidence F1", "ExpMRC dev: evidence F1", "≥ 75"),
    Row("expmrc", "answer F1", "ExpMRC dev: answer F1"),
    Row("expmrc", "joint F1", "ExpMRC dev: joint F1"),
    Row("abstention", "lost: alone", "answerable lost: alone", "≤ 5"),
    Row("abstention", "lost: among others", "answerable lost: among others", "≤ 5"),
    Row("abstention", "lost: pair of cities", f"answerable lost: {_CITIES}", "≤ 5"),
    Row("abstention", "abstained: other subject", "left open: five of another subject", "≥ 90"),
    Row("abstention", "abstained: near miss", "left open: sentence of the answer gone", "≥ 90"),
    Row("abstention", "abstained: other year", "left open: another year", "≥ 90"),
    Row("abstention", "abstained: pair exchanged", f"left open: {_CITIES}, exchanged", "≥ 90"),
    Row("abstention", "corrected: pair exchanged", f"{_CITIES}, exchanged: corrected instead"),
    Row("abstention", "abstained by confidence", "left open by confidence alone, 5 lost", "≥ 90"),
    Row("abstention", "calibration error", "confidence: expected calibration error"),
    Row("pages", "right, right citation", "public questions: right, citing the right page", "≥ 90"),
    Row("pages", "abstained", "public questions: unanswerable left open", "≥ 90"),
    Row("pages", "abstained or corrected", "public questions: left open or corrected", "≥ 90"),
    Row("pages", "lost", "public questions: answerable lost", "≤ 5"),
    *(
        Row(of, f"right: {share} %", f"{name}, {share} % noise: right in 130 characters")
        for of, name in (("noise", "CMRC trial"), ("news", "news"))
        for share in (20, 40, 60, 80)
    ),
    Row("noise", "abstained: 100 %", "CMRC trial, 100 % noise: left open", "≥ 90"),
    Row("news", "abstained: 100 %", "news, 100 % noise: left open", "≥ 90"),
    *(
        Row(
            of,
            figure,
            f"{name}: {_ASKED.get(figure, figure)}",
            "",
            f"=two naive sentences {figure}",
        )
        for of, name in _DOMAIN.items()
        for figure in ("right", "cited", "left open", "wrongly abstained")
    ),
    *(
        Row(
            "latency",
            f"{clock} p{share}, {threads} threads",
            f"a question over five passages, {clock} p{share}, threads: {threads}; ms",
            "≤ 60; neural ≤ 250" if (clock, share, threads) == ("wall", 50, 2) else "",
        )
        for threads in (1, 2)
        for clock in ("wall", "cpu")
        for share in (50, 95)
    ),
)
_CURVE = (
    "Share below each threshold of `confidence`: of answerable questions these would be lost, of"
    " the others left open. What rules leave open besides is not seen here."
)
_RELIABILITY = (
    "With abstention off, over one passage each: the confidence, and the share of answers that hold"
    " what was asked for. The better calibrated, the closer the two."
)
_OVER_ARTICLES = (
    "Asked the whole way: add, search, read. Right, cited and wrongly abstained are of the"
    " answerable, left open of the others; from, to: 95 % interval. The naive sentences are those"
    " of the first five hits with the highest IDF-weighted bigram overlap. A careful reader who is"
    " given these hits alone reaches 98.5, 98.5, 100 and 1.5 (90 questions of the same kind)."
)
_NOISY = {"noise": "CMRC trial", "news": "News"}
_NOISE = (
    "Five passages in any order. Relevant are parts of the paragraph that answers (trial), or"
    " chunks of the articles that do (news). Right: given within the first 130 characters."
)


def markdown(sets: Mapping[str, Any]) -> str:
    """The table of all figures, then the curve and what else takes a table of its own."""
    dates = sorted({each["made_by"]["date"] for each in sets.values()})
    parts = [
        _HEAD.format(dates=" to ".join(dict.fromkeys([*dates[:1], *dates[-1:]]))),
        *_main(sets),
    ]
    if "abstention" in sets:
        tables = sets["abstention"]["tables"]
        parts += ["", "## Confidence and abstention", "", _CURVE, "", *_table(tables["curve"])]
        parts += ["", "## Calibration", "", _RELIABILITY, "", *_table(tables["reliability"])]
    noisy = {name: sets[key] for key, name in _NOISY.items() if key in sets}
    if noisy:
        parts += ["", "## Noise", "", _NOISE]
    for name, each in noisy.items():
        parts += ["", f"{name}:", "", *_table(each["tables"]["noise"])]
    for key in (key for key in _DOMAIN if key in sets):
        parts += _over_articles(_DOMAIN[key], sets[key])
    parts += ["", "## Made by", ""]
    parts += [f"- {key}: {_maker(each['made_by'])}" for key, each in sets.items()]
    return "\n".join(parts) + "\n"


def _over_articles(name: str, found: Mapping[str, Any]) -> list[str]:
    figures = {key: each["value"] for key, each in found["figures"].items()}
    lines = ["", f"## Questions over articles: {name}", "", _OVER_ARTICLES]
    for rows in found["tables"].values():
        lines += ["", *_table(rows)]
    shown = (
        f"Mean answer {figures['characters']:.0f} characters;"
        f" seconds p50 {figures['seconds p50']:.2f}, p95 {figures['seconds p95']:.2f}."
    )
    return [*lines, "", shown]


def _main(sets: Mapping[str, Any]) -> list[str]:
    lines = [
        _line(["measure", "ours", "aim", "n", "beside it"]),
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for row in ROWS:
        figures = sets.get(row.of, {}).get("figures", {})
        if row.figure in figures:
            found = figures[row.figure]
            beside = _beside(row.beside, figures)
            shown = [f"{found['value']:.1f}", row.aim, f"{found['n']:,}", beside]
            lines.append(_line([row.name, *shown]))
    return lines


def _beside(beside: str, figures: Mapping[str, Any]) -> str:
    if not beside.startswith("="):
        return beside
    return f"IDF-weighted bigram overlap, this run: {figures[beside[1:]]['value']:.1f}"


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    heads = list(rows[0])
    lines = [_line(heads), _line(["---:"] * len(heads))]
    return lines + [_line([_cell(row[head]) for head in heads]) for row in rows]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _maker(made_by: Mapping[str, str]) -> str:
    return f"`{made_by['command']}`, {made_by['date']}, {made_by['machine']}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
