"""The page of a report: whole without a network, harmless with any text, fit for any screen."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from chromium import CHROMIUM, fits
from twelve import PARK, QUESTIONS, Twelve

from assistant import Question, Report, evaluate
from assistant.evaluation import plots
from assistant.evaluation.highlight import highlighted
from assistant.evaluation.page import html_page
from assistant.evaluation.rows import Cited, Found, Row

EVIL = '"><script>document.title="run"</script><img src=x onerror="document.title=1">&amp;\u202e'
PLOTS = (plots.accuracy_by_type, plots.abstention_curve, plots.latency, plots.retrieval_depth)


def report() -> Report:
    made = {"date": "2026-01-02", "answers": "摘录模式", "articles": {"n": 3}}
    return Report(evaluate(Twelve(), QUESTIONS).rows, made)


def hostile() -> Report:
    """Every text of a report is an attack."""
    [first, *others] = report().rows
    question = Question(
        EVIL,
        EVIL,
        EVIL,
        (EVIL,),
        (EVIL,),
        (EVIL,),
        (EVIL,),
        (EVIL,),
        ({"role": EVIL, "content": EVIL},),
    )
    row = Row(
        question,
        replace(first.mark, right=False, reason=EVIL),
        0.1,
        EVIL,
        EVIL,
        [Cited(1, EVIL, EVIL, True, True)],
        found=[Found(EVIL, EVIL, True, True)] * 5,
        evidence_ranks=[1],
        article_ranks=[1],
        answer_reason=EVIL,
        notes={"faithfulness": EVIL},
    )
    return Report([row, *others], {"answers": EVIL, "settings": {EVIL: EVIL}})


@pytest.mark.parametrize(
    ("text", "evidence", "expected"),
    [
        pytest.param(
            "据了解，产业园总投资12亿元。",
            ["产业园总投资12亿元"],
            "据了解，<mark>产业园总投资12亿元</mark>。",
            id="short-quote",
        ),
        pytest.param(
            "產業園總投資１２億元",
            ["产业园总投资12亿元"],
            "<mark>產業園總投資１２億元</mark>",
            id="script-and-width",
        ),
        pytest.param(
            "产业园 总投\n资12亿元！",
            ["产业园总投资12亿元"],
            "<mark>产业园 总投\n资12亿元</mark>！",
            id="white-space",
        ),
        pytest.param("甲乙<b>", ["丙丁"], "甲乙&lt;b&gt;", id="escaped"),
        pytest.param("<b>", ["<b>"], "<mark>&lt;b&gt;</mark>", id="escaped-in-a-mark"),
        pytest.param(
            "首批合作包括冷链物流、茶叶加工和旅游",
            ["首批合作包括冷链物流、茶叶加工与文化"],
            "<mark>首批合作包括冷链物流、茶叶加工</mark>和旅游",
            id="a-run-in-common",
        ),
        pytest.param("甲", [], "甲", id="no-evidence"),
        pytest.param("", ["甲"], "", id="empty"),
        pytest.param("甲", [" "], "甲", id="blank-evidence"),
    ],
)
def test_highlighted(text: str, evidence: list[str], expected: str) -> None:
    assert highlighted(text, evidence) == expected


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.__name__)
@pytest.mark.parametrize("make", [report, hostile], ids=["plain", "hostile"])
def test_plots_are_well_formed(plot: Any, make: Any) -> None:
    drawn = ElementTree.fromstring(plot(make()))
    assert drawn.find("title") is not None
    numbers = re.findall(r"-?\d+\.?\d*", " ".join(each.get("d", "") for each in drawn.iter()))
    assert all(-20 <= float(number) <= 480 for number in numbers)


def test_the_abstention_curve_begins_at_what_was_measured_and_ends_with_nothing_kept() -> None:
    path = re.search(r'class="line one" d="M([^"]*)"', plots.abstention_curve(report()))
    heights = [float(point.split()[1]) for point in path[1].split(" L")]
    whole = 250 - 12 - 40
    assert heights[0] == pytest.approx(12 + whole * (1 - 5 / 9), abs=0.1)
    assert heights[-1] == pytest.approx(12 + whole, abs=0.1)
    assert heights == sorted(heights)


def test_the_depth_plot_says_what_was_counted() -> None:
    titles = re.findall(r'class="dot one"[^>]*><title>([^<]*)', plots.retrieval_depth(report()))
    assert [titles[k - 1] for k in (1, 3, 5, 10)] == ["50%", "75%", "88%", "88%"]


def test_each_failing_question_unfolds() -> None:
    page = html_page(report())
    failing = [row.question.id for row in report().rows if row.fault]
    assert f"What fails: {len(failing)} of 12" in page
    before, after = page.split("questions without fault")
    assert re.findall(r'class="tag">(q\d+)', before) == failing
    assert page.count('<details class="question">') == 12
    assert f"<mark>{PARK}</mark>" in before
    assert f"<mark>{PARK}</mark>" in after


def test_nothing_of_a_report_is_read_as_html() -> None:
    page = html_page(hostile(), EVIL)
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") > 15


def test_a_page_of_nothing() -> None:
    page = html_page(Report([]))
    assert "What fails: none" in page
    assert "<svg" not in page


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
@pytest.mark.parametrize("width", [1180, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    path = tmp_path / "report.html"
    path.write_text(html_page(hostile(), "报告"), "utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    assert page.title() == "报告"
    page.locator("details.question > summary").first.click()
    assert page.locator("details.question[open] dl").first.is_visible()
    assert page.locator("svg").count() == 4
    assert fits(page)
    assert requests == [path.as_uri()]
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", paper))) < 200) is (scheme == "dark")
    context.close()
