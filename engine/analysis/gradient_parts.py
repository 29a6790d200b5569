"""A gradient taken apart: its norm layer by layer, and its largest and smallest components by name.

A component's size is how much the loss answers to that one weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.wording import number
from engine.arrays import Array, Indices
from engine.objective import Objective


@dataclass(frozen=True)
class BlockGradient:
    """The part of a gradient that belongs to one block."""

    name: str
    kind: Literal["weight", "bias", "parameter"]
    norm: float
    share: float
    """Its share of the squared norm of the whole, 0 to 1."""
    largest: float
    """Its largest component in size."""

    @property
    def sentence(self) -> str:
        """The block in words."""
        return f"{self.name}: norm {number(self.norm)}, {self.share:.0%} of the squared gradient."


@dataclass(frozen=True)
class Component:
    """One component of a gradient."""

    index: int
    name: str
    value: float


def gradient_by_block(objective: Objective, gradient: ArrayLike) -> tuple[BlockGradient, ...]:
    """Norms of ``gradient (P,)`` by block, in the objective's order.

    Raises:
        ValueError: if the gradient does not have the objective's P components.

    >>> import engine
    >>> parts = gradient_by_block(engine.Formula("rosenbrock"), [3.0, -4.0])
    >>> [part.sentence for part in parts]
    ['x: norm 3, 36% of the squared gradient.', 'y: norm 4, 64% of the squared gradient.']

    """
    given = _checked(objective, gradient)
    total = float(given @ given)
    found = []
    for block in objective.blocks:
        part = given[block.start : block.stop]
        square = float(part @ part)
        share = square / total if total > 0 else 0.0
        found.append(BlockGradient(block.name, block.kind, square**0.5, share, float(np.abs(part).max())))
    return tuple(found)


def largest_components(objective: Objective, gradient: ArrayLike, amount: int = 5) -> tuple[Component, ...]:
    """The components of ``gradient (P,)`` that are largest in size, largest first.

    >>> import engine
    >>> line = engine.CurveFit("a + b*x + c*x^2", [0.0, 1.0, 2.0], [1.0, 0.0, 5.0])
    >>> [part.name for part in largest_components(line, [3.0, -4.0, 1.0], 2)]
    ['b', 'a']

    """
    given = _checked(objective, gradient)
    return _components(objective, given, np.argsort(-np.abs(given), kind="stable")[:amount])


def smallest_components(objective: Objective, gradient: ArrayLike, amount: int = 5) -> tuple[Component, ...]:
    """The components of ``gradient (P,)`` that are smallest in size, smallest first.

    >>> import engine
    >>> line = engine.CurveFit("a + b*x + c*x^2", [0.0, 1.0, 2.0], [1.0, 0.0, 5.0])
    >>> [part.name for part in smallest_components(line, [3.0, -4.0, 1.0], 2)]
    ['c', 'a']

    """
    given = _checked(objective, gradient)
    return _components(objective, given, np.argsort(np.abs(given), kind="stable")[:amount])


def _components(objective: Objective, gradient: Array, order: Indices) -> tuple[Component, ...]:
    names = objective.names
    return tuple(Component(int(index), names[index], float(gradient[index])) for index in order)


def _checked(objective: Objective, gradient: ArrayLike) -> Array:
    given = np.asarray(gradient, dtype=np.float64)
    if given.shape != (objective.dimension,):
        raise ValueError(f"The gradient must have shape ({objective.dimension},), not {given.shape}.")
    return given
