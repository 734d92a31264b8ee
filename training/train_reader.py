"""Make the bundled sentence scorer: `python -m training.train_reader --data ../shared/data`.

From web news come the frequencies of terms; from Chinese question sets come examples. For each
question the search brings chunks as it does in use; a sentence that holds the answer is a positive
example, the others are negative. Each question is used twice: as it is, and with the sentences
that hold the answer taken out of the article, so that the scorer learns to say no where the
subject is right and the fact is absent.
"""

import argparse
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.asking.question import analyse
from assistant.facts.weights import TermWeights, bucket
from assistant.reading.evidence import FEATURES, features, passages
from training.question_sets import Articles, Parts, read_questions
from training.sentence_network import Example, fit_together, judged
from training.sums import save
from vectorstore import Chunk, terms

_SETS = (
    "cmrc2018_train.jsonl",
    "drcd_dev_simplified.jsonl",
    "dureader_checklist_dev.jsonl",
    "dureader_qg_noleak.jsonl",
)
_HITS = 8
_HIDDEN = 32
# Share of the answerable development questions that stay answered: an answer lost costs more than
# one given beside the question, whose words and article a person sees at once.
_KEPT = 0.9


def count_terms(data: Path, articles: int) -> tuple[NDArray[np.uint8], int]:
    """How many news articles hold each bucket of terms: 8 · log2(1 + n), shape (2**18,)."""
    counts = np.zeros(1 << 18, dtype=np.int64)
    number = 0
    with lzma.open(data / "train" / "news_articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if number == articles:
                break
            counts[list({bucket(term) for term in terms(json.loads(line)["text"])})] += 1
            number += 1
    return np.round(8 * np.log2(1 + counts)).clip(0, 255).astype(np.uint8), number


def examples(items: list[dict[str, Any]], weights: TermWeights) -> Iterator[Example]:
    """Two examples of each question: with the answer among the sentences, and without it."""
    articles = Articles(items)
    for item in items:
        found = articles.search(item["question"], _HITS)
        gold = str(articles.place[item["context"]])
        marked = [(piece, piece.article_id == gold) for piece in found]
        for keep in (True, False):
            example = _example(item, marked, keep, weights)
            if example is not None:
                yield example


def _example(
    item: dict[str, Any], found: list[tuple[Chunk, bool]], keep: bool, weights: TermWeights
) -> Example | None:
    spans = [(start, start + len(text)) for text, start in item["answers"] if start >= 0]
    answers = [text for text, _ in item["answers"] if len(text) > 1]
    found_passages, labels, seen = [], [], set()
    for rank, (piece, is_gold) in enumerate(found, 1):
        parts = Parts.of(piece, spans if is_gold else [])
        kept, held = "".join(parts.texts) if keep else parts.without, parts.held
        title = item.get("title", "") if is_gold else ""
        for _, _, passage in passages(kept, title, rank):
            text = passage.sentence
            # A sentence elsewhere that holds the same words may answer too: it teaches nothing.
            doubtful = text not in held and any(answer in text for answer in answers)
            if text not in seen and not doubtful:
                seen.add(text)
                found_passages.append(passage)
                labels.append(float(text in held))
    if not found_passages or (keep and not any(labels)):
        return None
    rows = features(analyse(item["question"]), found_passages, weights)
    return Example(rows, np.asarray(labels, dtype=np.float32), keep)


def main() -> None:
    """Train, judge on the development set, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, default=Path("assistant/models/xieshou-reader-v1"))
    parser.add_argument("--questions", type=int, default=1800, help="most questions of each set")
    parser.add_argument(
        "--articles", type=int, default=20000, help="news articles to count terms in"
    )
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    frequency, counted = count_terms(given.data, given.articles)
    weights = TermWeights(frequency, counted)
    train: list[Example] = []
    for name in _SETS:
        items = read_questions(
            given.data / "train" / name, given.questions, given.seed, answered=True
        )
        train += examples(items, weights)
        print(f"{name}: {len(items)} questions, {len(train)} examples so far")
    layers = fit_together(train, _HIDDEN, given.seed)
    trial = read_questions(
        given.data / "dev" / "cmrc2018_trial.jsonl", 1002, given.seed, answered=True
    )
    found = judged(layers, list(examples(trial, weights)), _KEPT)
    print(json.dumps(found))
    config = {"articles": counted, "features": list(FEATURES), **found}
    save(given.out, {"frequency": frequency, **layers}, config)


if __name__ == "__main__":
    main()
