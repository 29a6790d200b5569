"""The functions that a formula may use, each with its value and first two derivatives.

At a kink the derivative is the subgradient 0: abs and relu have slope and curvature 0 where their argument is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array


@dataclass(frozen=True)
class Function:
    """A function of one argument u: ``value(u, out)``, ``slope(u, f)``, ``curvature(u, f, slope)``; None: zero everywhere."""

    value: Callable[[Array, Array | None], Array]
    slope: Callable[[Array, Array], Array]
    curvature: Callable[[Array, Array, Array], Array] | None


def sigmoid(u: Array, out: Array | None = None) -> Array:
    """1 / (1 + exp(−u)), accurate in both tails."""
    z = np.exp(-np.abs(u))
    return np.divide(np.where(u >= 0, 1.0, z), 1.0 + z, out=out)


def _bell(u: Array) -> Array:
    """The sigmoid's slope from z = exp(−|u|): s(1 − s) would lose its digits where s is nearly 1."""
    z = np.exp(-np.abs(u))
    return np.asarray(z / (1.0 + z) ** 2)


FUNCTIONS: dict[str, Function] = {
    "sin": Function(lambda u, out: np.sin(u, out=out), lambda u, f: np.cos(u), lambda u, f, s: -f),
    "cos": Function(lambda u, out: np.cos(u, out=out), lambda u, f: -np.sin(u), lambda u, f, s: -f),
    "tan": Function(lambda u, out: np.tan(u, out=out), lambda u, f: 1.0 + f * f, lambda u, f, s: 2.0 * f * s),
    "exp": Function(lambda u, out: np.exp(u, out=out), lambda u, f: f, lambda u, f, s: f),
    "log": Function(lambda u, out: np.log(u, out=out), lambda u, f: 1.0 / u, lambda u, f, s: -s * s),
    "sqrt": Function(lambda u, out: np.sqrt(u, out=out), lambda u, f: 0.5 / f, lambda u, f, s: -0.5 * s / u),
    "tanh": Function(
        lambda u, out: np.tanh(u, out=out), lambda u, f: 4.0 * _bell(2.0 * u), lambda u, f, s: -2.0 * f * s
    ),
    "abs": Function(lambda u, out: np.abs(u, out=out), lambda u, f: np.sign(u), None),
    "sigmoid": Function(sigmoid, lambda u, f: _bell(u), lambda u, f, s: -s * np.tanh(0.5 * u)),
    "relu": Function(lambda u, out: np.maximum(u, 0.0, out=out), lambda u, f: np.heaviside(u, 0.0), None),
}

ARITIES: dict[str, tuple[int, int]] = dict.fromkeys(FUNCTIONS, (1, 1)) | {"min": (2, 20), "max": (2, 20)}
"""Each function's smallest and largest number of arguments."""

CONSTANTS = {"pi": float(np.pi), "e": float(np.e)}
"""Names that always mean a number."""
