"""Objectives and datasets that jobs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from engine.arrays import same
from engine.datasets import Dataset, DatasetRecipe
from engine.job import Job, Progress, drain
from engine.plane import Flat
from engine.problem import Assembled, NetworkProblem, Problem, assemble_job
from engine.surfaces import Window

if TYPE_CHECKING:
    from engine.datasets import DatasetSummary, FileCache


class PlaneAhead(Protocol):
    """A plane that another process builds while this one starts."""

    def answers(self, request: object) -> bool:
        """Whether this is the request that it works on, and nobody has had its result yet."""

    def job(self) -> Job[tuple[Flat, Window]]:
        """Wait for the plane; ends without one where the other process came to none."""


class ProblemCache:
    """Assembles problems, and keeps the last few: files, datasets and objectives are shared by all jobs.

    Jobs that share one run on one thread, in turns.
    """

    def __init__(
        self,
        capacity: int = 4,
        ahead: PlaneAhead | None = None,
        on_data: Callable[[DatasetRecipe, DatasetSummary], None] | None = None,
    ) -> None:
        self._made: list[tuple[Problem, Assembled]] = []
        self._capacity, self._on_data = capacity, on_data
        self._files: FileCache | None = None
        self.ahead = ahead
        """The plane that another process may have drawn by now."""

    @property
    def files(self) -> FileCache:
        """What was read of the last files."""
        if self._files is None:
            from engine.datasets import FileCache  # few problems have files, and a start has none to wait for

            self._files = FileCache()
        return self._files

    def assembled(self, problem: Problem) -> Assembled:
        """The problem made real; ValueError or OSError with a sentence where that is not possible."""
        return self._found(problem) or drain(self.assembling(problem))

    def assembling(self, problem: Problem) -> Job[Assembled]:
        """The problem made real, in pieces: files are read, unless they have been."""
        found = self._found(problem)
        if found is not None:
            yield Progress(1.0, found)
            return
        for progress in assemble_job(problem, self.files):
            if progress.result is not None:
                self._made = [(problem, progress.result), *self._made[: self._capacity - 1]]
                data = progress.result.data
                if self._on_data is not None and isinstance(problem, NetworkProblem) and data is not None:
                    self._on_data(problem.data, self.summary(problem.data, data))
            yield progress

    def summary(self, recipe: DatasetRecipe, data: Dataset) -> DatasetSummary:
        """The sizes of a dataset that was loaded here by this recipe."""
        from engine.datasets import summary_of

        return summary_of(data, recipe, self.files)

    def _found(self, problem: Problem) -> Assembled | None:
        found = next((entry for entry in self._made if same(entry[0], problem)), None)
        if found is None:
            return None
        self._made = [found, *(other for other in self._made if other is not found)]
        return found[1]
