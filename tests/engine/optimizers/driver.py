"""The simplest loop around ``update``: enough to test methods apart from the engine's descent."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.optimizers import stack
from engine.optimizers.method import Step


@dataclass
class Counted:
    """Evaluations for the runs of a mask, NaN elsewhere, as the contract of ``Evaluate`` asks."""

    objective: object
    calls: dict = field(default_factory=dict)

    def _masked(self, name, results, mask):
        rows = slice(None) if mask is None else np.asarray(mask)
        self.calls[name] = self.calls.get(name, 0) + (len(results[0]) if mask is None else int(np.sum(mask)))
        out = []
        for result in results:
            filled = np.full(result.shape, np.nan)
            filled[rows] = result[rows]
            out.append(filled)
        return out

    def value(self, points, mask=None):
        return self._masked("value", [self.objective.value(points)], mask)[0]

    def value_and_gradient(self, points, mask=None):
        return tuple(self._masked("gradient", self.objective.value_and_gradient(points), mask))

    def hessian(self, points, mask=None):
        return self._masked("hessian", [self.objective.hessian(points)], mask)[0]

    def hessian_vector_product(self, points, vectors, mask=None):
        return self._masked("product", [self.objective.hessian_vector_product(points, vectors)], mask)[0]

    def gauss_newton(self, points, mask=None):
        return self._masked("gauss_newton", [self.objective.gauss_newton(points)], mask)[0]


@dataclass
class Descent:
    points: np.ndarray
    values: np.ndarray
    reports: list
    state: object
    evaluate: Counted

    @property
    def end(self):
        return self.points[-1]


def descend(objective, optimizers, starts, steps, active=None):
    """Runs ``optimizers[r]`` from ``starts[r]``: points (steps + 1, R, P), values (steps + 1, R), one report a step."""
    optimizers = list(optimizers)
    points = np.array(starts, dtype=float)
    method, evaluate = stack(optimizers), Counted(objective)
    state = method.init(points)
    path, values, reports = [points], [], []
    alive = np.ones(len(points), dtype=bool) if active is None else np.array(active)
    for number in range(steps):
        with np.errstate(all="ignore"):
            value, gradient = objective.value_and_gradient(points)
        rates = np.array([float(optimizer.schedule.rates(np.array(number))) for optimizer in optimizers])
        step = Step(number, points, value, gradient, rates, alive, objective.blocks, evaluate)
        moved, state, report = method.update(step, state)
        points = np.where(alive[:, None], moved, points)
        path.append(points)
        values.append(value)
        reports.append(report)
    with np.errstate(all="ignore"):
        values.append(objective.value(points))
    return Descent(np.array(path), np.array(values), reports, state, evaluate)
