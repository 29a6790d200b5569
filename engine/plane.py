"""Lines and planes in parameter space: affine maps between one or two coordinates and P parameters.

``point(c) = origin + c·D`` with the rows of D as directions, ``coordinates(θ) = (D Dᵀ)⁻¹ D (θ − origin)`` (least squares,
so that skew and unequal axes are handled exactly), ``distance(θ)`` what is left over. Derivatives of an objective
restricted to one of them pull back: ``D g`` and ``D H Dᵀ``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, read_only

PARALLEL = 0.999  # axes whose |cos| is above this do not span a plane that anyone could read


@dataclass(frozen=True)
class Drawn:
    """How a line or plane was drawn, in words that can be cited, with the settings that made it."""

    kind: str = "given"
    sentence: str = "given as arrays"
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Flat:
    """What a line and a plane share: an origin ``(P,)`` and ``k`` directions, the rows of ``directions (k, P)``."""

    origin: Array
    directions: Array

    drawn: Drawn

    @property
    def dimension(self) -> int:
        """How many coordinates a point of it has: 1 or 2."""
        return int(self.directions.shape[0])

    @property
    def parameters(self) -> int:
        """P, the dimension of the space it lies in."""
        return int(self.origin.shape[0])

    @cached_property
    def norms(self) -> Array:
        """Lengths ``(k,)`` of the directions, in units of parameter distance."""
        return read_only(np.linalg.norm(self.directions, axis=1))

    @cached_property
    def gram(self) -> Array:
        """D Dᵀ ``(k, k)``."""
        return read_only(self.directions @ self.directions.T)

    @property
    def is_orthonormal(self) -> bool:
        """Whether one unit of each coordinate is one unit of distance, at right angles."""
        return bool(np.allclose(self.gram, np.eye(self.dimension), atol=1e-12))

    def point(self, coordinates: ArrayLike) -> Array:
        """Parameters ``(..., P)`` at coordinates ``(..., k)``; ValueError if they are not k."""
        steps = _numbers(coordinates, self.dimension, "Coordinates on this line or plane")
        # One axis after the other, not one product for all points: a point's bits must not depend on its company.
        return np.asarray(sum((steps[..., i, None] * axis for i, axis in enumerate(self.directions)), self.origin))

    def coordinates(self, points: ArrayLike) -> Array:
        """Coordinates ``(..., k)`` of the nearest point of this flat to each of ``points (..., P)``; ValueError if not P."""
        offsets = _numbers(points, self.parameters, "Points around this line or plane") - self.origin
        return np.asarray(self.vector_coordinates(offsets))

    def vector_coordinates(self, vectors: ArrayLike) -> Array:
        """Coordinates ``(..., k)`` of vectors ``(..., P)``, such as a step: (D Dᵀ)⁻¹ D v, which is not D v."""
        against = self.pull_back_gradient(_numbers(vectors, self.parameters, "Vectors beside this line or plane"))
        flattened = against.reshape(-1, self.dimension)
        return np.asarray(np.linalg.solve(self.gram, flattened.T).T.reshape(against.shape))

    def distance(self, points: ArrayLike) -> Array:
        """Euclidean distance ``(...)`` from each of ``points (..., P)`` to this flat."""
        points = np.asarray(points, dtype=np.float64)
        nearest = self.point(self.coordinates(points))
        return np.asarray(np.linalg.norm(points - nearest, axis=-1))

    def pull_back_gradient(self, gradients: Array) -> Array:
        """Gradient ``(..., k)`` in the coordinates from gradients ``(..., P)`` in the parameters: D g."""
        return np.stack([np.vecdot(gradients, axis) for axis in self.directions], axis=-1)

    def pull_back_hessian(self, hessians: Array) -> Array:
        """Hessian ``(..., k, k)`` in the coordinates from Hessians ``(..., P, P)``: D H Dᵀ."""
        return np.asarray(self.directions @ hessians @ self.directions.T)


def _numbers(values: ArrayLike, count: int, name: str) -> Array:
    """Arrays whose last axis holds ``count`` numbers: another length would broadcast, and be wrong without a word."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape[-1:] != (count,):
        raise ValueError(f"{name} need {count} numbers each as their last axis, not shape {array.shape}.")
    return array


