"""What the form has to know of a dataset, without keeping the dataset.

A file is read on the compute thread, whatever the form would like to know of it: until then it is not known.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.datasets import DatasetRecipe

if TYPE_CHECKING:
    from engine.datasets import DatasetSummary

MAX_KNOWN = 32


class NotReadError(Exception):
    """A setting cannot be tried before these data have been read."""

    def __init__(self, recipe: DatasetRecipe) -> None:
        super().__init__("The data have not been read yet.")
        self.recipe = recipe


_known: OrderedDict[DatasetRecipe, DatasetSummary | str] = OrderedDict()
"""The summaries that were asked for last, or why there is none. A recipe names its files by their contents' hash, so that what is
known of one stays true."""


def shape_of(recipe: DatasetRecipe) -> DatasetSummary | None:
    """The sizes of a dataset; None where it cannot be read, or has not been yet."""
    known = _known.get(_plain(recipe))
    if known is None and not recipe.files:
        known = _loaded(recipe)
    return None if known is None or isinstance(known, str) else known


def read_shape_of(recipe: DatasetRecipe) -> DatasetSummary | None:
    """The same, for a change that depends on it.

    Raises:
        NotReadError: while its files have not been read.

    """
    if recipe.files and not is_known(recipe):
        raise NotReadError(recipe)
    return shape_of(recipe)


def trouble(recipe: DatasetRecipe) -> str:
    """Why the data cannot be read, as a sentence; empty where they can, or nobody has tried."""
    shape_of(recipe)
    known = _known.get(_plain(recipe))
    return known if isinstance(known, str) else ""


def is_known(recipe: DatasetRecipe) -> bool:
    """Whether it is known how large the dataset is, or why it cannot be read."""
    return _plain(recipe) in _known


def learned(recipe: DatasetRecipe, found: DatasetSummary | str) -> None:
    """Take over what somebody has found out by reading, on whatever thread: the sizes, or why there are none."""
    _known[_plain(recipe)] = found
    while len(_known) > MAX_KNOWN:
        _known.popitem(last=False)


def forget() -> None:
    """Find out again what is asked for."""
    _known.clear()


def _plain(recipe: DatasetRecipe) -> DatasetRecipe:
    """The recipe without what changes no size."""
    return replace(recipe, seed=0, shuffled=0.0, standardize=False, noise=None)


def _loaded(recipe: DatasetRecipe) -> DatasetSummary | str:
    """Of built-in data, which are drawn or unpacked in a moment."""
    from engine.datasets import FileCache, summary_of

    try:
        found: DatasetSummary | str = summary_of(_plain(recipe).load(), recipe, FileCache())
    except (ValueError, OSError) as error:
        found = str(error)
    learned(recipe, found)
    return found
