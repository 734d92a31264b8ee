"""Every choice of the embedder's training, and the types that its parts share."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

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

    pieces: int = 47_000
    latin: int = 12_000  # of them whole Latin words, most from the dictionary
    rare: int = 2_500  # of them characters that the sample lacks
    learn_near: int = 1_500  # passages on the library's subject to learn pieces on
    learn_more: int = 3_500  # other passages
    dimensions: int = 512
    batch: int = 1024
    temperature: float = 0.03
    rate: float = 1e-2
    share: float = 1.0  # of the mean of its sub-pieces in a piece's vector
    first_steps: int = 1_300
    second_steps: int = 2_200
    supervised: float = 0.15  # share of second-stage batches
    english: float = 0.22  # share of all batches with English queries
    english_texts: float = 0.6  # share of passages without questions that get English queries
    regroup: int = 550  # second-stage steps until alike passages are looked for again
    leaf: int = 64  # alike passages side by side in a second-stage batch
    reworded: float = 0.15  # share of self-supervised queries that are misspelt or questions
    keep_sentence: float = 0.3  # how often the query's sentence stays in its passage
    seed: int = 20261121
