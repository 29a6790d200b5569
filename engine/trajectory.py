"""What a descent leaves behind: records of the points, scalars at every step, and how each run ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import Array, Indices, Mask
from engine.optimizers.method import Optimizer


class Ending(Enum):
    """How a run ended, if it did."""

    RUNNING = "running"
    STEP_LIMIT = "step limit"
    CONVERGED = "converged"
    DIVERGED = "diverged"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """One run's ending with a sentence for a person."""

    ending: Ending
    sentence: str


@dataclass(frozen=True, eq=False)
class Monitored:
    """Losses and accuracy on whole parts of the data, at ``steps (M,)``; each array ``(M, R)``, NaN where there is none."""

    steps: Indices
    train: Array
    validation: Array
    train_accuracy: Array
    validation_accuracy: Array


@dataclass(frozen=True, eq=False)
class Trajectories:
    """Runs side by side. R runs, T + 1 steps (step 0 is the start), arrays read-only.

    Views align runs by step: ``done[r]`` says how far run r has come; what lies beyond is not computed yet (``computed`` is
    False there). In ``values`` NaN means "evaluated, and not a finite number" and nothing else.
    """

    starts: Array
    """(starts, P)"""
    optimizers: tuple[Optimizer, ...]
    """Run r = start r // len(optimizers) with optimizer r % len(optimizers)."""
    points: Array
    """(records, R, P): parameters at ``steps``. A run that has ended repeats its last point."""
    steps: Indices
    """(records,): the step number of each record; every ``record_every``-th step and, at the end, the last."""
    record_every: int
    values: Array
    """(T + 1, R): the loss of step t's batch at the point of step t."""
    gradient_norms: Array
    """(T + 1, R)"""
    step_lengths: Array
    """(T + 1, R): ‖θ(t+1) − θ(t)‖; the last row belongs to a step not taken and is 0."""
    rates: Array
    """(T + 1, R): learning rate used for step t."""
    evaluations: Array
    """(T + 1, R): objective evaluations spent before step t's update, gradients counted once."""
    examples_seen: Array
    """(T + 1, R): examples whose loss or gradient was computed up to step t: the honest cost."""
    seconds: Array
    """(T + 1, R): time spent computing this run's group."""
    done: Indices
    """(R,): number of the last step computed."""
    ended: Indices
    """(R,): step at which the run ended, −1 while it goes on."""
    outcomes: tuple[Outcome, ...]
    examples: int = 1
    batch_size: int | None = None
    monitored: Monitored | None = None

    @property
    def runs(self) -> int:
        """R, the number of runs."""
        return int(self.points.shape[1])

    @property
    def computed(self) -> Mask:
        """(T + 1, R): whether the scalars at that step are there."""
        return np.asarray(np.arange(self.values.shape[0])[:, None] <= self.done[None, :])

    @property
    def complete(self) -> bool:
        """Whether every run has ended."""
        return bool((self.ended >= 0).all())

    def path(self, run: int) -> tuple[Indices, Array]:
        """Steps ``(K,)`` and points ``(K, P)`` recorded of one run so far, up to its end."""
        last = int(self.done[run])
        count = int(np.searchsorted(self.steps, last, side="right"))
        if self.ended[run] >= 0 and self.steps[count - 1] < last:
            # Between two records the run ended; the next record repeats its last point.
            return np.append(self.steps[:count], last), np.asarray(self.points[: count + 1, run])
        return self.steps[:count], np.asarray(self.points[:count, run])

    def point_at(self, run: int, step: int | None = None) -> Array:
        """The recorded point ``(P,)`` nearest at or before ``step`` (None: the last)."""
        steps, points = self.path(run)
        index = len(steps) - 1 if step is None else int(np.searchsorted(steps, step, side="right")) - 1
        return np.asarray(points[max(index, 0)])
