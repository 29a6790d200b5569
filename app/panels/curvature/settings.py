"""What a person chooses about the curvature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.document import PanelSettings

Scale = Literal["linear", "logarithmic"]
SCALES: dict[Scale, str] = {"linear": "λ, linear", "logarithmic": "|λ|, logarithmic"}


@dataclass(frozen=True, eq=False)
class CurvatureSettings(PanelSettings):
    """How eigenvalues are drawn."""

    scale: Scale = "logarithmic"
    """Linear in λ, or logarithmic in its size: beside it then stand the steps that Newton takes."""
