"""Products of a tile's Hessian or Gauss–Newton matrix with vectors, without the matrix.

The R-operator (Pearlmutter 1994, "Fast exact multiplication by the Hessian") differentiates both passes along a direction;
the Gauss–Newton product (Schraudolph 2002, section 3) leaves out φ'' and δ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Array
from engine.network.curvature import Linearization, linearize
from engine.network.layers import Layer, columns, rows
from engine.network.losses import Loss
from engine.network.passes import Workspace


def _padded(vectors: Array, layer: Layer) -> Array:
    """W and b of flat vectors ``(M, P)`` as ``(M, rows, columns)``, b first."""
    laid = np.zeros((len(vectors), rows(layer.outputs), columns(layer.inputs)))
    weights = vectors[:, layer.start : layer.bias].reshape(len(vectors), layer.outputs, layer.inputs)
    laid[:, : layer.outputs, 1 : 1 + layer.inputs] = weights
    laid[:, : layer.outputs, 0] = vectors[:, layer.bias : layer.stop]
    return laid


@dataclass(frozen=True, eq=False)
class Tangent:
    """One tile linearized at one stack of points, in buffers of its own: products with any number of vectors start here."""

    inputs: Array
    """(columns, n)"""
    targets: Array
    outputs: Array
    """(K, c, n)"""
    layers: tuple[Linearization, ...]
    weights: tuple[Array, ...]
    """(K, rows, columns) of each layer, shared by all tiles."""
    activations: tuple[Array, ...]
    """(K, columns, n): 1, a, padding, after each layer but the last."""
    errors: tuple[Array, ...]
    """(K, rows, n): δ of each layer."""

    @property
    def nbytes(self) -> int:
        """Memory that it holds, without the weights."""
        own = [*self.activations, *self.errors]
        for layer in self.layers:
            own += [layer.slope, layer.bend]
        return sum(array.nbytes for array in own)


def tangent(
    work: Workspace, inputs: Array, targets: Array, loss: Loss, gauss_newton: bool, weights: tuple[Array, ...] | None
) -> Tangent:
    """Linearize a tile at the workspace's points; ``weights`` are those of a tile before, if there was one."""
    layers = linearize(work, inputs, targets, loss, gauss_newton)
    n, stages = work.count, work.stages
    return Tangent(
        inputs[:, :n],
        targets,
        stages[-1].after.copy(),
        tuple(replace(layer, slope=layer.slope.copy()) for layer in layers),
        weights or tuple(stage.padded.copy() for stage in stages),
        tuple(stage.activations[:, :, :n].copy() for stage in stages[:-1]),
        tuple(stage.errors[:, :, :n].copy() for stage in stages),
    )


def directions(vectors: Array, layers: tuple[Layer, ...]) -> tuple[Array, ...]:
    """Flat vectors ``(M, P)`` as each layer's ``(M, rows, columns)``."""
    return tuple(_padded(vectors, layer) for layer in layers)


def product(at: Tangent, given: tuple[Array, ...], loss: Loss, gauss_newton: bool) -> tuple[Array, ...]:
    """The tile's summed H v or G v for ``given`` directions, each layer's ``(M, rows, columns)``; K = M or K = 1."""
    layers, count = at.layers, len(given[0])
    n = at.inputs.shape[-1]
    sums: list[Array] = []
    moved: list[Array] = []
    # 1. Forward: R{z} = V ã + W R{a}, R{a} = φ' R{z}.
    for number, linear in enumerate(layers):
        inner = 1 + linear.layer.inputs
        read = at.inputs if number == 0 else at.activations[number - 1]
        change = np.matmul(given[number][:, :, :inner], read[..., :inner, :])
        if number:
            change += np.matmul(at.weights[number][:, :, 1:inner], moved[-1])
        sums.append(change[:, : linear.layer.outputs])
        moved.append(linear.slope * sums[-1])
    # 2. At the outputs: R{δ} = φ' H_L R{a} + φ'' (∂loss/∂a) R{z}.
    curved = loss.curvature_product(at.outputs, at.targets, moved[-1])
    error = layers[-1].slope * curved + layers[-1].bend * sums[-1]
    # 3. Backward: R{∂W} = R{δ} ãᵀ + δ R{ã}ᵀ, R{δ before} = φ' (Wᵀ R{δ} + Vᵀ δ) + φ'' (Wᵀ δ) R{z}.
    result: list[Array] = []
    for number in range(len(layers) - 1, -1, -1):
        layer = layers[number].layer
        laid = np.zeros((count, rows(layer.outputs), n))
        laid[:, : layer.outputs] = error
        read = at.inputs if number == 0 else at.activations[number - 1]
        slopes = np.matmul(laid, read.swapaxes(-1, -2))
        if number:
            inside = slice(1, 1 + rows(layer.inputs))
            back = np.matmul(at.weights[number][:, : layer.outputs, inside].swapaxes(-1, -2), laid[:, : layer.outputs])
            if not gauss_newton:
                changes = np.zeros((count, rows(layer.inputs), n))
                changes[:, : layer.inputs] = moved[number - 1]
                slopes[:, :, inside] += np.matmul(at.errors[number], changes.swapaxes(-1, -2))
                turned = given[number][:, : layer.outputs, inside].swapaxes(-1, -2)
                back += np.matmul(turned, at.errors[number][:, : layer.outputs])
            before = layers[number - 1]
            error = before.slope * back[:, : layer.inputs] + before.bend * sums[number - 1]
        result.insert(0, slopes)
    return tuple(result)


def flattened(laid: tuple[Array, ...], layers: tuple[Layer, ...]) -> Array:
    """Each layer's ``(M, rows, columns)`` as flat vectors ``(M, P)``."""
    count = len(laid[0])
    result = np.empty((count, layers[-1].stop))
    for slopes, layer in zip(laid, layers, strict=True):
        weights = slopes[:, : layer.outputs, 1 : 1 + layer.inputs]
        result[:, layer.start : layer.bias] = weights.reshape(count, -1)
        result[:, layer.bias : layer.stop] = slopes[:, : layer.outputs, 0]
    return result
