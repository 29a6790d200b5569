"""Text files with one example or measurement per row; problems are named by row (line of the file) and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from engine.arrays import Array, frozen_view
from engine.datasets.checks import Column, DataError
from engine.datasets.csv_contents import CsvContents
from engine.datasets.csv_examples import Choice, csv_examples, number_column
from engine.datasets.dataset import Dataset
from engine.datasets.examples import dataset_pieces
from engine.datasets.file_cache import FileCache
from engine.datasets.files import FilePath, named_pieces
from engine.datasets.reading import contents_pieces
from engine.job import Job, Pieces, between, finished, job_of


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
    return finished(_table_pieces(path, FileCache(0), header, delimiter))


def table_job(path: FilePath, files: FileCache) -> Job[Table]:
    r"""Read the columns of numbers of a CSV file; its first row names the columns unless it holds only numbers.

    Raises:
        DataError: as :func:`read_table`.

    >>> import engine, pathlib, tempfile
    >>> from engine.job import drain
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "fall.csv")
    ...     _ = file.write_text("0,20\n1,15\n2,0\n")
    ...     drain(engine.datasets.table_job(file, engine.datasets.FileCache())).names
    ('column 1', 'column 2')

    """
    return job_of(_table_pieces(path, files, None))


def _table_pieces(path: FilePath, files: FileCache, header: bool | None, delimiter: str | None = None) -> Pieces[Table]:
    contents = yield from contents_pieces(path, "csv", files, delimiter)
    rows = contents.as_read(CsvContents, path)
    return (yield from named_pieces(path, _table(rows, header)))


def _table(rows: CsvContents, header: bool | None) -> Pieces[Table]:
    named = rows.named(rows.has_header if header is None else header)
    numbers: dict[str, Array] = {}
    for index, name in enumerate(named.names):
        if named.columns[index].kinds.numbers:
            numbers[name] = frozen_view(number_column(named, index).numbers(slice(None)))
            yield index / len(named.names)
    if not numbers:
        raise DataError("no column holds numbers: choose a file with measurements.")
    return Table(MappingProxyType(numbers))


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
    return finished(_csv_pieces(path, Choice(target, features, task, header), delimiter))


def _csv_pieces(path: FilePath, choice: Choice, delimiter: str | None) -> Pieces[Dataset]:
    contents = yield from between(0.0, 0.9, contents_pieces(path, "csv", FileCache(0), delimiter))
    examples = yield from named_pieces(path, csv_examples(contents.as_read(CsvContents, path), choice, path))
    return (yield from between(0.9, 1.0, dataset_pieces(examples)))
