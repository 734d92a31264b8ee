"""The plots of a report as inline SVG, without scripts; colours and fonts come from its style."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from assistant.evaluation.intervals import wilson
from assistant.evaluation.measures import DEPTHS
from assistant.evaluation.ranking import hit_at
from assistant.evaluation.report import Report
from assistant.evaluation.rows import Row

_WIDTH, _HEIGHT = 460, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 12, 40
_LINE = 24
_LABELS = 152
_COUNTS = 52
_LONGEST_LABEL = 22
_STEPS = 51
_BINS = 24
# Bars leave room above them for the words at the marks.
_BARS = 0.8
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_NICE = (1, 2, 2.5, 5, 10)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """A plot with both axes: values from 0 to `x_most`, shares from 0 to 1."""

    x_most: float

    def x(self, value: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * value / self.x_most

    def y(self, share: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - share)


def accuracy_by_type(report: Report) -> str:
    """Plot the share right of each question type with its 95 % interval."""
    groups = report.by_type()
    height = _TOP + _LINE * len(groups) + 26
    scale = (_WIDTH - _LABELS - _COUNTS) / 1.0
    parts = []
    for share in _QUARTERS:
        x = _LABELS + scale * share
        parts.append(_rule(x, _TOP, x, height - 24))
        parts.append(_text(x, height - 8, _percent(share), "middle"))
    for place, (name, rows) in enumerate(groups.items()):
        y = _TOP + _LINE * (place + 0.5)
        right = sum(row.mark.right for row in rows)
        low, high = wilson(right, len(rows))
        about = f"{name}: {right} of {len(rows)} right, 95 % interval {low:.0%} to {high:.0%}"
        bar = f'<rect class="band" x="{_LABELS + scale * low:.1f}" y="{y - 3:.1f}" '
        bar += f'width="{scale * (high - low):.1f}" height="6" rx="3"/>'
        dot = _dot(_LABELS + scale * right / len(rows), y, "one", about)
        shown = name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…"
        label = _text(_LABELS - 10, y + 4, shown, "end", "ink")
        parts += [bar, dot, label, _text(_WIDTH, y + 4, f"{right}/{len(rows)}", "end")]
    return _svg("Share right by question type, with 95 % intervals", parts, height)


def abstention_curve(report: Report) -> str:
    """Plot what a higher threshold would keep and leave open, from the answers' own confidence."""
    frame = _Frame(1.0)
    answerable = [row for row in report.rows if row.question.is_answerable]
    others = [row for row in report.rows if not row.question.is_answerable]
    parts = [*_axes(frame, "answer threshold", _QUARTERS)]
    for kind, rows, is_open in (("one", answerable, False), ("two", others, True)):
        if rows:
            steps = (step / (_STEPS - 1) for step in range(_STEPS))
            parts.append(_path(frame, [(at, _share_at(rows, at, is_open)) for at in steps], kind))
    return _svg("Answerable questions right, and others left open, by threshold", parts)


def latency(report: Report) -> str:
    """Plot how many questions took how long, with the seconds of half and of 95 % of them."""
    taken = [row.seconds for row in report.rows]
    most = _nice(max(taken, default=0.0))
    frame = _Frame(most)
    counts = [0] * _BINS
    for seconds in taken:
        counts[min(int(seconds / most * _BINS), _BINS - 1)] += 1
    highest = max(counts)
    parts = [*_axes(frame, "seconds", [most * share for share in _QUARTERS], highest)]
    width = (frame.x(most) - frame.x(0)) / _BINS
    for place, count in enumerate(counts):
        if count:
            y = frame.y(_BARS * count / highest)
            rect = f'<rect class="bar" x="{frame.x(0) + place * width + 1:.1f}" y="{y:.1f}" '
            parts.append(rect + f'width="{width - 2:.1f}" height="{frame.y(0) - y:.1f}" rx="1.5"/>')
    for name, seconds in report.seconds().items():
        x = frame.x(seconds)
        side, gap = ("end", -5) if x > _WIDTH - 90 else ("start", 5)
        parts.append(_rule(x, _TOP, x, frame.y(0), "mark"))
        place = _TOP + (9 if name == "p50" else 25)
        parts.append(_text(x + gap, place, f"{name} {seconds:.2f} s", side, "ink"))
    return _svg("Questions by the seconds they took", parts)


