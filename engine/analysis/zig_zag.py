"""Zig-zag: successive steps that turn back on each other, the mark of a ravine too narrow for the learning rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array

SHORTEST = 10
"""Turns looked at together."""
MOST = 0.8
"""Share of them that must be backward: cosine of successive steps < 0."""


@dataclass(frozen=True)
class ZigZag:
    """Steps ``first`` to ``last`` with the ``share`` of turns between them that are backward."""

    first: int
    last: int
    share: float


def step_cosines(points: Array) -> Array:
    """Cosine ``(K − 2,)`` of the angle between each two successive steps of a path ``(K, P)``; NaN where one has length 0.

    >>> step_cosines(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 0.0]])).tolist()
    [0.0, -1.0]

    """
    steps = np.diff(np.asarray(points, dtype=np.float64), axis=0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        lengths = np.linalg.norm(steps, axis=1)
        return np.asarray(np.einsum("kp,kp->k", steps[1:], steps[:-1]) / (lengths[1:] * lengths[:-1]))


def zig_zags(points: Array) -> tuple[ZigZag, ...]:
    """Stretches of a path ``(K, P)``, recorded at every step, that zig-zag.

    A stretch is a union of overlapping windows of ``SHORTEST`` successive turns of which at least ``MOST`` are backward.

    >>> import engine
    >>> ravine = engine.Formula.parse("x^2/2 + 50*y^2")
    >>> runs = engine.descend(ravine, [[1.0, 1.0]], [engine.optimizers.gradient_descent(0.0195)], steps=30)
    >>> zig_zags(runs.path(0)[1])
    (ZigZag(first=0, last=30, share=1.0),)

    """
    backward = step_cosines(points) < 0
    if len(backward) < SHORTEST:
        return ()
    total = np.concatenate([[0], np.cumsum(backward)])
    mostly = total[SHORTEST:] - total[:-SHORTEST] >= MOST * SHORTEST
    covering = np.cumsum(np.pad(mostly.astype(np.intp), (0, SHORTEST - 1)))
    covering[SHORTEST:] -= covering[:-SHORTEST].copy()
    change = np.diff(np.concatenate([[0], (covering > 0).astype(np.int8), [0]]))
    # Turn j is between the steps from point j to j + 1 and from j + 1 to j + 2.
    return tuple(
        ZigZag(int(first), int(stop) + 1, float(backward[first:stop].mean()))
        for first, stop in zip(np.flatnonzero(change == 1), np.flatnonzero(change == -1), strict=True)
    )
