"""The examples in tiles, with what is the same at every point of the flat."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, Indices
from engine.network.activations import Values

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective
    from engine.network.sampling.affine import Affine


PIECE = 512
"""Examples whose inputs are gathered at once: a copy of all would take as much memory again."""
LONG = 5_000_000
"""Multiplications that take longer than handing them to a thread: about a quarter of a millisecond."""


@dataclass(frozen=True)
class Segment:
    """Examples of a tile, side by side, that share a last layer."""

    last: int
    """Which of the last layers is theirs."""
    place: slice
    """Where they stand in the tile."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Which examples a tile has, in which segments."""

    examples: Indices | slice
    segments: tuple[Segment, ...]

    @property
    def count(self) -> int:
        """How many examples they are."""
        return int(self.segments[-1].place.stop)


@dataclass(frozen=True, eq=False)
class Tile:
    """n examples."""

    products: Values
    """(1 + k, units · n): the first layer's products with them."""
    targets: Values
    """(c, n)"""
    place: slice
    """Where they stand among all examples, in the order of the tiles."""
    segments: tuple[Segment, ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return int(self.targets.shape[-1])


def whole(count: int, longest: int) -> Iterator[Chosen]:
    """All examples as they stand."""
    for part in _even(count, longest):
        yield Chosen(part, (Segment(0, slice(0, part.stop - part.start)),))


def by_class(classes: Indices, longest: int, enough: int) -> Iterator[Chosen]:
    """Examples sorted by their class, which is also the number of their last layer.

    A tile ends where a class does, once it has ``enough`` examples: each segment more is a call more.
    """
    order = np.argsort(classes, kind="stable")
    ends = [*(np.flatnonzero(np.diff(classes[order])) + 1).tolist(), len(order)]
    start = 0
    for number, end in enumerate(ends):
        is_full = end - start >= enough or end == len(order)
        if is_full or ends[number + 1] - start > longest:
            for part in _even(end - start, longest):
                yield _segmented(order[start:end][part], classes)
            start = end


def _segmented(examples: Indices, classes: Indices) -> Chosen:
    own = classes[examples]
    ends = [0, *(np.flatnonzero(np.diff(own)) + 1).tolist(), len(own)]
    return Chosen(examples, tuple(Segment(int(own[start]), slice(start, stop)) for start, stop in pairwise(ends)))


def _even(count: int, longest: int) -> Iterator[slice]:
    """As few parts of at most ``longest`` as there can be, of about equal size."""
    parts = -(-count // longest)
    for part in range(parts):
        yield slice(count * part // parts, count * (part + 1) // parts)


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
        bases = [self._firsts[min(one.last, len(self._firsts) - 1)].basis for one in part.segments]
        products = np.empty((*bases[0].shape[:2], part.count), self._dtype)
        for one, basis in zip(part.segments, bases, strict=True):
            self._multiply(basis, np.arange(self._data.count)[part.examples][one.place], products[..., one.place])
        targets = self._data.target_columns[:, part.examples].astype(self._dtype)
        return Tile(products.reshape(len(products), -1), targets, place, part.segments)

    def _multiply(self, basis: Array, examples: Indices, out: Values) -> None:
        """The first layer's products with these examples' inputs, into ``(1 + k, units, n)``."""
        flat = basis.reshape(-1, basis.shape[-1])  # one product is twice as fast as one for each direction
        for piece in _even(len(examples), PIECE):
            found = flat[:, 1:] @ self._data.inputs[examples[piece]].T + flat[:, :1]
            out[..., piece] = found.reshape(*out.shape[:2], -1)
