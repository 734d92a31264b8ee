"""Make the bundled static embedder: from data to the finished model folder, on one CPU core.

``python -m training.train_embedding --data ../shared/data \
    --out vectorstore/models/xieshou-embedding-v1``

A text's vector is the mean of its pieces' vectors, L2-normalised. Steps: learn the pieces; cut all
texts once; train on self-supervised pairs (a title or part of a sentence against the text around
it); embed every passage and group the alike, so that a batch holds hard negatives; go on with
questions mixed in; fold, check and write.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import logging
import lzma
import math
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from opencc import OpenCC
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch.nn import functional
from tqdm import tqdm

from benchmarks.embedding import StaticReader, held_out, read_lines, result_table

log = logging.getLogger("train_embedding")
Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
HAN = range(0x3400, 0xA000)
SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;\n]*")
SUBJECT = re.compile("对口|协作|帮扶|老区|大湾区|合作区|区域协调|协同发展")
RUNS = r"\p{Han}+|[0-9]+|[^\p{Han}0-9\W_]+"  # what a piece may span; punctuation is dropped


@dataclass(frozen=True)
class Recipe:
    """Every choice of the training; chosen on dev/ alone (docs/log.md has what did not help)."""

    pieces: int = 40_000
    latin: int = 3_000  # of them whole Latin words
    rare: int = 2_500  # of them characters that the sample lacks
    learn_near: int = 1_500  # passages on the library's subject to learn pieces on
    learn_more: int = 3_500  # other passages
    dimensions: int = 512
    batch: int = 1024
    temperature: float = 0.03
    rate: float = 1e-2
    share: float = 1.0  # of the mean of its sub-pieces in a piece's vector
    first_steps: int = 750
    second_steps: int = 600
    supervised: float = 0.25  # share of second-stage batches
    leaf: int = 64  # alike passages side by side in a second-stage batch
    keep_sentence: float = 0.3  # how often the query's sentence stays in its passage
    seed: int = 20261121


@dataclass(frozen=True)
class Passage:
    """A text to learn from, with its title ("" for none) and its questions with answers."""

    source: str
    title: str
    text: str
    questions: tuple[tuple[str, str], ...] = ()


# --- reading -------------------------------------------------------------------------------------


def read_news(path: Path) -> Iterator[Passage]:
    """News articles; a reprint (same longest sentence) is left out."""
    seen: set[str] = set()
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            key = max(SENTENCE.findall(record["text"]) or [""], key=len)
            if key not in seen:
                seen.add(key)
                yield Passage("news", record["title"], record["text"])


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
        if path.name.startswith("dureader") and held_out(context):
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


# --- pieces --------------------------------------------------------------------------------------


def script_map(texts: Sequence[str]) -> dict[str, str]:
    """Traditional character → its simplified one, so that twins are cut alike.

    OpenCC's single characters, and over them every pair that its phrase-wise s2t, s2tw and s2hk
    make of real text: 著 stands for 着 as well, so both become 着 wherever they are met.
    """
    chosen: dict[str, str] = {}
    for name in ("hk2s", "tw2s", "t2s"):
        convert = OpenCC(name).convert
        chosen |= {chr(c): s for c in HAN if len(s := convert(chr(c))) == 1 and s != chr(c)}
    pairs: Counter[tuple[str, str]] = Counter()
    for name in ("s2t", "s2tw", "s2hk"):
        convert = OpenCC(name).convert
        for text in texts:
            if len(other := convert(text)) == len(text):
                pairs.update((t, s) for t, s in zip(other, text, strict=True) if t != s)
    for (traditional, simplified), _ in sorted(pairs.items(), key=lambda item: item[1]):
        if chosen.get(simplified) != traditional:
            chosen[traditional] = simplified
    return {key: _root(chosen, key) for key in sorted(chosen) if _root(chosen, key) != key}


def _root(chosen: dict[str, str], key: str) -> str:
    """Follow the map to its end; a ring ends at its least character."""
    path = [key]
    while (key := chosen.get(key, key)) not in path:
        path.append(key)
    return min(path[path.index(key) :])


def charsmap(mapping: dict[str, str]) -> bytes:
    """A character map in the form of the Precompiled normaliser: a double array over UTF-8."""
    tree: dict[int, Any] = {}
    values = bytearray()
    for key, value in mapping.items():
        node = tree
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[0] = len(values)
        values += value.encode() + b"\0"
    units: dict[int, int] = {0: 0}
    bases: set[int] = set()
    stack: list[tuple[int, dict[int, Any]]] = [(0, tree)]
    while stack:
        place, node = stack.pop()
        base = next(b for b in count(1) if b not in bases and not any(b ^ c in units for c in node))
        bases.add(base)
        units[place] |= (base ^ place) << 10 | (0x100 if 0 in node else 0)
        for label, child in node.items():
            units[base ^ label] = child | 1 << 31 if label == 0 else label
            if label:
                stack.append((base ^ label, child))
    size = (max(units) | 0xFF) + 1
    array = np.zeros(size, dtype="<u4")
    array[list(units)] = list(units.values())
    return np.array([4 * size], dtype="<u4").tobytes() + array.tobytes() + bytes(values)


def blank_tokenizer(mapping: dict[str, str]) -> Tokenizer:
    """A tokenizer without pieces that normalises width, case and script by itself."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Precompiled(charsmap(mapping))]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(RUNS), behavior="removed", invert=True)
    return tokenizer


