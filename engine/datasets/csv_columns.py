"""The columns of a CSV file as they are read: numbers where cells are numbers, and the different texts of their cells."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Array, Indices
from engine.datasets.checks import LARGEST_CLASSES
from engine.job import Pieces

N = TypeVar("N", bound=np.generic)

Codes: TypeAlias = NDArray[np.integer[Any]]
"""Places of texts, in the smallest type that counts them all."""

MISSING = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none"})
MOST_DIGITS = 4300
"""Python makes a whole number of no more digits than these."""
WHOLE_NUMBER = re.compile(rf"[+-]?\d{{1,{MOST_DIGITS}}}")
POINTER = 8
BLOCKS = 32
"""Blocks of cells that are joined in one piece: a megabyte of numbers."""


@dataclass(frozen=True)
class Cell:
    """A cell's ``text`` and its ``line`` in the file, counted from 1."""

    line: int
    text: str


@dataclass(frozen=True)
class Kinds:
    """Of what kinds the cells of a column are."""

    numbers: bool = False
    """Whether a cell is a number, be it an infinite one."""
    fractions: bool = False
    """Whether a cell is a number, but not a whole one."""
    others: bool = False
    """Whether a cell has a value, but not a finite number."""
    only_whole: bool = True
    """Whether all cells that have a value are whole numbers."""

    def __or__(self, more: Kinds) -> Kinds:
        """The kinds of these cells and of more."""
        return Kinds(
            self.numbers or more.numbers,
            self.fractions or more.fractions,
            self.others or more.others,
            self.only_whole and more.only_whole,
        )


@dataclass(frozen=True, eq=False)
class Coded:
    """N cells as the places of their texts among the different texts; where these are few, a cell takes one byte."""

    texts: tuple[str, ...]
    values: Array
    """Which number each text is; NaN where it is no finite one."""
    codes: Codes
    """``(N,)``: the place of each cell's text."""
    text_bytes: int
    """Memory that the texts take, in bytes."""

    @property
    def nbytes(self) -> int:
        """Memory that all of it takes, in bytes."""
        return self.text_bytes + self.values.nbytes + self.codes.nbytes


@dataclass(frozen=True, eq=False)
class CsvColumn:
    """N cells of a column. With and without the first row of a file the large arrays are the same in memory."""

    kinds: Kinds
    cells: Coded | Array | None
    """What stands in them; only the numbers ``(N,)`` where there are more than ``LARGEST_CLASSES`` of these, which are no names
    of classes. None where they are so many and not all of them numbers."""
    unusable: Cell | None
    """The first cell that is no finite number."""
    missing: Cell | None
    """The first cell without a value."""

    @property
    def nbytes(self) -> int:
        """Memory that it takes, in bytes."""
        return 0 if self.cells is None else self.cells.nbytes

    def numbers(self, some: slice | Indices) -> Array:
        """The numbers in some of the cells, all of which have to be numbers."""
        if isinstance(self.cells, Coded):
            return np.asarray(self.cells.values[self.cells.codes[some]])
        assert self.cells is not None
        return self.cells[some]


def is_number(cell: str) -> bool:
    """Whether a cell reads as a number."""
    return not math.isnan(value_of(cell))


def value_of(cell: str) -> float:
    """The number that a cell is; NaN where it is none."""
    if "_" in cell:  # Python reads 1_000 as a number; in a file it is a mistake
        return math.nan
    try:
        return float(cell)
    except ValueError:
        return math.nan


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.lower() in MISSING


