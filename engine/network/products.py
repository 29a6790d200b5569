"""Products of a block's Hessian or Gauss–Newton matrix with vectors, without the matrix.

The R-operator (Pearlmutter 1994, "Fast exact multiplication by the Hessian") differentiates both passes along a direction;
the Gauss–Newton product (Schraudolph 2002, section 3) leaves out φ'' and δ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Array
from engine.network.curvature import Linearization, linearize
from engine.network.examples import Tiles
from engine.network.layers import Layer, by_example, columns, rows, turned
from engine.network.loss import Loss
from engine.network.passes import Workspace
from engine.network.stages import zeros


@dataclass(frozen=True, eq=False)
class Tangent:
    """One block linearized at one stack of points, in buffers of its own: products with any number of vectors start here."""

    block: Tiles
    curvature: Callable[[Array], Array]
    """Multiplies ∂²loss/∂outputs² ``(K, S, c, c, n)`` with vectors."""
    layers: tuple[Linearization, ...]
    activations: tuple[Array, ...]
    """(K, S, columns, n): 1, a, padding, after each layer but the last."""
    errors: tuple[Array, ...]
    """(K, S, rows, n): δ of each layer."""

    def read(self, number: int) -> Array:
        """What layer ``number`` multiplies: ``(S or K, …, columns, n)``."""
        return self.activations[number - 1] if number else self.block.inputs[..., : self.block.count]


def tangent(work: Workspace, block: Tiles, loss: Loss, gauss_newton: bool) -> Tangent:
    """Linearize a block at the workspace's points."""
    layers = linearize(work, block, loss, gauss_newton)
    n, stages = work.count, work.stages
    return Tangent(
        block,
        loss.curvature(stages[-1].after.copy(), block.targets),
        tuple(replace(layer, slope=layer.slope.copy()) for layer in layers),
        tuple(stage.activations[..., :n].copy() for stage in stages[:-1]),
        tuple(stage.errors[..., :n].copy() for stage in stages),
    )


def directions(vectors: Array, layers: tuple[Layer, ...]) -> tuple[Array, ...]:
    """Flat vectors ``(M, P)`` as each layer's ``(M, 1, rows, columns)``, b first."""
    return tuple(_padded(vectors, layer) for layer in layers)


def _padded(vectors: Array, layer: Layer) -> Array:
    laid = zeros((len(vectors), 1, rows(layer.outputs), columns(layer.inputs)), by_example(layer))
    weights = vectors[:, layer.start : layer.bias].reshape(len(vectors), layer.outputs, layer.inputs)
    laid[:, 0, : layer.outputs, 1 : 1 + layer.inputs] = weights
    laid[:, 0, : layer.outputs, 0] = vectors[:, layer.bias : layer.stop]
    return laid


def product(at: Tangent, weights: tuple[Array, ...], given: tuple[Array, ...], gauss_newton: bool) -> tuple[Array, ...]:
    """The block's summed H v or G v for ``given`` directions, each layer's ``(M, rows, columns)``; K = M or K = 1.

    ``weights`` are the points themselves, laid out by :func:`directions`.
    """
    layers = at.layers
    sums: list[Array] = []
    moved: list[Array] = []
    # 1. Forward: R{z} = V ã + W R{a}, R{a} = φ' R{z}.
    for number, linear in enumerate(layers):
        inner = 1 + linear.layer.inputs
        change = np.matmul(given[number][..., :inner], at.read(number)[..., :inner, :])
        if number:
            change += np.matmul(weights[number][..., 1:inner], moved[-1])
        sums.append(change[:, :, : linear.layer.outputs])
        moved.append(linear.slope * sums[-1])
    # 2. At the outputs: R{δ} = φ' H_L R{a} + φ'' (∂loss/∂a) R{z}.
    curved = at.curvature(moved[-1])
    error = layers[-1].slope * curved + layers[-1].bend * sums[-1]
    # 3. Backward: R{∂W} = R{δ} ãᵀ + δ R{ã}ᵀ, R{δ before} = φ' (Wᵀ R{δ} + Vᵀ δ) + φ'' (Wᵀ δ) R{z}.
    result: list[Array] = []
    for number in range(len(layers) - 1, -1, -1):
        layer = layers[number].layer
        laid = _laid(error, layer)
        slopes = np.matmul(laid, at.read(number).swapaxes(-1, -2))
        if number:
            outs, inside = layer.outputs, slice(1, 1 + rows(layer.inputs))
            back = np.matmul(weights[number][:, :, :outs, inside].swapaxes(-1, -2), laid[:, :, :outs])
            if not gauss_newton:
                changes = np.zeros((*back.shape[:2], rows(layer.inputs), back.shape[-1]))
                changes[:, :, : layer.inputs] = moved[number - 1]
                slopes[..., inside] += np.matmul(at.errors[number], changes.swapaxes(-1, -2))
                transposed = given[number][:, :, :outs, inside].swapaxes(-1, -2)
                back += np.matmul(transposed, at.errors[number][:, :, :outs])
            before = layers[number - 1]
            error = before.slope * back[:, :, : layer.inputs] + before.bend * sums[number - 1]
        result.insert(0, _summed(slopes))
    return tuple(result)


def _laid(error: Array, layer: Layer) -> Array:
    """Errors ``(M, S, outputs, n)`` in whole fours of rows; as in the passes, those of a wide layer example by example."""
    count, tiles, outs, n = error.shape
    laid = zeros((count, tiles, rows(outs), n), turned(layer))
    laid[:, :, :outs] = error
    return laid


def _summed(slopes: Array) -> Array:
    """One tile after the other: ``(M, S, …)`` to ``(M, …)``."""
    total = slopes[:, 0]
    for tile in range(1, slopes.shape[1]):
        total += slopes[:, tile]
    return total


def flattened(laid: tuple[Array, ...], layers: tuple[Layer, ...]) -> Array:
    """Each layer's ``(M, rows, columns)`` as flat vectors ``(M, P)``."""
    count = len(laid[0])
    result = np.empty((count, layers[-1].stop))
    for slopes, layer in zip(laid, layers, strict=True):
        weights = slopes[:, : layer.outputs, 1 : 1 + layer.inputs]
        result[:, layer.start : layer.bias] = weights.reshape(count, -1)
        result[:, layer.bias : layer.stop] = slopes[:, : layer.outputs, 0]
    return result
