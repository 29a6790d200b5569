"""Whether runs have arrived in a minimum, where exactly it lies, and which of them are the same one.

A run **has arrived** when the Hessian at its point is positive definite and both its last step and the Newton step from
there, which leads to the minimum of the local quadratic model, are at most ``NEAR`` times the reach (half the diagonal of
the window) long. So a plateau, a saddle or a swing through a valley is no arrival, whatever the scale of the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from engine.arrays import Array, Indices, Mask
from engine.formulas import Formula
from engine.formulas.code import Code
from engine.formulas.jets import ZERO
from engine.formulas.tape import Term
from engine.objective import Objective

Columns: TypeAlias = Sequence[Array]
"""Vectors as one contiguous array ``(K,)`` for each of their k components."""

NEAR = 1e-3
"""Share of the reach: about a hair's breadth in a picture."""
SAME = 1e-2
"""Minima nearer to each other than this share of the reach are one."""
EQUAL = 1e-9
"""Share of the usual loss by which minima may differ and still be equally low."""
LENIENT = 1 + 1e-9
"""A first look lets this much more pass than the second, which decides."""
BLOCK = 8192
"""Points polished at once: some forty arrays of them stay in the cache."""
MOST_CELLS = 1_000_000
"""Cells that are laid out in a table; where ends lie further apart, they are sorted."""
POLISHING = 3
"""Newton steps that take an arrived point onto its minimum."""


def newton_columns(gradient: Columns, hessian: Columns) -> tuple[Columns, Mask]:
    """−H⁻¹g for k = 1 or 2 in closed form and where H is positive definite; elsewhere the step has no meaning.

    ``gradient`` holds k columns, ``hessian`` the upper triangle row by row: (H₁₁,) or (H₁₁, H₁₂, H₂₂).
    """
    if len(gradient) == 1:
        return [-gradient[0] / hessian[0]], hessian[0] > 0
    (g, h), (a, b, c) = gradient, hessian
    determinant = a * c - b * b
    return [(b * h - c * g) / determinant, (b * g - a * h) / determinant], (a > 0) & (determinant > 0)


def newton_steps(gradients: Array, hessians: Array) -> tuple[Array, Mask]:
    """−H⁻¹g ``(K, k)`` for k = 1 or 2, and where H is positive definite ``(K,)``; 0 where it is not."""
    with np.errstate(all="ignore"):
        steps, definite = newton_columns(list(gradients.T), _triangle(hessians))
    return np.where(definite[:, None], np.stack(steps, axis=1), 0.0), definite


def _squares(columns: Columns) -> Array:
    """Squared lengths ``(K,)`` of vectors in k columns ``(K,)``."""
    squares = columns[0] * columns[0]
    for column in columns[1:]:
        squares = squares + column * column
    return squares


def slopes_and_bends(objective: Objective, columns: Columns) -> tuple[Columns, Columns]:
    """Gradient and Hessian as :func:`newton_columns` wants them, at points in k columns; NaN where there is no value."""
    if not isinstance(objective, Formula):
        points = np.stack(columns, axis=-1)
        return list(objective.value_and_gradient(points)[1].T), _triangle(objective.hessian(points))
    size = len(columns)
    jet = objective.program.jet(columns, order=2)
    gap = ZERO if objective.program.is_total else np.where(np.isnan(jet.value), np.nan, 0.0)
    pairs = [(i, j) for i in range(size) for j in range(i, size)]
    return [jet.first.get(i, ZERO) + gap for i in range(size)], [jet.second.get(pair, ZERO) + gap for pair in pairs]


def _triangle(hessians: Array) -> Columns:
    size = hessians.shape[1]
    return [hessians[:, i, j] for i in range(size) for j in range(i, size)]


def arrived(objective: Objective, points: Columns, moves: Columns, reach: float) -> Mask:
    """Which of the runs at ``points`` have arrived ``(K,)``; ``moves`` are their last steps; both in k columns ``(K,)``."""
    found = np.zeros(len(points[0]), dtype=bool)
    with np.errstate(all="ignore"):
        slow = np.flatnonzero(_squares(moves) <= (NEAR * reach) ** 2)
        if slow.size:
            steps, definite = newton_columns(*slopes_and_bends(objective, [column[slow] for column in points]))
            found[slow] = definite & (_squares(steps) <= (NEAR * reach) ** 2)
    return found


def lateness(formula: Formula, reach: float) -> Code:
    """What is at most 0 wherever :func:`arrived` holds, to be computed often: without a division, in the fewest steps.

    Inputs are one column for each parameter, then one for where that was a step before.
    """
    jet, before = formula.program.written(order=2, more=formula.dimension)
    tape, size = jet.value.tape, formula.dimension
    moved = tape.number(-LENIENT * (NEAR * reach) ** 2)
    for index, start in enumerate(before):
        moved += (tape.term(1.0, index) - start) * (tape.term(1.0, index) - start)
    zero = tape.number(0.0)
    gradient = [jet.first.get(i, zero) for i in range(size)]
    hessian = [jet.second.get((i, j), zero) for i in range(size) for j in range(i, size)]
    above, below = _newton_terms(gradient, hessian)
    ahead = above[0].of("abs")
    for other in above[1:]:
        ahead = ahead.of("max", other.of("abs"))
    return tape.code([moved.of("max", ahead - LENIENT * NEAR * reach * below)])


