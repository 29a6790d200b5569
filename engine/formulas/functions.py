"""The functions that a formula may use, and those that only its derivatives need, on arrays that broadcast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from engine.arrays import Array


def sigmoid(u: Array) -> Array:
    """1 / (1 + exp(−u)), accurate in both tails."""
    z = np.exp(-np.abs(u))
    return np.asarray(np.where(u >= 0, 1.0, z) / (1.0 + z))


def relu(u: Array) -> Array:
    """The larger of u and 0."""
    return np.asarray(np.maximum(u, 0.0))


def step(u: Array) -> Array:
    """The slope of :func:`relu`: 1 where u > 0, else 0, at the kink, too."""
    return np.asarray(np.heaviside(u, 0.0))


def bell(u: Array) -> Array:
    """The sigmoid's slope from z = exp(−|u|): s(1 − s) would lose its digits where s is nearly 1."""
    z = np.exp(-np.abs(u))
    return np.asarray(z / (1.0 + z) ** 2)


def winner(u: Array, v: Array, of_u: Array, of_v: Array) -> Array:
    """The derivative of max(u, v): that of the larger; at a tie what both agree on, and 0 where they differ (a kink)."""
    tied = np.where(of_u == of_v, of_u, 0.0)
    return np.where(u > v, of_u, np.where(v > u, of_v, tied))


def tamed(factor: Array, value: Array, slope: Array, bend: Array, *moves: Array) -> Array:
    """``factor``, a derivative of f(u); 0 where f is finite but steeper than any number and u does not move.

    That is the tip of √(x² + y²). ``moves`` are the derivatives of u.
    """
    still = np.isfinite(value) & ~(np.isfinite(slope) & np.isfinite(bend))
    for move in moves:
        still = still & (move == 0)
    return np.where(still, 0.0, factor)


def tame_log(u: Array) -> Array:
    """Log u, and 0 where u is 0: u^v·log u tends to 0 there for v > 0, the logarithm's −∞ must not turn that into NaN."""
    return np.where(u == 0, 0.0, np.log(np.where(u == 0, 1.0, u)))


def tame_power(factor: Array, base: Array, exponent: Array) -> Array:
    """``factor`` times base^exponent, 0 where ``factor`` is."""
    return np.where(factor == 0, 0.0, factor * np.power(base, exponent))


FUNCTIONS: Mapping[str, Callable[..., Array]] = MappingProxyType(
    {
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "exp": np.exp,
        "log": np.log,
        "sqrt": np.sqrt,
        "tanh": np.tanh,
        "abs": np.abs,
        "sigmoid": sigmoid,
        "relu": relu,
    }
)
"""The functions of one argument, by the names under which they are typed."""

PRIMITIVES: Mapping[str, Callable[..., Array]] = MappingProxyType(
    {
        **FUNCTIONS,
        "+": np.add,
        "-": np.subtract,
        "*": np.multiply,
        "/": np.divide,
        "^": np.power,
        "negative": np.negative,
        "min": np.minimum,
        "max": np.maximum,
        "sign": np.sign,
        "step": step,
        "bell": bell,
        "winner": winner,
        "tamed": tamed,
        "tame log": tame_log,
        "tame power": tame_power,
    }
)
"""What one step of a compiled formula can do."""

TOTAL = frozenset(
    {"sin", "cos", "tan", "exp", "tanh", "abs", "sigmoid", "relu", "+", "-", "*", "negative", "min", "max"}
)
"""Finite arguments give a number, but for overflow; others (a logarithm, a quotient) may have no value."""

ARITIES: dict[str, tuple[int, int]] = dict.fromkeys(FUNCTIONS, (1, 1)) | {"min": (2, 20), "max": (2, 20)}
"""Each function's smallest and largest number of arguments."""

CONSTANTS = {"pi": float(np.pi), "e": float(np.e)}
"""Names that always mean a number."""
