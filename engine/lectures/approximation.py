"""Lecture 2: one hidden layer approximates any continuous function, with many units, exponentially many in the inputs."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.datasets import Dataset
from engine.descent import descend
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import on_network, recipe, solving_exclusive_or, task
from engine.network import Network
from engine.problem import NetworkProblem

CYBENKO = "Cybenko 1989, Approximation by superpositions of a sigmoidal function; Hornik, Stinchcombe & White 1989"


def _curve(x: Array) -> Array:
    return np.asarray(np.sin(2 * np.pi * x[..., 0]) + 0.5 * x[..., 0])


def _hill(x: Array) -> Array:
    """A round hill in the unit cube of any dimension: x ``(N, d)`` to ``(N,)``."""
    return np.asarray(np.exp(-4 * np.sum((x - 0.5) ** 2, axis=-1)))


def bumps_of_steps(bumps: int) -> tuple[Network, Array]:
    """A network with one hidden layer of ``bumps`` threshold units, one stair for each, that follows a curve on [0, 1].

    Unit i switches on at i/k; its outgoing weight is the difference of the curve's values in the middles of two neighboring
    pieces: bump i lasts from one switch to the next.
    """
    network = Network((1, bumps, 1), "threshold", "identity", "squared_error")
    theta = np.zeros(network.dimension)
    W1, b1, W2, _ = (block.of(theta) for block in network.blocks)
    W1[:] = 1.0
    b1[:] = 1e-9 - np.arange(bumps) / bumps
    middles = (np.arange(bumps) + 0.5) / bumps
    W2[0] = np.diff(_curve(middles[:, None]), prepend=0.0)
    return network, theta


def error_against_width(samples: int = 2000) -> Evidence:
    """Largest error of constructed networks of 4 to 256 hidden units on a curve, and the width that an ε band asks for."""
    x = np.linspace(0.0, 1.0, samples, endpoint=False)[:, None]
    widths, truth = (4, 8, 16, 32, 64, 128, 256), _curve(x)
    errors = [float(np.abs(_outputs(*bumps_of_steps(width), x) - truth).max()) for width in widths]
    slope = float(np.polyfit(np.log(widths), np.log(errors), 1)[0])
    within = next(width for width, error in zip(widths, errors, strict=True) if error <= 0.1)
    return Evidence(
        {
            "slope": slope,
            "units for 0.1": within,
            **{f"{width} units": e for width, e in zip(widths, errors, strict=True)},
        },
        f"The largest error falls from {number(errors[0])} with {widths[0]} units to {number(errors[-1])} with {widths[-1]}, as "
        f"width^{slope:.2f}; a band of ±0.1 needs {within}.",
        errors == sorted(errors, reverse=True) and errors[-1] < 0.02 and -1.2 < slope < -0.8,
    )


def _outputs(network: Network, theta: Array, inputs: Array) -> Array:
    from engine.network.prediction import predict

    return np.asarray(predict(network, theta, inputs)[:, 0])


def bumps_in_cells(bumps: int, dimension: int) -> tuple[Network, Array]:
    """A network that tiles the unit cube with ``bumps`` per axis: kᵈ units, each the height of a hill in its own cell.

    First layer: threshold units for the k − 1 inner borders along each axis. Second: one unit per cell, on where its point is
    beyond every border below the cell and before every one above (a conjunction). Output: the sum of the cells' heights.
    """
    cells = np.stack(np.meshgrid(*[np.arange(bumps)] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    borders = bumps - 1
    network = Network((dimension, dimension * borders, len(cells), 1), "threshold", "identity", "squared_error")
    theta = np.zeros(network.dimension)
    W1, b1, W2, b2, W3, _ = (block.of(theta) for block in network.blocks)
    for axis in range(dimension):
        units = slice(axis * borders, (axis + 1) * borders)
        W1[units, axis] = 1.0
        b1[units] = 1e-9 - np.arange(1, bumps) / bumps
        passed = cells[:, axis, None] > np.arange(borders)  # borders below the cell must be on, those above off
        W2[:, units] = np.where(passed, 1.0, -1.0)
        b2 -= passed.sum(axis=1)
    b2 += 0.5
    W3[0] = _hill((cells + 0.5) / bumps)
    return network, theta


def units_grow_exponentially(bumps: int = 8, samples: int = 2000) -> Evidence:
    """The same number of bumps per axis gives about the same error in 1, 2 and 3 dimensions, for k, k² and k³ units."""
    errors: list[float] = []
    coarse: list[float] = []
    units: list[int] = []
    for dimension in (1, 2, 3):
        x = np.random.default_rng(0).uniform(0.0, 1.0, (samples, dimension))
        for k, found in ((bumps, errors), (bumps // 2, coarse)):
            network, theta = bumps_in_cells(k, dimension)
            found.append(float(np.abs(_outputs(network, theta, x) - _hill(x)).max()))
            if k == bumps:
                units.append(network.layers[-2])
    return Evidence(
        {f"{what}, d = {d}": value for what, values in (("units", units), ("error", errors), ("error with half", coarse))
         for d, value in enumerate(values, 1)},
        f"With {bumps} bumps per axis the hill needs {', '.join(count(u) for u in units)} units in 1, 2 and 3 dimensions; the "
        f"largest errors are {', '.join(map(number, errors))} ({', '.join(map(number, coarse))} with half as many per axis).",
        units == [bumps, bumps**2, bumps**3] and max(errors) < 0.3
        and all(fine < 0.7 * rough for fine, rough in zip(errors, coarse, strict=True)),
    )  # fmt: skip


def trained_widths(seeds: int = 4, steps: int = 150) -> Evidence:
    """The same curve learned: the best of four trained networks for each width, beside the constructed ones."""
    x = np.linspace(0.0, 1.0, 60)[:, None]
    data, widths = Dataset(4 * x - 2, _curve(x)), (1, 2, 4, 8)
    errors = []
    for width in widths:
        problem = task(Network((1, width, 1), "tanh", "identity", "squared_error"), data)
        chosen = [optimizers.levenberg_marquardt()]
        ends = descend(problem.loss, problem.starts(seeds), chosen, steps).points[-1]
        outputs = problem.loss.predict(ends)[..., 0]
        errors.append(float(np.abs(outputs - _curve(x)).max(axis=1).min()))
    return Evidence(
        {f"width {width}": error for width, error in zip(widths, errors, strict=True)},
        "The largest error of the best of "
        + f"{seeds} trained networks is "
        + ", ".join(f"{number(error)} with {width}" for width, error in zip(widths, errors, strict=True))
        + " hidden units.",
        errors == sorted(errors, reverse=True) and errors[0] > 10 * errors[-1],
    )


def need_not_learn(seeds: int = 36, steps: int = 1000) -> Evidence:
    """Of 36 starts, how many solve exclusive-or: with two hidden units, which are enough, and with eight."""
    cases = (("tanh", 2), ("relu", 2), ("tanh", 8), ("relu", 8))
    solved = {}
    for activation, width in cases:
        problem = solving_exclusive_or(width, activation)
        run = descend(problem.loss, problem.starts(seeds), [optimizers.gradient_descent(0.3)], steps)
        solved[f"{activation}, width {width}"] = int((problem.loss.accuracy(run.points[-1]) == 1.0).sum())
    two_tanh, two_relu, eight_tanh, eight_relu = solved.values()
    return Evidence(
        solved,
        f"Of {seeds} starts " + ", ".join(f"{number_of} solve it ({name})" for name, number_of in solved.items()) + ".",
        0 < two_relu < two_tanh < seeds and eight_tanh > two_tanh and eight_relu > two_relu
        and np.allclose([two_tanh, two_relu, eight_tanh, eight_relu], [24, 7, 36, 33], atol=1),
    )  # fmt: skip


APPROXIMATION = (
    LectureExperiment(
        "error_against_width",
        2,
        "One hidden layer approximates any continuous function, with many units.",
        "Networks built by hand, one bump per unit, on a curve: the largest error against the width, and the width that a band "
        "of ±0.1 needs.",
        error_against_width,
        on_network(
            NetworkProblem(recipe("sine"), (8,), "tanh"),
            (optimizers.gradient_descent(0.1), optimizers.levenberg_marquardt()), 400, "Fit with a band",
        ),
        CYBENKO,
    ),
    LectureExperiment(
        "units_grow_exponentially",
        2,
        "The number of units grows exponentially with the number of inputs.",
        "With k bumps per axis it takes kᵈ units for d = 1, 2, 3: networks built by hand, and their largest error on a hill.",
        units_grow_exponentially,
        None,
        "Bengio & LeCun 2007, Scaling learning algorithms toward AI",
    ),
    LectureExperiment(
        "trained_widths",
        2,
        "More units fit better.",
        "The largest error of trained networks of width 1, 2, 4 and 8 on the same curve, the best of four starts each.",
        trained_widths,
        on_network(
            NetworkProblem(recipe("sine"), (2,), "tanh"),
            (optimizers.gradient_descent(0.1), optimizers.levenberg_marquardt()), 400, "Two hidden units on a sine",
        ),
        CYBENKO,
    ),
    LectureExperiment(
        "need_not_learn",
        2,
        "A network can represent it, but need not learn it; it depends on data, algorithm and start.",
        "Exclusive-or with cross-entropy, Xavier weights of seeds 0 to 35, full batch, α = 0.3, 1,000 steps: how many runs "
        "answer all four points rightly, for tanh and ReLU, width 2 and 8.",
        need_not_learn,
        on_network(
            NetworkProblem(recipe("exclusive_or"), (2,), "tanh", "identity", "cross_entropy"),
            (optimizers.gradient_descent(0.3), optimizers.momentum(0.1, 0.9)), 1000, "Can represent, need not learn",
            seeds=(0, 1, 2, 3, 4, 5),
        ),
    ),
)  # fmt: skip
"""The experiments of this theme."""
