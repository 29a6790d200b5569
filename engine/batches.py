"""Which examples each update sees: mini-batches in shuffled epochs, by seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.arrays import Indices


@dataclass(frozen=True)
class Batches:
    """Mini-batches of ``size`` out of ``examples``; runs with equal size and seed see the same ones.

    Without replacement every epoch is a fresh permutation cut into pieces, the last piece shorter where ``size`` does not
    divide N (its mean is over its own examples: Goodfellow et al. 2016, section 8.1.3). With replacement every batch is drawn
    independently, and an epoch means N / B updates all the same.

    Raises:
        ValueError: if the size is not between 1 and N.

    >>> [len(Batches(examples=5, size=2, seed=0).indices(step)) for step in range(4)]
    [2, 2, 1, 2]

    """

    examples: int
    size: int
    seed: int = 0
    replacement: bool = False

    def __post_init__(self) -> None:
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
