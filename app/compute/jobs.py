"""The job of each request: engine work, cut into pieces, ending in a result for the window. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from app.compute.head_start import HeadStart
from app.compute.modelling import model_of
from app.compute.plan import (
    ModelRequest,
    PlaneRequest,
    RunsRequest,
    SliceRequest,
    SurfaceRequest,
)
from app.compute.slicing import slice_pieces
from app.compute.verdicts import judged_job, lowest_known
from app.results import LaneName, ModelResult, RunsResult, SliceResult
from engine.arrays import same
from engine.datasets import Dataset, DatasetRecipe
from engine.descent import Descent, descent_job
from engine.job import Job, Progress
from engine.plane_drawing import DrawnPlane, draw_plane_job
from engine.problem import Assembled, NetworkProblem, Problem, assemble
from engine.surfaces import Surface, surface_job
from engine.trajectory import Trajectories

AT_ONCE = 0.03
"""Seconds within which a surface that is done looks better than one that grows."""


class Workshop:
    """Makes problems real, and keeps the last few: datasets and objectives are shared by all jobs."""

    def __init__(
        self,
        capacity: int = 4,
        ahead: HeadStart | None = None,
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

    def begin(self, lane: LaneName, request: object) -> Job[object]:
        """The job that answers a request."""
        return JOBS[lane](self, request)


def plane_job(workshop: Workshop, request: PlaneRequest) -> Job[DrawnPlane]:
    """Carry out the plane's recipe, or take it from the process that has begun already."""
    assembled, ahead = workshop.assembled(request.problem), workshop.ahead
    if ahead is not None and ahead.answers(request):
        for progress in ahead.job(assembled):
            yield progress
            if progress.result is not None:
                return
    yield from draw_plane_job(assembled, request.recipe)


def runs_job(workshop: Workshop, request: RunsRequest) -> Job[RunsResult]:
    """Descend; at the end say what happened on each run."""
    assembled = workshop.assembled(request.problem)
    descent = Descent(
        assembled.objective,
        np.stack([start.parameters(assembled) for start in request.starts]),
        request.optimizers,
        request.steps,
        request.batch_size,
        request.batch_seed,
        request.within,
        assembled.validation,
    )
    last: Trajectories | None = None
    for progress in descent_job(descent):
        last = progress.result
        assert last is not None
        if progress.fraction < 1.0:
            yield Progress(0.98 * progress.fraction, RunsResult(last, lowest=lowest_known(assembled, last)))
    if last is not None:
        yield from judged_job(assembled, last)


def sampling_job(workshop: Workshop, request: SurfaceRequest) -> Job[Surface]:
    """Sample the loss, coarse first."""
    objective = workshop.assembled(request.problem).objective
    began = time.perf_counter()
    for progress in surface_job(
        objective, request.flat, request.window, request.resolution, objective.sampling_precision
    ):
        early = progress.fraction < 1.0 and time.perf_counter() - began < AT_ONCE
        yield Progress(progress.fraction) if early else progress


def slice_job(workshop: Workshop, request: SliceRequest) -> Job[SliceResult]:
    """Loss, tangent and parabola along one direction through a point."""
    yield from slice_pieces(workshop.assembled(request.problem).objective, request)


def model_job(workshop: Workshop, request: ModelRequest) -> Job[ModelResult]:
    """What the network, or the fitted curve, makes of its inputs."""
    yield Progress(1.0, model_of(workshop.assembled(request.problem), request.point))


JOBS: dict[LaneName, Callable[..., Job[object]]] = {
    "plane": plane_job,  # type: ignore[dict-item]
    "runs": runs_job,  # type: ignore[dict-item]
    "surface": sampling_job,  # type: ignore[dict-item]
    "slice": slice_job,  # type: ignore[dict-item]
    "model": model_job,  # type: ignore[dict-item]
}
