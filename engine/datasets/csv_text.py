"""The rows of a CSV file as lists of texts, with the lines they stand on."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from engine.datasets.checks import DataError

DELIMITERS = (";", "\t", ",")
"""In this order: a comma may be a decimal comma in a file whose delimiter is another one."""

SNIFFED_LINES = 20


def decoded_lines(blocks: Iterable[bytes]) -> Iterator[str]:
    r"""The lines of a text in UTF-8, with or without a mark at its beginning; each but the last ends with "\n".

    Raises:
        UnicodeDecodeError: if it is no such text.

    >>> list(decoded_lines([b"one\r", b"\ntw", b"o"]))
    ['one\n', 'two']

    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8-sig")(), translate=True)
    pending: list[str] = []
    for block in blocks:
        text = decoder.decode(block)
        end = text.rfind("\n") + 1
        if end:
            yield from io.StringIO("".join([*pending, text[:end]]))
            pending.clear()
        pending.append(text[end:])
    yield from io.StringIO("".join(pending) + decoder.decode(b"", final=True))


class RowReader:
    """Reads rows from lines of text; the delimiter is found unless given.

    Raises:
        DataError: if the delimiter is not one character, or a row cannot be read.

    """

    def __init__(self, lines: Iterator[str], delimiter: str | None = None) -> None:
        head = list(islice(lines, SNIFFED_LINES))
        if delimiter is not None and len(delimiter) != 1:
            raise DataError(f"the delimiter must be one character, not {delimiter!r}.")
        self._reader = csv.reader(chain(head, lines), delimiter=delimiter or _sniffed(head), skipinitialspace=True)
        self.has_ended = False

    def take(self, limit: int) -> tuple[list[list[str]], list[int]]:
        """Of the next ``limit`` rows those that are not blank, and the lines, from 1, on which they end."""
        taken, rows, lines = 0, [], []
        try:
            for row in islice(self._reader, limit):
                taken += 1
                if any(map(str.strip, row)):
                    rows.append(row)
                    lines.append(self._reader.line_num)
        except (UnicodeDecodeError, DataError):  # from the lines, not from the row
            raise
        except (csv.Error, ValueError, TypeError) as problem:
            line = self._reader.line_num
            raise DataError(f"row {line} cannot be read ({problem}): look at its quotation marks.") from None
        self.has_ended = taken < limit
        return rows, lines


def _sniffed(head: Sequence[str]) -> str:
    widths = {}
    for delimiter in DELIMITERS:
        rows, _ = RowReader(iter(head), delimiter).take(SNIFFED_LINES)
        widths[delimiter] = {len(row) for row in rows}
        if len(widths[delimiter]) == 1 and min(widths[delimiter]) > 1:
            return delimiter
    return max(DELIMITERS[::-1], key=lambda delimiter: max(widths[delimiter], default=0))
