"""All eigenvalues of a Hessian and the gradient's part along each eigenvector, in pieces.

One call of LAPACK takes 0.48 s for 1,500 parameters (0.18 s for the eigenvalues alone), and nothing else has a turn meanwhile.
Its eigenvectors are not needed: of a tridiagonal form whose first direction is the gradient's, the first entries say all.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from engine.analysis.conquer import eigenvalues_and_entries
from engine.analysis.lanczos import norm
from engine.analysis.tridiagonal import tridiagonal
from engine.arrays import Array
from engine.job import part

AT_ONCE = 200
"""Up to this many parameters LAPACK takes no more than 3 ms."""
REDUCTION = 0.75
"""The share of the time that the tridiagonal form takes, which progress is measured by."""


def eigenvalues_and_slopes(hessian: Array, gradient: Array) -> Generator[float, None, tuple[Array, Array]]:
    """Eigenvalues λᵢ ``(P,)``, ascending, and slopes |gᵀvᵢ| ``(P,)`` for a symmetric ``hessian (P, P)`` and ``gradient (P,)``.

    Both must be finite. Yields the fraction done about every millisecond.

    >>> from engine.job import finished
    >>> found = finished(eigenvalues_and_slopes(np.diag([2.0, -1.0]), np.array([3.0, 4.0])))
    >>> [each.tolist() for each in found]
    [[-1.0, 2.0], [4.0, 3.0]]

    """
    if len(hessian) <= AT_ONCE:
        with np.errstate(over="ignore"):
            values, vectors = np.linalg.eigh(hessian)
            slopes = np.abs(vectors.T @ gradient)
        yield 1.0
        return values, slopes
    # By a power of two, which rounds nothing: squares of very large or small entries would leave the numbers' range.
    factor = 2.0 ** -np.frexp(max(float(hessian.max()), -float(hessian.min()), np.finfo(np.float64).tiny))[1]
    yield 0.0
    length = norm(gradient)
    first = gradient / length if length > 0 else gradient
    reduced = yield from part(tridiagonal(hessian, first, factor), 0.0, REDUCTION)
    solved = yield from part(eigenvalues_and_entries(reduced.diagonal, reduced.beside), REDUCTION, 0.0)
    with np.errstate(over="ignore"):
        return solved.values / factor, length * np.abs(solved.entries[0])
