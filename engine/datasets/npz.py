"""NumPy archives: inputs and targets by name."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Array
from engine.datasets import checks
from engine.datasets.blocks import row_blocks
from engine.datasets.checks import DataError
from engine.datasets.dataset import Dataset
from engine.datasets.examples import Examples, Some, dataset_pieces
from engine.datasets.file_cache import FileCache
from engine.datasets.files import FilePath, named_pieces, refuse_wide_examples
from engine.datasets.npz_contents import KEYS, NUMERIC, PARTS, NpzContents
from engine.datasets.reading import contents_pieces
from engine.job import Pieces, between, finished

WHITE = 255.0


def read_npz(path: FilePath) -> Dataset:
    """A dataset from the arrays ``inputs`` and ``targets`` (or ``x``, ``y``; or ``images``, ``labels``) of an archive.

    ``x_train``, ``y_train``, ``x_test``, ``y_test`` give a train and a test part. Inputs ``(N, rows, columns)`` are images;
    unsigned bytes are divided by 255.

    Raises:
        DataError: if it cannot be read, holds Python objects, lacks the arrays, or they are no dataset.

    >>> import engine, pathlib, tempfile
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "xor.npz")
    ...     np.savez(file, x=[[0, 0], [0, 1], [1, 0], [1, 1]], y=[0, 1, 1, 0])
    ...     data = engine.datasets.read_npz(file)
    ...     data.inputs.shape, data.targets.tolist()
    ((4, 2), [0, 1, 1, 0])

    """
    return finished(_npz_dataset(path))


def _npz_dataset(path: FilePath) -> Pieces[Dataset]:
    contents = yield from between(0.0, 0.8, contents_pieces(path, "npz", FileCache(0)))
    examples = yield from named_pieces(path, npz_examples(contents.as_read(NpzContents, path), path))
    return (yield from between(0.8, 1.0, dataset_pieces(examples)))


def npz_examples(contents: NpzContents, path: FilePath) -> Pieces[Examples]:
    """The examples in an archive that was read from ``path``.

    Raises:
        DataError: if it lacks the arrays, or they are no dataset.

    """
    arrays = {name: array for name, array in contents.arrays.items() if array is not None}
    if all(key in arrays for key in PARTS):
        x, y, x_test, y_test = (arrays[key] for key in PARTS)
        _check_parts(x, y, x_test, y_test)
        return (yield from _examples((x, x_test), (y, y_test), path))
    for inputs, targets in KEYS:
        if inputs in arrays and targets in arrays:
            return (yield from _examples((arrays[inputs],), (arrays[targets],), path))
    raise DataError(
        f"it holds {', '.join(contents.arrays) or 'nothing'}: name the arrays inputs and targets, or x and y."
    )


def _check_parts(x: NDArray[Any], y: NDArray[Any], x_test: NDArray[Any], y_test: NDArray[Any]) -> None:
    single = 0 in (x.ndim, y.ndim, x_test.ndim, y_test.ndim)
    if single or x.shape[1:] != x_test.shape[1:] or y.shape[1:] != y_test.shape[1:]:
        raise DataError("its train and test arrays differ in shape: give both the same columns.")
    for inputs, targets, part in ((x, y, "train"), (x_test, y_test, "test")):
        if len(inputs) != len(targets):
            raise DataError(f"there are {len(inputs)} inputs but {len(targets)} targets to {part} on.")
    try:
        np.result_type(x.dtype, x_test.dtype), np.result_type(y.dtype, y_test.dtype)
    except TypeError:
        raise DataError("its train and test arrays differ in type: store numbers in both.") from None


def _examples(parts: tuple[NDArray[Any], ...], targets: tuple[NDArray[Any], ...], path: FilePath) -> Pieces[Examples]:
    """The examples of one array of inputs and one of targets, or of two of each, the second of which is for testing."""
    first, answers = parts[0], targets[0] if len(targets) == 1 else np.concatenate(targets)
    rows = Rows(parts) if first.ndim in (1, 2, 3) else None
    if rows is None or not rows.dimension or not len(rows) or rows.dtype.kind not in NUMERIC:
        raise _refused(parts, answers)
    refuse_wide_examples(rows.dimension)
    if rows.dtype.kind == "f":
        for some in row_blocks(len(rows), rows.dimension):
            if not np.isfinite(rows(some)).all():
                raise _refused(parts, answers)
            yield some.stop / len(rows)
    wanted, classes = checks.targets(answers, None)
    if len(wanted) != len(rows):
        raise _refused(parts, answers)
    return Examples(
        dimension=rows.dimension,
        inputs=rows,
        targets=wanted,
        classes=classes,
        path=path,
        name=Path(path).name,
        image_shape=(first.shape[1], first.shape[2]) if first.ndim == 3 else None,
        test=np.arange(len(first), len(rows)),
        ready=first if first.ndim == 2 and len(parts) == 1 and checks.is_sealed(first) else None,
    )


class Rows:
    """Inputs ``(N, d)`` from arrays ``(n, …)`` one after the other, which become floats when they are asked for."""

    def __init__(self, arrays: tuple[NDArray[Any], ...]) -> None:
        self._arrays, self._shape = arrays, arrays[0].shape[1:]
        self.dtype = np.result_type(*(array.dtype for array in arrays))
        """The type of all of them together."""
        self.dimension = math.prod(self._shape)
        """d."""

    def __len__(self) -> int:
        return sum(map(len, self._arrays))

    def __call__(self, some: Some) -> Array:
        """The inputs ``(n, d)`` of some examples; unsigned bytes are divided by 255."""
        block = self._arrays[0][some] if len(self._arrays) == 1 else self._from_both(some)
        with np.errstate(over="ignore"):  # of numbers with more than 8 bytes, which are refused then
            values = block / WHITE if self.dtype == np.uint8 else np.asarray(block, dtype=np.float64)
        return values.reshape(len(block), self.dimension)

    def _from_both(self, some: Some) -> NDArray[Any]:
        (first, second), indices = self._arrays, np.arange(some.start, some.stop) if isinstance(some, slice) else some
        block, in_first = np.empty((len(indices), *self._shape), self.dtype), indices < len(first)
        block[in_first] = first[indices[in_first]]
        block[~in_first] = second[indices[~in_first] - len(first)]
        return block


def _refused(parts: tuple[NDArray[Any], ...], targets: NDArray[Any]) -> DataError:
    """Why these are no dataset."""
    inputs = parts[0] if len(parts) == 1 else np.concatenate(parts)
    if inputs.ndim == 3:
        inputs = inputs.reshape(len(inputs), inputs.shape[1] * inputs.shape[2])
    try:
        Dataset(inputs, targets)
    except DataError as problem:
        return problem
    except ValueError:  # of a shape that no array of floats can have
        pass
    return DataError("an array in it is damaged: write the archive again.")
