"""Training the encoder in steps that can be taken up again, and the model that is made of it."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnxruntime import InferenceSession, SessionOptions
from tiny_encoder import HEADS, TEXT, TITLE, tiny_base, tiny_pieces
from torch import Tensor, nn

from assistant.reading.network import ReadingNetwork
from assistant.reading.pieces import LONGEST, batch
from training.encoder.examples import Example
from training.encoder.export import onnx_of
from training.encoder.fitting import (
    BATCH,
    Batch,
    Fit,
    batches,
    collate,
    losses,
    sentence_logits,
)
from training.encoder.network import PAIR_HEADS, TOKEN_HEADS, Encoder
from vectorstore import sentences

HEAD = f"{TITLE}\n2019年3月8日\n"
BOUNDS = tuple(sentences(TEXT))
FIRMS, JOBS = BOUNDS[2], BOUNDS[3]
NONE = -100


def span(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


ANSWERED = Example("有几家企业？", HEAD, TEXT, True, (FIRMS,), BOUNDS, span("73家"))
OPEN = Example("有几座水库？", HEAD, TEXT, False, (), BOUNDS)
AGREED = Example("收入增加了吗？", "\n", TEXT, True, (FIRMS, JOBS), BOUNDS, None, True)
CLAIM = Example("有74家企业。", HEAD, TEXT[slice(*FIRMS)], None, label=1)
EVERY = (ANSWERED, OPEN, AGREED, CLAIM)


def encoder(frozen: int = 0) -> Encoder:
    torch.manual_seed(0)
    return Encoder(tiny_base(), frozen=frozen)


@pytest.fixture(scope="module")
def collated() -> Batch:
    return collate(EVERY, tiny_pieces())


def words(example: Example, marked: Tensor) -> str:
    """What of a passage stands at the pieces that are marked."""
    (pair,) = tiny_pieces().pairs([example.asked], [(example.head, example.text)])
    at = np.flatnonzero(marked[: len(pair.ids)].numpy())
    return "".join(example.text[pair.starts[each] : pair.ends[each]] for each in at)


def test_a_batch_holds_the_pairs_and_what_is_wanted(collated: Batch) -> None:
    pairs = tiny_pieces().pairs([e.asked for e in EVERY], [(e.head, e.text) for e in EVERY])
    ids, mask = batch(pairs)
    assert collated.ids.tolist() == ids.tolist()
    assert collated.mask.tolist() == (mask > 0).tolist()
    wanted = [[1, math.nan], [0, math.nan], [1, 1], [math.nan, math.nan]]
    assert torch.equal(collated.pair.isnan(), torch.tensor(wanted).isnan())
    assert torch.equal(collated.pair.nan_to_num(), torch.tensor(wanted).nan_to_num())
    assert collated.label.tolist() == [NONE, NONE, NONE, 1]


def test_the_short_answer_is_marked_at_its_pieces(collated: Batch) -> None:
    start, end = collated.span[0].tolist()
    marked = torch.zeros(collated.ids.shape[1])
    marked[start : end + 1] = 1
    assert words(ANSWERED, marked) == "73家"
    # The first piece says that nothing is there; nothing is known of the others.
    assert collated.span[1:].tolist() == [[0, 0], [NONE, NONE], [NONE, NONE]]


def test_an_answer_that_is_not_read_any_more_teaches_no_place() -> None:
    text = "水" * LONGEST + "有73家企业。"
    far = Example("几家？", HEAD, text, True, (), (), (LONGEST + 1, LONGEST + 4))
    assert collate([far], tiny_pieces()).span.tolist() == [[NONE, NONE]]


def test_the_passage_is_where_an_answer_may_stand(collated: Batch) -> None:
    for row, example in enumerate(EVERY):
        assert collated.passage[row, 0]
        rest = collated.passage[row].clone()
        rest[0] = False
        assert words(example, rest) == example.text
        assert not (collated.passage[row] & ~collated.mask[row]).any()


def test_each_sentence_has_its_pieces_and_whether_it_is_evidence(collated: Batch) -> None:
    count = len(BOUNDS)
    assert collated.evidence.tolist() == [0, 0, 1, 0, 0, *[0] * count, 0, 0, 1, 1, 0]
    for row, example in enumerate((ANSWERED, OPEN, AGREED)):
        for place, (start, end) in enumerate(BOUNDS):
            marked = collated.sentence[row] == row * count + place
            assert words(example, marked) == TEXT[start:end]
    assert collated.sentence.max() == 3 * count - 1
    assert set(collated.sentence[3].tolist()) == {-1}


def test_the_logit_of_a_sentence_is_the_mean_over_its_pieces() -> None:
    tokens = torch.tensor([[9.0, 1.0, 3.0, -4.0], [2.0, 8.0, 9.0, 9.0]])
    sentence = torch.tensor([[-1, 0, 0, 1], [2, 2, -1, -1]])
    assert sentence_logits(tokens, sentence, 4).tolist() == [2.0, -4.0, 5.0, 0.0]


def test_only_what_is_known_has_a_loss() -> None:
    def named(*examples: Example) -> set[str]:
        found = losses(encoder(), collate(examples, tiny_pieces()))
        assert all(math.isfinite(loss.item()) for loss in found.values())
        return set(found)

    assert named(*EVERY) == {"answers", "yes", "label", "span", "evidence"}
    assert named(ANSWERED) == named(OPEN) == {"answers", "span", "evidence"}
    assert named(AGREED) == {"answers", "yes", "evidence"}
    assert named(CLAIM) == {"label"}


def of_length(number: int) -> Example:
    return Example("谁？", "\n", "水" * (number % 89 + 1), False, label=number)


def test_batches_hold_examples_of_like_length() -> None:
    examples = [of_length(number) for number in range(40 * BATCH + 5)]
    units = [[example] for example in examples]
    made = batches(units, seed=3)
    assert made == batches(units, seed=3)
    assert made != batches(units, seed=4)
    numbers = [example.label for own in made for example in own]
    assert sorted(numbers, key=lambda each: each or 0) == list(range(len(examples)))
    assert [len(own) for own in made].count(BATCH) == len(made) - 1 == 40
    spread = [
        max(lengths) - min(lengths) for own in made if (lengths := [len(e.text) for e in own])
    ]
    assert sum(spread) / len(spread) < 20
    # What comes first is learned first, but for the order within a pool.
    assert max(each or 0 for each in numbers[: 32 * BATCH]) < 32 * BATCH


def test_a_unit_stands_in_one_batch() -> None:
    units = [[of_length(number), of_length(7 * number)] for number in range(9 * BATCH)]
    units += [[of_length(number)] for number in range(5)]
    made = batches(units, seed=3)
    assert max(map(len, made)) <= BATCH
    for unit in units:
        assert any(all(each in own for each in unit) for own in made)


ORDER: Sequence[Sequence[Example]] = [EVERY, [OPEN, CLAIM], [ANSWERED], EVERY]


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(first, second) for first, second in pairs)


def test_a_training_is_taken_up_where_it_was_stopped(tmp_path: Path) -> None:
    whole, half, rest = encoder(), encoder(), encoder()
    at_once = list(Fit(whole, 4, 0.01, tmp_path / "whole.pt").run(ORDER, tiny_pieces()))
    first = Fit(half, 4, 0.01, tmp_path / "state.pt")
    run = first.run(ORDER, tiny_pieces())
    parts = [next(run), next(run)]
    first.save()
    second = Fit(rest, 4, 0.01, tmp_path / "state.pt")
    assert second.done == 2
    assert same(rest, half)
    assert not same(rest, whole)
    parts += second.run(ORDER, tiny_pieces())
    assert second.done == 4
    assert parts == at_once
    assert same(rest, whole)
    assert [file.name for file in tmp_path.iterdir()] == ["state.pt"]


def test_a_training_ends_with_its_steps_or_its_batches(tmp_path: Path) -> None:
    few = Fit(encoder(), 1, 0.01, tmp_path / "few.pt")
    assert len(list(few.run(ORDER, tiny_pieces()))) == few.done == 1
    many = Fit(encoder(), 99, 0.01, tmp_path / "many.pt")
    assert len(list(many.run(ORDER, tiny_pieces()))) == many.done == len(ORDER)


def test_words_and_frozen_layers_are_left_as_they_are(tmp_path: Path) -> None:
    before, after = encoder().state_dict(), (network := encoder(frozen=1)).state_dict()
    list(Fit(network, 4, 0.01, tmp_path / "state.pt").run(ORDER, tiny_pieces()))
    changed = {name for name in after if not torch.equal(before[name], after[name])}
    kept = {"word.weight", "position", "norm.weight", "norm.bias"}
    kept |= {name for name in after if name.startswith("layers.0.")}
    assert changed == set(after) - kept


def test_the_losses_fall_on_what_is_seen_again_and_again(tmp_path: Path) -> None:
    fit = Fit(encoder(), 40, 0.02, tmp_path / "state.pt")
    run = list(fit.run([EVERY] * 40, tiny_pieces()))
    for name, loss in run[0].items():
        assert run[-1][name] < 0.7 * loss, name


@pytest.fixture(scope="module")
def network() -> Encoder:
    found = encoder()
    with torch.no_grad():
        for head in (found.tokens, found.pooled, found.pair):
            head.weight.normal_(std=0.3)
    return found.eval()


@pytest.fixture(scope="module")
def model(network: Encoder) -> bytes:
    state = {name: values.numpy() for name, values in network.state_dict().items()}
    return onnx_of(state, HEADS, 1e-12)


@pytest.fixture(scope="module")
def session(model: bytes) -> InferenceSession:
    options = SessionOptions()
    options.intra_op_num_threads = 1
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])


def heads(session: InferenceSession, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    given = {"ids": ids.numpy(), "mask": mask.numpy().astype(np.int32)}
    tokens, pair = session.run(["tokens", "pair"], given)
    return torch.from_numpy(tokens), torch.from_numpy(pair)


def apart(one: Tensor, other: Tensor) -> float:
    """How far two results are from each other, where their own spread is 1."""
    return ((one - other).pow(2).mean().sqrt() / other.std()).item()


# Weights are rounded to 7 bits and states to 8.
CLOSE = 0.08


def test_the_model_says_what_the_network_says(
    network: Encoder, session: InferenceSession, collated: Batch
) -> None:
    ids, mask = collated.ids, collated.mask
    assert not mask.all()
    with torch.no_grad():
        tokens, pair = network(ids, mask)
    own_tokens, own_pair = heads(session, ids, mask)
    assert own_tokens.shape == (*ids.shape, len(TOKEN_HEADS))
    assert own_pair.shape == (len(ids), len(PAIR_HEADS))
    assert apart(own_tokens[mask], tokens[mask]) < CLOSE
    assert apart(own_pair, pair) < CLOSE


def test_what_a_batch_is_filled_up_with_is_not_seen(
    session: InferenceSession, collated: Batch
) -> None:
    row, length = 3, int(collated.mask[3].sum())
    tokens, pair = heads(session, collated.ids, collated.mask)
    alone = heads(session, collated.ids[row:, :length], collated.mask[row:, :length])
    assert apart(alone[0][0], tokens[row, :length]) < CLOSE
    assert apart(alone[1][0], pair[row]) < CLOSE
    seen, _ = heads(session, collated.ids, torch.ones_like(collated.mask))
    assert apart(seen[row, :length], tokens[row, :length]) > 3 * CLOSE


def test_weights_are_stored_in_steps_that_every_processor_adds_alike(
    model: bytes, network: Encoder
) -> None:
    stored = {each.name: each for each in onnx.load_from_string(model).graph.initializer}
    for name in ("qkv", "attended", "inner", "outer"):
        weight = onnx.numpy_helper.to_array(stored[f"layers.1.{name}.weight"])
        scale = onnx.numpy_helper.to_array(stored[f"layers.1.{name}.scale"])
        assert weight.dtype == np.int8
        assert np.abs(weight).max(axis=0).tolist() == [63] * len(scale)
        given = network.state_dict()[f"layers.1.{name}.weight"].numpy()
        assert np.abs((weight * scale).T - given).max() <= scale.max() / 2 + 1e-6


def test_the_product_reads_with_the_model(model: bytes) -> None:
    reading = ReadingNetwork(model, tiny_pieces())
    passages = [(HEAD, TEXT), ("\n", TEXT[slice(*FIRMS)])]
    first, second = reading.read("有几家企业？", passages)
    assert [each.bounds for each in first] == list(BOUNDS)
    assert [each.bounds for each in second] == [(0, FIRMS[1] - FIRMS[0])]
    for each in first:
        assert each.bounds[0] <= each.span[0] < each.span[1] <= each.bounds[1]
