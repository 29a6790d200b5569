"""Lectures 1 and 2: mini-batches. More accurate gradients, whole matrix products, and the compromise between two extremes."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from engine import optimizers
from engine.analysis.gradient_noise import total_variance
from engine.analysis.wording import count, number
from engine.arrays import Array, Indices
from engine.batches import Batches
from engine.descent import descend
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import Task, digits, opened


def batch_error(draws: int = 200) -> Evidence:
    """Root mean square error of a batch's gradient against its size, beside √(trace of the covariance / B)."""
    problem, sizes = digits(), (1, 4, 16, 64, 256)
    theta = problem.network.initialize(seed=0)
    gradients = problem.loss.example_gradients(theta)
    whole = problem.loss.value_and_gradient(theta)[1]
    measured = np.array([_error(problem, theta, whole, size, draws) for size in sizes])
    theory = np.sqrt(total_variance(gradients) / np.array(sizes))
    slope = float(np.polyfit(np.log(sizes), np.log(measured), 1)[0])
    mean_is_gradient = float(np.abs(gradients.mean(axis=0) - whole).max())
    return Evidence(
        {
            "slope": slope,
            "mean of arrows": mean_is_gradient,
            **{f"B = {b}": e for b, e in zip(sizes, measured, strict=True)},
        },
        f"The error falls from {number(measured[0])} with one example to {number(measured[-1])} with {sizes[-1]}, "
        f"as B^{slope:.2f}: 1/√B. The mean of all examples' gradients is the gradient (to {number(mean_is_gradient)}).",
        np.allclose(measured, theory, rtol=0.15) and abs(slope + 0.5) < 0.04 and mean_is_gradient < 1e-12,
    )


def _error(problem: Task, theta: Array, whole: Array, size: int, draws: int) -> float:
    """Over ``draws`` batches with replacement, each evaluated as the descent would."""
    drawn = Batches(problem.loss.examples, size, seed=0, replacement=True)
    found = [problem.loss.minibatch(drawn.indices(step)).value_and_gradient(theta)[1] - whole for step in range(draws)]
    return float(np.sqrt(np.mean(np.sum(np.square(found), axis=1))))


def one_matrix_product(size: int = 128) -> Evidence:
    """The first layer for a batch: one product W X against one product W x for each example; equal, and timed here."""
    problem = digits()
    weights = problem.network.blocks[0].of(problem.network.initialize(seed=0))
    columns = np.ascontiguousarray(problem.data.train.inputs[:size].T)
    together = weights @ columns
    apart = np.stack([weights @ columns[:, number_of] for number_of in range(size)], axis=1)
    once = _seconds(lambda: weights @ columns)
    each = _seconds(lambda: [weights @ columns[:, number_of] for number_of in range(size)])
    error = float(np.abs(together - apart).max())
    return Evidence(
        {"difference": error, "rows": weights.shape[0], "inner": weights.shape[1], "columns": size,
         "seconds per example, one product": once / size, "seconds per example, vectors": each / size},
        f"W {weights.shape} times X {columns.shape} gives the same as {size} vector products (to {number(error)}); here it "
        f"takes {number(1e9 * once / size)} ns per example instead of {number(1e9 * each / size)} ns.",
        error < 1e-12 and together.shape == (16, size),
    )  # fmt: skip


def _seconds(work: object, repetitions: int = 5) -> float:
    assert callable(work)
    spent = []
    for _ in range(repetitions):
        begin = perf_counter()
        work()
        spent.append(perf_counter() - begin)
    return min(spent)


def the_compromise(level: float = 0.6) -> Evidence:
    """Examples, updates and noise on the way to a training loss, for one example, a mini-batch, and the whole batch."""
    problem = digits()
    start, n = problem.network.initialize(seed=0), problem.loss.examples
    plans = ((1, (0.01, 0.03), 4 * n, 50), (32, (0.1, 0.3, 1.0), 300, 4), (n, (0.3, 1.0, 3.0), 300, 4))
    examples, updates, noise = [], [], []
    for size, rates, steps, every in plans:
        chosen = [optimizers.gradient_descent(rate) for rate in rates]
        run = descend(problem.loss, start, chosen, steps, size, monitor_every=every)
        assert run.monitored is not None
        first = [_first(run.monitored.steps, losses, level) for losses in run.monitored.train.T]
        updates.append(min(first))
        examples.append(min(first) * size)
        noise.append(_relative_noise(problem, start, size))
    names = ("1", "32", f"all {count(n)}")
    return Evidence(
        {f"{what}, B = {name}": value for what, values in (("updates", updates), ("examples", examples), ("noise", noise))
         for name, value in zip(names, values, strict=True)},
        f"To a training loss of {level}: " + "; ".join(
            f"B = {name}: {count(round(u))} updates, {count(round(e))} examples, gradient error {number(v)} of its norm"
            for name, u, e, v in zip(names, updates, examples, noise, strict=True)
        ) + ".",
        bool(np.isfinite(updates).all()) and updates[0] > 5 * updates[1] and examples[2] > 5 * examples[1]
        and noise[0] > noise[1] > noise[2] == 0.0,
    )  # fmt: skip


def _first(steps: Indices, losses: Array, level: float) -> float:
    below = np.flatnonzero(losses <= level)
    return float(steps[below[0]]) if below.size else float("inf")


def _relative_noise(problem: Task, theta: Array, size: int) -> float:
    """Expected error of the batch gradient at the start, as a multiple of the gradient's norm; 0 for the whole batch."""
    n = problem.loss.examples
    whole = problem.loss.value_and_gradient(theta)[1]
    variance = total_variance(problem.loss.example_gradients(theta)) / size * (n - size) / (n - 1)
    return float(np.sqrt(variance) / np.linalg.norm(whole))


BATCHES = (
    LectureExperiment(
        "batch_error",
        1,
        "Mini-batches give a more accurate gradient: the error falls with the square root of their size.",
        "The root mean square error of 200 batch gradients of the digits' network against B, beside √(tr Σ/B).",
        batch_error,
        opened("digits"),
        "Bottou, Curtis & Nocedal 2018, Optimization methods for large-scale machine learning, section 4.2",
    ),
    LectureExperiment(
        "one_matrix_product",
        1,
        "A mini-batch is one matrix-matrix product, which uses caches; single examples are many matrix-vector products.",
        "W (16×64) times X (64×B) against B vector products: equal results, shapes, and the time per example on this machine.",
        one_matrix_product,
        opened("digits"),
    ),
    LectureExperiment(
        "the_compromise",
        2,
        "Stochastic descent is noisy, batch descent stable but expensive, mini-batches are the compromise.",
        "Updates and examples that B = 1, 32 and N need to one training loss, each at the best of a few rates, and the error of "
        "their gradients at the start.",
        the_compromise,
        opened("digits"),
        "Bottou, Curtis & Nocedal 2018, section 3",
    ),
)
"""The experiments of this theme."""
