"""The problems that several of the lectures' experiments share: the exclusive-or plateau, two moons, digits, a noisy bowl."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from engine import optimizers
from engine.arrays import Array, read_only
from engine.catalogue import example
from engine.datasets import Dataset, DatasetRecipe, load
from engine.descent import descend
from engine.experiment import Experiment
from engine.formulas import NAMED
from engine.network import Network
from engine.network.objective import NetworkObjective
from engine.optimizers import Optimizer
from engine.plane_recipe import PlaneRecipe
from engine.problem import FormulaProblem, NetworkProblem
from engine.start import Start, given


@dataclass(frozen=True, eq=False)
class Task:
    """A network, its loss on the train part of its data, and the data."""

    network: Network
    loss: NetworkObjective
    data: Dataset

    def starts(self, count: int) -> Array:
        """Xavier starts ``(count, P)``, with the seeds from 0 on."""
        return np.stack([self.network.initialize(seed=seed) for seed in range(count)])


def task(network: Network, data: Dataset) -> Task:
    """The task of learning the train part of ``data``."""
    return Task(network, network.objective(data), data)


def exclusive_or() -> Task:
    """The plateau: four points of {0, 1}², 2-2-2 with sigmoid hidden units and outputs, squared error."""
    return task(Network((2, 2, 2), "sigmoid", "sigmoid", "squared_error"), load("exclusive_or"))


def solving_exclusive_or(width: int, activation: str) -> Task:
    """Exclusive-or with cross-entropy, which descent solves or not, depending on the start."""
    return task(Network((2, width, 2), activation, "identity", "cross_entropy"), load("exclusive_or"))


def moons(activation: str = "tanh", size: int | None = None, noise: float | None = None) -> Task:
    """Two moons with 2-8-8-2 and cross-entropy: 114 parameters."""
    network = Network((2, 8, 8, 2), activation, "identity", "cross_entropy")
    return task(network, load("moons", size=size, noise=noise))


def digits(loss: str = "cross_entropy") -> Task:
    """The 8×8 digits with 64-16-16-10: tanh and cross-entropy, or the lecture's sigmoids and squared error."""
    squared = loss == "squared_error"
    network = Network((64, 16, 16, 10), "sigmoid" if squared else "tanh", "sigmoid" if squared else "identity", loss)
    return task(network, load("digits"))


@cache
def trained_digits() -> Array:
    """Weights ``(1482,)`` of :func:`digits` after 40 epochs of momentum in batches of 100; kept, as three claims use them."""
    learner = digits()
    rate = optimizers.momentum(0.1, 0.9)
    runs = descend(learner.loss, learner.network.initialize(seed=0), [rate], 440, 100, monitor_every=440)
    return read_only(runs.points[-1, 0])


def noisy_bowl(examples: int = 40_000) -> NetworkObjective:
    """The unit bowl under unit noise: mean of ½(b − yₙ)², with targets of mean 0 and variance 1.

    A network of one input that is always 0: its weight has no gradient, and its bias b is the parameter of a bowl of
    curvature 1. The gradient of one example is b − yₙ. Parameters ``(w, b)``.
    """
    targets = np.random.default_rng(0).standard_normal(examples)
    targets = (targets - targets.mean()) / targets.std()
    data = Dataset(np.zeros((examples, 1)), targets)
    return Network((1, 1), "linear", "identity", "squared_error").objective(data)


# Experiments to open in the window


def opened(name: str) -> Callable[[], Experiment]:
    """The catalogue's experiment of this name."""
    return example(name).make


def on_formula(
    name: str,
    starts: Sequence[ArrayLike],
    chosen: Sequence[Optimizer],
    steps: int | None = None,
    constants: tuple[tuple[str, float], ...] = (),
) -> Callable[[], Experiment]:
    """An experiment on a named formula with its own starts and optimizers."""
    entry = NAMED[name]

    def make() -> Experiment:
        problem = FormulaProblem(name, constants=constants)
        placed = tuple(given(read_only(start)) for start in starts)
        return Experiment(problem, placed, tuple(chosen), steps or entry.steps, title=entry.title)

    return make


def on_network(
    problem: NetworkProblem,
    chosen: Sequence[Optimizer],
    steps: int,
    title: str,
    batch_size: int | None = None,
    seeds: Sequence[int] = (0,),
) -> Callable[[], Experiment]:
    """An experiment on a network, on the plane through the first start and the ends of its first two runs."""

    def make() -> Experiment:
        starts = tuple(Start("xavier", seed=seed) for seed in seeds)
        pair = tuple(chosen[:2])
        plane = PlaneRecipe("through_ends", starts[0], pair, steps, batch_size)
        if len(pair) < 2:
            plane = PlaneRecipe("filter_normalized", start=starts[0])
        return Experiment(problem, starts, tuple(chosen), steps, plane, batch_size, title=title)

    return make


def recipe(
    name: str, size: int | None = None, noise: float | None = None, split: tuple[float, float] | None = None
) -> DatasetRecipe:
    """The recipe of a dataset of the table."""
    return DatasetRecipe(name, size=size, noise=noise, split=split)
