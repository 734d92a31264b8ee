"""Examples of one sentence each, under its article's title and date: what is read once more, alone.

They are short, so that a step takes a quarter of the time of one over whole passages.
"""

import random
from collections.abc import Iterator, Mapping, Sequence

from assistant.facts.overlap import share
from training.encoder.examples import (
    Bounds,
    Example,
    Row,
    Unit,
    by_quote,
    early,
    evidence_in,
    example_of,
    exchanged,
    key_of,
    may_answer,
)
from vectorstore import simplify

# So many of the questions are also shown with another place or year.
_EXCHANGED = 0.15
_SHORTEST = 6


def of_sentences(rows: Sequence[Row], seed: int) -> Iterator[Unit]:
    """Each question with a sentence that answers and with those that share the most words with it.

    What answers a question and what only seems to stand in one unit.

    Args:
        rows: questions with their hits.
        seed: of what is chosen.
    """
    chance = random.Random(seed)
    about = by_quote(rows)
    for row in rows:
        asked = row["asked"]
        pairs = [(hit, example_of(row, hit, asked)) for hit in row["hits"]]
        right = [_alone(e, each) for _, e in pairs for each in e.evidence]
        unit = [chance.choice(right)] if right else []
        if unit and chance.random() < _EXCHANGED and (other := exchanged(unit[0], rows, chance)):
            unit.append(other)
        unit += _nearest(row, pairs, chance, most=1 if right else 0)
        unit += _seeming(row, pairs, about, chance)
        if unit:
            yield unit


def _alone(example: Example, bounds: Bounds) -> Example:
    """A sentence of an example's passage as a passage of its own."""
    start, end = bounds
    whole = ((0, end - start),)
    answers = bounds in example.evidence
    span = example.span
    within = span is not None and start <= span[0] and span[1] <= end
    return Example(
        example.asked,
        example.head,
        example.text[start:end],
        answers,
        whole if answers else (),
        whole,
        (span[0] - start, span[1] - start) if span and within else None,
        example.yes if answers else None,
    )


def _nearest(
    row: Row, pairs: Sequence[tuple[Row, Example]], chance: random.Random, most: int
) -> list[Example]:
    """A sentence that shares much with the question and is no evidence; one more than `most`."""
    found = [
        _alone(example, each)
        for hit, example in pairs
        for each in example.sentences
        if each not in example.evidence
        and each[1] - each[0] >= _SHORTEST
        and not may_answer(row, {**hit, "text": example.text[slice(*each)]})
    ]
    asked = simplify(row["asked"])
    found.sort(key=lambda each: -share(asked, simplify(each.head + each.text)))
    return [early(found, chance) for _ in range(1 + most if found else 0)]


def _seeming(
    row: Row,
    pairs: Sequence[tuple[Row, Example]],
    about: Mapping[tuple[str, str], Sequence[Row]],
    chance: random.Random,
) -> list[Example]:
    """The sentence that an unanswerable question seems to be answered by, and what it answers."""
    unit = []
    for near in row["near"]:
        seems = [
            _alone(example, each)
            for _, example in pairs
            for each in evidence_in([near["quote"]], example.text)
        ]
        if not seems:
            continue
        unit.append(seems[0])
        if twins := about.get(key_of(near), ()):
            twin = chance.choice(twins)
            own = [example_of(twin, hit, twin["asked"]) for hit, _ in pairs]
            unit += [_alone(e, each) for e in own for each in e.evidence][:1]
    return unit[:3]
