"""What the tables of several panels say."""

from __future__ import annotations

from app.document import Document
from app.lanes.lane import Results
from app.lanes.runs import RUNS, selected_run
from app.pictures.legend import run_name
from engine.trajectory import Trajectories


def not_yet(error: str, what: str) -> ValueError:
    """Why there are no numbers of something."""
    return ValueError(error or f"There are no numbers of the {what} yet: wait until something is shown.")


def run_notes(trajectories: Trajectories) -> tuple[str, ...]:
    """Which run has which number."""
    return tuple(f"run {run + 1}: {run_name(trajectories, run)}" for run in range(trajectories.runs))


def shown_run(document: Document, results: Results) -> tuple[str, ...]:
    """Whose point is shown, and at which step."""
    runs = results.of(RUNS)
    if runs is None:
        return ()
    trajectories = runs.trajectories
    step = "its last step" if document.view.step is None else f"step {document.view.step}"
    return (f"{run_name(trajectories, selected_run(document, trajectories))} at {step}",)
