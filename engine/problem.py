"""The problems that an experiment can be about, as frozen descriptions, and what they become when they are assembled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.arrays import Array, read_only
from engine.datasets import Dataset, DatasetRecipe, FileCache
from engine.datasets.loading import dataset_of
from engine.job import Job, Pieces, between, drain, job_of
from engine.network import Network, loss_named
from engine.objective import Objective


@dataclass(frozen=True)
class FormulaProblem:
    """A function of one or two parameters: a named one, or ``text`` as typed (then ``name`` is empty)."""

    name: str = ""
    text: str = ""
    constants: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class NetworkProblem:
    """A multilayer perceptron on a dataset; the widths of the first and last layer follow from the data and the loss."""

    data: DatasetRecipe
    hidden: tuple[int, ...] = (2,)
    activation: str = "sigmoid"
    output: str = "identity"
    loss: str = "squared_error"
    l1: float = 0.0
    l2: float = 0.0
    steepness: float = 1.0


@dataclass(frozen=True, eq=False)
class CurveFitProblem:
    """A typed model in x and a table of measurements ``(N,)``; a copy, so that nobody can change the problem afterwards."""

    text: str
    x: Array
    y: Array
    x_name: str = "x"
    y_name: str = "y"

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", read_only(self.x))
        object.__setattr__(self, "y", read_only(self.y))


Problem: TypeAlias = FormulaProblem | NetworkProblem | CurveFitProblem


@dataclass(frozen=True, eq=False)
class Assembled:
    """A problem made real: its objective and, for a network, what belongs to it."""

    objective: Objective
    validation: Objective | None = None
    test: Objective | None = None
    network: Network | None = None
    data: Dataset | None = None


def assemble(problem: Problem) -> Assembled:
    """Build the objective (loading or generating its data).

    Raises:
        ValueError: with a sentence for a person, where the description does not fit together.
        OSError: where a file cannot be read.

    >>> import engine
    >>> made = assemble(engine.NetworkProblem(engine.DatasetRecipe("moons"), hidden=(8,), loss="cross_entropy"))
    >>> made.network.layers, made.objective.dimension
    ((2, 8, 2), 42)

    """
    return drain(assemble_job(problem, FileCache(0)))


def assemble_job(problem: Problem, files: FileCache) -> Job[Assembled]:
    """Build the objective in pieces; what a file holds is taken from ``files``, where it has been read already.

    Raises:
        ValueError: with a sentence for a person, where the description does not fit together.

    >>> from engine.datasets import DatasetRecipe
    >>> job = assemble_job(NetworkProblem(DatasetRecipe("exclusive_or")), FileCache())
    >>> drain(job).objective.dimension
    12

    """
    return job_of(_made(problem, files))


def _made(problem: Problem, files: FileCache) -> Pieces[Assembled]:
    if isinstance(problem, NetworkProblem):
        data = yield from between(0.0, 0.8, dataset_of(problem.data, files))
        return (yield from between(0.8, 1.0, _network_made(problem, data)))
    if isinstance(problem, CurveFitProblem):
        from engine.curve_fit import CurveFit

        return Assembled(CurveFit(problem.text, problem.x, problem.y))
    from engine.formulas import Formula

    constants = dict(problem.constants)
    return Assembled(Formula(problem.name, constants) if problem.name else Formula.parse(problem.text, constants))


def _network_made(problem: NetworkProblem, data: Dataset) -> Pieces[Assembled]:
    network = Network(
        layers=(data.inputs.shape[1], *problem.hidden, outputs_of(problem, data)),
        activation=problem.activation,
        output=problem.output,
        loss=problem.loss,
        l1=problem.l1,
        l2=problem.l2,
        steepness=problem.steepness,
    )
    parts = yield from between(0.0, 0.6, data.parts_pieces())
    objectives: list[Objective | None] = []
    for part in parts:
        objectives.append(network.objective(part) if len(part) else None)
        yield 0.6 + 0.1 * len(objectives)
    train, validation, test = objectives
    assert train is not None
    return Assembled(train, validation, test, network, data)


def outputs_of(problem: NetworkProblem, data: Dataset) -> int:
    """How many output units the loss asks for: one, or one a class, or one a target column."""
    columns = data.classes if data.classes is not None else int(np.atleast_2d(data.targets.T).shape[0])
    return loss_named(problem.loss).width(columns)
