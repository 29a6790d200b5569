"""The whole state of a window: what is computed (the experiment) and how it is looked at (the look)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.theme import ThemeName
from engine.arrays import Array, read_only
from engine.experiment import Experiment
from engine.surfaces import Window
from engine.trajectory import Trajectories

Along = Literal["newton", "gradient", "first axis", "second axis"]
Quantity = Literal["loss", "gradient norm", "gap", "validation loss", "both losses"]
Watched = Literal["train", "validation"]


@dataclass(frozen=True)
class Look:
    """How results are shown. Nothing here changes a number of a run."""

    theme: ThemeName = "light"
    window: Window | None = None
    """The visible range of the landscape; None: the good window that came with the problem or the plane."""
    resolution: int = 101
    logarithmic: bool = False
    """Whether the landscape's colors follow log(f − f*)."""
    palette: str = "viridis"
    contours: int = 16
    """How many contour levels; 0: none."""
    plateaus: bool = True
    hillshade: bool = False
    dots: bool = True
    along: Along = "newton"
    selected_start: int = 0
    selected_optimizer: int = 0
    step: int | None = None
    """The shown step of every run; None: each run's last."""
    quantity: Quantity = "loss"
    log_steps: bool = False
    log_values: bool = True
    patience: int = 0
    """After how many steps without a gain a person would stop, which is marked while the runs go on; 0: nobody stops."""
    patience_on: Watched = "train"
    """Which loss that person watches."""
    patience_least: float = 0.001
    """The least gain that this person sees, as a share of the first loss: on a plateau a loss falls by less for ever."""


@dataclass(frozen=True, eq=False)
class Document:
    """What a session file holds and what undo goes back over."""

    experiment: Experiment
    look: Look = Look()
    name: str = ""
    """Which entry of the catalogue it came from, if any."""


def shown_window(look: Look, good: Window) -> Window:
    """The visible range of a landscape whose good window is known: a range left over from another dimension does not count."""
    return look.window if look.window is not None and len(look.window) == len(good) else good


def selected_run(document: Document, trajectories: Trajectories) -> int:
    """The number of the selected run, within what there is."""
    optimizers = len(trajectories.optimizers)
    start = min(document.look.selected_start, len(trajectories.starts) - 1)
    return start * optimizers + min(document.look.selected_optimizer, optimizers - 1)


def shown_point(document: Document, trajectories: Trajectories) -> Array | None:
    """The selected run's parameters at the shown step, None where they are not there yet or not finite numbers."""
    run = selected_run(document, trajectories)
    if trajectories.done[run] < 0:
        return None  # its group has not had its first turn yet
    point = trajectories.point_at(run, document.look.step)
    return read_only(point) if np.isfinite(point).all() else None
