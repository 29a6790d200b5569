"""What stands in a NumPy archive, unpacked in pieces and never as a pickle."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from engine.datasets.checks import DataError
from engine.datasets.files import DAMAGED, LARGEST_BYTES
from engine.datasets.hashed_file import BLOCK, HashedFile
from engine.job import Pieces, between

KEYS = (("inputs", "targets"), ("x", "y"), ("images", "labels"))
PARTS = ("x_train", "y_train", "x_test", "y_test")
WANTED = frozenset(key for keys in (*KEYS, PARTS) for key in keys)
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")
"""With what an archive begins: with a member, or with the end of an empty one."""
NUMERIC = "biuf"
"""The kinds of types that are real numbers."""

Header: TypeAlias = tuple[tuple[int, ...], bool, np.dtype[Any]]
"""An array's shape, whether its first index runs fastest, and its type."""
HEADERS: Mapping[tuple[int, int], Callable[[IO[bytes]], Header]] = {
    (1, 0): npy.read_array_header_1_0,
    (2, 0): npy.read_array_header_2_0,
}
OBJECTS = "it holds Python objects, which are not read: store arrays of numbers."


@dataclass(frozen=True, eq=False)
class NpzContents:
    """The arrays of an archive by name, in its order; None for those that no dataset is made of."""

    arrays: Mapping[str, NDArray[Any] | None]

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        return sum(array.nbytes for array in self.arrays.values() if array is not None)


def npz_pieces(file: HashedFile) -> Pieces[NpzContents]:
    """Read an archive into memory, where its members are found from its end, and unpack them.

    Raises:
        DataError: if it is no archive, unpacks to more than ``LARGEST_BYTES``, or holds Python objects or a damaged array.
        Exception: those of ``DAMAGED``, if its packed bytes are not what was written.

    """
    head = file.head
    if head[:2] != b"PK":
        raise DataError("it is not a NumPy archive: write one with numpy.savez.")
    if file.size > LARGEST_BYTES:
        raise DataError(_too_large())
    packed = io.BytesIO()
    for block in file.blocks():
        packed.write(block)
        yield 0.5 * file.fraction
    try:
        arrays = yield from between(0.5, 1.0, _unpacked(packed, head))
    except (DataError, *DAMAGED, OSError, MemoryError):
        raise
    except Exception as problem:  # a damaged header is source text and numbers, which may lead to anything
        sentence = "an array in it is damaged: write the archive again."
        raise DataError(OBJECTS if "allow_pickle" in str(problem) else sentence) from None
    return NpzContents(arrays)


def _unpacked(packed: io.BytesIO, head: bytes) -> Pieces[dict[str, NDArray[Any] | None]]:
    """The arrays that are asked for; the others, whose names stand in a sentence, are not unpacked."""
    archive = zipfile.ZipFile(packed)
    if sum(member.file_size for member in archive.infolist()) > LARGEST_BYTES:
        raise DataError(_too_large())
    if head not in ARCHIVES:
        raise DataError(OBJECTS)
    members = {name.removesuffix(".npy"): name for name in archive.namelist()}
    total = sum(archive.getinfo(member).file_size for name, member in members.items() if name in WANTED)
    arrays, done, strange = dict[str, NDArray[Any] | None](), 0, False
    for name, member in members.items():
        arrays[name] = None
        if name in WANTED:
            low, done = done, done + archive.getinfo(member).file_size
            ends = (low / total, done / total) if total else (1.0, 1.0)
            arrays[name] = yield from between(*ends, _array(archive, member))
            strange |= arrays[name] is None
    if strange:
        raise DataError("it holds files that are no arrays: write it with numpy.savez.")
    return arrays


def _array(archive: zipfile.ZipFile, member: str) -> Pieces[NDArray[Any] | None]:
    """A member as an array that nobody can write to; None if it is no array."""
    stream = archive.open(member)
    if stream.read(len(npy.MAGIC_PREFIX)) != npy.MAGIC_PREFIX:
        while stream.read(BLOCK):
            yield 0.0
        return None
    stream = archive.open(member)
    version = npy.read_magic(stream)
    if version in HEADERS:
        header = HEADERS[version](stream)
        if header[2].kind in NUMERIC and 0 not in header[0]:
            return (yield from _entries(stream, *header))
    array = npy.read_array(archive.open(member), allow_pickle=False)  # what is no numbers, or of a newer version
    array.flags.writeable = False
    return array


def _entries(
    stream: IO[bytes], shape: tuple[int, ...], first_fastest: bool, dtype: np.dtype[Any]
) -> Pieces[NDArray[Any]]:
    array = np.empty(shape[::-1] if first_fastest else shape, dtype)
    content = array.reshape(-1).view(np.uint8)
    for start in range(0, len(content), BLOCK):
        block = stream.read(min(BLOCK, len(content) - start))
        if len(block) < min(BLOCK, len(content) - start):
            raise ValueError("The array is cut off.")
        content[start : start + len(block)] = np.frombuffer(block, np.uint8)
        yield (start + len(block)) / len(content)
    array.flags.writeable = False
    return array.T if first_fastest else array


def _too_large() -> str:
    return f"it unpacks to more than {LARGEST_BYTES // 2**20} MB: use a smaller file."
