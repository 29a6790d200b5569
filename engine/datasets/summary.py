"""What a form has to know of a dataset, without keeping the dataset."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.datasets.dataset import Dataset
from engine.datasets.file_cache import FileCache
from engine.datasets.recipe import DatasetRecipe
from engine.datasets.table_columns import TableColumns


@dataclass(frozen=True)
class DatasetSummary:
    """The sizes of a dataset and, where it comes from a table, the columns of that."""

    inputs: int
    """d, the number of inputs of an example."""
    outputs: int
    """One for each class, or one for each value."""
    classes: int | None
    """The number of classes; None where the targets are values."""
    examples: int
    """How many there are to learn from."""
    image_shape: tuple[int, int] | None = None
    """(rows, columns) where an example is an image."""
    table: TableColumns = field(default_factory=TableColumns)
    """All columns of a CSV file; of other data there are none."""


def summary_of(data: Dataset, recipe: DatasetRecipe, files: FileCache) -> DatasetSummary:
    """The summary of a dataset that was loaded by this recipe with ``files``; no file is looked at again.

    >>> import engine
    >>> recipe = engine.DatasetRecipe("digits")
    >>> engine.datasets.summary_of(recipe.load(), recipe, engine.datasets.FileCache()).image_shape
    (8, 8)

    """
    outline = files.outline(recipe.files[0]) if recipe.name == "csv" else None
    table = TableColumns() if outline is None else outline.columns(recipe.header)
    return DatasetSummary(data.dimension, data.outputs, data.classes, len(data.train_indices), data.image_shape, table)
