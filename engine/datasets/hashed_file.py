"""A file that is read once, from its beginning to its end, and hashed on the way."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from engine.datasets.checks import DataError
from engine.datasets.contents import Stamp, stamp_of
from engine.datasets.files import LARGEST_BYTES, FilePath
from engine.job import Pieces

BLOCK = 1 << 18
"""Bytes that are read and hashed in one piece: less than a millisecond."""


class HashedFile:
    """An open file that reads forward only and knows what it has read; whoever opens it closes it.

    Raises:
        OSError: if it cannot be opened or read.
        DataError: if it is no regular file, such as a pipe, for which one could wait for ever; or if it goes on for more than
            ``LARGEST_BYTES`` although it said that it was smaller.

    """

    def __init__(self, path: FilePath) -> None:
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # opening a folder says what it is
            raise DataError("it is no file that can be read from its beginning to its end: choose a regular file.")
        self._file = Path(path).open("rb", buffering=0)  # noqa: SIM115 -- stays open from piece to piece, see close()
        self._hash = hashlib.sha256()
        self._ahead = b""
        self._received = 0
        status = os.fstat(self._file.fileno())
        self.size = status.st_size
        """Bytes, as the file system says."""
        self.stamp: Stamp | None = stamp_of(status)
        """Which state of the file it is."""

    @property
    def head(self) -> bytes:
        """The first four bytes, which tell the format. To be asked for before anything is read."""
        if not self._received:
            self._ahead = self.read(BLOCK)
        return self._ahead[:4]

    @property
    def fraction(self) -> float:
        """How much of it has been read, from 0 to 1."""
        return min(1.0, self._received / self.size) if self.size else 1.0

    @property
    def sha256(self) -> str:
        """The hash of what has been read, as 64 hexadecimal digits."""
        return self._hash.hexdigest()

    def read(self, size: int = BLOCK) -> bytes:
        """The next bytes, at most ``size``; none at the end."""
        if self._ahead:
            block, self._ahead = self._ahead[:size], self._ahead[size:]
            return block
        block = self._file.read(size)
        self._received += len(block)
        if self._received > max(self.size, LARGEST_BYTES):
            raise DataError(too_large())
        self._hash.update(block)
        return block

    def blocks(self) -> Iterator[bytes]:
        """All that has not been read yet, block after block."""
        while block := self.read():
            yield block

    def rest(self) -> Pieces[None]:
        """Read what nobody needs, for the hash."""
        while self.read():
            yield self.fraction

    def has_changed(self) -> bool:
        """Whether somebody has written to it since it was opened."""
        return stamp_of(os.fstat(self._file.fileno())) != self.stamp

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def too_large() -> str:
    """What is said of a file that has more bytes than are read."""
    return f"it is larger than {LARGEST_BYTES // 2**20} MB: use a smaller file."
