"""The forward and the backward pass, for a stack of runs at once, into buffers that are made once.

For a small network the time goes into calls and memory traffic, not arithmetic. So all views are prepared beforehand, b is
the first column of W (the activations' first row is 1), and every product and function writes where its result is needed.
One product per run: a run's numbers are the same bits alone and in a stack.

Shapes: K runs, n examples of a tile; activations ``(K, columns, width)``, errors ``(K, rows, width)``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Indices
from engine.network.activations import Activation
from engine.network.layers import Layer, columns, rows
from engine.network.losses import Loss

KEPT = 12
"""Workspaces that one thread keeps for one objective: one per number of runs and tile length that are in use."""


@dataclass(frozen=True, eq=False)
class Stage:
    """One layer's buffers and the views into them."""

    layer: Layer
    function: Activation
    padded: Array
    """(K, rows, columns): b, then W, then zeros."""
    weights: Array
    """(K, rows, 1 + inputs) of it."""
    backward: Array
    """(K, rows(inputs), outputs): W transposed."""
    sums: Array
    """(K, rows, width): where the product goes."""
    before: Array
    """(K, outputs, n): pre-activations z; overwritten by a where derivatives don't need them."""
    activations: Array
    """(K, columns, width): 1, a, padding."""
    after: Array
    """(K, outputs, n): a"""
    read: Array
    """(K, 1 + outputs, width): what the next layer multiplies."""
    transposed: Array
    """(K, n, columns): what the next layer's weight gradients multiply."""
    errors: Array
    """(K, rows, width): δ = ∂loss/∂z, zero where there is no example."""
    error: Array
    """(K, outputs, n)"""
    error_rows: Array
    """(K, outputs, width): what the layer before multiplies."""
    error_columns: Array
    """(K, rows, n)"""
    slope: Array
    """(K, outputs, n): scratch for φ'."""
    product: Array
    """(K, rows, columns of the layer before): padded weight gradient."""


class Workspace:
    """Everything that ``runs`` runs need for one tile of ``count`` examples in buffers of ``width``."""

    def __init__(
        self,
        layers: tuple[Layer, ...],
        functions: tuple[Activation, ...],
        steepness: float,
        shape: tuple[int, int, int],
    ) -> None:
        self.runs, self.count, self.width = shape
        self.steepness = steepness
        self._places, sizes = _padded_places(layers)
        self._padded = np.zeros((self.runs, sum(sizes)))
        self.products = np.zeros((self.runs, sum(sizes)))
        """(K, …): the padded weight gradients of all layers, one after the other."""
        starts = np.cumsum([0, *sizes])[:-1].tolist()
        self.stages = tuple(self._stage(*given) for given in zip(layers, functions, starts, strict=True))

    def _stage(self, layer: Layer, function: Activation, start: int) -> Stage:
        K, n, ins, outs = self.runs, self.count, layer.inputs, layer.outputs
        shape, stop = (K, rows(outs), columns(ins)), start + rows(outs) * columns(ins)
        padded, product = (flat[:, start:stop].reshape(shape) for flat in (self._padded, self.products))
        activations = np.zeros((K, columns(outs), self.width))
        activations[:, 0, :n] = 1.0
        inside = activations[:, 1 : 1 + rows(outs)]
        sums = np.zeros((K, rows(outs), self.width)) if function.needs_input else inside
        errors = np.zeros((K, rows(outs), self.width))
        return Stage(
            layer=layer,
            function=function,
            padded=padded,
            weights=padded[:, :, : 1 + ins],
            backward=padded[:, :outs, 1 : 1 + rows(ins)].swapaxes(1, 2),
            sums=sums,
            before=sums[:, :outs, :n],
            activations=activations,
            after=activations[:, 1 : 1 + outs, :n],
            read=activations[:, : 1 + outs],
            transposed=activations[:, :, :n].swapaxes(1, 2),
            errors=errors,
            error=errors[:, :outs, :n],
            error_rows=errors[:, :outs],
            error_columns=errors[:, :, :n],
            slope=np.zeros((K, outs, n)),
            product=product,
        )

    def load(self, points: Array) -> None:
        """Take over the parameters ``(K, P)``."""
        self._padded[:, self._places] = points

    def forward(self, inputs: Array) -> Array:
        """Outputs ``(K, c, n)``, a view, for a tile of inputs ``(columns, width)``."""
        read = inputs[: 1 + self.stages[0].layer.inputs]
        for stage in self.stages:
            np.matmul(stage.weights, read, out=stage.sums)
            stage.function.value(stage.before, stage.after, self.steepness)
            read = stage.read
        return self.stages[-1].after

    def backward(self, inputs: Array) -> None:
        """From ∂loss/∂outputs in the last stage's ``error`` to δ of every layer and every padded weight gradient."""
        last = len(self.stages) - 1
        for number in range(last, -1, -1):
            stage = self.stages[number]
            if not stage.function.is_linear:
                stage.function.first(stage.before, stage.after, stage.slope, self.steepness)
                np.multiply(stage.error, stage.slope, out=stage.error)
            if number:
                before = self.stages[number - 1]
                np.matmul(stage.error_columns, before.transposed, out=stage.product)
                np.matmul(stage.backward, stage.error_rows, out=before.errors)
            else:
                np.matmul(stage.error_columns, inputs[:, : self.count].T, out=stage.product)

    def slope(self, inputs: Array, targets: Array, loss: Loss) -> Array:
        """Summed loss ``(K,)`` of a tile; the backward pass leaves the gradients behind."""
        total = loss.slope(self.forward(inputs), targets, self.stages[-1].error)
        self.backward(inputs)
        return total

    def collect(self, products: Array) -> Array:
        """The gradient ``(K, P)`` from padded weight gradients such as ``products``."""
        return products.take(self._places, axis=1)


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

    def __init__(self, build: Callable[[tuple[int, int, int]], Workspace]) -> None:
        self.build = build
        self.kept: dict[tuple[int, int, int], Workspace] = {}

    def get(self, runs: int, count: int, width: int) -> Workspace:
        """The workspace of this shape, kept or made."""
        shape = (runs, count, width)
        found = self.kept.get(shape)
        if found is None:
            if len(self.kept) >= KEPT:
                self.kept.pop(next(iter(self.kept)))
            found = self.kept[shape] = self.build(shape)
        return found
