"""A start: where runs begin, with the recipe that gave it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, read_only
from engine.problem import Assembled


@dataclass(frozen=True, eq=False)
class Start:
    """A start with its recipe: drawn by a scheme and a seed, or ``given``, and then moved by ``shift``.

    The shift is a vector of parameters, so it does not depend on the plane in which somebody dragged it.
    """

    scheme: str = "xavier"
    seed: int = 0
    scale: float = 1.0
    given: Array | None = None
    shift: Array | None = None

    def __post_init__(self) -> None:
        for name in ("given", "shift"):
            held = getattr(self, name)
            # What is read-only already stays the same object: comparing starts then ends at their identity.
            if held is not None and (not isinstance(held, np.ndarray) or held.flags.writeable):
                object.__setattr__(self, name, read_only(held))

    def parameters(self, assembled: Assembled) -> Array:
        """The parameter vector ``(P,)``.

        Raises:
            ValueError: if the given vector or the shift does not fit the problem.

        """
        base = self.given
        if base is None:
            if assembled.network is None:
                raise ValueError("This start has no parameters: give it a point.")
            base = assembled.network.initialize(seed=self.seed, scheme=self.scheme, scale=self.scale)
        point = np.array(base, dtype=np.float64) if self.shift is None else base + self.shift
        if point.shape != (assembled.objective.dimension,):
            raise ValueError(f"The start has {point.size} parameters, the problem {assembled.objective.dimension}.")
        return point

    def moved(self, by: ArrayLike) -> Start:
        """The same start, moved by ``by (P,)`` more."""
        more = np.asarray(by, dtype=np.float64)
        shift = more if self.shift is None else self.shift + more
        return replace(self, shift=read_only(shift))


def given(point: ArrayLike) -> Start:
    """A start at a point."""
    return Start(given=read_only(point))
