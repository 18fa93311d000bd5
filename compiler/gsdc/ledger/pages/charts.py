"""Charts as SVG, without scripts, fonts or requests; patterns and labels distinguish the series without color."""

import math
from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from gsdc.ledger.report import Accuracy

WIDTH: Final = 720
HEIGHT: Final = 220
_LEFT, _BOTTOM, _TOP = 64, 28, 12
_SERIES: Final = 6  # patterns that the page defines; further series are merged as "other"
_LABELS: Final = 10  # at most so many along an axis
_POINTS: Final = 1000


class Series(NamedTuple):
    """The amount of one name in each column, in $."""

    name: str
    values: tuple[float, ...]


def bars(columns: Sequence[str], series: Sequence[Series], title: str) -> str:
    """Return stacked bars by column."""
    shown = _merged(series)
    most, tick = _scale(max((sum(one.values[n] for one in shown) for n in range(len(columns))), default=0.0))
    step = (WIDTH - _LEFT) / max(1, len(columns))
    parts = [*_axis(most, tick), *_labels(columns, step)]
    for n, column in enumerate(columns):
        top = float(HEIGHT - _BOTTOM)
        for index, one in enumerate(shown):
            height = one.values[n] / most * (HEIGHT - _BOTTOM - _TOP)
            if height <= 0:
                continue
            top -= height
            tip = escape(f"{column}, {one.name}: ${one.values[n]:,.2f}")
            box = (
                f'x="{_LEFT + n * step + step * 0.15:.1f}" y="{top:.1f}" width="{step * 0.7:.1f}" height="{height:.1f}"'
            )
            parts.append(f'<rect {box} class="s{index}" fill="url(#p{index})"><title>{tip}</title></rect>')
    return _svg(parts, title)


def legend(series: Sequence[Series]) -> list[tuple[int, str]]:
    """Return the number of the pattern, and the name, of each series that ``bars`` shows."""
    return list(enumerate(one.name for one in _merged(series)))


def burn_down(
    left: Sequence[tuple[float, float]],
    limit: float,
    ends: tuple[float, float, float] | None,
    title: str,
    ticks: Sequence[tuple[float, str]],
) -> str:
    """Return the remainder of a budget over time, and its forecast.

    Time is the elapsed share of the window: for each of ``left``, for the ``ends``, at which the budget would be used
    up (early, expected and late), and for the ``ticks``, with their labels.
    """
    most, tick = _scale(limit)

    def point(time: float, value: float) -> str:
        y = _TOP + (1 - max(0.0, value) / most) * (HEIGHT - _BOTTOM - _TOP)
        return f"{_LEFT + time * (WIDTH - _LEFT):.1f},{y:.1f}"

    parts = _axis(most, tick)
    every = -(-len(ticks) // _LABELS) or 1
    for time, text in ticks[::every]:
        x = _LEFT + time * (WIDTH - _LEFT)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 8}">{escape(text)}</text>')
    parts.append(f'<polyline class="ideal" points="{point(0, limit)} {point(1, 0)}"/>')
    if left and ends is not None:
        now, value = left[-1]

        def at_edge(end: float) -> str:
            """Return the point at which the line to ``end`` leaves the chart."""
            if end <= 1 or end <= now:
                return point(min(1.0, max(end, now)), 0)
            return point(1, value * (1 - (1 - now) / (end - now)))

        early, expected, late = ends
        corner = f" {point(1, 0)}" if early < 1 < late else ""  # a corner of the band
        parts.append(f'<polygon class="band" points="{point(now, value)} {at_edge(early)}{corner} {at_edge(late)}"/>')
        parts.append(f'<polyline class="projected" points="{point(now, value)} {at_edge(expected)}"/>')
    parts.append(f'<polyline class="line" points="{" ".join(point(*one) for one in left)}"/>')
    return _svg(parts, title)


