"""Lecture 1: plateaus. Nearly flat, a gradient of nearly zero, very small steps; then a sudden drop, which is no bug."""

from __future__ import annotations

from functools import cache

import numpy as np

from engine import optimizers
from engine.analysis.events import Event, EventKind, events
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.descent import descend
from engine.formulas import NAMED, Formula
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import exclusive_or, on_formula, opened
from engine.stopping import Patience, stop
from engine.surfaces import surface
from engine.surfaces.shading import flat_region
from engine.trajectory import Trajectories

LEAVING = 0.2
"""The plateau is left when the loss first falls below this (it lies at 0.25)."""


@cache
def _descent() -> Trajectories:
    """7,000 steps of descent with α = 1 from the lecture's start: three claims look at the same run."""
    problem = exclusive_or()
    return descend(problem.loss, problem.network.initialize(seed=0), [optimizers.gradient_descent(1.0)], steps=7000)


def first_below(values: Array, level: float = LEAVING) -> int:
    """The first step at which the losses ``(T + 1,)`` are below ``level``; −1 if they never are."""
    below = values < level
    return int(below.argmax()) if below.any() else -1


def exclusive_or_plateau() -> Evidence:
    """When descent, momentum and descent at the rate α/(1 − β) leave the plateau."""
    problem = exclusive_or()
    faster = [optimizers.momentum(1.0, 0.9), optimizers.gradient_descent(10.0)]
    quick = descend(problem.loss, problem.network.initialize(seed=0), faster, steps=700).values
    slow = _descent().values[:, 0]
    left, momentum, larger = first_below(slow), first_below(quick[:, 0]), first_below(quick[:, 1])
    level = float(np.median(slow[500:4500]))
    return Evidence(
        {"level": level, "descent": left, "momentum": momentum, "descent at 10": larger, "ratio": left / momentum},
        f"Descent sits at {number(level)} and first falls below {LEAVING} at step {count(left)}; with β = 0.9 at {momentum}; "
        f"descent at α/(1 − β) = 10 at {larger}.",
        abs(level - 0.25) < 1e-3 and np.allclose([left, momentum, larger], [5075, 380, 574], rtol=0.005),
    )


def _left(run: Trajectories) -> Event:
    return max((e for e in events(run, 0) if e.kind is EventKind.PLATEAU), key=lambda event: event.steps)


def crowded_steps() -> Evidence:
    """Gradient and steps on the plateau against those of the drop after it: crowded dots are a plateau."""
    run = _descent()
    plateau = _left(run)
    inside, after = slice(plateau.first, plateau.last), slice(plateau.last, None)
    slope, steepest = float(np.median(run.gradient_norms[inside, 0])), float(run.gradient_norms[after, 0].max())
    gained = float(run.values[plateau.first, 0] - run.values[plateau.last, 0])
    drop = float(run.values[plateau.last, 0] - run.values[-1, 0])
    gain, fall = gained / plateau.steps, drop / (len(run.values) - 1 - plateau.last)
    return Evidence(
        {
            "plateau steps": plateau.steps,
            "gradient": slope,
            "steepest": steepest,
            "times steeper": steepest / slope,
            "times faster": fall / gain,
        },
        f"{plateau.sentence} The steepest gradient of the drop is {number(steepest / slope)} times the plateau's, and so are "
        f"the steps; the loss then falls {number(fall / gain)} times as fast.",
        plateau.steps > 4000 and steepest > 20 * slope and fall > 20 * gain,
    )


def stopping_too_early(patience: int = 500, least: float = 0.002) -> Evidence:
    """Where a rule on the training loss would have stopped: no gain of ``least`` in ``patience`` steps; the run goes on."""
    run = _descent()
    values = run.values[:, 0]
    stopped = stop(run, 0, Patience("train", patience, least))
    at, drop = -1 if stopped.step is None else stopped.step, first_below(values)
    return Evidence(
        {"stopped at": at, "loss there": values[at], "drop at": drop, "final loss": values[-1]},
        f"Seeing only the training loss, somebody with a patience of {patience} steps {stopped.sentence}; the run that goes on "
        f"drops at step {count(drop)} and reaches {number(values[-1])}.",
        0 < at < drop and abs(values[at] - 0.25) < 2e-3 and values[-1] < 0.02,
    )


