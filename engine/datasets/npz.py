"""NumPy archives: inputs and targets by name, never a pickle."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.checks import DataError
from engine.datasets.dataset import Dataset
from engine.datasets.files import LARGEST_BYTES, FilePath, named_problems

KEYS = (("inputs", "targets"), ("x", "y"), ("images", "labels"))
PARTS = ("x_train", "y_train", "x_test", "y_test")
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
    with named_problems(path):
        arrays = _arrays(path)
        if all(key in arrays for key in PARTS):
            return _in_parts(arrays, Path(path).name)
        for inputs, targets in KEYS:
            if inputs in arrays and targets in arrays:
                return _dataset(arrays[inputs], arrays[targets], Path(path).name)
        raise DataError(f"it holds {', '.join(arrays) or 'nothing'}: name the arrays inputs and targets, or x and y.")


def _arrays(path: FilePath) -> Mapping[str, NDArray[Any]]:
    with Path(path).open("rb") as file:
        if file.read(2) != b"PK":
            raise DataError("it is not a NumPy archive: write one with numpy.savez.")
    try:
        arrays = _unpacked(path)
    except DataError:
        raise
    except (ValueError, SyntaxError, TypeError, KeyError, IndexError, NotImplementedError, RuntimeError) as problem:
        if "allow_pickle" in str(problem):
            raise DataError("it holds Python objects, which are not read: store arrays of numbers.") from None
        raise DataError("an array in it is damaged: write the archive again.") from None
    if any(not isinstance(array, np.ndarray) for array in arrays.values()):
        raise DataError("it holds files that are no arrays: write it with numpy.savez.")
    return arrays


def _unpacked(path: FilePath) -> dict[str, NDArray[Any]]:
    """The arrays that are asked for; the others, whose names stand in the sentence, are not read."""
    with zipfile.ZipFile(path) as packed:
        if sum(member.file_size for member in packed.infolist()) > LARGEST_BYTES:
            raise DataError(f"it unpacks to more than {LARGEST_BYTES // 2**20} MB: use a smaller file.")
    wanted = {key for pair in (*KEYS, PARTS) for key in pair}
    with np.load(path, allow_pickle=False) as archive:
        return {key: archive[key] if key in wanted else np.zeros(0) for key in archive.files}


def _in_parts(arrays: Mapping[str, NDArray[Any]], name: str) -> Dataset:
    x, y, x_test, y_test = (arrays[key] for key in PARTS)
    if x.ndim == 0 or x.shape[1:] != x_test.shape[1:] or y.ndim == 0 or y.shape[1:] != y_test.shape[1:]:
        raise DataError("its train and test arrays differ in shape: give both the same columns.")
    for inputs, targets, part in ((x, y, "train"), (x_test, y_test, "test")):
        if len(inputs) != len(targets):
            raise DataError(f"there are {len(inputs)} inputs but {len(targets)} targets to {part} on.")
    held_out = np.arange(len(x), len(x) + len(x_test))
    return _dataset(np.concatenate([x, x_test]), np.concatenate([y, y_test]), name, held_out)


def _dataset(inputs: NDArray[Any], targets: NDArray[Any], name: str, test: NDArray[np.intp] | None = None) -> Dataset:
    rows = inputs / WHITE if inputs.dtype == np.uint8 else inputs
    image_shape = (rows.shape[1], rows.shape[2]) if rows.ndim == 3 else None
    if rows.ndim == 3:
        rows = rows.reshape(len(rows), rows.shape[1] * rows.shape[2])
    return Dataset(rows, targets, name=name, image_shape=image_shape, test_indices=() if test is None else test)
