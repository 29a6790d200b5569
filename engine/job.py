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


def part(pieces: Generator[float | None, None, R], start: float, share: float) -> Generator[float, None, R]:
    """Pieces as a part of longer work, which is at ``start`` when they begin and has ``share`` more behind it when they end.

    Pieces that yield no fraction leave it at the start. What the pieces return is returned: ``found = yield from part(…)``.

    >>> def halves():
    ...     yield from (0.5, 1.0)
    ...     return "found"
    >>> list(part(halves(), 0.5, 0.4))
    [0.7, 0.9]

    """
    while True:
        try:
            done = next(pieces)
        except StopIteration as end:
            found: R = end.value
            return found
        yield start + share * (done or 0.0)


def finished(pieces: Generator[object, None, R]) -> R:
    """What pieces return, for who waits for it.

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


def job_of(pieces: Generator[float, None, R]) -> Job[R]:
    """Pieces that yield fractions and return their result, as a job that shows nothing before.

    >>> def halves():
    ...     yield from (0.5, 1.0)
    ...     return "found"
    >>> drain(job_of(halves()))
    'found'

    """
    while True:
        try:
            done = next(pieces)
        except StopIteration as end:
            yield Progress(1.0, end.value)
            return
        yield Progress(done)


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
