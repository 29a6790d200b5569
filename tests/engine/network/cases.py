"""Small networks and data that the tests of this folder share."""

from dataclasses import dataclass

import numpy as np

from engine.network import Network, NetworkObjective


@dataclass(frozen=True, eq=False)
class Examples:
    inputs: np.ndarray
    targets: np.ndarray


XOR = Examples(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0]))
PLATEAU = Network((2, 2, 2), output="sigmoid")

# loss, output function, width of the last layer
LOSSES = (
    ("squared_error", "identity", 3),
    ("squared_error", "sigmoid", 2),
    ("squared_error", "identity", 1),
    ("cross_entropy", "identity", 3),
    ("cross_entropy", "identity", 2),
    ("binary_cross_entropy", "identity", 1),
    ("huber", "identity", 2),
    ("huber", "sigmoid", 1),
)
HIDDEN = ((), (3,), (4, 2, 3))


def classes(count=11, features=2, kinds=2, seed=0):
    random = np.random.default_rng(seed)
    return Examples(random.normal(size=(count, features)), random.integers(0, kinds, count))


def objective(
    layers, activation="tanh", output="identity", loss="squared_error", count=11, **settings
) -> NetworkObjective:
    net = Network(layers, activation, output, loss, **settings)
    return net.objective(classes(count, layers[0], max(2, layers[-1])))


def point(of: NetworkObjective, seed=1, runs=None):
    size = of.dimension if runs is None else (runs, of.dimension)
    return np.random.default_rng(seed).normal(size=size) * 0.7


def central_differences(function, at, step=6e-6):
    """The derivative of ``function`` (a number or an array) in each parameter, along a new first axis."""
    return np.array(
        [(function(at + step * unit) - function(at - step * unit)) / (2 * step) for unit in np.eye(at.size)]
    )
