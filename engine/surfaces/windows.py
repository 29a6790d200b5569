"""Which part of a line or plane is sampled, and where the sample points lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Indices
from engine.plane import Flat

Window: TypeAlias = tuple[float, ...]
"""(low, high) on a line; (first low, first high, second low, second high) on a plane."""

MOST_CELLS = 16_000_000  # 128 MB of values: beyond it a typing error would fill the memory


@dataclass(frozen=True, eq=False)
class Grid:
    """Equally spaced sample points; ``axes`` holds the first coordinate's values, then the second's."""

    axes: tuple[Array, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the values: rows follow the second coordinate."""
        return tuple(axis.size for axis in reversed(self.axes))

    def coordinates(self, cells: Indices) -> Array:
        """Coordinates ``(K, k)`` of the cells with flat indices ``cells (K,)``."""
        places = reversed(np.unravel_index(cells, self.shape))
        return np.stack([axis[place] for axis, place in zip(self.axes, places, strict=True)], axis=-1)


def grid(dimension: int, window: Sequence[float], resolution: int | Sequence[int]) -> Grid:
    """The grid of a window; ``resolution`` is the number of points per axis, or one number for each axis.

    Raises:
        ValueError: if the window has the wrong length, an end that is not finite or no extent, or if the resolution is
            below 2 or asks for more than 16 million points.

    """
    low, high = _ends(dimension, window)
    counts = tuple(resolution) if isinstance(resolution, Sequence) else (resolution,) * dimension
    if len(counts) != dimension or any(int(count) != count or count < 2 for count in counts):
        raise ValueError(f"The resolution must be a whole number of at least 2 points per axis, not {resolution}.")
    if np.prod([float(count) for count in counts]) > MOST_CELLS:
        raise ValueError(
            f"A resolution of {resolution} asks for more than {MOST_CELLS:,} points: choose a smaller one."
        )
    return Grid(tuple(np.linspace(a, b, int(n)) for a, b, n in zip(low, high, counts, strict=True)))


def _ends(dimension: int, window: Sequence[float]) -> tuple[Array, Array]:
    ends = np.asarray(window, dtype=np.float64)
    if ends.shape != (2 * dimension,):
        wanted = "(low, high)" if dimension == 1 else "(first low, first high, second low, second high)"
        raise ValueError(f"The window must be {wanted}, not {tuple(window)}.")
    low, high = ends[::2], ends[1::2]
    if not np.isfinite(ends).all() or not (low < high).all():
        raise ValueError(f"The window {tuple(window)} needs finite ends, and each low end below its high end.")
    with np.errstate(over="ignore"):
        if not np.isfinite(high - low).all():
            raise ValueError(
                f"The window {tuple(window)} is too wide for floating-point numbers: choose a smaller one."
            )
    return low, high


def window_around(flat: Flat, points: ArrayLike, margin: float = 0.15) -> Window:
    """The window that shows ``points (..., P)`` with ``margin`` of its extent on each side; points not finite are left out.

    An axis along which the points do not differ gets half of the other axis's extent on each side, or 1.

    >>> from engine.plane import parameter_plane
    >>> window_around(parameter_plane(), [[0.0, 0.0], [1.0, 2.0]], margin=0.5)
    (-0.5, 1.5, -1.0, 3.0)

    """
    theta = np.asarray(points, dtype=np.float64).reshape(-1, flat.parameters)
    theta = theta[np.isfinite(theta).all(axis=1)]
    if not theta.size:
        raise ValueError("There is no finite point to put a window around.")
    return window_of(flat.coordinates(theta), margin)


def window_of(coordinates: Array, margin: float = 0.15) -> Window:
    """The same for points whose coordinates ``(K, k)`` in the flat are known, all finite.

    >>> window_of(np.array([[0.0, 0.0], [2.0, 4.0]]), margin=0.25)
    (-0.5, 2.5, -1.0, 5.0)

    """
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    extent = high - low
    # An extent that is only rounding error, beside the coordinates or beside the other axis, is none.
    none = extent <= 1e-9 * max(float(np.abs(coordinates).max()), float(extent.max()))
    pad = np.where(none, (0.5 * float(extent.max())) or 1.0, margin * extent)
    return tuple(float(end) for pair in zip(low - pad, high + pad, strict=True) for end in pair)