def _newton_terms(gradient: list[Term], hessian: list[Term]) -> tuple[list[Term], Term]:
    """The Newton step's components times the determinant, and the determinant."""
    if len(gradient) == 1:
        return gradient, hessian[0]
    (g, h), (a, b, c) = gradient, hessian
    return [b * h - c * g, b * g - a * h], a * c - b * b


def polished(objective: Objective, points: Array, reach: float) -> Array:
    """The minima ``(K, k)`` that arrived points lie beside, by a few Newton steps; a step that leaves is not taken."""
    parts = [_polished(objective, points[first : first + BLOCK], reach) for first in range(0, len(points), BLOCK)]
    return np.concatenate(parts)


def _polished(objective: Objective, points: Array, reach: float) -> Array:
    begun = here = _columns(points)
    with np.errstate(all="ignore"):
        for _ in range(POLISHING):
            steps, definite = newton_columns(*slopes_and_bends(objective, here))
            there = [column + step for column, step in zip(here, steps, strict=True)]
            left = _squares([column - start for column, start in zip(there, begun, strict=True)])
            stays = definite & (left <= (2 * NEAR * reach) ** 2)
            here = [np.where(stays, new, old) for new, old in zip(there, here, strict=True)]
    return np.stack(here, axis=-1)


def _columns(points: Array) -> Columns:
    return list(np.ascontiguousarray(points.T))


def clusters(ends: Array, values: Array, reach: float, scale: float) -> tuple[Indices, Indices]:
    """Group ``ends (K, k)`` into minima: for each end the number of its minimum ``(K,)``, and a representative of each.

    Ends that are linked by gaps below ``SAME`` times the reach are one minimum; the one with the lowest loss stands for it.
    Minima are numbered from the lowest loss up, equal ones (to ``EQUAL`` times the loss's ``scale``) by their coordinates.
    """
    if not len(ends):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    cells = np.floor(ends / (SAME * reach) + np.sqrt(2))  # an offset no round coordinate lies on the edge of
    of = _numbered(cells)
    heads = _heads(of, values, ends)
    linked = _linked(ends[heads], SAME * reach)
    lowest = np.array(
        [heads[linked == number][np.argmin(values[heads[linked == number]])] for number in range(linked.max() + 1)]
    )
    rounded = np.round(values[lowest] / (EQUAL * scale))
    ranked = np.lexsort((*np.round(ends[lowest] / reach, 6).T[::-1], rounded))
    rank = np.empty(len(ranked), dtype=np.intp)
    rank[ranked] = np.arange(len(ranked))
    return rank[linked[of]], lowest[ranked]


def _numbered(cells: Array) -> Indices:
    """Equal rows of ``cells (K, k)``, which hold whole numbers, get equal numbers from 0 on, and all of these occur."""
    columns = np.ascontiguousarray(cells.T)
    low = columns.min(axis=1, keepdims=True)
    spans = (columns - low).max(axis=1) + 1
    if np.prod(spans) > MOST_CELLS:
        return np.unique(cells, axis=0, return_inverse=True)[1].reshape(-1)
    place = np.ravel_multi_index(tuple((columns - low).astype(np.intp)), spans.astype(np.intp).tolist())
    there = np.zeros(int(np.prod(spans)), dtype=bool)
    there[place] = True
    return np.asarray((np.cumsum(there) - 1)[place])


def _heads(of: Indices, values: Array, ends: Array) -> Indices:
    """The lowest end of every cell, of equally low ones that with the least coordinates."""
    left = np.arange(len(of))
    for column in (np.where(np.isnan(values), np.inf, values), *ends.T):
        floor = np.full(of.max() + 1, np.inf)
        np.minimum.at(floor, of[left], column[left])
        left = left[column[left] <= floor[of[left]]]
    first = np.full(of.max() + 1, len(of))
    np.minimum.at(first, of[left], left)
    return first


def _linked(points: Array, gap: float) -> Indices:
    """Numbers ``(M,)`` of the connected groups of ``points (M, k)`` whose links are at most ``gap`` long."""
    group = np.full(len(points), -1, dtype=np.intp)
    number = 0
    for seed in range(len(points)):
        if group[seed] >= 0:
            continue
        group[seed], frontier = number, [seed]
        while frontier:
            near = (group < 0) & (np.linalg.norm(points - points[frontier.pop()], axis=1) <= gap)
            group[near] = number
            frontier.extend(np.flatnonzero(near).tolist())
        number += 1
    return group
