"""The problems that an experiment can be about, as frozen descriptions, and what they become when they are assembled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.arrays import Array, read_only
from engine.datasets import Dataset, DatasetRecipe
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
    if isinstance(problem, FormulaProblem):
        from engine.formulas import Formula

        constants = dict(problem.constants)
        formula = Formula(problem.name, constants) if problem.name else Formula.parse(problem.text, constants)
        return Assembled(formula)
    if isinstance(problem, CurveFitProblem):
        from engine.curve_fit import CurveFit

        return Assembled(CurveFit(problem.text, problem.x, problem.y))
    return _assemble_network(problem, problem.data.load())


def _assemble_network(problem: NetworkProblem, data: Dataset) -> Assembled:
    network = Network(
        layers=(data.inputs.shape[1], *problem.hidden, outputs_of(problem, data)),
        activation=problem.activation,
        output=problem.output,
        loss=problem.loss,
        l1=problem.l1,
        l2=problem.l2,
        steepness=problem.steepness,
    )

    def on(part: object) -> Objective | None:
        return network.objective(part) if len(part) else None  # type: ignore[arg-type]

    return Assembled(network.objective(data.train), on(data.validation), on(data.test), network, data)


def outputs_of(problem: NetworkProblem, data: Dataset) -> int:
    """How many output units the loss asks for: one, or one a class, or one a target column."""
    columns = data.classes if data.classes is not None else int(np.atleast_2d(data.targets.T).shape[0])
    return loss_named(problem.loss).width(columns)
