"""Examples to learn from: inputs, targets, and which of them are for training, validation and test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Indices, Mask
from engine.datasets import checks, transformations
from engine.datasets.blocks import row_blocks
from engine.datasets.checks import DataError, Targets
from engine.datasets.choices import without
from engine.datasets.scaling import Scaling
from engine.datasets.streams import Purpose, stream
from engine.datasets.teacher import Teacher
from engine.job import Pieces, between, finished

PartName = Literal["train", "validation", "test"]


@dataclass(frozen=True, eq=False)
class Part:
    """Some of a dataset's examples: ``inputs (n, d)``, ``targets`` and their ``indices (n,)`` in the whole."""

    inputs: Array
    targets: Targets
    indices: Indices
    name: PartName
    classes: int | None

    def __len__(self) -> int:
        return int(self.indices.size)


@dataclass(frozen=True, eq=False, init=False)
class Dataset:
    """N examples: ``inputs (N, d)``, and as targets class numbers ``(N,)`` or values ``(N, c)``.

    Integer targets are classes, floats are values; values ``(N,)`` become ``(N, 1)``. Without a split all examples are for
    training and the other parts are empty. Every method returns a new dataset and leaves this one as it is.

    Raises:
        DataError: if lengths differ, a number is not finite (named by row and column, counted from 0), a class is negative,
            there are no examples, or names do not fit.

    >>> data = Dataset([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 0, 1])
    >>> data.classes, len(data), len(data.train), len(data.test)
    (2, 3, 3, 0)

    """

    inputs: Array
    targets: Targets
    classes: int | None
    """The number of classes; None where the targets are values."""
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    name: str
    image_shape: tuple[int, int] | None
    """(rows, columns) where an example is an image, row by row in the inputs."""
    validation_indices: Indices
    test_indices: Indices
    scaling: Scaling | None
    """What :meth:`standardized` subtracted and divided by."""
    teacher: Teacher | None
    """The network that made the targets, where one did."""

    def __init__(
        self,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        classes: int | None = None,
        feature_names: Sequence[str] = (),
        class_names: Sequence[str] = (),
        name: str = "data",
        image_shape: tuple[int, int] | None = None,
        validation_indices: ArrayLike = (),
        test_indices: ArrayLike = (),
        scaling: Scaling | None = None,
        teacher: Teacher | None = None,
    ) -> None:
        rows = checks.numbers(inputs, "inputs")
        wanted, count = checks.targets(targets, len(class_names) or None if classes is None else classes)
        if len(rows) != len(wanted):
            raise DataError(
                f"There are {len(rows)} inputs but {len(wanted)} targets: give one target for each example."
            )
        if not len(rows):
            raise DataError("The dataset has no examples: give at least one.")
        given: dict[str, object] = {
            "inputs": rows,
            "targets": wanted,
            "classes": count,
            "feature_names": _names(feature_names, "x", rows.shape[1], "features"),
            "class_names": _names(class_names, "", count or 0, "classes"),
            "name": name,
            "image_shape": _image_shape(image_shape, rows.shape[1]),
            "validation_indices": _part_indices(validation_indices, len(rows), "validation"),
            "test_indices": _part_indices(test_indices, len(rows), "test"),
            "scaling": scaling,
            "teacher": teacher,
        }
        for field, value in given.items():
            object.__setattr__(self, field, value)
        if _share(self.validation_indices, self.test_indices, len(rows)):
            raise DataError("An example is in the validation part and in the test part: each belongs to one part only.")

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def dimension(self) -> int:
        """d, the number of inputs of an example."""
        return int(self.inputs.shape[1])

    @property
    def outputs(self) -> int:
        """How many outputs a network needs: one for each class, or one for each value."""
        return self.classes if self.classes is not None else int(self.targets.shape[1])

    @cached_property
    def train_indices(self) -> Indices:
        """The examples that are in no other part, in order."""
        return _sealed(without(len(self), self.validation_indices, self.test_indices))

    @cached_property
    def train(self) -> Part:
        """The examples that a descent learns from."""
        return finished(self._part("train", self.train_indices))

    @cached_property
    def validation(self) -> Part:
        """The examples that choices such as early stopping are made by."""
        return finished(self._part("validation", self.validation_indices))

    @cached_property
    def test(self) -> Part:
        """The examples that are looked at once, at the end."""
        return finished(self._part("test", self.test_indices))

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Train, validation and test."""
        return self.train, self.validation, self.test

    def parts_pieces(self) -> Pieces[tuple[Part, Part, Part]]:
        """Copy the examples of each part in pieces; whoever asks for the parts then has them at once."""
        known, indices = vars(self), self.train_indices
        yield 0.1
        if "train" not in known:
            known["train"] = yield from between(0.1, 0.6, self._part("train", indices))
        if "validation" not in known:
            known["validation"] = yield from between(0.6, 0.8, self._part("validation", self.validation_indices))
        if "test" not in known:
            known["test"] = yield from between(0.8, 1.0, self._part("test", self.test_indices))
        return self.parts

    def split(self, validation: float = 0.2, test: float = 0.2, seed: int = 0) -> Dataset:
        """These examples in new parts, drawn by ``seed``; fractions of the whole, every class in proportion.

        Raises:
            DataError: if the fractions leave nothing to train on.

        >>> data = Dataset([[0.0], [1.0], [2.0], [3.0], [4.0]], [0.0, 1.0, 4.0, 9.0, 16.0]).split()
        >>> [len(part) for part in data.parts]
        [3, 1, 1]

        """
        return finished(transformations.split_pieces(self, validation, test, seed))

    def standardized(self) -> Dataset:
        """Each input column with mean 0 and standard deviation 1 on the train part; constant columns stay as they are.

        The other parts are moved and scaled by the same numbers, so that nothing of them leaks into training; targets stay.

        >>> data = Dataset([[1.0, 7.0], [3.0, 7.0]], [0, 1]).standardized()
        >>> data.inputs.tolist(), data.scaling.mean.tolist()
        ([[-1.0, 7.0], [1.0, 7.0]], [2.0, 0.0])

        """
        return finished(transformations.standardized_pieces(self))

    def with_noise(self, scale: float, seed: int = 0) -> Dataset:
        """Gaussian noise of standard deviation ``scale`` on the inputs of classes, or on the targets that are values.

        All parts get it: noise belongs to the world that the examples come from, not to training.

        Raises:
            DataError: if the scale is negative or not finite.

        """
        return finished(transformations.noisy_pieces(self, scale, seed))

    def with_shuffled_labels(self, fraction: float = 1.0, seed: int = 0) -> Dataset:
        """The targets of a random ``fraction`` of the train part exchanged among one another; the other parts stay true.

        How often each class occurs stays the same, and by chance some examples get their own class back (Zhang et al.,
        *Understanding deep learning requires rethinking generalization*, 2017, section 2).

        Raises:
            DataError: if the fraction is not from 0 to 1.

        """
        random = stream(seed, Purpose.LABELS)
        count = round(checks.fraction(fraction, "part of shuffled labels") * len(self.train_indices))
        chosen = random.permutation(self.train_indices)[:count]
        targets = self.targets.copy()
        targets[chosen] = self.targets[random.permutation(chosen)]
        return replace(self, targets=targets)

    def subset(self, n: int, seed: int = 0) -> Dataset:
        """A random ``n`` of the examples, in their order, with every part and class in proportion.

        Raises:
            DataError: if there are not so many examples, or none of those chosen is for training.

        """
        return finished(transformations.subset_pieces(self, n, seed))

    def _part(self, name: PartName, indices: Indices) -> Pieces[Part]:
        if len(indices) == len(self):
            return Part(self.inputs, self.targets, indices, name, self.classes)
        inputs, targets = np.empty((len(indices), self.dimension)), self.targets[indices]
        for rows in row_blocks(*inputs.shape):
            inputs[rows] = self.inputs[indices[rows]]
            yield rows.stop / len(inputs)
        inputs.flags.writeable = targets.flags.writeable = False
        return Part(inputs, targets, indices, name, self.classes)


def _sealed(indices: ArrayLike) -> Indices:
    array = np.array(indices, dtype=np.intp)
    array.flags.writeable = False
    return array


def _part_indices(indices: ArrayLike, count: int, part: str) -> Indices:
    array = np.asarray(indices, dtype=np.intp)
    if array.ndim != 1 or not (array[1:] > array[:-1]).all():  # else sorted and different already, as most often
        # Asked for counts too, because for the values alone NumPy imports its masked arrays, which takes longer than the rest.
        array, _ = np.unique(array, return_counts=True)
    if array.size and not 0 <= array[0] <= array[-1] < count:
        raise DataError(f"The {part} part names examples outside 0 to {count - 1}.")
    return _sealed(array)


def _share(first: Indices, second: Indices, count: int) -> bool:
    """Whether two of the parts of ``count`` examples have one of these in common."""
    if not first.size or not second.size:
        return False
    is_first: Mask = np.zeros(count, dtype=np.bool_)
    is_first[first] = True
    return bool(is_first[second].any())


def _names(given: Sequence[str], letter: str, count: int, what: str) -> tuple[str, ...]:
    if not given:
        return tuple(f"{letter}{index + 1 if letter else index}" for index in range(count))
    if len(given) != count:
        raise DataError(f"There are {len(given)} names for {count} {what}: give one name for each.")
    return tuple(map(str, given))


def _image_shape(shape: tuple[int, int] | None, dimension: int) -> tuple[int, int] | None:
    if shape is not None and shape[0] * shape[1] != dimension:
        raise DataError(f"Images of {shape[0]} by {shape[1]} pixels do not fit {dimension} inputs.")
    return None if shape is None else (int(shape[0]), int(shape[1]))
