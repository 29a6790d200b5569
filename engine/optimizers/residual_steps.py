"""Gauss–Newton and Levenberg–Marquardt: the curvature of the residuals' linear model, where a loss has residuals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.optimizers.damping_control import GrowingDamping, controlled_step
from engine.optimizers.gain import EPSILON
from engine.optimizers.line_search import search
from engine.optimizers.method import Kind, Optimizer, Report, State, Step
from engine.optimizers.settings import LINE_SEARCH, configured, damping
from engine.optimizers.spectrum import curvature_of, decompose, report_failure
from engine.schedules import Schedule


@dataclass(frozen=True, eq=False)
class GaussNewton:
    """−(JᵀJ)⁺g: Newton's step with the part of the Hessian that needs first derivatives only, never negative."""

    line_search: str

    def init(self, points: Array) -> State:
        return ()

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        matrices, because = curvature_of(step, step.evaluate.gauss_newton)
        spectrum = decompose(matrices, step.gradient, step.active)
        coordinates = np.where(spectrum.null, 0.0, -spectrum.slopes / np.where(spectrum.null, 1.0, spectrum.values))
        direction = spectrum.vector(coordinates)
        searched = search(self.line_search, step, direction, step.rate)
        moved = step.points + searched.length[:, None] * direction
        report = Report(
            direction=direction,
            predicted=spectrum.predicted(coordinates, searched.length),
            curvature={**spectrum.facts(), "shortened": searched.shortened, "length": searched.length},
            refused=step.active & spectrum.usable & ~searched.found,
            **report_failure(step.active & ~spectrum.usable, because),
        )
        return np.where(spectrum.usable[:, None], moved, step.points), state, report


@dataclass(frozen=True, eq=False)
class LevenbergMarquardt:
    """−(JᵀJ + μ · diag JᵀJ)⁻¹g, μ ruled by the gain ratio; each parameter is measured in its own scale."""

    damping: Array

    def init(self, points: Array) -> State:
        return GrowingDamping.start(np.broadcast_to(self.damping, (len(points), 1))[:, 0])

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        matrices, because = curvature_of(step, step.evaluate.gauss_newton)
        diagonal = np.einsum("rii->ri", matrices)
        # A parameter without effect has 0 on the diagonal: a floor keeps its scale finite, its gradient is 0 anyway.
        floor = EPSILON * np.max(np.where(np.isfinite(diagonal), diagonal, 0.0), axis=-1, keepdims=True)
        scales = np.maximum(diagonal, np.maximum(floor, np.finfo(np.float64).tiny))
        spectrum = decompose(matrices, step.gradient, step.active, scales)
        return controlled_step(step, spectrum, state, because)


GAUSS_NEWTON = Kind(
    "gauss_newton",
    "Gauss–Newton",
    "Newton with the curvature of the linearized residuals, which never bends down.",
    "Gauss (1809); Nocedal and Wright (2006), section 10.3",
    (LINE_SEARCH,),
    lambda settings: GaussNewton(settings["line_search"]),
    family="second order",
    default_rate=1.0,
    rate_range=(0.01, 2.0),
    forms_hessian=True,
    needs_residuals=True,
)
LEVENBERG_MARQUARDT = Kind(
    "levenberg_marquardt",
    "Levenberg–Marquardt",
    "Gauss–Newton with damping that grows until the loss falls: between Newton and gradient descent.",
    "Marquardt (1963); Nielsen (1999), Damping parameter in Marquardt's method",
    (damping(1e-3),),
    lambda settings: LevenbergMarquardt(settings["damping"]),
    family="second order",
    default_rate=1.0,
    rate_range=(0.01, 1.0),
    forms_hessian=True,
    needs_residuals=True,
)


def gauss_newton(learning_rate: float | Schedule = 1.0, line_search: str = "none") -> Optimizer:
    """−(JᵀJ)⁺g for losses with residuals; null directions are left out and counted.

    >>> import engine
    >>> line = engine.CurveFit("a + b*x", [0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    >>> runs = engine.descend(line, [0.0, 0.0], engine.optimizers.gauss_newton(), steps=1)
    >>> runs.points[-1, 0].round(3).tolist()
    [1.0, 2.0]
    """
    return configured(GAUSS_NEWTON, learning_rate, line_search=line_search)


def levenberg_marquardt(learning_rate: float | Schedule = 1.0, damping: float = 1e-3) -> Optimizer:
    """−(JᵀJ + μ · diag JᵀJ)⁻¹g for losses with residuals; ``damping`` is the first μ.

    >>> import engine
    >>> growth = engine.CurveFit("a*exp(b*x)", [0.0, 1.0, 2.0], [1.0, 2.0, 4.0])
    >>> runs = engine.descend(growth, [1.0, 0.0], engine.optimizers.levenberg_marquardt(), steps=20)
    >>> runs.points[-1, 0].round(3).tolist()
    [1.0, 0.693]
    """
    return configured(LEVENBERG_MARQUARDT, learning_rate, damping=damping)
