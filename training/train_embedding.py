"""Make the bundled static embedder: from data to the finished model folder, on one CPU core.

``python -m training.train_embedding --data ../shared/data --out vectorstore/models/xieshou-embedding-v1``

A text's vector is the mean of its pieces' vectors, L2-normalised. Steps: learn the pieces; cut all texts once; train
on self-supervised pairs (a title or part of a sentence against the text around it); embed every passage and group
the alike, so that a batch holds hard negatives; go on with questions mixed in; fold, check and write.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from benchmarks.embedding import StaticReader, dev_sets, figure
from training.embedding_corpus import Corpus, build_corpus, read_passages
from training.embedding_folder import finish_folder, write_tables
from training.embedding_pieces import learn_tokenizer, script_map
