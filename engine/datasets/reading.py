"""Reading a file once, in pieces, whatever its format: its bytes are hashed and parsed as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.datasets.checks import DataError
from engine.datasets.contents import FileContents, FileFormat, Parsed, full_path
from engine.datasets.files import LARGEST_BYTES, UNREADABLE, FilePath, named_pieces, named_problems, refusal_of
from engine.datasets.hashed_file import HashedFile, too_large
from engine.job import Pieces, between

if TYPE_CHECKING:
    from engine.datasets.file_cache import FileCache

FORMATS: tuple[FileFormat, ...] = ("csv", "npz", "idx")
PARSED = 0.98
"""The fraction of reading at which a file has been parsed; what then remains of it is hashed."""


def contents_pieces(
    path: FilePath, kind: FileFormat, files: FileCache, delimiter: str | None = None
) -> Pieces[FileContents]:
    """Read a file as this ``kind``, or find what was read of it. A table with a ``delimiter`` of its own is always read.

    Raises:
        DataError: if it cannot be read or changes meanwhile. What is wrong with its contents is told when they are asked for.

    """
    if delimiter is None:
        return (yield from opened_pieces(path, files, lambda head: kind))
    with named_problems(path):
        file = HashedFile(path)
    try:
        return (yield from named_pieces(path, _read(path, file, kind, delimiter)))
    finally:
        file.close()


def opened_pieces(path: FilePath, files: FileCache, format_of: Callable[[bytes], FileFormat]) -> Pieces[FileContents]:
    """Read a file as the format that ``format_of`` tells from its first four bytes, or find what was read of it.

    Raises:
        DataError: as :func:`contents_pieces`; and what ``format_of`` raises.

    """
    known = _known(path, files, format_of)
    if known is not None:
        return known
    with named_problems(path):
        file = HashedFile(path)
    try:
        with named_problems(path):
            head = file.head
        contents = yield from named_pieces(path, _read(path, file, format_of(head)))
    finally:
        file.close()
    files.keep(contents)
    return contents


def _known(path: FilePath, files: FileCache, format_of: Callable[[bytes], FileFormat]) -> FileContents | None:
    with named_problems(path):
        known = files.find(path, *FORMATS)
    if known is None:
        return None
    kind = format_of(known.head)
    with named_problems(path):
        return known if known.format == kind else files.find(path, kind)


def _read(path: FilePath, file: HashedFile, kind: FileFormat, delimiter: str | None = None) -> Pieces[FileContents]:
    """Parse the file, and what is wrong with it: the hash of all of it is wanted in either case."""
    if kind == "csv" and file.size > LARGEST_BYTES:
        raise DataError(too_large())
    head, refusal = file.head, ""
    parsed: Parsed | None = None
    try:
        parsed = yield from between(0.0, PARSED, _parsed(file, kind, delimiter))
    except UNREADABLE as problem:
        refusal = refusal_of(problem)
    yield from between(PARSED, 1.0, file.rest())
    if file.has_changed():
        raise DataError("it changed while it was read: open it again.")
    return FileContents(full_path(path), kind, head, file.sha256, file.stamp, parsed, refusal)


def _parsed(file: HashedFile, kind: FileFormat, delimiter: str | None) -> Pieces[Parsed]:
    if kind == "csv":
        from engine.datasets.csv_contents import csv_pieces

        return csv_pieces(file, delimiter)
    if kind == "npz":
        from engine.datasets.npz_contents import npz_pieces

        return npz_pieces(file)
    from engine.datasets.idx_contents import idx_pieces

    return idx_pieces(file)
