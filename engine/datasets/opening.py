"""Opening data files that nobody described: what they are, which columns they have, and a recipe to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from engine.datasets.checks import DataError
from engine.datasets.contents import FileContents, FileFormat
from engine.datasets.csv_contents import CsvContents
from engine.datasets.csv_examples import may_be_values
from engine.datasets.dataset import Dataset
from engine.datasets.examples import dataset_pieces
from engine.datasets.file_cache import FileCache
from engine.datasets.files import FilePath, named_problems
from engine.datasets.idx_contents import GZIP, ZEROS, IdxContents
from engine.datasets.loading import examples_of
from engine.datasets.npz_contents import ARCHIVES
from engine.datasets.reading import contents_pieces, opened_pieces
from engine.datasets.recipe import DatasetRecipe
from engine.datasets.source_file import SourceFile
from engine.job import Job, Pieces, between, finished, job_of

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
    return finished(_opened(tuple(paths), FileCache(0)))


def open_files_job(paths: Sequence[FilePath], files: FileCache) -> Job[DatasetRecipe]:
    r"""Find the recipe for the data in files, as :func:`recipe_of_files` does; what was read of them is left in ``files``.

    Raises:
        DataError: with a sentence, if there is no such data in them.

    >>> import engine, pathlib, tempfile
    >>> from engine.job import drain
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "iris.csv")
    ...     _ = file.write_text("length,width,kind\n1.4,0.2,setosa\n4.7,1.4,versicolor\n")
    ...     drain(engine.datasets.open_files_job([file], engine.datasets.FileCache())).target
    ('kind',)

    """
    return job_of(_opened(tuple(paths), files))


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
    rows = _rows(file.path)
    with named_problems(file.path):
        return rows.named(header).names


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
    rows = _rows(path)
    with named_problems(path):
        return rows.has_header


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
    rows = _rows(file.path)
    with named_problems(file.path):
        rows.named(header)
        return rows.outline.columns(header).inputs_beside(target)


def _rows(path: FilePath) -> CsvContents:
    return finished(contents_pieces(path, "csv", FileCache(0))).as_read(CsvContents, path)


def _opened(paths: tuple[FilePath, ...], files: FileCache) -> Pieces[DatasetRecipe]:
    if not paths:
        raise DataError("No file was chosen: choose a CSV, NPZ or IDX file.")
    first = yield from between(0.0, 0.8, opened_pieces(paths[0], files, lambda head: _format(head, len(paths))))
    contents: tuple[FileContents, ...] = (first,)
    if first.format == "idx":
        contents = yield from between(0.8, 0.9, _images_and_labels(paths, first, files))
    sources = tuple(SourceFile(each.path, each.sha256) for each in contents)
    recipe = DatasetRecipe(first.format, files=sources)
    if first.format == "csv":
        recipe = _of_table(recipe, first.as_read(CsvContents, paths[0]), paths[0])
    examples = yield from between(0.9, 0.95, examples_of(recipe, contents))
    size = AT_FIRST if len(examples) > MANY else None
    data = yield from between(0.95, 1.0, dataset_pieces(examples, size, recipe.seed))
    return replace(recipe, size=size, standardize=data.image_shape is None, split=_split(data))


def _format(head: bytes, count: int) -> FileFormat:
    """The format of the first of ``count`` files."""
    if head[:2] in (GZIP, ZEROS):
        return "idx"
    if count > 1:
        raise DataError("Only data in the IDX format are in two files: choose one file.")
    return "npz" if head in ARCHIVES else "csv"


def _of_table(recipe: DatasetRecipe, rows: CsvContents, path: FilePath) -> DatasetRecipe:
    """The recipe with the last column as its target, and those that hold numbers as its inputs."""
    with named_problems(path):
        header = rows.has_header
        table = rows.named(header)
    target = table.names[-1]
    task: Literal["values"] | None = "values" if may_be_values(table.columns[-1]) else None
    features = rows.outline.columns(header).inputs_beside(target)
    return replace(recipe, target=(target,), header=header, task=task, features=features)


def _split(data: Dataset) -> tuple[float, float] | None:
    held_out = len(data.validation_indices) + len(data.test_indices)
    return None if held_out or len(data) < FEWEST_TO_SPLIT else SPLIT


def _images_and_labels(
    paths: tuple[FilePath, ...], first: FileContents, files: FileCache
) -> Pieces[tuple[FileContents, FileContents]]:
    if len(paths) > 2:
        raise DataError(f"The IDX format has two files, one of images and one of labels: choose two, not {len(paths)}.")
    other = paths[1] if len(paths) == 2 else _partner(paths[0])
    found = {_dimensions(first, paths[0]): first}
    second = yield from contents_pieces(other, "idx", files)
    found[_dimensions(second, other)] = second
    images, labels = next((each for count, each in found.items() if count != 1), None), found.get(1)
    if images is None or labels is None:
        raise DataError(
            "The IDX format has two files: choose the one of the images and the one of the labels together."
        )
    return images, labels


def _dimensions(contents: FileContents, path: FilePath) -> int:
    found = contents.as_read(IdxContents, path)
    with named_problems(path):
        return found.dimension_count()


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
