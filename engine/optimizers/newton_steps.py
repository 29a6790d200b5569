"""Newton's method raw, damped and saddle-free: the Hessian's eigenvectors, each with a rate of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.arrays import Array
from engine.optimizers.damping_control import GrowingDamping, controlled_step
from engine.optimizers.line_search import search
from engine.optimizers.method import Kind, Method, Optimizer, Parameter, Report, State, Step
from engine.optimizers.settings import LINE_SEARCH, configured, damping
from engine.optimizers.spectrum import Spectrum, curvature_of, decompose, report_failure
from engine.schedules import Schedule


def hessian_spectrum(step: Step) -> tuple[Spectrum, str]:
    """The Hessian's spectrum at the active runs' points, and the sentence for those where there is none."""
    matrices, because = curvature_of(step, step.evaluate.hessian)
    return decompose(matrices, step.gradient, step.active), because


@dataclass(frozen=True, eq=False)
class NewtonSteps:
    """−(H + μI)⁺g, or −(|H| + μI)⁺g where ``absolute``; directions whose curvature cannot be told from 0 are left out."""

    damping: Array
    absolute: bool = False
    line_search: str = "none"

    def init(self, points: Array) -> State:
        return ()

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        spectrum, because = hessian_spectrum(step)
        curvatures = (np.abs(spectrum.values) if self.absolute else spectrum.values) + self.damping
        dropped = np.abs(curvatures) <= spectrum.tolerance
        coordinates = np.where(dropped, 0.0, -spectrum.slopes / np.where(dropped, 1.0, curvatures))
        direction = spectrum.vector(coordinates)
        searched = search(self.line_search, step, direction, step.rate)
        facts = {
            **spectrum.facts(dropped),
            "damping": np.where(spectrum.usable, self.damping[:, 0], np.nan),
            "shortened": searched.shortened,
            "length": searched.length,
        }
        report = Report(
            direction=direction,
            predicted=spectrum.predicted(coordinates, searched.length),
            curvature=facts,
            refused=step.active & spectrum.usable & ~searched.found,
            **report_failure(step.active & ~spectrum.usable, because),
        )
        moved = step.points + searched.length[:, None] * direction
        return np.where(spectrum.usable[:, None], moved, step.points), state, report


@dataclass(frozen=True, eq=False)
class AdaptiveNewton:
    """−(H + (μ + max(0, −λmin))I)⁻¹g: always downhill, μ ruled by how well the quadratic model foretold the step."""

    damping: Array

    def init(self, points: Array) -> State:
        return GrowingDamping.start(np.broadcast_to(self.damping, (len(points), 1))[:, 0])

    def update(self, step: Step, state: State) -> tuple[Array, State, Report]:
        spectrum, because = hessian_spectrum(step)
        return controlled_step(step, spectrum, state, because)


def _damped(settings: Mapping[str, Any]) -> Method:
    if settings["adaptive"]:
        return AdaptiveNewton(settings["damping"])
    return NewtonSteps(settings["damping"], line_search=settings["line_search"])


def _newton(settings: Mapping[str, Any]) -> Method:
    return NewtonSteps(settings["damping"])


ADAPTIVE = Parameter(
    "adaptive", "Adaptive", False, sentence="Raise and lower the damping by how well the model foretold each step."
)

NEWTON = Kind(
    "newton",
    "Newton (raw)",
    "Jumps to the stationary point of the quadratic model: a minimum, a saddle or a maximum, whichever it has.",
    "Nocedal and Wright (2006), Numerical optimization, section 2.2; pseudo-inverse on null directions",
    (),
    lambda settings: NewtonSteps(np.zeros((1, 1))),
    family="second order",
    default_rate=1.0,
    rate_range=(0.01, 2.0),
    forms_hessian=True,
)
DAMPED_NEWTON = Kind(
    "damped_newton",
    "Damped Newton",
    "Newton's step with μ added to every curvature: short along flat and null directions. μ = 0 is the raw method.",
    "Levenberg (1944); Nielsen (1999), Damping parameter in Marquardt's method, for the adaptive rule",
    (damping(0.1), ADAPTIVE, LINE_SEARCH),
    _damped,
    family="second order",
    default_rate=1.0,
    rate_range=(0.01, 2.0),
    forms_hessian=True,
)
SADDLE_FREE = Kind(
    "saddle_free",
    "Saddle-free Newton",
    "Newton with the sizes of the curvatures: runs down from a saddle instead of into it.",
    "Dauphin et al. (2014), Identifying and attacking the saddle point problem, algorithm 1",
    (damping(1e-4), replace(LINE_SEARCH, default="backtracking")),
    lambda settings: NewtonSteps(settings["damping"], absolute=True, line_search=settings["line_search"]),
    family="second order",
    default_rate=1.0,
    rate_range=(0.01, 2.0),
    forms_hessian=True,
)


def newton(learning_rate: float | Schedule = 1.0) -> Optimizer:
    """The raw step −H⁺g: one step to the stationary point of a quadratic; null directions are left out and counted.

    >>> import engine
    >>> steep = engine.Formula.parse("x^2 + 10*y^2")
    >>> runs = engine.descend(steep, [3.0, 1.0], engine.optimizers.newton(), steps=1)
    >>> runs.values[:, 0].round(3).tolist()
    [19.0, 0.0]
    """
    return configured(NEWTON, learning_rate)


def damped_newton(
    learning_rate: float | Schedule = 1.0, damping: float = 0.1, adaptive: bool = False, line_search: str = "none"
) -> Optimizer:
    """−(H + μI)⁻¹g with fixed μ (0: as ``newton``), or ``adaptive``: μ by the gain ratio, always above −λmin.

    >>> damped_newton(damping=0.5).setting("damping")
    0.5
    """
    return configured(DAMPED_NEWTON, learning_rate, damping=damping, adaptive=adaptive, line_search=line_search)


def saddle_free(
    learning_rate: float | Schedule = 1.0, damping: float = 1e-4, line_search: str = "backtracking"
) -> Optimizer:
    """−(|H| + μI)⁻¹g with backtracking (Dauphin et al. 2014): every eigenvector is followed downhill.

    >>> import engine
    >>> saddle = engine.Formula.parse("x^2 - y^2 + y^4/4")
    >>> runs = engine.descend(saddle, [1.0, 0.1], engine.optimizers.saddle_free(), steps=10)
    >>> runs.values[[0, 2, 10], 0].round(3).tolist()
    [0.99, -0.162, -1.0]
    """
    return configured(SADDLE_FREE, learning_rate, damping=damping, line_search=line_search)
