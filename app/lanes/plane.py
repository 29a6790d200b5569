"""The plane of the landscape: its recipe, carried out."""

from __future__ import annotations

from dataclasses import dataclass

from app.document import Document
from app.lanes.facts import ProblemFacts, facts_of
from app.lanes.lane import Lane, Results
from app.lanes.problem_cache import ProblemCache
from engine.arrays import same
from engine.job import Job, Progress
from engine.plane import Flat
from engine.plane_drawing import draw_plane_job
from engine.plane_recipe import PlaneRecipe
from engine.problem import Problem
from engine.surfaces import Window


@dataclass(frozen=True, eq=False)
class PlaneRequest:
    """Carry out the plane's recipe."""

    problem: Problem
    recipe: PlaneRecipe


@dataclass(frozen=True, eq=False)
class BuiltPlane:
    """The line or plane, a window that shows what it was drawn for, and what is known of the problem."""

    flat: Flat
    window: Window
    facts: ProblemFacts


def plane_request(document: Document, _: Results, __: int = 0) -> PlaneRequest:
    """The recipe of the document's plane."""
    return PlaneRequest(document.experiment.problem, document.experiment.plane)


def plane_job(cache: ProblemCache, request: PlaneRequest) -> Job[BuiltPlane]:
    """Carry out the plane's recipe, or take it from the process that has begun already."""
    assembled, ahead = cache.assembled(request.problem), cache.ahead
    facts = facts_of(assembled)
    if ahead is not None and ahead.answers(request):
        for progress in ahead.job():
            if progress.result is not None:
                yield Progress(1.0, BuiltPlane(*progress.result, facts))
                return
            yield Progress(progress.fraction)
    for drawn in draw_plane_job(assembled, request.recipe):
        built = None if drawn.result is None else BuiltPlane(drawn.result.flat, drawn.result.window, facts)
        yield Progress(drawn.fraction, built)


def _is_wanted(newer: PlaneRequest, wanted: PlaneRequest | None, _: Results) -> bool:
    return same(newer, wanted)


PLANE = Lane("plane", "Drawing the plane", plane_request, plane_job, _is_wanted, turn="urgent", shared=True)


def current_plane(document: Document, results: Results) -> BuiltPlane | None:
    """The plane, if it is the one that the document asks for."""
    wanted = plane_request(document, results)
    return results.of(PLANE) if results.answers(PLANE, wanted) else None
