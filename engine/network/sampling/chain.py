"""The layers over one tile at some points, as calls on fixed buffers.

Two threads share one interpreter: one that has to wait for it between two calls sleeps for some fifty microseconds. So
nothing is looked up, cut or made between the calls of a chain, calls are few and long, and all buffers are contiguous, where
functions take a third less time than on rows with gaps between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, TypeAlias

import numpy as np

from engine.arrays import Array
from engine.network.activations import Activation, Values
from engine.network.sampling.affine import Affine
from engine.network.sampling.buffers import Buffers
from engine.network.sampling.tiles import Tile

Call: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class Layers:
    """The layers; all but the last one have a first unit that is 1."""

    functions: tuple[Activation, ...]
    widths: tuple[int, ...]
    inner: Values
    """(1 + k, …): all weights after the first layer, one layer after the other, then each of the last layers."""
    lasts: int
    """How many last layers there are, one for each kind of segment."""

    @classmethod
    def of(cls, layers: Sequence[Affine], lasts: Sequence[Affine], dtype: np.dtype[np.generic]) -> Layers:
        """From all layers but the last one, and what may stand for that."""
        following = [layer.basis.reshape(len(layer.basis), -1) for layer in (*layers[1:], *(lasts if layers else ()))]
        return cls(
            tuple(layer.function for layer in (*layers, lasts[0])),
            tuple(layer.outputs for layer in (*layers, lasts[0])),
            np.concatenate([np.empty((len(lasts[0].basis), 0)), *following], axis=1).astype(dtype),
            len(lasts) if layers else 0,
        )

    def cut(self, weights: Values) -> tuple[list[Values], list[Values]]:
        """Views into ``weights (K, …)``: each hidden layer's and each last layer's ``(K, outputs, inputs)``."""
        pairs = list(pairwise(self.widths))
        shapes = [(after, before) for before, after in (*pairs[:-1], *pairs[-1:] * self.lasts)]
        ends = [0, *accumulate(after * before for after, before in shapes)]
        found = [
            weights[:, start:stop].reshape(-1, *shape)
            for (start, stop), shape in zip(pairwise(ends), shapes, strict=True)
        ]
        return found[: len(found) - self.lasts], found[len(found) - self.lasts :]


@dataclass(frozen=True, eq=False)
class Room:
    """Where the calling thread's chains stand, one over the other."""

    buffers: Buffers
    dtype: np.dtype[np.generic]
    numbers: int
    """Of a layer in one block, at most."""

    def of(self, name: object, shape: tuple[int, ...]) -> Values:
        """The buffer of this name, as an array of this shape."""
        return self.buffers.get(name, self.dtype, shape)

    def layer(self, number: int, shape: tuple[int, int, int]) -> Values:
        """Where a layer's activations ``(K, rows, n)`` go: two buffers in turns."""
        return self.buffers.get(number % 2, self.dtype, shape, self.numbers)


class Chain:
    """The layers over one tile at K points."""

    def __init__(self, layers: Layers, tile: Tile, points: int, room: Room) -> None:
        self._layers, self._tile, self._room, self._count = layers, tile, room, points
        self._calls: list[Call] = []
        self._points = room.of("points", (points, len(tile.products)))
        self._outputs = self._first()
        if len(layers.widths) > 1:
            weights = room.of("weights", (points, layers.inner.shape[1]))
            self._calls.append((np.matmul, (self._points, layers.inner, weights)))
            self._hidden, self._lasts = layers.cut(weights)
            for number in range(1, len(layers.widths)):
                self._outputs = self._next(number, self._outputs)

    def outputs(self, points: Array) -> Values:
        """Outputs ``(K, c, n)`` at ``(1, a, b)``, in one of the room's buffers: they may be overwritten."""
        self._points[...] = points
        for call, given in self._calls:
            call(*given)
        return self._outputs

    def _first(self) -> Values:
        values = self._buffer(0)
        self._calls.append((np.matmul, (self._points, self._tile.products, values.reshape(self._count, -1))))
        return self._activated(0, values)

    def _next(self, number: int, before: Values) -> Values:
        values = self._buffer(number)
        if number < len(self._layers.widths) - 1:
            self._calls.append((np.matmul, (self._hidden[number - 1], before, values)))
        else:
            for segment in self._tile.segments:
                own, place = self._lasts[segment.last], segment.place
                self._calls.append((np.matmul, (own, before[..., place], values[..., place])))
        return self._activated(number, values)

    def _buffer(self, number: int) -> Values:
        return self._room.layer(number, (self._count, self._layers.widths[number], self._tile.count))

    def _activated(self, number: int, values: Values) -> Values:
        function = self._layers.functions[number]
        if not function.is_linear:
            self._calls.append((function.value, (values, values, 1.0)))
        if number < len(self._layers.widths) - 1 and function.gives_one is None:
            self._calls.append((values[:, 0].fill, (1.0,)))
        return values
