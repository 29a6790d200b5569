"""The IDX format of the MNIST family (MNIST, Fashion-MNIST, EMNIST), plain or gzipped.

Format: two zero bytes, a type code (8 = unsigned byte), the number of dimensions, each dimension as a big-endian 32-bit
number, then the entries (Y. LeCun, C. Cortes and C. Burges, *The MNIST database of handwritten digits*).
"""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from engine.datasets.checks import DataError
from engine.datasets.choices import chosen_pieces
from engine.datasets.dataset import Dataset
from engine.datasets.files import LARGEST_BYTES, FilePath, named_problems
from engine.datasets.pieces import drained
from engine.datasets.streams import Purpose, stream

UNSIGNED_BYTE = 8
WHITE = 255.0


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
    with named_problems(images):
        pictures = _entries(images, 3, "images")
    with named_problems(labels):
        classes = _entries(labels, 1, "labels")
    if len(pictures) != len(classes):
        raise DataError(
            f"{Path(images).name} holds {len(pictures)} images but {Path(labels).name} {len(classes)} labels: "
            "choose two files that belong together."
        )
    count = int(classes.max()) + 1
    if size is not None:
        kept = _chosen(classes, size, seed)
        pictures, classes = pictures[kept], classes[kept]
    rows, columns = pictures.shape[1:]
    return Dataset(
        pictures.reshape(len(pictures), -1) / WHITE,
        classes,
        classes=count,
        name=Path(images).name,
        feature_names=[f"pixel {row},{column}" for row in range(rows) for column in range(columns)],
        image_shape=(rows, columns),
    )


def _chosen(classes: NDArray[np.uint8], size: int, seed: int) -> NDArray[np.intp]:
    if not 1 <= size <= len(classes):
        raise DataError(f"The files hold {len(classes)} examples: choose a size from 1 to {len(classes)}, not {size}.")
    labels = classes.astype(np.intp)
    return drained(chosen_pieces(np.arange(labels.size, dtype=np.intp), labels, size, stream(seed, Purpose.SUBSET)))


def _entries(path: FilePath, dimensions: int, what: str) -> NDArray[np.uint8]:
    with _opened(path) as file:
        shape = _shape(file, dimensions, what)
        expected = math.prod(shape)
        if not 0 < expected <= LARGEST_BYTES:
            raise DataError(f"its header says {' × '.join(map(str, shape))} {what}, which cannot be: fetch it again.")
        content = file.read(expected + 1)
    if len(content) < expected:
        raise DataError(f"it is cut off after {len(content)} of {expected} entries: fetch it again.")
    if len(content) > expected:
        raise DataError(f"it goes on after the {expected} entries that its header announces: fetch it again.")
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _opened(path: FilePath) -> BinaryIO:
    with Path(path).open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path, "rb")) if is_gzip else Path(path).open("rb")


def _shape(file: BinaryIO, dimensions: int, what: str) -> tuple[int, ...]:
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0":
        raise DataError("it is not an IDX file (these begin with two zero bytes): choose a file of the MNIST family.")
    if head[2] != UNSIGNED_BYTE:
        raise DataError(f"its entries have type code {head[2]}; only unsigned bytes (8) are read.")
    if head[3] != dimensions:
        raise DataError(
            f"{what} have {dimensions} dimension{'s' if dimensions > 1 else ''}, but it has {head[3]}: "
            "were images and labels exchanged?"
        )
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise DataError("it is cut off within its header: fetch it again.")
    return struct.unpack(f">{dimensions}I", sizes)
