"""Saddles that a run passed, from its gradient norms.

**Saddle passed** at step t: ‖g(t)‖ is the smallest of a maximal stretch of steps on which ‖g‖ is at most ``DIP`` of its largest
value before and of its largest value after; when ‖g‖ has grown back to ‖g(t)‖/DIP the loss is lower than at t (a swing through
the bottom of a ravine also has a dip of ‖g‖, but climbs after it); and the loss falls after t by an amount worth mention.
Dips between which the loss does not fall by an amount worth mention belong to one saddle: the lowest of them is its step.
"""

from __future__ import annotations

import numpy as np

from engine.analysis.history import WORTH, History

DIP = 0.1


def passages(seen: History) -> tuple[int, ...]:
    """Steps of closest approach to the saddles that were passed, in order; none in mini-batch runs.

    >>> from engine import Formula, descend, optimizers
    >>> from engine.analysis.history import history
    >>> runs = descend(Formula.parse("x^2 + (y^2 - 1)^2"), [[1.0, 1e-6]], [optimizers.gradient_descent(0.05)], 300)
    >>> passages(history(runs, 0))
    (45,)

    """
    norms, values = seen.gradient_norms, seen.values
    if seen.noisy or len(norms) < 3 or seen.spread == 0.0:
        return ()
    before, after = np.maximum.accumulate(norms), np.maximum.accumulate(norms[::-1])[::-1]
    low = norms <= DIP * np.minimum(before, after)
    edges = np.diff(np.concatenate([[0], low.astype(np.int8), [0]]))
    lowest_after = np.minimum.accumulate(values[::-1])[::-1]
    found: list[int] = []
    for first, stop in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        step = int(first + np.argmin(norms[first:stop]))
        # The stretch ends only where ‖g‖ has grown to DIP of what comes later; ‖g(step)‖/DIP may be reached within it.
        grown = step + int(np.argmax(norms[step:] >= norms[step] / DIP))
        drop = float(values[step] - lowest_after[step])
        if values[grown] < values[step] and drop >= WORTH * float(seen.yardstick(step)):
            found.append(step)
    return _one_per_saddle(seen, found)


def _one_per_saddle(seen: History, dips: list[int]) -> tuple[int, ...]:
    kept: list[int] = []
    for step in dips:
        if not kept or seen.values[kept[-1]] - seen.values[step] >= WORTH * float(seen.yardstick(kept[-1])):
            kept.append(step)
        elif seen.gradient_norms[step] < seen.gradient_norms[kept[-1]]:
            kept[-1] = step
    return tuple(kept)
