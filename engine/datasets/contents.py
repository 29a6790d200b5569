"""What has been read of a file, kept so that other recipes for the same file need not read it again."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar

from engine.datasets.checks import DataError

if TYPE_CHECKING:
    from engine.datasets.files import FilePath

T = TypeVar("T", bound="Parsed")

FileFormat: TypeAlias = Literal["csv", "npz", "idx"]

Stamp: TypeAlias = tuple[int, int, int]
"""Size in bytes, and when it was written and when its entry was changed, in nanoseconds: other bytes have another stamp."""


class Parsed(Protocol):
    """What stands in a file, in whatever format."""

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""


@dataclass(frozen=True, eq=False)
class FileContents:
    """A file that has been read: its hash and what stands in it, or why it is refused."""

    path: str
    """The full path."""
    format: FileFormat
    """As what it was read."""
    head: bytes
    """Its first four bytes."""
    sha256: str
    stamp: Stamp | None
    parsed: Parsed | None
    """None where it is refused."""
    refusal: str = ""
    """What is wrong with it, to be said behind its name."""

    @property
    def nbytes(self) -> int:
        """Memory that keeping it takes, in bytes."""
        return 0 if self.parsed is None else self.parsed.nbytes

    def as_read(self, kind: type[T], path: FilePath) -> T:
        """What stands in it.

        Raises:
            DataError: if it is refused; the sentence names the file by ``path``, as whoever asked knows it.

        """
        if not isinstance(self.parsed, kind):
            raise DataError(f"{Path(path).name}{self.refusal}")
        return self.parsed


def full_path(path: FilePath) -> str:
    """The path by which a file is known, whatever folder the program runs in."""
    return str(Path(path).resolve())


def stamp_of(status: os.stat_result) -> Stamp | None:
    """The stamp of a file; None of what is no regular file."""
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns) if stat.S_ISREG(status.st_mode) else None
