"""Standardizing inputs by the mean and deviation of the examples that are trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Indices, read_only
from engine.datasets.blocks import row_blocks
from engine.job import Pieces, between, finished


@dataclass(frozen=True, eq=False)
class Scaling:
    """``mean (d,)`` and ``deviation (d,)`` of each input column; 0 and 1 for a column that stays as it is."""

    mean: Array
    deviation: Array

    @staticmethod
    def of(inputs: Array) -> Scaling:
        """The mean and standard deviation (divided by N) of each column of ``inputs (N, d)``."""
        return finished(scaling_pieces(inputs))

    def apply(self, inputs: Array) -> Array:
        """Standardized ``inputs (..., d)``."""
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray((inputs - self.mean) / self.deviation)

    def undo(self, inputs: Array) -> Array:
        """From standardized inputs ``(..., d)`` back to the original units."""
        return np.asarray(inputs * self.deviation + self.mean)

    def then(self, after: Scaling) -> Scaling:
        """This scaling followed by another one, as one."""
        return Scaling(read_only(self.mean + after.mean * self.deviation), read_only(self.deviation * after.deviation))


def scaling_pieces(inputs: Array, learned: Indices | None = None) -> Pieces[Scaling]:
    """Measure the columns of ``inputs (N, d)``, or of the ``learned`` rows alone, block after block.

    What comes out has the bits of a mean and a deviation of all rows at once.
    """
    rows = Blocks(inputs, learned)
    low, high = yield from between(0.0, 0.2, _range(rows))
    size = np.maximum(np.abs(low), np.abs(high))
    size = np.where(size > 0, size, 1.0)  # so that the squares of very large or small numbers stay in range
    center = (yield from between(0.2, 0.6, _total(rows, lambda block: block / size))) / len(rows)
    squares = yield from between(0.6, 1.0, _total(rows, lambda block: np.square(block / size - center)))
    with np.errstate(under="ignore"):
        mean, deviation = center * size, np.sqrt(squares / len(rows)) * size
    moves = (low < high) & (deviation > 0)
    return Scaling(read_only(np.where(moves, mean, 0.0)), read_only(np.where(moves, deviation, 1.0)))


def applied_pieces(scaling: Scaling, inputs: Array) -> Pieces[Array]:
    """Standardize ``inputs (N, d)`` block after block, into a new read-only array."""
    scaled = np.empty_like(inputs)
    for rows in row_blocks(*inputs.shape):
        scaled[rows] = scaling.apply(inputs[rows])
        yield rows.stop / len(inputs)
    scaled.flags.writeable = False
    return scaled


@dataclass(frozen=True, eq=False)
class Blocks:
    """All rows of ``inputs (N, d)``, or those ``learned`` from, n of them: block after block, so that no copy is made of all."""

    inputs: Array
    learned: Indices | None

    def __len__(self) -> int:
        return len(self.inputs) if self.learned is None else len(self.learned)

    def __iter__(self) -> Iterator[tuple[slice, Array]]:
        for rows in row_blocks(len(self), self.inputs.shape[1]):
            yield rows, self.inputs[rows if self.learned is None else self.learned[rows]]


def _range(blocks: Blocks) -> Pieces[tuple[Array, Array]]:
    low = high = blocks.inputs[0 if blocks.learned is None else blocks.learned[0]]
    for rows, block in blocks:
        low, high = np.minimum(low, block.min(axis=0)), np.maximum(high, block.max(axis=0))
        yield rows.stop / len(blocks)
    return low, high


def _total(blocks: Blocks, of: Callable[[Array], Array]) -> Pieces[Array]:
    """The sum ``(d,)`` of ``of(row)``, as NumPy adds rows up: one after the other, but a single column in pairs."""
    if blocks.inputs.shape[1] == 1:
        return (yield from _total_of_one(blocks, of))
    total: Array | None = None
    for rows, block in blocks:
        terms = _quietly(of, block)
        total = (terms if total is None else np.concatenate([total[None], terms])).sum(axis=0)
        yield rows.stop / len(blocks)
    assert total is not None
    return total


def _total_of_one(blocks: Blocks, of: Callable[[Array], Array]) -> Pieces[Array]:
    terms = np.empty((len(blocks), 1))
    for rows, block in blocks:
        terms[rows] = _quietly(of, block)
        yield rows.stop / len(blocks)
    return np.asarray(terms.sum(axis=0))


def _quietly(of: Callable[[Array], Array], block: Array) -> Array:
    with np.errstate(under="ignore"):
        return of(block)
