"""The training curves' settings, in the setup form and in the head of their card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from app.document import Document
from app.fields import Choice as FieldChoice
from app.fields import Field, within
from app.lanes.lane import Results
from app.panels.curves.settings import MAX_PATIENCE_STEPS, QUANTITIES, WATCHED, CurvesSettings, Quantity
from app.panels.panel import Choice, Option
from engine.problem import NetworkProblem

SCALES = {"linear": "Linear axes", "log y": "Log values", "log xy": "Log both"}
LARGEST_LEAST_GAIN = 0.1


def _scale(_: Document, settings: CurvesSettings) -> str:
    return "log xy" if settings.log_steps else "log y" if settings.log_values else "linear"


def _with_scale(document: Document, settings: CurvesSettings, value: str) -> tuple[Document, CurvesSettings]:
    return document, replace(settings, log_values=value != "linear", log_steps=value == "log xy")


def _with_quantity(document: Document, settings: CurvesSettings, value: str) -> tuple[Document, CurvesSettings]:
    return document, replace(settings, quantity=cast("Quantity", value))


def _named(titles: Mapping[Any, str]) -> Mapping[str, str]:
    return {str(value): title for value, title in titles.items()}


CHOICES = (
    Choice("What the curves show", lambda _: _named(QUANTITIES), lambda _, own: own.quantity, _with_quantity),
    Choice("Scales of the curves' axes", lambda _: SCALES, _scale, _with_scale),
)


def curves_options(document: Document, _: Results, number: int) -> tuple[Option[CurvesSettings], ...]:
    """What the curves show, on which axes, and where a person would stop."""
    settings = document.view.of(CurvesSettings, number)
    return (
        _choice(settings, "quantity", "Curves show", QUANTITIES),
        _switch(settings, "log_steps", "Logarithmic steps", "The step axis of the curves.", undoable=True),
        _switch(settings, "log_values", "Logarithmic values", "The value axis of the curves.", undoable=True),
        _switch(settings, "plateaus", "Shade plateaus", "Stretches of steps on which the loss is nearly flat."),
        _switch(settings, "dots", "A dot for each step", "On short curves; crowded dots are slow steps."),
        *_patience(settings, isinstance(document.experiment.problem, NetworkProblem)),
    )


def _choice(settings: CurvesSettings, name: str, title: str, titles: Mapping[Any, str]) -> Option[CurvesSettings]:
    choices = tuple(FieldChoice(value, text) for value, text in titles.items())
    field = Field(name, title, "choice", getattr(settings, name), choices=choices)
    return Option(field, lambda value: _changed(settings, **{name: value}))


def _switch(
    settings: CurvesSettings, name: str, title: str, tip: str, undoable: bool = False
) -> Option[CurvesSettings]:
    field = Field(name, title, "switch", getattr(settings, name), tip=tip)
    return Option(field, lambda value: _changed(settings, **{name: value}), undoable)


def _changed(settings: CurvesSettings, **changes: Any) -> CurvesSettings:
    return replace(settings, **changes)


def _patience(settings: CurvesSettings, is_network: bool) -> tuple[Option[CurvesSettings], ...]:
    tip = (
        "Marks where somebody would have stopped who waits this many steps for a lower loss; the run goes on, dashed. "
        "0: nobody stops."
    )
    field = Field(
        "patience", "Patience", "integer", settings.patience, 0, MAX_PATIENCE_STEPS, tip=tip, special="off", unit="steps"
    )  # fmt: skip
    patience = Option(field, lambda value: _changed(settings, patience=value))
    if not settings.patience:
        return (patience,)
    watching = (_choice(settings, "patience_on", "Watching", WATCHED),) if is_network else ()
    return (patience, _least_gain(settings), *watching)


def _least_gain(settings: CurvesSettings) -> Option[CurvesSettings]:
    tip = "A smaller gain is not seen on a curve; as a share of the first loss. 0: every gain counts, however small."
    field = Field(
        "patience_least", "Least gain", "number", settings.patience_least, 0.0, LARGEST_LEAST_GAIN,
        logarithmic=True, tip=tip,
    )  # fmt: skip
    return Option(
        field, lambda value: _changed(settings, patience_least=within(field, float(value or 0.0))), undoable=True
    )
