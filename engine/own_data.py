"""Experiments on a person's own data, with settings that are safe to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from engine import optimizers
from engine.arrays import Array, read_only
from engine.curve_fit import CurveFit
from engine.datasets import Dataset, DatasetRecipe, FileCache
from engine.datasets.loading import dataset_of
from engine.descent import descend
from engine.experiment import Experiment
from engine.fitting import guessed_start
from engine.job import Job, Pieces, between, drain, job_of
from engine.network import default_loss
from engine.optimizers import Optimizer
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, NetworkProblem
from engine.start import Start, given

FEW = 256
"""Up to this many training examples every step sees all of them."""
BATCH = 100
LARGE_TARGETS = 3.0
"""Values whose spread is above this make fixed rates diverge: only methods that find their own step are chosen."""
STEPS = 300
FIT_STEPS = 60
SHARES = (1.0, 0.3, 0.1, 0.03, 0.01)
"""Rates that are tried for descent on a curve fit, in units of 1/λmax at the start."""


def on_data(recipe: DatasetRecipe) -> Experiment:
    """A small network that learns the data of a file.

    Raises:
        DataError: where the data cannot be read.

    """
    return drain(on_data_job(recipe, FileCache(0)))


def on_data_job(recipe: DatasetRecipe, files: FileCache) -> Job[Experiment]:
    """Make the experiment of :func:`on_data`; the data are taken from ``files``, where they have been read already.

    Raises:
        DataError: where the data cannot be read.

    """
    return job_of(_experiment(recipe, files))


def _experiment(recipe: DatasetRecipe, files: FileCache) -> Pieces[Experiment]:
    data = yield from between(0.0, 0.95, dataset_of(recipe, files))
    if data.classes == 1:
        raise ValueError(
            f"All examples of {_title(recipe)} are of one class, so there is nothing to learn: choose other data."
        )
    hidden = (16, 16) if data.image_shape is not None else (8, 8)
    loss = default_loss("values" if data.classes is None else "classes").name
    problem = NetworkProblem(recipe, hidden, "tanh", "identity", loss)
    batch = None if len(data.train_indices) <= FEW else BATCH
    start, chosen = Start("xavier"), _methods(data)
    plane = PlaneRecipe("through_ends", start, chosen[:2], STEPS, batch)
    return Experiment(problem, (start,), chosen, STEPS, plane, batch, title=_title(recipe))


def _methods(data: Dataset) -> tuple[Optimizer, ...]:
    if data.classes is None and float(np.std(data.targets)) > LARGE_TARGETS:
        return (optimizers.adam(0.03), optimizers.gradient_descent(1.0, line_search="backtracking"))
    return (optimizers.gradient_descent(0.1), optimizers.momentum(0.05, 0.9), optimizers.adam(0.01))


def _title(recipe: DatasetRecipe) -> str:
    return Path(recipe.files[0].path).name if recipe.files else recipe.name


def on_table(
    text: str,
    x: ArrayLike,
    y: ArrayLike,
    names: tuple[str, str] = ("x", "y"),
    starts: Mapping[str, float] | None = None,
) -> Experiment:
    """A curve fit of the model ``text`` to measurements ``x (N,)`` and ``y (N,)``.

    Coefficients that ``starts`` does not name begin where a good fit can be reached. Up to two of them give the whole
    landscape, of more the first two are on the axes.

    Raises:
        FormulaError: with its column, where the model cannot be read.
        ValueError: where the measurements do not fit.

    """
    problem = CurveFitProblem(text, read_only(x), read_only(y), *names)
    fit = CurveFit(text, problem.x, problem.y)
    start = given(_start(fit, dict(starts or {})))
    chosen = (
        optimizers.gradient_descent(_rate(fit, np.asarray(start.given))),
        optimizers.gauss_newton(line_search="backtracking"),
        optimizers.levenberg_marquardt(),
    )
    # Coefficients differ by powers of ten, and directions in all of them would show the largest alone: axes are coefficients.
    plane = PlaneRecipe("parameters" if fit.dimension <= 2 else "weights", start)
    return Experiment(problem, (start,), chosen, FIT_STEPS, plane, title=f"{names[1]} = {text}")


def _start(fit: CurveFit, known: dict[str, float]) -> Array:
    if all(name in known for name in fit.names):
        return np.array([known[name] for name in fit.names])
    return np.array([known.get(name, guess) for name, guess in zip(fit.names, guessed_start(fit), strict=True)])


def _rate(fit: CurveFit, start: Array) -> float:
    """The largest of some rates below 2/λmax with which descent only falls, with one digit; 0.01 where there is none.

    The bound at the start is not enough: a valley may be more curved further down.
    """
    with np.errstate(all="ignore"):
        hessian = fit.hessian(start)
    largest = float(np.linalg.eigvalsh(hessian)[-1]) if np.isfinite(hessian).all() else 0.0
    if not 0.0 < largest < np.inf:
        return 0.01
    rates = [float(f"{share / largest:.0e}") for share in SHARES]
    runs = descend(fit, start, [optimizers.gradient_descent(rate) for rate in rates], FIT_STEPS)
    falls = (np.diff(runs.values, axis=0) <= 0).all(axis=0)
    return rates[int(np.argmax(falls))] if falls.any() else rates[-1]
