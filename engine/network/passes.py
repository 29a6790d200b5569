"""The forward and the backward pass, for a stack of runs at once, into buffers that are made once.

For a small network the time goes into calls and memory traffic, not arithmetic. So all calls are bound to their views
beforehand, and every product and function writes where its result is needed.
One product per run and tile: a run's numbers are the same bits alone and in a stack.

Shapes: K runs, S tiles of n examples each; activations ``(K, S, columns, width)``, errors ``(K, S, rows, width)``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from engine.arrays import Array
from engine.network.activations import Activation
from engine.network.examples import Tiles
from engine.network.layers import Layer, turned
from engine.network.loss import Loss, Slope
from engine.network.stages import Shape, buffers, places

KEPT = 12
"""Workspaces that one thread keeps for one objective: one per number of runs and shape of blocks that are in use."""
Call: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function with its arguments, all of them bound to buffers."""


class Workspace:
    """Everything that K runs need for one block in buffers."""

    def __init__(
        self, layers: tuple[Layer, ...], functions: tuple[Activation, ...], steepness: float, shape: Shape
    ) -> None:
        self.runs, self.tiles, self.count, self.width = shape
        self.steepness = steepness
        self._places = places(layers)
        self._padded = np.zeros((self.runs, self._places.starts[-1]))
        self._single = np.zeros_like(self._padded) if self.tiles == 1 else None
        spans = [slice(*span) for span in pairwise(self._places.starts)]
        self.stages = tuple(
            buffers(
                layer, function, shape, self._padded[:, span], None if self._single is None else self._single[:, span]
            )
            for layer, function, span in zip(layers, functions, spans, strict=True)
        )
        self._forward, self._backward = tuple(self._forward_calls()), tuple(self._backward_calls())
        self._block: Tiles | None = None
        self._slope: Slope | None = None

    def load(self, points: Array) -> None:
        """Take over the parameters ``(K, P)``."""
        points.take(self._places.sources, 1, self._padded, "clip")

    def _forward_calls(self) -> Iterator[Call]:
        """From the first layer's sums to the outputs."""
        for number, stage in enumerate(self.stages):
            if number:
                yield np.matmul, (stage.weights, self.stages[number - 1].read, stage.sums)
            if not stage.function.is_linear:
                yield stage.function.value, (*stage.unbroken, self.steepness)

    def _backward_calls(self) -> Iterator[Call]:
        """From ∂loss/∂outputs to δ of every layer, and every padded weight gradient but the first layer's."""
        for number in range(len(self.stages) - 1, -1, -1):
            stage = self.stages[number]
            if not stage.function.is_linear:
                yield stage.function.first, (*stage.unbroken, stage.slopes, self.steepness)
                yield np.multiply, (stage.error_rows, stage.slopes, stage.error_rows)
            if turned(stage.layer):
                yield np.copyto, (stage.error_columns, stage.errors[..., : self.count])
            if number:
                before = self.stages[number - 1]
                yield np.matmul, (stage.error_columns, before.transposed, stage.product)
                yield np.matmul, (stage.backward, stage.error_rows, before.errors)

    def _turn(self, block: Tiles) -> None:
        """To this block's inputs."""
        first = self.stages[0]
        self._block, self._slope = block, None
        self._read = block.inputs[:, : 1 + first.layer.inputs]
        self._transposed = block.inputs[..., : self.count].swapaxes(-1, -2)

    def forward(self, block: Tiles) -> Array:
        """Outputs ``(K, S, c, n)``, a view."""
        if block is not self._block:
            self._turn(block)
        np.matmul(self.stages[0].weights, self._read, self.stages[0].sums)
        for function, arguments in self._forward:
            function(*arguments)
        return self.stages[-1].after

    def backward(self) -> None:
        """From ∂loss/∂outputs in the last stage's ``error`` to every δ and, but for the first layer, padded weight gradient."""
        for function, arguments in self._backward:
            function(*arguments)

    def slope(self, block: Tiles, loss: Loss) -> Array:
        """Summed loss ``(K,)`` of a block; the backward pass leaves the gradients behind."""
        total = self.value(block, loss)
        self.backward()
        return total

    def value(self, block: Tiles, loss: Loss) -> Array:
        """Summed loss ``(K,)`` of a block; ∂loss/∂outputs stays in the last stage's ``error``."""
        outputs = self.forward(block)
        if self._slope is None:
            self._slope = loss.bound(outputs, block.targets, self.stages[-1].error)
        totals = self._slope()
        return totals[:, 0] if self.tiles == 1 else np.add.reduce(totals, axis=1)

    def add_products(self, sums: Array) -> None:
        """Add the padded weight gradients of all tiles, one after the other, to ``sums (K, …)``."""
        for number, stage in enumerate(self.stages):
            products = stage.product
            total = sums[:, slice(*self._places.starts[number : number + 2])].reshape(products[:, 0].shape)
            for tile in range(self.tiles):
                if number == 0:
                    one = slice(tile, tile + 1)
                    np.matmul(stage.error_columns[:, one], self._transposed[one], products)
                total += products[:, tile if number else 0]

    def collected(self) -> Array:
        """The gradient ``(K, P)`` of the single tile."""
        assert self._single is not None
        first = self.stages[0]
        np.matmul(first.error_columns, self._transposed, first.product)
        return self._single.take(self._places.gradient, 1, None, "clip")


class Workspaces(threading.local):
    """Each thread's workspaces: an objective can be used from several threads at once."""

    def __init__(self, build: Callable[[Shape], Workspace]) -> None:
        self.build = build
        self.kept: dict[Shape, Workspace] = {}

    def get(self, shape: Shape) -> Workspace:
        """The workspace of this shape, kept or made."""
        found = self.kept.get(shape)
        if found is None:
            if len(self.kept) >= KEPT:
                self.kept.pop(next(iter(self.kept)))
            found = self.kept[shape] = self.build(shape)
        return found