def learn_tokenizer(passages: Sequence[Passage], recipe: Recipe) -> Tokenizer:
    """Learn unigram pieces on a sample; rarer characters and Latin words from all texts."""
    order = np.random.default_rng(recipe.seed).permutation(len(passages))
    near = [i for i in order if SUBJECT.search(passages[i].text)][: recipe.learn_near]
    texts = [f"{p.title}\n{p.text}" for p in (passages[i] for i in [*near, *order])]
    sample = texts[: len(near) + recipe.learn_more]
    mapping = script_map(sample[:2000])
    tokenizer = blank_tokenizer(mapping)
    trainer = trainers.UnigramTrainer(
        vocab_size=recipe.pieces - recipe.latin - recipe.rare,
        special_tokens=["[UNK]"],
        unk_token="[UNK]",
        max_piece_length=6,
        n_sub_iterations=1,
        shrinking_factor=0.6,
        show_progress=False,
    )
    tokenizer.train_from_iterator(sample, trainer)
    learned = [tuple(item) for item in json.loads(tokenizer.to_str())["model"]["vocab"]]
    known = {piece for piece, _ in learned}
    text = unicodedata.normalize("NFKC", "\n".join(texts)).lower()
    counts = Counter(text.translate({ord(key): value for key, value in mapping.items()}))
    total = sum(counts.values())
    rare = [c for c, _ in counts.most_common() if c.isalnum() and c not in known]
    words = Counter(word for word in re.findall("[a-z]{2,16}", text) if word not in known)
    extra = [(c, math.log(counts[c] / total)) for c in rare[: recipe.rare]]
    extra += [(word, math.log(n / total)) for word, n in words.most_common(recipe.latin)]
    tokenizer.model = models.Unigram([*learned, *extra], unk_id=0, byte_fallback=False)
    return tokenizer


# --- corpus --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Corpus:
    """All passages as piece ids: flat arrays and the offsets of what they hold."""

    ids: Ids
    sentences: Ints  # (sentences + 1,) offsets into ids
    passages: Ints  # (passages + 1,) offsets into sentences
    titles: list[Ids]
    questions: list[list[tuple[Ids, int]]]  # by passage, with answer sentence

    def window(self, passage: int, first: int, room: int, without: int = -1) -> Ids:
        """Ids from sentence ``first`` on, at most ``room``, leaving sentence ``without`` out."""
        start, end = self.sentences[first], self.sentences[self.passages[passage + 1]]
        if not first <= without:
            return self.ids[start : min(end, start + room)]
        low, high = self.sentences[without], self.sentences[without + 1]
        rest = max(0, start + room - low)
        before = self.ids[start : min(low, start + room)]
        return np.concatenate([before, self.ids[high : min(end, high + rest)]])


