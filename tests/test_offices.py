"""Who holds which office, as sentences say it."""

from datetime import date

import pytest
from said import said

from assistant.asking.question import analyse
from assistant.checking.verify import verify
from assistant.facts.offices import exchanged_holder, offices_held
from assistant.reading.offices import office_told
from assistant.reading.records import Evidence

OLD = ("佛山市委书记钱有余率团到访。", date(2019, 5, 1))
NEW = tuple(
    (text, date(2023, 5, 18))
    for text in (
        "佛山市委书记林远成率党政代表团出席，郴州市委书记周建军、市委副书记、市长吴晓兰陪同考察。",
        "会议由郴州市委常委、常务副市长何立新主持。",
        "佛山市委副书记、市长陈志刚介绍了情况，郴州市发改委主任、党组书记朱明辉作了通报。",
        "郴州市人大常委会主任刘国梁、市政协主席谢宏图出席，佛山市顺德区委书记郭文海、区长李明讲话。",
        "新晃侗族自治县委书记周重颜、縣長鄧小玲會談，原郴州市商务局局长孙立新也在场。",
        "太原市委书记高度重视这项工作。",
        "郴州市副市长贺遵庆、何国柱参加。",
    )
)


def found(*texts: tuple[str, date | None]) -> list[Evidence]:
    return [said(text, str(at), day) for at, (text, day) in enumerate(texts)]


@pytest.mark.parametrize(
    ("question", "short"),
    [
        pytest.param("郴州市委书记是谁？", "周建军", id="of-two-cities"),
        pytest.param("谁是郴州市委书记", "周建军", id="asked-first"),
        pytest.param("郴州书记是谁？", "周建军", id="short-for-it"),
        pytest.param("佛山市委书记是谁？", "林远成", id="the-latest"),
        pytest.param("2019年佛山市委书记是谁？", "钱有余", id="of-a-year"),
        pytest.param("郴州市市长是谁？", "吴晓兰", id="second-of-a-row"),
        pytest.param("佛山市长叫什么名字？", "陈志刚", id="of-the-other-city"),
        pytest.param("郴州市常务副市长是谁？", "何立新", id="rank"),
        pytest.param("现在谁担任郴州市发展和改革委员会主任？", "朱明辉", id="long-for-it"),
        pytest.param("郴州市发改委党组书记是谁？", "朱明辉", id="the-party's"),
        pytest.param("郴州市人大主任是谁？", "刘国梁", id="congress"),
        pytest.param("郴州市政协主席是谁？", "谢宏图", id="place-of-the-one-before"),
        pytest.param("顺德区委书记是谁？", "郭文海", id="district"),
        pytest.param("顺德区区长是谁？", "李明", id="head-of-the-district"),
        pytest.param("新晃县委书记是谁？", "周重颜", id="without-its-people"),
        pytest.param("新晃縣縣長是誰？", "鄧小玲", id="traditional"),
        pytest.param("佛山市的现任市长叫什么？", "陈志刚", id="words-between"),
        pytest.param("请问郴州市现任市委书记是谁啊", "周建军", id="polite"),
        pytest.param("谁 市长 佛山", "陈志刚", id="translated"),
        pytest.param("吴晓兰担任什么职务？", "市委副书记、市长", id="post"),
        pytest.param("刘国梁是谁？", "郴州市人大常委会主任", id="who-is"),
    ],
)
def test_who_holds_it(question: str, short: str) -> None:
    told = office_told(analyse(question), found(OLD, *NEW))
    assert told is not None
    assert told.short == short
    assert short in told.evidence[0].text


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("郴州市纪委书记是谁？", id="another-body"),
        pytest.param("佛山市发改委主任是谁？", id="another-city"),
        pytest.param("宜章县委书记是谁？", id="another-county"),
        pytest.param("佛山市常务副市长是谁？", id="another-rank"),
        pytest.param("郴州市商务局局长是谁？", id="not-any-more"),
        pytest.param("太原市委书记是谁？", id="not-named"),
        pytest.param("2021年佛山市长是谁？", id="another-year"),
    ],
)
def test_nobody_is_said_to_hold_it(question: str) -> None:
    told = office_told(analyse(question), found(OLD, *NEW))
    assert told is not None
    assert told.evidence == []


