"""One layer's buffers, and where its parameters stand in them.

b is the first column of W (the activations' first row is 1), and rows and columns are padded to whole fours and eights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.arrays import Array, Indices
from engine.network.activations import Activation
from engine.network.layers import Layer, by_example, columns, rows, turned

Shape: TypeAlias = tuple[int, int, int, int]
"""K runs, S tiles, n examples of each, and the tiles' width."""


@dataclass(frozen=True, eq=False)
class Stage:
    """One layer's buffers and the views into them."""

    layer: Layer
    function: Activation
    weights: Array
    """(K, 1, rows, 1 + inputs): b, then W."""
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
    """(K, S, rows, n): what the weight gradients multiply; a transposed copy, where that takes less time."""
    slopes: Array
    """(K, S, outputs, width): scratch for φ'."""
    slope: Array
    """(K, S, outputs, n)"""
    product: Array
    """(K, S, rows, columns of the layer before): padded weight gradient of each tile, for the first layer of one."""

    @property
    def unbroken(self) -> tuple[Array, Array]:
        """Sums z and activations a ``(K, S, outputs, width)``: in one piece, which takes less time."""
        outs = self.layer.outputs
        return self.sums[:, :, :outs], self.activations[:, :, 1 : 1 + outs]


@dataclass(frozen=True, eq=False)
class Places:
    """Where a network's P parameters stand in its padded layers, which lie one after the other."""

    starts: tuple[int, ...]
    """Where each layer starts, and one past the last."""
    gradient: Indices
    """(P,): where each parameter's derivative stands, row by row."""
    sources: Indices
    """Which parameter stands at each place of the padded weights; layers that lie by example are transposed."""


def places(layers: tuple[Layer, ...]) -> Places:
    """The places of these layers. The padding holds any parameter: nothing reads what comes of it."""
    sizes = [rows(one.outputs) * columns(one.inputs) for one in layers]
    starts = (0, *np.cumsum(sizes).tolist())
    gradient, sources = np.empty(layers[-1].stop, dtype=np.intp), np.zeros(starts[-1], dtype=np.intp)
    for layer, start in zip(layers, starts[:-1], strict=True):
        first = start + columns(layer.inputs) * np.arange(layer.outputs)
        gradient[layer.start : layer.bias] = (first[:, None] + np.arange(1, 1 + layer.inputs)).ravel()
        gradient[layer.bias : layer.stop] = first
    sources[gradient] = np.arange(len(gradient))
    for layer, start, stop in zip(layers, starts[:-1], starts[1:], strict=True):
        if by_example(layer):
            sources[start:stop] = sources[start:stop].reshape(rows(layer.outputs), -1).T.ravel()
    return Places(starts, gradient, sources)


def zeros(shape: tuple[int, ...], transposed: bool) -> Array:
    """Zeros of a shape, with the last two axes exchanged in memory if ``transposed``."""
    return np.zeros((*shape[:-2], shape[-1], shape[-2])).swapaxes(-1, -2) if transposed else np.zeros(shape)


def buffers(layer: Layer, function: Activation, shape: Shape, padded: Array, product: Array | None) -> Stage:
    """The buffers of one layer around its padded weights ``(K, rows · columns)``, and around ``product``, if given."""
    (K, S, n, width), ins, outs, inner = shape, layer.inputs, layer.outputs, columns(layer.inputs)
    units = rows(outs)
    laid = (
        padded.reshape(K, 1, inner, units).swapaxes(-1, -2) if by_example(layer) else padded.reshape(K, 1, units, inner)
    )
    activations = np.zeros((K, S, columns(outs), width))
    activations[:, :, 0, :n] = 1.0
    inside = activations[:, :, 1 : 1 + units]
    sums = np.zeros((K, S, units, width)) if function.needs_input else inside
    errors, slopes = np.zeros((K, S, units, width)), np.zeros((K, S, outs, width))
    columned = zeros((K, S, units, n), True) if turned(layer) else errors[..., :n]
    # The first layer's tiles are multiplied and added one by one.
    summed = (K, S if layer.start else 1, units, inner)
    return Stage(
        layer=layer,
        function=function,
        weights=laid[..., : 1 + ins],
        backward=laid[..., :outs, 1 : 1 + rows(ins)].swapaxes(-1, -2),
        sums=sums,
        before=sums[:, :, :outs, :n],
        activations=activations,
        after=activations[:, :, 1 : 1 + outs, :n],
        read=activations[:, :, : 1 + outs],
        transposed=activations[..., :n].swapaxes(-1, -2),
        errors=errors,
        error=errors[:, :, :outs, :n],
        error_rows=errors[:, :, :outs],
        error_columns=columned,
        slopes=slopes,
        slope=slopes[..., :n],
        product=np.zeros(summed) if product is None else product.reshape(summed),
    )
