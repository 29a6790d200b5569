"""The two files of the IDX format in which the MNIST family comes (MNIST, Fashion-MNIST, EMNIST), plain or gzipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.datasets.checks import DataError
from engine.datasets.contents import FileContents
from engine.datasets.dataset import Dataset
from engine.datasets.examples import Examples, dataset_pieces
from engine.datasets.file_cache import FileCache
from engine.datasets.files import FilePath, named_problems, refuse_wide_examples
from engine.datasets.idx_contents import IMAGES, LABELS, IdxContents
from engine.datasets.reading import contents_pieces
from engine.job import Pieces, between, finished

WHITE = 255.0
NAMES = 1 << 13
"""Pixels that are named in one piece: two milliseconds."""


def read_idx(images: FilePath, labels: FilePath, *, size: int | None = None, seed: int = 0) -> Dataset:
    """Images and their labels from two IDX files; pixel values are divided by 255.

    With ``size`` that many examples are chosen by ``seed`` (every class in proportion) before they become floats, so that
    a large file costs little memory. All examples are for training until they are split.

    Raises:
        DataError: if a file cannot be read, is not of this format, is cut off or too long, or the two do not belong together.

    >>> import engine, pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     images, labels = pathlib.Path(folder, "images"), pathlib.Path(folder, "labels")
    ...     _ = images.write_bytes(bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 0]))
    ...     _ = labels.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 0, 1]))
    ...     data = engine.datasets.read_idx(images, labels)
    ...     data.inputs.tolist(), data.image_shape
    ([[0.0, 1.0], [0.2, 0.0]], (1, 2))

    """
    return finished(_idx_dataset(images, labels, size, seed))


def _idx_dataset(images: FilePath, labels: FilePath, size: int | None, seed: int) -> Pieces[Dataset]:
    files = FileCache(0)
    first = yield from between(0.0, 0.7, contents_pieces(images, "idx", files))
    pictures = entries_of(first, images, IMAGES)
    second = yield from between(0.7, 0.8, contents_pieces(labels, "idx", files))
    examples = yield from idx_examples(pictures, entries_of(second, labels, LABELS), images, labels)
    check_size(examples, size)
    return (yield from between(0.8, 1.0, dataset_pieces(examples, size, seed)))


def entries_of(contents: FileContents, path: FilePath, dimensions: int) -> NDArray[np.uint8]:
    """The images ``(N, rows, columns)`` or, of one dimension, the labels ``(N,)`` in a file that was read from ``path``.

    Raises:
        DataError: if the file is refused or holds something else.

    """
    found = contents.as_read(IdxContents, path)
    with named_problems(path):
        return found.checked(dimensions, "images" if dimensions == IMAGES else "labels")


def idx_examples(
    pictures: NDArray[np.uint8], labels: NDArray[np.uint8], path: FilePath, labels_path: FilePath
) -> Pieces[Examples]:
    """The examples that ``pictures (N, rows, columns)`` and their ``labels (N,)`` are.

    Raises:
        DataError: if there are not as many of these as of those, or the pictures are too large.

    """
    if len(pictures) != len(labels):
        raise DataError(
            f"{Path(path).name} holds {len(pictures)} images but {Path(labels_path).name} {len(labels)} labels: "
            "choose two files that belong together."
        )
    rows, columns = pictures.shape[1:]
    with named_problems(path):
        refuse_wide_examples(rows * columns)
    names = yield from _pixel_names(rows, columns)
    return Examples(
        dimension=rows * columns,
        inputs=lambda some: pictures[some].reshape(-1, rows * columns) / WHITE,
        targets=labels.astype(np.intp),
        classes=int(labels.max()) + 1,
        path=path,
        name=Path(path).name,
        feature_names=names,
        image_shape=(rows, columns),
    )


def check_size(examples: Examples, size: int | None) -> None:
    """Make sure that there are so many examples.

    Raises:
        DataError: if there are not.

    """
    if size is not None and not 1 <= size <= len(examples):
        raise DataError(
            f"The files hold {len(examples)} examples: choose a size from 1 to {len(examples)}, not {size}."
        )


def _pixel_names(rows: int, columns: int) -> Pieces[tuple[str, ...]]:
    names: list[str] = []
    for place in range(0, rows * columns, NAMES):
        pixels = range(place, min(place + NAMES, rows * columns))
        names += [f"pixel {pixel // columns},{pixel % columns}" for pixel in pixels]
        yield place / (rows * columns)
    return tuple(names)
