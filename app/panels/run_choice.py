"""The choice of the selected run, for the heads of all cards that show its point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from app.document import Document, PanelSettings
from app.panels.panel import Choice
from engine.optimizers import describe

S = TypeVar("S", bound=PanelSettings)


def _runs(document: Document) -> Mapping[str, str]:
    experiment = document.experiment
    several = len(experiment.starts) > 1
    names = [
        describe(optimizer).split(" (")[0] + (f", start {start + 1}" if several else "")
        for start in range(len(experiment.starts))
        for optimizer in experiment.optimizers
    ]
    return {str(number): name for number, name in enumerate(names)}


def _selected(document: Document, _: PanelSettings) -> str:
    view = document.view
    return str(view.selected_start * len(document.experiment.optimizers) + view.selected_optimizer)


def _select(document: Document, settings: S, value: str) -> tuple[Document, S]:
    start, optimizer = divmod(int(value), max(1, len(document.experiment.optimizers)))
    view = replace(document.view, selected_start=start, selected_optimizer=optimizer)
    return replace(document, view=view), settings


RUN_CHOICE: Choice[Any] = Choice("Whose point is shown", _runs, _selected, _select)
