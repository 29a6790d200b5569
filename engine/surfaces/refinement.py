"""The picture of a surface while it is computed: the order of its cells, and what stands in for the missing ones."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from engine.arrays import Array, Indices, frozen_view
from engine.plane import Flat
from engine.surfaces.sampled import Surface, nearest_cells
from engine.surfaces.windows import Grid

LONGEST_STRIDE = {1: 64, 2: 16}
FEWEST_COARSE_POINTS = 5  # per axis: fewer make no picture
SHARED_BY = 4  # threads among whom tiles can be shared out evenly
SHARE_OF_TIME = 20  # building pictures takes at most one part in this many


class Refinement:
    """Values as they arrive; belongs to one job and is not shared."""

    def __init__(self, flat: Flat, points: Grid) -> None:
        self._flat = flat
        self._points = points
        self._values: Array = np.full(points.shape, np.nan)
        self._computed = np.zeros(points.shape, dtype=bool)
        self._strides = _strides(points.shape)
        self._order, self._coarse = _coarse_first(points.shape, self._strides)
        self._done = 0
        self._next_picture = -np.inf
        self._shown = False

    @property
    def fraction(self) -> float:
        """The share of cells computed."""
        return self._done / self._values.size

    @property
    def complete(self) -> bool:
        """Whether every cell was computed."""
        return self._done == self._values.size

    @property
    def owes_first_picture(self) -> bool:
        """Whether the coarse grid is there and nothing was shown yet."""
        return not self._shown and self._has_coarse_grid

    @property
    def _has_coarse_grid(self) -> bool:
        coarsest = (slice(None, None, self._strides[0]),) * self._values.ndim
        return bool(self._computed[coarsest].all())

    def tiles(self, size: int) -> Iterator[Indices]:
        """The cells in order, at most ``size`` at a time; the coarse grid is never mixed with what follows it.

        What follows is one tile or equal shares for ``SHARED_BY`` threads or fewer, however many there are: values must not
        depend on that.
        """
        coarse, rest = self._order[: self._coarse], self._order[self._coarse :]
        count = -(-rest.size // max(size, 1))
        yield from np.array_split(coarse, -(-coarse.size // max(size, 1)))
        if count:
            yield from np.array_split(rest, count if count == 1 else min(-(-count // SHARED_BY) * SHARED_BY, rest.size))

    def place(self, cells: Indices, values: Array) -> None:
        """Put in what was computed."""
        self._values.flat[cells] = values
        self._computed.flat[cells] = True
        self._done += cells.size

    def picture_if_due(self, now: float) -> Surface | None:
        """A picture, unless the coarse grid is missing or the last picture was too short a time ago for what it cost."""
        if not self._has_coarse_grid or now < self._next_picture:
            return None
        picture = self.picture()
        after = time.perf_counter()
        self._next_picture = after + SHARE_OF_TIME * (after - now)
        self._shown = True
        return picture

    def picture(self) -> Surface:
        """Everything computed so far, each gap filled with its nearest computed neighbour."""
        values = self._values if self.complete else self._filled()
        first, second = self._points.axes[0], (*self._points.axes, np.empty(0))[1]
        return Surface(
            self._flat,
            frozen_view(first),
            frozen_view(second),
            frozen_view(values),
            frozen_view(self._computed.copy()),
        )

    def _filled(self) -> Array:
        display = np.empty(self._values.shape)
        for stride in self._strides:
            every = (slice(None, None, stride),) * display.ndim
            nearest = nearest_cells(self._points.shape, stride)
            known = self._computed[every][nearest]
            np.copyto(display, self._values[every][nearest], where=known)
        return display


def _strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    longest = LONGEST_STRIDE[len(shape)]
    while longest > 1 and -(-min(shape) // longest) < FEWEST_COARSE_POINTS:
        longest //= 2
    return tuple(longest >> halvings for halvings in range(longest.bit_length()))


def _coarse_first(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[Indices, int]:
    level = np.full(shape, len(strides) - 1)
    for number in range(len(strides) - 1, -1, -1):
        level[(slice(None, None, strides[number]),) * len(shape)] = number
    order = np.argsort(level, axis=None, kind="stable")
    return order, int((level == 0).sum())
