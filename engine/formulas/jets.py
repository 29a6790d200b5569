"""Second-order forward-mode differentiation: a value with its first and second derivatives.

The rules are those of truncated Taylor arithmetic (Griewank and Walther, *Evaluating Derivatives*, 2nd edition, chapter 13).
They are applied once, to terms on a tape, which is then run at any number of points. A derivative that is zero everywhere is
left out, so that ``(1 - x)^2`` costs nothing for y and ``0·∞`` does not arise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

import numpy as np

from engine.arrays import Array
from engine.formulas.tape import Term

K = TypeVar("K")
T = TypeVar("T")

First: TypeAlias = Mapping[int, Term]
Second: TypeAlias = Mapping[tuple[int, int], Term]

ZERO = np.zeros(())
ZERO.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Jet(Generic[T]):
    """f, ∂f/∂i by i, ∂²f/∂i∂j by (i, j) with i ≤ j: terms, or arrays that broadcast against each other."""

    value: T
    first: Mapping[int, T] = field(default_factory=dict)
    second: Mapping[tuple[int, int], T] = field(default_factory=dict)


def add(order: int, value: Term, a: Jet[Term], b: Jet[Term]) -> Jet[Term]:
    """The jet of a + b, up to derivatives of ``order`` 0, 1 or 2, as in all rules that follow."""
    return Jet(value, _sum(a.first, b.first), _sum(a.second, b.second))


def negative(order: int, value: Term, a: Jet[Term]) -> Jet[Term]:
    """The jet of −a."""
    return Jet(value, _negative(a.first), _negative(a.second))


def subtract(order: int, value: Term, a: Jet[Term], b: Jet[Term]) -> Jet[Term]:
    """The jet of a − b."""
    return Jet(value, _sum(a.first, _negative(b.first)), _sum(a.second, _negative(b.second)))


def multiply(order: int, value: Term, a: Jet[Term], b: Jet[Term]) -> Jet[Term]:
    """The jet of a·b."""
    first = _sum(_scaled(b.value, a.first), _scaled(a.value, b.first))
    if order < 2:
        return Jet(value, first)
    second = _sum(_scaled(b.value, a.second), _scaled(a.value, b.second))
    return Jet(value, first, _sum(second, _cross(a.first, b.first)))


def divide(order: int, value: Term, a: Jet[Term], b: Jet[Term]) -> Jet[Term]:
    """The jet of q = a/b, from a = q·b: b·qᵢ = aᵢ − q·bᵢ and b·qᵢⱼ = aᵢⱼ − qᵢ·bⱼ − qⱼ·bᵢ − q·bᵢⱼ."""
    first = _over(_sum(a.first, _scaled(-value, b.first)), b.value)
    if order < 2:
        return Jet(value, first)
    rest = _sum(_sum(a.second, _negative(_cross(first, b.first))), _scaled(-value, b.second))
    return Jet(value, first, _over(rest, b.value))


def chain(order: int, value: Term, u: Jet[Term], slope: Term, bend: Term | None, tame: bool = False) -> Jet[Term]:
    """The jet of f(u): f′·uᵢ and f″·uᵢ·uⱼ + f′·uᵢⱼ; ``bend`` None: f″ is zero everywhere.

    ``tame``: where f is finite but steeper than any number, and u does not move, both are 0: the tip of √(x² + y²).
    """
    curved = bend if order > 1 else None
    if tame and all(move.slot is not None for move in u.first.values()):
        why = (value, slope, value.tape.number(0.0) if curved is None else curved, *u.first.values())
        slope, curved = slope.of("tamed", *why), None if curved is None else curved.of("tamed", *why)
    first = _scaled(slope, u.first)
    if order < 2:
        return Jet(value, first)
    second = _scaled(slope, u.second)
    return Jet(value, first, second if curved is None else _sum(second, _scaled(curved, _squares(u.first))))


def chain_two(
    order: int, value: Term, u: Jet[Term], v: Jet[Term], partials: tuple[Callable[[], Term], ...]
) -> Jet[Term]:
    """The jet of f(u, v) from its ``partials`` f_u, f_v, f_uu, f_uv, f_vv, each asked for only where it is needed."""
    f_u, f_v, f_uu, f_uv, f_vv = partials
    first: First = _scaled(f_u(), u.first) if u.first else {}
    first = _sum(first, _scaled(f_v(), v.first)) if v.first else first
    if order < 2:
        return Jet(value, first)
    second: Second = {}
    if u.first:
        second = _sum(_scaled(f_u(), u.second), _scaled(f_uu(), _squares(u.first)))
    if v.first:
        second = _sum(second, _sum(_scaled(f_v(), v.second), _scaled(f_vv(), _squares(v.first))))
    if u.first and v.first:
        second = _sum(second, _scaled(f_uv(), _cross(u.first, v.first)))
    return Jet(value, first, second)


def larger(order: int, value: Term, u: Jet[Term], v: Jet[Term], a: Jet[Term], b: Jet[Term]) -> Jet[Term]:
    """The jet of a where u is larger and of b where v is; at a tie what both agree on, and 0 where they differ (a kink)."""
    zero = value.tape.number(0.0)

    def picked(of_a: Mapping[K, Term], of_b: Mapping[K, Term]) -> dict[K, Term]:
        keys = {**of_a, **of_b}
        return {k: u.value.of("winner", v.value, of_a.get(k, zero), of_b.get(k, zero)) for k in keys}

    return Jet(value, picked(a.first, b.first), picked(a.second, b.second))


def _nonzero(derivatives: dict[K, Term]) -> dict[K, Term]:
    return {key: derivative for key, derivative in derivatives.items() if not derivative.is_zero}


def _scaled(factor: Term, derivatives: Mapping[K, Term]) -> dict[K, Term]:
    return _nonzero({key: factor * derivative for key, derivative in derivatives.items()})


def _over(derivatives: Mapping[K, Term], divisor: Term) -> dict[K, Term]:
    return {key: derivative / divisor for key, derivative in derivatives.items()}


def _negative(derivatives: Mapping[K, Term]) -> dict[K, Term]:
    return {key: -derivative for key, derivative in derivatives.items()}


def _sum(a: Mapping[K, Term], b: Mapping[K, Term]) -> dict[K, Term]:
    total = dict(a)
    for key, derivative in b.items():
        total[key] = total[key] + derivative if key in total else derivative
    return _nonzero(total)


def _squares(first: First) -> dict[tuple[int, int], Term]:
    """uᵢ·uⱼ for i ≤ j."""
    return {(i, j): di * dj for i, di in first.items() for j, dj in first.items() if i <= j}


def _cross(a: First, b: First) -> dict[tuple[int, int], Term]:
    """aᵢ·bⱼ + aⱼ·bᵢ for i ≤ j."""
    total: dict[tuple[int, int], Term] = {}
    for i, di in a.items():
        for j, dj in b.items():
            key, term = (min(i, j), max(i, j)), di * dj
            term = 2.0 * term if i == j else term
            total[key] = total[key] + term if key in total else term
    return _nonzero(total)


def gradient(jet: Jet[Array], values: Array, dimension: int) -> Array:
    """The first derivatives as ``(..., P)``; NaN where ``values (...)`` is NaN: no value, no slope."""
    result = np.empty((*values.shape, dimension))
    for index in range(dimension):
        result[..., index] = jet.first.get(index, ZERO)
    return _with_gaps(result, values)


def hessian(jet: Jet[Array], values: Array, dimension: int) -> Array:
    """The second derivatives as ``(..., P, P)``, symmetric; NaN where ``values (...)`` is NaN."""
    result = np.empty((*values.shape, dimension, dimension))
    for i in range(dimension):
        for j in range(i, dimension):
            result[..., i, j] = result[..., j, i] = jet.second.get((i, j), ZERO)
    return _with_gaps(result, values)


def _with_gaps(result: Array, values: Array) -> Array:
    largest = np.maximum.reduce(values, axis=None, initial=-np.inf)  # the quickest way to see whether there is a NaN
    if largest != largest:
        result[np.isnan(values)] = np.nan
    return result
