"""The characters that stand in most texts, counted per chunk so that they can be scored at once.

A search that follows the postings of 的 or 在 reads a good part of the index for next to nothing.
For a fixed list of such characters each chunk instead carries their counts, two bits each, packed
into columns of 64 bits; they are read for the few chunks that matter.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

# The 236 characters found in most chunks of a tenth of 68,217 news articles, 10,142 paragraphs of
# an encyclopaedia and a tenth of 3,472 laws; the last one stands in every seventh.
_CHARACTERS = (
    "的一在有人为和中以行大不上发国时年日对是出作于等成部会生了公者地用第定其进动关下理当月方家本后经法及主民个分"
    "全市开到多工与要来合区业应可并内自同新事前通员过实现三条务提体他机十能任二将政规之管据加建高所重位由制保或报"
    "力设场表责门安得入期相展这外面间长化道名产度情原向更四文次资利查立目明活也处示标交共此被持最受正学施性平式从"
    "物量社组起小布至五单强题而心接意记信代系计电点特程因水级已们天取依子近回数供照构网金还各但府使品称联院服元件"
    "该结收求好解息指常项办源导海看调准就台护"
)
COMMON = frozenset(_CHARACTERS)
"""The characters that are counted."""

_PER_COLUMN = 32
COLUMNS = math.ceil(len(_CHARACTERS) / _PER_COLUMN)
"""Number of columns of 64 bits."""

_PLACE = {character: divmod(place, _PER_COLUMN) for place, character in enumerate(_CHARACTERS)}
# What a count of three or more is taken for.
_COUNTS = np.array([0, 1, 2, 3.6], dtype=np.float32)
_K1, _B = 1.2, 0.75


def packed(text: str) -> list[int]:
    """The columns of a chunk, from its folded text."""
    columns = [0] * COLUMNS
    counts = Counter(text)
    for character in COMMON & counts.keys():
        number, shift = _PLACE[character]
        count = counts[character]
        columns[number] |= (count if count < 3 else 3) << 2 * shift
    return columns


def common_scores(
    weights: dict[str, float],
    column: Callable[[int], Sequence[int]],
    lengths: NDArray[np.float32],
) -> NDArray[np.float32]:
    """What these characters add to the BM25 scores of chunks.

    Args:
        weights: characters of `COMMON`, each with its inverse document frequency times its count
            in the question.
        column: gives one column of the chunks, by its number.
        lengths: number of terms of each chunk, as a share of the average.
    """
    read: dict[int, NDArray[np.uint64]] = {}
    norms = _K1 * (1 - _B + _B * lengths)
    scores = np.zeros(len(lengths), dtype=np.float32)
    for character, weight in weights.items():
        number, shift = _PLACE[character]
        if number not in read:
            read[number] = np.array(column(number), dtype=np.uint64)
        counts = _COUNTS[(read[number] >> np.uint64(2 * shift)) & np.uint64(3)]
        scores += weight * (_K1 + 1) * counts / (counts + norms)
    return scores


def idf(documents: int, holding: int) -> float:
    """Inverse document frequency, as BM25 of Lucene and tantivy has it."""
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))
