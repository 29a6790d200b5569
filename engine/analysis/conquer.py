"""Eigenvalues of a tridiagonal matrix, and the first entry of each eigenvector, by divide and conquer in pieces.

Cuppen (1981), "A divide and conquer method for the symmetric tridiagonal eigenproblem": tear the matrix in two, solve both
halves, and mend the tear, which changes them by a matrix of rank one. Where only first entries are wanted, the first and the last
entries of the halves' vectors are all that a mend needs, so that all of it takes n² operations and not n³.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from engine.analysis.secular import EPSILON, roots, turned
from engine.arrays import Array

WHOLE = 100
"""Up to this size a dense eigendecomposition takes a millisecond."""


@dataclass(frozen=True, eq=False)
class OuterEntries:
    """Eigenvalues ``(n,)``, ascending, and the first and the last entries ``(2, n)`` of their unit eigenvectors."""

    values: Array
    entries: Array


def eigenvalues_and_entries(diagonal: Array, beside: Array) -> Generator[None, None, OuterEntries]:
    """Those of the tridiagonal matrix with ``diagonal (n,)`` and ``beside (n − 1,)``; yields every few milliseconds."""
    size = len(diagonal)
    if size <= WHOLE:
        values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
        yield
        return OuterEntries(values, vectors[[0, -1]])
    cut = size // 2
    tear = float(beside[cut - 1])
    upper, lower = diagonal[:cut].copy(), diagonal[cut:].copy()
    upper[-1] -= abs(tear)
    lower[0] -= abs(tear)
    first = yield from eigenvalues_and_entries(upper, beside[: cut - 1])
    second = yield from eigenvalues_and_entries(lower, beside[cut:])
    z = np.concatenate([first.entries[1], np.copysign(1.0, tear) * second.entries[0]])
    entries = np.zeros((2, size))
    entries[0, :cut], entries[1, cut:] = first.entries[0], second.entries[1]
    return (yield from _mended(np.concatenate([first.values, second.values]), abs(tear), z, entries))


def _mended(values: Array, strength: float, z: Array, entries: Array) -> Generator[None, None, OuterEntries]:
    """The eigenvalues of diag(``values``) + ``strength``·zzᵀ, and ``entries (2, n)`` in the coordinates of its vectors."""
    order = np.argsort(values, kind="stable")
    values, z, entries = values[order], z[order], entries[:, order]
    moving = _deflated(values, strength, z, entries)
    yield
    if len(moving):
        found = yield from roots(values[moving], strength * z[moving] ** 2)
        entries[:, moving] = yield from turned(found, np.sign(z[moving]), entries[:, moving])
        values[moving] = found.values
    order = np.argsort(values, kind="stable")
    return OuterEntries(values[order], entries[:, order])


def _deflated(values: Array, strength: float, z: Array, entries: Array) -> Array:
    """Which of the ascending ``values (n,)`` the mend moves; of two that are as good as equal, one is turned out of its way.

    Dongarra and Sorensen (1987), "A fully parallel algorithm for the symmetric eigenvalue problem", section 4. Changes all
    arrays in place.
    """
    tolerance = 8.0 * EPSILON * max(float(np.abs(values).max()), strength * float(np.abs(z).max()))
    moving = []
    before = -1
    for index in np.flatnonzero(strength * np.abs(z) > tolerance).tolist():
        if before >= 0:
            length = float(np.hypot(z[before], z[index]))
            cosine, sine = float(z[index]) / length, float(z[before]) / length
            gap = float(values[index] - values[before])
            if gap * abs(cosine * sine) <= tolerance:
                z[index], z[before] = length, 0.0
                pair = entries[:, [before, index]]
                entries[:, before] = cosine * pair[:, 0] - sine * pair[:, 1]
                entries[:, index] = sine * pair[:, 0] + cosine * pair[:, 1]
                values[before] += gap * sine * sine  # = cosine² d + sine² d', for their values d and d'
                values[index] -= gap * sine * sine
            else:
                moving.append(before)
        before = index
    if before >= 0:
        moving.append(before)
    return np.array(moving, dtype=np.intp)
