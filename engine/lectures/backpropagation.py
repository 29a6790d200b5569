"""Lecture 2: forward pass, backward pass; and why units must have a slope."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter

import numpy as np

from engine import optimizers
from engine.analysis.gradient_parts import gradient_by_block
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.datasets import load
from engine.descent import descend
from engine.directions import axis_line
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import Task, digits, on_network, opened, recipe, task
from engine.network import Network
from engine.problem import NetworkProblem

RUMELHART = "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors"
EXAMPLES = 12
"""Few, so that each stair of a threshold unit's loss can be told from the next."""


def _with_steepness(activation: str, steepness: float = 1.0) -> Task:
    data = load("moons", size=EXAMPLES, split=(0.0, 0.0))
    return task(Network((2, 4, 2), activation, "identity", "squared_error", steepness=steepness), data)


def threshold_has_no_gradient(steps: int = 50) -> Evidence:
    """Hidden weights of threshold units have gradient 0 and never move; those of sigmoid units learn."""
    moved, slopes = {}, {}
    for activation in ("threshold", "sigmoid"):
        problem = _with_steepness(activation)
        start = problem.network.initialize(seed=0)
        hidden = slice(0, problem.network.affine[0].stop)
        slopes[activation] = float(np.linalg.norm(problem.loss.value_and_gradient(start)[1][hidden]))
        end = descend(problem.loss, start, [optimizers.gradient_descent(0.5)], steps).points[-1, 0]
        moved[activation] = float(np.linalg.norm((end - start)[hidden]))
    return Evidence(
        {**{f"gradient, {name}": value for name, value in slopes.items()},
         **{f"moved, {name}": value for name, value in moved.items()}},
        f"The gradient of the hidden weights is exactly {number(slopes['threshold'])} with threshold units, and after {steps} "
        f"steps they have moved by {number(moved['threshold'])}; with sigmoid units it is {number(slopes['sigmoid'])}, and they "
        f"have moved by {number(moved['sigmoid'])}.",
        slopes["threshold"] == 0.0 and moved["threshold"] == 0.0 and slopes["sigmoid"] > 1e-3 and moved["sigmoid"] > 0.05,
    )  # fmt: skip


def slope_into_staircase(samples: int = 2001) -> Evidence:
    """The loss along one hidden weight while the sigmoid gets steeper: ever more of the line is flat, at last all of it."""
    steepnesses = (1.0, 30.0, 100.0, 1000.0)
    flat = {f"steepness {s:g}": _flat_share(_with_steepness("sigmoid", s), samples) for s in steepnesses}
    threshold = _with_steepness("threshold")
    stairs = len(np.unique(np.round(_along_a_weight(threshold, samples), 12)))
    shares = list(flat.values())
    near = float(
        np.abs(_along_a_weight(_with_steepness("sigmoid", 1e5), samples) - _along_a_weight(threshold, samples)).mean()
    )
    return Evidence(
        {**flat, "steps of the staircase": stairs, "mean difference at steepness 100,000": near},
        "The share of the line without a visible slope grows: "
        + ", ".join(f"{share:.0%} ({name})" for name, share in flat.items())
        + f"; with threshold units the loss takes only {stairs} values on {count(samples)} points.",
        all(a < b for a, b in pairwise(shares))
        and shares[0] < 0.1
        and shares[-1] > 0.9
        and stairs < 15
        and near < 1e-3,
    )


def _along_a_weight(problem: Task, samples: int) -> Array:
    """The loss ``(samples,)`` while the first hidden weight goes from −3 to 3, the others as drawn."""
    line = axis_line(problem.loss, 0, problem.network.initialize(seed=0))
    return problem.loss.value(line.point(np.linspace(-3.0, 3.0, samples)[:, None]))


def _flat_share(problem: Task, samples: int) -> float:
    """Share of the line on which the loss changes by less than 1 % of its range per unit of the weight."""
    losses = _along_a_weight(problem, samples)
    slope = np.abs(np.diff(losses)) * (samples - 1) / 6.0
    return float((slope < 0.01 * np.ptp(losses)).mean())


def one_backward_pass(step: float = 1e-6) -> Evidence:
    """All P derivatives from one backward pass, and from P + 1 forward passes: equal, at very different cost."""
    problem = _with_steepness("tanh")
    theta = problem.network.initialize(seed=0)
    size = problem.network.dimension
    begin = perf_counter()
    gradient = problem.loss.value_and_gradient(theta)[1]
    middle = perf_counter()
    forward = [float(problem.loss.value(point)) for point in (theta, *(theta + step * np.eye(size)))]
    end = perf_counter()
    differences = (np.array(forward[1:]) - forward[0]) / step
    error = float(np.abs(differences - gradient).max() / np.abs(gradient).max())
    return Evidence(
        {"P": size, "forward passes": len(forward), "relative difference": error, "seconds backward": middle - begin,
         "seconds forward": end - middle},
        f"{count(size, 'derivative')} from one backward pass equal those from {len(forward)} forward passes to {number(error)}.",
        error < 1e-4 and len(forward) == size + 1,
    )  # fmt: skip


