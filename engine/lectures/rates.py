"""Lecture 1: the two conditions on decreasing rates, how far a run can reach, and that rates must be chosen."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.wording import count, number
from engine.descent import descend
from engine.formulas import Formula
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.noise import ROBBINS_MONRO, late_distance, noisy_runs
from engine.lectures.problems import on_formula
from engine.schedules import Constant, Cosine, Exponential, Hold, InverseTime, Power, Schedule, StepDecay, WarmUp


def two_conditions(updates: int = 2**20) -> Evidence:
    """The verdicts on eleven schedules, and whether their partial sums over a million updates agree."""
    expected: dict[Schedule, bool | None] = {
        Constant(0.1): False,
        InverseTime(0.1, delta=0.1): True,
        Power(0.1, delta=0.5): False,
        Power(0.1, delta=0.75): True,
        Power(0.1, delta=1.0): True,
        Power(0.1, delta=1.5): False,
        StepDecay(0.1, 0.5, every=100): False,
        Exponential(0.1, factor=0.999): False,
        Hold(InverseTime(0.1, delta=0.1), hold_for=100): True,
        WarmUp(InverseTime(0.1, delta=0.1), warm_up=100): True,
        Cosine(0.1): None,
    }
    right = sum(schedule.verdict().holds is verdict for schedule, verdict in expected.items())
    agree = sum(_as_its_sums(schedule, updates) for schedule in expected if not isinstance(schedule, Cosine))
    return Evidence(
        {
            "schedules": len(expected),
            "verdicts as stated": right,
            "verdicts borne out by sums": agree,
            "updates": updates,
        },
        f"{right} of {len(expected)} verdicts are the lecture's; over {count(updates, 'update')} the partial sums of α and α² go "
        f"on growing, or have come to rest, as {agree} of the {len(expected) - 1} endless schedules' verdicts say.",
        right == len(expected) and agree == len(expected) - 1,
    )


def _as_its_sums(schedule: Schedule, updates: int) -> bool:
    """Whether both partial sums still grow as much in the last doubling as in the one before (times 0.9), or do not.

    Sums that diverge gain at least as much with every doubling of time (the harmonic series the same, slowly); those that
    converge gain ever less.
    """
    sums, verdict = schedule.partial_sums(updates), schedule.verdict()
    grows = []
    for total in (sums.rates, sums.squares):
        quarter, half, end = (float(total[updates // part - 1]) for part in (4, 2, 1))
        grows.append(end - half > 0.9 * (half - quarter))
    return grows == [verdict.sum_diverges, not verdict.squares_converge]


def finite_reach(steps: int = 2000) -> Evidence:
    """On an incline of slope 1 a run gets Σα‖g‖ far: exponential decay never gets past its finite sum."""
    finite, endless = Exponential(0.1, factor=0.98), InverseTime(0.1, delta=0.02)
    run = descend(Formula("incline"), [0.0], [optimizers.gradient_descent(each) for each in (finite, endless)], steps)
    reached = np.sum(run.rates[:-1] * run.gradient_norms[:-1], axis=0)
    covered = run.points[-1, :, 0]
    limit = 0.1 / (1 - 0.98)
    return Evidence(
        {"covered, exponential": covered[0], "limit": limit, "covered, 1/(1 + δs)": covered[1], "reach": reached[1]},
        f"Exponential decay covers {number(covered[0])} of its {number(limit)} and stands; α/(1 + δs) has covered "
        f"{number(covered[1])} and goes on. Both are Σα‖g‖ exactly.",
        np.allclose(reached, covered, rtol=1e-9) and covered[0] < limit + 1e-9 < covered[1]
        and finite.verdict().sum_diverges is False and endless.verdict().holds is True,
    )  # fmt: skip


def rates_must_be_chosen(steps: int = 3000) -> Evidence:
    """Sweeps of δ under noise, of α and of β in a ravine: the best value lies inside, and both ends are bad."""
    deltas = (0.0, 0.01, 0.1, 1.0, 10.0, 100.0)
    noisy = late_distance(
        noisy_runs(20.0, [optimizers.gradient_descent(InverseTime(0.5, delta=d)) for d in deltas], steps)
    )
    ravine = Formula("ill_conditioned")  # curvatures 1 and 50: descent is stable below 0.04, momentum below 0.04·(1+β)
    alphas, betas = (0.001, 0.003, 0.01, 0.038, 0.05), (0.0, 0.3, 0.6, 0.8, 0.9, 0.99)
    by_alpha = descend(ravine, [-2.7, 1.2], [optimizers.gradient_descent(a) for a in alphas], 200).values[-1]
    by_beta = descend(ravine, [-2.7, 1.2], [optimizers.momentum(0.02, b) for b in betas], 200).values[-1]
    best = [
        values[int(np.nanargmin(found))] for values, found in ((deltas, noisy), (alphas, by_alpha), (betas, by_beta))
    ]
    inside = all(
        found[0] > 3 * np.nanmin(found) and not found[-1] <= 3 * np.nanmin(found)
        for found in (noisy, by_alpha, by_beta)
    )
    return Evidence(
        {"best δ": best[0], "best α": best[1], "best β": best[2], "error at best δ": noisy.min(), "error at δ = 0": noisy[0],
         "error at δ = 100": noisy[-1]},
        f"Under noise δ = {best[0]:g} is best (distance {number(noisy.min())}; {number(noisy[0])} without "
        f"decrease, {number(noisy[-1])} with δ = 100, which stops short). In a ravine α = {best[1]:g} and "
        f"β = {best[2]:g} are; smaller and larger values do worse.",
        inside,
    )  # fmt: skip


RATES = (
    LectureExperiment(
        "two_conditions",
        1,
        "Conditions for noisy gradients: Σα = ∞ and Σα² < ∞.",
        "Eleven schedules: the verdict on each, and whether the partial sums of α and α² still grow when time doubles.",
        two_conditions,
        None,
        ROBBINS_MONRO,
    ),
    LectureExperiment(
        "finite_reach",
        1,
        "A run gets no further than Σα‖g‖: where Σα is finite it may stop before it has arrived.",
        "An incline of slope 1: the distance covered with exponential decay and with α/(1+δs), against Σα‖g‖.",
        finite_reach,
        on_formula(
            "incline", [[0.0]],
            [optimizers.gradient_descent(each) for each in (Exponential(0.1, factor=0.98), InverseTime(0.1, delta=0.02))],
            500,
        ),
        ROBBINS_MONRO,
    ),
    LectureExperiment(
        "rates_must_be_chosen",
        1,
        "The decrease δ must be chosen, and so must α and β.",
        "Strips of runs: the error under noise against δ, and the loss in a ravine against α and against β.",
        rates_must_be_chosen,
        on_formula("ill_conditioned", [[-2.7, 1.2]], [optimizers.gradient_descent(a) for a in (0.003, 0.038)], 200),
    ),
)  # fmt: skip
"""The experiments of this theme."""
