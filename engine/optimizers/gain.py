"""How well a model foretold a step: the gain ratio, and the slack that rounding asks for."""

from __future__ import annotations

import numpy as np

from engine.arrays import Array

EPSILON = float(np.finfo(np.float64).eps)


def rounding(values: Array) -> Array:
    """How far two evaluations of a loss ``(R,)`` may differ by rounding alone: near a minimum no step can be judged finer."""
    return np.asarray(10 * EPSILON * np.abs(values))


def gain_ratio(before: Array, after: Array, predicted: Array) -> Array:
    """(before − after) / (−predicted) ``(R,)``, tending to 1 where both are below rounding; −inf where it is not finite.

    Source: Conn, Gould and Toint (2000), Trust-region methods, section 17.4.2.
    """
    slack = rounding(before) + np.finfo(np.float64).tiny
    ratio = (before - after + slack) / (slack - predicted)
    return np.asarray(np.where(np.isfinite(ratio), ratio, -np.inf))
