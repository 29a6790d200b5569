"""One objective of every kind, small, each with points where it is smooth."""

from dataclasses import dataclass

import numpy as np

import engine
from engine.objective import Objective


@dataclass(frozen=True, eq=False)
class Case:
    objective: Objective
    points: np.ndarray
    """(2, 3, P)"""


def _network(layers, *settings, **more):
    random = np.random.default_rng(0)
    inputs = random.normal(size=(9, layers[0]))
    targets = random.integers(0, max(2, layers[-1]), 9)
    return engine.Network(layers, *settings, **more).objective(
        engine.Dataset(inputs, targets, classes=max(2, layers[-1]))
    )


def _restricted():
    whole = _network((2, 3, 2), "tanh", l2=0.1)
    axes = np.random.default_rng(1).normal(size=(3, whole.dimension))
    return whole.restrict(engine.Plane(axes[0], 3.0 * axes[1], axes[2] + axes[1]))  # skew, and of unequal lengths


MAKE = {
    "network": lambda: _network((3, 4, 2), "tanh"),
    "deep network": lambda: _network((3, 4, 3, 2), "sigmoid", "identity", "cross_entropy", l1=0.01, l2=0.1),
    "one output": lambda: _network((3, 2, 1), "softplus", "identity", "binary_cross_entropy"),
    "no hidden layer": lambda: _network((3, 2)),
    "formula": lambda: engine.Formula("himmelblau"),
    "typed": lambda: engine.Formula.parse("sin(x)*exp(y/3) + x^2"),
    "curve": lambda: engine.Formula("double_well"),
    "curve fit": lambda: engine.CurveFit("a*exp(-b*x) + c", np.linspace(0, 3, 8), np.linspace(2, 1, 8) ** 2),
    "restriction": _restricted,
    "batch": lambda: _network((3, 4, 2), "tanh").minibatch(np.array([1, 4, 4])),
}


def case(name):
    objective = MAKE[name]()
    return Case(objective, 0.6 * np.random.default_rng(7).normal(size=(2, 3, objective.dimension)))
