"""The examples a network's loss is the mean of: checked once, then laid out for the passes.

In memory examples come last, in tiles of equal width: ``inputs (tiles, columns, width)`` with a first row of ones (for b),
``targets (c, N)``. A few tiles are a block, which the passes take with one call each; blocks are gathered into parts, which
threads share out. Sums over examples run along memory, then tile after tile, then part after part, in an order that depends
on the examples and the network alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Array, Indices
from engine.network.layers import Layer, by_example, columns, padded, rows
from engine.network.loss import Loss
from engine.network.losses import default_loss

TILE_BYTES = 1 << 20
"""What one run's activations and errors of one tile may take: half of a usual second-level cache."""
BLOCK_BYTES = 2 << 20
"""What the activations and errors of one block, and inputs that do not lie by example, may take: the backward pass finds them
where the forward pass did."""
UNPACKED = 1_000_000
"""OpenBLAS multiplies without copying its operands first up to this many multiplications: twice as fast for few units."""
NARROWEST = 32
"""Tiles are not made narrower than this for that reason."""
SHORTEST, FEWEST = 8, 4
"""Of tiles whose inputs lie by example, this many may always form a block; longer ones, if there are still so many of them."""
PARTS = 8
"""Into how many parts the blocks are gathered at most."""


class Part(Protocol):
    """Inputs ``(N, d)`` and targets: class numbers ``(N,)`` or values ``(N, c)``."""

    @property
    def inputs(self) -> NDArray[Any]:
        """Features, (N, d)."""

    @property
    def targets(self) -> NDArray[Any]:
        """Class numbers (N,) or values (N, c)."""


class Parted(Protocol):
    """A data set with a train part."""

    @property
    def train(self) -> Part:
        """The part to learn from."""


Data: TypeAlias = Part | Parted


def _one_hot(classes: NDArray[Any], outputs: int) -> Array:
    count = max(outputs, 2)
    if classes.size and (classes.min() < 0 or classes.max() >= count):
        raise ValueError(
            f"The classes run from {classes.min()} to {classes.max()}, but {outputs} output{'s' if outputs > 1 else ''} can tell "
            f"only 0 to {count - 1} apart: give the last layer one unit per class."
        )
    if outputs == 1:
        return np.asarray(classes[:, None], dtype=np.float64)
    return np.asarray(classes[:, None] == np.arange(outputs), dtype=np.float64)


def _values(targets: NDArray[Any], outputs: int, loss: Loss) -> Array:
    values = np.asarray(targets, dtype=np.float64).reshape(len(targets), -1)
    if values.shape[1] != outputs:
        raise ValueError(
            f"The targets have {values.shape[1]} values each, but the network has {outputs} outputs: make the last layer "
            f"{values.shape[1]} units wide."
        )
    if "values" in loss.targets:
        return values
    other = default_loss("values").title.lower()
    if not loss.soft_labels:
        raise ValueError(f"{loss.title} needs class numbers (integers) as targets: choose {other} for values.")
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(f"{loss.title} needs targets between 0 and 1: choose {other} for other values.")
    return values


