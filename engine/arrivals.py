"""Whether runs have arrived in a minimum, where exactly it lies, and which of them are the same one.

A run **has arrived** when the Hessian at its point is positive definite and both its last step and the Newton step from
there, which leads to the minimum of the local quadratic model, are at most ``NEAR`` times the reach (half the diagonal of
the window) long. So a plateau, a saddle or a swing through a valley is no arrival, whatever the scale of the loss.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Array, Indices, Mask
from engine.objective import Objective

NEAR = 1e-3
"""Share of the reach: about a hair's breadth in a picture."""
SAME = 1e-2
"""Minima nearer to each other than this share of the reach are one."""
EQUAL = 1e-9
"""Share of the usual loss by which minima may differ and still be equally low."""
POLISHING = 3
"""Newton steps that take an arrived point onto its minimum."""


def newton_steps(gradients: Array, hessians: Array) -> tuple[Array, Mask]:
    """−H⁻¹g ``(K, k)`` for k = 1 or 2 in closed form, and where H is positive definite ``(K,)``; 0 where it is not."""
    if gradients.shape[1] == 1:
        definite = hessians[:, 0, 0] > 0
        steps = -gradients / np.where(definite, hessians[:, 0, 0], 1.0)[:, None]
        return np.where(definite[:, None], steps, 0.0), definite
    a, b, c = hessians[:, 0, 0], hessians[:, 0, 1], hessians[:, 1, 1]
    determinant = a * c - b * b
    definite = (a > 0) & (determinant > 0)
    g, h = gradients.T
    steps = np.stack([b * h - c * g, b * g - a * h], axis=1) / np.where(definite, determinant, 1.0)[:, None]
    return np.where(definite[:, None], steps, 0.0), definite


def arrived(objective: Objective, points: Array, moves: Array, reach: float) -> Mask:
    """Which runs at ``points (K, k)`` have arrived; ``moves (K,)`` are the lengths of their last steps."""
    found = np.zeros(len(points), dtype=bool)
    slow = np.flatnonzero(moves <= NEAR * reach)
    if slow.size:
        _, gradients = objective.value_and_gradient(points[slow])
        steps, definite = newton_steps(gradients, objective.hessian(points[slow]))
        found[slow] = definite & (np.linalg.norm(steps, axis=1) <= NEAR * reach)
    return found


def polished(objective: Objective, points: Array, reach: float) -> Array:
    """The minima ``(K, k)`` that arrived points lie beside, by a few Newton steps; a step that leaves is not taken."""
    here = points
    for _ in range(POLISHING):
        _, gradients = objective.value_and_gradient(here)
        steps, definite = newton_steps(gradients, objective.hessian(here))
        stays = definite & (np.linalg.norm(here + steps - points, axis=1) <= 2 * NEAR * reach)
        here = np.where(stays[:, None], here + steps, here)
    return here


def clusters(ends: Array, values: Array, reach: float, scale: float) -> tuple[Indices, Indices]:
    """Group ``ends (K, k)`` into minima: for each end the number of its minimum ``(K,)``, and a representative of each.

    Ends that are linked by gaps below ``SAME`` times the reach are one minimum; the one with the lowest loss stands for it.
    Minima are numbered from the lowest loss up, equal ones (to ``EQUAL`` times the loss's ``scale``) by their coordinates.
    """
    if not len(ends):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    order = np.lexsort((*ends.T[::-1], values))
    cells = np.floor(ends / (SAME * reach) + np.sqrt(2))  # an offset no round coordinate lies on the edge of
    _, first, of = np.unique(cells[order], axis=0, return_index=True, return_inverse=True)
    heads = order[first]  # the lowest end of every cell
    linked = _linked(ends[heads], SAME * reach)
    lowest = np.array(
        [heads[linked == number][np.argmin(values[heads[linked == number]])] for number in range(linked.max() + 1)]
    )
    rounded = np.round(values[lowest] / (EQUAL * scale))
    ranked = np.lexsort((*np.round(ends[lowest] / reach, 6).T[::-1], rounded))
    rank = np.empty(len(ranked), dtype=np.intp)
    rank[ranked] = np.arange(len(ranked))
    labels = np.empty(len(ends), dtype=np.intp)
    labels[order] = rank[linked[of.reshape(-1)]]
    return labels, lowest[ranked]


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
