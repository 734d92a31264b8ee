"""Cut a long sentence down to the clauses around the words that answer."""

from assistant.reading.records import Evidence

# A sentence up to this length is quoted whole; of a longer one so much is kept around the answer.
_WHOLE, _KEPT = 180, 150
_CLAUSE_ENDS = "，,；;。："


def narrowed(evidence: Evidence) -> Evidence:
    """A sentence longer than `_WHOLE` characters cut to some `_KEPT` around its answer."""
    if len(evidence.text) <= _WHOLE or evidence.answer is None or not evidence.said:
        return evidence
    text = evidence.text
    cuts = [0, *(at + 1 for at, each in enumerate(text) if each in _CLAUSE_ENDS)]
    if cuts[-1] < len(text):
        cuts.append(len(text))
    first, last = (at - evidence.start for at in evidence.answer)
    low = max(at for at, cut in enumerate(cuts) if cut <= first)
    high = min(at for at, cut in enumerate(cuts) if cut >= last)
    while True:
        # What comes before a figure says what it is of; so the way back is tried first.
        if low > 0 and cuts[high] - cuts[low - 1] <= _KEPT:
            low -= 1
        elif high + 1 < len(cuts) and cuts[high + 1] - cuts[low] <= _KEPT:
            high += 1
        else:
            return evidence.cut(cuts[low], cuts[high])
