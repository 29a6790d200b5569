"""The model: what a network or a fitted curve does with its inputs."""

from __future__ import annotations

from dataclasses import replace

from app.document import Document
from app.fields import Choice, Field
from app.lanes.lane import Results
from app.lanes.runs import RUNS
from app.panels.model.lane import MODEL_LANE
from app.panels.model.numbers import model_table
from app.panels.model.picture import model_picture
from app.panels.model.settings import ModelSettings
from app.panels.panel import Numbers, Option, Panel, Place
from app.pictures.colors import PALETTES
from engine.experiment import Experiment
from engine.problem import FormulaProblem


def _keep_point(document: Document, results: Results, number: int) -> ModelSettings:
    settings, model = document.view.of(ModelSettings, number), results.of(MODEL_LANE, number)
    return settings if model is None else replace(settings, previous_point=model.parameters)


def _fresh(settings: ModelSettings, experiment: Experiment, logarithmic: bool) -> ModelSettings:
    return replace(settings, previous_point=None)


def _options(document: Document, results: Results, number: int) -> tuple[Option[ModelSettings], ...]:
    """The colors, where fitted values are drawn in some."""
    settings, model = document.view.of(ModelSettings, number), results.of(MODEL_LANE, number)
    if model is None or not model.second.size or model.classes:
        return ()
    choices = tuple(Choice(name, text.split(",")[0].split(":")[0]) for name, text in PALETTES.items())
    field = Field("palette", "Palette", "choice", settings.palette, choices=choices)
    return (Option(field, lambda value: replace(settings, palette=str(value))),)


MODEL = Panel(
    name="model",
    title="Model",
    help=(
        "What the network or the fitted curve does with its inputs at the selected run's shown step: decision regions, a "
        "curve, or its answers to images."
    ),
    settings=ModelSettings,
    picture=model_picture,
    place=Place(1, 1, height=50, width=46),
    lanes=(MODEL_LANE,),
    uses=(RUNS,),
    numbers=(Numbers("model", "Model", model_table),),
    options=_options,
    applies=lambda problem: not isinstance(problem, FormulaProblem),
    nothing="A formula has no model.",
    commands={"new_weights": _keep_point},
    fresh=_fresh,
)
