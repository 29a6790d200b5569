"""The curvature's lane: the eigenvalues of the Hessian at the selected run's shown point."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.document import Document
from app.lanes.lane import Lane, Results, TooLargeError
from app.lanes.problem_cache import ProblemCache
from app.lanes.runs import RUNS, RunsRequest, selected_run, shown_point
from engine.arrays import Array
from engine.job import Job, Progress
from engine.objective import Objective
from engine.optimizers.method import Optimizer
from engine.plane import Flat
from engine.problem import Problem

if TYPE_CHECKING:
    from engine.analysis.curvature import Curvature


@dataclass(frozen=True, eq=False)
class CurvatureRequest:
    """The Hessian's eigenvalues at a point, and the optimizer that has come there."""

    problem: Problem
    point: Array
    optimizer: Optimizer
    rate: float
    """Its learning rate at the shown step."""
    within: Flat | None
    """The line or plane that the run descends in; None: all parameters."""


def curvature_request(document: Document, results: Results, _: int) -> CurvatureRequest | None:
    """The selected run's shown point, in the space in which the run descends."""
    runs, point = results.of(RUNS), shown_point(document, results)
    if runs is None or point is None:
        return None
    trajectories = runs.trajectories
    run = selected_run(document, trajectories)
    last = int(trajectories.done[run])
    step = last if document.view.step is None else min(document.view.step, last)
    optimizer = trajectories.optimizers[run % len(trajectories.optimizers)]
    request = results.delivered[RUNS.key()].request
    within = request.within if isinstance(request, RunsRequest) else None
    return CurvatureRequest(document.experiment.problem, point, optimizer, _rate(trajectories.rates, step, run), within)


def _rate(rates: Array, step: int, run: int) -> float:
    """The rate of the step that begins at ``step``; of a run that has ended, its last one."""
    known = rates[: step + 1, run]
    known = known[np.isfinite(known)]
    return float(known[-1]) if known.size else float("nan")


def curvature_job(cache: ProblemCache, request: CurvatureRequest) -> Job[Curvature]:
    """All eigenvalues, or both ends of the spectrum and its density, in pieces.

    Raises:
        TooLargeError: with a sentence that says what it would take.
        ValueError: where the loss or its derivatives are not finite.

    """
    from engine.analysis import curvature_job as analysis

    yield Progress(0.0)
    objective, point = _space(cache.assembled(request.problem).objective, request)
    _refuse_too_large(objective, point)
    yield from analysis.curvature_job(objective, point, request.optimizer, request.rate)


def _space(objective: Objective, request: CurvatureRequest) -> tuple[Objective, Array]:
    """The objective and the point in the space in which the run descends."""
    from engine.descent import orthonormal

    if request.within is None:
        return objective, request.point
    flat = orthonormal(request.within)
    return objective.restrict(flat), np.asarray(flat.coordinates(request.point))


def _refuse_too_large(objective: Objective, point: Array) -> None:
    from engine.analysis.curvature_effort import EXACT, what_it_takes

    if objective.dimension <= EXACT:
        return
    began = time.perf_counter()
    with np.errstate(all="ignore"):
        objective.hessian_vector_product(point, np.ones(objective.dimension))
    needed = what_it_takes(objective.dimension, time.perf_counter() - began, exact_up_to=EXACT)
    if not needed.affordable:
        raise TooLargeError(f"The spectrum would take too long here. {needed.sentence}")


CURVATURE_LANE = Lane(
    "curvature", "Curvature", curvature_request, curvature_job, forgotten_with=frozenset({"descent space"})
)
