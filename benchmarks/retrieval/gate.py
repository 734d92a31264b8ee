"""The quality gate: a sample that every change is measured on, and floors that only rise.

``python -m benchmarks.retrieval.gate --data ../shared/data`` prints what is reached beside the
floors; ``--raise`` lifts each floor to what is reached less the margin, and lowers none.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.embedding import qa_set
from benchmarks.floors import Figures, lines, raised, read_floors, write_floors
from benchmarks.pins import digests
from benchmarks.retrieval import sets
from benchmarks.retrieval.corpus import Corpus, unique
from benchmarks.retrieval.metrics import score
from benchmarks.retrieval.ours import Ours
from benchmarks.retrieval.run import ask
from benchmarks.retrieval.task import Passage, Task, sampled
from vectorstore import VectorStore

ROOT = Path(__file__).parent.parent.parent
PART = "retrieval"
QUESTIONS = Path(__file__).parent / "bundled_questions.jsonl"
ARTICLES = ROOT / "articles"


def gate_tasks(data: Path) -> list[Task]:
    """The sample: 2,600 passages and 2,000 questions, of four kinds."""
    file = "dev/cmrc2018_trial.jsonl"
    made = qa_set("", [data / file])
    trial = Task(
        key="trial",
        name="CMRC 2018 trial",
        corpus="trial",
        queries=made.queries,
        passages=[*map(Passage, made.passages)],
        gold=[*map(frozenset, made.gold)],
        sources=(file,),
    )
    xquad = sets.xquad(data)
    xquad = replace(xquad, key="xquad-100", queries=xquad.queries[::12], gold=xquad.gold[::12])
    return [trial, sets.web(data), sampled(sets.titles(data), 300, 1500), xquad]


def reached(task: Task, work: Path) -> Figures:
    """What the product reaches on a task, through a store in the folder `work`."""
    corpus = Corpus(task.corpus, task.passages, work)
    try:
        figures = ask(Ours(corpus), task).scores.figures()
    finally:
        corpus.close()
    return {name: figures[name] for name in ("ndcg@10", "hit@1")}


def reached_bundled(work: Path) -> Figures:
    """What the product reaches on the bundled articles, asked 30 questions of our own."""
    records = _questions()
    names = sorted(path.stem for path in ARTICLES.glob("*.md"))
    store = VectorStore(work / "bundled")
    try:
        store.add(ARTICLES)
        place = {article.id: names.index(Path(article.source).stem) for article in store.articles()}
        rankings = [
            unique([place[hit.chunk.article_id] for hit in store.search(record["question"], 10)])
            for record in records
        ]
    finally:
        store.close()
    scores = score(rankings, [frozenset({names.index(record["article"])}) for record in records])
    return {"hit@1": scores.hit(1), "hit@3": scores.hit(3)}


def _questions() -> list[dict[str, str]]:
    return [*map(json.loads, QUESTIONS.read_text("utf-8").splitlines())]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and raise the floors if told so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval.gate")
    parser.add_argument("--data", type=Path, required=True, help="holds train/, dev/, report/")
    parser.add_argument("--raise", dest="lift", action="store_true", help="lift the floors")
    options = parser.parse_args(arguments)
    stored = read_floors(PART)
    tasks = gate_tasks(options.data)
    questions = {task.key: len(task.queries) for task in tasks} | {"bundled": len(_questions())}
    with tempfile.TemporaryDirectory() as work:
        found = {task.key: reached(task, Path(work)) for task in tasks}
        found["bundled"] = reached_bundled(Path(work))
    for key, figures in found.items():
        floors = stored["floors"].get(key, {})
        print(*lines(key, figures, floors), sep="\n")
        stored["floors"][key] = raised(floors, figures, questions[key])
    if options.lift:
        stored["digests"] = {task.key: digests(task, options.data) for task in tasks}
        write_floors(PART, stored)


if __name__ == "__main__":
    main()
