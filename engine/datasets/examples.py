"""The examples of a file before they are a dataset: inputs become numbers of 8 bytes only for those that are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from engine.arrays import Array, Indices
from engine.datasets.blocks import row_blocks
from engine.datasets.checks import Targets
from engine.datasets.dataset import Dataset
from engine.datasets.files import FilePath, named_pieces
from engine.datasets.transformations import TEST, kept_pieces, part_numbers
from engine.job import Pieces, between

Some: TypeAlias = slice | Indices
"""Which examples."""


@dataclass(frozen=True, eq=False)
class Examples:
    """N examples whose inputs are read or scaled when they are asked for."""

    dimension: int
    """d, the number of inputs of an example."""
    inputs: Callable[[Some], Array]
    """From which examples (n of them) to their inputs ``(n, d)``, all of them finite."""
    targets: Targets
    """Class numbers ``(N,)`` or values ``(N, c)``."""
    classes: int | None
    path: FilePath
    """The file, to be named where they do not fit into memory."""
    name: str
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None
    test: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    """The examples that the file itself holds out."""
    ready: Array | None = None
    """All inputs ``(N, d)``, where the file holds them as a dataset does: they are shared, not copied."""

    def __len__(self) -> int:
        return len(self.targets)


def dataset_pieces(examples: Examples, size: int | None = None, seed: int = 0) -> Pieces[Dataset]:
    """The dataset of all examples, or the one whose subset of ``size`` examples is drawn by ``seed``.

    Raises:
        DataError: if there are not so many examples, or none of those chosen is for training.

    """
    if size is None:
        inputs = yield from between(0.0, 0.9, named_pieces(examples.path, _inputs(examples, None)))
        return _dataset(examples, inputs, examples.targets, examples.test)
    part = part_numbers(len(examples), np.zeros(0, dtype=np.intp), examples.test)
    kept = yield from between(0.0, 0.5, kept_pieces(part, examples.targets, examples.classes, size, seed))
    inputs = yield from between(0.5, 0.9, named_pieces(examples.path, _inputs(examples, kept)))
    return _dataset(examples, inputs, examples.targets[kept], np.flatnonzero(part[kept] == TEST))


def _inputs(examples: Examples, kept: Indices | None) -> Pieces[Array]:
    if kept is None and examples.ready is not None:
        return examples.ready
    count = len(examples) if kept is None else len(kept)
    inputs = np.empty((count, examples.dimension))
    for rows in row_blocks(*inputs.shape):
        inputs[rows] = examples.inputs(rows if kept is None else kept[rows])
        yield rows.stop / count
    inputs.flags.writeable = False
    return inputs


def _dataset(examples: Examples, inputs: Array, targets: Targets, test: Indices) -> Dataset:
    return Dataset(
        inputs,
        targets,
        classes=examples.classes,
        feature_names=examples.feature_names,
        class_names=examples.class_names,
        name=examples.name,
        image_shape=examples.image_shape,
        test_indices=test,
    )