def cut(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    """Piece ids of each text."""
    out: list[Ids] = []
    for start in range(0, len(texts), 4096):
        part = list(texts[start : start + 4096])
        encodings = tokenizer.encode_batch_fast(part, add_special_tokens=False)
        out.extend(np.array(encoding.ids, dtype=np.int32) for encoding in encodings)
    return out


def build_corpus(tokenizer: Tokenizer, passages: Sequence[Passage]) -> Corpus:
    """Cut every passage, title and question once."""
    split = [SENTENCE.findall(p.text)[:80] for p in passages]
    sentences = cut(tokenizer, [sentence for part in split for sentence in part])
    titles = cut(tokenizer, [p.title for p in passages])
    asked = iter(cut(tokenizer, [q for p in passages for q, _ in p.questions]))
    questions = [
        [
            (next(asked), next((i for i, s in enumerate(part) if answer in s), -1))
            for _, answer in passage.questions
        ]
        for passage, part in zip(passages, split, strict=True)
    ]
    return Corpus(
        np.concatenate(sentences),
        np.cumsum([0, *map(len, sentences)]),
        np.cumsum([0, *map(len, split)]),
        titles,
        questions,
    )


class Sampler:
    """Draw (query, passage) id pairs."""

    def __init__(self, corpus: Corpus, recipe: Recipe) -> None:
        self.corpus, self.recipe = corpus, recipe
        self.random = np.random.default_rng(recipe.seed)

    def thin(self, ids: Ids) -> Ids:
        """A sentence as a person might type it: whole, a stretch of it, or some of its words."""
        way = self.random.random()
        if way < 0.3 or len(ids) < 4:
            return ids[:48]
        if way < 0.6:
            length = int(self.random.integers(3, 13))
            start = int(self.random.integers(0, max(1, len(ids) - length)))
            return ids[start : start + length]
        kept = ids[self.random.random(len(ids)) < self.random.uniform(0.25, 0.9)]
        return kept[:32] if len(kept) > 1 else ids[:32]

    def pair(self, passage: int) -> tuple[Ids, Ids]:
        """A title or a thinned sentence, and the text around it."""
        corpus, random = self.corpus, self.random
        first, last = int(corpus.passages[passage]), int(corpus.passages[passage + 1])
        room = int(random.integers(40, 220))
        title = corpus.titles[passage]
        if len(title) > 2 and random.random() < 0.4:
            start = first if random.random() < 0.7 else int(random.integers(first, last))
            return title, corpus.window(passage, start, room)
        sentence = first if random.random() < 0.15 else int(random.integers(first, last))
        ids = corpus.ids[corpus.sentences[sentence] : corpus.sentences[sentence + 1]]
        start = max(first, sentence - int(random.integers(0, 5)))
        keep = random.random() < self.recipe.keep_sentence
        document = corpus.window(passage, start, room, -1 if keep else sentence)
        if len(document) < 8:
            document = corpus.window(passage, first, room, -1 if keep else sentence)
        return self.thin(ids), document

    def asked(self, passage: int) -> tuple[Ids, Ids]:
        """A question, and its paragraph or the part around its answer."""
        corpus, random = self.corpus, self.random
        first = int(corpus.passages[passage])
        questions = corpus.questions[passage]
        question, answer = questions[int(random.integers(len(questions)))]
        if random.random() < 0.2:
            question = question[random.random(len(question)) < 0.7]
        if answer < 0 or random.random() < 0.6:
            return question, corpus.window(passage, first, 320)
        start = max(first, first + answer - int(random.integers(0, 3)))
        return question, corpus.window(passage, start, int(random.integers(60, 220)))


# --- training ------------------------------------------------------------------------------------


def sharing(tokenizer: Tokenizer, share: float) -> torch.Tensor:
    """(pieces, pieces) sparse: a piece is its own row and ``share`` of its sub-pieces' mean."""
    vocabulary = tokenizer.get_vocab()
    rows, columns, values = [], [], []
    for piece, row in vocabulary.items():
        parts = {piece[i:j] for i in range(len(piece)) for j in range(i + 1, len(piece) + 1)}
        found = sorted(vocabulary[p] for p in parts if p in vocabulary and p != piece)
        found = found if row else []
        rows += [row] * (1 + len(found))
        columns += [row, *found]
        values += [1.0, *[share / max(1, len(found))] * len(found)]
    shape = (len(vocabulary), len(vocabulary))
    return torch.sparse_coo_tensor(torch.tensor([rows, columns]), torch.tensor(values), shape)


def first_rows(corpus: Corpus, pieces: int, recipe: Recipe) -> torch.Tensor:
    """Random rows, longer for rarer pieces."""
    frequency = np.bincount(corpus.ids, minlength=pieces) / len(corpus.ids)
    weight = torch.from_numpy((1e-3 / (1e-3 + frequency)).astype(np.float32))
    generator = torch.Generator().manual_seed(recipe.seed)
    return torch.randn(pieces, recipe.dimensions, generator=generator) * 0.1 * weight[:, None]


def bag(table: torch.Tensor, texts: Sequence[Ids]) -> torch.Tensor:
    """Unit vectors of texts given as piece ids."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    flat = torch.from_numpy(np.concatenate(texts).astype(np.int64))
    offsets = torch.from_numpy(np.cumsum(lengths) - lengths)
    return functional.normalize(functional.embedding_bag(flat, table, offsets, mode="mean"))


def info_nce(queries: torch.Tensor, passages: torch.Tensor, temperature: float) -> torch.Tensor:
    """In-batch contrast, both ways; near-copies of a passage don't count as wrong."""
    scores = queries @ passages.T / temperature
    with torch.no_grad():
        copies = (passages @ passages.T > 0.97).fill_diagonal_(False)
    scores = scores.masked_fill(copies, -1e4)
    target = torch.arange(len(scores))
    return (
        functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)
    ) / 2