def tiling(examples: int, widths: tuple[int, ...]) -> tuple[int, int, bool]:
    """Examples per tile, full tiles per block, and whether inputs lie by example, for a network of these ``widths``."""
    width = _tile_width(examples, widths)
    lies = by_example(Layer(1, widths[0], widths[1], 0))
    numbers = (0 if lies else columns(widths[0])) + 2 * sum(columns(units) for units in widths[1:])
    together = max(1, BLOCK_BYTES // (8 * numbers * width))
    # Inputs that lie by example stream through the caches at any length; long calls keep two threads out of each other's way.
    return width, min(together, max(SHORTEST, -(-examples // (width * FEWEST)))) if lies else together, lies


def _tile_width(examples: int, widths: tuple[int, ...]) -> int:
    """As many as fit into ``TILE_BYTES``, spread evenly, whole eights once there are many.

    Whole eights because OpenBLAS finishes odd columns of large products with other kernels (see ``layers.rows``).
    """
    if examples <= 64:
        return max(examples, 1)
    most = max(64, TILE_BYTES // (16 * (sum(widths) + len(widths))))
    unpacked = UNPACKED // max(rows(outputs) * columns(inputs) for inputs, outputs in pairwise(widths)) // 8 * 8
    if unpacked >= NARROWEST:
        most = min(most, unpacked)
    return padded(-(-examples // -(-examples // most)), 8)


@dataclass(frozen=True, eq=False)
class Tiles:
    """A block: S tiles of n examples each, side by side."""

    inputs: Array
    """(S, columns, width): zeros where there is no example. In memory a tile may be transposed."""
    targets: Array
    """(S, c, n)"""
    classes: Indices | None
    """(S, n), where there are classes."""

    @property
    def number(self) -> int:
        """S."""
        return len(self.targets)

    @property
    def count(self) -> int:
        """n, the examples of each tile."""
        return int(self.targets.shape[-1])


@dataclass(frozen=True, eq=False)
class Examples:
    """Checked inputs ``(N, d)`` and targets ``(N, c)`` (float64), with class numbers ``(N,)`` where there are classes."""

    inputs: Array
    targets: Array
    classes: Indices | None
    width: int
    """Examples per tile."""
    together: int = 1
    """Full tiles per block."""
    by_example: bool = False
    """Whether the inputs lie example by example in memory."""

    @property
    def count(self) -> int:
        """N."""
        return int(self.inputs.shape[0])

    @cached_property
    def input_tiles(self) -> Array:
        """Inputs as ``(tiles, columns, width)``, a row of ones first, zeros where there is no example."""
        count, features = self.inputs.shape
        tiles = -(-count // self.width)
        shape = (tiles, columns(features), self.width)
        laid = np.zeros((shape[0], *shape[:0:-1])).swapaxes(-1, -2) if self.by_example else np.zeros(shape)
        if tiles == 1:
            laid[0, 0, :count] = 1.0
            laid[0, 1 : 1 + features, :count] = self.inputs.T
            return laid
        for tile, (start, stop) in enumerate(self.spans()):
            laid[tile, 0, : stop - start] = 1.0
            laid[tile, 1 : 1 + features, : stop - start] = self.inputs[start:stop].T
        return laid

    @cached_property
    def target_columns(self) -> Array:
        """Targets as ``(c, N)``."""
        return np.ascontiguousarray(self.targets.T)

    @cached_property
    def tiles(self) -> tuple[Tiles, ...]:
        """Every tile as a block of its own."""
        return tuple(
            Tiles(
                self.input_tiles[tile : tile + 1],
                self.target_columns[None, :, start:stop],
                None if self.classes is None else self.classes[None, start:stop],
            )
            for tile, (start, stop) in enumerate(self.spans())
        )

    @cached_property
    def parts(self) -> tuple[tuple[Tiles, ...], ...]:
        """All tiles in blocks, the blocks in up to ``PARTS`` parts of about equal size."""
        blocks = self._blocks
        ends = (
            [len(blocks) * part // PARTS for part in range(PARTS + 1)]
            if len(blocks) > PARTS
            else range(len(blocks) + 1)
        )
        return tuple(blocks[first:stop] for first, stop in pairwise(ends))

    @property
    def _blocks(self) -> tuple[Tiles, ...]:
        """As many full tiles as fit into ``BLOCK_BYTES`` at a time, then a shorter last one."""
        outputs, full = self.targets.shape[1], self.count // self.width
        if self.together == 1 or full <= 1:
            return self.tiles
        whole = slice(0, full * self.width)
        wide = self.target_columns[:, whole].reshape(outputs, full, self.width).swapaxes(0, 1).copy()
        classes = None if self.classes is None else self.classes[whole].reshape(full, self.width)
        spans = [slice(start, min(start + self.together, full)) for start in range(0, full, self.together)]
        blocks = (
            Tiles(self.input_tiles[span], wide[span], None if classes is None else classes[span]) for span in spans
        )
        return (*blocks, *self.tiles[full:])

    def spans(self) -> Iterator[tuple[int, int]]:
        """First and one past the last example of each tile."""
        for start in range(0, self.count, self.width):
            yield start, min(start + self.width, self.count)

    def take(self, indices: Indices, widths: tuple[int, ...]) -> Examples:
        """Some of the examples, in the order of ``indices``."""
        inputs = self.inputs[indices]
        classes = None if self.classes is None else self.classes[indices]
        return Examples(inputs, self.targets[indices], classes, *tiling(len(inputs), widths))


def checked(data: Data, widths: tuple[int, ...], loss: Loss) -> Examples:
    """The examples of ``data`` (of its train part, where it has parts) for a network of these widths.

    Raises:
        ValueError: with one sentence, if shapes, classes or numbers don't fit.

    """
    part: Any = getattr(data, "train", data)
    inputs = np.asarray(part.inputs, dtype=np.float64)
    targets = np.asarray(part.targets)
    if inputs.ndim != 2 or not len(inputs):
        raise ValueError(f"Inputs must be a table of N ≥ 1 examples by d features, not of shape {inputs.shape}.")
    if inputs.shape[1] != widths[0]:
        raise ValueError(
            f"The data have {inputs.shape[1]} features, but the network's first layer has {widths[0]} units: make it "
            f"{inputs.shape[1]} wide."
        )
    if targets.ndim not in (1, 2) or len(targets) != len(inputs):
        raise ValueError(
            f"There are {len(inputs)} inputs, but targets of shape {targets.shape}: give one target for each."
        )
    if not np.isfinite(inputs).all() or (targets.dtype.kind == "f" and not np.isfinite(targets).all()):
        raise ValueError("The data have entries that are not finite numbers: remove or fill them in first.")
    are_classes = targets.dtype.kind in "iub" and targets.ndim == 1
    laid = _one_hot(targets.astype(np.intp), widths[-1]) if are_classes else _values(targets, widths[-1], loss)
    return Examples(inputs, laid, targets.astype(np.intp) if are_classes else None, *tiling(len(inputs), widths))
