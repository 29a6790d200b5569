"""Lecture 3: gradient descent on handwritten digits."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.gradient_parts import largest_components, smallest_components
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.datasets import load
from engine.descent import descend
from engine.formulas import NAMED, Formula
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import Task, digits, on_formula, on_network, opened, recipe, trained_digits
from engine.network import Network
from engine.objective import Objective
from engine.problem import NetworkProblem

NIELSEN = "G. Sanderson, But what is a neural network?, 2017; M. Nielsen, Neural networks and deep learning, 2015"


def cost_of_one(index: int = 0) -> Evidence:
    """The cost of one image from its ten outputs, the average over all, and the ½ that the program's loss carries."""
    problem = digits("squared_error")
    theta = problem.network.initialize(seed=0)
    squares = (problem.loss.predict(theta) - problem.loss.data.targets) ** 2
    costs = squares.sum(axis=1)
    one, whole = float(problem.loss.example(index).value(theta)), float(problem.loss.value(theta))
    return Evidence(
        {"outputs": squares.shape[1], "cost of one": costs[index], "program's loss of one": one, "average cost": costs.mean(),
         "program's loss": whole, "largest cost": costs.max()},
        f"The ten squared differences of image {index} add up to {number(costs[index])}; the average over "
        f"{count(len(costs), 'image')} is {number(costs.mean())}. The program's loss is half of each: {number(one)} and "
        f"{number(whole)}.",
        squares.shape[1] == 10 and np.allclose([costs[index], costs.mean()], [2 * one, 2 * whole], rtol=1e-12, atol=0),
    )  # fmt: skip


def steepest_increase(steps: int = 72, length: float = 1e-4) -> Evidence:
    """A ring of equal steps: the one that raises the loss most goes along the gradient, the one that lowers it most back."""
    landscape, point = Formula("himmelblau"), np.array(NAMED["himmelblau"].start)
    angles = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    changes = landscape.value(point + length * ring) - landscape.value(point)
    gradient = landscape.value_and_gradient(point)[1]
    unit = gradient / np.linalg.norm(gradient)
    up, down = ring[changes.argmax()] @ unit, ring[changes.argmin()] @ unit
    problem = digits()
    theta = problem.network.initialize(seed=0)
    steepest, others = _rises(problem.loss, theta, length)
    return Evidence(
        {"cosine of the worst step": up, "cosine of the best step": down, "rise along the gradient": steepest,
         "best of 200 others": others.max()},
        f"Of {steps} equal steps the one that climbs most has a cosine of {up:.4f} with the gradient, the one that falls most "
        f"{down:.4f}. With 1,482 weights the gradient raises the loss by {number(steepest)}, the best of 200 random steps of "
        f"that length by {number(others.max())}.",
        up > np.cos(np.pi / steps) - 1e-3 and down < -np.cos(np.pi / steps) + 1e-3 and steepest > 3 * others.max(),
    )  # fmt: skip


def _rises(loss: Objective, theta: Array, length: float) -> tuple[float, Array]:
    """Changes of the loss for a step along the gradient and for 200 random steps of the same length."""
    value, gradient = loss.value_and_gradient(theta)
    random = np.random.default_rng(0).standard_normal((200, theta.size))
    directions = np.concatenate([gradient[None], random])
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    changes = loss.value(theta + length * directions) - value
    return float(changes[0]), np.asarray(changes[1:])


def thirteen_thousand_weights(examples: int = 200) -> Evidence:
    """784-16-16-10 on the digits enlarged to 28×28: 13,002 parameters, and descent moves them."""
    small, large = Network((64, 16, 16, 10)), Network((784, 16, 16, 10), "tanh", "identity", "cross_entropy")
    data = load("digits_28", size=examples)
    loss = large.objective(data)
    run = descend(loss, large.initialize(seed=0), [optimizers.gradient_descent(0.2)], 10)
    first, last = (float(value) for value in run.values[[0, -1], 0])
    return Evidence(
        {"P, 784-16-16-10": large.dimension, "P, 64-16-16-10": small.dimension, "pixels": data.inputs.shape[1], "loss": first,
         "after 10 steps": last},
        f"784-16-16-10 has {count(large.dimension, 'parameter')}, 64-16-16-10 {count(small.dimension)}; ten steps of descent on "
        f"{len(data.train)} enlarged images lower the loss from {number(first)} to {number(last)}.",
        (large.dimension, small.dimension, data.inputs.shape[1]) == (13_002, 1482, 784) and last < first,
    )  # fmt: skip


