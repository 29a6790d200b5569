"""Exact second derivatives of a tile's summed loss: the dense Hessian and the Gauss–Newton matrix.

The Hessian is not built from P products. For one example, ∂²ℓ/∂W_l[i,j]∂W_m[i',j'] with l ≤ m is

    ã_{l−1}[j] · ( D_ml[i',i] ã_{m−1}[j'] + δ_m[i'] E_{m−1,l}[j',i] ),    D_ml = ∂δ_m/∂z_l,   E_kl = ∂a_k/∂z_l,

the second term for l < m only, with ã = (1, a). D and E are as small as the layers are wide and follow from the chain rule
(Bishop 1992, "Exact calculation of the Hessian matrix for the multilayer perceptron"); the sum over examples is one matrix
product per unit. That is P² N operations instead of the P products' 6 P² N or so, in far fewer passes over memory.

The Gauss–Newton matrix JᵀH_L J (Schraudolph 2002, section 2) leaves out every φ'' and δ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.arrays import Array, Mask
from engine.network.examples import Tiles
from engine.network.layers import Layer
from engine.network.loss import Loss
from engine.network.passes import Workspace

BLOCK_BYTES = 4 << 20
"""Size of the buffer that is multiplied with the activations at once."""
STRIPE = 128
"""Rows that are mirrored at once."""


@dataclass(frozen=True, eq=False)
class Linearization:
    """One layer of one block: everything that second derivatives need. K runs, S tiles of n examples."""

    layer: Layer
    weights: Array
    """(K, 1, outputs, inputs)"""
    read: Array
    """(K or 1, S, 1 + inputs, n): 1, then the activations before."""
    slope: Array
    """(K, S, outputs, n): φ'"""
    bend: Array
    """(K, S, outputs, n): φ'' · ∂loss/∂a; 0 for Gauss–Newton."""
    error: Array
    """(K, S, outputs, n): δ; 0 for Gauss–Newton."""

    @property
    def alone(self) -> Linearization:
        """The same without the axis S, for a block of a single tile."""
        parts = (self.weights, self.read, self.slope, self.bend, self.error)
        return Linearization(self.layer, *(part[:, 0] for part in parts))


def linearize(work: Workspace, block: Tiles, loss: Loss, gauss_newton: bool) -> list[Linearization]:
    """The layers at the workspace's points, after a forward and a backward pass over the block."""
    work.slope(block, loss)
    n, last = work.count, len(work.stages) - 1
    inputs = block.inputs[None, :, : 1 + work.stages[0].layer.inputs, :n]
    reads = [inputs, *(stage.read[..., :n] for stage in work.stages[:-1])]
    found = []
    for number, stage in enumerate(work.stages):
        stage.function.first(stage.before, stage.after, stage.slope, work.steepness)
        error, bend = np.zeros_like(stage.after), np.zeros_like(stage.after)
        if not gauss_newton:
            error = stage.error.copy()
            if number < last:
                following = work.stages[number + 1]
                back = np.matmul(following.backward, following.error_rows)[:, :, : stage.layer.outputs, :n]
            else:
                back = np.empty_like(error)
                loss.slope(stage.after.copy(), block.targets, back)
            bend = stage.function.second(stage.before, stage.after, work.steepness) * back
        weights = stage.weights[:, :, : stage.layer.outputs, 1:]
        found.append(Linearization(stage.layer, weights, reads[number], stage.slope, bend, error))
    return found


