"""Proposed questions: what the rules make of a sentence, and a draft that checks out and runs."""

import json
from pathlib import Path

import pytest
from fake_llm import FakeLLM, Reply

from assistant import Assistant, Settings, evaluate
from assistant.evaluation.draft import draft
from assistant.evaluation.draft_rules import near_misses, propose
from assistant.evaluation.marking import contains
from assistant.evaluation.validation import validate
from vectorstore import Article

ROOT = Path(__file__).parent.parent
TITLE = "青溪白塘共建产业园"


def proposed(sentence: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What is asked about a sentence: by type the question, and what must stand in its answer."""
    found = propose(Article("1", TITLE, sentence), "园.txt")
    return {each.type: (each.question, each.must_include or each.answers) for each in found}


@pytest.mark.parametrize(
    ("sentence", "kind", "question", "required"),
    [
        pytest.param(
            "烟台援建的产业园总投资18亿元。",
            "fact_number",
            "烟台援建的产业园总投资多少元？",
            ("18亿",),
            id="figure",
        ),
        pytest.param(
            "毕节至烟台的直飞航班于2023年5月16日开通。",
            "fact_date",
            "毕节至烟台的直飞航班哪天开通？",
            ("5月16日",),
            id="day",
        ),
        pytest.param(
            "2022年，烟台与毕节的合作全面铺开。",
            "fact_date",
            "烟台与毕节的合作全面铺开是在什么时候？",
            ("2022",),
            id="year-before-a-comma",
        ),
        pytest.param(
            "烟台的重点领域包括海洋装备、食品加工和葡萄酒。",
            "list",
            "烟台的重点领域包括哪些？",
            ("海洋装备", "食品加工", "葡萄酒"),
            id="list",
        ),
        pytest.param(
            "烟毕产业园由毕节市投资促进局牵头建设。",
            "fact_entity",
            f"《{TITLE}》里，烟毕产业园由谁牵头建设？",
            ("毕节市投资促进局",),
            id="by-whom",
        ),
        pytest.param(
            "烟台与毕节印发《对口合作实施方案》。",
            "fact_entity",
            "烟台与毕节印发什么文件？",
            ("对口合作实施方案",),
            id="paper",
        ),
        pytest.param(
            "烟台市发改委主任陈远山介绍了情况。",
            "fact_entity",
            "烟台市发改委主任是谁？",
            ("陈远山",),
            id="office",
        ),
    ],
)
def test_rules(sentence: str, kind: str, question: str, required: tuple[str, ...]) -> None:
    found = proposed(sentence)
    assert kind in found or "yes_no" in found
    if kind in found:
        assert found[kind][1] == required
        assert found[kind][0].removeprefix(f"《{TITLE}》里，") == question.removeprefix(
            f"《{TITLE}》里，"
        )


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("这一项目总投资18亿元。", id="points-back"),
        pytest.param("烟台有多少家企业？", id="a-question"),
        pytest.param("记者从烟台获悉，有3家企业。", id="of-the-reporter"),
        pytest.param("烟台来自山东的游客占70%-80%。", id="range"),
        pytest.param("到2023年2月初，烟台的方案还没有印发。", id="not-the-when"),
        pytest.param("烟台。", id="too-short"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_left_alone(sentence: str) -> None:
    assert proposed(sentence) == {}


def test_a_yes_or_no_is_right_about_its_figure() -> None:
    sentences = [f"烟台第一年建成的冷库共有{number}座。" for number in range(20, 60)]
    article = Article("1", TITLE, "".join(sentences))
    asked = [each for each in propose(article, "园.txt") if each.type == "yes_no"]
    verdicts = {each.answers[0] for each in asked}
    assert verdicts == {"是", "不是"}
    for each in asked:
        states_it = each.question.removesuffix("，对吗？") in each.evidence[0]
        assert states_it is (each.answers[0] == "是")


def test_near_misses_name_a_city_of_no_article() -> None:
    article = Article("1", TITLE, "毕节与烟台的产业园总投资18亿元。金华也来了。")
    asked = list(propose(article, "园.txt"))
    for each in near_misses(asked, [article]):
        assert each.type == "unanswerable"
        assert not any(city in each.question for city in ("毕节", "金华"))


def test_a_draft_of_the_sample_articles_checks_out_and_runs(tmp_path: Path) -> None:
    with Assistant(Settings(data_dir=tmp_path, mode="extractive")) as assistant:
        assistant.add(ROOT / "articles")
        asked = draft(assistant, 30)
        assert validate(asked, assistant.articles()) == []
        assert draft(assistant, 30) == asked
        right = evaluate(assistant, asked[:3]).totals()["right"]
    assert len(asked) == 30
    assert {each.type for each in asked} >= {
        "fact_number",
        "fact_date",
        "fact_entity",
        "yes_no",
        "unanswerable",
    }
    assert sum(each.type == "unanswerable" for each in asked) == 5
    assert len({source for each in asked for source in each.source}) > 10
    assert right.n == 3


@pytest.mark.parametrize("kind", ["fact_number", "fact_date", "fact_entity", "list"])
def test_what_is_demanded_stands_in_the_evidence(kind: str) -> None:
    folder = sorted((ROOT / "articles").glob("*.md"))
    texts = [path.read_text("utf-8").split("---\n", 2)[2] for path in folder]
    asked = [each for text in texts for each in propose(Article("1", TITLE, text), "园.txt")]
    chosen = [each for each in asked if each.type == kind]
    assert chosen
    for each in chosen:
        assert all(contains(each.evidence[0], value) for value in each.must_include)
        assert not any(value in each.question for value in each.must_include)


def with_llm(reply: Reply | str, tmp_path: Path) -> tuple[list[str], int]:
    (tmp_path / "园.txt").write_text(f"{TITLE}\n\n烟台与毕节共建的产业园总投资18亿元。\n", "utf-8")
    with FakeLLM(reply) as fake:
        settings = Settings(
            data_dir=tmp_path / "data", llm_base_url=fake.base_url, llm_model="fake", llm_timeout=5
        )
        with Assistant(settings) as assistant:
            assistant.add(tmp_path / "园.txt")
            return [each.question for each in draft(assistant, 3)], len(fake.requests)


def test_what_an_llm_proposes_must_stand_in_the_article(tmp_path: Path) -> None:
    good = {
        "type": "fact_number",
        "question": "烟毕共建的园区投资几何？",
        "answers": ["18亿元"],
        "must_include": ["18亿"],
        "evidence": "产业园总投资18亿元",
    }
    bad = [
        good | {"question": "甲？", "evidence": "总投资21亿元"},
        good | {"question": "乙？", "must_include": ["21亿"]},
        good | {"question": "丙？", "answers": []},
    ]
    lines = [json.dumps(each, ensure_ascii=False) for each in [*bad, good]]
    asked, calls = with_llm("好的：\n" + "\n".join(lines) + "\n[1]", tmp_path)
    assert asked[0] == "烟毕共建的园区投资几何？"
    assert not {"甲？", "乙？", "丙？"} & set(asked)
    assert calls == 1


def test_rules_do_it_where_the_llm_fails(tmp_path: Path) -> None:
    asked, calls = with_llm(Reply(status=400), tmp_path)
    assert calls == 1
    assert any("产业园总投资" in question for question in asked)
