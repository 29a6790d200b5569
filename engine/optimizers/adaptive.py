"""Pieces with a rate of its own for each parameter: AdaGrad, AdaDelta, RMSProp, Adam and its relatives.

Each is laid out like its published equations, with the details of PyTorch's implementation, whose iterates the tests
reproduce. Vectors ``(R, P)``, settings ``(R, 1)``, counts of updates ``(R, 1)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.optimizers.method import State


@dataclass(frozen=True, eq=False)
class BySumOfSquares:
    """G ← G + g², g/(√G + ε) (Duchi, Hazan and Singer 2011, figure 1, diagonal)."""

    epsilon: Array

    def init(self, points: Array) -> State:
        return (np.zeros_like(points),)

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        total = state[0] + vectors * vectors
        return vectors / (np.sqrt(total) + self.epsilon), (total,)


@dataclass(frozen=True, eq=False)
class ByAverageOfSquares:
    """V ← ρv + (1 − ρ)g², g/(√v + ε) (Tieleman and Hinton 2012, lecture 6.5)."""

    rho: Array
    epsilon: Array

    def init(self, points: Array) -> State:
        return (np.zeros_like(points),)

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        average = self.rho * state[0] + (1 - self.rho) * vectors * vectors
        return vectors / (np.sqrt(average) + self.epsilon), (average,)


@dataclass(frozen=True, eq=False)
class ByAverageOfSteps:
    """√(u + ε)/√(v + ε) · g with running means v of g² and u of the steps squared (Zeiler 2012, algorithm 1)."""

    rho: Array
    epsilon: Array

    def init(self, points: Array) -> State:
        return np.zeros_like(points), np.zeros_like(points)

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        squares, steps = state
        squares = self.rho * squares + (1 - self.rho) * vectors * vectors
        direction = np.sqrt(steps + self.epsilon) / np.sqrt(squares + self.epsilon) * vectors
        return direction, (squares, self.rho * steps + (1 - self.rho) * direction * direction)


@dataclass(frozen=True, eq=False)
class Moments:
    """The running means that all of Adam's family share: m of g, v of g², and t, the number of updates."""

    beta1: Array
    beta2: Array
    epsilon: Array

    def init(self, points: Array) -> State:
        return np.zeros_like(points), np.zeros_like(points), np.zeros((points.shape[0], 1))

    def _next(self, vectors: Array, state: State) -> tuple[Array, Array, Array]:
        mean, square, count = state[:3]
        mean = self.beta1 * mean + (1 - self.beta1) * vectors
        square = self.beta2 * square + (1 - self.beta2) * vectors * vectors
        return mean, square, count + 1

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        """Adam: m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) (Kingma and Ba 2015, algorithm 1)."""
        mean, square, count = self._next(vectors, state)
        direction = self._direction(mean, square, count)
        return direction, (mean, square, count)

    def _direction(self, mean: Array, square: Array, count: Array) -> Array:
        root = np.sqrt(square / (1 - self.beta2**count))
        return np.asarray(mean / (1 - self.beta1**count) / (root + self.epsilon))


@dataclass(frozen=True, eq=False)
class LargestMoments(Moments):
    """Adam with the largest v so far (Reddi, Kale and Kumar 2018, algorithm 2, with Adam's bias corrections)."""

    def init(self, points: Array) -> State:
        return (*super().init(points), np.zeros_like(points))

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        mean, square, count = self._next(vectors, state)
        largest = np.maximum(state[3], square)
        return self._direction(mean, largest, count), (mean, square, count, largest)


@dataclass(frozen=True, eq=False)
class NesterovMoments(Moments):
    """Adam that looks ahead (Dozat 2016): μₜ = β₁(1 − ½·0.96^(tψ)) with momentum decay ψ, as in PyTorch's ``NAdam``."""

    psi: Array

    def init(self, points: Array) -> State:
        return (*super().init(points), np.ones((points.shape[0], 1)))

    def update(self, vectors: Array, state: State, points: Array) -> tuple[Array, State]:
        mean, square, count = self._next(vectors, state)
        now, ahead = self._weight(count), self._weight(count + 1)
        product = state[3] * now
        looked = (1 - now) / (1 - product) * vectors + ahead / (1 - product * ahead) * mean
        root = np.sqrt(square / (1 - self.beta2**count))
        return looked / (root + self.epsilon), (mean, square, count, product)

    def _weight(self, count: Array) -> Array:
        return np.asarray(self.beta1 * (1 - 0.5 * 0.96 ** (count * self.psi)))


@dataclass(frozen=True, eq=False)
class RectifiedMoments(Moments):
    """Adam without its denominator while v rests on too few gradients (Liu et al. 2020, algorithm 2).

    ρₜ is the length of the simple average that v amounts to; where ρₜ > 5 the step is rectified by rₜ, else it is m̂.
    """

    def _direction(self, mean: Array, square: Array, count: Array) -> Array:
        decayed = self.beta2**count
        longest = 2 / (1 - self.beta2) - 1
        length = longest - 2 * count * decayed / (1 - decayed)
        above = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
        rectified = np.sqrt(np.maximum(above, 0.0)) * np.sqrt(1 - decayed) / (np.sqrt(square) + self.epsilon)
        return np.asarray(mean / (1 - self.beta1**count) * np.where(length > 5, rectified, 1.0))
