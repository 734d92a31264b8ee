"""The span network: the same figures as in torch, whatever is padded."""

import numpy as np
import pytest

from assistant.bundled import bundled_file
from assistant.reading.letters import Letters, batch, ids_of, shared, spelled
from assistant.reading.span_network import SpanNetwork
from assistant.reading.span_reader import LSTM

torch = pytest.importorskip("torch")

ALPHABET = "佛山与郴州对口合作投资总额亿元多少园区项目。，"
IDS = ids_of(ALPHABET)
PASSAGES = ["佛山与郴州对口合作。投资总额12亿元。", "园区项目。", "投资"]
QUESTION = "佛山投资多少亿元？"
GRAPH = bundled_file("xieshou-span-v1", LSTM)


@pytest.fixture(scope="module")
def module() -> "torch.nn.Module":
    from training.spans.network import SpanModule

    torch.manual_seed(1)
    return SpanModule(4 + len(ALPHABET)).eval()


def letters() -> tuple[list[Letters], Letters]:
    *passages, question = spelled([*PASSAGES, QUESTION], IDS)
    return passages, question


def test_it_gives_what_torch_gives(module: "torch.nn.Module") -> None:
    from training.spans.network import tensors

    passages, asked = letters()
    read = batch([(each, shared(each, asked, [(0, len(each.text))])) for each in passages])
    questions = batch([(asked, shared(asked, each)) for each in passages])
    with torch.no_grad():
        expected = module(tensors(read), tensors(questions))
    weights = {name: weight.numpy() for name, weight in module.state_dict().items()}
    found = SpanNetwork(weights, GRAPH).logits(read, questions)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == (3, len(read.characters) + 1)
        np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-4)


def test_the_bundled_graph_is_what_training_makes() -> None:
    pytest.importorskip("onnx")
    from training.spans.graph import lstm_graph
    from training.spans.network import SIZE

    assert lstm_graph(SIZE) == GRAPH


def test_no_answer_stands_in_the_padding(module: "torch.nn.Module") -> None:
    passages, asked = letters()
    read = batch([(each, shared(each, asked)) for each in passages])
    weights = {name: weight.numpy() for name, weight in module.state_dict().items()}
    starts, ends = SpanNetwork(weights, GRAPH).logits(
        read, batch([(asked, shared(asked, asked))] * 3)
    )
    own = len(passages[2].text)
    assert (starts[2, own:-1] < -1000).all()
    assert (ends[2, own:-1] < -1000).all()
    assert np.isfinite(starts).all()
