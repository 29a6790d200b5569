"""Values of an objective along a line or over a window of a plane: coarse first, then refined without recomputing."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arrays import Array, Mask
from engine.plane import Flat

Window = tuple[float, ...]
"""(low, high) on a line; (first low, first high, second low, second high) on a plane."""


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
