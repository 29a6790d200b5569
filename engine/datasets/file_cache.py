"""The last files that were read: several recipes for one file read it once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.datasets.contents import FileContents, FileFormat, full_path, stamp_of

if TYPE_CHECKING:
    from engine.datasets.csv_contents import Outline
    from engine.datasets.files import FilePath
    from engine.datasets.source_file import SourceFile

CAPACITY = 2**28
"""Bytes: a table of 100 MB takes about as much when its numbers have been read."""
MOST_FILES = 32
"""Of so many files it is known whether they have changed, and what columns they have."""


class FileCache:
    """Keeps what was read of files, up to ``capacity`` bytes; what was not used for the longest time goes first.

    Whoever starts jobs builds one and passes it to them. Jobs that share one run on one thread, in turns.

    >>> files = FileCache(capacity=2**20)
    >>> files.nbytes
    0

    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self._kept: dict[tuple[str, FileFormat], FileContents] = {}
        self._outlines: dict[tuple[str, str], Outline] = {}

    @property
    def nbytes(self) -> int:
        """Memory that is kept, in bytes."""
        return sum(contents.nbytes for contents in self._kept.values())

    def find(self, path: FilePath, *formats: FileFormat) -> FileContents | None:
        """What was read of a file in one of these formats, unless it was changed since or has been given up.

        Raises:
            OSError: if there is no such file any more.

        """
        stamp = stamp_of(Path(path).stat())
        full = full_path(path)
        for kind in formats:
            contents = self._kept.pop((full, kind), None)
            if contents is not None and contents.stamp == stamp:
                self.keep(contents)  # now the last to go
                return contents
        return None

    def keep(self, contents: FileContents) -> None:
        """Remember a file, and give up others where there is no room for all of them."""
        from engine.datasets.csv_contents import CsvContents

        if contents.stamp is None:
            return
        if isinstance(contents.parsed, CsvContents):
            self._outlines.pop((contents.path, contents.sha256), None)
            self._outlines[contents.path, contents.sha256] = contents.parsed.outline
        key = contents.path, contents.format
        self._kept.pop(key, None)
        if contents.nbytes <= self.capacity:
            self._kept[key] = contents
        while self.nbytes > self.capacity or len(self._kept) > MOST_FILES:
            del self._kept[next(iter(self._kept))]
        while len(self._outlines) > MOST_FILES:
            del self._outlines[next(iter(self._outlines))]

    def outline(self, file: SourceFile) -> Outline | None:
        """The columns of a table that was read; the file itself is not looked at. None if it was none of the last ones."""
        return self._outlines.get((full_path(file.path), file.sha256))

    def clear(self) -> None:
        """Forget everything, so that all is read anew."""
        self._kept.clear()
        self._outlines.clear()
