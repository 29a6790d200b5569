"""What a network says about inputs: outputs, probabilities, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, Indices
from engine.network.examples import Examples, tiling
from engine.network.passes import Workspace

if TYPE_CHECKING:
    from engine.network.model import Network


def predict(network: Network, points: Array, inputs: Array) -> Array:
    """Outputs ``(..., N, c)`` at ``points (..., P)`` for ``inputs (N, d)``, after the output function.

    Raises:
        ValueError: if points or inputs have another width than the network.

    """
    if inputs.ndim != 2 or inputs.shape[1] != network.layers[0]:
        raise ValueError(f"Inputs must have {network.layers[0]} features in each row, not the shape {inputs.shape}.")
    if points.shape[-1:] != (network.dimension,):
        raise ValueError(
            f"Points need {network.dimension} parameters each as their last axis, not shape {points.shape}."
        )
    asked = Examples(inputs, np.zeros((len(inputs), 0)), None, *tiling(len(inputs), network.layers))
    found = np.empty((points.size // network.dimension, len(inputs), network.layers[-1]))
    with np.errstate(all="ignore"):
        for (start, stop), tile in zip(asked.spans(), asked.tiles, strict=True):
            work = Workspace(network.affine, network.functions, network.steepness, (1, 1, stop - start, asked.width))
            for row, point in enumerate(points.reshape(-1, network.dimension)):
                work.load(point[None])
                found[row, start:stop] = work.forward(tile)[0, 0].T
    return found.reshape(points.shape[:-1] + found.shape[1:])


def probabilities(network: Network, outputs: Array) -> Array:
    """Outputs ``(..., N, c)`` after the softmax or sigmoid that the cross-entropies contain; others as they are."""
    with np.errstate(all="ignore"):
        squashed = network.loss_function.probabilities(np.swapaxes(outputs, -1, -2))
    return np.asarray(np.swapaxes(squashed, -1, -2))


def decisions(network: Network, outputs: Array) -> Indices:
    """Classes ``(..., N)`` from outputs ``(..., N, c)``: the largest; with one output, whether it is above the loss's threshold.

    >>> import engine
    >>> import numpy as np
    >>> engine.network.decisions(engine.Network((2, 3)), np.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]])).tolist()
    [1, 0]
    """
    if outputs.shape[-1] > 1:
        return np.asarray(outputs.argmax(axis=-1))
    return np.asarray(outputs[..., 0] > network.loss_function.decision_threshold, dtype=np.intp)
