"""The examples in tiles, with what is the same at every point of the flat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, Indices
from engine.network.activations import Values

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective
    from engine.network.sampling.affine import Affine


@dataclass(frozen=True, eq=False)
class Tile:
    """n examples."""

    products: Values
    """(1 + k, units · n): the first layer's products with them."""
    targets: Values
    """(c, n)"""
    place: slice
    """Where they stand among all examples, in the order of the tiles."""
    last: int
    """Which of the last layers is theirs."""
    negated: int
    """The first example whose outputs are to be negated; n if none."""

    @property
    def count(self) -> int:
        """How many they are."""
        return int(self.targets.shape[-1])


@dataclass(frozen=True, eq=False)
class Chosen:
    """Which examples a tile has, and for how many of them the last layer ``last`` gives the rivals as they are."""

    examples: Indices | slice
    last: int
    negated: int


def whole(count: int, longest: int) -> Iterator[Chosen]:
    """All examples as they stand."""
    parts = -(-count // longest)
    for part in range(parts):
        start, stop = count * part // parts, count * (part + 1) // parts
        yield Chosen(slice(start, stop), 0, stop - start)


def by_class(classes: Indices, outputs: int, longest: int) -> Iterator[Chosen]:
    """Examples of one class each. Of two classes the second one's rival is the first one's, negated: a tile may have both."""
    if outputs > 2:
        for own in range(outputs):
            for chosen in _split(np.flatnonzero(classes == own), longest):
                yield Chosen(chosen, own, len(chosen))
    else:
        for chosen in _split(np.argsort(classes, kind="stable"), longest):
            yield Chosen(chosen, 0, int((classes[chosen] == 0).sum()))


def _split(group: Indices, longest: int) -> list[Indices]:
    return np.array_split(group, -(-len(group) // longest)) if len(group) else []


def tiles(
    objective: NetworkObjective, chosen: Iterator[Chosen], firsts: list[Affine], dtype: np.dtype[np.generic]
) -> Iterator[Tile]:
    """The tiles; ``firsts`` holds the first layer, or what it is for each ``last`` if it is the last one too."""
    place = 0
    for part in chosen:
        basis = firsts[min(part.last, len(firsts) - 1)].basis
        products = _products(basis, objective.data.inputs[part.examples], dtype)
        targets = objective.data.target_columns[:, part.examples].astype(dtype)
        yield Tile(products, targets, slice(place, place + targets.shape[1]), part.last, part.negated)
        place += targets.shape[1]


def _products(basis: Array, inputs: Array, dtype: np.dtype[np.generic]) -> Values:
    flat = basis.reshape(-1, basis.shape[-1])  # one product is twice as fast as one for each direction
    products = flat[:, 1:] @ inputs.T + flat[:, :1]
    return np.asarray(products.reshape(len(basis), -1), dtype=dtype)
