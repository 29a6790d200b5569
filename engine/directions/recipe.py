"""What all ways of drawing a line or plane share: checked points, right angles, fixed signs, and the written recipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, read_only
from engine.objective import Block
from engine.plane import Drawn, Line, Plane

Settings: TypeAlias = Sequence[tuple[str, str]]

STREAM = 0x6469726563  # "direc": directions share no random numbers with the weights drawn from an equal seed
COLLINEAR = 1e-8  # what is left of a direction at right angles to another, relative, below which it is rounding error


class Parameterized(Protocol):
    """Anything with named blocks of parameters: an objective, or a network without its data."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The named pieces of the parameter vector, in order."""

    @property
    def dimension(self) -> int:
        """P, the number of parameters."""


def point(theta: ArrayLike, dimension: int | None = None, name: str = "The point") -> Array:
    """A copy of ``theta (P,)`` after checking its shape and that it is finite."""
    array = read_only(theta)
    if array.ndim != 1 or (dimension is not None and array.size != dimension):
        wanted = "(P,)" if dimension is None else f"({dimension},)"
        raise ValueError(f"{name} must be one vector of shape {wanted}, not {array.shape}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has entries that are not finite: choose one before the run diverged.")
    return array


def generator(seed: int) -> np.random.Generator:
    """The random stream of directions for a seed."""
    if seed < 0 or int(seed) != seed:
        raise ValueError(f"A seed is a whole number from 0 upward, not {seed}.")
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(STREAM,)))


def unit(vector: Array) -> Array:
    """The vector at length 1, without overflow on the way."""
    scaled = vector / np.abs(vector).max()
    return np.asarray(scaled / np.linalg.norm(scaled))


def rest(vector: Array, axis: Array) -> Array:
    """What is left of a vector at right angles to a unit ``axis``; zero where that is only rounding error."""
    left = vector - (vector @ axis) * axis
    left -= (left @ axis) * axis  # a second pass, because the first leaves rounding of the size of the vector
    return left if np.linalg.norm(left) > COLLINEAR * np.linalg.norm(vector) else np.zeros_like(left)


def upright(vector: Array) -> Array:
    """The vector or its negative: the one whose entry of largest magnitude is positive."""
    return vector if vector[np.abs(vector).argmax()] >= 0 else -vector


def stand_in(axis: Array, other: ArrayLike | None = None) -> Array:
    """A unit vector at right angles to ``axis``, for when the intended second direction adds nothing to the first.

    It is ``other`` made orthogonal, if that is given and of use, else the Gaussian direction of seed 0 made orthogonal.
    """
    if axis.size < 2:
        raise ValueError("One parameter spans no plane: draw a line instead.")
    wished = np.zeros_like(axis) if other is None else rest(point(other, axis.size, "The other direction"), axis)
    return unit(wished if wished.any() else rest(generator(0).standard_normal(axis.size), axis))


def plane(origin: Array, first: Array, second: Array, kind: str, sentence: str, settings: Settings = ()) -> Plane:
    """A plane whose recipe reports the norms of its axes and the angle between them."""
    bare = Plane(origin, first, second)
    norms = ("norms of the axes", f"{bare.norms[0]:.4g} and {bare.norms[1]:.4g}")
    angle = ("angle between the axes", f"{bare.angle:.2f}°")
    return Plane(origin, first, second, Drawn(kind, sentence, (*settings, norms, angle)))


def line(origin: Array, direction: Array, kind: str, sentence: str, settings: Settings = ()) -> Line:
    """A line whose recipe reports the norm of its direction."""
    norm = ("norm of the direction", f"{np.linalg.norm(direction):.4g}")
    return Line(origin, direction, Drawn(kind, sentence, (*settings, norm)))
