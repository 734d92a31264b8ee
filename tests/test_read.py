"""Extractive reading: the right sentences as exact spans, in bounds, or abstention."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.judge import load_judge
from assistant.reading.read import read
from vectorstore import Chunk, Hit

FACTS = (
    "甲市和乙市于2022年6月建立对口合作关系，期限为2022年至2030年。"
    "甲市已签约项目60个，投资总额325亿元。乙市的锡矿储量居全国前列，共发现矿种112种。"
)


def hit(text: str, article_id: str = "a", start: int = 0, title: str = "甲乙合作") -> Hit:
    chunk = Chunk(article_id, text, start, start + len(text))
    return Hit(chunk, 1.0, 1, 1, title=title)


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


def test_a_heading_is_no_answer() -> None:
    text = "首批合作事项\n双方的首批合作有公交互通和公铁联运等事项。"
    reading = read("首批合作事项有哪些？", [hit(text)], load_judge())
    assert [evidence.text for evidence in reading.evidence] == [text.split("\n")[1]]


def test_a_line_alone_may_answer() -> None:
    assert read("总投资多少亿元？", [hit("园区总投资12亿元")], load_judge()).short == "12亿元"


def test_another_city_is_no_answer() -> None:
    text = "东莞与吉安明确了六大任务，并建立了沟通协调推进机制。"
    reading = read("东莞与龙岩的对口合作明确了几大任务？", [hit(text)], load_judge())
    assert [evidence.text for evidence in reading.evidence] == ["东莞与吉安"]
    assert reading.evidence[0].lead == "文中没有说到东莞与龙岩的合作；文中东莞结对的是吉安："


def test_a_yes_or_no_is_said_before_the_sentence() -> None:
    text = "产业园首期投资18亿元，由烟台市建设局牵头。"
    said = [
        read(question, [hit(text)], load_judge()).evidence[0].lead
        for question in ("产业园首期投资是18亿元吗？", "产业园首期投资是28亿元吗？")
    ]
    assert said == ["是。", "否。"]


def test_two_things_are_answered_one_by_one() -> None:
    hits = [
        hit("青山大桥全长3公里。大桥由青山建设局负责养护。", "a", title="青山大桥"),
        hit("碧水隧道全长7公里。隧道由碧水公路局负责养护。", "b", title="碧水隧道"),
    ]
    reading = read("青山大桥和碧水隧道全长分别是多少公里？", hits, load_judge())
    assert [evidence.text[:4] for evidence in reading.evidence] == ["青山大桥", "碧水隧道"]


def test_of_two_things_the_one_that_is_more_is_named() -> None:
    text = "签约项目中，青山重工投资9亿元建设钢板厂，碧水科技投资11亿元建设数据中心。"
    more = read("青山重工和碧水科技哪个投资更多？", [hit(text)], load_judge()).evidence
    assert [(each.lead, each.text) for each in more] == [("碧水科技更多：", text)]
    less = read("青山重工和碧水科技哪个投资更少？", [hit(text)], load_judge()).evidence
    assert [(each.lead, each.text) for each in less] == [("青山重工更少：", text)]


def test_mentions_of_a_name_are_collected_over_articles() -> None:
    hits = [
        hit("青山提出建设“国际陆港”的重要节点。", "a", title="青山"),
        hit("碧水提出建设“国际陆港”的货源站。", "b", title="碧水"),
    ]
    found = read("哪些地方提出了与“国际陆港”有关的设想？", hits, load_judge()).evidence
    assert {each.hit.chunk.article_id for each in found} == {"a", "b"}


def test_the_figure_of_another_year_is_no_answer() -> None:
    text = "2021年两市贸易额为12亿元，2022年两市贸易额为19亿元。"
    assert read("2022年两市贸易额是多少？", [hit(text)], load_judge()).evidence
    reading = read("2019年两市贸易额是多少？", [hit(text)], load_judge())
    assert reading.evidence == []
    assert "2019年" in reading.reason


def test_a_traditional_page_is_read_in_its_own_script() -> None:
    text = "兩地於5月24日簽署協議。示範園預計年產值超300億元。"
    reading = read("示范园预计年产值是多少？", [hit(text)], load_judge())
    assert "超300億元" in reading.evidence[0].text
    assert reading.short == "超300億元"


def test_a_long_sentence_is_narrowed_to_a_run_of_its_clauses() -> None:
    filler = "，".join(f"第{number}项工作正在有序推进" for number in range(30))
    text = f"会议指出，{filler}，园区预计年产值达到88亿元，{filler}。"
    reading = read("园区预计年产值达到多少亿元？", [hit(text)], load_judge())
    quote = reading.evidence[0]
    assert "88亿元" in quote.text
    assert len(quote.text) <= 160
    assert text[quote.start : quote.end] == quote.text


CHINESE = st.text(alphabet="甲乙市投资60亿元，。！？“”\n項目多少是《》😀a1 ", max_size=300)


@settings(max_examples=60, deadline=None)
@given(question=CHINESE, texts=st.lists(CHINESE.filter(str.strip), max_size=4))
def test_every_quote_is_an_exact_span_of_its_chunk(question: str, texts: list[str]) -> None:
    hits = [hit(text, f"a{number}", 7 * number) for number, text in enumerate(texts)]
    for evidence in read(question, hits, load_judge()).evidence:
        chunk = evidence.hit.chunk
        assert (
            chunk.text[evidence.start - chunk.start : evidence.end - chunk.start] == evidence.text
        )
        assert evidence.text
