"""What reading any data file shares: problems with the file become sentences that name it."""

from __future__ import annotations

import gzip
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, TypeVar

from engine.datasets.checks import DataError
from engine.job import Pieces

T = TypeVar("T")

FilePath: TypeAlias = str | os.PathLike[str]

LARGEST_BYTES = 2**30
"""Files that unpack to more than this are refused before they fill the memory."""
MOST_INPUTS = 2**18
"""Examples with more inputs (a picture of 512 × 512 pixels has as many) are refused: their names alone would fill the memory,
and so would the weights of any network on them."""
DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile)
"""What unpacking raises where the packed bytes are not what was written."""
UNREADABLE = (DataError, UnicodeDecodeError, *DAMAGED)
"""What is wrong with the contents of a file; the same contents are always refused for it."""


def refusal_of(problem: Exception) -> str:
    """What is said about such a problem behind the name of its file.

    >>> refusal_of(EOFError())
    ' is damaged or was cut off: fetch it again.'

    """
    if isinstance(problem, DataError):
        return f": {problem}"
    if isinstance(problem, UnicodeDecodeError):
        return " is not text in UTF-8: save it with that encoding."
    return " is damaged or was cut off: fetch it again."


@contextmanager
def named_problems(path: FilePath) -> Iterator[None]:
    """Turn what goes wrong while ``path`` is read into a DataError that names the file."""
    name = Path(path).name
    try:
        yield
    except UNREADABLE as problem:
        raise DataError(f"{name}{refusal_of(problem)}") from (problem if isinstance(problem, DataError) else None)
    except FileNotFoundError:
        raise DataError(f"There is no file {str(path)!r}: choose another one.") from None
    except IsADirectoryError:
        raise DataError(f"{str(path)!r} is a folder: choose a file in it.") from None
    except MemoryError:
        raise DataError(f"{name} does not fit into memory: use a smaller file.") from None
    except OSError as problem:
        raise DataError(f"{name} cannot be read: {problem.strerror or problem}.") from None


def named_pieces(path: FilePath, pieces: Pieces[T]) -> Pieces[T]:
    """Do the same pieces, each of them within :func:`named_problems`, which thereby is never open across a yield."""
    try:
        while True:
            with named_problems(path):
                try:
                    fraction = next(pieces)
                except StopIteration as end:
                    return end.value  # type: ignore[no-any-return]
            yield fraction
    finally:
        pieces.close()


def refuse_wide_examples(inputs: int) -> None:
    """Make sure that examples have no more inputs than can be worked with.

    Raises:
        DataError: if they have more than ``MOST_INPUTS``.

    """
    if inputs > MOST_INPUTS:
        raise DataError(f"its examples have {inputs:,} inputs each: choose data with at most {MOST_INPUTS:,}.")


def sha256(path: FilePath) -> str:
    """The hash of a file's contents, as 64 hexadecimal digits.

    Raises:
        DataError: if it cannot be read.

    """
    with named_problems(path), Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
