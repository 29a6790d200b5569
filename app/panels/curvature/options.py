"""The choices of a curvature card: whose point, and on which scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from app.document import Document
from app.fields import Choice as FieldChoice
from app.fields import Field
from app.lanes.lane import Results
from app.panels.curvature.settings import SCALES, CurvatureSettings, Scale
from app.panels.panel import Choice, Option
from app.panels.run_choice import RUN_CHOICE


def _titles(_: Document) -> Mapping[str, str]:
    return {str(name): title for name, title in SCALES.items()}


def _scaled(document: Document, settings: CurvatureSettings, value: str) -> tuple[Document, CurvatureSettings]:
    return document, replace(settings, scale=cast("Scale", value))


CHOICES = (RUN_CHOICE, Choice("Scale of the eigenvalues", _titles, lambda _, own: own.scale, _scaled))


def curvature_options(document: Document, _: Results, number: int) -> tuple[Option[CurvatureSettings], ...]:
    """The scale."""
    settings = document.view.of(CurvatureSettings, number)
    choices = tuple(FieldChoice(name, title) for name, title in SCALES.items())
    tip = "Logarithmic: the sizes of the eigenvalues, and beside them the steps 1/λ that Newton takes."
    field = Field("scale", "Eigenvalues", "choice", settings.scale, choices=choices, tip=tip)
    return (Option(field, lambda value: replace(settings, scale=cast("Scale", value))),)
