"""What the form has to know of a dataset, without keeping the dataset."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from engine.datasets import DATASETS, Dataset, DatasetRecipe

KEPT = 32


@dataclass(frozen=True)
class Shape:
    """What a network has to know of its data."""

    inputs: int
    outputs: int
    classes: int | None
    examples: int
    """How many there are to learn from."""


_known: OrderedDict[DatasetRecipe, Shape] = OrderedDict()
"""The shapes that were asked for last: to load a large file for each of a form's questions would stop the window."""


def shape_of(recipe: DatasetRecipe) -> Shape | None:
    """The shape of a dataset, None where it cannot be read; what does not change the shape does not load it again."""
    plain = _plain(recipe)
    if plain not in _known:
        try:
            _keep(plain, plain.load())
        except (ValueError, OSError):
            return None
    return _known[plain]


def is_known(recipe: DatasetRecipe) -> bool:
    """Whether the shape is there without loading anything."""
    return _plain(recipe) in _known


def learned(recipe: DatasetRecipe, data: Dataset) -> None:
    """Take over the shape of data that somebody has loaded already, on whatever thread."""
    plain = _plain(recipe)
    if plain not in _known:
        _keep(plain, data)


def forget() -> None:
    """Load what is asked for anew."""
    _known.clear()


def _plain(recipe: DatasetRecipe) -> DatasetRecipe:
    plain = replace(recipe, seed=0, shuffled=0.0, standardize=False)
    return replace(plain, noise=None) if recipe.name in DATASETS else plain


def _keep(plain: DatasetRecipe, data: Dataset) -> None:
    _known[plain] = Shape(data.inputs.shape[1], data.outputs, data.classes, len(data.train))
    if len(_known) > KEPT:
        _known.popitem(last=False)
