"""The examples in tiles, with what is the same at every point of the flat."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, Indices
from engine.network.activations import Values

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective
    from engine.network.sampling.affine import Affine


LONG = 5_000_000
"""Multiplications that take longer than handing them to a thread: about a quarter of a millisecond."""


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
    count: int
    last: int
    negated: int


def whole(count: int, longest: int) -> Iterator[Chosen]:
    """All examples as they stand."""
    parts = -(-count // longest)
    for part in range(parts):
        start, stop = count * part // parts, count * (part + 1) // parts
        yield Chosen(slice(start, stop), stop - start, 0, stop - start)


def by_class(classes: Indices, outputs: int, longest: int) -> Iterator[Chosen]:
    """Examples of one class each. Of two classes the second one's rival is the first one's, negated: a tile may have both."""
    if outputs > 2:
        for own in range(outputs):
            for chosen in _split(np.flatnonzero(classes == own), longest):
                yield Chosen(chosen, len(chosen), own, len(chosen))
    else:
        for chosen in _split(np.argsort(classes, kind="stable"), longest):
            yield Chosen(chosen, len(chosen), 0, int((classes[chosen] == 0).sum()))


def _split(group: Indices, longest: int) -> list[Indices]:
    return np.array_split(group, -(-len(group) // longest)) if len(group) else []


class Tiles:
    """All tiles, each made by the thread that needs it first."""

    def __init__(
        self, objective: NetworkObjective, chosen: Iterable[Chosen], firsts: list[Affine], dtype: np.dtype[np.generic]
    ) -> None:
        """``firsts`` holds the first layer, or what it is for each ``last`` if it is the last one too."""
        self._data, self._firsts, self._dtype = objective.data, firsts, dtype
        self._chosen = list(chosen)
        self._ends = [0, *accumulate(part.count for part in self._chosen)]
        self._made: list[Tile | None] = [None] * len(self._chosen)
        self._locks = [threading.Lock() for _ in self._chosen]

    @property
    def preparations(self) -> tuple[Callable[[], Tile], ...]:
        """What makes each tile, where that is worth a thread's while."""
        multiplications = self._firsts[0].basis.size * self._data.count
        return tuple(partial(self._tile, number) for number in range(len(self._made))) if multiplications > LONG else ()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._made)

    def __iter__(self) -> Iterator[Tile]:
        """In order."""
        return (self._tile(number) for number in range(len(self._made)))

    def _tile(self, number: int) -> Tile:
        with self._locks[number]:
            made = self._made[number]
            if made is None:
                made = self._made[number] = self._make(self._chosen[number], slice(*self._ends[number : number + 2]))
        return made

    def _make(self, part: Chosen, place: slice) -> Tile:
        basis = self._firsts[min(part.last, len(self._firsts) - 1)].basis
        products = _products(basis, self._data.inputs[part.examples], self._dtype)
        targets = self._data.target_columns[:, part.examples].astype(self._dtype)
        return Tile(products, targets, place, part.last, part.negated)


def _products(basis: Array, inputs: Array, dtype: np.dtype[np.generic]) -> Values:
    flat = basis.reshape(-1, basis.shape[-1])  # one product is twice as fast as one for each direction
    products = flat[:, 1:] @ inputs.T + flat[:, :1]
    return np.asarray(products.reshape(len(basis), -1), dtype=dtype)
