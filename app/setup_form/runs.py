"""What all runs share: steps, batches, where they live, seeds."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from app.document import Document
from app.fields import Choice, Field, Value
from app.setup_form.dataset_shapes import shape_of
from app.setup_form.setting import Change, Group, Setting, of_experiment
from engine.experiment import Experiment, Residence
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem

MOST_STEPS = 1_000_000
LARGEST_SEED = 999_999


def runs_group(document: Document) -> Group:
    """Steps always; the rest where it means something."""
    experiment = document.experiment
    settings = [_steps(document)]
    if _examples(experiment):
        settings.append(_batch_size(document))
    if not isinstance(experiment.problem, FormulaProblem):
        settings.append(_residence(document))
    if any(start.given is None for start in experiment.starts):
        settings += _weights(document)
    if experiment.batch_size is not None:
        settings.append(_batch_seed(document))
    return Group("runs", "Runs", tuple(settings))


def _examples(experiment: Experiment) -> int:
    """How many examples there are to learn from; 0 for a formula."""
    problem = experiment.problem
    if isinstance(problem, CurveFitProblem):
        return len(problem.x)
    shape = shape_of(problem.data) if isinstance(problem, NetworkProblem) else None
    return shape.examples if shape is not None else 0


def updates_per_epoch(experiment: Experiment) -> float:
    """Updates in one pass through all examples; 1 where every update sees them all."""
    examples = _examples(experiment)
    size = experiment.batch_size
    return 1.0 if not examples or size is None else float(-(-examples // min(size, examples)))


def _steps(document: Document) -> Setting:
    experiment = document.experiment
    field = Field("runs.steps", "Steps", "integer", experiment.steps, 1, MOST_STEPS, tip="Updates of every run.")
    return of_experiment(document, field, lambda value: replace(experiment, steps=int(value or 1)))


def _batch_size(document: Document) -> Setting:
    experiment = document.experiment
    field = Field(
        "runs.batch_size",
        "Batch size",
        "integer",
        experiment.batch_size or 0,
        0,
        _examples(experiment),
        tip="Examples that each step sees; 0: all of them. Small batches are quick and noisy.",
        special="all examples",
    )
    return of_experiment(document, field, lambda value: replace(experiment, batch_size=int(value or 0) or None))


def _residence(document: Document) -> Setting:
    experiment = document.experiment
    choices = (Choice("all", "In all parameters"), Choice("within", "Within this plane"))
    tip = (
        "In all parameters the paths are projected onto the landscape; within this plane only its two coordinates are "
        "trained, and the picture is exact."
    )
    field = Field("runs.residence", "Runs live", "choice", experiment.residence, choices=choices, tip=tip)
    return of_experiment(
        document, field, lambda value: replace(experiment, residence=cast("Residence", value))
    )  # fmt: skip


def _weights(document: Document) -> list[Setting]:
    experiment = document.experiment
    seed = next(start.seed for start in experiment.starts if start.given is None)
    field = Field(
        "runs.weights_seed",
        "Weights seed",
        "integer",
        seed,
        0,
        LARGEST_SEED,
        tip="Draws the first weights; data and batches have seeds of their own.",
    )
    button = Field(
        "runs.new_weights",
        "New weights",
        "button",
        tip="Draws other first weights; the old boundary stays as a ghost (N).",
    )

    def draw(value: Value) -> Change:
        return Change(replace(document, experiment=experiment.with_weights_seed(int(value or 0))))

    def draw_next(_: Value) -> Change:
        return draw((seed + len(experiment.starts)) % (LARGEST_SEED + 1))

    return [Setting(field, draw), Setting(button, draw_next)]


def _batch_seed(document: Document) -> Setting:
    experiment = document.experiment
    tip = "Draws which examples come in which batch; all runs see the same batches."
    field = Field("runs.batch_seed", "Batches seed", "integer", experiment.batch_seed, 0, LARGEST_SEED, tip=tip)
    return of_experiment(document, field, lambda value: replace(experiment, batch_seed=int(value or 0)))
