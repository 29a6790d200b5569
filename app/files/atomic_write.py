"""Files that are either written whole or left as they were."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class ExportError(Exception):
    """A file could not be written; the message is one sentence for the person who asked for it."""


def replace_file(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and rename it into place, so that no half-written file is ever seen.

    Raises `ExportError` when the folder is missing or protected, the disk is full, or ``path`` is a folder.
    """
    written = ""
    try:
        if path.is_dir():
            raise ExportError(f"{path} is a folder: give a file name.")
        if not path.parent.is_dir():
            raise ExportError(f"The folder {path.parent} does not exist: create it or choose another one.")
        handle, written = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(written).chmod(_mode(path))
        Path(written).replace(path)
    except OSError as error:
        if written:
            Path(written).unlink(missing_ok=True)
        raise ExportError(f"{path} could not be written: {error.strerror or error}. Choose another place.") from error


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced; for a new one, those of any new file."""
    if path.exists():
        return path.stat().st_mode & 0o777
    return 0o644
