"""The container of a session file: a zip with one text and numbered arrays, bounded in every size."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence

import numpy as np

from app.files.errors import SessionError
from engine.arrays import Array, read_only

TEXT = "experiment.json"
ARRAYS = "arrays/{}.npy"
LARGEST_FILE = 256 * 2**20
LARGEST_TEXT = 8 * 2**20
LARGEST_CONTENTS = 512 * 2**20
"""All arrays together, unpacked: a file that promises more is refused before it fills the memory."""
MOST_ENTRIES = 10_000
DAMAGED = "it is damaged or was cut off. Fetch it again, or open another copy"
FOREIGN = "it is not a Talweg experiment. Choose a file that Talweg saved (.talweg)"

# The header that NumPy writes for a vector of float64, read without evaluating anything.
_HEADER = re.compile(rb"\{'descr': '<f8', 'fortran_order': False, 'shape': \((\d{1,12}),\), \} *\n")
_MAGIC = b"\x93NUMPY\x01\x00"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, KeyError,
    IndexError, struct.error, OverflowError,
)  # fmt: skip


def packed(text: str, arrays: Sequence[Array]) -> bytes:
    """A zip with the text and one ``.npy`` per array ``(N,)``; equal contents give equal bytes.

    Raises:
        SessionError: if it is too large to be opened again.

    """
    contents = {TEXT: text.encode(), **{ARRAYS.format(k): _npy(array) for k, array in enumerate(arrays)}}
    too_large = len(contents[TEXT]) > LARGEST_TEXT or sum(map(len, contents.values())) > LARGEST_CONTENTS
    if too_large or len(contents) > MOST_ENTRIES:
        raise SessionError("it holds too much for a session file. Take fewer starts or a smaller table of measurements")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            # The time is left at 1980: a file says what it holds, not when it was written.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpacked(content: bytes) -> tuple[str, tuple[Array, ...]]:
    """The text and the arrays of a zip that `packed` made.

    Raises:
        SessionError: if it is foreign, damaged, or larger than any session.

    """
    if not content.startswith(b"PK\x03\x04"):
        raise SessionError(FOREIGN if content else "it is empty. Open another copy")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive)
    except SessionError:
        raise
    except _BROKEN:
        raise SessionError(DAMAGED) from None


def _read(archive: zipfile.ZipFile) -> tuple[str, tuple[Array, ...]]:
    entries = {entry.filename: entry for entry in archive.infolist()}
    if TEXT not in entries:
        raise SessionError(FOREIGN)
    usual = all(entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries.values())
    if not usual or len(entries) != len(archive.infolist()):
        raise SessionError(DAMAGED)
    sizes = [entry.file_size for entry in entries.values()]
    if entries[TEXT].file_size > LARGEST_TEXT or sum(sizes) > LARGEST_CONTENTS or len(sizes) > MOST_ENTRIES:
        raise SessionError("it promises more data than any experiment has. Open another copy")
    names = [ARRAYS.format(k) for k in range(len(entries) - 1)]
    if not entries.keys() <= {TEXT, *names}:
        raise SessionError("it holds files that no Talweg experiment has. Open another copy")
    return archive.read(TEXT).decode(), tuple(_vector(archive.read(name)) for name in names)


def _npy(array: Array) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array, dtype="<f8"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _vector(content: bytes) -> Array:
    """The vector of an ``.npy``. NumPy's reader would make room for whatever the header claims before it looks further."""
    start = len(_MAGIC) + 2
    if not content.startswith(_MAGIC) or len(content) < start:
        raise SessionError(DAMAGED)
    (length,) = struct.unpack("<H", content[len(_MAGIC) : start])
    header = _HEADER.fullmatch(content[start : start + length])
    numbers = content[start + length :]
    if header is None or len(numbers) != 8 * int(header[1]):
        raise SessionError(DAMAGED)
    return read_only(np.frombuffer(numbers, dtype="<f8"))
