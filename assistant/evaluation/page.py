"""The report as one self-contained page: figures, plots, and each question unfolding.

Everything that comes from articles, questions and answers is escaped, and the page's own policy
forbids scripts and requests of any kind.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from assistant.evaluation import plots
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.questions_page import unfolding
from assistant.evaluation.report import Rate, Report, rates
from assistant.evaluation.rows import Row

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_KEYS = (
    ("answerable_right", "of answerable questions right"),
    ("answerable_right_cites_article", "right, and citing the right article"),
    ("unanswerable_right", "of unanswerable ones left open or corrected"),
    ("ndcg_at_10", "nDCG@10 of the evidence"),
)
_GROUPS = {
    "answers": "Answers",
    "citations": "Citations",
    "retrieval": "Retrieval",
    "abstention": "Abstention",
    "judges": "Judged by an LLM",
}
_BY = ("answerable_right", "f1", "evidence_recall", "ndcg_at_10", "answerable_abstained")


def html_page(report: Report, title: str = "Evaluation") -> str:
    """Give the whole page; it needs no other file, and no network."""
    style = resources.files("assistant.evaluation").joinpath("report.css").read_text("utf-8")
    body = "\n".join(
        [
            _heading(report, title),
            _key_figures(report),
            f'<section class="plots" aria-label="Plots">{_plots(report)}</section>',
            _questions(report),
            f"<h2>By article</h2>{_by_table('article', report.by_article())}",
            f"<h2>By type</h2>{_by_table('type', report.by_type())}",
            f"<h2>Every measure</h2>{_measures(report)}",
            f"<h2>What was measured</h2>{_made_by(report.made_by)}",
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body><main>\n{body}\n</main></body>\n</html>\n"
    )


def _heading(report: Report, title: str) -> str:
    made = report.made_by
    articles = made.get("articles", {}).get("n")
    parts = [f"{len(report.rows)} questions"]
    parts += [f"{articles} articles"] if articles else []
    parts += [str(made[name]) for name in ("answers", "date") if made.get(name)]
    told = " · ".join(map(escape, parts))
    return f'<header><h1>{escape(title)}</h1><p class="soft">{told}</p></header>'


def _key_figures(report: Report) -> str:
    totals = report.totals()
    cells = [_key_figure(totals[name], told) for name, told in _KEYS if totals[name].n]
    seconds = report.seconds()
    if report.rows:
        slow = f"seconds for half of the questions; {seconds['p95']:.2f} for 95 %"
        cells.append(f"<div><b>{seconds['p50']:.2f}</b><small>{slow}</small></div>")
    return f'<section class="keys" aria-label="Key figures">{"".join(cells)}</section>'


def _key_figure(rate: Rate, told: str) -> str:
    return (
        f"<div><b>{_percent(rate.value)}</b><small>{told}<br>"
        f"{_interval(rate)}, n = {rate.n}</small></div>"
    )


def _plots(report: Report) -> str:
    if not report.rows:
        return ""
    shown = (
        ("Right, by type of question", plots.accuracy_by_type(report), "Bars are 95 % intervals."),
        ("Seconds", plots.latency(report), "Questions by the time that they took."),
        (
            "Abstention",
            plots.abstention_curve(report),
            _legend("answerable, and right", "others, left open or corrected")
            + "<br>Where a higher threshold would lead.",
        ),
        (
            "How deep the evidence lies",
            plots.retrieval_depth(report),
            _legend("holds the evidence", "is of its article"),
        ),
    )
    return "".join(
        f"<figure><h3>{title}</h3>{plot}<figcaption>{caption}</figcaption></figure>"
        for title, plot, caption in shown
        if plot
    )


def _legend(one: str, two: str) -> str:
    return f'<span class="key">{one}</span><span class="key two">{two}</span>'


def _questions(report: Report) -> str:
    failing = [row for row in report.rows if row.fault]
    passing = [row for row in report.rows if not row.fault]
    count = f"{len(failing)} of {len(report.rows)}" if report.rows else "none"
    parts = [f"<h2>What fails: {count}</h2>", *map(unfolding, failing)]
    if passing:
        told = f"The {len(passing)} questions without fault"
        rest = "".join(map(unfolding, passing))
        parts.append(f'<details class="more"><summary>{told}</summary>{rest}</details>')
    return "\n".join(parts)


def _by_table(what: str, groups: Mapping[str, Sequence[Row]]) -> str:
    if not groups:
        return '<p class="soft">The questions name none.</p>'
    names = "".join(f'<th class="n" scope="col">{_plain(name)}</th>' for name in _BY)
    lines = []
    for group, rows in groups.items():
        found = rates(rows)
        cells = "".join(f'<td class="n">{_percent(found[name].value)}</td>' for name in _BY)
        lines.append(
            f'<tr><th scope="row">{escape(group)}</th><td class="n">{len(rows)}</td>{cells}</tr>'
        )
    head = f'<tr><th scope="col">{what}</th><th class="n" scope="col">n</th>{names}</tr>'
    return _table(head, lines)


def _measures(report: Report) -> str:
    totals = report.totals()
    lines = []
    for group, told in _GROUPS.items():
        shown = [each.name for each in MEASURES if each.group == group and totals[each.name].n]
        if shown:
            lines.append(f'<tr class="head"><th colspan="5" scope="rowgroup">{told}</th></tr>')
            lines += [_measure(totals[name]) for name in shown]
    head = "".join(f'<th class="n" scope="col">{name}</th>' for name in ("value", "n", "95 %"))
    first = '<tr><th scope="col">measure</th>'
    return _table(f'{first}{head}<th class="bar-cell"></th></tr>', lines)


def _measure(rate: Rate) -> str:
    low, high = rate.interval
    meter = (
        f'<span class="meter"><i style="left:{low:.1%};width:{high - low:.1%}"></i>'
        f'<b style="left:calc({rate.value or 0.0:.1%} - 1px)"></b></span>'
    )
    return (
        f'<tr><th scope="row">{_plain(rate.label)}</th><td class="n">{_percent(rate.value)}</td>'
        f'<td class="n">{rate.n}</td><td class="n">{_interval(rate)}</td>'
        f'<td class="bar-cell">{meter}</td></tr>'
    )


def _table(head: str, lines: Iterable[str]) -> str:
    rows = "".join(lines)
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _made_by(made: Mapping[str, Any]) -> str:
    if not made:
        return '<p class="soft">Not recorded.</p>'
    return f"<pre>{escape(json.dumps(made, ensure_ascii=False, indent=2))}</pre>"


def _plain(name: str) -> str:
    return escape(name.replace("_", " "))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _interval(rate: Rate) -> str:
    low, high = rate.interval
    return f"{100 * low:.0f}–{high:.0%}"
