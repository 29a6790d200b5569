"""From the columns of a table to examples: which are inputs, which are learned, and whether these are classes."""

from __future__ import annotations

import heapq
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from engine.arrays import Array, Indices
from engine.datasets.checks import LARGEST_CLASSES, Column, DataError
from engine.datasets.csv_columns import WHOLE_NUMBER, Cell, Coded, CsvColumn, is_missing, is_number
from engine.datasets.csv_contents import CsvContents, NamedColumns
from engine.datasets.examples import Examples
from engine.datasets.files import FilePath
from engine.job import Pieces

DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
CLASSES_WITHOUT_ASKING = 50
"""A column with more different whole numbers than this may as well be a measurement, so the reader asks."""
SORTED = 1 << 14
"""Texts that are sorted in one piece: five milliseconds."""

Task: TypeAlias = Literal["classes", "values"] | None


@dataclass(frozen=True)
class Choice:
    """What is learned from what in a table, as :func:`engine.datasets.read_csv` says."""

    target: Column | Sequence[Column] = -1
    features: Sequence[Column] | None = None
    task: Task = None
    header: bool = True


def csv_examples(contents: CsvContents, choice: Choice, path: FilePath) -> Pieces[Examples]:
    """The examples of a table that was read from ``path``.

    Raises:
        DataError: if a column is unknown, or a cell that is wanted is missing or not a number (named by row and column).

    """
    table, target = contents.named(choice.header), choice.target
    place = {name: index for index, name in enumerate(table.names)}
    wanted = [_index(place, column) for column in ([target] if isinstance(target, str | int) else target)]
    given = choice.features
    inputs = [_index(place, column) for column in given] if given is not None else _others(place, wanted)
    if not wanted or not inputs:
        raise DataError("it takes at least one column of inputs and one target: choose other columns.")
    if set(wanted) & set(inputs):
        raise DataError("a column is both input and target: leave it out of one of them.")
    columns = [number_column(table, index) for index in inputs]
    labels: Indices | None = None
    class_names: tuple[str, ...] = ()
    if _holds_classes(table, wanted, choice.task):
        labels, class_names = yield from _classes(table, wanted[0])
    return Examples(
        dimension=len(columns),
        inputs=lambda some: np.stack([column.numbers(some) for column in columns], axis=1),
        targets=(yield from _values(table, wanted)) if labels is None else labels,
        classes=None if labels is None else len(class_names),
        path=path,
        name=Path(path).stem,
        feature_names=tuple(table.names[index] for index in inputs),
        class_names=class_names,
    )


def number_column(table: NamedColumns, index: int) -> CsvColumn:
    """A column of numbers.

    Raises:
        DataError: if a cell holds none, named by row and column.

    """
    column = table.columns[index]
    if column.unusable is not None:
        raise DataError(_why_unusable(column.unusable, table.names[index]))
    return column


def may_be_values(column: CsvColumn) -> bool:
    """Whether these are so many different whole numbers that they are rather measurements than classes."""
    many = not isinstance(column.cells, Coded) or len(column.cells.texts) > CLASSES_WITHOUT_ASKING
    return many and column.kinds.only_whole and column.missing is None


def _values(table: NamedColumns, wanted: Sequence[int]) -> Pieces[Array]:
    values = np.empty((table.count, len(wanted)))
    for position, index in enumerate(wanted):
        values[:, position] = number_column(table, index).numbers(slice(None))
        yield position / len(wanted)
    return values


def _others(place: dict[str, int], wanted: Sequence[int]) -> list[int]:
    return [index for index in place.values() if index not in wanted]


def _index(place: dict[str, int], column: Column) -> int:
    if isinstance(column, str):
        if column not in place:
            raise DataError(f"there is no column {column!r}: choose one of {', '.join(place)}.")
        return place[column]
    if not -len(place) <= column < len(place):
        raise DataError(f"there is no column number {column}: there are {len(place)}, counted from 0.")
    return column % len(place)


def _holds_classes(table: NamedColumns, wanted: Sequence[int], task: str | None) -> bool:
    if task is not None:
        if task not in ("classes", "values"):
            raise DataError(f"the task must be 'classes' or 'values', not {task!r}.")
        if task == "classes" and len(wanted) > 1:
            raise DataError("classes need exactly one target column: choose one.")
        return task == "classes"
    if len(wanted) > 1:
        return False
    column = table.columns[wanted[0]]
    different = _different_whole_numbers(column) if column.kinds.only_whole else 0
    if different > CLASSES_WITHOUT_ASKING:
        raise DataError(
            f"column {table.names[wanted[0]]!r} holds {different} different whole numbers: say whether these are "
            "classes or values (task='classes' or task='values')."
        )
    # One number with a fraction makes it a column of values, so that a stray text in it is reported and not a class.
    return not column.kinds.fractions


def _different_whole_numbers(column: CsvColumn) -> int:
    if isinstance(column.cells, Coded):
        return len({int(text) for text in column.cells.texts if WHOLE_NUMBER.fullmatch(text)})
    assert column.cells is not None
    numbers, _ = np.unique(column.cells[np.isfinite(column.cells)], return_counts=True)
    return int(numbers.size)


def _classes(table: NamedColumns, index: int) -> Pieces[tuple[Indices, tuple[str, ...]]]:
    """Class numbers ``(N,)``, in the order of the whole numbers or else of the texts, and the names of the classes."""
    column = table.columns[index]
    if column.missing is not None:
        raise DataError(_why_unusable(column.missing, table.names[index]))
    if not isinstance(column.cells, Coded):
        raise DataError(
            f"column {table.names[index]!r} holds more than {LARGEST_CLASSES:,} different entries, which are no classes: "
            "choose another target, or learn them as values (task='values')."
        )
    texts, codes = column.cells.texts, column.cells.codes
    if column.kinds.only_whole:
        numbers = [int(text) for text in texts]
        order = sorted(set(numbers))
        places = {number: position for position, number in enumerate(order)}
        return np.array([places[number] for number in numbers], dtype=np.intp)[codes], tuple(map(str, order))
    ranked = yield from _sorted_places(texts)
    ranks = np.empty(len(texts), dtype=np.intp)
    ranks[ranked] = np.arange(len(texts))
    yield 1.0
    return ranks[codes], tuple(texts[place] for place in ranked)


def _sorted_places(texts: Sequence[str]) -> Pieces[list[int]]:
    """The places of different texts in the order of the texts; many are sorted in parts, which are merged."""
    parts = []
    for start in range(0, len(texts), SORTED):
        parts.append(sorted(range(start, min(start + SORTED, len(texts))), key=texts.__getitem__))
        yield 0.5 * start / len(texts)
    if len(parts) == 1:
        return parts[0]
    merged, ranked = heapq.merge(*parts, key=texts.__getitem__), list[int]()
    while more := list(islice(merged, SORTED // 4)):
        ranked += more
        yield 0.5 + 0.5 * len(ranked) / len(texts)
    return ranked


def _why_unusable(cell: Cell, column: str) -> str:
    place, text = f"row {cell.line}, column {column!r}", cell.text
    if is_missing(text):
        return f"{place}: the value is missing; fill it in or delete the row."
    if not is_number(text):
        hint = (
            f"write {text.replace(',', '.')}" if DECIMAL_COMMA.fullmatch(text) else "correct it or leave the column out"
        )
        return f"{place}: {text!r} is not a number; {hint}."
    return f"{place}: {text} is not a finite number; correct it or delete the row."
