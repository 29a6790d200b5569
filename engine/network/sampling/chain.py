"""The layers over one tile at some points, as calls on fixed buffers.

Two threads share one interpreter: one that has to wait for it between two calls sleeps for some fifty microseconds. So
nothing is looked up, cut or made between the calls of a chain, and all buffers are contiguous, where functions take a third
less time than on rows with gaps between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    """What follows the first layer's products: bases ``(1 + k, outputs · (1 + inputs))``, b first."""

    functions: tuple[Activation, ...]
    """Of each layer, the first one too."""
    widths: tuple[int, ...]
    hidden: tuple[Values, ...]
    lasts: tuple[Values, ...]
    """The last layer for each kind of segment; none if there is only one layer."""

    @classmethod
    def of(cls, layers: Sequence[Affine], lasts: Sequence[Affine], dtype: np.dtype[np.generic]) -> Layers:
        """From a network's layers on a flat, where ``lasts`` stand in for the last one."""

        def flat(layer: Affine) -> Values:
            return layer.basis.reshape(len(layer.basis), -1).astype(dtype)

        return cls(
            tuple(layer.function for layer in layers),
            (*(layer.outputs for layer in layers[:-1]), lasts[0].outputs),
            tuple(flat(layer) for layer in layers[1:-1]),
            tuple(flat(last) for last in lasts) if len(layers) > 1 else (),
        )


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
        for number in range(1, len(layers.widths)):
            self._outputs = self._next(number, self._outputs)

    def outputs(self, points: Array) -> Values:
        """Outputs ``(K, c, n)`` at ``(1, a, b)``, in one of the room's buffers: they may be overwritten."""
        self._points[...] = points
        for call, given in self._calls:
            call(*given)
        return self._outputs

    def _first(self) -> Values:
        values, inner = self._buffer(0)
        into = values.reshape(self._count, -1)[:, inner.start * self._tile.count :]
        self._calls.append((np.matmul, (self._points, self._tile.products, into)))
        self._activate(0, values)
        return values

    def _next(self, number: int, before: Values) -> Values:
        layers, (values, inner) = self._layers, self._buffer(number)
        is_last = number == len(layers.widths) - 1
        if not is_last:
            weights = self._weights(number, layers.hidden[number - 1], before.shape[1])
            self._calls.append((np.matmul, (weights, before, values[:, inner])))
        else:
            for segment in self._tile.segments:
                weights = self._weights(("last", segment.last), layers.lasts[segment.last], before.shape[1])
                place = segment.place
                self._calls.append((np.matmul, (weights, before[..., place], values[..., place])))
        self._activate(number, values)
        return values

    def _buffer(self, number: int) -> tuple[Values, slice]:
        """Where a layer goes; which rows of it are units: all but a first row of ones, for b, if another layer follows."""
        inner = slice(int(number < len(self._layers.widths) - 1), None)
        rows = self._layers.widths[number] + inner.start
        return self._room.layer(number, (self._count, rows, self._tile.count)), inner

    def _weights(self, name: object, basis: Values, inputs: int) -> Values:
        """Weights ``(K, outputs, 1 + inputs)`` at the points."""
        weights = self._room.of(("weights", name), (self._count, basis.shape[1] // inputs, inputs))
        self._calls.append((np.matmul, (self._points, basis, weights.reshape(self._count, -1))))
        return weights

    def _activate(self, number: int, values: Values) -> None:
        function = self._layers.functions[number]
        if not function.is_linear:
            self._calls.append((function.value, (values, values, 1.0)))
        if number < len(self._layers.widths) - 1:
            self._calls.append((values[:, 0].fill, (1.0,)))
