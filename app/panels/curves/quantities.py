"""What training curves show of a run: one quantity, or two losses beside each other, as numbers against steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.lanes.runs_result import RunsResult
from app.panels.curves.settings import Quantity, Shown
from app.pictures.marks import Style
from engine.analysis.wording import count
from engine.arrays import Array
from engine.trajectory import Trajectories

LABELS: dict[Quantity, str] = {
    "loss": "loss",
    "gradient norm": "gradient norm",
    "gap": "loss − lowest known",
    "validation loss": "validation loss",
    "both losses": "loss",
}
OF_VALIDATION: tuple[Quantity, ...] = ("validation loss", "both losses")
NO_VALIDATION = (
    "There is no validation part, so this is the training loss: keep some examples for it (Parts and labels)."
)


@dataclass(frozen=True, eq=False)
class Series:
    """One curve of a run: ``y (K,)`` at ``steps (K,)``."""

    steps: Array
    y: Array
    part: str = ""
    """Which part of the data, where that has to be told apart."""
    style: Style = "solid"

    def at(self, step: float) -> float:
        """The value at the last step that is not after ``step``; NaN where there is none."""
        index = int(np.searchsorted(self.steps, step, side="right")) - 1
        return float(self.y[index]) if index >= 0 else float("nan")


def has_validation(trajectories: Trajectories) -> bool:
    """Whether the loss of a validation part was watched."""
    seen = trajectories.monitored
    return seen is not None and bool(np.isfinite(seen.validation).any())


def shown_quantity(shown: Shown, trajectories: Trajectories) -> Quantity:
    """What is shown: the chosen quantity, as far as it exists."""
    quantity = shown.settings.quantity
    return "loss" if quantity in OF_VALIDATION and not has_validation(trajectories) else quantity


def series(shown: Shown, runs: RunsResult, run: int) -> tuple[Series, ...]:
    """The curves of one run, as far as it has come."""
    trajectories = runs.trajectories
    quantity, last = shown_quantity(shown, trajectories), int(trajectories.done[run])
    seen = trajectories.monitored
    if quantity in OF_VALIDATION and seen is not None:
        come = seen.steps <= last
        steps = seen.steps[come].astype(np.float64)
        validation = Series(steps, seen.validation[come, run])
        if quantity == "validation loss":
            return (validation,)
        return Series(steps, seen.train[come, run], "training"), Series(steps, validation.y, "validation", "dotted")
    values = trajectories.gradient_norms if quantity == "gradient norm" else trajectories.values
    y = values[: last + 1, run]
    return (Series(np.arange(last + 1, dtype=np.float64), y - runs.lowest if quantity == "gap" else y),)


def caption(shown: Shown, trajectories: Trajectories, sinks: bool) -> str:
    """One line that says what is drawn; ``sinks``: a loss is below zero, where there is no logarithm."""
    if sinks:
        return "Not logarithmic: the loss sinks below zero."
    experiment = shown.document.experiment
    batch = "all examples" if experiment.batch_size is None else count(experiment.batch_size, "example")
    every = "every step sees " + batch
    return {
        "loss": f"The loss that is minimized; {every}.",
        "gradient norm": f"Length of the gradient; {every}.",
        "gap": "Loss minus the lowest known: a straight line is linear convergence.",
        "validation loss": "Loss on examples that no step sees, without the penalty.",
        "both losses": "Training (solid) and validation loss (dotted), without the penalty.",
    }[shown_quantity(shown, trajectories)]
