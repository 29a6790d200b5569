"""Opening data files that nobody described: what they are, which columns they have, and a recipe to begin with."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from engine.datasets.checks import DataError
from engine.datasets.csv_files import CLASSES_WITHOUT_ASKING, WHOLE_NUMBER, is_number
from engine.datasets.csv_rows import Rows, rows_of
from engine.datasets.dataset import Dataset
from engine.datasets.files import FilePath, named_problems
from engine.datasets.recipe import DatasetRecipe, SourceFile

GZIP, ZIP, IDX = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06"), b"\0\0"
MANY = 5000
"""More examples than this are opened in part, so that the first runs do not take minutes."""
AT_FIRST = 2000
FEWEST_TO_SPLIT = 20
SPLIT = (0.2, 0.2)
IMAGES, LABELS = ("images", "idx3"), ("labels", "idx1")


def recipe_of_files(paths: Sequence[FilePath]) -> DatasetRecipe:
    r"""A recipe for the data in one file (CSV, NPZ), or in the two of the IDX format, of which one is enough to name.

    The last column of a table is the target; columns without any number are left out of its inputs. Tables are standardized;
    where a file does not hold out examples itself, a fifth is for validation and a fifth for test.

    Raises:
        DataError: with a sentence, if there is no such data in them.

    >>> import engine, pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "iris.csv")
    ...     _ = file.write_text("length,width,kind\n1.4,0.2,setosa\n4.7,1.4,versicolor\n")
    ...     data = engine.datasets.recipe_of_files([file]).load()
    ...     data.feature_names, data.class_names
    (('length', 'width'), ('setosa', 'versicolor'))

    """
    if not paths:
        raise DataError("No file was chosen: choose a CSV, NPZ or IDX file.")
    head = _head(paths[0])
    if head[:2] in (GZIP, IDX):
        recipe = DatasetRecipe.of_idx(*_images_and_labels(paths), size=None)
    elif len(paths) > 1:
        raise DataError("Only data in the IDX format are in two files: choose one file.")
    elif head in ZIP:
        recipe = DatasetRecipe.of_npz(paths[0])
    else:
        recipe = _of_table(paths[0])
    data = recipe.load()
    if len(data) > MANY:
        recipe = replace(recipe, size=AT_FIRST)
        data = recipe.load()
    return replace(recipe, standardize=data.image_shape is None, split=_split(data))


def columns_of(file: SourceFile, header: bool = True) -> tuple[str, ...]:
    r"""The names of a table's columns; empty where it cannot be read as it was.

    >>> import engine, pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "fall.csv")
    ...     _ = file.write_text("time,height\n0,20\n1,15\n")
    ...     engine.datasets.columns_of(engine.datasets.SourceFile.of(file))
    ('time', 'height')
    """
    try:
        file.check()
        return _columns(file, header)
    except DataError:
        return ()


@lru_cache(maxsize=8)
def _columns(file: SourceFile, header: bool) -> tuple[str, ...]:
    with named_problems(file.path):
        return rows_of(file.path, None, header).names


def _split(data: Dataset) -> tuple[float, float] | None:
    held_out = len(data.validation_indices) + len(data.test_indices)
    return None if held_out or len(data) < FEWEST_TO_SPLIT else SPLIT


def _head(path: FilePath) -> bytes:
    with named_problems(path), Path(path).open("rb") as file:
        return file.read(4)


def has_header(path: FilePath) -> bool:
    r"""Whether the first row of a table names its columns: it does unless it holds only numbers.

    Raises:
        DataError: if it cannot be read.

    >>> import engine, pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "fall.csv")
    ...     _ = file.write_text("0,20\n1,15\n")
    ...     engine.datasets.has_header(file)
    False

    """
    with named_problems(path):
        return not all(is_number(cell) for cell in rows_of(path, None, header=False).cells[0])


def _of_table(path: FilePath) -> DatasetRecipe:
    with named_problems(path):
        header = has_header(path)
        rows = rows_of(path, None, header)
    target = len(rows.names) - 1
    task: Literal["values"] | None = "values" if _may_be_either(rows, target) else None
    return DatasetRecipe.of_csv(path, rows.names[target], header=header, task=task, features=_inputs(rows, target))


def inputs_of(file: SourceFile, target: str, header: bool = True) -> tuple[str, ...]:
    r"""The columns that can be inputs beside ``target``: those that hold numbers; empty where all the others do.

    Raises:
        DataError: if the file cannot be read or has no such column.

    >>> import engine, pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "fall.csv")
    ...     _ = file.write_text("time,place,height\n0,roof,20\n1,air,15\n")
    ...     engine.datasets.inputs_of(engine.datasets.SourceFile.of(file), target="height")
    ('time',)

    """
    with named_problems(file.path):
        rows = rows_of(file.path, None, header)
        if target not in rows.names:
            raise DataError(f"there is no column {target!r}: choose one of {', '.join(rows.names)}.")
        return _inputs(rows, rows.names.index(target))


def _inputs(rows: Rows, target: int) -> tuple[str, ...]:
    others = [index for index in range(len(rows.names)) if index != target]
    numbers = [index for index in others if any(is_number(row[index]) for row in rows.cells)]
    return tuple(rows.names[index] for index in numbers) if 0 < len(numbers) < len(others) else ()


def _may_be_either(rows: Rows, target: int) -> bool:
    """Whether the targets are so many different whole numbers that they are rather measurements than classes."""
    cells = {row[target] for row in rows.cells}
    return len(cells) > CLASSES_WITHOUT_ASKING and all(WHOLE_NUMBER.fullmatch(cell) for cell in cells)


def _images_and_labels(paths: Sequence[FilePath]) -> tuple[FilePath, FilePath]:
    if len(paths) > 2:
        raise DataError(f"The IDX format has two files, one of images and one of labels: choose two, not {len(paths)}.")
    found = {_dimensions(path): path for path in (*paths, *([_partner(paths[0])] if len(paths) == 1 else []))}
    images, labels = next((path for size, path in found.items() if size != 1), None), found.get(1)
    if images is None or labels is None:
        raise DataError(
            "The IDX format has two files: choose the one of the images and the one of the labels together."
        )
    return images, labels


def _partner(path: FilePath) -> Path:
    """The file of labels beside that of images, or the other way round, by the names that the MNIST family has."""
    given = Path(path)
    for (one, one_kind), (other, other_kind) in ((IMAGES, LABELS), (LABELS, IMAGES)):
        name = given.name.replace(one, other).replace(one_kind, other_kind)
        plain = name.removesuffix(".gz")
        for candidate in (name, plain, f"{plain}.gz"):
            if one in given.name and given.with_name(candidate).is_file():
                return given.with_name(candidate)
    raise DataError(
        f"The file that belongs to {given.name} is not beside it: choose the images and the labels together."
    )


def _dimensions(path: FilePath) -> int:
    with named_problems(path):
        with Path(path).open("rb") as file:
            packed = file.read(2) == GZIP
        with gzip.open(path, "rb") if packed else Path(path).open("rb") as file:
            head = file.read(4)
        if len(head) < 4 or head[:2] != IDX:
            raise DataError(
                "it is not an IDX file (these begin with two zero bytes): choose a file of the MNIST family."
            )
        return int(head[3])
