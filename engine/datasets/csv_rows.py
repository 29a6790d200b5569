"""The cells of a CSV file as text, with the names of their columns and the lines they stand on."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.datasets.checks import DataError
from engine.datasets.files import LARGEST_BYTES, FilePath

DELIMITERS = (";", "\t", ",")
"""In this order: a comma may be a decimal comma in a file whose delimiter is another one."""

SNIFFED_ROWS = 20


@dataclass(frozen=True)
class Rows:
    """Column ``names`` and, for each row, its ``cells`` without surrounding blanks and its line in the file, from 1."""

    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def rows_of(path: FilePath, delimiter: str | None, header: bool) -> Rows:
    """Read a CSV file; blank lines are skipped.

    Raises:
        DataError: if it is empty, a row has more or fewer cells than there are columns, or the names do not fit.

    """
    if Path(path).stat().st_size > LARGEST_BYTES:
        raise DataError(f"it is larger than {LARGEST_BYTES // 2**20} MB: use a smaller file.")
    with Path(path).open(encoding="utf-8-sig") as file:
        text = file.readlines()
    if delimiter is not None and len(delimiter) != 1:
        raise DataError(f"the delimiter must be one character, not {delimiter!r}.")
    lines, table = _split(text, delimiter or _sniffed(text))
    if header and table and all(_looks_like_number(cell) for cell in table[0]):
        raise DataError(
            "its first row holds only numbers: give the columns names there, or say that there is no header."
        )
    names = (
        _named(table[0]) if header and table else tuple(f"column {i + 1}" for i in range(len(table[0]) if table else 0))
    )
    if header:
        lines, table = lines[1:], table[1:]
    if not table:
        raise DataError("it holds no rows of data: choose another file.")
    for line, cells in zip(lines, table, strict=True):
        if len(cells) != len(names):
            raise DataError(f"row {line} has {len(cells)} cells, but there are {len(names)} columns: correct the row.")
    return Rows(names, tuple(table), tuple(lines))


def _split(text: Sequence[str], delimiter: str) -> tuple[list[int], list[tuple[str, ...]]]:
    reader = csv.reader(text, delimiter=delimiter, skipinitialspace=True)
    lines: list[int] = []
    table: list[tuple[str, ...]] = []
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                lines.append(reader.line_num)
                table.append(cells)
    except (csv.Error, ValueError, TypeError) as problem:
        raise DataError(f"row {reader.line_num} cannot be read ({problem}): look at its quotation marks.") from None
    return lines, table


def _sniffed(text: Sequence[str]) -> str:
    widths = {}
    for delimiter in DELIMITERS:
        head = _split(text[:SNIFFED_ROWS], delimiter)[1]
        widths[delimiter] = {len(cells) for cells in head}
        if len(widths[delimiter]) == 1 and min(widths[delimiter]) > 1:
            return delimiter
    return max(DELIMITERS[::-1], key=lambda delimiter: max(widths[delimiter], default=0))


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    for position, name in enumerate(cells):
        if not name:
            raise DataError(f"column {position + 1} has no name in the first row: give it one.")
        if name in cells[:position]:
            raise DataError(f"two columns are named {name!r}: rename one of them.")
    return tuple(cells)


def _looks_like_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
