"""Lecture 1: we care about generalization, and early stopping comes before any trouble with convergence."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.datasets import load
from engine.descent import descend
from engine.directions import through_points
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import Task, on_network, recipe, task
from engine.network import Network
from engine.problem import NetworkProblem
from engine.schedules import Hold, InverseTime
from engine.surfaces import surface
from engine.trajectory import Trajectories

PRECHELT = "Prechelt 1998, Early stopping – but when?"
EVERY = 5
"""Steps between two looks at the training and validation losses."""


def _noisy_sine() -> Task:
    """14 noisy measurements of a sine and 16 hidden units: enough to learn the noise by heart."""
    data = load("sine", size=40, noise=0.4, split=(0.33, 0.33))
    return task(Network((1, 16, 1), "tanh", "identity", "squared_error"), data)


def _floor(steps: Array, training: Array, window: int = 20) -> tuple[int, float, float]:
    """Where the training loss stops falling, its level from there on, and its spread.

    The level is the mean over the second half; the floor is reached when the running mean over ``window`` records first comes
    within one standard deviation of it.
    """
    late = training[len(training) // 2 :]
    running = np.convolve(training, np.ones(window) / window, mode="valid")
    reached = int(np.argmax(running <= late.mean() + late.std())) + window - 1
    return int(steps[reached]), float(late.mean()), float(late.std())


def stopping_comes_first(steps: int = 5000, rate: float = 0.1) -> Evidence:
    """The step of the lowest validation loss beside the step at which a constant rate reaches its noise floor."""
    problem = _noisy_sine()
    validation = problem.network.objective(problem.data.validation)
    start, chosen = problem.network.initialize(seed=0), [optimizers.gradient_descent(rate)]
    run = descend(problem.loss, start, chosen, steps, 4, validation=validation, monitor_every=EVERY)
    assert run.monitored is not None
    watched = run.monitored.validation[:, 0]
    best = int(run.monitored.steps[watched.argmin()])
    floor, level, spread = _floor(run.monitored.steps.astype(float), run.monitored.train[:, 0])
    on = float(descend(problem.loss, run.points[-1, 0], chosen, 1000).values[-1, 0])
    return Evidence(
        {"validation minimum at": best, "noise floor at": floor, "lowest validation": watched.min(), "last validation":
         watched[-1], "floor": level, "full batches": on},
        f"The validation loss is lowest at step {count(best)} ({number(watched.min())}) and rises to "
        f"{number(watched[-1])}; the noise floor ({number(level)} ± {number(spread)}, from where full batches would go "
        f"on to {number(on)}) is reached at step {count(floor)} only.",
        best < floor / 2 and watched[-1] > 1.3 * watched.min() and on < level,
    )  # fmt: skip


def two_surfaces(steps: int = 2000, resolution: int = 41) -> Evidence:
    """Train and validation surfaces on the plane through the start, the point of the lowest validation loss and the end."""
    problem = _noisy_sine()
    validation = problem.network.objective(problem.data.validation)
    chosen = [optimizers.gradient_descent(0.1)]
    start = problem.network.initialize(seed=0)
    run = descend(problem.loss, start, chosen, steps, 4, validation=validation, monitor_every=EVERY)
    stopped, end = _kept(run, 0), run.points[-1, 0]
    plane = through_points(start, end, stopped)
    marks = plane.coordinates(np.stack([start, stopped, end]))
    (left, low), (right, high) = marks.min(axis=0) - 0.5, marks.max(axis=0) + 0.5
    lowest = []
    for loss in (problem.loss, validation):
        found = surface(loss, plane, window=(left, right, low, high), resolution=resolution).lowest()
        assert found is not None
        lowest.append(found[1])
    apart = float(np.linalg.norm(lowest[0] - lowest[1]))
    train, other = problem.loss.value(np.stack([stopped, end])), validation.value(np.stack([stopped, end]))
    return Evidence(
        {"minima apart": apart, "train, stopped": train[0], "train, end": train[1], "validation, stopped": other[0],
         "validation, end": other[1]},
        f"On one plane the lowest points of the two surfaces are {number(apart)} apart. From where it should have stopped to its "
        f"end the path goes down on the training surface ({number(train[0])} to {number(train[1])}) and up on the "
        f"validation surface ({number(other[0])} to {number(other[1])}).",
        apart > 0.3 and train[1] < 0.8 * train[0] and other[1] > 1.2 * other[0],
    )  # fmt: skip


def constant_is_enough(seeds: int = 2, steps: int = 2000, rate: float = 0.5) -> Evidence:
    """Constant against decreasing rates, each with early stopping; test accuracy once, at the point that was kept."""
    schedules = (rate, InverseTime(rate, delta=0.01), Hold(InverseTime(rate, delta=0.01), hold_for=100))
    chosen = [optimizers.gradient_descent(schedule) for schedule in schedules]
    accuracies = []
    for seed in range(seeds):
        data = load("moons", seed=seed, size=400, noise=0.35, split=(0.25, 0.5))
        problem = task(Network((2, 32, 2), "tanh", "identity", "cross_entropy"), data)
        validation, test = (problem.network.objective(part) for part in (data.validation, data.test))
        start = problem.network.initialize(seed=seed)
        run = descend(problem.loss, start, chosen, steps, 10, seed=seed, validation=validation, monitor_every=10)
        accuracies.append([float(test.accuracy(_kept(run, number_of))) for number_of in range(len(chosen))])
    constant, decreasing, held = np.mean(accuracies, axis=0)
    return Evidence(
        {"constant": constant, "decreasing": decreasing, "hold, then decrease": held},
        f"With early stopping the test accuracy is {constant:.1%} with a constant rate, {decreasing:.1%} with one that decreases "
        f"and {held:.1%} with one that is held first: a constant rate works well.",
        constant > 0.8 and constant >= max(decreasing, held) - 0.02,
    )


def _kept(run: Trajectories, number_of: int) -> Array:
    """The point of the lowest validation loss."""
    assert run.monitored is not None
    return run.point_at(number_of, int(run.monitored.steps[run.monitored.validation[:, number_of].argmin()]))


GENERALIZATION = (
    LectureExperiment(
        "stopping_comes_first",
        1,
        "We care about generalization: early stopping comes before convergence trouble.",
        "A network that overfits 14 noisy points of a sine, in batches of 4 at a constant rate: the step of the lowest "
        "validation loss, and the step at which the training loss reaches its noise floor.",
        stopping_comes_first,
        on_network(
            NetworkProblem(recipe("sine", size=40, noise=0.4, split=(0.33, 0.33)), (16,), "tanh"),
            (optimizers.gradient_descent(0.1), optimizers.momentum(0.02, 0.9)), 2000, "Early stopping comes first", batch_size=4,
        ),
        PRECHELT,
    ),
    LectureExperiment(
        "two_surfaces",
        1,
        "What is minimized is the training loss, and the validation loss has its minimum elsewhere.",
        "Both surfaces on the plane through the start, the point of the lowest validation loss and the end: how far apart their "
        "lowest points are, and how the path goes on each.",
        two_surfaces,
        on_network(
            NetworkProblem(recipe("sine", size=40, noise=0.4, split=(0.33, 0.33)), (16,), "tanh"),
            (optimizers.gradient_descent(0.1), optimizers.momentum(0.02, 0.9)), 2000, "Two surfaces", batch_size=4,
        ),
        PRECHELT,
    ),
    LectureExperiment(
        "constant_is_enough",
        1,
        "A constant rate often works well.",
        "A constant rate, a decreasing one and one held first, each stopped at its lowest validation loss; the test accuracy of "
        "each, looked at once.",
        constant_is_enough,
        on_network(
            NetworkProblem(recipe("moons", size=400, noise=0.35, split=(0.25, 0.5)), (32,), "tanh", "identity", "cross_entropy"),
            (optimizers.gradient_descent(0.5), optimizers.gradient_descent(InverseTime(0.5, delta=0.01))), 2000,
            "A constant rate is enough", batch_size=10,
        ),
        PRECHELT,
    ),
)  # fmt: skip
"""The experiments of this theme."""
