"""The sets of up to ten thousand passages, made from the data folder."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.embedding import RetrievalSet, broadcast_set, qa_set, read_lines, xquad_set
from benchmarks.retrieval.task import Passage, Task

WEB = ("train/dureader_qg_noleak.jsonl", "train/dureader_checklist_dev.jsonl")
BROADCAST = ("dev/broadcast_articles.jsonl", "dev/broadcast_titles.jsonl")
Maker = Callable[[Path], Task]


def _task(key: str, name: str, made: RetrievalSet, sources: tuple[str, ...]) -> Task:
    passages = [Passage(text) for text in made.passages]
    return Task(key, name, key, made.queries, passages, [*map(frozenset, made.gold)], sources)


def xquad(data: Path) -> Task:
    """XQuAD in Chinese, as MTEB's XQuADRetrieval has it."""
    return _task("xquad", "XQuADRetrieval zh", xquad_set(data), ("report/xquad.zh.json",))


def cmrc(data: Path) -> Task:
    """The questions of CMRC 2018 dev over its paragraphs."""
    file = "report/cmrc2018_dev.jsonl"
    return _task("cmrc", "CMRC 2018 dev", qa_set("", [data / file]), (file,))


def web(data: Path) -> Task:
    """The held-out third of the web questions, by paragraph."""
    made = qa_set("", [data / name for name in WEB], only_held_out=True)
    return _task("web", "Web questions, held out", made, WEB)


def titles(data: Path) -> Task:
    """Evening-news titles over the articles, which do not hold their titles."""
    return _task("titles", "Evening-news titles → articles", broadcast_set(data), BROADCAST)


def crosslingual(data: Path) -> Task:
    """English questions of XQuAD over the Chinese paragraphs."""
    chinese, english = (
        json.loads((data / f"report/xquad.{language}.json").read_text("utf-8"))
        for language in ("zh", "en")
    )
    places: dict[str, int] = {}
    of_question: dict[str, int] = {}
    for document in chinese["data"]:
        for paragraph in document["paragraphs"]:
            place = places.setdefault(paragraph["context"], len(places))
            of_question |= {qa["id"]: place for qa in paragraph["qas"]}
    asked = [
        qa
        for document in english["data"]
        for paragraph in document["paragraphs"]
        for qa in paragraph["qas"]
    ]
    return Task(
        key="english",
        name="English questions → Chinese (XQuAD)",
        corpus="xquad",
        queries=[qa["question"] for qa in asked],
        passages=[Passage(text) for text in places],
        gold=[frozenset({of_question[qa["id"]]}) for qa in asked],
        sources=("report/xquad.zh.json", "report/xquad.en.json"),
        measure="hit@5",
    )


def questions(data: Path) -> Task:
    """The sample questions over their five pages among 3,500 articles of the same domain.

    Left out are follow-ups, which are nothing without the turn before, and those without a page.
    """
    root = data.parent
    pages = sorted((root / "articles_clean").glob("0*.txt"))
    place = {page.name: index for index, page in enumerate(pages)}
    asked = [
        record
        for record in read_lines(root / "qa/seeds_public.jsonl")
        if record["source"] and not record["history"]
    ]
    domain = read_lines(data / "dev/domain_articles.jsonl")
    return Task(
        key="questions",
        name="Sample questions over the domain's articles",
        corpus="questions",
        queries=[record["question"] for record in asked],
        passages=[
            *(Passage(page.read_text("utf-8")) for page in pages),
            *(Passage(article["text"], article["title"]) for article in domain),
        ],
        gold=[frozenset(place[name] for name in record["source"]) for record in asked],
        sources=(
            "../qa/seeds_public.jsonl",
            *(f"../articles_clean/{page.name}" for page in pages),
            "dev/domain_articles.jsonl",
        ),
    )


SETS: Mapping[str, Maker] = {
    "xquad": xquad,
    "cmrc": cmrc,
    "web": web,
    "titles": titles,
    "english": crosslingual,
    "questions": questions,
}
