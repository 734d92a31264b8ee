"""A small neural reader: where in a passage the answer to a question begins and ends.

Characters with the word that each stands in go through two bidirectional LSTMs; the passage then
attends to the question (Seo et al. 2017) and to itself (Clark and Gardner 2018). Beside its places
there is one more, "not here". Made by `training/train_span_reader.py`. The LSTMs, which take most
of its time, run in ONNX Runtime, in half of numpy's; the rest is numpy.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from assistant.reading.letters import Batch, Floats

_FAR = np.float32(-1e4)
_LSTMS = ("enc.one", "enc.two", "three")


class SpanNetwork:
    """The network's forward pass.

    Args:
        tensors: its weights by the names that training gives them.
        lstm: a serialised ONNX graph of one bidirectional LSTM that is given its weights (W, R, B)
            with its input X.
    """

    def __init__(self, tensors: Mapping[str, Floats], lstm: bytes) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        # A thread that waits for work by spinning takes the time of others.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = InferenceSession(lstm, options, providers=["CPUExecutionProvider"])
        self._tensors = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
        self._lstms = {name: _both_directions(self._tensors, name) for name in _LSTMS}

    def logits(self, passages: Batch, questions: Batch) -> tuple[Floats, Floats]:
        """Logits that the answer starts, and ends, at each place of each passage.

        Returns:
            Two arrays of shape (passages, length + 1); the last column says "not here".
        """
        tensors = self._tensors
        passage, question = (
            np.ascontiguousarray(self._encoded(each).transpose(1, 0, 2))
            for each in (passages, questions)
        )
        gap = passages.characters.T == 0
        attended, met = self._attended(passage, question, gap, questions.characters.T == 0)
        features = passages.features.transpose(1, 0, 2)
        joined = [passage, attended, passage * attended, passage * met[:, None], features]
        fused = np.maximum(self._linear("fuse", np.concatenate(joined, axis=-1)), 0)
        modelled = self._lstm("three", fused.transpose(1, 0, 2)).transpose(1, 0, 2)
        state = fused + modelled + self._with_itself(modelled, gap)
        starts = np.where(gap, _FAR, self._linear("start", state)[..., 0])
        centre = _softmax(starts)[:, None] @ state
        hidden = np.tanh(self._linear("h", state) + centre @ tensors["c.weight"].T)
        ends = np.where(gap, _FAR, self._linear("end", hidden)[..., 0])
        whole = np.where(gap[..., None], _FAR, state).max(axis=1)
        asked = np.where((questions.characters.T == 0)[..., None], _FAR, question).max(axis=1)
        rest = self._linear("null.0", np.concatenate([whole, asked, met], axis=-1))
        nowhere = self._linear("null.2", np.maximum(rest, 0))
        return (
            np.concatenate([starts, nowhere[:, :1]], axis=1),
            np.concatenate([ends, nowhere[:, 1:]], axis=1),
        )

    def _encoded(self, letters: Batch) -> Floats:
        tensors = self._tensors
        parts = [
            tensors["enc.chars.weight"][letters.characters],
            tensors["enc.words.weight"][letters.words],
            tensors["enc.begin.weight"][letters.begins],
        ]
        rows = np.concatenate(parts, axis=-1)
        rows = rows - rows.mean(axis=-1, keepdims=True)
        rows /= np.sqrt((rows * rows).mean(axis=-1, keepdims=True) + 1e-5)
        rows = rows * tensors["enc.norm.weight"] + tensors["enc.norm.bias"]
        first = self._lstm("enc.one", np.concatenate([rows, letters.features], axis=-1))
        return first + self._lstm("enc.two", first)

    def _attended(
        self, passage: Floats, question: Floats, gap: NDArray[np.bool_], none: NDArray[np.bool_]
    ) -> tuple[Floats, Floats]:
        """The question as each place of a passage sees it, and the passage as the question does."""
        alike = self._alike("wp", "wq", "wm", passage, question)
        alike = np.where(none[:, None], _FAR, alike)
        most = np.where(gap, _FAR, alike.max(axis=-1))
        return _softmax(alike) @ question, (_softmax(most)[:, None] @ passage)[:, 0]

    def _with_itself(self, state: Floats, gap: NDArray[np.bool_]) -> Floats:
        alike = np.where(gap[:, None], _FAR, self._alike("sp", "sq", "sm", state, state))
        seen = _softmax(alike) @ state
        return np.maximum(
            self._linear("mix", np.concatenate([state, seen, state * seen], axis=-1)), 0
        )

    def _alike(self, left: str, right: str, both: str, rows: Floats, columns: Floats) -> Floats:
        tensors = self._tensors
        own = rows @ tensors[f"{left}.weight"].T
        other = columns @ tensors[f"{right}.weight"].T
        alike = (rows * tensors[both]) @ columns.transpose(0, 2, 1)
        return np.asarray(own + other.transpose(0, 2, 1) + alike, dtype=np.float32)

    def _linear(self, name: str, rows: Floats) -> Floats:
        tensors = self._tensors
        flat = rows.reshape(-1, rows.shape[-1]) @ tensors[f"{name}.weight"].T
        return np.asarray((flat + tensors[f"{name}.bias"]).reshape(*rows.shape[:-1], -1))

    def _lstm(self, name: str, rows: Floats) -> Floats:
        """Both directions side by side: from shape (length, texts, inputs) to (…, outputs)."""
        (states,) = self._session.run(None, {"X": rows, **self._lstms[name]})
        return np.concatenate([states[:, 0], states[:, 1]], axis=-1)


def _both_directions(tensors: Mapping[str, Floats], name: str) -> dict[str, Floats]:
    """An LSTM's weights as ONNX wants them: its gates come in the order in, out, forget, new."""
    size = tensors[f"{name}.weight_hh_l0"].shape[1]
    order = np.r_[0:size, 3 * size : 4 * size, size : 3 * size]

    def both(part: str) -> Floats:
        return np.stack([tensors[f"{name}.{part}_l0{which}"][order] for which in ("", "_reverse")])

    biases = np.concatenate([both("bias_ih"), both("bias_hh")], axis=1)
    return {"W": both("weight_ih"), "R": both("weight_hh"), "B": biases}


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