def error_flows_back(index: int = 0) -> Evidence:
    """One digit through 64-16-16-10: errors from output to input, and each weight's share, error times activation."""
    problem = digits("squared_error")
    theta = problem.network.initialize(seed=0)
    trace = problem.loss.trace(theta, index)
    back = [np.abs((later.weights.T @ later.errors) * layer.slopes - layer.errors).max()
            for layer, later in pairwise(trace.layers)]  # fmt: skip
    own = [np.abs(layer.weight_gradient - np.outer(layer.errors, layer.inputs)).max() for layer in trace.layers]
    gradient = problem.loss.example(index).value_and_gradient(theta)[1]
    blocks = [block.of(gradient) for block in problem.network.blocks if block.kind == "weight"]
    whole = max(
        float(np.abs(layer.weight_gradient - block).max()) for layer, block in zip(trace.layers, blocks, strict=True)
    )
    norms = [float(np.linalg.norm(layer.errors)) for layer in trace.layers]
    return Evidence(
        {"errors passed back": max(back), "share of each weight": max(own), "against the gradient": whole,
         **{f"error of layer {layer}": norm for layer, norm in enumerate(norms, 1)}},
        f"Each layer's error is the next one's, sent back through its weights and times the unit's slope (to {number(max(back))}"
        f"); a weight's gradient is error times activation. The errors have norms {', '.join(map(number, norms))} from the first "
        "hidden layer to the output.",
        max(back) < 1e-12 and max(own) < 1e-12 and whole < 1e-12,
    )  # fmt: skip


def gradient_per_layer() -> Evidence:
    """The gradient's norm per layer in a deep sigmoid network: it fades on the way back, and less so with tanh."""
    found = {}
    for activation in ("sigmoid", "tanh"):
        network = Network((64, 16, 16, 16, 16, 10), activation, "identity", "cross_entropy")
        loss = network.objective(load("digits"))
        gradient = loss.value_and_gradient(network.initialize(seed=0))[1]
        found[activation] = [part.norm for part in gradient_by_block(loss, gradient) if part.kind == "weight"]
    fading = {name: norms[-1] / norms[0] for name, norms in found.items()}
    return Evidence(
        {**{f"sigmoid, layer {layer}": norm for layer, norm in enumerate(found["sigmoid"], 1)},
         "sigmoid, last over first": fading["sigmoid"], "tanh, last over first": fading["tanh"]},
        f"With five layers of sigmoids the last layer's gradient is {number(fading['sigmoid'])} times the first one's, with tanh "
        f"{number(fading['tanh'])} times.",
        fading["sigmoid"] > 30 and fading["sigmoid"] > 5 * fading["tanh"],
    )  # fmt: skip


BACKPROPAGATION = (
    LectureExperiment(
        "threshold_has_no_gradient",
        2,
        "Threshold units have no gradient; the sigmoid does.",
        "The gradient of the hidden weights, and how far 50 steps of descent move them, with threshold and with sigmoid units.",
        threshold_has_no_gradient,
        on_network(
            NetworkProblem(recipe("moons", size=EXAMPLES), (4,), "threshold"),
            (optimizers.gradient_descent(0.5), optimizers.momentum(0.1, 0.9)), 50, "Threshold units",
        ),
        RUMELHART,
    ),
    LectureExperiment(
        "slope_into_staircase",
        2,
        "A steeper sigmoid is nearer to a threshold, and its loss nearer to a staircase.",
        "The loss along one hidden weight for steepness 1 to 1,000: the share of it that is flat, and how many values it takes "
        "with threshold units.",
        slope_into_staircase,
        on_network(
            NetworkProblem(recipe("moons", size=EXAMPLES), (4,), "sigmoid", steepness=100.0),
            (optimizers.gradient_descent(0.5), optimizers.momentum(0.1, 0.9)), 50, "Steep sigmoids",
        ),
    ),
    LectureExperiment(
        "one_backward_pass",
        2,
        "One backward pass gives all derivatives at once.",
        "The gradient by backpropagation against P + 1 forward passes, each with one weight moved a little; both are timed.",
        one_backward_pass,
        opened("moons"),
        RUMELHART,
    ),
    LectureExperiment(
        "error_flows_back",
        2,
        "The error flows from output to input, to each weight by its contribution.",
        "One example's errors layer by layer against Wᵀδ·φ′ of the layer after, and each weight's gradient against δ·a.",
        error_flows_back,
        opened("digits_squared"),
        RUMELHART,
    ),
    LectureExperiment(
        "gradient_per_layer",
        2,
        "On its way back through sigmoids the gradient fades.",
        "The norm of the gradient of each layer's weights in a network of five layers at its start, with sigmoid and with tanh.",
        gradient_per_layer,
        None,
        "Hochreiter 1991; Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks",
    ),
)  # fmt: skip
"""The experiments of this theme."""
