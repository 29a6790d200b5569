"""Work in pieces: a generator that yields how far it is, from 0 to 1, and returns what it made. Jobs are built of these.

Between two yields lie a few milliseconds. Every yield is a place to pause and, by closing the generator, to stop.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TypeAlias, TypeVar

from engine.job import Job, Progress

T = TypeVar("T")

Pieces: TypeAlias = Generator[float, None, T]

NUMBERS = 1 << 17
"""Numbers that are copied, scaled or checked in one piece: a megabyte, which takes a millisecond or less."""
UNFINISHED = 1.0 - 1e-9
"""The largest fraction of a job that has no result yet."""


def drained(pieces: Pieces[T]) -> T:
    """Do all pieces and return what they make.

    >>> def counted():
    ...     for number in range(3):
    ...         yield number / 3
    ...     return "done"
    >>> drained(counted())
    'done'

    """
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def between(low: float, high: float, pieces: Pieces[T]) -> Pieces[T]:
    """Do the same pieces as a part of larger work, which begins at the fraction ``low`` and ends at ``high``."""
    try:
        while True:
            try:
                fraction = next(pieces)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            yield low + (high - low) * fraction
    finally:
        pieces.close()


def job_of(pieces: Pieces[T]) -> Job[T]:
    """A job of these pieces: its progress never falls, and its last one is 1 and brings the result."""
    reached = 0.0
    try:
        while True:
            try:
                fraction = next(pieces)
            except StopIteration as end:
                result: T = end.value
                break
            reached = max(reached, min(fraction, UNFINISHED))
            yield Progress(reached)
    finally:
        pieces.close()
    yield Progress(1.0, result)


def row_blocks(count: int, width: int) -> Iterator[slice]:
    """Cut ``count`` rows of ``width`` numbers into blocks of about ``NUMBERS`` numbers, of one row at least.

    >>> [(rows.start, rows.stop) for rows in row_blocks(5, NUMBERS // 2)]
    [(0, 2), (2, 4), (4, 5)]

    """
    step = max(1, NUMBERS // max(width, 1))
    return (slice(start, min(start + step, count)) for start in range(0, count, step))
