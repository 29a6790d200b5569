"""What a lane is, and what the lanes have delivered so far: one frozen snapshot, typed by the lane that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar, cast

from app.document import Document
from app.lanes.problem_cache import ProblemCache
from engine.arrays import same
from engine.job import Job
from engine.problem import Problem

Turn = Literal["urgent", "eager", "fair"]
"""``urgent``: has every turn while it works; ``eager``: has the next turn until its newest job has shown something."""
Occasion = Literal["plane", "descent space"]
"""What makes a result meaningless beside another problem: another plane; runs that descend in other parameters."""


class LaneKey(NamedTuple):
    """A lane of one card; 0 for a lane that all cards share."""

    lane: str
    card: int = 0


class Request(Protocol):
    """What a lane is asked for: a frozen value, with the problem that it is about."""

    @property
    def problem(self) -> Problem:
        """What the result is about."""


class TooLargeError(ValueError):
    """A job would take more time or memory than there is; the sentence says what it would take."""


Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class Delivered:
    """A result, the request that it answers, and how far it is."""

    request: object
    result: object
    fraction: float = 1.0


@dataclass(frozen=True)
class Failure:
    """Why a lane has no newer result."""

    sentence: str
    too_large: bool = False
    for_all: bool = False
    """Whether no other lane can begin without this one."""


@dataclass(frozen=True, eq=False)
class Results:
    """Everything delivered. What a lane has not brought yet is None."""

    delivered: Mapping[LaneKey, Delivered] = field(default_factory=dict)
    failures: Mapping[LaneKey, Failure] = field(default_factory=dict)

    def of(self, lane: Lane[Any, R], card: int = 0) -> R | None:
        """The result of a lane, of card ``card`` where the lane is not shared."""
        entry = self.delivered.get(lane.key(card))
        return cast("R", entry.result) if entry is not None else None

    def error(self, lane: Lane[Any, Any], card: int = 0) -> str:
        """What went wrong in the newest work of a lane; empty: nothing."""
        failure = self.failure(lane.key(card))
        return failure.sentence if failure is not None else ""

    def failure(self, key: LaneKey) -> Failure | None:
        """Why a lane has no newer result: its own failure, or that of the one that all wait for."""
        return self.failures.get(key) or next((one for one in self.failures.values() if one.for_all), None)

    def answers(self, lane: Lane[Q, Any], request: Q, card: int = 0) -> bool:
        """Whether what a lane shows answers this very request."""
        entry = self.delivered.get(lane.key(card))
        return entry is not None and same(entry.request, request)

    def about(self, lane: Lane[Any, Any], problem: Problem) -> bool:
        """Whether what a lane shows is about this problem: points of another one would not fit."""
        entry = self.delivered.get(lane.key(0))
        return entry is not None and same(cast("Request", entry.request).problem, problem)

    def with_result(self, key: LaneKey, delivered: Delivered) -> Results:
        """The same with one lane's newer result; an error of that lane is over."""
        failures = {other: failure for other, failure in self.failures.items() if other != key}
        return Results({**self.delivered, key: delivered}, failures)

    def with_failure(self, key: LaneKey, failure: Failure) -> Results:
        """The same with what went wrong in one lane; what it showed before stays."""
        return Results(self.delivered, {**self.failures, key: failure})

    def without_failures(self, keys: Iterable[LaneKey]) -> Results:
        """The same, with nothing known to be wrong with some lanes."""
        gone = frozenset(keys)
        return Results(self.delivered, {key: one for key, one in self.failures.items() if key not in gone})

    def without(self, keys: Iterable[LaneKey]) -> Results:
        """The same without some lanes' results and errors."""
        gone = frozenset(keys)
        return Results(
            {key: entry for key, entry in self.delivered.items() if key not in gone},
            {key: failure for key, failure in self.failures.items() if key not in gone},
        )


def _always(newer: object, wanted: object, results: Results) -> bool:
    return True


@dataclass(frozen=True, eq=False)
class Lane(Generic[Q, R]):
    """A newest-wins queue of jobs of one kind. Every card of a panel has its own one, unless it is shared."""

    name: str
    title: str
    """For the status line."""
    request: Callable[[Document, Results, int], Q | None]
    """What a document asks for, on card ``number``; None: nothing (yet: it may wait for another lane's result)."""
    job: Callable[[ProblemCache, Q], Job[R]]
    fits: Callable[[Q, Q | None, Results], bool] = _always
    """Whether a late result about the same problem may still be shown: (its request, the wanted one, results)."""
    forgotten_with: frozenset[Occasion] = frozenset()
    turn: Turn = "fair"
    shared: bool = False
    awaited: bool = False
    """Whether a frame waits a moment for its first result: what it would show before is not worth drawing."""
    waited_for: bool = False
    """Whether all others wait for it."""
    answers_drag: bool = False
    """Whether its first part and its whole are what a dragging hand waits for: they are drawn at once."""

    def key(self, card: int = 0) -> LaneKey:
        """The lane of card ``card``."""
        return LaneKey(self.name, 0 if self.shared else card)