class ColumnReader:
    """Takes the cells of one column, block after block, and keeps of them what a dataset may need."""

    def __init__(self) -> None:
        self._holds_numbers = self._holds_fractions = self._holds_others = False
        self._only_whole = True
        self._unusable: Cell | None = None
        self._missing: Cell | None = None
        self._texts: dict[str, int] | None = {}
        self._text_bytes = 0
        self._values: list[Array] = []
        self._codes: list[Codes] = []
        self._numbers: list[Array] = []

    @property
    def kinds(self) -> Kinds:
        """Of what kinds the cells are that were taken."""
        return Kinds(self._holds_numbers, self._holds_fractions, self._holds_others, self._only_whole)

    def add(self, cells: Sequence[str], lines: Sequence[int]) -> None:
        """Take further cells, without blanks around them, that stand on these ``lines``."""
        if self._texts is None:
            numbers = self._values_of(cells, cells, lines)
            self._numbers.append(numbers)
        else:
            self._remember(self._texts, cells, lines)
        if self._texts is None and self._holds_others:
            self._codes, self._numbers = [], []

    def finish(self, first: Cell) -> Pieces[tuple[CsvColumn, CsvColumn]]:
        """The column of the cells that were taken, and the one that has a ``first`` cell above them."""
        above = ColumnReader()
        above.add([first.text], [first.line])
        kinds = self.kinds | above.kinds
        (value,) = above._values[0].tolist()
        below: Coded | Array | None
        whole: Coded | Array | None
        if self._texts is not None:
            below, whole = yield from self._coded(self._texts, first.text, value)
        else:
            below, whole = yield from self._numbered(value)
            whole = None if kinds.others else whole
        unusable, missing = above._unusable or self._unusable, above._missing or self._missing
        return CsvColumn(self.kinds, below, self._unusable, self._missing), CsvColumn(kinds, whole, unusable, missing)

    def _remember(self, texts: dict[str, int], cells: Sequence[str], lines: Sequence[int]) -> None:
        new = [text for text in dict.fromkeys(cells) if text not in texts]
        if new:
            self._values.append(self._values_of(new, cells, lines))
            texts.update(zip(new, range(len(texts), len(texts) + len(new)), strict=True))
            self._text_bytes += sum(map(sys.getsizeof, new)) + POINTER * len(new)
        self._codes.append(np.fromiter(map(texts.__getitem__, cells), _code_type(len(texts)), len(cells)))
        if len(texts) > LARGEST_CLASSES and self._holds_numbers and not self._holds_others:
            self._texts, self._text_bytes = None, 0

    def _values_of(self, texts: Sequence[str], cells: Sequence[str], lines: Sequence[int]) -> Array:
        """The numbers that ``texts`` are, NaN where one is no finite number; ``cells`` are where they were found."""
        numbers = self._finite(texts)
        if numbers is not None:
            return numbers
        numbers = np.fromiter(map(self._judge, texts), np.float64, len(texts))
        if self._unusable is None or self._missing is None:
            unusable = {text for text, number in zip(texts, numbers.tolist(), strict=True) if math.isnan(number)}
            self._unusable = self._unusable or _first(unusable, cells, lines)
            self._missing = self._missing or _first(set(filter(is_missing, unusable)), cells, lines)
        return numbers

    def _finite(self, texts: Sequence[str]) -> Array | None:
        """The numbers that the texts are, if all are finite ones, which is soon seen."""
        together = "".join(texts)
        if "_" in together:
            return None
        try:
            numbers = np.fromiter(map(float, texts), np.float64, len(texts))
        except ValueError:
            return None
        fractions = any(mark in together for mark in ".eE")
        long = not fractions and len(together) > MOST_DIGITS and max(map(len, texts)) > MOST_DIGITS
        if long or not np.isfinite(numbers).all():
            return None
        self._holds_numbers = True
        self._holds_fractions |= fractions
        self._only_whole &= not fractions
        return numbers

    def _judge(self, text: str) -> float:
        if is_missing(text):
            return math.nan
        value = value_of(text)
        number, finite = not math.isnan(value), math.isfinite(value)
        whole = number and "." not in text and WHOLE_NUMBER.fullmatch(text) is not None
        self._holds_numbers |= number
        self._holds_fractions |= number and not whole
        self._holds_others |= not finite
        self._only_whole &= whole
        return value if finite else math.nan

    def _coded(self, texts: dict[str, int], first: str, value: float) -> Pieces[tuple[Coded, Coded]]:
        """The cells without and with the first one, whose ``value`` is the last of all values."""
        place, values = texts.get(first, len(texts)), _sealed(np.concatenate([*self._values, [value]]))
        codes = np.empty(1 + sum(map(len, self._codes)), _code_type(len(values)))
        codes[0] = place
        yield from _fill(codes[1:], self._codes)
        below = Coded(tuple(texts), values[:-1], _sealed(codes)[1:], self._text_bytes)
        if place < len(texts):
            return below, replace(below, codes=codes)
        return below, Coded((*below.texts, first), values, codes, self._text_bytes)

    def _numbered(self, value: float) -> Pieces[tuple[Array | None, Array | None]]:
        """The numbers without and with the first one."""
        if self._holds_others:
            return None, None
        numbers, table = np.empty(1 + sum(map(len, (*self._codes, *self._numbers)))), np.concatenate(self._values)
        numbers[0] = value
        yield from _fill(numbers[1:], chain((table[codes] for codes in self._codes), self._numbers))
        return _sealed(numbers)[1:], numbers


def _first(texts: set[str], cells: Sequence[str], lines: Sequence[int]) -> Cell | None:
    """The first cell that is one of these texts."""
    return next((Cell(line, cell) for cell, line in zip(cells, lines, strict=True) if cell in texts), None)


def _code_type(texts: int) -> type[np.integer[Any]]:
    """The smallest type that counts so many texts."""
    return np.uint8 if texts <= 1 << 8 else np.uint16 if texts <= 1 << 16 else np.uint32


def _fill(array: NDArray[N], blocks: Iterable[NDArray[N]]) -> Pieces[None]:
    done = 0
    for number, block in enumerate(blocks):
        array[done : done + len(block)] = block
        done += len(block)
        if number % BLOCKS == BLOCKS - 1:
            yield done / len(array)


def _sealed(array: NDArray[N]) -> NDArray[N]:
    array.flags.writeable = False
    return array
