"""Objectives and datasets that jobs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.arrays import same
from engine.datasets import Dataset, DatasetRecipe
from engine.job import Job
from engine.plane import Flat
from engine.problem import Assembled, NetworkProblem, Problem, assemble
from engine.surfaces import Window


class PlaneAhead(Protocol):
    """A plane that another process builds while this one starts."""

    def answers(self, request: object) -> bool:
        """Whether this is the request that it works on, and nobody has had its result yet."""

    def job(self) -> Job[tuple[Flat, Window]]:
        """Wait for the plane; ends without one where the other process came to none."""


class ProblemCache:
    """Assembles problems, and keeps the last few: datasets and objectives are shared by all jobs."""

    def __init__(
        self,
        capacity: int = 4,
        ahead: PlaneAhead | None = None,
        on_data: Callable[[DatasetRecipe, Dataset], None] | None = None,
    ) -> None:
        self._made: list[tuple[Problem, Assembled]] = []
        self._capacity, self._on_data = capacity, on_data
        self.ahead = ahead
        """The plane that another process may have drawn by now."""

    def assembled(self, problem: Problem) -> Assembled:
        """The problem made real; ValueError or OSError with a sentence where that is not possible."""
        found = next((entry for entry in self._made if same(entry[0], problem)), None)
        entry = found or (problem, self._assemble(problem))
        others = [other for other in self._made if other is not found]
        self._made = [entry, *others[: self._capacity - 1]]
        return entry[1]

    def _assemble(self, problem: Problem) -> Assembled:
        made = assemble(problem)
        if self._on_data is not None and isinstance(problem, NetworkProblem) and made.data is not None:
            self._on_data(problem.data, made.data)
        return made
