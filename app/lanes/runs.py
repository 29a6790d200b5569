"""The runs: from every start with every optimizer, and what is said of them at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.document import Document
from app.lanes.lane import Lane, Results
from app.lanes.plane import current_plane
from app.lanes.problem_cache import ProblemCache
from app.lanes.runs_result import RunsResult
from engine.arrays import Array, read_only, same
from engine.descent import Descent, descent_job
from engine.job import Job, Progress
from engine.optimizers.method import Optimizer
from engine.plane import Flat
from engine.problem import Problem
from engine.start import Start
from engine.trajectory import Trajectories


@dataclass(frozen=True, eq=False)
class RunsRequest:
    """Descend from every start with every optimizer."""

    problem: Problem
    starts: tuple[Start, ...]
    optimizers: tuple[Optimizer, ...]
    steps: int
    batch_size: int | None
    batch_seed: int
    within: Flat | None


def runs_request(document: Document, results: Results, _: int) -> RunsRequest | None:
    """The runs of the experiment; within the plane they wait for it."""
    experiment = document.experiment
    built = current_plane(document, results)
    may_run = experiment.residence == "all" or built is not None
    if not (may_run and experiment.optimizers and experiment.starts):
        return None
    return RunsRequest(
        experiment.problem,
        experiment.starts,
        experiment.optimizers,
        experiment.steps,
        experiment.batch_size,
        experiment.batch_seed,
        built.flat if experiment.residence == "within" and built is not None else None,
    )


def runs_job(cache: ProblemCache, request: RunsRequest) -> Job[RunsResult]:
    """Descend; at the end say what happened on each run."""
    from app.lanes.run_summary import lowest_known, summary_job  # loads all formulas, which no start has to wait for

    assembled = cache.assembled(request.problem)
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
        yield from summary_job(assembled, last)


def _same_methods(newer: RunsRequest, wanted: RunsRequest | None, _: Results) -> bool:
    """Late runs are welcome under a dragging hand, as long as they have the same optimizers in the same space."""
    return wanted is not None and same((wanted.optimizers, wanted.within), (newer.optimizers, newer.within))


RUNS = Lane(
    "runs",
    "Runs",
    runs_request,
    runs_job,
    _same_methods,
    forgotten_with=frozenset({"descent space"}),
    turn="eager",
    shared=True,
    answers_drag=True,
)


def selected_run(document: Document, trajectories: Trajectories) -> int:
    """The number of the selected run, within what there is."""
    optimizers = len(trajectories.optimizers)
    start = min(document.view.selected_start, len(trajectories.starts) - 1)
    return start * optimizers + min(document.view.selected_optimizer, optimizers - 1)


def point_shown(document: Document, trajectories: Trajectories) -> Array | None:
    """The selected run's parameters at the shown step, None where they are not there yet or not finite numbers."""
    run = selected_run(document, trajectories)
    if trajectories.done[run] < 0:
        return None  # its group has not had its first turn yet
    point = trajectories.point_at(run, document.view.step)
    return read_only(point) if np.isfinite(point).all() else None


def shown_point(document: Document, results: Results) -> Array | None:
    """The selected run's parameters at the shown step, of runs that are about this document's problem."""
    runs = results.of(RUNS)
    if runs is None or not results.about(RUNS, document.experiment.problem):
        return None
    return point_shown(document, runs.trajectories)
