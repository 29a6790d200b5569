"""Saving and opening a whole document, so that another person gets the identical figures.

The format, and why it is this one: docs/decisions, "session file".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

from app.document import Document
from app.files.archive import LARGEST_FILE, packed, unpacked
from app.files.atomic_write import ExportError, replace_file
from app.files.checks import check
from app.files.codec import TAMPERED, decoded, encoded
from app.files.errors import SessionError
from app.files.migrations import migrated, with_all_settings, with_every_card, with_files_beside
from app.files.version import program
from engine.arrays import Array

__all__ = ["SessionError", "open_session", "save_session"]

FORMAT, VERSION = "talweg", 2


def save_session(path: Path | str, document: Document) -> None:
    """Write a document to a ``.talweg`` file, whole or not at all.

    Raises:
        SessionError: if it holds what cannot be opened again, or the place cannot be written to; an older file stays.

    """
    try:
        content = contents(document)
        check(document_in(content))  # nothing is written that could not be opened
    except SessionError as error:
        raise SessionError(f"The experiment cannot be saved: {error}. Change that first.") from None
    try:
        replace_file(Path(path), content)
    except ExportError as error:
        raise SessionError(str(error)) from error


def open_session(path: Path | str) -> Document:
    """Read the document of a ``.talweg`` file.

    A data file that is no longer where it was is looked for beside the session.

    Raises:
        SessionError: with one sentence, if there is no such file, it is not one of Talweg's, damaged, or too new.

    """
    source = Path(path)
    try:
        document = with_files_beside(document_in(_bytes(source)), source.parent)
        _check_opened(document)
    except SessionError as error:
        raise SessionError(f"{source.name or source} cannot be opened: {error}.") from None
    return document


def contents(document: Document) -> bytes:
    """The bytes of a session file; equal documents give equal bytes."""
    arrays: list[Array] = []
    plain = {
        "format": FORMAT,
        "version": VERSION,
        "program": program(),
        "document": encoded(with_every_card(document), arrays),
    }
    return packed(json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1), arrays)


def document_in(content: bytes) -> Document:
    """The document in the bytes of a session file; `check` says whether it can be used.

    Raises:
        SessionError: as `open_session`, without the name of the file and without a full stop.

    """
    text, arrays = unpacked(content)
    document = decoded(migrated(_plain(text)), Document, arrays, "document")
    assert isinstance(document, Document)
    return with_all_settings(document)


def _check_opened(document: Document) -> None:
    try:
        check(document)
    except SessionError as error:
        raise SessionError(f"{error}. Open another copy") from None


def _bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise SessionError("there is no such file. Choose another one")
        if not path.is_file():
            raise SessionError("it is not a file. Choose one that ends in .talweg")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, SessionError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise SessionError(f"it cannot be read ({reason}). Check its permissions") from None
    if len(content) > LARGEST_FILE:
        raise SessionError("it is larger than any experiment. Choose a file that Talweg saved (.talweg)")
    return content


def _plain(text: str) -> dict[str, Any]:
    """The outermost entries, of this version."""
    try:
        plain = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise SessionError(f"its description cannot be read: {TAMPERED}") from None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT or "document" not in plain:
        raise SessionError(f"it does not say that it is an experiment: {TAMPERED}")
    version = plain.get("version")
    if type(version) is not int or version < 1:
        raise SessionError(f"it does not say its version: {TAMPERED}")
    if version > VERSION:
        newer = str(plain.get("program", ""))[:40]
        made = f" by {newer}" if newer else ""
        raise SessionError(f"it was saved{made} in a newer format ({version}). Install the newest Talweg to open it")
    return plain


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
