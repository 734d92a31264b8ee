"""The trained encoder as one ONNX file of 8-bit weights, for ONNX Runtime alone.

Matrices are stored by output channel in steps of 1/63 of the greatest weight: with 7 bits the
products of two neighbours fit the 16 bits in which processors without VNNI add them (ONNX Runtime's
manual calls this `reduce_range`), so that every machine gives the same answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MICROSOFT = "com.microsoft"
_STEPS = 63
_ROW_STEPS = 127


@dataclass
class _Graph:
    """What an ONNX graph is put together from."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def node(self, kind: str, given: list[str], outputs: list[str], **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, given, outputs, **attributes))
        return outputs[0]


def onnx_of(state: dict[str, Floats], heads: int, eps: float) -> bytes:
    """A serialised ONNX model: `ids` and `mask` of shape (batch, length) to `tokens` and `pair`.

    Args:
        state: the tensors of `network.Encoder` by their names.
        heads: of the attention.
        eps: of the layer norms.
    """
    from onnx import TensorProto, helper

    graph = _Graph()
    last = _body(graph, state, heads, eps)
    _heads(graph, state, last)
    whole = ["batch", "length"]
    given = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, whole),
        helper.make_tensor_value_info("mask", TensorProto.INT32, whole),
    ]
    results = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (
            ("tokens", [*whole, len(state["tokens.bias"])]),
            ("pair", ["batch", len(state["pair.bias"])]),
        )
    ]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "encoder", given, results, graph.constants),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=9,
        producer_name="xieshou",
    )
    return bytes(model.SerializeToString())


def _body(graph: _Graph, state: dict[str, Floats], heads: int, eps: float) -> str:
    states = _embedded(graph, state, eps)
    for number in _numbers(state):
        name = f"layers.{number}"
        joined = _matrix(graph, state, f"{name}.qkv", states)
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        graph.node("Split", [joined], parts, axis=2)
        mixed = graph.node(
            "MultiHeadAttention",
            [*parts, "", "mask"],
            [f"{name}.mixed"],
            domain=_MICROSOFT,
            num_heads=heads,
        )
        attended = _matrix(graph, state, f"{name}.attended", mixed)
        states = _added(graph, state, f"{name}.first_norm", attended, states, eps)
        inner = _matrix(graph, state, f"{name}.inner", states)
        bent = graph.node("Gelu", [inner], [f"{name}.bent"], domain=_MICROSOFT)
        outer = _matrix(graph, state, f"{name}.outer", bent)
        states = _added(graph, state, f"{name}.second_norm", outer, states, eps)
    return states


def _numbers(state: dict[str, Floats]) -> Iterator[int]:
    found = {int(name.split(".")[1]) for name in state if name.startswith("layers.")}
    yield from sorted(found)


def _embedded(graph: _Graph, state: dict[str, Floats], eps: float) -> str:
    table, scale = _rounded(state["word.weight"], _ROW_STEPS)
    rows = graph.constant("word", table)
    scales = graph.constant("word.scale", scale[:, None])
    row = graph.node("Gather", [rows, "ids"], ["word.row"])
    cast = graph.node("Cast", [row], ["word.cast"], to=1)
    own = graph.node("Gather", [scales, "ids"], ["word.own"])
    words = graph.node("Mul", [cast, own], ["words"])
    shape = graph.node("Shape", ["ids"], ["length"], start=1, end=2)
    zero = graph.constant("zero", np.zeros(1, dtype=np.int64))
    table_of = graph.constant("position", state["position"])
    places = graph.node("Slice", [table_of, zero, shape], ["places"])
    summed = graph.node("Add", [words, places], ["summed"])
    norm = [graph.constant(f"norm.{part}", state[f"norm.{part}"]) for part in ("weight", "bias")]
    return graph.node("LayerNormalization", [summed, *norm], ["embedded"], epsilon=eps)


def _matrix(graph: _Graph, state: dict[str, Floats], name: str, given: str) -> str:
    weight, scale = _rounded(state[f"{name}.weight"], _STEPS)
    inputs = [
        given,
        graph.constant(f"{name}.weight", weight.T),
        graph.constant(f"{name}.scale", scale),
        graph.constant(f"{name}.zero", np.zeros(len(scale), dtype=np.int8)),
        graph.constant(f"{name}.bias", state[f"{name}.bias"]),
    ]
    return graph.node("DynamicQuantizeMatMul", inputs, [f"{name}.out"], domain=_MICROSOFT)


def _added(
    graph: _Graph, state: dict[str, Floats], name: str, new: str, old: str, eps: float
) -> str:
    norm = [
        graph.constant(f"{name}.{part}", state[f"{name}.{part}"]) for part in ("weight", "bias")
    ]
    inputs = [new, old, *norm]
    return graph.node(
        "SkipLayerNormalization", inputs, [f"{name}.out"], domain=_MICROSOFT, epsilon=eps
    )


def _heads(graph: _Graph, state: dict[str, Floats], states: str) -> None:
    _plain(graph, state, "tokens", states, "tokens")
    first = graph.constant("first", np.zeros((), dtype=np.int64))
    start = graph.node("Gather", [states, first], ["start"], axis=1)
    pooled = _plain(graph, state, "pooled", start, "pooled.out")
    bent = graph.node("Tanh", [pooled], ["pooled.bent"])
    _plain(graph, state, "pair", bent, "pair")


def _plain(graph: _Graph, state: dict[str, Floats], name: str, given: str, out: str) -> str:
    weight = graph.constant(f"{name}.weight", state[f"{name}.weight"].T)
    product = graph.node("MatMul", [given, weight], [f"{name}.product"])
    bias = graph.constant(f"{name}.bias", state[f"{name}.bias"])
    return graph.node("Add", [product, bias], [out])


def _rounded(weight: Floats, steps: int) -> tuple[NDArray[np.int8], Floats]:
    """Rows as whole numbers up to `steps`, and what one step is worth in each row."""
    scale = np.maximum(np.abs(weight).max(axis=1), 1e-8) / steps
    return np.round(weight / scale[:, None]).astype(np.int8), scale.astype(np.float32)
