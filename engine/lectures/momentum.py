"""Lecture 1: momentum combines all past gradients; it gathers speed on slopes, and overshoots in ravines."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.events import EventKind, events
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.descent import descend
from engine.formulas import Formula
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import on_formula
from engine.trajectory import Ending

POLYAK = "Polyak 1964, Some methods of speeding up the convergence of iteration methods"


def chain_of_gradients(steps: int = 60, rate: float = 0.0005, beta: float = 0.9) -> Evidence:
    """Each step of a run is −α Σ βᵏ g₍ₜ₋ₖ₎: the sum over all gradients before, not only the last one."""
    landscape = Formula("rosenbrock")
    points = descend(landscape, [-1.2, 1.0], [optimizers.momentum(rate, beta)], steps).points[:, 0]
    gradients = landscape.value_and_gradient(points[:-1])[1]
    powers = np.tril(beta ** np.maximum(np.subtract.outer(np.arange(steps), np.arange(steps)), 0.0))
    unrolled = -rate * powers @ gradients
    error = float(np.abs(np.diff(points, axis=0) - unrolled).max() / np.abs(unrolled).max())
    older = float(np.linalg.norm(unrolled[-1] + rate * gradients[-1]) / np.linalg.norm(unrolled[-1]))
    return Evidence(
        {"relative error": error, "weight of the gradient 10 steps ago": beta**10, "share of older gradients": older},
        f"{steps} steps equal −α Σ βᵏ g to {number(error)}; the gradient of 10 steps ago still counts {number(beta**10)}, and "
        f"the older gradients together make {older:.0%} of the last step.",
        error < 1e-10 and older > 0.5,
    )


def terminal_speed(steps: int = 200) -> Evidence:
    """On an incline the velocity climbs to 1/(1 − β) times the gradient."""
    betas = (0.0, 0.5, 0.9, 0.95)
    run = descend(Formula("incline"), [0.0], [optimizers.momentum(0.02, beta) for beta in betas], steps)
    speed = run.step_lengths[:-1] / (run.rates[:-1] * run.gradient_norms[:-1])
    theory = np.array([1 / (1 - beta) for beta in betas])
    rising = bool((np.diff(speed, axis=0) >= -1e-9).all())
    return Evidence(
        {f"β = {beta:g}": value for beta, value in zip(betas, speed[-1], strict=True)},
        f"After {steps} steps ‖v‖/‖g‖ is "
        + ", ".join(f"{number(v)} for β = {b:g}" for b, v in zip(betas, speed[-1], strict=True))
        + ": 1/(1 − β).",
        np.allclose(speed[-1], theory, rtol=1e-3) and rising and np.allclose(speed[0], 1.0),
    )


def overshoot(steps: int = 200) -> Evidence:
    """In a ravine: momentum is through sooner and overshoots; descent at its safest best neither overshoots nor arrives."""
    ravine = Formula("ill_conditioned")
    pair = [optimizers.gradient_descent(0.019), optimizers.momentum(0.019, 0.9)]
    run = descend(ravine, [-2.7, 1.2], pair, steps)
    swings = [sum(event.kind is EventKind.OVERSHOOT for event in events(run, number_of)) for number_of in (0, 1)]
    crossings = [_crossings(run.points[:, number_of, 0]) for number_of in (0, 1)]
    return Evidence(
        {"descent loss": run.values[-1, 0], "momentum loss": run.values[-1, 1], "descent crossings": crossings[0],
         "momentum crossings": crossings[1]},
        f"Along the ravine momentum runs past the minimum {count(crossings[1], 'time')} and its loss rises again on the way; "
        f"descent never does. After {steps} steps momentum's loss is {number(run.values[-1, 1])}, descent's "
        f"{number(run.values[-1, 0])}.",
        swings == [0, 1] and crossings[0] == 0 and crossings[1] >= 2 and run.values[-1, 1] < 0.1 * run.values[-1, 0],
    )  # fmt: skip


def _crossings(coordinates: Array) -> int:
    return int((np.diff(np.sign(coordinates)) != 0).sum())


def stability_bounds() -> Evidence:
    """A hair below 2(1+β)/λmax runs converge, a hair above they diverge; without momentum the bound is 2/λmax."""
    curvature, betas = 4.0, (0.0, 0.5, 0.9)
    bowl = Formula("bowl", {"h": curvature})
    bounds = [2 * (1 + beta) / curvature for beta in betas]
    chosen = [optimizers.momentum(bound * share, beta) for beta, bound in zip(betas, bounds, strict=True)
              for share in (0.99, 1.01)]  # fmt: skip
    run = descend(bowl, [1.0], chosen, 20_000)
    endings = [outcome.ending for outcome in run.outcomes]
    below, above = endings[0::2], endings[1::2]
    return Evidence(
        {f"bound, β = {beta:g}": bound for beta, bound in zip(betas, bounds, strict=True)},
        f"With λmax = {curvature:g}: at 0.99 of the bound "
        + ", ".join(f"{number(bound)} (β = {beta:g})" for beta, bound in zip(betas, bounds, strict=True))
        + f" {sum(e is Ending.CONVERGED for e in below)} of 3 runs converge, at 1.01 {sum(e is Ending.DIVERGED for e in above)}"
        " of 3 diverge.",
        all(e is Ending.CONVERGED for e in below) and all(e is Ending.DIVERGED for e in above),
    )


MOMENTUM = (
    LectureExperiment(
        "chain_of_gradients",
        1,
        "Momentum combines all past gradients: an exponential average, Σ βᵏ g.",
        "The steps of a recorded run against −α Σ βᵏ g, summed over the gradients at all points before.",
        chain_of_gradients,
        on_formula("rosenbrock", [[-1.2, 1.0]], [optimizers.momentum(0.0005, 0.9)], 200),
        POLYAK,
    ),
    LectureExperiment(
        "terminal_speed",
        1,
        "On a slope momentum is a ball that goes faster and faster.",
        "‖v‖/‖g‖ along a constant slope for four values of β, climbing to 1/(1 − β).",
        terminal_speed,
        on_formula("incline", [[0.0]], [optimizers.momentum(0.02, beta) for beta in (0.0, 0.5, 0.9)], 60),
        POLYAK,
    ),
    LectureExperiment(
        "overshoot",
        1,
        "A rolling ball is faster in a ravine, and overshoots.",
        "Descent and momentum at the same rate in a ravine of condition number 50: crossings of the minimum, and the final loss.",
        overshoot,
        on_formula(
            "ill_conditioned", [[-2.7, 1.2]], [optimizers.gradient_descent(0.019), optimizers.momentum(0.019, 0.9)], 200
        ),
        POLYAK,
    ),
    LectureExperiment(
        "stability_bounds",
        1,
        "With momentum the rate is stable for 0 < αλmax < 2(1+β); the bound is 2/λmax for β = 0 only.",
        "A bowl of curvature 4, three values of β, a rate one per cent below the bound and one per cent above it.",
        stability_bounds,
        on_formula("bowl", [[-2.5]], [optimizers.gradient_descent(1.98), optimizers.gradient_descent(2.02)], 40),
        POLYAK,
    ),
)
"""The experiments of this theme."""
