"""Where a run lives: in all parameters, its path projected, or within the plane, where the picture is exact."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.honesty import honesty
from engine.analysis.wording import number
from engine.descent import descend
from engine.directions import filter_normalized, through_points
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import moons, opened


def where_a_run_lives(steps: int = 400) -> Evidence:
    """The share of two runs' motion that a random plane shows, and the plane through their ends; then a run within it."""
    problem = moons()
    start = problem.network.initialize(seed=0)
    pair = [optimizers.gradient_descent(0.3), optimizers.momentum(0.1, 0.9)]
    run = descend(problem.loss, start, pair, steps)
    random = filter_normalized(problem.network, start, seed=0)
    plane = through_points(start, run.points[-1, 0], run.points[-1, 1])
    by_chance, through = ([honesty(flat, run.points[:, each]).share for each in (0, 1)] for flat in (random, plane))
    inside = descend(problem.loss, start, pair[:1], steps, within=plane)
    off = float(np.max(plane.distance(inside.points[:, 0])))
    return Evidence(
        {"random plane": max(by_chance), "through the ends": min(through), "distance within": off,
         "loss in all": run.values[-1, 0], "loss within": inside.values[-1, 0]},
        f"A filter-normalized random plane shows at most {max(by_chance):.1%} of the motion, the plane through the start and "
        f"both ends at least {min(through):.0%}. A run within that plane stays in it (to {number(off)}) and is another run: loss "
        f"{number(inside.values[-1, 0])} instead of {number(run.values[-1, 0])}.",
        max(by_chance) < 0.15 and min(through) > 0.8 and off < 1e-9,
    )  # fmt: skip


RESIDENCE = (
    LectureExperiment(
        "where_a_run_lives",
        1,
        "A picture of two dimensions shows a network's descent only as far as its plane does.",
        "The share of the motion of two runs that a random plane shows, and the plane through their start and ends; and a run "
        "that descends within that plane, where the picture is exact.",
        where_a_run_lives,
        opened("moons"),
        "Li et al. 2018, Visualizing the loss landscape of neural nets; Antognini & Sohl-Dickstein 2018",
    ),
)
"""The experiments of this theme."""
