"""Long work as a generator: each ``yield`` is progress, a place to pause and a place to cancel.

No context manager stays open across a ``yield``: two interleaved jobs would undo each other's settings in the wrong order.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
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