def size_is_importance(nudge: float = 0.01) -> Evidence:
    """Nudge the weight with the largest gradient component, and one with the smallest that is not a dark pixel's."""
    problem = digits()
    theta = problem.network.initialize(seed=0)
    value, gradient = problem.loss.value_and_gradient(theta)
    most = largest_components(problem.loss, gradient, 1)[0]
    least = next(part for part in smallest_components(problem.loss, gradient, theta.size) if part.value != 0)
    nudges = np.zeros((2, theta.size))
    nudges[0, most.index] = nudges[1, least.index] = nudge
    changes = problem.loss.value(theta + nudges) - value
    ratio = float(abs(changes[0]) / max(abs(changes[1]), 1e-300))
    return Evidence(
        {"largest component": most.value, "smallest component": least.value, "change by the largest": changes[0],
         "change by the smallest": changes[1], "ratio": ratio},
        f"Moving {most.name} (component {number(most.value)}) by {nudge:g} changes the loss by {number(changes[0])}; moving "
        f"{least.name} ({number(least.value)}) as far changes it by {number(changes[1])}.",
        ratio > 100 and np.isclose(changes[0], nudge * most.value, rtol=0.2),
    )  # fmt: skip


def neighbors_agree(pictures: Array) -> Array:
    """Correlation ``(K,)`` of each pixel with its right and lower neighbor in ``pictures (K, s, s)``: smooth is near 1."""
    centered = pictures - pictures.mean(axis=(-2, -1), keepdims=True)
    across = (centered[:, :, 1:] * centered[:, :, :-1]).mean(axis=(-2, -1))
    down = (centered[:, 1:] * centered[:, :-1]).mean(axis=(-2, -1))
    return np.asarray((across + down) / 2 / np.maximum((centered**2).mean(axis=(-2, -1)), 1e-300))


def effective_not_meaningful() -> Evidence:
    """Held-out accuracy beside how smooth the hidden units' pictures are, the digits' own, and the same weights shuffled."""
    problem, theta = digits(), trained_digits()
    held_out = float(problem.network.objective(problem.data.test).accuracy(theta))
    weights = problem.network.blocks[0].of(theta)
    begin = problem.network.blocks[0].of(problem.network.initialize(seed=0))
    kept = float(np.sum(weights * begin) / np.sqrt(np.sum(weights**2) * np.sum(begin**2)))
    images, classes = problem.data.train.inputs, problem.data.train.targets
    means = np.stack([images[classes == digit].mean(axis=0) for digit in range(10)])
    shuffled = np.random.default_rng(0).permuted(weights, axis=1)
    units, strokes, random = (
        float(neighbors_agree(pictures.reshape(-1, 8, 8)).mean()) for pictures in (weights, means, shuffled)
    )
    return Evidence(
        {"test accuracy": held_out, "units": units, "mean digits": strokes, "shuffled": random, "like its start": kept},
        f"{held_out:.1%} of the test images are right. Neighboring pixels of the units' pictures correlate by {units:.2f}"
        f", those of the mean digits by {strokes:.2f}, shuffled weights by {random:.2f}: less than half as smooth as strokes. "
        f"The pictures still have a cosine of {kept:.2f} with the random ones they began as.",
        held_out > 0.9 and units < 0.5 * strokes and abs(random) < 0.1 and kept > 0.2,
    )


def confident_about_noise(images: int = 1000) -> Evidence:
    """What the trained network says about uniform noise: probabilities after the softmax."""
    problem, theta = digits(), trained_digits()
    noise = np.random.default_rng(0).uniform(0.0, 1.0, (images, 64))
    confidence = problem.loss.probabilities(theta, noise).max(axis=-1)
    real = problem.network.objective(problem.data.test).probabilities(theta).max(axis=-1)
    return Evidence(
        {
            "mean confidence": confidence.mean(),
            "share above 0.9": (confidence > 0.9).mean(),
            "on test images": real.mean(),
        },
        f"On {count(images, 'image')} of noise the network is {confidence.mean():.0%} sure of its answer on average, above 90 % "
        f"on {(confidence > 0.9).mean():.0%}; it has no way to say that this is no digit. (On test images: {real.mean():.0%}.)",
        confidence.mean() > 0.6 and (confidence > 0.9).mean() > 0.2,
    )


