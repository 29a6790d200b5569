"""The local quadratic model of a loss, along a line or over a plane: Newton's parabola, and what its lowest point means.

f(θ + d) ≈ f + gᵀd + ½ dᵀHd. A raw Newton step goes to the stationary point of the model over *all* parameters, which is its
minimum only where H is positive definite. A slice of the model along one direction has a stationary point of its own; the two
coincide only with one parameter, or along the Newton direction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.wording import number
from engine.arrays import Array, read_only
from engine.objective import Objective
from engine.plane import Flat

NO_CURVATURE = 1e-12
"""A curvature below this share of ‖Hd‖·‖d‖ is rounding: the parabola is a straight line."""
SAME_STEP = 1e-6
"""The slice's stationary point is Newton's if the model's whole gradient there is below this share of ‖g‖."""

Opening = Literal["upward", "downward", "flat"]


@dataclass(frozen=True)
class LineModel:
    """Tangent and parabola along θ + t·d, with t the coordinate."""

    value: float
    """f at the point."""
    slope: float
    """gᵀd"""
    curvature: float
    """dᵀHd, 0 where it is rounding."""
    is_newton: bool
    """Whether the stationary point of this parabola is that of the whole model: where the raw Newton step lands."""

    def tangent(self, coordinates: ArrayLike) -> Array:
        """The linear model at ``coordinates (...)``."""
        return np.asarray(self.value + self.slope * np.asarray(coordinates, dtype=np.float64))

    def parabola(self, coordinates: ArrayLike) -> Array:
        """The quadratic model at ``coordinates (...)``."""
        t = np.asarray(coordinates, dtype=np.float64)
        return np.asarray(self.value + t * (self.slope + 0.5 * self.curvature * t))

    @property
    def opens(self) -> Opening:
        """Which way the parabola opens."""
        if self.curvature == 0.0:
            return "flat"
        return "upward" if self.curvature > 0 else "downward"

    @property
    def stationary(self) -> float | None:
        """Coordinate −gᵀd / dᵀHd of the parabola's lowest or highest point; None for a straight line."""
        return None if self.curvature == 0.0 else -self.slope / self.curvature

    @property
    def sentence(self) -> str:
        """What the parabola says about a Newton step."""
        if self.stationary is None:
            return "Without curvature along this line the parabola is its tangent: it has no lowest point, and no Newton step."
        where, change = number(self.stationary), self.parabola(self.stationary) - self.value
        if self.is_newton:
            return self._newton_sentence(where, float(change))
        elsewhere = "The Newton step of the whole space is not in this line."
        if self.opens == "upward":
            return f"Along this line the parabola's lowest point is at {where}. {elsewhere}"
        return f"Along this line the parabola opens downward, with its highest point at {where}. {elsewhere}"

    def _newton_sentence(self, where: str, change: float) -> str:
        if self.opens == "upward":
            predicted = f"it predicts a change of loss by {number(change)}"
            return f"The raw Newton step lands at {where}, on the parabola's lowest point: {predicted}."
        return (
            f"The parabola opens downward: the raw Newton step lands at {where}, on its highest point along this line, uphill; "
            "minimizing the model would run to infinity."
        )


def line_model(objective: Objective, point: ArrayLike, direction: ArrayLike) -> LineModel:
    """The model at ``point (P,)`` along ``direction (P,)``; needs one gradient and one Hessian-vector product.

    Raises:
        ValueError: if the direction is zero, or derivatives are not finite at the point.

    >>> import engine
    >>> line_model(engine.Formula.parse("x^2 - x"), [0.0], [1.0]).sentence
    "The raw Newton step lands at 0.5, on the parabola's lowest point: it predicts a change of loss by -0.25."

    """
    there, along = np.asarray(point, dtype=np.float64), np.asarray(direction, dtype=np.float64)
    if not np.linalg.norm(along) > 0:
        raise ValueError("The direction of a slice must not be zero: choose another one.")
    value, gradient = objective.value_and_gradient(there)
    product = objective.hessian_vector_product(there, along)
    if not (np.isfinite(value) and np.isfinite(gradient).all() and np.isfinite(product).all()):
        raise ValueError("The loss or its derivatives are not finite at this point: move to another one.")
    slope, curvature = float(gradient @ along), float(along @ product)
    if abs(curvature) <= NO_CURVATURE * float(np.linalg.norm(product) * np.linalg.norm(along)):
        return LineModel(float(value), slope, 0.0, False)
    remaining = gradient - slope / curvature * product
    is_newton = bool(np.linalg.norm(remaining) <= SAME_STEP * np.linalg.norm(gradient))
    return LineModel(float(value), slope, curvature, is_newton)