def retrieval_depth(report: Report) -> str:
    """Plot how often the evidence, and its article, stand among the first k hits.

    Empty where no question names either.
    """
    if not (_ranks(report, "article") or _ranks(report, "evidence")):
        return ""
    deepest = DEPTHS[-1]
    frame = _Frame(float(deepest))
    parts = [*_axes(frame, "first k hits", [float(k) for k in (1, 3, 5, 7, 10)])]
    for kind, ranks in (("two", _ranks(report, "article")), ("one", _ranks(report, "evidence"))):
        if not ranks:
            continue
        found = [sum(hit_at(each, k) for each in ranks) for k in range(1, deepest + 1)]
        if kind == "one":
            parts.append(_band(frame, [wilson(count, len(ranks)) for count in found]))
        points = [(float(k), count / len(ranks)) for k, count in enumerate(found, 1)]
        parts.append(_path(frame, points, kind))
        parts += [_dot(frame.x(k), frame.y(share), kind, _percent(share)) for k, share in points]
    return _svg("Share of questions whose evidence is found, by depth", parts)


def _ranks(report: Report, what: str) -> list[list[int | None]]:
    rows = [row for row in report.rows if row.question.is_answerable]
    found = [row.evidence_ranks if what == "evidence" else row.article_ranks for row in rows]
    return [ranks for ranks in found if ranks]


def _share_at(rows: Sequence[Row], threshold: float, is_open: bool) -> float:
    """Share right if every answer below the threshold were left open as well."""
    kept = [(row.mark.right, row.confidence < threshold) for row in rows]
    right = [(right or opened) if is_open else (right and not opened) for right, opened in kept]
    return sum(right) / len(right)


# -- pieces ---------------------------------------------------------------------------------


def _svg(title: str, parts: Iterable[str], height: float = _HEIGHT) -> str:
    name = escape(title)
    head = f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{name}">'
    return "".join([head, f"<title>{name}</title>", *parts, "</svg>"])


def _axes(
    frame: _Frame, x_label: str, ticks: Iterable[float], highest: int | None = None
) -> list[str]:
    """Rules and labels; upright are shares in per cent, or counts up to `highest`."""
    parts = []
    labels = {share: _percent(share) for share in _QUARTERS}
    if highest is not None:
        labels = {0.0: "0", _BARS: str(highest)}
    for share, label in labels.items():
        y = frame.y(share)
        parts += [_rule(_LEFT, y, _WIDTH - _RIGHT, y), _text(_LEFT - 8, y + 4, label, "end")]
    for tick in ticks:
        parts.append(_text(frame.x(tick), _HEIGHT - _BOTTOM + 16, f"{tick:.4g}", "middle"))
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    return [*parts, _text(middle, _HEIGHT - 6, x_label, "middle")]


def _rule(x1: float, y1: float, x2: float, y2: float, kind: str = "rule") -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def _dot(x: float, y: float, kind: str, about: str) -> str:
    title = f"<title>{escape(about)}</title>"
    return f'<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="4">{title}</circle>'


def _path(frame: _Frame, points: Iterable[Point], kind: str) -> str:
    steps = " L".join(f"{frame.x(x):.1f} {frame.y(y):.1f}" for x, y in points)
    return f'<path class="line {kind}" d="M{steps}"/>'


def _band(frame: _Frame, bounds: Sequence[tuple[float, float]]) -> str:
    upper = [(k, high) for k, (_, high) in enumerate(bounds, 1)]
    lower = [(k, low) for k, (low, _) in enumerate(bounds, 1)]
    outline = " L".join(f"{frame.x(k):.1f} {frame.y(y):.1f}" for k, y in [*upper, *lower[::-1]])
    return f'<path class="band" d="M{outline}Z"/>'


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _nice(most: float) -> float:
    """The next round number: 1, 2, 2.5 or 5 by a power of ten."""
    power = 10.0**-3
    while power * 10 < most:
        power *= 10
    return next(power * step for step in _NICE if power * step >= most)
