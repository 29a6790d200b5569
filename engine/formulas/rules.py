"""How each operation of a formula continues values to derivatives: one rule per symbol, on terms of a tape.

Integer powers are products (binary exponentiation), so that x² and its derivatives are right where x is negative or zero. At
a kink the derivative is the subgradient 0: abs and relu have slope and curvature 0 where their argument is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from engine.formulas import jets
from engine.formulas.functions import FUNCTIONS
from engine.formulas.jets import Jet
from engine.formulas.tape import Term

Rule: TypeAlias = Callable[..., Jet[Term]]

LARGEST_INTEGER_POWER = 64
"""Integer exponents up to this size are computed as products."""


@dataclass(frozen=True)
class Slopes:
    """A function f of one argument u: ``slope(u, f)`` and ``curvature(u, f, slope)``; None: zero everywhere."""

    slope: Callable[[Term, Term], Term]
    curvature: Callable[[Term, Term, Term], Term] | None


SLOPES: Mapping[str, Slopes] = MappingProxyType(
    {
        "sin": Slopes(lambda u, f: u.of("cos"), lambda u, f, s: -f),
        "cos": Slopes(lambda u, f: -u.of("sin"), lambda u, f, s: -f),
        "tan": Slopes(lambda u, f: 1.0 + f * f, lambda u, f, s: 2.0 * f * s),
        "exp": Slopes(lambda u, f: f, lambda u, f, s: f),
        "log": Slopes(lambda u, f: 1.0 / u, lambda u, f, s: -s * s),
        "sqrt": Slopes(lambda u, f: 0.5 / f, lambda u, f, s: -0.5 * s / u),
        "tanh": Slopes(lambda u, f: 4.0 * (2.0 * u).of("bell"), lambda u, f, s: -2.0 * f * s),
        "abs": Slopes(lambda u, f: u.of("sign"), None),
        "sigmoid": Slopes(lambda u, f: u.of("bell"), lambda u, f, s: -s * (0.5 * u).of("tanh")),
        "relu": Slopes(lambda u, f: u.of("step"), None),
    }
)


def _function(name: str) -> Rule:
    of = SLOPES[name]

    def rule(order: int, value: Term, u: Jet[Term]) -> Jet[Term]:
        if not u.first:
            return Jet(value)
        slope = of.slope(u.value, value)
        bend = None if of.curvature is None or order < 2 else of.curvature(u.value, value, slope)
        return jets.chain(order, value, u, slope, bend, tame=name == "sqrt")

    return rule


def integer_power(order: int, u: Jet[Term], exponent: int) -> Jet[Term]:
    """The jet of u^exponent, by products."""
    value = product_power(u.value, exponent)
    if not u.first:
        return Jet(value)
    slope = exponent * product_power(u.value, exponent - 1)
    bend = exponent * (exponent - 1) * product_power(u.value, exponent - 2) if order > 1 else None
    return jets.chain(order, value, u, slope, bend)


def product_power(base: Term, exponent: int) -> Term:
    """``base`` to an integer power by repeated multiplication; 0⁰ is 1."""
    if exponent < 0:
        return 1.0 / product_power(base, -exponent)
    result: Term | None = None
    square = base
    while exponent:
        if exponent & 1:
            result = square if result is None else result * square
        exponent >>= 1
        square = square * square if exponent else square
    return base.tape.number(1.0) if result is None else result


def real_power(order: int, u: Jet[Term], exponent: float) -> Jet[Term]:
    """The jet of u^exponent for a fixed exponent that is no small integer; not a number where u < 0."""

    def power(number: float) -> Term:
        return u.value.of("^", u.value.tape.number(number))

    value = power(exponent)
    if not u.first:
        return Jet(value)
    bend = exponent * (exponent - 1) * power(exponent - 2) if order > 1 else None
    return jets.chain(order, value, u, exponent * power(exponent - 1), bend, tame=True)


def _power(order: int, value: Term, u: Jet[Term], v: Jet[Term]) -> Jet[Term]:
    """The jet of u^v where both may vary: f_u = v·u^(v−1), f_v = u^v·log u and their derivatives."""
    base, exponent = u.value, v.value

    def scaled(factor: Term, power: Term) -> Term:
        return factor.of("tame power", base, power)

    partials = (
        lambda: scaled(exponent, exponent - 1.0),
        lambda: value * base.of("tame log"),
        lambda: scaled(exponent * (exponent - 1.0), exponent - 2.0),
        lambda: scaled(1.0 + exponent * base.of("tame log"), exponent - 1.0),
        lambda: value * base.of("tame log") * base.of("tame log"),
    )
    return jets.chain_two(order, value, u, v, partials)


def _larger(order: int, value: Term, a: Jet[Term], b: Jet[Term]) -> Jet[Term]:
    return jets.larger(order, value, a, b, a, b)


def _smaller(order: int, value: Term, a: Jet[Term], b: Jet[Term]) -> Jet[Term]:
    return jets.larger(order, value, b, a, a, b)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "+": jets.add,
        "-": jets.subtract,
        "*": jets.multiply,
        "/": jets.divide,
        "^": _power,
        "max": _larger,
        "min": _smaller,
        "negative": jets.negative,
        **{name: _function(name) for name in FUNCTIONS},
    }
)