def newton_direction(objective: Objective, point: ArrayLike) -> Array:
    """−H⁺g ``(P,)`` from the dense Hessian: the raw Newton step; null directions (see ``spectrum``) are left alone.

    >>> import engine
    >>> newton_direction(engine.Formula("booth"), [0.0, 0.0]).round(9).tolist()
    [1.0, 3.0]

    """
    from engine.analysis.spectrum import zero_tolerance

    there = np.asarray(point, dtype=np.float64)
    _, gradient = objective.value_and_gradient(there)
    values, vectors = np.linalg.eigh(objective.hessian(there))
    kept = np.abs(values) > zero_tolerance(values)
    return np.asarray(-vectors[:, kept] @ ((vectors[:, kept].T @ gradient) / values[kept]))


@dataclass(frozen=True, eq=False)
class FlatModel:
    """The quadratic model over a line or plane, in its coordinates around those of the point."""

    center: Array
    """(k,): coordinates of the point the model was made at."""
    value: float
    gradient: Array
    """(k,) Dg"""
    hessian: Array
    """(k, k) DHDᵀ"""

    def values(self, coordinates: ArrayLike) -> Array:
        """The model ``(...)`` at ``coordinates (..., k)``."""
        offsets = np.asarray(coordinates, dtype=np.float64) - self.center
        return np.asarray(
            self.value + offsets @ self.gradient + 0.5 * np.sum((offsets @ self.hessian) * offsets, axis=-1)
        )

    def grid(self, first: ArrayLike, second: ArrayLike) -> Array:
        """The model on a plane's grid ``(n₂, n₁)``: rows follow the second coordinate, as in a surface."""
        return self.values(np.stack(np.meshgrid(np.asarray(first), np.asarray(second)), axis=-1))

    @property
    def shape(self) -> Literal["bowl", "saddle", "dome", "trough"]:
        """What the model looks like within the flat."""
        eigenvalues = np.linalg.eigvalsh(self.hessian)
        zero = 1e-12 * float(np.abs(eigenvalues).max())
        if (np.abs(eigenvalues) <= zero).any():
            return "trough"
        return "bowl" if eigenvalues[0] > 0 else ("dome" if eigenvalues[-1] < 0 else "saddle")

    @property
    def stationary(self) -> Array | None:
        """Coordinates ``(k,)`` of its stationary point; None where it has none, or more than one."""
        if self.shape == "trough":
            return None
        return read_only(self.center - np.linalg.solve(self.hessian, self.gradient))


def flat_model(objective: Objective, flat: Flat, point: ArrayLike | None = None) -> FlatModel:
    """The model of ``objective`` within ``flat``, made at its nearest point to ``point (P,)`` (default: its origin).

    >>> import engine
    >>> axis = engine.Line([0.0, 0.0], [1.0, 0.0])
    >>> model = flat_model(engine.Formula("rosenbrock"), axis)
    >>> model.shape, model.stationary.tolist()
    ('bowl', [1.0])

    """
    center = flat.coordinates(flat.origin if point is None else point)
    inside = objective.restrict(flat)
    value, gradient = inside.value_and_gradient(center)
    return FlatModel(read_only(center), float(value), read_only(gradient), read_only(inside.hessian(center)))