def switched_off() -> Evidence:
    """Test accuracy with each hidden unit switched off in turn (its outgoing weights set to 0), and with a whole layer."""
    problem, theta = digits(), trained_digits()
    test = problem.network.objective(problem.data.test)
    whole = float(test.accuracy(theta))
    accuracies = test.accuracy(np.concatenate([_without_each(problem, theta, block) for block in (2, 4)]))
    silent = np.array(theta)
    problem.network.blocks[4].of(silent)[:] = 0.0
    nothing, worst = float(test.accuracy(silent)), int((accuracies < whole).sum())
    return Evidence(
        {"with all": whole, "least": accuracies.min(), "mean": accuracies.mean(), "units that matter": worst, "without any":
         nothing},
        f"Accuracy is {whole:.1%} with all units, {accuracies.mean():.1%} on average with one of 32 switched off, "
        f"{accuracies.min():.1%} without the most important, {nothing:.1%} without the last hidden layer; {worst} of 32 units "
        "lower it.",
        accuracies.mean() < whole - 0.005 and accuracies.min() < whole - 0.02 and nothing < 0.2 and worst > 16,
    )  # fmt: skip


def _without_each(problem: Task, theta: Array, block: int) -> Array:
    """Points ``(16, P)``: in each, one column of the weights ``block`` is 0."""
    outgoing = problem.network.blocks[block]
    without = np.tile(theta, (outgoing.shape[1], 1))
    for unit, point in enumerate(without):
        outgoing.of(point)[:, unit] = 0.0
    return without


DIGITS = (
    LectureExperiment(
        "cost_of_one",
        3,
        "The cost of one example is the sum of the squared differences of ten outputs; the overall cost is the average over all.",
        "Outputs, targets, squares and their sum for one image, and the mean over all images; the program's loss is ½ of it.",
        cost_of_one,
        opened("digits_squared"),
        NIELSEN,
    ),
    LectureExperiment(
        "steepest_increase",
        3,
        "The gradient points to the steepest increase; step the other way, and repeat.",
        "A ring of 72 equal steps in a plane, and 200 random steps among 1,482 weights: none climbs more than the gradient's.",
        steepest_increase,
        on_formula("himmelblau", [NAMED["himmelblau"].start], [optimizers.gradient_descent(0.01)], 100),
        NIELSEN,
    ),
    LectureExperiment(
        "thirteen_thousand_weights",
        3,
        "784-16-16-10 has 13,002 parameters.",
        "Parameters of both networks; the shipped digits, enlarged from 8×8 to 28×28, run through the larger one.",
        thirteen_thousand_weights,
        on_network(
            NetworkProblem(recipe("digits_28"), (16, 16), "tanh", "identity", "cross_entropy"),
            (optimizers.gradient_descent(0.2), optimizers.momentum(0.05, 0.9)),
            100,
            "Digits, enlarged to 28×28",
            batch_size=100,
        ),
        NIELSEN,
    ),
    LectureExperiment(
        "size_is_importance",
        3,
        "The size of a gradient component is that weight's importance.",
        "The weights with the largest and the smallest component, each nudged by the same amount: the change of the loss.",
        size_is_importance,
        opened("digits"),
        NIELSEN,
    ),
    LectureExperiment(
        "effective_not_meaningful",
        3,
        "Accuracy is high, yet the hidden units' pictures look almost random; the patterns are simply effective.",
        "Held-out accuracy, the correlation of neighboring pixels in the units' weights, in the mean digits and in the same "
        "weights shuffled, and the cosine of the pictures with those they began as.",
        effective_not_meaningful,
        opened("digits"),
        NIELSEN,
    ),
    LectureExperiment(
        "confident_about_noise",
        3,
        "Noise is classified with confidence.",
        "Images of uniform noise: the probability of the answer that the trained network gives.",
        confident_about_noise,
        opened("digits"),
        "Nguyen, Yosinski & Clune 2015, Deep neural networks are easily fooled",
    ),
    LectureExperiment(
        "switched_off",
        3,
        "The patterns are effective: switch a unit off, and accuracy falls.",
        "Test accuracy with each of the 32 hidden units switched off in turn, and with the last hidden layer off.",
        switched_off,
        opened("digits"),
        NIELSEN,
    ),
)
"""The experiments of this theme."""