@pytest.mark.parametrize(
    "question",
    [
        "谁主持会议？",
        "市长是谁？",
        "佛山和郴州的市长分别是谁？",
        "签约仪式上致辞的市长是谁？",
        "王五是谁？",
    ],
)
def test_more_is_asked_for_or_less(question: str) -> None:
    assert office_told(analyse(question), found(*NEW)) is None


def test_holders_that_differ_stand_side_by_side() -> None:
    told = office_told(analyse("佛山市委书记是谁？"), found(OLD, *NEW))
    assert told is not None
    assert [each.hit.published for each in told.evidence] == [date(2023, 5, 18), date(2019, 5, 1)]


def test_an_article_without_a_date_comes_last() -> None:
    undated = ("佛山市委书记孙立新出席。", None)
    told = office_told(analyse("佛山市委书记是谁？"), found(undated, OLD))
    assert told is not None
    assert told.short == "钱有余"


def test_an_office_without_a_place_is_of_the_only_city() -> None:
    asked = analyse("郴州市长是谁？")
    alone = found(("郴州召开会议，市长吴晓兰讲话。", date(2023, 5, 18)))
    both = found(("佛山市与郴州市召开会议，市长吴晓兰讲话。", date(2023, 5, 18)))
    told = [office_told(asked, each) for each in (alone, both)]
    assert [each and each.short for each in told] == ["吴晓兰", ""]


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        pytest.param("佛山市市长是陈志刚。", "", id="inherited"),
        pytest.param("郴州市长吴晓兰陪同考察。", "", id="shorter"),
        pytest.param("新晃县委书记周重颜参加会谈。", "", id="without-its-people"),
        pytest.param("郴州发改委主任朱明辉作了通报。", "", id="body-in-short"),
        pytest.param("郴州市副市长何国柱参加。", "", id="one-of-two"),
        pytest.param("郴州市副市长何立新主持会议。", "", id="a-wider-rank"),
        pytest.param("郴州市长何立新主持会议。", "市长吴晓兰", id="another-rank"),
        pytest.param("佛山市市长是吴晓兰。", "市长陈志刚", id="of-the-other-city"),
        pytest.param("郴州市委书记朱明辉作了通报。", "郴州市委书记周建军", id="of-another-body"),
        pytest.param("郴州市纪委书记朱明辉作了通报。", "党组书记朱明辉", id="not-of-that-body"),
        pytest.param("林远成介绍了情况。", "", id="no-office"),
    ],
)
def test_a_claim_gives_an_office_to_another(claim: str, known: str) -> None:
    assert exchanged_holder(claim, [text for text, _ in NEW]) == known


def test_a_written_sentence_is_checked_for_it() -> None:
    words = "佛山市委副书记、市长陈志刚与郴州市委副书记、市长吴晓兰座谈。"
    assert verify("佛山市市长陈志刚参加了座谈。", [words], None) == ""
    assert "市长陈志刚" in verify("佛山市市长吴晓兰参加了座谈。", [words], None)


def test_several_hold_one() -> None:
    (held,) = offices_held(NEW[-1][0])
    assert held.names == ("贺遵庆", "何国柱")


def test_a_life_says_more_than_an_office() -> None:
    office = ("郴州市委书记周建军出席。", date(2023, 5, 18))
    life = ("周建军是画家。", date(2023, 5, 18))
    asked = analyse("周建军是谁？")
    assert office_told(asked, found(office)) is not None
    assert office_told(asked, found(office, life)) is None


def test_of_whom_it_is_said_that_they_were_it_then() -> None:
    (held,) = offices_held("由时任上海市市长的张三丰担任组长，市长的方案未变。")
    assert held.names == ("张三丰",)


def test_one_who_helps_is_not_it() -> None:
    assert offices_held("何立新任郴州市商务局主任助理。") == []


def test_made_something_in_a_year() -> None:
    (held,) = offices_held("2021年，何立新任郴州市副市长。")
    assert held.names == ("何立新",)
