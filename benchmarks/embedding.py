"""Measure the bundled embedder alone beside bigram BM25, in one run.

``python -m benchmarks.embedding --data ../shared/data`` reads the finished model folder with
tokenizers, safetensors and numpy only, ranks every passage of each set by each scorer, and writes
the table to ``benchmarks/embedding.md``.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
Scorer = Callable[[Sequence[str], Sequence[str]], Floats]
DEFAULT_MODEL = Path("vectorstore/models/xieshou-embedding-v2")
DEFAULT_OUT = Path("benchmarks/embedding.md")
TERM = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class RetrievalSet:
    """Queries, passages, and for each query the indices of its right passages."""

    name: str
    queries: list[str]
    passages: list[str]
    gold: list[set[int]]


@dataclass(frozen=True)
class Figure:
    """What one scorer reached on one set; nDCG@10 and hit@1 in per cent."""

    ndcg: float
    hit: float


class StaticReader:
    """A static embedder without torch: the mean of the token vectors, L2-normalised.

    ``encode`` returns float32 of shape (texts, dimensions).
    """

    def __init__(self, tokenizer: Tokenizer, table: Floats) -> None:
        self.tokenizer = tokenizer
        self.table = table

    @classmethod
    def open(cls, folder: Path) -> StaticReader:
        """Read a finished model folder: int8 rows and a float32 scale for each."""
        stored = load_file(folder / "model.safetensors")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return cls(tokenizer, stored["embeddings"].astype(np.float32) * stored["weights"][:, None])

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of texts; zero for a text without known tokens."""
        out = np.zeros((len(texts), self.table.shape[1]), dtype=np.float32)
        encodings = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for row, encoding in enumerate(encodings):
            if encoding.ids:
                out[row] = self.table[encoding.ids].mean(axis=0)
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        np.divide(out, norms, out=out, where=norms > 0)
        return out

    def score(self, queries: Sequence[str], passages: Sequence[str]) -> Floats:
        """Cosine of every query with every passage, shape (queries, passages)."""
        scores: Floats = self.encode(queries) @ self.encode(passages).T
        return scores


def bigram_terms(text: str) -> list[str]:
    """Single Chinese characters and their bigrams; Latin words and numbers whole."""
    terms: list[str] = []
    for run in TERM.findall(text.lower()):
        if run[0] < "\u3400":
            terms.append(run)
            continue
        terms.extend(run)
        terms.extend(run[i : i + 2] for i in range(len(run) - 1))
    return terms


def bm25_scores(queries: Sequence[str], passages: Sequence[str]) -> Floats:
    """Lucene's BM25 over ``bigram_terms``; shape (queries, passages)."""
    k1, b = 1.5, 0.75
    counts = [Counter(bigram_terms(passage)) for passage in passages]
    lengths = np.array([sum(c.values()) for c in counts], dtype=np.float32)
    norm = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))
    postings: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for row, counter in enumerate(counts):
        for term, count in counter.items():
            postings[term][0].append(row)
            postings[term][1].append(count)
    scores = np.zeros((len(queries), len(passages)), dtype=np.float32)
    for number, query in enumerate(queries):
        for term, times in Counter(bigram_terms(query)).items():
            if term not in postings:
                continue
            rows, tf = np.array(postings[term][0]), np.array(postings[term][1], dtype=np.float32)
            idf = math.log(1 + (len(passages) - len(rows) + 0.5) / (len(rows) + 0.5))
            scores[number, rows] += times * idf * tf / (tf + norm[rows])
    return scores


def figure(scores: Floats, gold: Sequence[set[int]], depth: int = 10) -> Figure:
    """nDCG@depth and hit@1 with binary relevance; ties go to the earlier passage."""
    gains = 1 / np.log2(np.arange(2, depth + 2))
    ndcg, hits = [], []
    for row, right in zip(scores, gold, strict=True):
        top = np.argsort(-row, kind="stable")[:depth]
        found = np.array([index in right for index in top])
        ndcg.append(
            float((found * gains[: len(top)]).sum() / gains[: min(depth, len(right))].sum())
        )
        hits.append(bool(found[0]))
    return Figure(100 * float(np.mean(ndcg)), 100 * float(np.mean(hits)))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def held_out(context: str) -> bool:
    """Whether a web paragraph belongs to the third that training never sees."""
    return int(hashlib.sha1(context.encode()).hexdigest(), 16) % 3 == 0


def pooled(name: str, pairs: Iterable[tuple[str, str]]) -> RetrievalSet:
    """Pool (question, passage) pairs: unique questions over unique passages."""
    passages: dict[str, int] = {}
    gold: dict[str, set[int]] = {}
    for question, passage in pairs:
        gold.setdefault(question, set()).add(passages.setdefault(passage, len(passages)))
    return RetrievalSet(name, list(gold), list(passages), list(gold.values()))


