"""The landscape's lane: the loss, sampled over the visible range, coarse first."""

from __future__ import annotations

import time
from dataclasses import dataclass

from app.document import Document
from app.lanes.lane import Lane, Results
from app.lanes.plane import PLANE, current_plane
from app.lanes.problem_cache import ProblemCache
from app.panels.landscape.settings import LandscapeSettings, shown_window
from app.repaint_clock import SURFACE_AT_ONCE_SECONDS
from engine.arrays import same
from engine.job import Job, Progress
from engine.plane import Flat
from engine.problem import Problem
from engine.surfaces import Surface, Window, surface_job


@dataclass(frozen=True, eq=False)
class SurfaceRequest:
    """Sample the loss over a window."""

    problem: Problem
    flat: Flat
    window: Window
    resolution: int


def surface_request(document: Document, results: Results, number: int) -> SurfaceRequest | None:
    """The visible range of one card, once the plane is there."""
    built = current_plane(document, results)
    if built is None:
        return None
    settings = document.view.of(LandscapeSettings, number)
    window = shown_window(settings, built.window)
    return SurfaceRequest(document.experiment.problem, built.flat, window, settings.resolution)


def sampling_job(cache: ProblemCache, request: SurfaceRequest) -> Job[Surface]:
    """Sample the loss, coarse first."""
    objective = cache.assembled(request.problem).objective
    began = time.perf_counter()
    for progress in surface_job(
        objective, request.flat, request.window, request.resolution, objective.sampling_precision
    ):
        early = progress.fraction < 1.0 and time.perf_counter() - began < SURFACE_AT_ONCE_SECONDS
        yield Progress(progress.fraction) if early else progress


def _same_plane(newer: SurfaceRequest, _: SurfaceRequest | None, results: Results) -> bool:
    """Surfaces of other windows are welcome while a hand moves the landscape; those of another plane are not."""
    built = results.of(PLANE)
    return built is not None and same(built.flat, newer.flat)


SURFACE = Lane(
    "surface",
    "Landscape",
    surface_request,
    sampling_job,
    _same_plane,
    forgotten_with=frozenset({"plane"}),
    turn="eager",
    awaited=True,
)