def _chain(
    layers: list[Linearization], low: int, outputs: Array, targets: Array, loss: Loss
) -> tuple[list[Array], list[Array]]:
    """E_ml and D_ml ``(K, i, i', n)`` for m = l, l+1, …: the unit i of layer l first."""
    forward = np.eye(layers[low].layer.outputs)[None, :, :, None]
    reached: list[Array] = []
    slopes: list[Array] = []
    for m in range(low, len(layers)):
        if m > low:
            forward = np.matmul(layers[m].weights[:, None], slopes[-1])
        reached.append(forward)
        slopes.append(layers[m].slope[:, None] * forward)
    curved = loss.curvature(outputs[:, None], targets)(slopes[-1])
    errors = [layers[-1].slope[:, None] * curved + layers[-1].bend[:, None] * reached[-1]]
    for m in range(len(layers) - 2, low - 1, -1):
        back = np.matmul(layers[m + 1].weights[:, None].swapaxes(-1, -2), errors[0])
        np.multiply(back, layers[m].slope[:, None], out=back)
        errors.insert(0, back + layers[m].bend[:, None] * reached[m - low])
    return slopes, errors


def _right(
    layers: list[Linearization],
    low: int,
    units: slice,
    span: slice,
    slopes: list[Array],
    errors: list[Array],
) -> Array:
    """The bracket of the formula, ``(K, units, parameters from layer l on, examples of the span)``."""
    start = layers[low].layer.start
    runs, count = errors[0].shape[0], len(range(*units.indices(errors[0].shape[1])))
    length = len(range(*span.indices(errors[0].shape[-1])))
    right = np.empty((runs, count, layers[-1].layer.stop - start, length))
    for m in range(low, len(layers)):
        layer, error = layers[m].layer, errors[m - low][:, units, :, span]
        weights = right[:, :, layer.start - start : layer.bias - start]
        weights = weights.reshape(runs, count, layer.outputs, layer.inputs, length)
        np.multiply(error[:, :, :, None], layers[m].read[:, None, None, 1:, span], out=weights)
        if m > low:
            reached = slopes[m - 1 - low][:, units, None, :, span]
            weights += layers[m].error[:, None, :, None, span] * reached
        right[:, :, layer.bias - start : layer.stop - start] = error
    return right


def add_curvature(
    layers: list[Linearization], outputs: Array, targets: Array, loss: Loss, hessian: Array
) -> Iterator[None]:
    """Add a single tile's sum to the blocks on and above the diagonal of ``hessian (K, P, P)``; yields every few milliseconds."""
    runs, n = outputs.shape[0], outputs.shape[-1]
    for low, linear in enumerate(layers):
        layer = linear.layer
        slopes, errors = _chain(layers, low, outputs, targets, loss)
        yield None
        rest = layers[-1].layer.stop - layer.start
        span = max(16, min(n, 256))
        group = max(1, BLOCK_BYTES // (8 * rest * min(span, n) * runs))
        weights = hessian[:, layer.start : layer.bias].reshape(runs, layer.outputs, layer.inputs, -1)[
            ..., layer.start :
        ]
        bias = hessian[:, layer.bias : layer.stop, layer.start :]
        for begin in range(0, n, span):
            examples = slice(begin, begin + span)
            left = linear.read[:, None, :, examples]
            for first in range(0, layer.outputs, group):
                units = slice(first, first + group)
                right = _right(layers, low, units, examples, slopes, errors)
                product = np.matmul(left, right.swapaxes(-1, -2))
                weights[:, units] += product[:, :, 1:]
                bias[:, units] += product[:, :, 0]
                yield None


@lru_cache(maxsize=8)
def _below(size: int) -> Mask:
    """Where a square matrix is below its diagonal."""
    return np.tri(size, k=-1, dtype=bool)


def finish(hessian: Array, share: float) -> Iterator[None]:
    """Scale what is on and above the diagonal and copy it below, stripe by stripe: exactly symmetric, yields in between."""
    for start in range(0, hessian.shape[-1], STRIPE):
        rows, after = slice(start, start + STRIPE), slice(start + STRIPE, None)
        hessian[:, rows, start:] *= share
        corner = hessian[:, rows, rows]
        np.copyto(corner, corner.swapaxes(-1, -2), where=_below(corner.shape[-1]))
        hessian[:, after, rows] = hessian[:, rows, after].swapaxes(-1, -2)
        yield None
