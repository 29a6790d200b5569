"""What is said of finished runs: events, outcomes, plateaus, rates of convergence. No Qt."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np

from app.lanes.runs_result import RunsResult
from engine import analysis, stopping
from engine.analysis.stability import StabilityBound, largest_eigenvalue, stability_bound
from engine.formulas import Formula
from engine.job import CHUNK, Job, Progress
from engine.objective import Objective
from engine.optimizers import KINDS
from engine.problem import Assembled
from engine.trajectory import Ending, Trajectories

LARGEST_TESTED = 400
"""Above this many parameters a saddle test costs more than a sentence is worth while somebody waits."""


def summary_job(assembled: Assembled, runs: Trajectories) -> Job[RunsResult]:
    """Events and outcomes, run by run, with a yield between: a Hessian at the end of a run may take a moment.

    Paths whose verdicts take no longer than that are shown with them and not without them before.
    """
    objective, lowest = assembled.objective, lowest_known(assembled, runs)
    result = RunsResult(runs, lowest=lowest)
    began = perf_counter()
    for run in range(runs.runs):
        found = analysis.events.events(runs, run)
        bound = _bound(objective, runs, run)
        tested = objective if objective.dimension <= LARGEST_TESTED else None
        said = analysis.outcomes.outcome(runs, run, objective=tested, bound=bound, found=found).sentence
        stretches = tuple(
            (event.first, event.last)
            for event in found
            if event.kind in (analysis.events.EventKind.PLATEAU, analysis.events.EventKind.OPEN_PLATEAU)
        )
        values = runs.values[: int(runs.done[run]) + 1, run]
        rate = analysis.rates.convergence(values[np.isfinite(values)], lowest).sentence if len(values) > 3 else ""
        result = replace(
            result,
            sentences=(*result.sentences, said),
            plateaus=(*result.plateaus, stretches),
            rates=(*result.rates, rate),
            marks=(*result.marks, stopping.marks(runs, run)),
        )
        if run < runs.runs - 1 and perf_counter() - began > CHUNK:
            yield Progress(0.98 + 0.02 * (run + 1) / runs.runs, RunsResult(runs, lowest=lowest))
            began = perf_counter()
    yield Progress(1.0, result)


def _bound(objective: Objective, runs: Trajectories, run: int) -> StabilityBound | None:
    """The stability bound at the start of a run that diverged, where its method has one."""
    optimizer = runs.optimizers[run % len(runs.optimizers)]
    if runs.outcomes[run].ending is not Ending.DIVERGED or KINDS[optimizer.kind].stability is None:
        return None
    return stability_bound(KINDS[optimizer.kind], optimizer, largest_eigenvalue(objective, runs.points[0, run]))


def lowest_known(assembled: Assembled, runs: Trajectories) -> float:
    """The known minimum, else the lowest finite loss that any run has seen."""
    formula = assembled.objective
    if isinstance(formula, Formula) and formula.lowest is not None:
        return formula.lowest
    seen = runs.values[runs.computed & np.isfinite(runs.values)]
    return float(seen.min()) if seen.size else 0.0
