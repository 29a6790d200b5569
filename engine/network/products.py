"""Products of a tile's Hessian or Gauss–Newton matrix with vectors, without the matrix.

The R-operator (Pearlmutter 1994, "Fast exact multiplication by the Hessian") differentiates both passes along a direction;
the Gauss–Newton product (Schraudolph 2002, section 3) leaves out φ'' and δ.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Array
from engine.network.curvature import Linearization
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


def product(
    work: Workspace,
    layers: list[Linearization],
    inputs: Array,
    targets: Array,
    loss: Loss,
    vectors: Array,
    gauss_newton: bool,
) -> Array:
    """The tile's summed H v or G v ``(M, P)`` for ``vectors (M, P)``; K = M or K = 1 runs are in the workspace."""
    n, stages = work.count, work.stages
    given = [_padded(vectors, stage.layer) for stage in stages]
    sums: list[Array] = []
    moved: list[Array] = []
    # 1. Forward: R{z} = V ã + W R{a}, R{a} = φ' R{z}.
    for number, stage in enumerate(stages):
        read = inputs if number == 0 else stages[number - 1].read
        change = np.matmul(given[number][:, :, : 1 + stage.layer.inputs], read[..., : 1 + stage.layer.inputs, :n])
        if number:
            change += np.matmul(stage.weights[:, :, 1:], moved[-1])
        change = change[:, : stage.layer.outputs, :n]
        sums.append(change)
        moved.append(layers[number].slope * change)
    # 2. At the outputs: R{δ} = φ' H_L R{a} + φ'' (∂loss/∂a) R{z}.
    curved = loss.curvature_product(stages[-1].after, targets, moved[-1])
    error = layers[-1].slope * curved + layers[-1].bend * sums[-1]
    # 3. Backward: R{∂W} = R{δ} ãᵀ + δ R{ã}ᵀ, R{δ before} = φ' (Wᵀ R{δ} + Vᵀ δ) + φ'' (Wᵀ δ) R{z}.
    result = np.empty(vectors.shape)
    for number in range(len(stages) - 1, -1, -1):
        stage, layer = stages[number], stages[number].layer
        laid = np.zeros((len(vectors), rows(layer.outputs), n))
        laid[:, : layer.outputs] = error
        read = inputs[:, :n] if number == 0 else stages[number - 1].activations[:, :, :n]
        slopes = np.matmul(laid, read.swapaxes(-1, -2))
        if number:
            before = rows(layer.inputs)
            back = np.matmul(stage.backward, laid[:, : layer.outputs])
            if not gauss_newton:
                changes = np.zeros((len(vectors), before, n))
                changes[:, : layer.inputs] = moved[number - 1]
                slopes[:, :, 1 : 1 + before] += np.matmul(stage.error_columns, changes.swapaxes(-1, -2))
                back += np.matmul(
                    given[number][:, : layer.outputs, 1 : 1 + before].swapaxes(-1, -2), stage.error_rows[:, :, :n]
                )
            linear = layers[number - 1]
            error = linear.slope * back[:, : layer.inputs] + linear.bend * sums[number - 1]
        weights = slopes[:, : layer.outputs, 1 : 1 + layer.inputs]
        result[:, layer.start : layer.bias] = weights.reshape(len(vectors), -1)
        result[:, layer.bias : layer.stop] = slopes[:, : layer.outputs, 0]
    return result
