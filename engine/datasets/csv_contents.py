"""What stands in a CSV file: its first row, which may name the columns, and the columns below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count as counting

from engine.datasets.blocks import NUMBERS
from engine.datasets.checks import DataError
from engine.datasets.csv_columns import Cell, ColumnReader, CsvColumn, is_number
from engine.datasets.csv_text import RowReader, decoded_lines
from engine.datasets.files import MOST_INPUTS
from engine.datasets.hashed_file import HashedFile
from engine.datasets.table_columns import TableColumns
from engine.job import Pieces, between

CELLS = 1 << 13
"""Cells that are taken apart, or made numbers, in one piece: one to five milliseconds."""
GATHERED_CELLS, GATHERED_ROWS = 1 << 17, 1 << 12
"""Rows are gathered up to either, then their columns are read: a megabyte or ten of text at a time."""
COLUMN_COST = 20
"""To go on to another column takes as long as so many cells."""
LINES = 1 << 13
"""Lines that nothing is done with in one piece."""


@dataclass(frozen=True)
class Outline:
    """The columns of a CSV file without what stands in them."""

    first: tuple[str, ...]
    """The cells of the first row."""
    numeric: tuple[bool, ...]
    """In which columns a cell below the first row is a number."""

    @property
    def has_header(self) -> bool:
        """Whether the first row names the columns: it does unless it holds only numbers."""
        return not all(map(is_number, self.first))

    def columns(self, header: bool) -> TableColumns:
        """The columns with or without a header; without one they are numbered."""
        if header:
            return TableColumns(self.first, self.numeric)
        numeric = tuple(below or is_number(cell) for below, cell in zip(self.numeric, self.first, strict=True))
        return TableColumns(tuple(f"column {number + 1}" for number in range(len(self.first))), numeric)


@dataclass(frozen=True, eq=False)
class NamedColumns:
    """Columns ``(N,)`` with their names."""

    names: tuple[str, ...]
    columns: tuple[CsvColumn, ...]
    count: int
    """N."""


@dataclass(frozen=True, eq=False)
class CsvContents:
    """All rows of a file that are not blank."""

    first: tuple[str, ...]
    """The cells of the first row; empty where there is none."""
    below: tuple[CsvColumn, ...]
    """The columns below the first row."""
    whole: tuple[CsvColumn, ...]
    """The columns with the first row."""
    rows: int
    """How many there are, the first one included."""
    ragged: str
    """Which row has another number of cells than the first, as a sentence; then no columns were read."""
    nbytes: int
    """Memory that it takes, in bytes."""

    @property
    def outline(self) -> Outline:
        """The columns without what stands in them."""
        return Outline(self.first, tuple(column.kinds.numbers for column in self.below))

    @property
    def has_header(self) -> bool:
        """Whether the first row names the columns: it does unless it holds only numbers.

        Raises:
            DataError: if there are no rows, or one has more or fewer cells than there are columns.

        """
        self.named(header=False)
        return self.outline.has_header

    def named(self, header: bool) -> NamedColumns:
        """The columns, named by the first row if that is a header.

        Raises:
            DataError: if there are no rows of data, the names do not fit, or a row has not as many cells as there are columns.

        """
        if header and self.rows and all(map(_looks_like_number, self.first)):
            raise DataError(
                "its first row holds only numbers: give the columns names there, or say that there is no header."
            )
        if header:
            _check_names(self.first)
        count = self.rows - header if self.rows else 0
        if not count:
            raise DataError("it holds no rows of data: choose another file.")
        if self.ragged:
            raise DataError(self.ragged)
        return NamedColumns(self.outline.columns(header).names, self.below if header else self.whole, count)


def csv_pieces(file: HashedFile, delimiter: str | None = None) -> Pieces[CsvContents]:
    """Read a CSV file; blank lines are skipped, the delimiter is found unless given.

    Raises:
        UnicodeDecodeError: if it is no text in UTF-8.
        DataError: if a row cannot be read.

    """
    lines = decoded_lines(file.blocks())
    try:
        return (yield from _contents(file, lines, delimiter))
    except DataError as problem:
        refusal = DataError(str(problem))
    for number, _ in enumerate(lines):  # what follows may be no text at all, which is to be said first
        if number % LINES == 0:
            yield file.fraction
    raise refusal


def _contents(file: HashedFile, lines: Iterator[str], delimiter: str | None) -> Pieces[CsvContents]:
    reader = RowReader(lines, delimiter)
    first, line = yield from _first_row(reader, file)
    if len(first) > MOST_INPUTS:
        raise DataError(f"it has {len(first):,} columns: choose a file with at most {MOST_INPUTS:,}.")
    columns = [ColumnReader() for _ in first]
    rows, ragged = int(bool(first)), ""
    while not reader.has_ended:
        gathered, places = yield from _gathered(reader, len(first), file)
        rows += len(gathered)
        ragged = ragged or _ragged(gathered, places, len(first))
        if not ragged and gathered:
            yield from _added(columns, gathered, places, file)
    if ragged:
        return CsvContents(first, (), (), rows, ragged, 0)
    pairs = yield from _finished(columns, [Cell(line, text) for text in first], rows)
    below, whole = tuple(below for below, _ in pairs), tuple(whole for _, whole in pairs)
    return CsvContents(first, below, whole, rows, "", sum(column.nbytes for column in below))


def _first_row(reader: RowReader, file: HashedFile) -> Pieces[tuple[tuple[str, ...], int]]:
    """The cells of the first row that is not blank, and its line; no cells where there is none."""
    for taken in counting(1):
        rows, lines = reader.take(1)
        if rows:
            return tuple(map(str.strip, rows[0])), lines[0]
        if reader.has_ended:
            break
        if taken % LINES == 0:
            yield file.fraction
    return (), 0


def _gathered(reader: RowReader, width: int, file: HashedFile) -> Pieces[tuple[list[list[str]], list[int]]]:
    """So many rows that it pays to look at their columns, with their lines."""
    step, limit = max(1, CELLS // max(width, 1)), max(1, min(GATHERED_ROWS, GATHERED_CELLS // max(width, 1)))
    rows: list[list[str]] = []
    lines: list[int] = []
    while len(rows) < limit and not reader.has_ended:
        more, places = reader.take(min(step, limit - len(rows)))
        rows += more
        lines += places
        yield file.fraction
    return rows, lines


def _ragged(rows: Sequence[Sequence[str]], lines: Sequence[int], width: int) -> str:
    for row, line in zip(rows, lines, strict=True):
        if len(row) != width:
            return f"row {line} has {len(row)} cells, but there are {width} columns: correct the row."
    return ""


def _added(
    columns: Sequence[ColumnReader], rows: Sequence[Sequence[str]], lines: Sequence[int], file: HashedFile
) -> Pieces[None]:
    since = 0
    for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
        column.add(list(map(str.strip, cells)), lines)
        since += len(cells) + COLUMN_COST
        if since >= CELLS:
            yield file.fraction
            since = 0


def _finished(
    columns: list[ColumnReader], first: Sequence[Cell], rows: int
) -> Pieces[list[tuple[CsvColumn, CsvColumn]]]:
    """Both columns of each reader, which is let go, so that never more than one of them is in memory twice."""
    pairs: list[tuple[CsvColumn, CsvColumn]] = []
    columns.reverse()
    since = 0
    for cell in first:
        pairs.append((yield from between(1.0, 1.0, columns.pop().finish(cell))))  # all has been read
        since += rows + COLUMN_COST
        if since >= NUMBERS:
            yield 1.0
            since = 0
    return pairs


def _check_names(cells: Sequence[str]) -> None:
    seen: set[str] = set()
    for position, name in enumerate(cells):
        if not name:
            raise DataError(f"column {position + 1} has no name in the first row: give it one.")
        if name in seen:
            raise DataError(f"two columns are named {name!r}: rename one of them.")
        seen.add(name)


def _looks_like_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
