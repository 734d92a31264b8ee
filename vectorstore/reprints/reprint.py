"""Tell a reprint, the same article in another place, from an article that only resembles it.

`signature` and `Signatures` name the few stored articles that a text may be a reprint of;
`is_reprint` then compares the texts themselves. Both look at letters and figures only, folded, so
that script, width, punctuation and line breaks make no difference.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vectorstore.reprints import changes
from vectorstore.reprints.changes import Change

# Signatures: the smallest hashes of all runs of 8 characters. Long runs, because two articles on
# one subject share many short ones.
_RUN = 8
_KEYS = 32
# A run that stands in more articles is a publisher's chrome, and says nothing of what is printed.
_COMMON = 50
# Share of the telling hashes that a likely printing has in common. A text with a third cut away
# and a lead added keeps about half. Of the pairs of news articles with 8 or 9 of 32 in common, 1
# in 200 were printings, with 10 or 11 1 in 110, with 20 six in ten.
_LIKE = 0.25
_MOST_FOUND = 4
_RECENT = 1024

# Least share of the longer and of the shorter text that both have. A printing without a paragraph
# keeps more; half of an article does not stand for it, and below these shares most pairs that were
# read had news of their own.
_OF_LONGER = 0.6
_OF_SHORTER = 0.75
# Most of a text, by characters, that stands in other words in the other one: portals that edit a
# story reach 0.05, texts written anew from it 0.08 and more, slips of the pen 0.02.
_REWORDED = 0.06


def signature(text: str) -> bytes:
    """The smallest hashes of the text's runs of 8 characters (Broder's bottom-k sketch, 1997).

    Args:
        text: the article's cleaned text, in any script.

    Returns:
        At most 32 different numbers of 4 bytes each, ascending.
    """
    hashes = changes.hashes(changes.letters(text).ljust(_RUN), _RUN)
    keys = np.sort((hashes >> np.uint64(32)).astype("<u4"))
    return np.append(keys[:1], keys[1:][np.diff(keys) > 0])[:_KEYS].tobytes()


def is_reprint(text: str, other: str) -> bool:
    """Whether two texts are printings of one article.

    They are where most of each stands in the other, whatever was cut or added at one place. They
    are not where a figure or the name of a place stands in the place of another, or one word in
    the place of another again and again: then one template was filled in twice, for another
    place, person or year. Nor are they where much is said in other words.
    """
    one, two = changes.letters(text), changes.letters(other)
    shorter, longer = sorted((len(one), len(two)))
    if one == two or shorter < _OF_LONGER * longer:
        return one == two
    found = list(changes.between(one, two))
    kept = len(one) - sum(len(change.old) for change in found)
    if kept < max(_OF_LONGER * longer, _OF_SHORTER * shorter):
        return False
    return not (any(change.is_other for change in found) or _is_reworded(found, longer))


def _is_reworded(found: list[Change], length: int) -> bool:
    """Whether much is said in other words, or one word in the place of another more than once."""
    rewordings = [change for change in found if change.is_rewording]
    phrases = Counter(phrase for change in rewordings for phrase in change.phrases)
    return any(times > 1 for times in phrases.values()) or (
        sum(change.length for change in rewordings) > _REWORDED * length
    )


# -- the signatures of all stored articles ----------------------------------------------------


class Signatures:
    """The signatures of all stored articles, to find those that a text may be a reprint of.

    Args:
        known: signature of each article, by its id.
    """

    def __init__(self, known: dict[str, bytes]) -> None:
        self._ids: list[str | None] = list(known)
        self._rows = {article_id: row for row, article_id in enumerate(known)}
        keys = np.frombuffer(b"".join(known.values()), "<u4")
        counts = [len(value) // 4 for value in known.values()]
        owners = np.repeat(np.arange(len(known), dtype=np.int32), counts)
        order = np.argsort(keys, kind="stable")
        self._keys, self._owners = keys[order], owners[order]
        # Since then: a sorted array takes single articles too slowly, a dict of all is too large.
        self._recent: dict[int, list[int]] = {}
        self._unsettled = 0

    def add(self, article_id: str, value: bytes) -> None:
        """Know one more article, or another text of one."""
        self.discard(article_id)
        row = self._rows[article_id] = len(self._ids)
        self._ids.append(article_id)
        for key in np.frombuffer(value, "<u4").tolist():
            self._recent.setdefault(key, []).append(row)
        self._unsettled += 1
        if self._unsettled >= _RECENT:
            self._settle()

    def discard(self, article_id: str) -> None:
        """Forget an article, known or not."""
        row = self._rows.pop(article_id, None)
        if row is not None:
            self._ids[row] = None

    def find(self, value: bytes) -> list[str]:
        """Ids of the stored articles that a text with this signature may be a printing of.

        At most four, the most alike first; `is_reprint` says whether it is.
        """
        keys = np.frombuffer(value, "<u4")
        telling = len(keys)
        held: Counter[int] = Counter()
        for rows in self._holders(keys):
            if len(rows) > _COMMON:
                telling -= 1
            else:
                held.update(rows)
        found = [
            article_id
            for row, count in held.most_common()
            if count >= _LIKE * telling and (article_id := self._ids[row]) is not None
        ]
        return found[:_MOST_FOUND]

    def _holders(self, keys: NDArray[np.uint32]) -> Iterator[list[int]]:
        """Rows of the articles that hold a key, for each key that some article holds."""
        starts = np.searchsorted(self._keys, keys)
        ends = starts.copy()
        held = (
            self._keys[np.minimum(starts, len(self._keys) - 1)] == keys if len(self._keys) else ()
        )
        ends[held] = np.searchsorted(self._keys, keys[held], "right")
        for key, start, end in zip(keys.tolist(), starts.tolist(), ends.tolist(), strict=True):
            recent = self._recent.get(key)
            if recent or start < end:
                # One more than is looked at is enough to know a common one.
                settled = self._owners[start : min(end, start + _COMMON + 1)].tolist()
                yield settled + recent if recent else settled

    def _settle(self) -> None:
        """Move what is recent into the sorted arrays, and leave out what was forgotten."""
        known = np.fromiter(self._rows.values(), np.int32, len(self._rows))
        kept = np.isin(self._owners, known, kind="table")
        keys = np.array(sorted(self._recent), "<u4")
        holders = [self._recent[key] for key in keys.tolist()]
        places = np.searchsorted(self._keys[kept], keys)
        counts = [len(rows) for rows in holders]
        owners = np.array([row for rows in holders for row in rows], np.int32)
        places, keys = np.repeat(places, counts), np.repeat(keys, counts)
        self._owners = np.insert(self._owners[kept], places, owners)
        self._keys = np.insert(self._keys[kept], places, keys)
        self._recent, self._unsettled = {}, 0
