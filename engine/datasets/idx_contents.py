"""What stands in a file of the IDX format, plain or gzipped; whether it is what was asked for shows when it is used.

Format: two zero bytes, a type code (8 = unsigned byte), the number of dimensions, each dimension as a big-endian 32-bit
number, then the entries (Y. LeCun, C. Cortes and C. Burges, *The MNIST database of handwritten digits*).
"""

from __future__ import annotations

import gzip
import math
import struct
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from engine.datasets.checks import DataError
from engine.datasets.files import DAMAGED, LARGEST_BYTES
from engine.datasets.hashed_file import BLOCK, HashedFile
from engine.job import Pieces

GZIP, ZEROS = b"\x1f\x8b", b"\0\0"
UNSIGNED_BYTE = 8
IMAGES, LABELS = 3, 1
"""How many dimensions each of the two files has."""


@dataclass(frozen=True, eq=False)
class IdxContents:
    """As much of a file's header and entries as could be read."""

    code: int = 0
    """The type of the entries."""
    dimensions: int | None = None
    """How many there are; None of what does not begin like this format."""
    shape: tuple[int, ...] | None = None
    """The size of each dimension; None where the header is not read further or ends before it."""
    entries: NDArray[np.uint8] | None = None
    """All that the shape announces; None where there are fewer."""
    received: int = 0
    """How many entries there are, as far as the shape announces them."""
    goes_on: bool = False
    """Whether more follows."""
    is_damaged: bool = False
    """Whether what follows could not be unpacked."""

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        return 0 if self.entries is None else self.entries.nbytes

    def dimension_count(self) -> int:
        """How many dimensions there are.

        Raises:
            DataError: if it does not begin like this format.
            EOFError: if not even the beginning could be unpacked.

        """
        if self.dimensions is None and self.is_damaged:
            raise EOFError
        if self.dimensions is None:
            raise DataError(
                "it is not an IDX file (these begin with two zero bytes): choose a file of the MNIST family."
            )
        return self.dimensions

    def checked(self, dimensions: int, what: str) -> NDArray[np.uint8]:
        """The entries ``(N,)`` or ``(N, rows, columns)``, of which there have to be ``dimensions``; ``what`` they are.

        Raises:
            DataError: if they are of another type or shape, or there are too few or too many of them.
            EOFError: if they could not be unpacked.

        """
        found = self.dimension_count()
        if self.code != UNSIGNED_BYTE:
            raise DataError(f"its entries have type code {self.code}; only unsigned bytes (8) are read.")
        if found != dimensions:
            raise DataError(
                f"{what} have {dimensions} dimension{'s' if dimensions > 1 else ''}, but it has {found}: "
                "were images and labels exchanged?"
            )
        if self.shape is None and not self.is_damaged:
            raise DataError("it is cut off within its header: fetch it again.")
        if self.shape is None:
            raise EOFError
        return self._complete(self.shape, what)

    def _complete(self, shape: tuple[int, ...], what: str) -> NDArray[np.uint8]:
        expected = math.prod(shape)
        if not 0 < expected <= LARGEST_BYTES:
            raise DataError(f"its header says {' × '.join(map(str, shape))} {what}, which cannot be: fetch it again.")
        if self.is_damaged:
            raise EOFError
        if self.entries is None:
            raise DataError(f"it is cut off after {self.received} of {expected} entries: fetch it again.")
        if self.goes_on:
            raise DataError(f"it goes on after the {expected} entries that its header announces: fetch it again.")
        return self.entries.reshape(shape)


def idx_pieces(file: HashedFile) -> Pieces[IdxContents]:
    """Read a file of this format as far as it is one."""
    packed = file.head[:2] == GZIP
    stream = cast("BinaryIO", gzip.GzipFile(fileobj=cast("BinaryIO", file), mode="rb") if packed else file)
    found = IdxContents()
    try:
        found = _begun(stream)
        found = _measured(found, stream)
        return (yield from _filled(found, stream, file))
    except DAMAGED:
        return replace(found, is_damaged=True)


def _begun(stream: BinaryIO) -> IdxContents:
    head = _exactly(stream, 4)
    return IdxContents(head[2], head[3]) if len(head) == 4 and head[:2] == ZEROS else IdxContents()


def _measured(found: IdxContents, stream: BinaryIO) -> IdxContents:
    if found.code != UNSIGNED_BYTE or found.dimensions not in (IMAGES, LABELS):
        return found
    sizes = _exactly(stream, 4 * found.dimensions)
    if len(sizes) < 4 * found.dimensions:
        return found
    return replace(found, shape=struct.unpack(f">{found.dimensions}I", sizes))


def _filled(found: IdxContents, stream: BinaryIO, file: HashedFile) -> Pieces[IdxContents]:
    expected = math.prod(found.shape or (0,))
    if not 0 < expected <= LARGEST_BYTES:
        return found
    entries, received = np.empty(expected, np.uint8), 0
    while received < expected and (block := stream.read(min(BLOCK, expected - received))):
        entries[received : received + len(block)] = np.frombuffer(block, np.uint8)
        received += len(block)
        yield file.fraction
    if received < expected:
        return replace(found, received=received)
    entries.flags.writeable = False
    return replace(found, entries=entries, received=received, goes_on=bool(stream.read(1)))


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, or all there are."""
    content = b""
    while len(content) < size and (more := stream.read(size - len(content))):
        content += more
    return content
