"""What the hand does on the landscape: dragging, adding and removing starts, zooming, reading off values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.document import Document
from app.presenters.conductor import Conductor
from app.store import Store
from app.views.canvas import CanvasView
from engine.analysis.wording import number
from engine.arrays import Array
from engine.experiment import Experiment, Start, given
from engine.plane_drawing import DrawnPlane
from engine.surfaces import Surface

MOST_STARTS = 12


class HandPresenter:
    """Turns gestures in data coordinates into changes of the document."""

    def __init__(self, store: Store, conductor: Conductor, say: Callable[[str], None]) -> None:
        self._store, self._conductor, self._say = store, conductor, say

    def connect(self, view: CanvasView) -> None:
        """Listen to one landscape."""
        view.handle_dragged.connect(self.drag)
        view.handle_dropped.connect(self.drop)
        view.handle_removal_wished.connect(self.remove_start)
        view.place_double_clicked.connect(self.add_start)
        view.hovered.connect(self.read_off)
        view.hover_left.connect(lambda: self._say(""))

    def drag(self, key: int, x: float, y: float) -> None:
        """A start is on its way: everything follows, history waits."""
        moved = self._moved(key, x, y)
        if moved is not None:
            self._store.preview(moved)

    def drop(self, key: int, x: float, y: float) -> None:
        """A start has arrived."""
        moved = self._moved(key, x, y)
        if moved is not None:
            self._store.commit(moved, "Move the start")

    def add_start(self, x: float, y: float) -> None:
        """Another start at a place of the landscape."""
        document, drawn = self._store.document, self._conductor.results.plane
        experiment = document.experiment
        if drawn is None:
            return
        if len(experiment.starts) >= MOST_STARTS:
            self._say(f"{MOST_STARTS} starts are the most that can be told apart: remove one first.")
            return
        place = self._coordinates(drawn, x, y)
        base = experiment.starts[min(document.look.selected_start, len(experiment.starts) - 1)]
        start = _at(base, drawn, place)
        self._commit(replace(experiment, starts=(*experiment.starts, start)), "Add a start")

    def remove_start(self, key: int) -> None:
        """Take a start away; the last one stays."""
        experiment = self._store.document.experiment
        if len(experiment.starts) == 1:
            self._say("The last start stays: drag it, or add another one first.")
            return
        starts = tuple(start for number, start in enumerate(experiment.starts) if number != key)
        self._commit(replace(experiment, starts=starts), "Remove a start")

    def read_off(self, x: float, y: float) -> None:
        """Coordinates, loss and slope under the pointer."""
        surface, drawn = self._conductor.results.surface, self._conductor.results.plane
        if surface is None or drawn is None:
            return
        place = self._coordinates(drawn, x, y)
        loss, *around = _read(surface, place)
        where = ", ".join(number(float(c)) for c in place)
        if not np.isfinite(loss):
            self._say(f"at ({where})")
            return
        slope = _slope(surface, around)
        steep = f"   slope ≈ {number(slope)}" if np.isfinite(slope) else ""  # at the rim there is no sample beyond
        self._say(f"at ({where})   loss ≈ {number(loss)}{steep}")

    def _coordinates(self, drawn: DrawnPlane, x: float, y: float) -> Array:
        return np.array([x] if drawn.flat.dimension == 1 else [x, y])

    def _moved(self, key: int, x: float, y: float) -> Document | None:
        document, drawn = self._store.document, self._conductor.results.plane
        if drawn is None or key >= len(document.experiment.starts):
            return None
        starts = list(document.experiment.starts)
        starts[key] = _at(starts[key], drawn, self._coordinates(drawn, x, y))
        return replace(document, experiment=replace(document.experiment, starts=tuple(starts)))

    def _commit(self, experiment: Experiment, what: str) -> None:
        self._store.commit(replace(self._store.document, experiment=experiment), what)


def _at(start: Start, drawn: DrawnPlane, place: Array) -> Start:
    """The start moved within the plane to a place: its distance from the plane stays."""
    here = start.parameters(drawn.assembled)
    by = (place - drawn.flat.coordinates(here)) @ drawn.flat.directions
    if drawn.flat.parameters <= 2:
        return given(here + by)  # a point of the picture itself: its coordinates are what a person would write down
    return start.moved(by)


def _read(surface: Surface, place: Array) -> list[float]:
    """The loss at a place, then ahead of it and behind it by one cell along each coordinate."""
    cells = np.diag([axis[1] - axis[0] for axis in surface.axes[::-1]])
    return [
        float(value) for value in surface.at(np.stack([place, *(p for c in cells for p in (place + c, place - c))]))
    ]


def _slope(surface: Surface, around: list[float]) -> float:
    """Length of the gradient in the picture's coordinates, by central differences over two cells."""
    widths = [2 * float(axis[1] - axis[0]) for axis in surface.axes[::-1]]
    return math.hypot(*(
        (ahead - behind) / width for ahead, behind, width in zip(around[::2], around[1::2], widths, strict=True)
    ))  # fmt: skip
