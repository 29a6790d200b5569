"""What an objective is, and its restriction to a line or a plane.

Everything that Talweg draws is an objective restricted to a line or a plane: a formula of one or two parameters is that
already, the loss of a network becomes it by :meth:`Objective.restrict`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from engine.arrays import Array, Indices, Sampled
from engine.plane import Flat

Precision = Literal["float32", "float64"]


@dataclass(frozen=True)
class Block:
    """One named piece of the flat parameter vector: ``θ[start:stop].reshape(shape)``."""

    name: str
    start: int
    shape: tuple[int, ...]
    kind: Literal["weight", "bias", "parameter"]

    @cached_property
    def size(self) -> int:
        """How many parameters it holds."""
        return math.prod(self.shape)

    @cached_property
    def stop(self) -> int:
        """One past its last index in the flat vector."""
        return self.start + self.size

    def of(self, points: Array) -> Array:
        """This block of ``points (..., P)`` as ``(..., *shape)``."""
        return points[..., self.start : self.stop].reshape(points.shape[:-1] + self.shape)


@dataclass(frozen=True, eq=False)
class Parts:
    """An objective's value apart: ``data`` loss and ``penalty``, each ``(...)``."""

    data: Array
    penalty: Array

    @property
    def total(self) -> Array:
        """Data loss plus penalty: what is minimized."""
        return np.asarray(self.data + self.penalty)


@dataclass(frozen=True)
class Sampler:
    """Fast values of an objective on a fixed line or plane, tile by tile, for surfaces.

    ``evaluate(coordinates (K, k)) -> (K,)`` may be called from several threads at once and lets go of the GIL for most of
    its time; ``points_per_call`` is the K that makes one call last a few milliseconds. What ``preparations`` hold may be done
    before, on several threads and in any order; otherwise the first call does it.
    """

    evaluate: Callable[[Array], Sampled]
    points_per_call: int
    preparations: Sequence[Callable[[], object]] = ()


class Objective(ABC):
    """A function of P parameters with exact first and second derivatives, batched over points ``(..., P)``."""

    @property
    @abstractmethod
    def blocks(self) -> tuple[Block, ...]:
        """The named pieces of the parameter vector, in order, without gaps."""

    @property
    def dimension(self) -> int:
        """P, the number of parameters."""
        return self.blocks[-1].stop

    @property
    def names(self) -> tuple[str, ...]:
        """One name for each of the P parameters."""
        return tuple(
            block.name if not block.shape else f"{block.name}[{', '.join(map(str, index))}]"
            for block in self.blocks
            for index in np.ndindex(*block.shape)
        )

    @property
    def examples(self) -> int:
        """N, the number of examples that the loss is the mean of; 1 where there are none (a formula)."""
        return 1

    @abstractmethod
    def value(self, points: Array) -> Array:
        """F ``(...)`` at ``points (..., P)``: data loss plus penalty."""

    @abstractmethod
    def value_and_gradient(self, points: Array) -> tuple[Array, Array]:
        """F ``(...)`` and its exact gradient ``(..., P)``."""

    @abstractmethod
    def hessian(self, points: Array) -> Array:
        """The exact Hessian ``(..., P, P)``, symmetric."""

    def hessian_vector_product(self, points: Array, vectors: Array) -> Array:
        """H v ``(..., P)`` for ``vectors (..., P)`` that broadcast against ``points``; never forms H where P is large."""
        return np.asarray((self.hessian(points) @ np.asarray(vectors, dtype=np.float64)[..., None])[..., 0])

    def parts(self, points: Array) -> Parts:
        """Data loss and penalty apart."""
        values = self.value(points)
        return Parts(values, np.zeros_like(values))

    def accuracy(self, points: Array) -> Array:
        """Share ``(...)`` of examples whose class is predicted right; NaN where there are no classes."""
        return np.full(np.shape(points)[:-1], np.nan)

    def watch(self, points: Array) -> tuple[Array, Array]:
        """Data loss and accuracy ``(...)``: what is watched while runs go on."""
        return self.parts(points).data, self.accuracy(points)

    @property
    def has_residuals(self) -> bool:
        """Whether the data loss is a mean of ½‖residual‖², so that Gauss–Newton methods apply."""
        return False

    def gauss_newton(self, points: Array) -> Array:
        """The Gauss–Newton matrix ``(..., P, P)`` of the data loss (JᵀJ / N for squared error), plus the penalty's Hessian.

        Raises:
            TypeError: where the objective has none.

        """
        raise TypeError("This objective has no residuals: choose a method that needs only gradients or Hessians.")

    def minibatch(self, indices: Indices) -> Objective:
        """The same loss on the examples ``indices`` alone (mean over them, penalty whole). A formula is its own batch."""
        return self

    def restrict(self, flat: Flat) -> Restriction:
        """This objective as a function of the one or two coordinates of ``flat``, with exact derivatives."""
        return Restriction(self, flat)

    @property
    def sampling_precision(self) -> Precision:
        """The precision in which a surface is sampled where nobody asks for another: what costs little is exact."""
        return "float64"

    def sampler(self, flat: Flat, dtype: Precision = "float32") -> Sampler:
        """Fast values on ``flat``; the default evaluates whole points, a network does far better (see Network)."""
        return Sampler(lambda coordinates: self.value(flat.point(coordinates)), points_per_call=4096)


