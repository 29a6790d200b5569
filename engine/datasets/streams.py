"""Random streams: one for each purpose, so that changing the noise does not move the split."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from engine.datasets.checks import seed_number


class Purpose(IntEnum):
    """What random numbers are drawn for.

    None is 0, because ``default_rng([seed, 0])`` is the stream of ``default_rng(seed)``, which draws the weights.
    """

    GENERATION = 101
    SPLIT = 102
    NOISE = 103
    LABELS = 104
    SUBSET = 105
    TEACHER = 106


def stream(seed: int, purpose: Purpose) -> np.random.Generator:
    """The random numbers of one purpose, from the data's seed.

    Raises:
        DataError: if the seed is negative or not a whole number.

    """
    return np.random.default_rng([seed_number(seed), int(purpose)])
