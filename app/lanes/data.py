"""Data from files: read once, on the compute thread, with progress and Stop.

What the document's own problem needs is a lane of the plan; files that a person opens, and settings that have to be tried on a
file first, are asked for once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.document import Document
from app.lanes.lane import Lane, Results
from app.lanes.problem_cache import ProblemCache
from engine.datasets import DatasetRecipe
from engine.job import Job, Progress
from engine.problem import NetworkProblem, Problem

if TYPE_CHECKING:
    from engine.datasets import DatasetSummary, Table
    from engine.experiment import Experiment


@dataclass(frozen=True)
class DataRequest:
    """The problem's data, from their files."""

    problem: Problem
    recipe: DatasetRecipe


def data_request(document: Document, _: Results, __: int = 0) -> DataRequest | None:
    """The files of the document's problem; None where it has none."""
    problem = document.experiment.problem
    if not isinstance(problem, NetworkProblem) or not problem.data.files:
        return None
    return DataRequest(problem, problem.data)


def data_job(cache: ProblemCache, request: DataRequest) -> Job[DatasetSummary]:
    """Read the files and assemble the problem, which the other lanes then find in the cache."""
    for progress in cache.assembling(request.problem):
        if progress.result is None:
            yield Progress(progress.fraction)
        else:
            assert progress.result.data is not None
            yield Progress(1.0, cache.summary(request.recipe, progress.result.data))


DATA = Lane("data", "Reading the data", data_request, data_job, turn="urgent", shared=True, waited_for=True)
"""All other lanes wait for it: reading a file is nothing that several of them should begin."""


def waits_for_data(document: Document, results: Results) -> bool:
    """Whether the document's data are still to be read."""
    wanted = data_request(document, results)
    return wanted is not None and not results.answers(DATA, wanted)


# Asked for once


@dataclass(frozen=True)
class OpenRequest:
    """Files that a person wants to learn from."""

    paths: tuple[Path, ...]


def open_job(cache: ProblemCache, request: OpenRequest) -> Job[Experiment]:
    """An experiment on the data in files."""
    from engine.datasets import open_files_job
    from engine.own_data import on_data_job

    recipe: DatasetRecipe | None = None
    for opening in open_files_job(request.paths, cache.files):
        recipe = opening.result or recipe
        yield Progress(0.9 * opening.fraction)
    assert recipe is not None
    for making in on_data_job(recipe, cache.files):
        yield Progress(0.9 + 0.1 * making.fraction, making.result)


@dataclass(frozen=True)
class TableRequest:
    """A table that a person wants to fit a model to."""

    path: Path


def table_job(cache: ProblemCache, request: TableRequest) -> Job[Table]:
    """The columns of numbers of a file, with or without names in its first row."""
    from engine.datasets import table_job as read

    yield from read(request.path, cache.files)


@dataclass(frozen=True)
class SummaryRequest:
    """A way to read files that a person has chosen."""

    recipe: DatasetRecipe


def summary_job(cache: ProblemCache, request: SummaryRequest) -> Job[DatasetSummary]:
    """The sizes of a dataset from files that have been read already, or are read now."""
    from engine.datasets import load_job

    for progress in load_job(request.recipe, cache.files):
        found = None if progress.result is None else cache.summary(request.recipe, progress.result)
        yield Progress(progress.fraction, found)


def _unasked(document: Document, results: Results, number: int) -> Any:
    """The document asks for none of these."""
    return None


OPEN_FILES = Lane("open files", "Opening the data", _unasked, open_job, turn="urgent", shared=True)
READ_TABLE = Lane("table", "Reading the table", _unasked, table_job, turn="urgent", shared=True)
READ_SUMMARY = Lane("summary", "Reading the data", _unasked, summary_job, turn="urgent", shared=True)
ONE_OFF_LANES: tuple[Lane[Any, Any], ...] = (OPEN_FILES, READ_TABLE, READ_SUMMARY)
