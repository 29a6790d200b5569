"""Which examples each update sees: mini-batches in shuffled epochs, by seed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np

from engine.arrays import Array, Indices
from engine.schedules import Schedule


@dataclass(frozen=True)
class Batches:
    """Mini-batches of ``size`` out of ``examples``; runs with equal size and seed see the same ones.

    Without replacement every epoch is a fresh permutation cut into pieces, the last piece shorter where ``size`` does not
    divide N (its mean is over its own examples: Goodfellow et al. 2016, section 8.1.3). With replacement every batch is drawn
    independently, and an epoch means N / B updates all the same.

    Raises:
        ValueError: if the size is not between 1 and N, or the seed is negative.

    >>> [len(Batches(examples=5, size=2, seed=0).indices(step)) for step in range(4)]
    [2, 2, 1, 2]

    """

    examples: int
    size: int
    seed: int = 0
    replacement: bool = False

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"The seed of the batches must not be negative, and is {self.seed}.")
        if not 1 <= self.size <= self.examples:
            raise ValueError(f"The batch size must be between 1 and {self.examples} (all examples), not {self.size}.")

    @property
    def per_epoch(self) -> int:
        """Updates in one epoch: N / B, rounded up."""
        return -(-self.examples // self.size)

    def indices(self, step: int) -> Indices:
        """The examples of update ``step``: up to ``size`` indices."""
        if self.replacement:
            return np.asarray(np.random.default_rng([self.seed, step]).integers(self.examples, size=self.size))
        epoch, piece = divmod(step, self.per_epoch)
        return _permutation(self.examples, self.seed, epoch)[piece * self.size : (piece + 1) * self.size]


@lru_cache(maxsize=8)
def _permutation(examples: int, seed: int, epoch: int) -> Indices:
    return np.asarray(np.random.default_rng([seed, epoch]).permutation(examples))


def in_epochs(schedule: Schedule, batches: Batches | None) -> Schedule:
    """A schedule that counts in epochs, bound to the updates that an epoch has here; one that counts updates as it is.

    Without batches every update is an epoch. The last, short batch is an update like the others, so an epoch has N / B
    updates rounded up. What a schedule wraps is bound as well.

    >>> from engine.schedules import Hold, InverseTime
    >>> hold = Hold(InverseTime(0.1, 1.0, updates_per_epoch=10.0), hold_for=2.0, updates_per_epoch=10.0)
    >>> in_epochs(hold, Batches(examples=7, size=2)).updates_per_epoch
    4.0

    """
    inner = {f.name: getattr(schedule, f.name) for f in fields(schedule) if f.name != "updates_per_epoch"}
    bound: dict[str, Any] = {
        name: in_epochs(part, batches) for name, part in inner.items() if isinstance(part, Schedule)
    }
    if schedule.unit == "epochs":
        return replace(schedule, **bound, updates_per_epoch=float(batches.per_epoch if batches is not None else 1))
    return replace(schedule, **bound) if bound else schedule


def rates_of(schedule: Schedule, steps: int, batches: Batches | None) -> Array:
    """The learning rate ``(T + 1,)`` at every step of a run of ``steps`` updates."""
    return in_epochs(schedule, batches).rates(np.arange(steps + 1.0))
