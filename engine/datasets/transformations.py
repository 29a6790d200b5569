"""What is done to all examples of a dataset, in pieces: drawing parts and subsets, adding noise, standardizing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, Indices
from engine.datasets import checks
from engine.datasets.blocks import row_blocks
from engine.datasets.checks import DataError, Targets
from engine.datasets.choices import chosen_pieces, without
from engine.datasets.scaling import applied_pieces, scaling_pieces
from engine.datasets.streams import Purpose, stream
from engine.job import Pieces, between

if TYPE_CHECKING:
    from engine.datasets.dataset import Dataset

VALIDATION, TEST = 1, 2
"""Numbers of the parts; 0 is the train part."""


def split_pieces(data: Dataset, validation: float, test: float, seed: int) -> Pieces[Dataset]:
    """Draw new parts, as :meth:`Dataset.split` says.

    Raises:
        DataError: if the fractions leave nothing to train on.

    """
    shares = [checks.fraction(part, "part of the examples") for part in (test, validation)]
    if sum(shares) >= 1.0:
        raise DataError(
            f"Validation {validation:g} and test {test:g} leave no examples to train on: choose smaller parts."
        )
    sizes = [round(len(data) * share) for share in shares]
    if sum(sizes) == len(data):  # both rounded up: an example goes back to training
        sizes[int(np.argmax(sizes))] -= 1
    random = stream(seed, Purpose.SPLIT)
    everything, strata = np.arange(len(data), dtype=np.intp), _classes(data.targets, data.classes)
    for_test = yield from between(0.0, 0.4, chosen_pieces(everything, strata, sizes[0], random))
    rest = without(len(data), for_test)
    yield 0.5
    for_validation = yield from between(0.5, 0.9, chosen_pieces(rest, strata[rest], sizes[1], random))
    yield 0.9
    return replace(data, validation_indices=for_validation, test_indices=for_test)


def subset_pieces(data: Dataset, n: int, seed: int) -> Pieces[Dataset]:
    """Take a random ``n`` of the examples, as :meth:`Dataset.subset` says.

    Raises:
        DataError: if there are not so many examples, or none of those chosen is for training.

    """
    part = part_numbers(len(data), data.validation_indices, data.test_indices)
    kept = yield from between(0.0, 0.8, kept_pieces(part, data.targets, data.classes, n, seed))
    return replace(
        data,
        inputs=data.inputs[kept],
        targets=data.targets[kept],
        validation_indices=np.flatnonzero(part[kept] == VALIDATION),
        test_indices=np.flatnonzero(part[kept] == TEST),
    )


def part_numbers(count: int, validation: Indices, test: Indices) -> Indices:
    """The part ``(count,)`` that each example belongs to."""
    part = np.zeros(count, dtype=np.intp)
    part[validation], part[test] = VALIDATION, TEST
    return part


def kept_pieces(part: Indices, targets: Targets, classes: int | None, n: int, seed: int) -> Pieces[Indices]:
    """Choose ``n`` examples, every part and class in proportion: their indices, in order.

    Raises:
        DataError: if there are not so many examples, or none of those chosen is for training.

    """
    if not 1 <= n <= len(part):
        raise DataError(f"A subset of {n} examples cannot be taken from {len(part)}: choose from 1 to {len(part)}.")
    strata = part * (classes or 1)
    yield 0.0
    strata += _classes(targets, classes)
    everything = np.arange(len(part), dtype=np.intp)
    yield 0.0
    kept = yield from chosen_pieces(everything, strata, n, stream(seed, Purpose.SUBSET))
    if not (part[kept] == 0).any():
        raise DataError(f"A subset of {n} examples leaves none to train on: choose more.")
    return kept


def noisy_pieces(data: Dataset, scale: float, seed: int) -> Pieces[Dataset]:
    """Add Gaussian noise to the inputs of classes, or to targets that are values, as :meth:`Dataset.with_noise` says.

    Raises:
        DataError: if the scale is negative or not finite.

    """
    if not 0.0 <= scale < np.inf:
        raise DataError(f"The noise must be a finite standard deviation from 0, not {scale}.")
    random = stream(seed, Purpose.NOISE)
    if data.classes is None:
        noisy = yield from between(0.0, 0.9, _with_noise(np.asarray(data.targets, np.float64), scale, random))
        return replace(data, targets=noisy)
    return replace(data, inputs=(yield from between(0.0, 0.9, _with_noise(data.inputs, scale, random))))


def standardized_pieces(data: Dataset) -> Pieces[Dataset]:
    """Give every input column mean 0 and deviation 1 on the train part, as :meth:`Dataset.standardized` says."""
    learned = data.train_indices
    yield 0.0
    scaling = yield from between(0.0, 0.6, scaling_pieces(data.inputs, learned if len(learned) < len(data) else None))
    remembered = scaling if data.scaling is None else data.scaling.then(scaling)
    inputs = yield from between(0.6, 0.9, applied_pieces(scaling, data.inputs))
    return replace(data, inputs=inputs, scaling=remembered)


def _classes(targets: Targets, classes: int | None) -> Indices:
    return np.asarray(targets) if classes is not None else np.zeros(len(targets), dtype=np.intp)


def _with_noise(clean: Array, scale: float, random: np.random.Generator) -> Pieces[Array]:
    noisy = np.empty_like(clean)
    for rows in row_blocks(*clean.shape):
        block = random.standard_normal(out=noisy[rows])
        with np.errstate(over="ignore"):  # what leaves the range is refused by name
            block *= scale
            block += clean[rows]
        yield rows.stop / len(clean)
    noisy.flags.writeable = False
    return noisy
