"""Articles that give different figures for the same thing."""

from dataclasses import replace
from datetime import date

from scripted import hit

from assistant.asking.question import analyse
from assistant.reading.records import Evidence
from assistant.reading.several import differing

ASKED = analyse("园区落户了多少家企业？")


def said(text: str, article: str, day: date | None, figure: str, score: float = 0.9) -> Evidence:
    found = replace(hit(text, article, title=f"报道{article}"), published=day)
    at = text.index(figure)
    span = (at, at + len(figure))
    return Evidence(found, text, 0, len(text), score, answer=span, sure=0.9)


NEW = said("已有73家企业落户园区。", "b", date(2023, 11, 20), "73家")
NEW = replace(NEW, hit=replace(NEW.hit, publisher="黔西观察"))
OLD = said("已有46家企业落户园区。", "a", date(2022, 7, 12), "46家")


def test_both_are_given_with_source_and_date_the_later_last() -> None:
    found = differing(ASKED, NEW, [OLD])
    assert [each.lead for each in found] == [
        "《报道a》（2022年7月12日）：",
        "较晚的黔西观察（2023年11月20日）：",
    ]
    assert [each.text for each in found] == [OLD.text, NEW.text]


def test_articles_that_agree_are_not_set_side_by_side() -> None:
    same = said("园区落户企业已有73家企业。", "c", date(2023, 12, 1), "73家")
    assert differing(ASKED, NEW, [same]) == []


def test_what_hardly_answers_is_no_other_figure() -> None:
    assert differing(ASKED, NEW, [replace(OLD, score=0.3)]) == []


def test_without_a_date_nothing_is_later() -> None:
    undated = said(OLD.text, "a", None, "46家")
    assert differing(ASKED, NEW, [undated]) == []
    assert differing(ASKED, undated, [NEW]) == []


def test_one_article_does_not_differ_with_itself() -> None:
    own = said("去年有46家企业落户园区。", "b", date(2023, 11, 20), "46家")
    assert differing(ASKED, NEW, [own]) == []


def test_only_figures_differ() -> None:
    assert differing(analyse("园区由谁管理？"), NEW, [OLD]) == []
