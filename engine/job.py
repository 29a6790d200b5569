"""Long work as a generator: each ``yield`` is progress, a place to pause and a place to cancel.

No context manager stays open across a ``yield``: two interleaved jobs would undo each other's settings in the wrong order.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeAlias, TypeVar

R = TypeVar("R")

CHUNK = 0.003
"""Seconds that a job works between two yields: a fifth of a frame at 60 Hz."""


@dataclass(frozen=True, eq=False)
class Progress(Generic[R]):
    """How far a job is, and what it has so far: ``result`` grows from one yield to the next and is complete at ``fraction`` 1."""

    fraction: float
    result: R | None = None


Job: TypeAlias = Generator[Progress[R], None, None]
Pieces: TypeAlias = Generator[float, None, R]
"""Work that yields how far it is, from 0 to 1, and returns what it made: jobs are built of these."""
UNFINISHED = 1.0 - 1e-9
"""The largest fraction of a job that has no result yet."""


def drain(job: Job[R]) -> R:
    """Run a job to its end and return its last result.

    Raises:
        RuntimeError: if the job ended without a result.

    """
    last: R | None = None
    for progress in job:
        if progress.result is not None:
            last = progress.result
    if last is None:
        raise RuntimeError("The job ended without a result.")
    return last


def between(low: float, high: float, pieces: Pieces[R]) -> Pieces[R]:
    """Do the same pieces as a part of longer work, which begins at the fraction ``low`` and ends at ``high``.

    What the pieces return is returned: ``found = yield from between(…)``.

    >>> def halves():
    ...     yield from (0.5, 1.0)
    ...     return "found"
    >>> list(between(0.5, 0.9, halves()))
    [0.7, 0.9]

    """
    try:
        while True:
            try:
                fraction = next(pieces)
            except StopIteration as end:
                found: R = end.value
                return found
            yield low + (high - low) * fraction
    finally:
        pieces.close()


def finished(pieces: Generator[object, None, R]) -> R:
    """Do all pieces and return what they make.

    >>> def halves():
    ...     yield from (0.5, 1.0)
    ...     return "found"
    >>> finished(halves())
    'found'

    """
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            found: R = end.value
            return found


def job_of(pieces: Pieces[R]) -> Job[R]:
    """A job of these pieces: its progress never falls, and its last one is 1 and brings the result.

    >>> def halves():
    ...     yield from (0.5, 1.0)
    ...     return "found"
    >>> drain(job_of(halves()))
    'found'

    """
    reached = 0.0
    try:
        while True:
            try:
                fraction = next(pieces)
            except StopIteration as end:
                result: R = end.value
                break
            reached = max(reached, min(fraction, UNFINISHED))
            yield Progress(reached)
    finally:
        pieces.close()
    yield Progress(1.0, result)


def paced(job: Job[R]) -> Job[R]:
    """A job of small pieces as one of pieces of about ``CHUNK``: it pauses where another piece like the last would be too long.

    A result is passed on at once. Where other jobs wait for their turns, one that paused after every small piece would get
    least of the time.

    >>> def small():
    ...     yield from (Progress(number / 1000, 7 if number == 1000 else None) for number in range(1001))
    >>> drain(paced(small())), sum(1 for _ in paced(small())) < 1000
    (7, True)

    """
    began = before = perf_counter()
    try:
        for progress in job:
            now = perf_counter()
            if progress.result is not None or now - began + (now - before) > CHUNK:
                yield progress
                now = began = perf_counter()
            before = now
    finally:
        job.close()
