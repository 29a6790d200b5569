"""How many points one call takes, and how many points and examples one block of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.network.activations import Activation

BLOCK_BYTES = 1 << 20
"""A layer's activations in one block: two layers together fill a second-level cache of 2 MB. On two threads longer calls gain
more than smaller blocks."""
FEWEST = 128
"""Examples that make a product worth its call."""
ENOUGH = 512
"""From so many examples on a tile ends where a class does; shorter ones take more calls than their segments would."""
BLOCK_POINTS = 16
"""Points that one block has at least where calls take many and the examples are many: the first layer's products are then
read once for all of them."""
CALL_NANOSECONDS = 4e6
"""How long one call is to last, about: long against Python's overhead, short against a frame."""
WEIGHTS_BYTES = 1 << 24
"""What the weights of all points of one call may take."""
SLOW = {"softplus": 6.0, "gelu": 14.0, "sine": 0.5, "leaky_relu": 0.5}
"""Nanoseconds per value of the activations that are not as fast as the others (0.3)."""


@dataclass(frozen=True)
class Sizes:
    """How the work is cut."""

    points: int
    """Of one call, at most."""
    examples: int
    """Of one tile, at most."""
    numbers: int
    """Of one layer in one block, at most."""


def sizes(widths: Sequence[int], functions: Sequence[Activation], examples: int, dtype: np.dtype[np.generic]) -> Sizes:
    """Sizes for layers of these widths."""
    rows, numbers = max(widths), BLOCK_BYTES // dtype.itemsize
    each = (
        1.0 + 0.2 * widths[0] + sum(width * SLOW.get(of.name, 0.3) for width, of in zip(widths, functions, strict=True))
    )
    each += 0.02 * sum(before * after for before, after in pairwise(widths))
    weights = sum(before * after for before, after in pairwise(widths))
    nanoseconds = (each * examples + 0.2 * weights) * dtype.itemsize / 4 + 100.0
    points = max(1, min(int(CALL_NANOSECONDS / nanoseconds), WEIGHTS_BYTES // (dtype.itemsize * max(weights, 1))))
    longest = max(FEWEST, numbers // (rows * min(points, BLOCK_POINTS)))
    return Sizes(points, longest, max(numbers, rows * min(longest, examples)))
