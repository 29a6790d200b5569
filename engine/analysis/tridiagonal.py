"""A symmetric matrix brought to tridiagonal form in pieces, with a given vector as its first direction.

LAPACK's eigendecomposition of 1,500 parameters takes half a second in which nothing else gets a turn. Here no piece lasts more
than a few milliseconds, in about the same time altogether.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array

PANEL = 32
"""Columns that are reduced before the rest of the matrix is updated: one product of matrices for all of them."""
STRIPE = 128
"""Rows that are updated at once."""


@dataclass(frozen=True, eq=False)
class Tridiagonal:
    """T = QᵀHQ for an orthogonal Q whose first column is ± the given vector's direction."""

    diagonal: Array
    """(n,)"""
    beside: Array
    """(n − 1,)"""


def tridiagonal(matrix: Array, first: Array, factor: float = 1.0) -> Generator[float, None, Tridiagonal]:
    """Reduce ``factor`` times a symmetric ``matrix (n, n)`` by reflections, of which the first one turns ``first (n,)`` to e₁.

    Householder's method (Golub and Van Loan 2013, Matrix Computations, section 8.3.1) on [[0, fᵀ], [f, H]], where an update
    serves many columns at once (Dongarra, Sorensen and Hammarling 1989). Yields the fraction done; no argument is changed.

    >>> from engine.job import finished
    >>> found = finished(tridiagonal(np.array([[1.0, 2.0], [2.0, 3.0]]), np.array([0.0, 1.0])))
    >>> found.diagonal.tolist(), np.abs(found.beside).tolist()
    ([3.0, 1.0], [2.0])

    """
    size = len(matrix)
    rest = np.empty((size + 1, size + 1))
    rest[0, 0], rest[0, 1:], rest[1:, 0] = 0.0, first, first
    for row in range(0, size, STRIPE):
        np.multiply(matrix[row : row + STRIPE], factor, out=rest[1 + row : 1 + row + STRIPE, 1:])
        yield 0.0
    diagonal, beside = np.empty(size + 1), np.empty(size)
    for start in range(0, size, PANEL):
        count = min(PANEL, size - start)
        found, reflected, images = yield from _panel(rest, count, start / (size + 1))
        diagonal[start : start + count], beside[start : start + count] = found
        rest = rest[count:, count:]
        left, right = np.hstack([reflected, images])[count:], np.hstack([images, reflected])[count:]
        for row in range(0, len(rest), STRIPE):
            rest[row : row + STRIPE] -= left[row : row + STRIPE] @ right.T
            yield (start + count) / (size + 1)
    diagonal[size] = rest[0, 0]
    return Tridiagonal(diagonal[1:], beside[1:])


def _panel(rest: Array, count: int, done: float) -> Generator[float, None, tuple[tuple[Array, Array], Array, Array]]:
    """Reduce the first ``count`` columns of ``rest (m, m)``, which itself stays as it is but for VWᵀ + WVᵀ to subtract.

    Returns the columns' entries on and beside the diagonal, V ``(m, count)`` and W ``(m, count)``.
    """
    size = len(rest)
    reflected, images = np.zeros((size, count)), np.zeros((size, count))
    diagonal, beside = np.empty(count), np.empty(count)
    for column in range(count):
        V, W = reflected[:, :column], images[:, :column]
        entries = rest[column:, column] - V[column:] @ W[column] - W[column:] @ V[column]
        diagonal[column] = entries[0]
        beside[column], vector, factor = _reflection(entries[1:])
        below = slice(column + 1, None)
        image = rest[below, below] @ vector - V[below] @ (vector @ W[below]) - W[below] @ (vector @ V[below])
        image *= factor
        image -= (0.5 * factor * (image @ vector)) * vector
        reflected[below, column], images[below, column] = vector, image
        yield done
    return (diagonal, beside), reflected, images


def _reflection(entries: Array) -> tuple[float, Array, float]:
    """β, v and τ of the reflection I − τvvᵀ that turns ``entries (m,)`` to βe₁."""
    vector = entries.copy()
    length = float(np.linalg.norm(entries))
    if length == 0.0:
        return 0.0, vector, 0.0
    turned = -length if entries[0] > 0 else length  # the other way than the first entry, or v would cancel
    vector[0] -= turned
    vector /= vector[0]
    return turned, vector, float(turned - entries[0]) / turned
