"""What the encoder says of a question and the sentences of passages.

One pre-trained multilingual encoder reads question, title, date and passage together; its heads say
whether the passage answers, which of its sentences do, where the short answer stands, and whether
the answer is yes. Made by `training/train_encoder.py`; run by ONNX Runtime alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.bundled import bundled_file
from assistant.reading.pieces import Pair, Pieces, batch
from vectorstore import sentences

Floats = NDArray[np.float32]
Bounds = tuple[int, int]

NAME = "xieshou-encoder-v1"
MODEL, TOKENIZER = "encoder.onnx", "tokenizer.json"
# Characters that are read at once; a chunk of the usual size is one window.
_WINDOW = 420
# Most pieces of a short answer.
_LONGEST = 40
# Columns of the two outputs, in the order of `training.encoder.network`.
_START, _END, _EVIDENCE = 0, 1, 2
_ANSWERS, _YES = 0, 1
# Windows of one run: more at once take more memory and no less time.
_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """What the heads say of one sentence, as logits (0: as likely as not).

    Attributes:
        bounds: of the sentence in its passage.
        answers: that its window answers the question at all.
        evidence: that the sentence belongs to what answers.
        yes: that the answer to a yes-no question is yes.
        span: of the likeliest short answer in it, bounds in the passage.
        sure: how much likelier that span is than that there is none.
    """

    bounds: Bounds
    answers: float
    evidence: float
    yes: float
    span: Bounds
    sure: float


class ReadingNetwork:
    """Reads passages for the sentences that answer.

    Args:
        model: the serialised ONNX model.
        pieces: cuts texts as it was trained with.
    """

    def __init__(self, model: bytes, pieces: Pieces) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        # A thread that waits for work by spinning takes the time of others.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._pieces = pieces

    def read(self, asked: str, passages: Sequence[tuple[str, str]]) -> list[list[ReadSentence]]:
        """What is said of each sentence of each passage, in order.

        Args:
            asked: the question, in any script or in English.
            passages: heading (see `vectorstore.heading`) and text of each.
        """
        cut = [
            (number, window)
            for number, (_, text) in enumerate(passages)
            for window in windows(sentences(text))
        ]
        texts = [
            (passages[number][0], passages[number][1][own[0][0] : own[-1][1]])
            for number, own in cut
        ]
        pairs = self._pieces.pairs([asked] * len(texts), texts)
        found: list[list[ReadSentence]] = [[] for _ in passages]
        read = zip(cut, pairs, self._logits(pairs), strict=True)
        for (number, own), pair, (tokens, answers) in read:
            found[number].extend(_sentences(own, pair, tokens, answers))
        return found

    def _logits(self, pairs: Sequence[Pair]) -> Iterator[tuple[Floats, Floats]]:
        for start in range(0, len(pairs), _TOGETHER):
            ids, mask = batch(pairs[start : start + _TOGETHER])
            given = {"ids": ids, "mask": mask.astype(np.int32)}
            tokens, whole = self._session.run(["tokens", "pair"], given)
            yield from zip(tokens, whole, strict=True)


@lru_cache(maxsize=1)
def load_network() -> ReadingNetwork:
    """The bundled encoder."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(bundled_file(NAME, TOKENIZER))
    return ReadingNetwork(bundled_file(NAME, MODEL), Pieces(tokenizer))


def windows(bounds: Sequence[Bounds]) -> list[list[Bounds]]:
    """Sentences put together to windows; a sentence longer than one is cut into several."""
    found: list[list[Bounds]] = []
    for first, last in bounds:
        for start in range(first, last, _WINDOW):
            end = min(last, start + _WINDOW)
            if found and end - found[-1][0][0] <= _WINDOW:
                found[-1].append((start, end))
            else:
                found.append([(start, end)])
    return found


def _sentences(
    own: Sequence[Bounds], pair: Pair, tokens: Floats, whole: Floats
) -> Iterator[ReadSentence]:
    first = own[0][0]
    none = tokens[0, _START] + tokens[0, _END]
    for bounds in own:
        start, end = bounds[0] - first, bounds[1] - first
        inside = np.flatnonzero((pair.starts >= start) & (pair.ends <= end) & (pair.ends > 0))
        # The first piece of a paragraph begins with the white space before it.
        within = np.flatnonzero((pair.ends > start) & (pair.starts < end) & (pair.starts >= 0))
        if not len(inside):
            continue
        at, to, score = _best_span(tokens[within, _START], tokens[within, _END])
        span_start = max(start, int(pair.starts[within[at]]))
        span_end = min(end, int(pair.ends[within[to]]))
        yield ReadSentence(
            bounds,
            float(whole[_ANSWERS]),
            float(tokens[inside, _EVIDENCE].mean()),
            float(whole[_YES]),
            (first + span_start, first + span_end),
            score - float(none),
        )


def _best_span(starts: Floats, ends: Floats) -> tuple[int, int, float]:
    joint = starts[:, None] + ends[None]
    ahead = np.arange(len(ends))[None] - np.arange(len(starts))[:, None]
    joint = np.where((ahead < 0) | (ahead >= _LONGEST), -np.inf, joint)
    at, to = divmod(int(joint.argmax()), len(ends))
    return at, to, float(joint[at, to])
