"""The slice's choices: its direction, and whose point it goes through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from app.document import Document
from app.fields import Choice as FieldChoice
from app.fields import Field
from app.lanes.lane import Results
from app.panels.panel import Choice, Option
from app.panels.run_choice import RUN_CHOICE
from app.panels.slice.settings import ALONG, Along, SliceSettings


def _titles(_: Document) -> Mapping[str, str]:
    return {str(name): title for name, title in ALONG.items()}


def _follow(document: Document, settings: SliceSettings, value: str) -> tuple[Document, SliceSettings]:
    return document, replace(settings, along=cast("Along", value))


CHOICES = (
    RUN_CHOICE,
    Choice("Which direction the slice follows", _titles, lambda _, own: own.along, _follow),
)


def slice_options(document: Document, _: Results, number: int) -> tuple[Option[SliceSettings], ...]:
    """The direction."""
    settings = document.view.of(SliceSettings, number)
    choices = tuple(FieldChoice(name, title) for name, title in ALONG.items())
    field = Field("along", "Slice along", "choice", settings.along, choices=choices)
    return (Option(field, lambda value: replace(settings, along=cast("Along", value))),)
