"""Lecture 2: there is a closed form for linear regression, and none for networks."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.wording import number
from engine.datasets import load
from engine.descent import descend
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import on_network, recipe, task
from engine.network import Network
from engine.network.regression import closed_form_sentence
from engine.problem import NetworkProblem


def closed_form() -> Evidence:
    """Linear regression: one Newton step lands on the closed form. With one hidden unit there is no star to land on."""
    data = load("noisy_line")
    line = task(Network((1, 1), "linear", "identity", "squared_error"), data)
    star = line.loss.closed_form()
    assert star is not None
    landed = descend(line.loss, [-1.0, 2.0], [optimizers.newton()], 1).points[1, 0]
    bent = task(Network((1, 1, 1), "tanh", "identity", "squared_error"), data)
    after = descend(bent.loss, bent.network.initialize(seed=0), [optimizers.newton()], 1)
    slope = float(after.gradient_norms[1, 0] / after.gradient_norms[0, 0])
    miss = float(np.linalg.norm(landed - star))
    return Evidence(
        {"slope": star[0], "intercept": star[1], "miss": miss, "gradient left with a hidden unit": slope},
        f"The closed form is y = {number(star[0])} x + {number(star[1])}; one Newton step lands {number(miss)} from "
        f"it. With one hidden unit: {closed_form_sentence(bent.network)} One Newton step leaves {number(slope)} times the "
        "gradient.",
        miss < 1e-9 and bent.loss.closed_form() is None and slope > 1e-3,
    )


REGRESSION = (
    LectureExperiment(
        "closed_form",
        2,
        "There is no closed form for networks, one for linear regression.",
        "The least-squares solution of a noisy line against one raw Newton step; then the same with one hidden unit.",
        closed_form,
        on_network(
            NetworkProblem(recipe("noisy_line"), (), "linear"),
            (optimizers.newton(), optimizers.gradient_descent(0.3)), 30, "Linear regression",
        ),
        "Hastie, Tibshirani & Friedman 2009, The elements of statistical learning, section 3.2",
    ),
)  # fmt: skip
"""The experiments of this theme."""
