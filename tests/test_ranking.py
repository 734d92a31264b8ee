"""What a question says beyond its words: places, dates, slips of typing, another language."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore import VectorStore
from vectorstore.preparing.embed import bundled_embedder
from vectorstore.searching.ranking import cut_question, only_asks

ARTICLES = [
    {
        "id": "foshan",
        "title": "佛山郴州结对后首个产业园开工",
        "published": "2022-05-18",
        "text": "佛山与郴州的对口合作迎来第一个落地项目。两市共建的产业园在郴州高新区动工，"
        "总投资20亿元，计划安置企业三十家。园区由两市国有企业合股建设，佛山一方占六成。",
    },
    {
        "id": "shenzhen",
        "title": "深圳赣州对口合作稳步推进",
        "published": "2022-06-02",
        "text": "对口合作以来，深圳与赣州互派干部四十二名，共建产业园进展顺利，产业园一期已有十二家"
        "企业投产。对口合作协议签署一年，产业园带动就业三千人。",
    },
    {
        "id": "grain-2022",
        "title": "全省粮食产量公布",
        "published": "2022-12-20",
        "text": "省统计局公布，全省粮食总产量达到612亿斤，比上年增加4亿斤，再获丰收。",
    },
    {
        "id": "grain-2023",
        "title": "全省粮食产量公布",
        "published": "2023-12-19",
        "text": "省统计局公布，全省粮食总产量达到620亿斤，比上年增加8亿斤，连年丰收。",
    },
    {
        "id": "bridge",
        "title": "跨江大桥合龙",
        "published": "2023-03-01",
        "text": "全长3.2公里的跨江大桥昨日合龙，预计明年通车，过江时间将缩短一半。",
    },
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorStore]:
    folder: Path = tmp_path_factory.mktemp("ranking")
    lines = folder / "articles.jsonl"
    lines.write_text("\n".join(json.dumps(article) for article in ARTICLES), encoding="utf-8")
    store = VectorStore(folder / "data")
    assert store.add(lines).added == len(ARTICLES)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("question", "article"),
    [
        pytest.param("佛山和郴州共建的产业园投资多少？", "foshan", id="a pair of cities"),
        pytest.param("佛郴对口合作产业园", "foshan", id="the pair in short"),
        pytest.param("深赣对口合作互派了多少干部", "shenzhen", id="the other pair in short"),
        pytest.param("总投资二十亿元的是哪个项目", "foshan", id="numerals"),
        pytest.param("总投资２０亿元的项目", "foshan", id="full width"),
        pytest.param("佛山與郴州共建的產業園在哪裡動工", "foshan", id="traditional script"),
        pytest.param("跨江大乔什么时候通车", "bridge", id="a homophone"),
        pytest.param("粮食总产量最新数据", "grain-2023", id="the latest"),
        pytest.param("2022年粮食总产量是多少", "grain-2022", id="a year"),
        pytest.param("2023年粮食总产量是多少", "grain-2023", id="another year"),
        pytest.param("How long is the bridge over the river?", "bridge", id="English"),
        pytest.param("grain output of the province in 2023", "grain-2023", id="English, a year"),
    ],
)
def test_the_article_that_is_meant_comes_first(
    store: VectorStore, question: str, article: str
) -> None:
    hits = store.search(question, top_k=3)

    assert hits[0].chunk.article_id == article


def test_scores_are_shares_that_fall(store: VectorStore) -> None:
    scores = [hit.score for hit in store.search("产业园", top_k=5)]

    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(scores) <= 1 + 1e-6


def test_more_hits_than_the_second_stage_looks_at(store: VectorStore) -> None:
    hits = store.search("产业园", top_k=500)

    assert len({(hit.chunk.article_id, hit.chunk.start) for hit in hits}) == len(hits)


@pytest.mark.parametrize("question", ["？！", "🙂", "的", "x", "a b c"])
def test_questions_that_say_nothing_end_without_an_error(store: VectorStore, question: str) -> None:
    assert len(store.search(question, top_k=3)) <= 3


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("【一线调研】佛山郴州共建产业园", ["佛山郴州共建产业园"], id="label before"),
        pytest.param("佛山郴州【图解】共建产业园", ["佛山郴州", "共建产业园"], id="label within"),
        pytest.param("佛山郴州共建产业园", ["佛山郴州共建产业园"], id="no label"),
        pytest.param("佛山郴州【共建产业园", ["佛山郴州【共建产业园"], id="not closed"),
        pytest.param("【一线调研】", [], id="only a label"),
        pytest.param("", [], id="empty"),
    ],
)
def test_labels_of_a_headline_are_told_from_what_it_says(text: str, parts: list[str]) -> None:
    question, model = cut_question(text), bundled_embedder()

    assert question.pieces.tolist() == model.pieces([text])[0].tolist()
    kept = question.pieces[question.is_main]
    assert kept.tolist() == [piece for part in parts for piece in model.pieces([part])[0]]


ASKS = (
    "佛山和郴州共建的产业园总投资多少？佛山与郴州的产业园在哪里动工？深圳与赣州互派了多少干部？"
    "跨江大桥什么时候通车？跨江大桥全长多少公里？全省粮食总产量是多少？"
)


def test_a_list_of_questions_stands_behind_what_answers(tmp_path: Path) -> None:
    lines = tmp_path / "articles.jsonl"
    asks = {"id": "asks", "title": "佛山郴州、深圳赣州、大桥、粮食问题汇编", "text": ASKS}
    lines.write_text("\n".join(map(json.dumps, [*ARTICLES, asks])), "utf-8")
    store = VectorStore(tmp_path / "data")
    assert store.add(lines).added == len(ARTICLES) + 1
    for question in re.findall("[^？]+？", ASKS):
        assert store.search(question, top_k=1)[0].chunk.article_id != "asks"
    store.close()


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        pytest.param(ASKS, True, id="questions"),
        pytest.param(ASKS.replace("？", "？。"), True, id="with full stops"),
        pytest.param("“" + ASKS.replace("？", "？”“"), True, id="in quotation marks"),
        pytest.param(ASKS + "总投资20亿元。明年通车。", True, id="six of eight"),
        pytest.param(ASKS + "总投资20亿元。明年通车。" * 2, False, id="six of ten"),
        pytest.param("问：在哪里？答：郴州。" * 6, False, id="questions with their answers"),
        pytest.param("什么时候通车？多少公里？在哪里？", False, id="three"),
    ],
)
def test_what_only_asks(text: str, asks: bool) -> None:
    assert only_asks(text) is asks
