"""Where the starts are: the parameters that seeds draw, computed once; what a hand adds to them is a sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.document import Document
from app.lanes.lane import Lane, Results
from app.lanes.problem_cache import ProblemCache
from engine.arrays import Array, read_only
from engine.job import Job, Progress
from engine.problem import Problem
from engine.start import Start

Drawing = tuple[str, int, float]
"""Scheme, seed and scale."""


@dataclass(frozen=True)
class StartsRequest:
    """The parameters that some schemes and seeds draw."""

    problem: Problem
    drawings: tuple[Drawing, ...]


@dataclass(frozen=True, eq=False)
class DrawnStarts:
    """The parameters ``(P,)`` of each drawing."""

    points: dict[Drawing, Array]


def drawing(start: Start) -> Drawing:
    """What a start's parameters are drawn by."""
    return start.scheme, start.seed, start.scale


def starts_request(document: Document, _: Results, __: int) -> StartsRequest | None:
    """The drawings of all starts that are not given; None where all are."""
    drawings = dict.fromkeys(drawing(start) for start in document.experiment.starts if start.given is None)
    return StartsRequest(document.experiment.problem, tuple(drawings)) if drawings else None


def starts_job(cache: ProblemCache, request: StartsRequest) -> Job[DrawnStarts]:
    """Draw all of them at once: a drawing takes microseconds."""
    assembled = cache.assembled(request.problem)
    starts = {(scheme, seed, scale): Start(scheme, seed, scale) for scheme, seed, scale in request.drawings}
    points = {key: read_only(start.parameters(assembled)) for key, start in starts.items()}
    yield Progress(1.0, DrawnStarts(points))


STARTS = Lane("starts", "Starts", starts_request, starts_job, turn="urgent", shared=True)


def start_point(start: Start, results: Results) -> Array | None:
    """The parameters ``(P,)`` of a start; None while they are not drawn yet."""
    base = start.given
    if base is None:
        drawn = results.of(STARTS)
        base = drawn.points.get(drawing(start)) if drawn is not None else None
    if base is None:
        return None
    return np.array(base, dtype=np.float64) if start.shift is None else base + start.shift
