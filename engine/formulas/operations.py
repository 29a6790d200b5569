"""What a program can do in one instruction: the value of an operation, in place where possible, and its jet.

Integer powers are products (binary exponentiation), so that x² and its derivatives are right where x is negative or zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array
from engine.formulas import jets
from engine.formulas.functions import FUNCTIONS
from engine.formulas.jets import Jet

LARGEST_INTEGER_POWER = 64
"""Integer exponents up to this size are computed as products."""


@dataclass(frozen=True)
class Action:
    """One operation: ``value(arguments, out)`` may write into ``out``; ``jet(order, *arguments)``."""

    symbol: str
    value: Callable[[list[Array], Array | None], Array]
    jet: Callable[..., Jet]


def _function(name: str) -> Action:
    function = FUNCTIONS[name]

    def jet(order: int, u: Jet) -> Jet:
        value = function.value(u.value, None)
        if not u.first:
            return Jet(value)
        slope, bend = function.slope(u.value, value), function.curvature
        curvature = None if bend is None else lambda: bend(u.value, value, slope)
        return jets.chain(order, u, value, slope, curvature, tame=name == "sqrt")

    return Action(name, lambda arguments, out: function.value(arguments[0], out), jet)


def integer_power(base: Array, exponent: int) -> Array:
    """``base`` to an integer power by repeated multiplication; 0⁰ is 1."""
    if exponent < 0:
        return np.asarray(1.0 / integer_power(base, -exponent))
    result: Array | None = None
    square = base
    while exponent:
        if exponent & 1:
            result = square if result is None else result * square
        exponent >>= 1
        square = square * square if exponent else square
    return np.ones_like(base) if result is None else result


def to_integer(exponent: int) -> Action:
    """The action u ↦ u^exponent, by products."""

    def value(arguments: list[Array], out: Array | None) -> Array:
        if exponent == 2:
            return np.multiply(arguments[0], arguments[0], out=out)
        return integer_power(arguments[0], exponent)

    def jet(order: int, u: Jet) -> Jet:
        slope = exponent * integer_power(u.value, exponent - 1)
        return jets.chain(order, u, integer_power(u.value, exponent), slope, curvature=lambda: bend(u.value))

    def bend(u: Array) -> Array:
        return np.asarray(exponent * (exponent - 1) * integer_power(u, exponent - 2))

    return Action(f"^{exponent}", value, jet)


def to_real(exponent: float) -> Action:
    """The action u ↦ u^exponent for a fixed exponent that is no small integer; not a number where u < 0."""

    def jet(order: int, u: Jet) -> Jet:
        slope = exponent * np.power(u.value, exponent - 1)
        value = np.power(u.value, exponent)
        return jets.chain(order, u, value, slope, curvature=lambda: bend(u.value), tame=True)

    def bend(u: Array) -> Array:
        return np.asarray(exponent * (exponent - 1) * np.power(u, exponent - 2))

    return Action(f"^{exponent!r}", lambda arguments, out: np.power(arguments[0], exponent, out=out), jet)


def _power_jet(order: int, u: Jet, v: Jet) -> Jet:
    """The jet of u^v where both may vary: f_u = v·u^(v−1), f_v = u^v·log u and their derivatives."""
    base, exponent = u.value, v.value
    value = np.power(base, exponent)
    # u^v·log u tends to 0 as u → 0 for v > 0: the logarithm's −∞ must not turn that into NaN.
    logarithm = np.where(base == 0, 0.0, np.log(np.where(base == 0, 1.0, base)))

    def scaled(factor: Array, power: Array) -> Array:
        return np.where(factor == 0, 0.0, factor * np.power(base, power))

    partials = (
        lambda: scaled(exponent, exponent - 1),
        lambda: value * logarithm,
        lambda: scaled(exponent * (exponent - 1), exponent - 2),
        lambda: scaled(1.0 + exponent * logarithm, exponent - 1),
        lambda: value * logarithm * logarithm,
    )
    return jets.chain_two(order, u, v, value, partials)


def _maximum_jet(order: int, a: Jet, b: Jet) -> Jet:
    return jets.select(order, np.maximum(a.value, b.value), a, b, a.value > b.value, b.value > a.value)


def _minimum_jet(order: int, a: Jet, b: Jet) -> Jet:
    return jets.select(order, np.minimum(a.value, b.value), a, b, a.value < b.value, b.value < a.value)


def _binary(symbol: str, ufunc: np.ufunc, jet: Callable[..., Jet]) -> Action:
    return Action(symbol, lambda arguments, out: ufunc(arguments[0], arguments[1], out=out), jet)


ACTIONS: dict[str, Action] = {
    "+": _binary("+", np.add, jets.add),
    "-": _binary("-", np.subtract, jets.subtract),
    "*": _binary("*", np.multiply, jets.multiply),
    "/": _binary("/", np.divide, jets.divide),
    "^": _binary("^", np.power, _power_jet),
    "min": _binary("min", np.minimum, _minimum_jet),
    "max": _binary("max", np.maximum, _maximum_jet),
    "negative": Action("negative", lambda arguments, out: np.negative(arguments[0], out=out), jets.negative),
} | {name: _function(name) for name in FUNCTIONS}
