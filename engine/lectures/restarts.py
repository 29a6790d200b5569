"""Lecture 1: re-initialize, and another boundary comes out, as good on the training set, with other answers elsewhere."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.wording import number
from engine.arrays import Array
from engine.descent import descend
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import moons, on_network, recipe
from engine.network.prediction import decisions
from engine.problem import NetworkProblem


def _window(inputs: Array, side: int, margin: float = 0.5) -> Array:
    """Points ``(side², 2)`` that cover the inputs with a margin."""
    low, high = inputs.min(axis=0) - margin, inputs.max(axis=0) + margin
    axes = [np.linspace(a, b, side) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def new_weights_new_answers(seeds: int = 12, side: int = 61) -> Evidence:
    """Networks from ``seeds`` starts, all perfect on the training set; where in the window they disagree, and how much."""
    problem = moons("tanh", size=60, noise=0.1)
    ends = descend(problem.loss, problem.starts(seeds), [optimizers.adam(0.03)], steps=500).points[-1]
    accuracies = problem.loss.accuracy(ends)
    map_of = _window(problem.data.inputs, side)
    votes = decisions(problem.network, problem.loss.predict(ends, map_of)).mean(axis=0)
    disputed = float(((votes > 0) & (votes < 1)).mean())
    probe = int(np.abs(votes - 0.5).argmin())
    at_data = decisions(problem.network, problem.loss.predict(ends, problem.data.train.inputs))
    ones = round(float(votes[probe]) * seeds)
    x, y = map_of[probe]
    return Evidence(
        {"networks": seeds, "least accuracy": accuracies.min(), "disputed share": disputed, "probe a": x, "probe b": y,
         "answers 1": ones, "answers 0": seeds - ones},
        f"All {seeds} networks are perfect on the training set, yet they disagree on {disputed:.0%} of the window; at "
        f"({number(x)}, {number(y)}) {ones} say 1 and {seeds - ones} say 0.",
        accuracies.min() == 1.0 and np.ptp(at_data, axis=0).max() == 0 and disputed > 0.05 and 3 <= ones <= seeds - 3,
    )  # fmt: skip


RESTARTS = (
    LectureExperiment(
        "new_weights_new_answers",
        1,
        "Re-initialize: another boundary, perfect on the training set again, and different answers for a new example.",
        "Twelve starts on two moons: training accuracy of each, the share of the window on which they are not unanimous, and "
        "their answers at the most disputed point.",
        new_weights_new_answers,
        on_network(
            NetworkProblem(recipe("moons", size=60), (8, 8), "tanh", "identity", "cross_entropy"),
            (optimizers.adam(0.03),), 500, "New weights, new answers", seeds=(0, 1, 2, 3),
        ),
        "A. Karpathy's ConvNetJS demo",
    ),
)  # fmt: skip
"""The experiments of this theme."""
