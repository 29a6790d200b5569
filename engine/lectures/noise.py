"""Lecture 1: with noisy gradients a constant rate cycles and never zooms in; decreasing rates do, if they reach far enough."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.stability import noise_floor_radius
from engine.analysis.wording import number
from engine.arrays import Array
from engine.descent import descend
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import noisy_bowl, on_network, recipe
from engine.optimizers import Optimizer
from engine.problem import NetworkProblem
from engine.schedules import Hold, InverseTime, Power, Schedule
from engine.trajectory import Trajectories

ROBBINS_MONRO = "Robbins & Monro 1951, A stochastic approximation method"


def noisy_runs(start: float, chosen: list[Optimizer], steps: int) -> Trajectories:
    """Runs on the unit bowl under unit noise, one fresh example per step."""
    return descend(noisy_bowl(), [[0.0, start]], chosen, steps, batch_size=1, monitor_every=steps)


def late_distance(run: Trajectories, share: float = 0.1) -> Array:
    """Root mean square distance ``(R,)`` from the minimum at 0 over the last ``share`` of the steps."""
    points = run.points[-round(share * len(run.points)) :, :, 1]
    return np.asarray(np.sqrt(np.mean(points**2, axis=0)))


def noise_floor(steps: int = 10_000) -> Evidence:
    """The cloud's radius for three constant rates and with momentum, against the stationary variance."""
    rates = (0.05, 0.2, 1.0)
    chosen = [*(optimizers.gradient_descent(rate) for rate in rates), optimizers.momentum(0.05, 0.5)]
    run = noisy_runs(0.0, chosen, steps)
    measured = late_distance(run, 0.95)
    theory = np.array([*(noise_floor_radius(rate) for rate in rates), noise_floor_radius(0.05, beta=0.5)])
    names = [*(f"α = {rate:g}" for rate in rates), "α = 0.05, β = 0.5"]
    told = "; ".join(
        f"{name}: {number(m)} measured, {number(t)} by theory"
        for name, m, t in zip(names, measured, theory, strict=True)
    )
    numbers = {f"{what}, {name}": value for what, values in (("measured", measured), ("theory", theory))
               for name, value in zip(names, values, strict=True)}  # fmt: skip
    return Evidence(
        numbers,
        f"On the unit bowl with unit noise the run circles with a radius of √(α/(2−α)). {told}.",
        np.allclose(measured, theory, rtol=0.1) and np.allclose(theory[:3], np.sqrt([a / (2 - a) for a in rates])),
    )


def decreasing_rates(steps: int = 10_000) -> Evidence:
    """A constant rate against three that meet Robbins and Monro's conditions, all from one start, on the same examples."""
    schedules: dict[str, Schedule | float] = {
        "constant": 0.5,
        "1/(1 + δs)": InverseTime(0.5, delta=0.5),
        "power ¾": Power(0.5, delta=0.75),
    }
    run = noisy_runs(3.0, [optimizers.gradient_descent(schedule) for schedule in schedules.values()], steps)
    late = dict(zip(schedules, late_distance(run), strict=True))
    judged = [schedule.verdict().holds for schedule in schedules.values() if isinstance(schedule, Schedule)]
    constant, *others = late.values()
    return Evidence(
        late,
        "Distance from the minimum over the last tenth of the steps: "
        + ", ".join(f"{number(value)} ({name})" for name, value in late.items())
        + ". Only the decreasing rates meet Σα = ∞ and Σα² < ∞, and only they zoom in.",
        all(other < constant / 5 for other in others) and all(judged),
    )


def hold_then_decrease(steps: int = 6000) -> Evidence:
    """From far away: a small rate that decreases at once, a constant one, and one held first and decreased then."""
    schedules: dict[str, Schedule | float] = {
        "constant": 0.05,
        "decreasing at once": InverseTime(0.05, delta=0.05),
        "hold, then decrease": Hold(InverseTime(0.05, delta=0.05), hold_for=300),
    }
    run = noisy_runs(50.0, [optimizers.gradient_descent(schedule) for schedule in schedules.values()], steps)
    late = dict(zip(schedules, late_distance(run), strict=True))
    constant, early, held = late.values()
    return Evidence(
        late,
        "From a start 50 away, the distance over the last tenth of the steps: "
        + ", ".join(f"{number(value)} ({name})" for name, value in late.items())
        + ".",
        held < constant / 3 and held < early / 3,
    )


NOISE = (
    LectureExperiment(
        "noise_floor",
        1,
        "A constant rate may cycle around the minimum and never zoom in.",
        "The unit bowl with unit gradient noise (the bias of a 1-1 network, one example per step): the measured radius of the "
        "cloud against √(α/(2−α)), and with momentum against its own stationary variance.",
        noise_floor,
        on_network(
            NetworkProblem(recipe("noisy_line"), (), "linear"),
            (optimizers.gradient_descent(0.2), optimizers.gradient_descent(0.05)), 2000, "The noise floor", batch_size=1,
        ),
        "the fixed point of the covariance of v ← g + βv, θ ← θ − αv",
    ),
    LectureExperiment(
        "decreasing_rates",
        1,
        "Rates that decrease, with Σα = ∞ and Σα² < ∞, zoom in.",
        "The distance from the minimum late in the run: a constant rate against α/(1+δs) and α/(s+1)^¾.",
        decreasing_rates,
        on_network(
            NetworkProblem(recipe("noisy_line"), (), "linear"),
            (optimizers.gradient_descent(0.5), optimizers.gradient_descent(InverseTime(0.5, delta=0.5))), 2000,
            "Decreasing rates", batch_size=1,
        ),
        ROBBINS_MONRO,
    ),
    LectureExperiment(
        "hold_then_decrease",
        1,
        "Hold the rate first, then decrease it.",
        "From a start far away: constant, decreasing from the first update on, and held for 300 updates before it decreases.",
        hold_then_decrease,
        on_network(
            NetworkProblem(recipe("noisy_line"), (), "linear"),
            (optimizers.gradient_descent(0.05), optimizers.gradient_descent(Hold(InverseTime(0.05, delta=0.05), hold_for=300))),
            2000, "Hold, then decrease", batch_size=1,
        ),
        "Darken & Moody 1990, Note on learning rate schedules for stochastic optimization",
    ),
)  # fmt: skip
"""The experiments of this theme."""
