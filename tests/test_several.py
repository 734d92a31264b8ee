"""Articles that give different figures for the same thing."""

from datetime import date

from said import said

from assistant.asking.question import analyse
from assistant.reading.several import differing, ranked

ASKED = analyse("园区落户了多少家企业？")


NEW = said("已有73家企业落户园区。", "b", date(2023, 11, 20), publisher="黔西观察")
OLD = said("已有46家企业落户园区。", "a", date(2022, 7, 12))


def test_both_are_given_with_source_and_date_the_later_last() -> None:
    found = differing(ASKED, NEW, [OLD])
    assert [each.lead for each in found] == [
        "《报道a》（2022年7月12日）：",
        "较晚的黔西观察（2023年11月20日）：",
    ]
    assert [each.text for each in found] == [OLD.text, NEW.text]


def test_articles_that_agree_are_not_set_side_by_side() -> None:
    same = said("园区落户企业已有73家企业。", "c", date(2023, 12, 1))
    assert differing(ASKED, NEW, [same]) == []


def test_another_thing_is_no_other_figure() -> None:
    other = said("商场有46家企业。", "c", date(2022, 7, 12))
    assert differing(ASKED, NEW, [other]) == []


def test_without_a_date_nothing_is_later() -> None:
    undated = said(OLD.text, "a", None)
    assert differing(ASKED, NEW, [undated]) == []
    assert differing(ASKED, undated, [NEW]) == []


def test_one_article_does_not_differ_with_itself() -> None:
    assert differing(ASKED, NEW, [said("已有46家企业落户园区。", "b", date(2023, 11, 20))]) == []


def test_of_two_figures_the_greater_comes_first_and_is_named() -> None:
    chosen = [said("青山投资9亿元。", "a", None), said("碧水投资11亿元。", "b", None)]
    shorts = {"青山": "9亿元", "碧水": "11亿元"}
    found = ranked("青山和碧水谁的投资更高？", shorts, chosen)
    assert [each.lead + each.text for each in found] == [
        "碧水更高：碧水投资11亿元。",
        "青山投资9亿元。",
    ]


def test_what_can_not_be_compared_is_left_as_it_is() -> None:
    chosen = [said("青山投资9亿元。", "a", None), said("碧水占地11亩。", "b", None)]
    assert ranked("谁的投资更高？", {"青山": "9亿元", "碧水": "11亩"}, chosen) == chosen
    assert ranked("谁的投资更高？", {"青山": "9亿元", "碧水": ""}, chosen) == chosen
    assert ranked("各投资多少？", {"青山": "9亿元", "碧水": "11亿元"}, chosen) == chosen
    assert ranked("谁的投资更高？", {"丙": "9亿元", "丁": "11亿元"}, chosen) == chosen
