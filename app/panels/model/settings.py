"""What is kept about a model's picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.document import OF_THE_PICTURE, PanelSettings
from app.pictures.colors import palette
from engine.arrays import Array


@dataclass(frozen=True, eq=False)
class ModelSettings(PanelSettings):
    """The colors of fitted values, and the parameters before the weights were drawn anew.

    Raises:
        ValueError: if there is no such palette.

    """

    palette: str = "viridis"
    previous_point: Array | None = field(default=None, metadata=OF_THE_PICTURE)
    """(P,): their boundary stays as a dashed line."""

    def __post_init__(self) -> None:
        palette(self.palette)
