"""All eigenvalues of a Hessian and the gradient's part along each eigenvector, without holding up other work."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from engine.arrays import Array
from engine.parallel import beside

AT_ONCE = 200
"""Up to this many parameters LAPACK takes no more than 3 ms."""


def eigenvalues_and_slopes(hessian: Array, gradient: Array) -> Generator[float, None, tuple[Array, Array]]:
    """Eigenvalues λᵢ ``(P,)``, ascending, and slopes |gᵀvᵢ| ``(P,)`` for a symmetric ``hessian (P, P)`` and ``gradient (P,)``.

    Both must be finite. One call of LAPACK (Anderson et al. 1999, divide and conquer), which takes 0.5 s for 1,500 parameters
    and cannot be interrupted: it runs on another thread, and this generator yields about every 3 ms until it is done.

    >>> from engine.job import finished
    >>> found = finished(eigenvalues_and_slopes(np.diag([2.0, -1.0]), np.array([3.0, 4.0])))
    >>> [each.tolist() for each in found]
    [[-1.0, 2.0], [4.0, 3.0]]

    """

    def decomposed() -> tuple[Array, Array]:
        with np.errstate(over="ignore"):
            values, vectors = np.linalg.eigh(hessian)
            return values, np.abs(vectors.T @ gradient)

    if len(hessian) <= AT_ONCE:
        yield 0.0
        return decomposed()
    running, looks = beside(decomposed), 0
    while True:
        try:
            next(running)
        except StopIteration as end:
            found: tuple[Array, Array] = end.value
            return found
        looks += 1
        yield looks / (looks + 60)  # nobody knows how far LAPACK is; some 160 looks are usual at the most
