"""The chart: two small plots of cost against size, both axes logarithmic, as SVG written by hand."""

import math
from collections.abc import Callable, Sequence

from eval.speed.table import MIB, Row

Line = tuple[str, Sequence[tuple[float, float]]]
_WIDTH, _HEIGHT, _LEFT, _TOP = 300, 220, 60, 40  # of a plot, and where the first one stands
_STEP = 480  # from one plot to the next
_COLOURS = ("#1f5a94", "#b5522b", "#3b7d3f", "#7a4a94", "#666666")


def as_svg(rows: Sequence[Row]) -> str:
    """Milliseconds of a question on the left, MiB on the right."""
    times = [_line(rows, name, lambda row, n=name: row[n]["wall_p50"]) for name in ("dense", "lexical", "hybrid")]  # type: ignore[misc]
    times += [_line(rows, "filter 1 %", lambda row: row["1 %"]["wall_p50"])]
    times += [_line(rows, "add one article", lambda row: row["add"]["median"])]
    space = [_line(rows, "memory", lambda row: row["rss_queries"] / MIB)]
    space += [_line(rows, "disk", lambda row: row["built"]["size"] / MIB)]
    plots = [plot("median, ms", times, _LEFT), plot("MiB", space, _LEFT + _STEP)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * _STEP} {_TOP + _HEIGHT + 50}" '
        'font-family="sans-serif" font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n'
    )
    return head + "\n".join(plots) + "\n</svg>\n"


def plot(title: str, lines: Sequence[Line], left: float) -> str:
    """One plot with decades for a grid; a line without points is left out."""
    lines = [line for line in lines if line[1]]
    if not lines:
        return ""
    xs = decades([x for _, points in lines for x, _ in points])
    ys = decades([y for _, points in lines for _, y in points])
    at_x, at_y = _scale(xs, left, _WIDTH), _scale(ys, _TOP + _HEIGHT, -_HEIGHT)
    bottom, right = _TOP + _HEIGHT, left + _WIDTH
    out = [f'<text x="{left}" y="{_TOP - 14}" font-weight="bold">{title}</text>']
    for x in range(xs[0], xs[1] + 1):
        out.append(_grid(at_x(10**x), _TOP, at_x(10**x), bottom))
        out.append(f'<text x="{at_x(10**x):.1f}" y="{bottom + 16}" text-anchor="middle">{10**x:,}</text>')
    for y in range(ys[0], ys[1] + 1):
        out.append(_grid(left, at_y(10.0**y), right, at_y(10.0**y)))
        out.append(f'<text x="{left - 6}" y="{at_y(10.0**y) + 4:.1f}" text-anchor="end">{10.0**y:,g}</text>')
    out.append(f'<text x="{left + _WIDTH / 2}" y="{bottom + 34}" text-anchor="middle">passages</text>')
    for number, (name, points) in enumerate(lines):
        colour = _COLOURS[number % len(_COLOURS)]
        placed = [(at_x(x), at_y(y)) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in placed]
        key = _TOP + 10 + 16 * number
        out.append(f'<text x="{right + 8}" y="{key}" fill="{colour}">{name}</text>')
    return "\n".join(out)


def decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around all values; at least one decade."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _line(rows: Sequence[Row], name: str, of: Callable[[Row], float]) -> Line:
    return name, [(row["built"]["passages"], of(row)) for row in rows if of(row) > 0]


def _scale(bounds: tuple[int, int], start: float, length: float) -> Callable[[float], float]:
    low, high = bounds
    return lambda value: start + length * (math.log10(value) - low) / (high - low)


def _grid(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#dddddd"/>'