def _vector(values: ArrayLike, name: str) -> Array:
    array = read_only(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one vector of shape (P,), not {array.shape}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has entries that are not finite numbers.")
    return array


@dataclass(frozen=True, eq=False, init=False)
class Line(Flat):
    """One direction through an origin.

    Raises:
        ValueError: if the direction is zero, the shapes differ, or an entry is not finite.

    >>> Line([0.0, 1.0], [2.0, 0.0]).point([[0.5]])
    array([[1., 1.]])

    """

    def __init__(self, origin: ArrayLike, direction: ArrayLike, drawn: Drawn | None = None) -> None:
        start, along = _vector(origin, "The origin"), _vector(direction, "The direction")
        if start.shape != along.shape:
            raise ValueError(f"Origin and direction differ in length: {start.size} and {along.size}.")
        if not np.linalg.norm(along) > 0:
            raise ValueError("The direction of a line must not be zero: choose another one.")
        object.__setattr__(self, "origin", start)
        object.__setattr__(self, "directions", read_only(along[None]))
        object.__setattr__(self, "drawn", drawn or Drawn())

    @property
    def direction(self) -> Array:
        """The direction ``(P,)``: one unit of the coordinate."""
        return np.asarray(self.directions[0])


@dataclass(frozen=True, eq=False, init=False)
class Plane(Flat):
    """Two directions through an origin; they may be skew and of unequal length.

    Raises:
        ValueError: if a direction is zero, both are nearly parallel (|cos| > 0.999), the shapes differ, or an entry is
            not finite.

    >>> plane = Plane([0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 2.0, 0.0])
    >>> plane.coordinates([2.0, 2.0, 5.0])
    array([1., 1.])

    """

    def __init__(self, origin: ArrayLike, first: ArrayLike, second: ArrayLike, drawn: Drawn | None = None) -> None:
        start, one, two = (
            _vector(origin, "The origin"),
            _vector(first, "The first axis"),
            _vector(second, "The second axis"),
        )
        if not start.shape == one.shape == two.shape:
            raise ValueError(f"Origin and axes differ in length: {start.size}, {one.size} and {two.size}.")
        lengths = np.linalg.norm(one), np.linalg.norm(two)
        if not (lengths[0] > 0 and lengths[1] > 0):
            raise ValueError("An axis of the plane is zero: choose another direction.")
        if abs(float((one / lengths[0]) @ (two / lengths[1]))) > PARALLEL:
            raise ValueError("The two axes are nearly parallel and span no readable plane: choose another direction.")
        object.__setattr__(self, "origin", start)
        object.__setattr__(self, "directions", read_only(np.stack([one, two])))
        object.__setattr__(self, "drawn", drawn or Drawn())

    @property
    def first(self) -> Array:
        """The first axis ``(P,)``: one unit of the first coordinate."""
        return np.asarray(self.directions[0])

    @property
    def second(self) -> Array:
        """The second axis ``(P,)``: one unit of the second coordinate."""
        return np.asarray(self.directions[1])

    @property
    def angle(self) -> float:
        """Angle between the axes, in degrees, from 0 to 180."""
        cosine = self.gram[0, 1] / (self.norms[0] * self.norms[1])
        return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))

    def orthonormal(self) -> Plane:
        """The same plane through the same origin with axes of length 1 at right angles (Gram–Schmidt on the first)."""
        one = self.first / self.norms[0]
        rest = self.second - (self.second @ one) * one
        return Plane(self.origin, one, rest / np.linalg.norm(rest), self.drawn)


def parameter_plane(names: tuple[str, str] = ("x", "y")) -> Plane:
    """The plane that a function of two parameters already is: coordinates and parameters are the same numbers.

    >>> parameter_plane(("a", "b")).point([2.0, 3.0]), parameter_plane(("a", "b")).drawn.sentence
    (array([2., 3.]), 'the parameters a and b')

    """
    return Plane([0.0, 0.0], [1.0, 0.0], [0.0, 1.0], Drawn("parameters", f"the parameters {names[0]} and {names[1]}"))


def parameter_line(name: str = "x") -> Line:
    """The line that a function of one parameter already is.

    >>> parameter_line("w").point([[2.5]]), parameter_line("w").drawn.sentence
    (array([[2.5]]), 'the parameter w')

    """
    return Line([0.0], [1.0], Drawn("parameter", f"the parameter {name}"))
