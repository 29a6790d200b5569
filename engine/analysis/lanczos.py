"""The Lanczos method in pieces: what a symmetric matrix does to a few of its directions, from products with vectors alone.

Lanczos (1950), with full reorthogonalization ("twice is enough": Parlett 1998, The Symmetric Eigenvalue Problem, section 6.9)
and the restart of Wu and Simon (2000), "Thick-restart Lanczos method for large symmetric eigenvalue problems".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Indices
from engine.objective import Objective

BREAKDOWN = 1e-12
"""A residual below this share of the matrix's size means that the Krylov space is exhausted."""
LOST = 0.7
"""Where less than this share of a vector is left by an orthogonalization, rounding counts and it is done again."""
COLUMNS = 2048
"""Parameters whose part of the basis is turned at once in a restart."""

NOT_FINITE = "The Hessian is not finite at this point: move to another one."

Product = Callable[[Array], Array]


def product_at(objective: Objective, point: Array) -> Product:
    """V ``(P,)`` → H v ``(P,)`` at ``point (P,)``.

    Raises:
        ValueError: when it is called, if the result is not finite.

    >>> import engine
    >>> product_at(engine.Formula("saddle"), np.zeros(2))(np.array([1.0, 1.0])).tolist()
    [1.0, -1.0]

    """

    def product(vector: Array) -> Array:
        with np.errstate(all="ignore"):
            image = objective.hessian_vector_product(point, vector)
        if not np.isfinite(image).all():
            raise ValueError(NOT_FINITE)
        return image

    return product


@dataclass(frozen=True, eq=False)
class Ritz:
    """Eigenvalues of H within a Krylov space of j dimensions, ascending."""

    values: Array
    """θ ``(j,)``"""
    bounds: Array
    """(j,): ‖Hx − θx‖, so that an eigenvalue of H lies within this distance of θ."""
    vectors: Array
    """(j, j): columns, in the coordinates of the basis."""


class Krylov:
    """A growing orthonormal basis V of a Krylov space, and T = VHVᵀ.

    Between two pieces anybody may work on anything else: all of it belongs to this object.

    Args:
        product: v ``(P,)`` → H v ``(P,)``.
        start: the first direction ``(P,)``, not zero.
        most: vectors that find room; ``(most + 1)·P`` numbers.
        fixed: orthonormal rows ``(l, P)`` that the space is kept orthogonal to: it is one of H between what they leave.

    """

    def __init__(self, product: Product, start: Array, most: int, fixed: Array | None = None) -> None:
        self._product = product
        self._fixed = 0 if fixed is None else len(fixed)
        most = min(most, len(start) - self._fixed)
        self._rows = np.empty((self._fixed + most + 1, len(start)))
        if fixed is not None:
            self._rows[: self._fixed] = fixed
        self._matrix = np.zeros((most + 1, most + 1))
        self.size = 0
        """j, the dimensions with their products."""
        self.exhausted = False
        """Whether H leads out of the space no more."""
        self._take(start)

    @property
    def basis(self) -> Array:
        """V ``(j, P)``; changes with the next piece."""
        return self._rows[self._fixed : self._fixed + self.size]

    @property
    def matrix(self) -> Array:
        """T ``(j, j)``: tridiagonal, but for what a restart left."""
        return self._matrix[: self.size, : self.size]

    @property
    def _beyond(self) -> Array:
        """What H has between the basis and the next direction ``(j,)``."""
        return self._matrix[self.size, : self.size]

    @property
    def full(self) -> bool:
        """Whether no further vector finds room."""
        return self.size + 1 == len(self._matrix)

    def grow(self) -> Iterator[None]:
        """Add one dimension, for one product; yields after it and after each orthogonalization.

        Raises:
            ValueError: if the numbers leave their range.

        """
        j = self.size
        vector = self._rows[self._fixed + j]
        image = np.array(self._product(vector), dtype=np.float64)
        yield
        with np.errstate(all="ignore"):  # around each piece, because no context may stay open across a yield
            self._matrix[j, j] = image @ vector
            known = np.flatnonzero(self._matrix[: j + 1, j])
            image -= self._matrix[known, j] @ self._rows[self._fixed + known]
        self.size = j + 1
        length = norm(image)
        for _ in range(2):
            before = length
            with np.errstate(all="ignore"):
                self._orthogonalize(image)
            length = norm(image)
            yield
            if length > LOST * before:
                break
        if not np.isfinite(length):
            raise ValueError(NOT_FINITE)
        self._coupled(length)
        if not self.exhausted:
            self._rows[self._fixed + j + 1] = image / length

    def _coupled(self, length: float) -> None:
        j, matrix = self.size, self._matrix
        self.exhausted = self.spans_everything or not length > BREAKDOWN * float(np.abs(matrix[:j, :j]).max())
        if not self.exhausted:
            matrix[j, j - 1] = matrix[j - 1, j] = length

    @property
    def spans_everything(self) -> bool:
        """Whether there is no direction left."""
        return self._fixed + self.size >= self._rows.shape[1]

    def _orthogonalize(self, vector: Array) -> None:
        rows = self._rows[: self._fixed + self.size]
        vector -= (rows @ vector) @ rows

    def _take(self, vector: Array) -> None:
        """The next direction, whatever it is: T has nothing between it and the others."""
        vector = np.array(vector, dtype=np.float64)
        for _ in range(2):
            self._orthogonalize(vector)
            vector /= norm(vector)
        self._rows[self._fixed + self.size] = vector

    def go_on_with(self, vector: Array) -> None:
        """Leave an exhausted space for one that ``vector (P,)`` begins, if there is a direction left."""
        if not self.spans_everything:
            self._take(vector)
            self.exhausted = False

    def ritz(self) -> Ritz:
        """What the space knows of H's eigenvalues."""
        values, vectors = np.linalg.eigh(self.matrix)
        return Ritz(values, np.abs(self._beyond @ vectors), vectors)

    def vectors(self, chosen: Array) -> Iterator[Array]:
        """The basis turned: ``chosen (j, k)`` in its coordinates, in columns ``(k, …)`` of those of H, one after the other."""
        for start in range(0, self._rows.shape[1], COLUMNS):
            yield chosen.T @ self.basis[:, start : start + COLUMNS]

    def restart(self, ritz: Ritz, kept: Indices) -> Iterator[None]:
        """Keep the Ritz vectors ``kept`` alone, and go on in the direction that was next; yields between pieces."""
        last = self._rows[self._fixed + self.size].copy()
        start = 0
        for part in self.vectors(ritz.vectors[:, kept]):
            self._rows[self._fixed : self._fixed + len(kept), start : start + part.shape[1]] = part
            start += part.shape[1]
            yield
        beyond = self._beyond @ ritz.vectors[:, kept]
        self._matrix[:] = 0.0
        self.size = len(kept)
        index = np.arange(self.size)
        self._matrix[index, index] = ritz.values[kept]
        self._matrix[index, self.size] = self._matrix[self.size, index] = beyond
        self._rows[self._fixed + self.size] = last


def norm(vector: Array) -> float:
    """‖v‖ of ``vector (P,)`` whose squares may be too large or too small for a number.

    >>> round(norm(np.array([3e200, 4e200])) / 1e200, 12)
    5.0

    """
    largest = float(np.abs(vector).max(initial=0.0))
    return largest * float(np.linalg.norm(vector / largest)) if 0.0 < largest < np.inf else largest
