"""Extractive reading: the right sentences as exact spans, in bounds, or abstention."""

from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import hit, judge_of

from assistant.reading.judge import load_judge
from assistant.reading.read import read

FACTS = (
    "甲市和乙市于2022年6月建立对口合作关系，期限为2022年至2030年。"
    "甲市已签约项目60个，投资总额325亿元。乙市的锡矿储量居全国前列，共发现矿种112种。"
)


def test_the_sentence_that_answers_is_quoted_with_its_span() -> None:
    reading = read("乙市共发现多少种矿种？", [hit(FACTS, start=100)], load_judge())
    best = reading.evidence[0]
    assert "112种" in best.text
    assert FACTS[best.start - 100 : best.end - 100] == best.text
    assert reading.short == "112种"


def test_it_abstains_without_hits_and_on_another_subject() -> None:
    assert read("投资多少？", [], load_judge()).evidence == []
    weather = hit("今天多云转晴，气温十八度，适合户外运动。", title="天气")
    reading = read("跨境电商专列全年开行多少列？", [weather], load_judge())
    assert reading.evidence == []
    assert reading.reason


def test_below_the_threshold_nothing_is_quoted() -> None:
    hits = [hit("两市签约60个项目。")]
    assert read("签约多少个？", hits, judge_of({"60个": 0.5}, threshold=0.5)).evidence
    assert not read("签约多少个？", hits, judge_of({"60个": 0.5}, threshold=0.9)).evidence


def test_what_belongs_to_the_answer_is_quoted_beside_the_best() -> None:
    text = "一是共建园区。二是互派干部。天气晴朗。三是联办展会。有三项举措。"
    judge = judge_of({"一是": 3.0, "二是": 2.5, "三是": 2.0})
    found = read("有哪些举措？", [hit(text)], judge).evidence
    assert [each.text for each in found] == ["一是共建园区。", "二是互派干部。", "三是联办展会。"]


def test_both_sides_of_a_comparison_come_from_two_articles() -> None:
    hits = [hit("青山大桥全长3公里。", "a"), hit("碧水隧道全长7公里。", "b")]
    found = read("大桥和隧道各长多少？", hits, judge_of({"全长": 2.0})).evidence
    assert {each.hit.chunk.article_id for each in found} == {"a", "b"}


def test_a_yes_or_no_is_said_before_the_sentence() -> None:
    hits = [hit("产业园首期投资18亿元。")]
    asked = "产业园首期投资是18亿元吗？"
    said = [read(asked, hits, judge_of({"18亿元": 3.0}, yes=yes)) for yes in (4.0, -4.0)]
    assert [reading.evidence[0].lead for reading in said] == ["是。", "否。"]
    assert [reading.short for reading in said] == ["", ""]


def test_another_city_is_no_answer_however_likely() -> None:
    text = "东莞与吉安明确了六大任务，并建立了沟通协调推进机制。"
    judge = judge_of({"六大任务": 6.0}, ["六大任务"])
    reading = read("东莞与龙岩的对口合作明确了几大任务？", [hit(text)], judge)
    assert [evidence.text for evidence in reading.evidence] == ["东莞与吉安"]
    assert reading.evidence[0].lead == "文中没有说到东莞与龙岩的合作；文中东莞结对的是吉安："


def test_the_figure_of_another_year_is_no_answer_however_likely() -> None:
    text = "2021年两市贸易额为12亿元，2022年两市贸易额为19亿元。"
    judge = judge_of({"贸易额": 6.0})
    assert read("2022年两市贸易额是多少？", [hit(text)], judge).evidence
    reading = read("2019年两市贸易额是多少？", [hit(text)], judge)
    assert reading.evidence == []
    assert "2019年" in reading.reason


def test_a_traditional_page_is_read_in_its_own_script() -> None:
    text = "兩地於5月24日簽署協議。示範園預計年產值超300億元。"
    reading = read("示范园预计年产值是多少？", [hit(text)], load_judge())
    assert "超300億元" in reading.evidence[0].text
    assert "300億元" in reading.short


CHINESE = st.text(alphabet="甲乙市投资60亿元，。！？“”\n項目多少是《》😀a1 ", max_size=300)


@settings(max_examples=40, deadline=None)
@given(question=CHINESE, texts=st.lists(CHINESE.filter(str.strip), max_size=4))
def test_every_quote_is_an_exact_span_of_its_chunk(question: str, texts: list[str]) -> None:
    hits = [hit(text, f"a{number}", 7 * number) for number, text in enumerate(texts)]
    for evidence in read(question, hits, load_judge(threshold=0.0)).evidence:
        chunk = evidence.hit.chunk
        assert (
            chunk.text[evidence.start - chunk.start : evidence.end - chunk.start] == evidence.text
        )
        assert evidence.text
