"""The eigenvalues of D + ρzzᵀ between the entries of D: roots of the secular equation 1 + ρ Σ zⱼ²/(dⱼ − λ) = 0.

Roots are kept as offsets from the nearest dⱼ, for only so is every difference dⱼ − λ exact enough; and z is then made anew from
the roots, which makes the vectors orthogonal to rounding however close two roots are (Gu and Eisenstat 1995, "A
divide-and-conquer algorithm for the symmetric tridiagonal eigenproblem").
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, fields

import numpy as np

from engine.arrays import Array, Indices, Mask

PIECE = 20_000
"""Differences dⱼ − λᵢ that are worked on at once: about a millisecond."""
ITERATIONS = 60
"""At most: most roots take six, and an interval that is halved is as small as rounding after fifty."""
EXACT = 16 * float(np.finfo(np.float64).eps)
"""A sum as small as this share of its terms' sizes is rounding."""
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Roots:
    """λᵢ = d[nearest[i]] + offset[i], ascending ``(k,)``."""

    poles: Array
    """d ``(k,)``"""
    nearest: Indices
    offsets: Array

    @property
    def values(self) -> Array:
        """λ ``(k,)``."""
        return np.asarray(self.poles[self.nearest] + self.offsets)

    def differences(self, rows: slice) -> Array:
        """dⱼ − λᵢ ``(rows, k)`` for some of the roots."""
        return np.asarray((self.poles - self.poles[self.nearest[rows], None]) - self.offsets[rows, None])