def alike(vectors: Floats, leaf: int, random: np.random.Generator) -> list[Ints]:
    """Groups of at most ``leaf`` alike rows, by halving along the line of two random rows."""
    groups, done = [np.arange(len(vectors))], []
    while groups:
        group = groups.pop()
        if len(group) <= leaf:
            done.append(group)
            continue
        left, right = random.choice(group, 2, replace=False)
        order = group[np.argsort(vectors[group] @ (vectors[left] - vectors[right]), kind="stable")]
        groups += [order[: len(order) // 2], order[len(order) // 2 :]]
    return done


def embed_passages(corpus: Corpus, table: torch.Tensor) -> Floats:
    """A vector for the first 200 pieces of every passage."""
    out = []
    total = len(corpus.passages) - 1
    for start in range(0, total, 2048):
        texts = [
            corpus.window(p, int(corpus.passages[p]), 200)
            for p in range(start, min(total, start + 2048))
        ]
        out.append(bag(table, texts).numpy())
    return np.concatenate(out)


def plan_batches(groups: Sequence[Ints], size: int, random: np.random.Generator) -> Iterator[Ints]:
    """Endless batches of ``size`` passages, made of whole groups in random order."""
    while True:
        order = np.concatenate([groups[i] for i in random.permutation(len(groups))])
        for start in range(0, len(order) - size + 1, size):
            yield order[start : start + size]


class Trainer:
    """The rows under training, their optimiser, and the folding into the final table."""

    def __init__(self, corpus: Corpus, tokenizer: Tokenizer, recipe: Recipe) -> None:
        self.recipe, self.sampler = recipe, Sampler(corpus, recipe)
        shared = sharing(tokenizer, recipe.share).coalesce()
        self.fold, self.fold_back = shared.to_sparse_csr(), shared.t().to_sparse_csr()
        self.rows = first_rows(corpus, tokenizer.get_vocab_size(), recipe).requires_grad_()
        self.adam = torch.optim.Adam([self.rows], lr=recipe.rate, betas=(0.9, 0.99), fused=True)
        self.done = 0

    def table(self) -> torch.Tensor:
        """The piece vectors as they will ship."""
        with torch.no_grad():
            return self.fold @ self.rows

    def step(self, batch: Ints, asked: bool) -> float:
        """One update; the loss."""
        draw = self.sampler.asked if asked else self.sampler.pair
        pairs = [draw(int(passage)) for passage in batch]
        pairs = [(query, passage) for query, passage in pairs if len(query) and len(passage)]
        table = self.table().requires_grad_()
        queries, passages = (bag(table, [pair[side] for pair in pairs]) for side in (0, 1))
        loss = info_nce(queries, passages, self.recipe.temperature)
        loss.backward()  # type: ignore[no-untyped-call]
        assert table.grad is not None
        self.rows.grad = self.fold_back @ table.grad
        total = self.recipe.first_steps + self.recipe.second_steps
        warm = min(1.0, (self.done + 1) / 100)
        rate = warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.done / total)))
        self.adam.param_groups[0]["lr"] = self.recipe.rate * rate
        self.adam.step()
        self.done += 1
        return float(loss.detach())

    def run(self, plain: Iterator[Ints], asked: Iterator[Ints], steps: int, share: float) -> None:
        """``steps`` updates, a ``share`` of them on questions."""
        losses: list[float] = []
        for number in tqdm(range(steps), mininterval=10):
            question = int((number + 1) * share) > int(number * share)
            losses.append(self.step(next(asked if question else plain), question))
            if (number + 1) % 250 == 0:
                log.info("step %d, loss %.4f", self.done, float(np.mean(losses[-100:])))


