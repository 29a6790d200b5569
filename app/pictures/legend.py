"""Names and colors of runs: the same in every picture."""

from __future__ import annotations

from typing import Any

from app.document import Document
from app.lanes.lane import Lane, Results
from app.pictures.marks import Note
from app.theme import THEMES, Theme
from engine.optimizers import KINDS, describe
from engine.trajectory import Trajectories


def theme_of(document: Document) -> Theme:
    """The colors of this document's pictures."""
    return THEMES[document.view.theme]


def run_color(document: Document, trajectories: Trajectories, run: int) -> str:
    """A run has the color of its optimizer."""
    return theme_of(document).run(run % len(trajectories.optimizers))


def short_name(trajectories: Trajectories, run: int) -> str:
    """The method's title alone where no other run has the same; else the full name."""
    titles = [KINDS[optimizer.kind].title for optimizer in trajectories.optimizers]
    start, number = divmod(run, len(titles))
    if titles.count(titles[number]) > 1:
        return run_name(trajectories, run)
    return titles[number] if len(trajectories.starts) == 1 else f"{titles[number]}, start {start + 1}"


def run_name(trajectories: Trajectories, run: int) -> str:
    """The optimizer's name, and which start where there are several."""
    start, number = divmod(run, len(trajectories.optimizers))
    name = describe(trajectories.optimizers[number])
    return name if len(trajectories.starts) == 1 else f"{name}, start {start + 1}"


def trouble(document: Document, results: Results, *lanes: Lane[Any, Any], card: int = 1) -> tuple[Note, ...]:
    """What went wrong in the newest work of these lanes, for a picture that still shows what was there before."""
    warning = theme_of(document).warning
    said = [results.error(lane, card) for lane in lanes]
    return tuple(Note(sentence, warning, strong=True) for sentence in said if sentence)