def roots(poles: Array, weights: Array) -> Generator[None, None, Roots]:
    """Root i between ``poles[i]`` and ``poles[i + 1]``, the last one beyond, for ``weights (k,)`` ρzⱼ² > 0.

    The poles ascend strictly. Yields every millisecond or so.
    """
    size = len(poles)
    found = Roots(poles, np.arange(size), np.zeros(size))
    step = max(1, PIECE // size)
    for start in range(0, size, step):
        rows = slice(start, min(start + step, size))
        found.nearest[rows], found.offsets[rows] = _solve(poles, weights, np.arange(rows.start, rows.stop))
        yield
    return found


@dataclass(eq=False)
class _Search:
    """Roots that are still looked for, by their offsets ``(r,)`` from the nearest poles."""

    rows: Indices
    shifted: Array
    """(r, k): the poles' offsets from the nearest one."""
    left: Mask
    """(r, k): which poles are to the left of the root."""
    own: Array
    """The weight of the nearest pole."""
    upper: Mask
    """Whether the nearest pole is to the right of the root."""
    below: Array
    above: Array
    """The poles on both sides; behind the last root one of weight 0, where the root is at the furthest."""
    low: Array
    high: Array
    """The root is in between."""
    guess: Array
    before: Array
    """The size of the sum at the guess before."""
    middle: Mask
    """Whether the slopes of all poles on a side count as one pole's, or the nearest pole's weight is kept as it is."""

    def keep(self, going: Mask) -> None:
        """Forget the other ones."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name)[going])


def _solve(poles: Array, weights: Array, rows: Indices) -> tuple[Indices, Array]:
    """The nearest poles of the roots ``rows (r,)`` and the roots' offsets from them.

    Li (1993), "Solving secular equations stably and efficiently": a function with one pole on each side of the root takes the
    place of the sum, its own root is the next guess, and an interval of changed signs guards it. Of the two ways to choose
    that function the other one is taken whenever one has not made the sum ten times smaller.
    """
    search = _begun(poles, weights, rows)
    nearest, offsets = rows + search.upper, np.empty(len(rows))
    for _ in range(ITERATIONS):
        with np.errstate(all="ignore"):  # a guess that comes out as no number is replaced by the middle of its interval
            done = _improved(search, weights)
        offsets[search.rows - rows[0]] = search.guess
        search.keep(~done)
        if not len(search.rows):
            break
    return nearest, offsets


def _begun(poles: Array, weights: Array, rows: Indices) -> _Search:
    gaps = np.append(np.diff(poles), weights.sum())[rows]
    middle = 1.0 + np.sum(weights / ((poles - poles[rows, None]) - 0.5 * gaps[:, None]), axis=1)
    upper = (middle < 0) & (rows < len(poles) - 1)
    below, above = np.where(upper, -gaps, 0.0), np.where(upper, 0.0, gaps)
    low, high = np.where(middle < 0, below + 0.5 * gaps, below), np.where(middle < 0, above, below + 0.5 * gaps)
    nearest = rows + upper
    return _Search(
        rows,
        poles - poles[nearest, None],
        np.arange(len(poles)) <= rows[:, None],
        weights[nearest],
        upper,
        below,
        above,
        low,
        high,
        0.5 * (low + high),
        np.full(len(rows), np.inf),
        np.ones(len(rows), dtype=bool),
    )


def _improved(search: _Search, weights: Array) -> Mask:
    """Go one step nearer where a guess is not as good as rounding allows; returns where it is."""
    guess, apart = search.guess, search.shifted - search.guess[:, None]
    terms = weights / apart
    value, scale = 1.0 + terms.sum(axis=1), 1.0 + np.abs(terms).sum(axis=1)
    low, high = np.where(value < 0, guess, search.low), np.where(value < 0, search.high, guess)
    done = np.abs(value) <= EXACT * scale
    done |= high - low <= 2 * EPSILON * np.maximum(np.abs(low), np.abs(high))
    terms /= apart
    slope, own = terms.sum(axis=1), search.own / guess**2
    search.middle ^= np.abs(value) > 0.1 * search.before
    left = np.where(search.middle, np.sum(terms, axis=1, where=search.left), np.where(search.upper, slope - own, own))
    moved = guess + _towards(search.below - guess, search.above - guess, value, left, slope - left)
    inside = (moved > low) & (moved < high)
    search.low, search.high, search.before = low, high, np.abs(value)
    search.guess = np.where(done, guess, np.where(inside, moved, 0.5 * (low + high)))
    return np.asarray(done)


def _towards(below: Array, above: Array, value: Array, left: Array, right: Array) -> Array:
    """The step to the root of c + s/(below − x) + S/(above − x) that has these ``value`` and slopes at 0."""
    a = (below + above) * value - below * above * (left + right)
    b = below * above * value
    c = value - below * left - above * right
    root = np.sqrt(np.maximum(a * a - 4.0 * b * c, 0.0))
    return np.asarray(np.where(a > 0, 2.0 * b / (a + root), (a - root) / (2.0 * c)))


def turned(found: Roots, signs: Array, kept: Array) -> Generator[None, None, Array]:
    """``kept (q, k)``, rows in the coordinates of D, in those of the eigenvectors of D + ρzzᵀ: ``(q, k)``.

    ``signs (k,)`` are those of z.
    """
    size = len(found.poles)
    step = max(1, PIECE // size)
    spans = [slice(start, min(start + step, size)) for start in range(0, size, step)]
    squares = np.ones(size)
    for rows in spans:
        squares *= np.prod(_factors(found, rows), axis=0)
        yield
    z = np.sqrt(squares) * signs
    result = np.empty(kept.shape)
    for rows in spans:
        vectors = z / found.differences(rows)
        result[:, rows] = kept @ vectors.T / np.linalg.norm(vectors, axis=1)
        yield
    return result


def _factors(found: Roots, rows: slice) -> Array:
    """What each of the roots contributes to ρzⱼ² = Πᵢ(λᵢ − dⱼ) / Πᵢ≠ⱼ(dᵢ − dⱼ), as ratios ``(rows, k)`` of nearly one."""
    size = len(found.poles)
    numbers = np.arange(size)[rows, None]
    columns = np.arange(size)
    # Root i lies between d_i and d_{i+1} and is paired with the one that is further from d_j; the last has none.
    partners = np.where(columns <= numbers, numbers + 1, numbers)
    beyond = partners == size
    across = np.where(beyond, -1.0, found.poles - found.poles[np.minimum(partners, size - 1)])
    return np.asarray(found.differences(rows) / across)
