"""Where a sampled surface is a plateau, and where it bends up, down or both: from the samples alone.

Both are stated in *window units*, in which each side of the window has length 1: they follow what the eye sees and do not
change when an axis is measured in another unit. A surface that is still being refined is judged on the finest grid that is
computed throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.arrays import Array, Mask, frozen_view
from engine.surfaces.sampled import Surface, nearest_cells

SINGLE = float(np.finfo(np.float32).eps)  # surfaces are sampled in float32 unless asked otherwise


TOLERANCE = 0.02
"""Curvature, as a share of the values' spread per window squared, below which nobody sees any."""


def flat_region(
    surface: Surface,
    steeper: float = 1.5,
    height: float = 0.05,
    lowest: tuple[float, ArrayLike] | None = None,
    tolerance: float = TOLERANCE,
) -> Mask:
    """Where the surface is a plateau, as a mask like ``values``: far too flat for how much there is still to descend.

    Definition, with f_low the lowest value, u_low where it lies, and f_95 the 95th percentile of the values, all gradients
    and distances in window units:

    1. ‖∇f‖ · ``steeper`` · ‖u − u_low‖ ≤ f − f_low: the straight way down to the lowest point is on average at least
       ``steeper`` times as steep as the surface is here;
    2. f − f_low ≥ ``height`` · (f_95 − f_low): it is not the bottom;
    3. the surface does not bend up in every direction (beyond the tolerance of :func:`bending`): it is not the bowl of
       another, higher minimum.

    Where f is convex, ‖∇f‖ · ‖u − u_low‖ ≥ f − f_low: a bowl or a ravine of any condition is therefore never shaded. The
    surroundings of saddles and maxima are, as slope vanishes there too. NaN is never a plateau.

    Args:
        surface: what was sampled.
        steeper: larger shades less; at least 1, with room for the error of differences.
        height: least height above the lowest value, as a share of the values' spread.
        lowest: value and coordinates ``(k,)`` of the lowest point known, when a window has been moved away from it; None,
            or a higher one: :meth:`Surface.lowest`.
        tolerance: as of :func:`bending`.

    >>> import engine
    >>> step = engine.surface(engine.Formula.parse("tanh(x)"), window=(-6.0, 6.0), resolution=9)
    >>> flat_region(step).astype(int).tolist()
    [0, 0, 0, 0, 0, 0, 1, 1, 1]

    """
    sampled = surface.lowest()
    if sampled is None:
        return frozen_view(np.zeros(surface.values.shape, dtype=bool))
    low, place = sampled if lowest is None or lowest[0] > sampled[0] else lowest
    distance = _distance(surface.settled(), np.asarray(place, dtype=np.float64))
    spread = float(np.quantile(surface.values[surface.finite], 0.95)) - low

    def judge(values: Array, steps: tuple[float, ...]) -> Mask:
        above = values - low
        flat = _slope(values, steps) * steeper * distance <= above
        bowl = _curvatures(values, steps)[0] > _no_curvature(values, steps, tolerance * spread)
        return np.asarray(flat & ~bowl & (above >= height * spread) & (above > 0))

    return np.asarray(_on_settled(surface, judge), dtype=bool)


class Bending(IntEnum):
    """How a surface bends at a cell: the signs of its Hessian's eigenvalues."""

    UNKNOWN = 0
    """not a finite number here or in a neighbor"""
    FLAT = 1
    """no bending beyond the tolerance"""
    UP = 2
    """up in every direction in which it bends"""
    MIXED = 3
    """up in one direction, down in another"""
    DOWN = 4
    """down in every direction in which it bends"""


def bending(surface: Surface, tolerance: float = TOLERANCE) -> NDArray[np.int8]:
    """How the surface bends at each cell: members of :class:`Bending`, as an array like ``values``.

    The Hessian is taken by central differences in window units (the signs of its eigenvalues are the same in any units).
    An eigenvalue counts as zero while |λ| ≤ ``tolerance`` · (f_95 − f_low), or while it is within what rounding in float32
    can produce. The outermost cells take over their inner neighbor's answer.

    >>> import engine
    >>> wells = engine.surface(engine.Formula("double_well"), window=(-2.0, 2.0), resolution=9)
    >>> [Bending(kind).name for kind in bending(wells)]
    ['UP', 'UP', 'UP', 'DOWN', 'DOWN', 'DOWN', 'UP', 'UP', 'UP']

    """
    finite = surface.values[surface.finite]
    spread = float(np.quantile(finite, 0.95) - finite.min()) if finite.size else 0.0

    def judge(values: Array, steps: tuple[float, ...]) -> NDArray[np.int8]:
        smallest, largest = _curvatures(values, steps)
        zero = _no_curvature(values, steps, tolerance * spread)
        up, down = largest > zero, smallest < -zero
        kinds = np.select([up & down, up, down], [Bending.MIXED, Bending.UP, Bending.DOWN], Bending.FLAT)
        return np.where(np.isfinite(smallest + largest), kinds, Bending.UNKNOWN).astype(np.int8)

    return _on_settled(surface, judge)


def _on_settled(surface: Surface, judge: Callable[[Array, tuple[float, ...]], NDArray[Any]]) -> NDArray[Any]:
    """Judge the settled grid and give each cell of the surface the answer of its nearest cell there."""
    stride, shape = surface.stride, surface.values.shape
    values = surface.settled().values
    steps = tuple(stride / (count - 1) for count in shape)
    if min(values.shape) < 2:
        return frozen_view(np.zeros(shape, dtype=np.int8))
    answers = judge(values, steps)
    return frozen_view(answers[nearest_cells(shape, stride)])


def _slope(values: Array, steps: tuple[float, ...]) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):
        squares = [np.gradient(values, step, axis=axis) ** 2 for axis, step in enumerate(steps)]
        return np.asarray(np.sqrt(np.sum(squares, axis=0)))


def _distance(surface: Surface, place: Array) -> Array:
    """Distance of each cell from the coordinates ``place (k,)``, in window units."""
    offsets = [(axis - x) / np.ptp(axis) for axis, x in zip(surface.axes, place[::-1], strict=True)]
    return np.asarray(np.sqrt(sum(offset**2 for offset in np.ix_(*offsets))))


def _no_curvature(values: Array, steps: tuple[float, ...], tolerance: float) -> Array:
    return tolerance + 4 * SINGLE * np.abs(values) / min(steps) ** 2


def _curvatures(values: Array, steps: tuple[float, ...]) -> tuple[Array, Array]:
    """Smallest and largest eigenvalue of the Hessian at each cell, in closed form for 2×2."""
    with np.errstate(invalid="ignore", over="ignore"):
        if values.ndim == 1:
            second = _second_difference(values, steps[0], 0)
            return second, second
        a, c = (_second_difference(values, step, axis) for axis, step in enumerate(steps))
        b = np.gradient(np.gradient(values, steps[0], axis=0), steps[1], axis=1)
        middle, radius = (a + c) / 2, np.hypot((a - c) / 2, b)
        return _from_inside(middle - radius), _from_inside(middle + radius)


def _second_difference(values: Array, step: float, axis: int) -> Array:
    f = np.moveaxis(values, axis, 0)
    result = np.full_like(f, np.nan)
    result[1:-1] = (f[2:] - 2 * f[1:-1] + f[:-2]) / step**2
    return _from_inside(np.moveaxis(result, 0, axis))


def _from_inside(values: Array) -> Array:
    """The array with its outermost cells replaced by their inner neighbors."""
    inner = [np.clip(np.arange(count), 1, max(count - 2, 1)) for count in values.shape]
    return np.asarray(values[np.ix_(*inner)])