def scatter(accuracy: Accuracy) -> str:
    """Return a point for each task: estimated tokens on the x axis, actual ones on the y axis, both logarithmic."""
    values = [math.log(value) for pair in accuracy.pairs for value in pair]
    low, high = min(values) - 0.2, max(values) + 0.2
    width, height = WIDTH - _LEFT, HEIGHT - _BOTTOM - _TOP

    def point(across: float, up: float) -> str:
        x, y = (min(1.0, max(0.0, (value - low) / (high - low))) for value in (across, up))
        return f"{_LEFT + x * width:.1f},{_TOP + (1 - y) * height:.1f}"

    def along(factor: float) -> str:
        """Return the line of tasks that took ``factor`` times their estimate, clipped to the chart."""
        moved = math.log(factor)
        first, last = max(low, low - moved), min(high, high - moved)
        return f"{point(first, first + moved)} {point(last, last + moved)}"

    parts = []
    for n in range(4):
        at = low + n / 3 * (high - low)
        x, y = _LEFT + n / 3 * width, _TOP + (1 - n / 3) * height
        text = _short(math.exp(at))
        anchor = ("start", "middle", "middle", "end")[n]
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{text}</text>')
    if accuracy.interval:
        lower, upper = (along(factor).split() for factor in accuracy.interval)
        is_around = accuracy.interval[0] < 1 < accuracy.interval[1]  # then two corners of the chart are in the band
        corners = [[point(high, high)], [point(low, low)]] if is_around else [[], []]
        outline = [*lower, *corners[0], *reversed(upper), *corners[1]]
        parts.append(f'<polygon class="band" points="{" ".join(outline)}"/>')
    parts.append(f'<polyline class="ideal" points="{along(1)}"/>')
    parts.append(f'<polyline class="projected" points="{along(accuracy.ratio)}"/>')
    for estimated, actual in accuracy.pairs[:_POINTS]:
        across, up = point(math.log(estimated), math.log(actual)).split(",")
        tip = f"{estimated:,} estimated, {actual:,} used"
        parts.append(f'<circle class="point" cx="{across}" cy="{up}" r="3"><title>{tip}</title></circle>')
    return _svg(parts, "Estimated and used tokens of each task")


def _merged(series: Sequence[Series]) -> list[Series]:
    ordered = sorted(series, key=lambda one: -sum(one.values))
    if len(ordered) <= _SERIES:
        return ordered
    rest = [one.values for one in ordered[_SERIES - 1 :]]
    return [*ordered[: _SERIES - 1], Series("other", tuple(map(sum, zip(*rest, strict=True))))]


def _axis(top: float, step: float) -> list[str]:
    """Return the lines and labels of an axis from 0 to ``top``."""
    parts = []
    for n in range(round(top / step) + 1):
        y = _TOP + (1 - n * step / top) * (HEIGHT - _BOTTOM - _TOP)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_short(n * step)}</text>')
    return parts


def _scale(most: float) -> tuple[float, float]:
    """Return the end of an axis for values up to ``most``, and its step: 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return 1.0, 0.5
    power = 10 ** math.floor(math.log10(most / 5))
    step = next((power * factor for factor in (1, 2, 5) if power * factor * 5 >= most), power * 10)
    return step * max(1, math.ceil(most / step - 1e-9)), step


def _short(value: float) -> str:
    """Return a number in few characters: "12M", "1.5k", "0.25"."""
    factor, unit = next(((f, u) for f, u in ((1e9, "G"), (1e6, "M"), (1e3, "k")) if value >= f), (1, ""))
    return f"{float(f'{value / factor:.3g}'):g}{unit}"


def _labels(columns: Sequence[str], step: float) -> list[str]:
    every = -(-len(columns) // _LABELS) or 1
    return [
        f'<text x="{_LEFT + (n + 0.5) * step:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(column)}</text>'
        for n, column in enumerate(columns)
        if n % every == 0
    ]


def _svg(parts: Sequence[str], title: str) -> str:
    name = escape(title, quote=True)
    chart = f'<svg role="img" aria-label="{name}" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    return f'<div class="scroll">{chart}</div>'
