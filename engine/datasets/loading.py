"""From a recipe to its dataset, in pieces: what is drawn or read first, and what is done to it then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from engine.datasets.catalogue import load
from engine.datasets.checks import DataError
from engine.datasets.dataset import Dataset
from engine.datasets.file_cache import FileCache
from engine.datasets.recipe import FORMATS, DatasetRecipe
from engine.datasets.transformations import noisy_pieces, split_pieces, standardized_pieces, subset_pieces
from engine.job import Job, Pieces, between, job_of

if TYPE_CHECKING:
    from engine.datasets.contents import FileContents, FileFormat
    from engine.datasets.examples import Examples


def load_job(recipe: DatasetRecipe, files: FileCache) -> Job[Dataset]:
    """Build the dataset of a recipe; a file that ``files`` holds, and nobody has changed since, is not read again.

    Raises:
        DataError: if a file is gone or has changed, or a setting does not fit.

    >>> import engine
    >>> from engine.job import drain
    >>> drain(engine.datasets.load_job(engine.DatasetRecipe("moons"), engine.datasets.FileCache())).inputs.shape
    (200, 2)

    """
    return job_of(dataset_of(recipe, files))


def dataset_of(recipe: DatasetRecipe, files: FileCache) -> Pieces[Dataset]:
    """Build the dataset of a recipe, as :func:`load_job` says."""
    if recipe.name in FORMATS:
        data = yield from between(0.0, 0.9, _from_files(recipe, files))
    else:
        settings = dict(recipe.settings)
        data = load(recipe.name, seed=recipe.seed, size=recipe.size, noise=recipe.noise, split=recipe.split, **settings)
    if recipe.subset is not None:
        data = yield from between(0.9, 0.93, subset_pieces(data, recipe.subset, recipe.seed))
    if recipe.shuffled:
        data = data.with_shuffled_labels(recipe.shuffled, recipe.seed)
    return (yield from between(0.93, 1.0, standardized_pieces(data))) if recipe.standardize else data


def examples_of(recipe: DatasetRecipe, contents: Sequence[FileContents]) -> Pieces[Examples]:
    """The examples that the recipe takes from its files, all of them.

    Raises:
        DataError: if there are no such ones in them.

    """
    from engine.datasets.files import named_pieces

    path = recipe.files[0].path
    if recipe.name == "idx":
        from engine.datasets.idx import check_size, entries_of, idx_examples
        from engine.datasets.idx_contents import IMAGES, LABELS

        labels_path = recipe.files[1].path
        pictures, labels = entries_of(contents[0], path, IMAGES), entries_of(contents[1], labels_path, LABELS)
        images = yield from idx_examples(pictures, labels, path, labels_path)
        check_size(images, recipe.size)
        return images
    if recipe.name == "npz":
        from engine.datasets.npz import npz_examples
        from engine.datasets.npz_contents import NpzContents

        return (yield from named_pieces(path, npz_examples(contents[0].as_read(NpzContents, path), path)))
    from engine.datasets.csv_contents import CsvContents
    from engine.datasets.csv_examples import Choice, csv_examples

    choice = Choice(recipe.target, recipe.features or None, recipe.task, recipe.header)
    return (yield from named_pieces(path, csv_examples(contents[0].as_read(CsvContents, path), choice, path)))


def _from_files(recipe: DatasetRecipe, files: FileCache) -> Pieces[Dataset]:
    data = yield from between(0.0, 0.92, _read(recipe, files))
    if recipe.noise:
        data = yield from between(0.92, 0.96, noisy_pieces(data, recipe.noise, recipe.seed))
    if recipe.split is not None:
        data = yield from between(0.96, 1.0, split_pieces(data, *recipe.split, recipe.seed))
    return data


def _read(recipe: DatasetRecipe, files: FileCache) -> Pieces[Dataset]:
    from engine.datasets.examples import dataset_pieces
    from engine.datasets.reading import contents_pieces

    if len(recipe.files) != FORMATS[recipe.name]:
        raise DataError(f"The format {recipe.name} takes {FORMATS[recipe.name]} file(s), not {len(recipe.files)}.")
    contents: list[FileContents] = []
    for file in recipe.files:
        ends = (0.8, 0.9) if contents else (0.0, 0.8)
        found = yield from between(*ends, contents_pieces(file.path, cast("FileFormat", recipe.name), files))
        file.require(found.sha256)
        contents.append(found)
    examples = yield from between(0.9, 0.93, examples_of(recipe, contents))
    return (yield from between(0.93, 1.0, dataset_pieces(examples, recipe.size, recipe.seed)))
