"""Lines as vertices in points: cut at a rectangle and thinned to what an eye can tell apart. NaN breaks a line."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Mask

COLUMN = 0.15
"""Points: vertices within one such column or row are replaced by their first, last, lowest and highest."""
FLATNESS = 0.04
"""Points: how far a vertex may lie off the chord of its neighbors to be dropped, in each of `PASSES` rounds."""
PASSES = 6
MOST_DOTS = 4000
_ROUNDING = 1e-9


def clipped(vertices: Array, left: float, top: float, right: float, bottom: float) -> Array:
    """The parts of a line ``(n, 2)`` inside a rectangle, with NaN rows between parts.

    Liang & Barsky (1984), "A new concept and method for line clipping", for all segments at once.
    """
    if len(vertices) < 2:
        return np.empty((0, 2))
    x, y = vertices[:, 0], vertices[:, 1]
    if _within(x, left, right) and _within(y, top, bottom):
        return np.column_stack([x.clip(left, right), y.clip(top, bottom)])
    start, end = vertices[:-1], vertices[1:]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        enters, leaves = _crossings(start, end - start, np.array([left, top]), np.array([right, bottom]))
        visible = np.flatnonzero((enters <= leaves) & np.isfinite(start).all(1) & np.isfinite(end).all(1))
        move = (end - start)[visible]
        first = start[visible] + enters[visible, None] * move
        last = np.where(leaves[visible, None] == 1, end[visible], start[visible] + leaves[visible, None] * move)
    joined = np.zeros(len(visible), dtype=np.bool_)
    joined[:-1] = (np.diff(visible) == 1) & (leaves[visible][:-1] == 1) & (enters[visible][1:] == 0)
    triples = np.stack([first, last, np.full_like(first, np.nan)], axis=1)
    kept = np.stack([np.ones_like(joined), ~joined, ~joined], axis=1)
    result: Array = np.clip(triples[kept], (left, top), (right, bottom))
    return result


def runs(line: Array) -> list[Array]:
    """The unbroken parts of a line, each with at least two vertices."""
    return [line[first : last + 1] for first, last in stretches(line)]


def stretches(line: Array) -> list[tuple[int, int]]:
    """Where in a line each unbroken part of at least two vertices begins, and its last vertex."""
    broken = np.isnan(line[:, 0]) | np.isnan(line[:, 1])
    breaks = np.concatenate([[-1], np.flatnonzero(broken), [len(line)]])
    parts = zip((breaks[:-1] + 1).tolist(), (breaks[1:] - 1).tolist(), strict=True)
    return [(first, last) for first, last in parts if last > first]


def thinned(line: Array) -> Array:
    """The line with fewer vertices, at most ``2·COLUMN + PASSES·FLATNESS`` = 0.54 points from the given one.

    First the extremes of every column and row of the page are kept (M4: Jugel et al. 2014, "M4: a visualization-oriented
    time series data aggregation"), which bounds the number of vertices by the page, whatever the number of steps; then
    vertices that lie on the chord of their neighbors are dropped.
    """
    for axis in (0, 1):
        line = line[_extremes(line, axis)]
    for k in range(PASSES):
        line = line[~_superfluous(line, k % 2)]
    return line


def apart(places: Array, distance: float) -> Array:
    """Dots ``(n, 2)`` without those that lie within about ``distance`` of an earlier one; the last one always stays."""
    seen = places[np.isfinite(places).all(axis=1)]
    if len(seen) < 3:
        return seen
    _, first = np.unique(np.floor(seen / distance).astype(np.int64), axis=0, return_index=True)
    kept = np.union1d(first, [0, len(seen) - 1])
    if len(kept) > MOST_DOTS:
        kept = kept[np.linspace(0, len(kept) - 1, MOST_DOTS).astype(np.intp)]
    result: Array = seen[kept]
    return result


def _within(values: Array, low: float, high: float) -> bool:
    return bool(np.fmin.reduce(values) >= low - _ROUNDING and np.fmax.reduce(values) <= high + _ROUNDING)


def _crossings(start: Array, move: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """The shares of each segment at which it enters and leaves the rectangle (it misses it where enters > leaves)."""
    towards_low, towards_high = (low - start) / move, (high - start) / move
    still = move == 0
    inside = (start >= low) & (start <= high)
    enter = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(towards_low, towards_high))
    leave = np.where(still, np.where(inside, np.inf, -np.inf), np.maximum(towards_low, towards_high))
    return np.maximum(enter.max(axis=1), 0.0), np.minimum(leave.min(axis=1), 1.0)


def _extremes(line: Array, axis: int) -> Mask:
    """The first, last, lowest and highest vertex of every stretch that stays within one column (or row)."""
    column = np.floor(line[:, axis] / COLUMN)
    starts = np.ones(len(line), dtype=np.bool_)
    starts[1:] = column[1:] != column[:-1]
    first = np.flatnonzero(starts)
    if len(line) <= 2 * len(first):
        return np.ones(len(line), dtype=np.bool_)  # few to drop, and sorting takes longer than drawing them
    order = np.lexsort((line[:, 1 - axis], np.cumsum(starts)))
    last = np.append(first[1:], len(line)) - 1
    kept = np.zeros(len(line), dtype=np.bool_)
    for chosen in (first, last, order[first], order[last]):
        kept[chosen] = True
    return kept


def _superfluous(line: Array, parity: int) -> Mask:
    """Every other vertex, where it lies between its neighbors and almost on their chord; never beside a break."""
    result = np.zeros(len(line), dtype=np.bool_)
    before, here, after = line[parity:-2:2], line[1 + parity : -1 : 2], line[2 + parity :: 2]
    chord, offset = after - before, here - before
    squared = chord[:, 0] ** 2 + chord[:, 1] ** 2
    along = chord[:, 0] * offset[:, 0] + chord[:, 1] * offset[:, 1]
    beside = chord[:, 0] * offset[:, 1] - chord[:, 1] * offset[:, 0]
    flat = (beside**2 <= FLATNESS**2 * squared) & (along >= 0) & (along <= squared) & (squared > 0)
    result[1 + parity : -1 : 2] = flat
    return result
