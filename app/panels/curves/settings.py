"""What a person chooses about training curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.document import Document, PanelSettings

Quantity = Literal["loss", "gradient norm", "gap", "validation loss", "both losses"]
Watched = Literal["train", "validation"]
QUANTITIES: dict[Quantity, str] = {
    "loss": "Loss",
    "gradient norm": "Gradient norm",
    "gap": "Loss − lowest known",
    "validation loss": "Validation loss",
    "both losses": "Training and validation",
}
WATCHED: dict[Watched, str] = {"train": "Training loss", "validation": "Validation loss"}
MAX_PATIENCE_STEPS = 1_000_000


@dataclass(frozen=True, eq=False)
class CurvesSettings(PanelSettings):
    """What the curves show, on which axes, and where a person would stop.

    Raises:
        ValueError: if the patience or the least gain is out of range.

    """

    quantity: Quantity = "loss"
    log_steps: bool = False
    log_values: bool = True
    plateaus: bool = True
    """Whether stretches of steps on a plateau are shaded."""
    dots: bool = True
    """Whether short curves have a dot for each step."""
    patience: int = 0
    """After how many steps without a gain a person would stop, which is marked while the runs go on; 0: nobody stops."""
    patience_on: Watched = "train"
    """Which loss that person watches."""
    patience_least: float = 0.001
    """The least gain that this person sees, as a share of the first loss: on a plateau a loss falls by less for ever."""

    def __post_init__(self) -> None:
        if not 0 <= self.patience <= MAX_PATIENCE_STEPS:
            raise ValueError(f"the patience must be from 0 to {MAX_PATIENCE_STEPS:,} steps, not {self.patience:,}")
        if not 0 <= self.patience_least <= 1:
            raise ValueError(f"the least gain must be from 0 to 1, not {self.patience_least:,}")


class Shown(NamedTuple):
    """What is shown, and how."""

    document: Document
    settings: CurvesSettings
