"""What a person chooses about a slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.document import PanelSettings

Along = Literal["newton", "gradient", "first axis", "second axis"]
ALONG: dict[Along, str] = {
    "newton": "The Newton direction",
    "gradient": "The gradient",
    "first axis": "The first axis",
    "second axis": "The second axis",
}


@dataclass(frozen=True, eq=False)
class SliceSettings(PanelSettings):
    """Which direction the slice follows."""

    along: Along = "newton"