def qa_set(name: str, files: Sequence[Path], only_held_out: bool = False) -> RetrievalSet:
    """The answerable questions of QA files over their pooled paragraphs."""
    records = [record for file in files for record in read_lines(file) if record["answers"]]
    kept = [r for r in records if not only_held_out or held_out(r["context"])]
    return pooled(name, ((r["question"], r["context"]) for r in kept))


def broadcast_set(data: Path) -> RetrievalSet:
    """Evening-news titles over the bodies, which don't hold their titles."""
    articles = read_lines(data / "dev/broadcast_articles.jsonl")
    place = {article["id"]: index for index, article in enumerate(articles)}
    titles = read_lines(data / "dev/broadcast_titles.jsonl")
    gold = [{place[title["article_id"]]} for title in titles]
    name = "evening-news titles → articles (dev)"
    return RetrievalSet(name, [t["question"] for t in titles], [a["text"] for a in articles], gold)


def xquad_set(data: Path) -> RetrievalSet:
    """XQuAD-zh as MTEB's XQuADRetrieval has it."""
    tree = json.loads((data / "report/xquad.zh.json").read_text(encoding="utf-8"))
    paragraphs = [paragraph for document in tree["data"] for paragraph in document["paragraphs"]]
    return pooled(
        "XQuAD-zh", ((qa["question"], p["context"]) for p in paragraphs for qa in p["qas"])
    )


def dev_sets(data: Path) -> list[RetrievalSet]:
    """The sets that training may tune on."""
    return [
        broadcast_set(data),
        qa_set("CMRC 2018 trial (dev)", [data / "dev/cmrc2018_trial.jsonl"]),
    ]


def report_sets(data: Path) -> list[RetrievalSet]:
    """The sets that nothing is trained or tuned on."""
    web = [data / "train/dureader_qg_noleak.jsonl", data / "train/dureader_checklist_dev.jsonl"]
    return [
        xquad_set(data),
        qa_set("DuReader web questions, held-out third", web, only_held_out=True),
    ]


def twin_cosines(reader: StaticReader, data: Path) -> Floats:
    """Cosine of each DRCD dev paragraph in traditional script with its simplified twin."""
    tree = json.loads((data / "train/DRCD_dev.json").read_text(encoding="utf-8"))
    paragraphs = [paragraph for document in tree["data"] for paragraph in document["paragraphs"]]
    traditional = {qa["id"]: p["context"] for p in paragraphs for qa in p["qas"]}
    records = read_lines(data / "train/drcd_dev_simplified.jsonl")
    simplified = {record["id"]: record["context"] for record in records}
    both = sorted({(traditional[k], simplified[k]) for k in traditional.keys() & simplified.keys()})
    left, right = (reader.encode([pair[side] for pair in both]) for side in (0, 1))
    cosines: Floats = (left * right).sum(axis=1)
    return cosines


def result_table(reader: StaticReader, data: Path) -> str:
    """Measure both scorers on every set; the table in Markdown."""
    scorers: dict[str, Scorer] = {"bigram BM25": bm25_scores, "dense alone": reader.score}
    heads = " | ".join(f"{name}: nDCG@10 / hit@1" for name in scorers)
    lines = [f"| set | queries · passages | {heads} |", "| --- " * (2 + len(scorers)) + "|"]
    for item in [*report_sets(data), *dev_sets(data)]:
        cells = [item.name, f"{len(item.queries):,} · {len(item.passages):,}"]
        for scorer in scorers.values():
            result = figure(scorer(item.queries, item.passages), item.gold)
            cells.append(f"{result.ndcg:.2f} / {result.hit:.1f}")
        lines.append("| " + " | ".join(cells) + " |")
    twins = twin_cosines(reader, data)
    lines.append(
        f"\nTraditional twins: over {len(twins):,} DRCD paragraphs the vector of the traditional"
        f" text has a cosine of {float(twins.mean()):.4f} (mean), {float(twins.min()):.4f} (least)"
        " with that of the simplified text."
    )
    return "\n".join(lines)


def speed_line(reader: StaticReader, data: Path) -> str:
    """Texts a second over the evening-news articles, in processor time."""
    texts = [article["text"] for article in read_lines(data / "dev/broadcast_articles.jsonl")]
    start = time.process_time()
    reader.encode(texts)
    rate = len(texts) / (time.process_time() - start)
    mean = sum(map(len, texts)) / len(texts)
    return f"Encoding: {rate:,.0f} texts of {mean:.0f} characters in a second of processor time."


TEMPLATE = """# The bundled embedder, alone

`python -m benchmarks.embedding --data {data} --model {model}` · {date}

Each query ranks all passages of its set. No question or passage of the table's sets was trained
on; the two sets marked (dev) were used to choose settings.

{table}

{speed}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the result file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="holds train/, dev/, report/")
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL, help="finished model folder")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="result file")
    options = parser.parse_args(arguments)
    reader = StaticReader.open(options.model)
    text = TEMPLATE.format(
        data=options.data,
        model=options.model,
        date=datetime.date.today(),
        table=result_table(reader, options.data),
        speed=speed_line(reader, options.data),
    )
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