def quiet_machine() -> None:
    """One thread; and large blocks kept by the allocator (a third of the time is page faults)."""
    torch.set_num_threads(1)
    if hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(-3, 1 << 30)  # M_MMAP_THRESHOLD
        library.mallopt(-1, (1 << 31) - 1)  # M_TRIM_THRESHOLD


def train(corpus: Corpus, tokenizer: Tokenizer, recipe: Recipe) -> Floats:
    """Both stages; the finished table."""
    trainer = Trainer(corpus, tokenizer, recipe)
    random = np.random.default_rng(recipe.seed)
    lengths = corpus.sentences[corpus.passages[1:]] - corpus.sentences[corpus.passages[:-1]]
    usable = np.flatnonzero((lengths > 24) & (np.diff(corpus.passages) > 1))
    with_questions = np.array([p for p in usable if corpus.questions[p]])
    single = [np.array([p]) for p in usable]
    singles = [np.array([p]) for p in with_questions]
    trainer.run(
        plan_batches(single, recipe.batch, random),
        plan_batches(singles, recipe.batch, random),
        recipe.first_steps,
        0.0,
    )
    vectors = embed_passages(corpus, trainer.table())
    hard = [usable[group] for group in alike(vectors[usable], recipe.leaf, random)]
    hard_asked = [with_questions[g] for g in alike(vectors[with_questions], recipe.leaf, random)]
    trainer.run(
        plan_batches(hard, recipe.batch, random),
        plan_batches(hard_asked, recipe.batch, random),
        recipe.second_steps,
        recipe.supervised,
    )
    table: Floats = trainer.table().numpy()
    return table


