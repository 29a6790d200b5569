"""The scalars of one run as its analysis needs them: computed and finite steps only, with the yardsticks of change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Indices
from engine.trajectory import Ending, Trajectories

WORTH = 0.1
"""A change of loss is worth mention from this share of the yardstick on."""


@dataclass(frozen=True, eq=False)
class History:
    """One run: n steps from the start, as far as computed and finite; arrays ``(n,)``."""

    values: Array
    gradient_norms: Array
    step_lengths: Array
    rates: Array
    points: Array
    """(K, P): the records of those steps."""
    steps: Indices
    """(K,): their step numbers."""
    done: int
    """Number of the last step computed, finite or not."""
    noisy: bool
    """Whether its losses are those of mini-batches, or anything else than the same function at every step."""
    batches_per_epoch: int
    diverged: bool

    @property
    def spread(self) -> float:
        """Range of the losses seen."""
        return float(self.values.max() - self.values.min()) if len(self.values) else 0.0

    @property
    def size(self) -> float:
        """max(1, ‖θ‖) at the last record: how far "a unit move" goes there."""
        return max(1.0, float(np.linalg.norm(self.points[-1]))) if len(self.points) else 1.0

    def yardstick(self, steps: Indices | int) -> Array:
        """The smaller of the range seen and |loss| at ``steps``: what changes are compared with."""
        return np.asarray(np.minimum(self.spread, np.maximum(np.abs(self.values[steps]), 1e-9 * self.spread)))


def history(trajectories: Trajectories, run: int) -> History:
    """The history of one run.

    Raises:
        IndexError: if there is no such run.

    """
    done = int(trajectories.done[run])
    values = trajectories.values[: done + 1, run]
    usable = np.isfinite(values) & np.isfinite(trajectories.gradient_norms[: done + 1, run])
    length = int(np.argmin(usable)) if not usable.all() else len(usable)
    steps, points = trajectories.path(run)
    kept = steps < length
    batch, examples = trajectories.batch_size, trajectories.examples
    noisy = batch is not None and batch < examples
    return History(
        np.asarray(values[:length]),
        np.asarray(trajectories.gradient_norms[:length, run]),
        np.asarray(trajectories.step_lengths[:length, run]),
        np.asarray(trajectories.rates[:length, run]),
        points[kept],
        steps[kept],
        done,
        noisy,
        -(-examples // batch) if noisy and batch else 1,
        trajectories.outcomes[run].ending is Ending.DIVERGED or length < len(usable),
    )
