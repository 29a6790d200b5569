"""The forward and the backward pass, for a stack of runs at once, into buffers that are made once.

For a small network the time goes into calls and memory traffic, not arithmetic. So all views are prepared beforehand, b is
the first column of W (the activations' first row is 1), and every product and function writes where its result is needed.
One product per run and tile: a run's numbers are the same bits alone and in a stack.

Shapes: K runs, S tiles of n examples each; activations ``(K, S, columns, width)``, errors ``(K, S, rows, width)``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from engine.arrays import Array, Indices
from engine.network.activations import Activation
from engine.network.examples import Tiles
from engine.network.layers import Layer, columns, rows, turned
from engine.network.losses import Loss, Slope

KEPT = 12
"""Workspaces that one thread keeps for one objective: one per number of runs and shape of blocks that are in use."""
Call: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function with its arguments, all of them bound to buffers."""
Shape: TypeAlias = tuple[int, int, int, int]
"""K, S, n and the tiles' width."""


@dataclass(frozen=True, eq=False)
class Stage:
    """One layer's buffers and the views into them."""

    layer: Layer
    function: Activation
    padded: Array
    """(K, 1, rows, columns): b, then W, then padding."""
    weights: Array
    """(K, 1, rows, 1 + inputs) of it."""
    backward: Array
    """(K, 1, rows(inputs), outputs): W transposed."""
    sums: Array
    """(K, S, rows, width): where the product goes."""
    before: Array
    """(K, S, outputs, n): pre-activations z; overwritten by a where derivatives don't need them."""
    activations: Array
    """(K, S, columns, width): 1, a, padding."""
    after: Array
    """(K, S, outputs, n): a"""
    read: Array
    """(K, S, 1 + outputs, width): what the next layer multiplies."""
    transposed: Array
    """(K, S, n, columns): what the next layer's weight gradients multiply."""
    errors: Array
    """(K, S, rows, width): δ = ∂loss/∂z; anything where there is no example and in rows past the units."""
    error: Array
    """(K, S, outputs, n)"""
    error_rows: Array
    """(K, S, outputs, width): what the layer before multiplies."""
    error_columns: Array
    """(K, S, rows, n): what the weight gradients multiply."""
    turned: Array | None
    """(K, S, n, rows): where the errors are laid out example by example for them, if they are."""
    slopes: Array
    """(K, S, outputs, width): scratch for φ'."""
    slope: Array
    """(K, S, outputs, n)"""
    product: Array
    """(K, S, rows, columns of the layer before): padded weight gradient of each tile."""

    @property
    def unbroken(self) -> tuple[Array, Array]:
        """Sums z and activations a ``(K, S, outputs, width)``: in one piece, which takes less time."""
        outs = self.layer.outputs
        return self.sums[:, :, :outs], self.activations[:, :, 1 : 1 + outs]


class Workspace:
    """Everything that K runs need for one block in buffers."""

    def __init__(
        self, layers: tuple[Layer, ...], functions: tuple[Activation, ...], steepness: float, shape: Shape
    ) -> None:
        self.runs, self.tiles, self.count, self.width = shape
        self.steepness = steepness
        self._places, sizes = _padded_places(layers)
        self._sources = np.zeros(sum(sizes), dtype=np.intp)
        self._sources[self._places] = np.arange(len(self._places))
        self._padded = np.zeros((self.runs, sum(sizes)))
        self._single = np.zeros((self.runs, sum(sizes) if self.tiles == 1 else 0))
        starts = np.cumsum([0, *sizes])[:-1].tolist()
        self.stages = tuple(self._stage(*given) for given in zip(layers, functions, starts, strict=True))
        self._forward, self._backward = tuple(self._forward_calls()), tuple(self._backward_calls())
        self._block: Tiles | None = None
        self._slope: Slope | None = None

    def _stage(self, layer: Layer, function: Activation, start: int) -> Stage:
        K, S, n, width, ins, outs = self.runs, self.tiles, self.count, self.width, layer.inputs, layer.outputs
        inner, stop = columns(ins), start + rows(outs) * columns(ins)
        padded = self._padded[:, start:stop].reshape(K, 1, rows(outs), inner)
        activations = np.zeros((K, S, columns(outs), width))
        activations[:, :, 0, :n] = 1.0
        inside = activations[:, :, 1 : 1 + rows(outs)]
        sums = np.zeros((K, S, rows(outs), width)) if function.needs_input else inside
        errors = np.zeros((K, S, rows(outs), width))
        slopes = np.zeros((K, S, outs, width))
        laid = np.zeros((K, S, n, rows(outs))) if turned(layer) else None
        single = self._single[:, start:stop].reshape(K, 1, rows(outs), inner) if S == 1 else None
        return Stage(
            layer=layer,
            function=function,
            padded=padded,
            weights=padded[..., : 1 + ins],
            backward=padded[..., :outs, 1 : 1 + rows(ins)].swapaxes(-1, -2),
            sums=sums,
            before=sums[:, :, :outs, :n],
            activations=activations,
            after=activations[:, :, 1 : 1 + outs, :n],
            read=activations[:, :, : 1 + outs],
            transposed=activations[..., :n].swapaxes(-1, -2),
            errors=errors,
            error=errors[:, :, :outs, :n],
            error_rows=errors[:, :, :outs],
            error_columns=errors[..., :n] if laid is None else laid.swapaxes(-1, -2),
            turned=laid,
            slopes=slopes,
            slope=slopes[..., :n],
            product=np.zeros((K, S, rows(outs), inner)) if single is None else single,
        )

    def load(self, points: Array) -> None:
        """Take over the parameters ``(K, P)``. The padding holds any of them: nothing reads what comes of it."""
        points.take(self._sources, 1, self._padded, "clip")

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
            if stage.turned is not None:
                yield np.copyto, (stage.turned, stage.errors[..., : self.count].swapaxes(-1, -2))
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
        """From ∂loss/∂outputs in the last stage's ``error`` to δ of every layer and every padded weight gradient."""
        for function, arguments in self._backward:
            function(*arguments)
        np.matmul(self.stages[0].error_columns, self._transposed, self.stages[0].product)

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
        start = 0
        for stage in self.stages:
            stop = start + stage.product[0, 0].size
            total = sums[:, start:stop].reshape(stage.product[:, 0].shape)
            for tile in range(self.tiles):
                total += stage.product[:, tile]
            start = stop

    def collected(self, sums: Array | None = None) -> Array:
        """The gradient ``(K, P)`` from padded weight gradients; None: from those of the single tile."""
        return (self._single if sums is None else sums).take(self._places, 1, None, "clip")

    @property
    def size(self) -> int:
        """How many numbers the padded weight gradients of one run are."""
        return self._padded.shape[1]


def _padded_places(layers: tuple[Layer, ...]) -> tuple[Indices, list[int]]:
    """Where each of P parameters stands in the padded layers (b first in its row), and how long each of those is."""
    places, sizes = (
        np.empty(layers[-1].stop, dtype=np.intp),
        [rows(one.outputs) * columns(one.inputs) for one in layers],
    )
    for layer, start in zip(layers, np.cumsum([0, *sizes])[:-1], strict=True):
        first = start + columns(layer.inputs) * np.arange(layer.outputs)
        places[layer.start : layer.bias] = (first[:, None] + np.arange(1, 1 + layer.inputs)).ravel()
        places[layer.bias : layer.stop] = first
    return places, sizes


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
