"""The noise floor: a constant rate and mini-batches keep a run circling round a minimum, at a radius that it never leaves.

**Cycling at the noise floor**: a mini-batch run with a constant rate over its second half, in which the batch losses show
no trend (the means of its third and fourth quarter differ by at most ``TREND`` standard errors, estimated from ``BLOCKS``
block means so that correlation in time counts, or by at most ``DRIFT`` of their spread), their spread is constant (within a
factor ``SPREAD`` between the quarters), and the center of the points does not wander: it moves between the quarters by at
most the radius. (A random walk in many dimensions moves its center by √2 times its radius, a cloud round a minimum by
nearly nothing.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.analysis.history import History
from engine.analysis.wording import number
from engine.arrays import Array

BLOCKS = 8
"""Blocks per quarter."""
SHORTEST = 20
"""Fewer records than this in the second half say nothing."""
TREND = 3.0
DRIFT = 0.25
SPREAD = 2.0


@dataclass(frozen=True)
class NoiseFloor:
    """Where a run circles since step ``first``: with which radius, round which loss."""

    first: int
    radius: float
    """Root mean square distance of the recorded points from their mean."""
    level: float
    """Mean batch loss."""

    @property
    def sentence(self) -> str:
        """What to say of it."""
        return (
            f"Circling at the noise floor: the batch loss stays around {number(self.level)}, the points within a radius of "
            f"about {number(self.radius)}; only a decreasing rate or larger batches come closer."
        )


def noise_floor(seen: History) -> NoiseFloor | None:
    """The noise floor that a run is on at its end, if it is on one.

    >>> from engine import CurveFit, descend, optimizers
    >>> from engine.analysis.history import history
    >>> runs = descend(CurveFit("a", [0, 1], [0, 1]), [[5.0]], [optimizers.gradient_descent(0.1)], 2000, batch_size=1)
    >>> noise_floor(history(runs, 0)).first
    1000

    """
    half = len(seen.values) // 2
    rates, points = seen.rates[half:], seen.points[seen.steps >= half]
    if not seen.noisy or len(points) < SHORTEST or len(seen.values) < 4 * BLOCKS or np.ptp(rates[:-1]) > 0:
        return None
    if not _without_trend(seen.values[half:]):
        return None
    center = points.mean(axis=0)
    radius = float(np.sqrt(np.mean(np.sum((points - center) ** 2, axis=1))))
    third, fourth = np.array_split(points, 2)
    if np.linalg.norm(third.mean(axis=0) - fourth.mean(axis=0)) > radius:
        return None
    return NoiseFloor(half, radius, float(seen.values[half:].mean()))


def _without_trend(values: Array) -> bool:
    quarters = np.array_split(values, 2)
    means = np.array([[block.mean() for block in np.array_split(quarter, BLOCKS)] for quarter in quarters])
    error = float(np.sqrt(means.var(axis=1, ddof=1).sum() / BLOCKS))
    shift = abs(float(means[0].mean() - means[1].mean()))
    spread = [float(quarter.std()) for quarter in quarters]
    return shift <= max(TREND * error, DRIFT * min(spread)) and max(spread) <= SPREAD * min(spread) and max(spread) > 0
