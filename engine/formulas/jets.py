"""Second-order forward-mode differentiation: a value with its first and second derivatives, at many points at once.

The rules are those of truncated Taylor arithmetic (Griewank and Walther, *Evaluating Derivatives*, 2nd edition, chapter 13).
A derivative that is zero everywhere is left out, so that ``(1 - x)^2`` costs nothing for y and ``0·∞`` does not arise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import numpy as np

from engine.arrays import Array, Mask

First: TypeAlias = Mapping[int, Array]
Second: TypeAlias = Mapping[tuple[int, int], Array]

K = TypeVar("K")

ZERO = np.zeros(())
ZERO.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Jet:
    """Arrays that broadcast against each other: f, ∂f/∂i by i, ∂²f/∂i∂j by (i, j) with i ≤ j."""

    value: Array
    first: First = field(default_factory=dict)
    second: Second = field(default_factory=dict)


def variable(value: Array, index: int) -> Jet:
    """The parameter ``index`` itself."""
    return Jet(value, {index: np.ones(())})


def add(order: int, a: Jet, b: Jet) -> Jet:
    """The jet of a + b, up to derivatives of ``order`` 1 or 2."""
    return Jet(a.value + b.value, _sum(a.first, b.first), _sum(a.second, b.second))


def negative(order: int, a: Jet) -> Jet:
    """The jet of −a."""
    return Jet(-a.value, {i: -d for i, d in a.first.items()}, {k: -d for k, d in a.second.items()})


def subtract(order: int, a: Jet, b: Jet) -> Jet:
    """The jet of a − b."""
    return Jet(a.value - b.value, _difference(a.first, b.first), _difference(a.second, b.second))


def multiply(order: int, a: Jet, b: Jet) -> Jet:
    """The jet of a·b."""
    first = _sum(_scaled(b.value, a.first), _scaled(a.value, b.first))
    if order < 2:
        return Jet(a.value * b.value, first)
    second = _sum(_scaled(b.value, a.second), _scaled(a.value, b.second))
    return Jet(a.value * b.value, first, _sum(second, _cross(a.first, b.first)))


def divide(order: int, a: Jet, b: Jet) -> Jet:
    """The jet of q = a/b, from a = q·b: b·qᵢ = aᵢ − q·bᵢ and b·qᵢⱼ = aᵢⱼ − qᵢ·bⱼ − qⱼ·bᵢ − q·bᵢⱼ."""
    quotient = a.value / b.value
    first = {i: d / b.value for i, d in _difference(a.first, _scaled(quotient, b.first)).items()}
    if order < 2:
        return Jet(quotient, first)
    rest = _difference(_difference(a.second, _cross(first, b.first)), _scaled(quotient, b.second))
    return Jet(quotient, first, {k: d / b.value for k, d in rest.items()})


def chain(
    order: int, u: Jet, value: Array, slope: Array, curvature: Callable[[], Array] | None, tame: bool = False
) -> Jet:
    """The jet of f(u): f′·uᵢ and f″·uᵢ·uⱼ + f′·uᵢⱼ; ``curvature`` is asked for only when it is needed.

    ``tame``: where f is finite but steeper than any number, and u does not move, both are 0: the tip of √(x² + y²).
    """
    bend = curvature() if curvature is not None and order > 1 else ZERO
    if tame:
        still = _still(u, value, slope, bend)
        slope, bend = np.where(still, 0.0, slope), np.where(still, 0.0, bend)
    first = _scaled(slope, u.first)
    if order < 2:
        return Jet(value, first)
    second = _scaled(slope, u.second)
    return Jet(value, first, second if curvature is None else _sum(second, _scaled(bend, _squares(u.first))))


def chain_two(order: int, u: Jet, v: Jet, value: Array, partials: tuple[Callable[[], Array], ...]) -> Jet:
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


def select(order: int, value: Array, a: Jet, b: Jet, first_wins: Mask, second_wins: Mask) -> Jet:
    """The jet of min or max: that of the winner; at a tie what both agree on, and 0 where they differ (a kink)."""

    def pick(one: Array, other: Array) -> Array:
        tied = np.where(one == other, one, 0.0)
        return np.where(first_wins, one, np.where(second_wins, other, tied))

    first = {i: pick(a.first.get(i, ZERO), b.first.get(i, ZERO)) for i in {**a.first, **b.first}}
    second = {k: pick(a.second.get(k, ZERO), b.second.get(k, ZERO)) for k in {**a.second, **b.second}}
    return Jet(value, first, second)


def _still(u: Jet, value: Array, slope: Array, bend: Array) -> Mask:
    mask = np.isfinite(value) & ~(np.isfinite(slope) & np.isfinite(bend))
    for derivative in u.first.values():
        mask = mask & (derivative == 0)
    return np.asarray(mask)


def _scaled(factor: Array, derivatives: Mapping[K, Array]) -> dict[K, Array]:
    return {key: factor * derivative for key, derivative in derivatives.items()}


def _sum(a: Mapping[K, Array], b: Mapping[K, Array]) -> dict[K, Array]:
    total = dict(a)
    for key, derivative in b.items():
        total[key] = total[key] + derivative if key in total else derivative
    return total


def _difference(a: Mapping[K, Array], b: Mapping[K, Array]) -> dict[K, Array]:
    total = dict(a)
    for key, derivative in b.items():
        total[key] = total[key] - derivative if key in total else -derivative
    return total


def _squares(first: First) -> Second:
    """uᵢ·uⱼ for i ≤ j."""
    return {(i, j): di * dj for i, di in first.items() for j, dj in first.items() if i <= j}


def _cross(a: First, b: First) -> Second:
    """aᵢ·bⱼ + aⱼ·bᵢ for i ≤ j."""
    total: dict[tuple[int, int], Array] = {}
    for i, di in a.items():
        for j, dj in b.items():
            key, term = (min(i, j), max(i, j)), di * dj
            term = 2.0 * term if i == j else term
            total[key] = total[key] + term if key in total else term
    return total


def gradient(jet: Jet, values: Array, dimension: int) -> Array:
    """The first derivatives as ``(..., P)``; NaN where ``values (...)`` is NaN: no value, no slope."""
    result = np.empty((*values.shape, dimension))
    for index in range(dimension):
        result[..., index] = jet.first.get(index, ZERO)
    result[np.isnan(values)] = np.nan
    return result


def hessian(jet: Jet, values: Array, dimension: int) -> Array:
    """The second derivatives as ``(..., P, P)``, symmetric; NaN where ``values (...)`` is NaN."""
    result = np.empty((*values.shape, dimension, dimension))
    for i in range(dimension):
        for j in range(i, dimension):
            result[..., i, j] = result[..., j, i] = jet.second.get((i, j), ZERO)
    result[np.isnan(values)] = np.nan
    return result
