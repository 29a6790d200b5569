"""Evaluations that are counted, run by run: the honest cost of a method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Mask
from engine.objective import Objective


class Counted:
    """An objective (the batch of the current step) that counts what each of R runs asks of it.

    A value, a gradient and a Hessian-vector product count once each; a dense Hessian or Gauss–Newton matrix counts P times,
    because that is what forming it costs. Every count also sees the examples of the batch that many times.
    """

    def __init__(self, objective: Objective, runs: int) -> None:
        self.common = (0, 0)
        """What every run has asked for: evaluations, and the examples that they saw."""
        self.further: Array = np.zeros((2, runs))
        """(2, R): what each run has asked for beyond that; another array after every change."""
        self.matrices: Array | None = None
        """(R, P, P): the curvature at the current step's points, where it was formed beforehand."""
        self.turn_to(objective)

    def turn_to(self, objective: Objective) -> None:
        """Evaluate another batch from now on."""
        self.objective, self._examples = objective, objective.examples

    @property
    def spent(self) -> Array:
        """(2, R): evaluations of each run, and the examples that they saw."""
        return np.array(self.common)[:, None] + self.further

    def gradients(self, points: Array) -> tuple[Array, Array]:
        """F ``(R,)`` and g ``(R, P)`` at all runs' points, counted once."""
        evaluations, seen = self.common
        self.common = evaluations + 1, seen + self._examples
        return self.objective.value_and_gradient(points)

    def count(self, mask: Mask, times: int, rows: slice) -> None:
        """Add ``times`` evaluations to the runs of ``rows`` that are in ``mask``."""
        self.further = self.further.copy()
        self.further[:, rows] += times * np.array([[1], [self._examples]]) * mask

    def keep(self, mask: Mask) -> None:
        """Forget the runs outside ``mask (R,)``."""
        self.further = self.further[:, mask]


@dataclass(frozen=True, eq=False)
class CountedRows:
    """What a method may ask for during its update; rows outside the mask are not evaluated and come back as NaN."""

    counted: Counted
    slots: slice

    def value(self, points: Array, mask: Mask | None = None) -> Array:
        chosen = self._charge(points, mask, 1)
        return _spread(self.counted.objective.value(points[chosen]), chosen, points.shape[:1])

    def value_and_gradient(self, points: Array, mask: Mask | None = None) -> tuple[Array, Array]:
        chosen = self._charge(points, mask, 1)
        values, gradients = self.counted.objective.value_and_gradient(points[chosen])
        return _spread(values, chosen, points.shape[:1]), _spread(gradients, chosen, points.shape)

    def hessian(self, points: Array, mask: Mask | None = None) -> Array:
        chosen = self._charge(points, mask, points.shape[-1])
        if self.counted.matrices is not None:
            return self._formed()
        return _spread(self.counted.objective.hessian(points[chosen]), chosen, (*points.shape, points.shape[-1]))

    def hessian_vector_product(self, points: Array, vectors: Array, mask: Mask | None = None) -> Array:
        chosen = self._charge(points, mask, 1)
        products = self.counted.objective.hessian_vector_product(points[chosen], vectors[chosen])
        return _spread(products, chosen, points.shape)

    def gauss_newton(self, points: Array, mask: Mask | None = None) -> Array:
        chosen = self._charge(points, mask, points.shape[-1])
        if self.counted.matrices is not None:
            return self._formed()
        return _spread(self.counted.objective.gauss_newton(points[chosen]), chosen, (*points.shape, points.shape[-1]))

    def _formed(self) -> Array:
        """The matrices formed beforehand. They are good for one question: at the points where the step begins."""
        assert self.counted.matrices is not None
        matrices, self.counted.matrices = self.counted.matrices[self.slots], None
        return matrices

    def _charge(self, points: Array, mask: Mask | None, times: int) -> Mask:
        chosen = np.ones(len(points), dtype=bool) if mask is None else mask
        self.counted.count(chosen, times, self.slots)
        return chosen


def _spread(results: Array, chosen: Mask, shape: tuple[int, ...]) -> Array:
    if chosen.all():
        return results
    full = np.full(shape, np.nan)
    full[chosen] = results
    return full
