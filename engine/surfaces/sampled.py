"""Sampled values of an objective: what every landscape view and every exported figure draws."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Indices, Mask, frozen_view
from engine.plane import Flat
from engine.surfaces.windows import Window


@dataclass(frozen=True, eq=False)
class Surface:
    """Sampled values. On a plane ``values[i, j]`` is f at (first[j], second[i]): rows follow the second coordinate.

    On a line ``values`` is ``(resolution,)`` and ``second`` is empty. NaN in ``values`` where ``computed`` means "evaluated,
    and not a finite number". While a job refines, cells not computed yet hold their nearest computed neighbour's value and
    ``computed`` is False there.
    """

    flat: Flat
    first: Array
    second: Array
    values: Array
    computed: Mask

    @property
    def complete(self) -> bool:
        """Whether every cell was evaluated."""
        return bool(self.computed.all())

    @property
    def window(self) -> Window:
        """The window it covers."""
        ends = (float(self.first[0]), float(self.first[-1]))
        return ends if not self.second.size else (*ends, float(self.second[0]), float(self.second[-1]))

    @property
    def axes(self) -> tuple[Array, ...]:
        """The axes along the dimensions of ``values``: (first,) on a line, (second, first) on a plane."""
        return (self.second, self.first) if self.second.size else (self.first,)

    @property
    def finite(self) -> Mask:
        """Where a finite value was computed."""
        return np.asarray(self.computed & np.isfinite(self.values))

    def finite_range(self) -> tuple[float, float] | None:
        """Lowest and highest finite value computed so far; None if there is none."""
        values = self.values[self.finite]
        return (float(values.min()), float(values.max())) if values.size else None

    def lowest(self) -> tuple[float, Array] | None:
        """The lowest finite value computed so far and its coordinates ``(k,)``; None if there is none."""
        finite = self.finite
        if not finite.any():
            return None
        place = np.unravel_index(np.where(finite, self.values, np.inf).argmin(), self.values.shape)
        coordinates = [axis[index] for axis, index in zip(self.axes, place, strict=True)]
        return float(self.values[place]), np.array(coordinates[::-1])

    def at(self, coordinates: ArrayLike) -> Array:
        """Values ``(...)`` between the samples at ``coordinates (..., k)``, bilinear; NaN outside the window.

        For read-outs under the pointer; the objective itself is exact.
        """
        wanted = np.asarray(coordinates, dtype=np.float64)
        result: Array = np.zeros(wanted.shape[:-1])
        inside = np.ones(wanted.shape[:-1], dtype=bool)
        corners = []
        for axis, x in zip(self.axes, np.moveaxis(wanted[..., ::-1], -1, 0), strict=True):
            place = (x - axis[0]) / (axis[-1] - axis[0]) * (axis.size - 1)
            inside &= (x >= axis[0]) & (x <= axis[-1])
            left = np.clip(np.where(np.isfinite(place), place, 0.0), 0, axis.size - 2).astype(np.intp)
            share = place - left
            corners.append(((left, 1.0 - share), (left + 1, share)))
        for choice in np.ndindex(*(2,) * len(corners)):
            picked = [corner[side] for corner, side in zip(corners, choice, strict=True)]
            weight = np.prod([share for _, share in picked], axis=0)
            # A corner of no weight does not count, so that a neighbour that is NaN leaves a sample its own value.
            result = result + np.where(weight == 0, 0.0, weight * self.values[tuple(index for index, _ in picked)])
        return np.where(inside, result, np.nan)

    @property
    def stride(self) -> int:
        """The smallest power of two s for which every s-th cell, along every axis, is computed: 1 when complete."""
        stride = 1
        while (
            stride < max(self.values.shape) and not self.computed[(slice(None, None, stride),) * self.values.ndim].all()
        ):
            stride *= 2
        return stride

    def settled(self) -> Surface:
        """The finest regular grid that is computed throughout; the surface itself when it is complete.

        Contours and shading are taken from it, because the blocks that fill a surface while it refines are flat inside.
        """
        stride = self.stride
        if stride == 1:
            return self
        every = (slice(None, None, stride),) * self.values.ndim
        thin = replace(self, first=self.first[::stride], second=self.second[::stride])
        return replace(thin, values=frozen_view(self.values[every]), computed=frozen_view(self.computed[every]))


def nearest_cells(shape: tuple[int, ...], stride: int) -> tuple[Indices, ...]:
    """For each cell of ``shape`` the place of the nearest one on the grid of every ``stride``-th cell, as an open mesh."""
    return np.ix_(*[np.minimum((np.arange(n) + stride // 2) // stride, (n - 1) // stride) for n in shape])
