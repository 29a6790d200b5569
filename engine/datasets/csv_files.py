"""Text files with one example or measurement per row; problems are named by row (line of the file) and column."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np

from engine.arrays import Array, Indices, frozen_view, read_only
from engine.datasets.checks import Column, DataError
from engine.datasets.csv_rows import Rows, rows_of
from engine.datasets.dataset import Dataset
from engine.datasets.files import FilePath, named_problems

MISSING = frozenset({"", "?", "-", "na", "n/a", "nan", "null", "none"})
WHOLE_NUMBER = re.compile(r"[+-]?\d+")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
CLASSES_WITHOUT_ASKING = 50
"""A column with more different whole numbers than this may as well be a measurement, so the reader asks."""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of numbers by name, all ``(N,)``: measurements for a curve fit."""

    columns: Mapping[str, Array]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self.columns)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> Array:
        """The column ``name (N,)``."""
        if name not in self.columns:
            raise DataError(f"There is no column {name!r}: choose one of {', '.join(self.columns)}.")
        return self.columns[name]


def read_table(path: FilePath, *, delimiter: str | None = None, header: bool = True) -> Table:
    r"""The columns of numbers of a CSV file; a column in which nothing is a number is text and left out.

    Raises:
        DataError: if it cannot be read, or a column of numbers has a gap or something else (named by row and column).

    >>> import engine, pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "fall.csv")
    ...     _ = file.write_text("time,height,place\n0,20,roof\n1,15,air\n2,0,ground\n")
    ...     table = engine.datasets.read_table(file)
    ...     table.names, table["height"].tolist()
    (('time', 'height'), [20.0, 15.0, 0.0])

    """
    with named_problems(path):
        rows = rows_of(path, delimiter, header)
        found = {
            name: index for index, name in enumerate(rows.names) if any(is_number(row[index]) for row in rows.cells)
        }
        if not found:
            raise DataError("no column holds numbers: choose a file with measurements.")
        return Table(MappingProxyType({name: read_only(_values(rows, index)) for name, index in found.items()}))


def read_csv(
    path: FilePath,
    target: Column | Sequence[Column] = -1,
    *,
    features: Sequence[Column] | None = None,
    task: Literal["classes", "values"] | None = None,
    delimiter: str | None = None,
    header: bool = True,
) -> Dataset:
    r"""A dataset from a CSV file: ``target`` names the column (or columns) to learn, ``features`` the inputs (None: all others).

    One target column of text or whole numbers gives classes, numbered in sorted order with their texts as class names; other
    numbers, or several columns, give values. ``task`` decides where that is not meant. The delimiter is found (``,`` ``;``
    or tab) unless given; text is UTF-8.

    Raises:
        DataError: if it cannot be read, a cell is missing or not a number (named by row and column), or a column is unknown.

    >>> import engine, pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "iris.csv")
    ...     _ = file.write_text("length,width,kind\n1.4,0.2,setosa\n4.7,1.4,versicolor\n")
    ...     data = engine.datasets.read_csv(file, target="kind")
    ...     data.inputs.tolist(), data.class_names
    ([[1.4, 0.2], [4.7, 1.4]], ('setosa', 'versicolor'))

    """
    with named_problems(path):
        rows = rows_of(path, delimiter, header)
        wanted = [_index(rows, column) for column in ([target] if isinstance(target, str | int) else target)]
        inputs = [_index(rows, column) for column in features] if features is not None else _others(rows, wanted)
        if not wanted or not inputs:
            raise DataError("it takes at least one column of inputs and one target: choose other columns.")
        if set(wanted) & set(inputs):
            raise DataError("a column is both input and target: leave it out of one of them.")
        matrix = np.stack([_values(rows, index) for index in inputs], axis=1)
        names, stem = [rows.names[index] for index in inputs], Path(path).stem
        if _holds_classes(rows, wanted, task):
            labels, texts = _classes(rows, wanted[0])
            return Dataset(matrix, labels, feature_names=names, class_names=texts, name=stem)
        return Dataset(matrix, np.stack([_values(rows, i) for i in wanted], axis=1), feature_names=names, name=stem)


