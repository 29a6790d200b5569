"""What the passes compute for single examples: for the diagram of the network, and for the noise of mini-batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, read_only

if TYPE_CHECKING:
    from engine.network.objective import NetworkObjective


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One layer of one example; all arrays read-only."""

    weights: Array
    """W (outputs, inputs)"""
    biases: Array
    """b (outputs,)"""
    inputs: Array
    """What comes in: the example, or the activations before (inputs,)."""
    sums: Array
    """z = W a + b (outputs,)"""
    activations: Array
    """a = φ(z) (outputs,)"""
    slopes: Array
    """φ'(z) (outputs,)"""
    errors: Array
    """δ = ∂loss/∂z (outputs,)"""
    weight_gradient: Array
    """∂loss/∂W = δ aᵀ (outputs, inputs), of this example's data loss"""
    bias_gradient: Array
    """∂loss/∂b = δ (outputs,)"""


@dataclass(frozen=True, eq=False)
class Trace:
    """Both passes for one example."""

    index: int
    inputs: Array
    """(d,)"""
    target: Array
    """(c,)"""
    outputs: Array
    """(c,) after the output function; logits for the cross-entropies"""
    loss: float
    """This example's data loss."""
    layers: tuple[LayerTrace, ...]


def _run(objective: NetworkObjective, point: Array) -> tuple[list[Array], list[Array], list[Array], list[Array], Array]:
    """Pre-activations, activations (inputs first), slopes and errors, each ``(units, N)`` per layer, and losses ``(N,)``."""
    network, targets = objective.network, objective.data.target_columns
    activations, sums, slopes = [np.ascontiguousarray(objective.data.inputs.T)], [], []
    for layer, function in zip(network.affine, network.functions, strict=True):
        weights, bias = (block.of(point) for block in layer.blocks)
        z = weights @ activations[-1] + bias[:, None]
        a, slope = np.empty_like(z), np.empty_like(z)
        function.value(z, a, network.steepness)
        function.first(z, a, slope, network.steepness)
        sums.append(z)
        activations.append(a)
        slopes.append(slope)
    error = np.empty_like(sums[-1])
    network.loss_function.slope(activations[-1].copy(), targets, error)
    errors = [error * slopes[-1]]
    for number in range(len(network.affine) - 1, 0, -1):
        weights = network.affine[number].blocks[0].of(point)
        errors.insert(0, (weights.T @ errors[0]) * slopes[number - 1])
    return sums, activations, slopes, errors, network.loss_function.per_example(activations[-1].copy(), targets)


def example_gradients(objective: NetworkObjective, point: Array) -> Array:
    """Gradients ``(N, P)`` of each example's loss; their mean is the gradient."""
    with np.errstate(all="ignore"):
        _, activations, _, errors, _ = _run(objective, point)
    count = objective.examples
    found = np.empty((count, objective.dimension))
    for layer, before, error in zip(objective.network.affine, activations, errors, strict=False):
        found[:, layer.start : layer.bias] = (error.T[:, :, None] * before.T[:, None, :]).reshape(count, -1)
        found[:, layer.bias : layer.stop] = error.T
    return np.asarray(found + objective.penalty.gradient(point))


def trace(objective: NetworkObjective, point: Array, index: int) -> Trace:
    """See :meth:`engine.network.objective.NetworkObjective.trace`.

    Raises:
        IndexError: if there is no such example.

    """
    if not 0 <= index < objective.examples:
        raise IndexError(f"There is no example {index}: they run from 0 to {objective.examples - 1}.")
    one = objective.example(index)
    with np.errstate(all="ignore"):
        sums, activations, slopes, errors, losses = _run(one, point)
    layers = tuple(
        LayerTrace(
            weights=read_only(layer.blocks[0].of(point)),
            biases=read_only(layer.blocks[1].of(point)),
            inputs=read_only(activations[number][:, 0]),
            sums=read_only(sums[number][:, 0]),
            activations=read_only(activations[number + 1][:, 0]),
            slopes=read_only(slopes[number][:, 0]),
            errors=read_only(errors[number][:, 0]),
            weight_gradient=read_only(np.outer(errors[number][:, 0], activations[number][:, 0])),
            bias_gradient=read_only(errors[number][:, 0]),
        )
        for number, layer in enumerate(objective.network.affine)
    )
    target, outputs = read_only(one.data.targets[0]), read_only(activations[-1][:, 0])
    return Trace(index, read_only(one.data.inputs[0]), target, outputs, float(losses[0]), layers)