def momentum_on_plateaus() -> Evidence:
    """Steps to leave the plateau of three landscapes: descent against momentum at the same rate."""
    numbers = {}
    for name in ("plateau_with_drop", "plateau_with_cliff", "sigmoid_plateau"):
        entry, formula = NAMED[name], Formula(name)
        rate = entry.rates["momentum"]
        pair = [optimizers.gradient_descent(rate), optimizers.momentum(rate, 0.9)]
        values = descend(formula, entry.start, pair, steps=2600).values
        half = float(values[0, 0] + (entry.lowest or 0.0)) / 2
        numbers[name] = first_below(values[:, 0], half) / max(first_below(values[:, 1], half), 1)
    shares = ", ".join(f"{number(ratio)} on {NAMED[name].title.lower()}" for name, ratio in numbers.items())
    return Evidence(
        numbers,
        f"At the same rate momentum with β = 0.9 gets down sooner by a factor of {shares}; 1/(1 − β) is 10.",
        all(7 < ratio < 14 for ratio in numbers.values()),
    )


def shaded_plateau(resolution: int = 101) -> Evidence:
    """The share of four landscapes that is shaded as a plateau, by its definition: two with a plateau, a bowl, a ravine."""
    names = ("plateau_with_cliff", "sigmoid_plateau", "convex_bowl", "ill_conditioned")
    shares = {
        name: float(flat_region(surface(Formula(name), window=NAMED[name].window, resolution=resolution)).mean())
        for name in names
    }
    cliff, sigmoid, bowl, ravine = shares.values()
    return Evidence(
        shares,
        "Shaded as a plateau: "
        + ", ".join(f"{share:.0%} of {NAMED[name].title.lower()}" for name, share in shares.items())
        + ". No bowl and no ravine is one, however flat its floor.",
        min(cliff, sigmoid) > 0.1 and bowl == ravine == 0.0,
    )


PLATEAUS = (
    LectureExperiment(
        "shaded_plateau",
        1,
        "A plateau is nearly flat, and far from the bottom.",
        "Landscapes sampled in their windows: the share that is far too flat for how much there is still to descend.",
        shaded_plateau,
        opened("plateau_with_cliff"),
    ),
    LectureExperiment(
        "exclusive_or_plateau",
        1,
        "A plateau may outlast your patience; momentum, or a larger rate, leaves it sooner.",
        "Exclusive-or, 2-2-2 sigmoid, squared error, Xavier weights of seed 0, full batch: the step at which the loss first "
        "falls below 0.2, for descent with α = 1, for β = 0.9, and for α = 10.",
        exclusive_or_plateau,
        opened("exclusive_or"),
        "Fukumizu & Amari 2000, Local minima and plateaus in hierarchical structures of multilayer perceptrons",
    ),
    LectureExperiment(
        "crowded_steps",
        1,
        "On a plateau the gradient is nearly zero and the steps are very small; then a sudden drop is normal and no bug.",
        "Gradient norms and step lengths on the exclusive-or plateau and on the drop after it; one dot per step shows them.",
        crowded_steps,
        opened("exclusive_or"),
    ),
    LectureExperiment(
        "stopping_too_early",
        1,
        "You only see the training error, and may stop too early.",
        "A stop rule on the training loss marks where it would have stopped; the run goes on past it and drops.",
        stopping_too_early,
        opened("exclusive_or"),
    ),
    LectureExperiment(
        "momentum_on_plateaus",
        1,
        "Momentum helps on plateaus: a ball that goes faster and faster.",
        "Steps to get half the way down three landscapes with a plateau, descent against momentum at the same rate.",
        momentum_on_plateaus,
        on_formula(
            "plateau_with_drop", [[-0.2]], [optimizers.gradient_descent(0.1), optimizers.momentum(0.1, 0.9)], 3000
        ),
        "Polyak 1964, Some methods of speeding up the convergence of iteration methods",
    ),
)
"""The experiments of this theme."""