# --- the folder ----------------------------------------------------------------------------------


SOURCES = {
    "news": ("CRUD-RAG web news, 2023 (reprints left out)", "Apache-2.0 by its repository"),
    "laws": ("Laws, regulations, interpretations of China (half)", "public law"),
    "cmrc2018_train": ("CMRC 2018 train", "CC BY-SA 4.0"),
    "drcd_dev_simplified": ("DRCD dev, simplified by OpenCC", "CC BY-SA 3.0"),
    "dureader_checklist_dev": ("DuReader checklist dev, two thirds", "Apache-2.0"),
    "dureader_qg_noleak": ("DuReader question generation dev, two thirds", "Apache-2.0"),
    "nlpcc_dbqa_develop": ("NLPCC DBQA development", "published for research"),
}

CARD = """# xieshou-embedding-v1

A small static text embedder for Chinese retrieval, in sentence-transformers format. A text's vector
is the mean of its pieces' vectors, L2-normalised. There is no neural network to run: reading it
takes `tokenizers`, `safetensors` and `numpy`; PyTorch is not needed.

- **Size** <megabytes> MB: <pieces> pieces × <dimensions> dimensions, rows as int8 with a float32
  scale each. Vectors come out as float32 of <dimensions> dimensions; compare them by cosine.
- **Languages** Chinese in simplified and traditional script. The tokenizer itself normalises width
  (NFKC), case and script, so a traditional text gets nearly the vector of its simplified twin.
  <latin> Latin pieces were learned from names and terms inside Chinese text.
  **English sentences are not supported in this version**, nor is cross-language search.
- **Use** no prompts; questions and passages are embedded alike. Text without any known piece gets
  the zero vector.

```python
from sentence_transformers import SentenceTransformer  # 6.2 or later

model = SentenceTransformer("xieshou-embedding-v1", device="cpu")
```

Without sentence-transformers: `table = embeddings * weights[:, None]` from `model.safetensors`;
cut with `tokenizer.json` without special tokens; mean of the rows; divide by the length. Both ways
differ by at most <difference> in any coordinate (checked when the model was made).

## How it was made

`<command>` took <minutes>.

Unigram pieces of at most six characters are learned on the texts. Training is
contrastive (InfoNCE; the other passages of the batch are the wrong ones), first on self-supervised
pairs: a title, or part of a sentence, against the text around it; then, in batches of passages
that the first stage found alike, on the same pairs mixed with questions and their paragraphs. A
piece's row is learned as its own part plus the mean of its sub-pieces' parts. Seeds are fixed.

Settings: `<recipe>`

## Data

<data>

The model stores pieces of a few characters, no text. A third of the DuReader paragraphs (by hash)
was held out.

## Figures

Measured on this folder when it was made. The sets marked (dev) were used to choose settings.

<figures>

## Limits

- A bag of pieces: word order, negation and who did what to whom are invisible. Beside lexical
  search it adds recall; alone it is weaker than BM25 where question and passage share words.
- News of 2023, law and encyclopaedia text dominate. Dialects, classical Chinese and code
  are untested.
- Rare characters and pieces have poor vectors, and long texts blur: embed passages of a few
  hundred characters, not whole documents.
- Several data sets are under share-alike or research terms: see the table before reuse.
"""


