"""Contour lines of a sampled surface, and good levels for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, frozen_view, read_only
from engine.surfaces import Surface, floor_below

Spacing: TypeAlias = Literal["linear", "logarithmic", "quantile"]


@dataclass(frozen=True, eq=False)
class ContourLine:
    """One connected line of equal value; ``points (n, 2)`` are coordinates, the first one repeated if it is closed."""

    level: float
    points: Array

    @property
    def closed(self) -> bool:
        """Whether the line ends where it starts."""
        return bool((self.points[0] == self.points[-1]).all())


def levels(
    values: Surface | ArrayLike, count: int = 12, spacing: Spacing = "linear", floor: float | None = None
) -> Array:
    """About ``count`` levels for contour lines, rising, strictly between the lowest and the highest finite value.

    * ``"linear"``: multiples of 1, 2 or 5 times a power of ten, so that their labels are short;
    * ``"logarithmic"``: f* + d with d in equal ratios, from what lies just above ``floor`` (f*) to the highest value; the d
      are 1, 2, 5 or whole powers of ten where the range has room for them. Without a floor f* is that of
      :func:`engine.surfaces.floor_below`;
    * ``"quantile"``: the same number of samples between any two levels, so that plateaus and valleys get lines as well.

    An empty array where nothing differs.

    >>> levels([0.0, 3.0, 10.0], count=5)
    array([2., 4., 6., 8.])

    """
    if count < 1:
        raise ValueError(f"The number of levels must be at least 1, not {count}.")
    finite = (
        values.values[values.finite] if isinstance(values, Surface) else np.asarray(values, dtype=np.float64).ravel()
    )
    finite = finite[np.isfinite(finite)]
    if not finite.size or finite.min() == finite.max():
        return read_only([])
    low, high = float(finite.min()), float(finite.max())
    if spacing == "linear":
        chosen = _nice(low, high, count)
    elif spacing == "logarithmic":
        chosen = _logarithmic(finite, count, floor)
    else:
        chosen = np.quantile(finite, (np.arange(count) + 0.5) / count)
    chosen = np.unique(chosen)
    return read_only(chosen[(chosen > low) & (chosen < high)])


def _nice(low: float, high: float, count: int) -> Array:
    rough = high / (count + 1) - low / (count + 1)  # not (high − low), which may overflow
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * min((1.0, 2.0, 5.0, 10.0), key=lambda factor: abs(np.log(factor * power / rough)))
    return np.asarray(np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step + 0.0)


def _logarithmic(finite: Array, count: int, floor: float | None) -> Array:
    bottom = floor_below(finite) if floor is None else floor
    with np.errstate(over="ignore"):
        heights = np.minimum(finite - bottom, np.finfo(np.float64).max)
    heights = heights[heights > 0]
    if not heights.size:
        return np.empty(0)
    # A sample that happens to lie beside the minimum must not stretch the scale: start where 1 in 1,000 samples is lower.
    low, high = np.log10(np.quantile(heights, 0.001)), np.log10(heights.max())
    return np.asarray(bottom + _nice_ratios(low, high, count))


def _nice_ratios(low: float, high: float, count: int) -> Array:
    """Numbers between 10^low and 10^high: whole decades, or 1, 2, 5 within them, or else plain equal ratios."""
    decades = high - low
    if decades > 2 * count / 3:
        every = max(round(decades / count), 1)
        return np.asarray(10.0 ** np.arange(np.ceil(low), np.floor(high) + 1, every))
    if decades > count / 5:
        exponents = np.arange(np.floor(low), np.floor(high) + 1)
        with np.errstate(over="ignore"):
            return np.asarray((10.0 ** exponents[:, None] * np.array([1.0, 2.0, 5.0])).ravel())
    return np.logspace(low, high, count + 2)[1:-1]


def contours(surface: Surface, levels: Iterable[float]) -> tuple[ContourLine, ...]:
    """The contour lines of a surface on a plane, level by level; cells that touch NaN have none.

    While the surface refines, the lines are those of the finest grid that is computed throughout.

    Raises:
        ValueError: for a curve, which has none.

    >>> import engine
    >>> bowl = engine.surface(engine.Formula.parse("x^2 + y^2"), window=(-2.0, 2.0, -2.0, 2.0), resolution=41)
    >>> [(line.level, line.closed) for line in contours(bowl, [1.0, 2.0])]
    [(1.0, True), (2.0, True)]

    """
    from contourpy import LineType, contour_generator

    if not surface.second.size:
        raise ValueError("A curve has no contour lines: sample the objective on a plane.")
    settled = surface.settled()
    if min(settled.values.shape) < 2:
        return ()
    whole = np.isfinite(settled.values).all()
    heights = settled.values if whole else np.ma.masked_invalid(settled.values)
    generator = contour_generator(settled.first, settled.second, heights, name="serial", line_type=LineType.Separate)
    return tuple(
        ContourLine(float(level), frozen_view(np.asarray(points, dtype=np.float64)))
        for level in levels
        for points in generator.lines(float(level))
    )
