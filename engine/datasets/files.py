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
from typing import TypeAlias

from engine.datasets.checks import DataError

FilePath: TypeAlias = str | os.PathLike[str]

LARGEST_BYTES = 2**30
"""Files that unpack to more than this are refused before they fill the memory."""


@contextmanager
def named_problems(path: FilePath) -> Iterator[None]:
    """Turn what goes wrong while ``path`` is read into a DataError that names the file."""
    name = Path(path).name
    try:
        yield
    except DataError as problem:
        raise DataError(f"{name}: {problem}") from problem
    except FileNotFoundError:
        raise DataError(f"There is no file {str(path)!r}: choose another one.") from None
    except IsADirectoryError:
        raise DataError(f"{str(path)!r} is a folder: choose a file in it.") from None
    except UnicodeDecodeError:
        raise DataError(f"{name} is not text in UTF-8: save it with that encoding.") from None
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile):
        raise DataError(f"{name} is damaged or was cut off: fetch it again.") from None
    except MemoryError:
        raise DataError(f"{name} does not fit into memory: use a smaller file.") from None
    except OSError as problem:
        raise DataError(f"{name} cannot be read: {problem.strerror or problem}.") from None


def sha256(path: FilePath) -> str:
    """The hash of a file's contents, as 64 hexadecimal digits.

    Raises:
        DataError: if it cannot be read.

    """
    with named_problems(path), Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
