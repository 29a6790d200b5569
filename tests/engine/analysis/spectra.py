"""Symmetric matrices of known eigenvalues, and small networks, for the tests of curvature."""

import numpy as np

from engine.datasets import load
from engine.network import Network
from tests.engine.analysis.functions import Quadratic


def rotated(eigenvalues, seed=0):
    """A matrix that has them, in directions that are no parameter's."""
    size = len(eigenvalues)
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]
    matrix = (basis * np.asarray(eigenvalues, dtype=float)) @ basis.T
    return (matrix + matrix.T) / 2


def bowl(eigenvalues, slope=None, constant=0.0, seed=0):
    """The quadratic objective of such a matrix."""
    return Quadratic(rotated(eigenvalues, seed), slope, constant)


def moons(hidden=(8, 8), loss="cross_entropy", activation="tanh"):
    """A network of two inputs and outputs, and the weights that it starts from."""
    output = "identity" if loss == "cross_entropy" else "sigmoid"
    network = Network((2, *hidden, 2), activation, output, loss)
    return network.objective(load("moons")), network.initialize(seed=0)


def part_of(directions, gradient, matrix, power):
    """gᵀHᵖg twice: from what was found along the eigenvectors, and by itself."""
    vector = gradient
    for _ in range(power):
        vector = matrix @ vector
    return float(np.sum(directions[1] ** 2 * directions[0] ** power)), float(gradient @ vector)