class Restriction(Objective):
    """An objective seen along a line or a plane: f(origin + c·D), with Dᵀg and DᵀHD as derivatives.

    (Written with the rows of D as directions: gradient D g, Hessian D H Dᵀ; the chain rule for an affine map.)
    """

    def __init__(self, whole: Objective, flat: Flat) -> None:
        if flat.parameters != whole.dimension:
            raise ValueError(
                f"The objective has {whole.dimension} parameters, the line or plane {flat.parameters}: they must be equal."
            )
        self.whole = whole
        self.flat = flat

    @property
    def blocks(self) -> tuple[Block, ...]:
        names = ("along the line",) if self.flat.dimension == 1 else ("first axis", "second axis")
        return tuple(Block(name, index, (), "parameter") for index, name in enumerate(names))

    @property
    def examples(self) -> int:
        return self.whole.examples

    @property
    def has_residuals(self) -> bool:
        return self.whole.has_residuals

    def value(self, points: Array) -> Array:
        return self.whole.value(self.flat.point(points))

    def value_and_gradient(self, points: Array) -> tuple[Array, Array]:
        values, gradients = self.whole.value_and_gradient(self.flat.point(points))
        return values, self.flat.pull_back_gradient(gradients)

    def hessian(self, points: Array) -> Array:
        # k Hessian-vector products instead of a P×P matrix: H is symmetric, so D (H Dᵀ) needs only H times each direction.
        inside = self.flat.point(points)[..., None, :]
        products = self.whole.hessian_vector_product(inside, self.flat.directions)
        pulled = products @ self.flat.directions.T
        return np.asarray((pulled + np.swapaxes(pulled, -1, -2)) / 2)

    def gauss_newton(self, points: Array) -> Array:
        return self.flat.pull_back_hessian(self.whole.gauss_newton(self.flat.point(points)))

    def parts(self, points: Array) -> Parts:
        return self.whole.parts(self.flat.point(points))

    def accuracy(self, points: Array) -> Array:
        return self.whole.accuracy(self.flat.point(points))

    def watch(self, points: Array) -> tuple[Array, Array]:
        return self.whole.watch(self.flat.point(points))

    def minibatch(self, indices: Indices) -> Objective:
        return Restriction(self.whole.minibatch(indices), self.flat)

    def sampler(self, flat: Flat, dtype: Precision = "float32") -> Sampler:
        """The whole objective's sampler on the composed flat: restricting twice stays one affine map."""
        outer = self.flat.point(flat.origin)
        inner = flat.directions @ self.flat.directions
        return self.whole.sampler(Flat(outer, inner, flat.drawn), dtype)
