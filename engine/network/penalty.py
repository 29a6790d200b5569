"""The penalty ½·l2·Σ W² + l1·Σ|W| over weights, not biases, with subgradient 0 at W = 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.network.layers import Layer


@dataclass(frozen=True, eq=False)
class Penalty:
    """The strengths and which of the P parameters are weights (``weights (P,)``: 1 there, 0 at biases)."""

    l1: float
    l2: float
    weights: Array

    @property
    def is_zero(self) -> bool:
        """Whether there is none."""
        return self.l1 == 0 and self.l2 == 0

    def value(self, points: Array) -> Array:
        """``(...)`` at ``points (..., P)``."""
        weights = points * self.weights
        squares = np.add.reduce(weights * weights, axis=-1)
        return np.asarray(0.5 * self.l2 * squares + self.l1 * np.add.reduce(np.abs(weights), axis=-1))

    def gradient(self, points: Array) -> Array:
        """Its gradient ``(..., P)``."""
        weights = points * self.weights
        return np.asarray(self.l2 * weights + self.l1 * np.sign(weights))

    @property
    def curvature(self) -> Array:
        """Diagonal ``(P,)`` of the penalty's Hessian; |W| has none."""
        return self.l2 * self.weights


def penalty_of(layers: tuple[Layer, ...], l1: float, l2: float) -> Penalty:
    """The penalty for a network of these layers."""
    weights = np.zeros(layers[-1].stop)
    for layer in layers:
        weights[layer.start : layer.bias] = 1.0
    return Penalty(l1, l2, weights)
