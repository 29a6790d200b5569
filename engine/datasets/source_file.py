"""A file by its path and its contents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.datasets.checks import DataError

if TYPE_CHECKING:
    from engine.datasets.files import FilePath


@dataclass(frozen=True)
class SourceFile:
    """A file and the hash of the contents that the experiment was made with."""

    path: str
    sha256: str

    @staticmethod
    def of(path: FilePath) -> SourceFile:
        """The file as it is now, by its full path."""
        from engine.datasets.files import sha256  # what unpacks and hashes files is loaded with the first of them

        return SourceFile(str(Path(path).resolve()), sha256(path))

    def check(self) -> None:
        """Make sure that the file still holds what it did.

        Raises:
            DataError: if it is gone or has changed.

        """
        from engine.datasets.files import sha256

        self.require(sha256(self.path))

    def require(self, sha256: str) -> None:
        """Make sure that this is the hash of the contents that the experiment was made with.

        Raises:
            DataError: if it is another one.

        """
        if sha256 != self.sha256:
            raise DataError(f"{Path(self.path).name} has changed since this experiment was made: open the data again.")