def write_model(folder: Path, tokenizer: Tokenizer, table: Floats) -> None:
    """Write the sentence-transformers folder; rows as int8 with a float32 scale each.

    sentence-transformers (6.2 and later) multiplies ``embeddings`` by ``weights`` on loading and
    computes in float32. Plain float16 rows would give float16 vectors, and NaN for empty text.
    """
    from safetensors.numpy import save_file
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    folder.mkdir(parents=True, exist_ok=True)
    modules = [StaticEmbedding(tokenizer, embedding_weights=table), Normalize()]
    model = SentenceTransformer(modules=modules, device="cpu")
    model.save_pretrained(str(folder), create_model_card=False)
    scales = np.maximum(np.abs(table).max(axis=1), 1e-8).astype(np.float32) / 127
    rows = np.rint(table / scales[:, None]).astype(np.int8)
    save_file({"embeddings": rows, "weights": scales}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def check_model(folder: Path, texts: Sequence[str]) -> float:
    """Load the folder both ways; the greatest difference of any coordinate."""
    from sentence_transformers import SentenceTransformer

    texts = [*texts, "", "？！", "ＡＢＣ 対口合作", "\ufffd"]
    theirs = SentenceTransformer(str(folder), device="cpu").encode(texts, batch_size=256)
    ours = StaticReader.open(folder).encode(texts)
    difference = float(np.abs(theirs - ours).max())
    assert theirs.dtype == np.float32
    assert difference < 1e-6, difference
    assert not ours[-4:-2].any(), "text without pieces must give the zero vector"
    return difference


def corpus_table(passages: Sequence[Passage]) -> str:
    """What was learned from, counted, for the card."""
    lines = ["| data | passages | characters | questions | licence |", "| --- " * 5 + "|"]
    for source, (name, licence) in SOURCES.items():
        own = [p for p in passages if p.source == source]
        figures = len(own), sum(len(p.text) for p in own), sum(len(p.questions) for p in own)
        lines.append(f"| {name} | " + " | ".join(f"{n:,}" for n in figures) + f" | {licence} |")
    return "\n".join(lines)


def write_card(folder: Path, fields: dict[str, str]) -> None:
    """Fill the card; ``SHA256SUMS`` over all files beside it."""
    card = CARD
    for name, value in fields.items():
        card = card.replace(f"<{name}>", value)
    (folder / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder)}" for p in files]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")


def card_fields(folder: Path, options: argparse.Namespace, recipe: Recipe) -> dict[str, str]:
    """The figures of the card, measured on the written folder."""
    reader = StaticReader.open(folder)
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    latin = sum(1 for piece in reader.tokenizer.get_vocab() if re.fullmatch("[a-z]{2,}", piece))
    return {
        "pieces": f"{len(reader.table):,}",
        "latin": f"{latin:,}",
        "dimensions": str(recipe.dimensions),
        "megabytes": f"{size / 1e6:.1f}",
        "command": f"python -m training.train_embedding --data {options.data} --out {options.out}",
        "recipe": str(recipe),
        "figures": result_table(reader, options.data),
    }


def make(options: argparse.Namespace, recipe: Recipe) -> None:
    """The whole way, from data to the checked folder."""
    start = time.perf_counter()
    passages = read_passages(options.data)
    log.info("%d passages", len(passages))
    tokenizer = learn_tokenizer(passages, recipe)
    log.info("%d pieces after %.0f s", tokenizer.get_vocab_size(), time.perf_counter() - start)
    corpus = build_corpus(tokenizer, passages)
    log.info("%d ids after %.0f s", len(corpus.ids), time.perf_counter() - start)
    write_model(options.out, tokenizer, train(corpus, tokenizer, recipe))
    minutes, busy = (time.perf_counter() - start) / 60, time.process_time() / 60
    minutes_text = f"{busy:.0f} minutes of one CPU core ({minutes:.0f} by the clock)"
    difference = check_model(options.out, [p.text for p in passages[::200]])
    fields = card_fields(options.out, options, recipe)
    fields |= {"minutes": minutes_text, "difference": f"{difference:.1e}"}
    write_card(options.out, fields | {"data": corpus_table(passages)})
    log.info("made in %s; greatest difference %.1e", minutes_text, difference)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options and make the model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--quick", action="store_true", help="a tenth of the steps, for a trial")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    quiet_machine()
    recipe = Recipe(first_steps=200, second_steps=150) if options.quick else Recipe()
    make(options, recipe)


if __name__ == "__main__":
    main()
