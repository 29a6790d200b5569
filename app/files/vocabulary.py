"""The values that a session file may hold, by the names that they have there.

Names in files outlive names in code: a class may be renamed or moved, its name here stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import MappingProxyType
from typing import Any, get_type_hints

from app.document import Card, CardSettings, Document, ViewSettings
from app.panels import PANELS
from engine.arrays import Array
from engine.datasets import DatasetRecipe, SourceFile
from engine.experiment import Experiment
from engine.optimizers.method import Optimizer
from engine.plane import Drawn, Plane
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem
from engine.schedules import SCHEDULES
from engine.start import Start

_SCHEDULES: dict[str, type] = {
    f"schedule.{kind.name}": kind.make for kind in SCHEDULES.values() if isinstance(kind.make, type)
}
_VALUES: dict[str, type] = {
    "document": Document,
    "view": ViewSettings,
    "card": Card,
    "card_settings": CardSettings,
    "experiment": Experiment,
    "formula": FormulaProblem,
    "network": NetworkProblem,
    "curve_fit": CurveFitProblem,
    "data": DatasetRecipe,
    "source_file": SourceFile,
    "start": Start,
    "plane_recipe": PlaneRecipe,
    "plane": Plane,
    "drawn": Drawn,
    "optimizer": Optimizer,
    **_SCHEDULES,
}


def classes() -> Mapping[str, type]:
    """Every class that is written and read; nothing else is ever built from a file."""
    return {**_VALUES, **{f"view.{panel.name}": panel.settings for panel in PANELS.values()}}


def names() -> Mapping[type, str]:
    """The name of each class in a file."""
    return {kind: name for name, kind in classes().items()}


@dataclass(frozen=True)
class Part:
    """One part of a value: its type annotation, and whether a file may leave it out."""

    annotation: Any
    required: bool


_PLANE_PARTS = MappingProxyType(
    {
        "origin": Part(Array, True),
        "first": Part(Array, True),
        "second": Part(Array, True),
        "drawn": Part(Drawn, False),
    }
)


@cache
def parts(kind: type) -> Mapping[str, Part]:
    """The parts from which a value of this class is built, in order."""
    if kind is Plane:
        return _PLANE_PARTS  # built from its axes, which it keeps as the rows of one matrix
    hints = get_type_hints(kind)
    return MappingProxyType(
        {
            field.name: Part(hints[field.name], field.default is MISSING and field.default_factory is MISSING)
            for field in fields(kind)
        }
    )