def _others(rows: Rows, wanted: Sequence[int]) -> list[int]:
    return [index for index in range(len(rows.names)) if index not in wanted]


def _index(rows: Rows, column: Column) -> int:
    if isinstance(column, str):
        if column not in rows.names:
            raise DataError(f"there is no column {column!r}: choose one of {', '.join(rows.names)}.")
        return rows.names.index(column)
    if not -len(rows.names) <= column < len(rows.names):
        raise DataError(f"there is no column number {column}: there are {len(rows.names)}, counted from 0.")
    return column % len(rows.names)


def _holds_classes(rows: Rows, wanted: Sequence[int], task: str | None) -> bool:
    if task is not None:
        if task not in ("classes", "values"):
            raise DataError(f"the task must be 'classes' or 'values', not {task!r}.")
        if task == "classes" and len(wanted) > 1:
            raise DataError("classes need exactly one target column: choose one.")
        return task == "classes"
    if len(wanted) > 1:
        return False
    cells = [row[wanted[0]] for row in rows.cells]
    present = [cell for cell in cells if cell.lower() not in MISSING]
    whole = {int(cell) for cell in present if WHOLE_NUMBER.fullmatch(cell)}
    if len(whole) > CLASSES_WITHOUT_ASKING and all(WHOLE_NUMBER.fullmatch(cell) for cell in present):
        raise DataError(
            f"column {rows.names[wanted[0]]!r} holds {len(whole)} different whole numbers: say whether these are "
            "classes or values (task='classes' or task='values')."
        )
    # One number with a fraction makes it a column of values, so that a stray text in it is reported and not a class.
    return not any(is_number(cell) and not WHOLE_NUMBER.fullmatch(cell) for cell in present)


def _classes(rows: Rows, index: int) -> tuple[Indices, list[str]]:
    cells = [_present(rows, number, index) for number in range(len(rows.cells))]
    if all(WHOLE_NUMBER.fullmatch(cell) for cell in cells):
        order = sorted({int(cell) for cell in cells})
        numbered = {number: position for position, number in enumerate(order)}
        return np.array([numbered[int(cell)] for cell in cells], dtype=np.intp), [str(number) for number in order]
    texts = sorted(set(cells))
    places = {text: position for position, text in enumerate(texts)}
    return np.array([places[cell] for cell in cells], dtype=np.intp), texts


def _values(rows: Rows, index: int) -> Array:
    return np.asarray(frozen_view(np.array([_value(rows, number, index) for number in range(len(rows.cells))])))


def _present(rows: Rows, number: int, index: int) -> str:
    cell = rows.cells[number][index]
    if cell.lower() in MISSING:
        raise DataError(f"{_place(rows, number, index)}: the value is missing; fill it in or delete the row.")
    return cell


def _value(rows: Rows, number: int, index: int) -> float:
    cell = _present(rows, number, index)
    if not is_number(cell):
        hint = (
            f"write {cell.replace(',', '.')}" if DECIMAL_COMMA.fullmatch(cell) else "correct it or leave the column out"
        )
        raise DataError(f"{_place(rows, number, index)}: {cell!r} is not a number; {hint}.")
    value = float(cell)
    if not math.isfinite(value):
        raise DataError(f"{_place(rows, number, index)}: {cell} is not a finite number; correct it or delete the row.")
    return value


def is_number(cell: str) -> bool:
    """Whether a cell reads as a number."""
    if "_" in cell:  # Python reads 1_000 as a number; in a file it is a mistake
        return False
    try:
        return not math.isnan(float(cell))
    except ValueError:
        return False


def _place(rows: Rows, number: int, index: int) -> str:
    return f"row {rows.lines[number]}, column {rows.names[index]!r}"
