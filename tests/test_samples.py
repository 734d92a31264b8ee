"""The sample articles: well formed, in our own words, and a newcomer's questions are answered."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from assistant import Assistant, Settings
from vectorstore import fold
from web.page.chat import EXAMPLES

ROOT = Path(__file__).parent.parent
SAMPLES = sorted((ROOT / "articles").glob("*.md"))
PAGES = ROOT.parent / "shared" / "articles_clean"
# Longer runs in common with a real page are names: of plans, projects, papers, organisations.
LONGEST_RUN = 30


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), mode="extractive")
    with Assistant(settings) as assistant:
        assert assistant.add(ROOT / "articles").added == len(SAMPLES) >= 14
        yield assistant


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_front_matter(path: Path) -> None:
    _, front, body = path.read_text("utf-8").split("---\n", 2)
    fields = yaml.safe_load(front)
    assert fields["publisher"] == "携手问答示例"
    assert fields["title"]
    assert fields["published"]
    assert fields["based_on"]
    assert len(body) > 400


def bare(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))


@pytest.mark.skipif(not PAGES.is_dir(), reason="the real pages are not in ../shared")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_own_words(path: Path) -> None:
    pages = "|".join(bare(page.read_text("utf-8")) for page in sorted(PAGES.glob("0*.txt")))
    text = bare(path.read_text("utf-8").split("---\n", 2)[2])
    runs = (text[start : start + LONGEST_RUN + 1] for start in range(len(text) - LONGEST_RUN))
    assert not [run for run in runs if run in pages]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("佛山和郴州的对口合作期限是哪几年？", "2022年至2030年"),
        ("涉及广东的8对城市分别是哪些？", "珠海与贵州遵义"),
        ("2019年邵阳高峰论坛签约了多少个项目？", "60个"),
        ("新晃和大龙的首批合作有哪些？", "公交互通"),
        ("汕尾2022年引进了多少个超亿元项目？", "28个"),
        ("广州到龙岩的直达动车哪天开通？", "10月11日"),
        ("深圳与赣州有多少项近期重点推进事项？", "21项"),
        ("郴州到广州要多久？", "1小时"),
        ("大龙正极材料产业园年产值多少？", "300亿元"),
        ("郴州的“菜篮子”认证基地有多少个？", "126个"),
    ],
)
def test_first_questions(assistant: Assistant, question: str, expected: str) -> None:
    answer = assistant.ask(question)
    assert expected in answer.text
    assert answer.citations[0].publisher == "携手问答示例"


@pytest.mark.parametrize("question", EXAMPLES)
def test_the_examples_of_the_page_are_answered(assistant: Assistant, question: str) -> None:
    assert not assistant.ask(question).abstained


@pytest.mark.parametrize("question", ["上海和哪个城市结对？", "杭州亚运会什么时候开幕？"])
def test_what_they_do_not_say(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).abstained
