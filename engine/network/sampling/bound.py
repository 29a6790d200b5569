"""The layers at some points over every tile, as calls on fixed buffers.

Two threads share one interpreter: one that has to wait for it between two calls is some fifty microseconds late. So
nothing is looked up, cut or made between the calls; they are few and long, with all weights of the points made at once and
their outputs worked on at once; and all buffers are contiguous, where functions take a third less time than on rows with gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    """Where the calling thread's layers stand, one over the other."""

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


class BoundLayers:
    """The layers at K points over each of the tiles, in these ``blocks`` of the points."""

    def __init__(self, layers: Layers, tiles: Sequence[Tile], blocks: Sequence[slice], room: Room) -> None:
        points = int(blocks[-1].stop)
        self._layers, self._room = layers, room
        self._points = room.of("points", (points, len(tiles[0].products)))
        self._weights = room.of("weights", (points, layers.inner.shape[1]))
        self._hidden, self._lasts = layers.cut(self._weights)
        most = max(tile.count for tile in tiles)
        outputs = room.of("outputs", (points * layers.widths[-1] * most,))
        self._outputs = [
            outputs[: points * layers.widths[-1] * tile.count].reshape(points, -1, tile.count) for tile in tiles
        ]
        self._calls = [
            [call for block in blocks for call in self._bound(tile, block, into[block])]
            for tile, into in zip(tiles, self._outputs, strict=True)
        ]

    def move(self, points: Array) -> None:
        """To points ``(1, a, b)``."""
        self._points[...] = points
        if self._weights.size:
            np.matmul(self._points, self._layers.inner, self._weights)

    def outputs(self, number: int) -> Values:
        """Outputs ``(K, c, n)`` over a tile, in one of the room's buffers: they may be overwritten."""
        for call, given in self._calls[number]:
            call(*given)
        return self._outputs[number]

    def _bound(self, tile: Tile, block: slice, outputs: Values) -> Iterator[Call]:
        """The calls for one block of the points."""
        last, count = len(self._layers.widths) - 1, len(outputs)
        before = self._room.layer(0, (count, self._layers.widths[0], tile.count)) if last else outputs
        yield np.matmul, (self._points[block], tile.products, before.reshape(len(before), -1))
        yield from self._activation(0, before)
        for number in range(1, last + 1):
            values = outputs
            if number < last:
                values = self._room.layer(number, (count, self._layers.widths[number], tile.count))
                yield np.matmul, (self._hidden[number - 1][block], before, values)
            else:
                for segment in tile.segments:
                    own, place = self._lasts[segment.last][block], segment.place
                    yield np.matmul, (own, before[..., place], values[..., place])
            yield from self._activation(number, values)
            before = values

    def _activation(self, number: int, values: Values) -> Iterator[Call]:
        function = self._layers.functions[number]
        if not function.is_linear:
            yield function.value, (values, values, 1.0)
        if number < len(self._layers.widths) - 1 and function.gives_one is None:
            yield values[:, 0].fill, (1.0,)
