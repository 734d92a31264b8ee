"""How good the span network is: short answers and their sentences in articles that hold them."""

from collections.abc import Sequence
from typing import Any

from assistant.evaluation.scores import cmrc_exact, cmrc_f1
from assistant.reading.span_reader import Span, SpanReader
from benchmarks.reader.scoring import percent
from vectorstore import sentences


def judge(reader: SpanReader, items: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Exact match, F1, and how often the answer's sentence is the best; in per cent."""
    exact, alike, right = [], [], []
    for item in items:
        best = _best(reader, item["question"], item["context"])
        said = item["context"][best.start : best.end] if best else ""
        answers = [answer for answer, _ in item["answers"]]
        exact.append(cmrc_exact(answers, said))
        alike.append(cmrc_f1(answers, said))
        right.append(best is not None and _in_sentence(item, best))
    return {
        "exact_match": round(percent(exact), 2),
        "f1": round(percent(alike), 2),
        "sentence": round(percent(right), 2),
        "questions": len(items),
    }


def _best(reader: SpanReader, question: str, context: str) -> Span | None:
    found = reader.find(question, [context])[0].values()
    return max(found, key=lambda span: span.odds, default=None)


def _in_sentence(item: dict[str, Any], best: Span) -> bool:
    starts = [start for _, start in item["answers"]]
    return any(
        a <= best.start < b and any(a <= start < b for start in starts)
        for a, b in sentences(item["context"])
    )
