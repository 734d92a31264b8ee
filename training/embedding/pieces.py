"""The pieces that the embedder cuts text into, and how traditional script becomes simplified."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
from opencc import OpenCC
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from training.embedding.passages import Passage
from training.embedding.recipe import HAN, RUNS, SUBJECT, Recipe


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


def learn_tokenizer(
    passages: Sequence[Passage], english: Counter[str], recipe: Recipe
) -> Tokenizer:
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
        max_piece_length=5,
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
    words = Counter(re.findall("[a-z]{2,16}", text)) + english
    extra = [(c, math.log(counts[c] / total)) for c in rare[: recipe.rare]]
    latin = [(word, n) for word, n in words.most_common() if word not in known and len(word) > 1]
    extra += [(word, math.log(n / total)) for word, n in latin[: recipe.latin]]
    tokenizer.model = models.Unigram([*learned, *extra], unk_id=0, byte_fallback=False)
    return tokenizer
