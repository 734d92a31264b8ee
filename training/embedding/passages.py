"""The texts that the embedder learns from, read from the training sets."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.embedding import held_out, read_lines
from training.embedding.recipe import SENTENCE


@dataclass(frozen=True)
class Passage:
    """A text to learn from, with its title ("" for none) and its questions with answers."""

    source: str
    title: str
    text: str
    questions: tuple[tuple[str, str], ...] = ()


def kept_for_ranker(text: str) -> bool:
    """Whether a text belongs to the eighth that the ranker learns from, and the embedder not."""
    return int(hashlib.sha1(text.encode()).hexdigest(), 16) % 24 in (1, 2, 4)


def read_news(path: Path) -> Iterator[Passage]:
    """News articles; a reprint (same longest sentence) is left out."""
    seen: set[str] = set()
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            key = max(SENTENCE.findall(record["text"]) or [""], key=len)
            if key not in seen and not (record["title"] and kept_for_ranker(record["text"])):
                seen.add(key)
                # The page repeats its headline; a title that its text holds teaches nothing.
                text = record["text"].replace("原标题：", "").replace(record["title"] or "\0", "")
                yield Passage("news", record["title"], text)


def read_laws(path: Path, size: int = 600) -> Iterator[Passage]:
    """Laws cut into passages of about ``size`` characters, titled by law and chapter."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            body = record["text"].partition("<!-- INFO END -->")[2] or record["text"]
            for section in re.split(r"\n#+ ", body):
                heading, _, text = section.strip().partition("\n")
                if section is body or not text.strip():
                    heading, text = "", section
                part = ""
                for paragraph in text.split("\n"):
                    part += paragraph.strip() + "\n"
                    if len(part) > size:
                        yield Passage("laws", f"{record['title']} {heading}", part)
                        part = ""
                if len(part) > size // 4:
                    yield Passage("laws", f"{record['title']} {heading}", part)


def read_questions(path: Path) -> Iterator[Passage]:
    """Paragraphs of a QA file with their answerable questions; held-out ones are left out."""
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in read_lines(path):
        groups[record["context"]].append(record)
    for context, records in groups.items():
        if kept_for_ranker(context) or (path.name.startswith("dureader") and held_out(context)):
            continue
        asked = tuple((r["question"], r["answers"][0][0]) for r in records if r["answers"])
        yield Passage(path.stem, records[0]["title"], context, asked)


def read_dbqa(path: Path) -> Iterator[Passage]:
    """Sentence-choice groups: the sentences of a question joined, the right one its answer."""
    groups: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        question, sentence, label = line.split("\t")
        groups[question].append((sentence.strip(), label == "1"))
    for question, sentences in groups.items():
        right = next((index for index, (_, good) in enumerate(sentences) if good), -1)
        if right >= 0:
            near = sentences[max(0, right - 5) : right + 6]
            text = "\n".join(sentence for sentence, _ in near)
            yield Passage(path.stem, "", text, ((question, sentences[right][0]),))


def read_passages(data: Path) -> list[Passage]:
    """All training passages, in a fixed order."""
    train = data / "train"
    laws = list(read_laws(train / "laws.jsonl.xz"))[::2]  # half, so that news leads
    out = [*read_news(train / "news_articles.jsonl.xz"), *laws]
    for name in ("cmrc2018_train", "drcd_dev_simplified"):
        out.extend(read_questions(train / f"{name}.jsonl"))
    for name in ("dureader_checklist_dev", "dureader_qg_noleak"):
        out.extend(read_questions(train / f"{name}.jsonl"))
    out.extend(read_dbqa(train / "nlpcc_dbqa_develop.tsv"))
    return out
