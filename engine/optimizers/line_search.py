"""Backtracking: shorten a step until the loss falls enough (Armijo's condition)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Mask
from engine.optimizers.gain import rounding
from engine.optimizers.method import Step

SUFFICIENT = 1e-4
MOST_HALVINGS = 60

LINE_SEARCHES = ("none", "backtracking")


@dataclass(frozen=True, eq=False)
class Searched:
    """What a search found, for R runs; lengths are multiples of the direction, 0 where nothing was found."""

    length: Array
    found: Mask
    shortened: Array


def fixed(step: Step, length: Array) -> Searched:
    """No search: every length is taken as it is."""
    return Searched(length, np.ones_like(step.active), np.zeros(len(length)))


def backtracking(step: Step, direction: Array, length: Array) -> Searched:
    """Halve ``length (R,)`` until f(θ + t·d) ≤ f(θ) + 10⁻⁴ · t · gᵀd: at least a small share of what the slope promises.

    Where d ``(R, P)`` does not point downhill, nothing is found. Source: Armijo (1966); Nocedal and Wright (2006),
    algorithm 3.1.
    """
    slope = np.sum(step.gradient * direction, axis=-1)
    stands = ~np.any(direction, axis=-1)  # a stationary point: staying is what the method wants
    pending = step.active & (slope < 0)
    found, shortened = step.active & stands, np.zeros(len(length))
    for _ in range(MOST_HALVINGS):
        if not pending.any():
            break
        after = step.evaluate.value(step.points + length[:, None] * direction, pending)
        enough = after <= step.value + SUFFICIENT * length * slope + rounding(step.value)
        found |= pending & enough
        pending &= ~enough
        length = np.where(pending, length / 2, length)
        shortened += pending
    return Searched(np.where(found, length, 0.0), found, shortened)


def search(name: str, step: Step, direction: Array, length: Array) -> Searched:
    """The search called ``name``, one of :data:`LINE_SEARCHES`."""
    return backtracking(step, direction, length) if name == "backtracking" else fixed(step, length)
