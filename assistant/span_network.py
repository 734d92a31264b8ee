"""A small neural reader in numpy: where in a passage the answer to a question begins and ends.

Characters with the word that each stands in go through two bidirectional LSTMs; the passage then
attends to the question (Seo et al. 2017) and to itself (Clark and Gardner 2018). Beside its places
there is one more, "not here". Made by `training/train_span_reader.py`.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from assistant.letters import Batch, Floats

_FAR = np.float32(-1e4)
_LSTMS = ("enc.one", "enc.two", "three")


class SpanNetwork:
    """The network's forward pass.

    Args:
        tensors: its weights by the names that training gives them.
    """

    def __init__(self, tensors: Mapping[str, Floats]) -> None:
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
        outer, bias, inner = self._lstms[name]
        size = inner.shape[1]
        # One product for all places: numpy multiplies a stack of small matrices far more slowly.
        flat = rows.reshape(-1, rows.shape[-1]) @ outer + bias
        forward, backward = np.split(flat.reshape(*rows.shape[:2], -1), 2, axis=-1)
        gates = np.stack([forward, backward[::-1]], axis=1)
        states = np.empty((*gates.shape[:3], size), dtype=np.float32)
        state = np.zeros((*gates.shape[1:3], size), dtype=np.float32)
        cell = state.copy()
        for step, gate in enumerate(gates):
            turned = np.tanh(np.matmul(state, inner) + gate)
            opened = turned[..., : 3 * size]
            opened *= 0.5
            opened += 0.5
            entered, kept, shown = (opened[..., size * at : size * (at + 1)] for at in range(3))
            cell = kept * cell + entered * turned[..., 3 * size :]
            state = shown * np.tanh(cell)
            states[step] = state
        return np.concatenate([states[:, 0], states[::-1, 1]], axis=-1)


def _both_directions(tensors: Mapping[str, Floats], name: str) -> tuple[Floats, Floats, Floats]:
    """An LSTM's weights: of the input, bias, of the state; the first two for both directions.

    Gates come in the order in, forget, out, new; the first three are halved: a sigmoid is a tanh of
    half its argument.
    """
    outer, bias, inner = [], [], []
    for which in ("", "_reverse"):
        own = {
            part: tensors[f"{name}.{part}_l0{which}"]
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        size = own["weight_hh"].shape[1]
        order = np.r_[0 : 2 * size, 3 * size : 4 * size, 2 * size : 3 * size]
        halved = np.r_[np.full(3 * size, 0.5), np.ones(size)].astype(np.float32)
        outer.append((own["weight_ih"][order] * halved[:, None]).T)
        bias.append((own["bias_ih"] + own["bias_hh"])[order] * halved)
        inner.append((own["weight_hh"][order] * halved[:, None]).T)
    return np.concatenate(outer, axis=1), np.concatenate(bias), np.stack(inner)


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
