"""What the user does on a landscape: dragging, adding and removing starts, zooming, reading off values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.document import Card, Document
from app.lanes.plane import PLANE, BuiltPlane
from app.lanes.starts import start_point
from app.panels import panel_of, settings_of
from app.presenters.results_controller import ResultsController
from app.store import Store
from app.views.canvas import CanvasView
from app.views.card_view import CardView
from engine.arrays import Array
from engine.experiment import Experiment
from engine.start import Start, given

MAX_STARTS = 12


class LandscapeGestures:
    """Turns gestures in data coordinates into changes of the document."""

    def __init__(self, store: Store, controller: ResultsController, say: Callable[[str], None]) -> None:
        self._store, self._controller, self._say = store, controller, say

    def connect(self, card: Card, view: CardView) -> None:
        """Listen to the plots and maps of one card, as far as its panel wants that."""
        view.canvas_built.connect(lambda canvas: self.listen(card, canvas))

    def listen(self, card: Card, canvas: CanvasView) -> None:
        """Listen to one plot or map."""
        panel = panel_of(card)
        if panel.holds_starts:
            canvas.handle_dragged.connect(self.drag)
            canvas.handle_dropped.connect(self.drop)
            canvas.handle_removal_wished.connect(self.remove_start)
            canvas.place_double_clicked.connect(self.add_start)
        if panel.read_off is not None:
            canvas.hovered.connect(lambda x, y: self.read_off(card, x, y))
            canvas.hover_left.connect(lambda: self._say(""))
        if panel.zoomed is not None:
            canvas.zoomed.connect(lambda *ends: self.zoom(card, ends))

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
        document, built = self._store.document, self._controller.results.of(PLANE)
        experiment = document.experiment
        if built is None:
            return
        if len(experiment.starts) >= MAX_STARTS:
            self._say(f"{MAX_STARTS} starts are the most that can be told apart: remove one first.")
            return
        base = experiment.starts[min(document.view.selected_start, len(experiment.starts) - 1)]
        start = self._at(base, built, x, y)
        if start is not None:
            self._commit(replace(experiment, starts=(*experiment.starts, start)), "Add a start")

    def remove_start(self, key: int) -> None:
        """Take a start away; the last one stays."""
        experiment = self._store.document.experiment
        if len(experiment.starts) == 1:
            self._say("The last start stays: drag it, or add another one first.")
            return
        starts = tuple(start for number, start in enumerate(experiment.starts) if number != key)
        self._commit(replace(experiment, starts=starts), "Remove a start")

    def read_off(self, card: Card, x: float, y: float) -> None:
        """What is under the pointer."""
        read_off = panel_of(card).read_off
        said = read_off(self._store.document, self._controller.results, card.number, x, y) if read_off else ""
        if said:
            self._say(said)

    def zoom(self, card: Card, ends: tuple[float, ...]) -> None:
        """The landscape was zoomed or moved by hand."""
        document, zoomed = self._store.document, panel_of(card).zoomed
        built = self._controller.results.of(PLANE)
        if zoomed is None or built is None:
            return
        window = ends[: 2 * built.flat.dimension]
        settings = zoomed(settings_of(document.view, card), window)
        self._store.set_view(replace(document, view=document.view.with_settings(settings, card.number)))

    def _moved(self, key: int, x: float, y: float) -> Document | None:
        document, built = self._store.document, self._controller.results.of(PLANE)
        if built is None or key >= len(document.experiment.starts):
            return None
        starts = list(document.experiment.starts)
        start = self._at(starts[key], built, x, y)
        if start is None:
            return None
        starts[key] = start
        return replace(document, experiment=replace(document.experiment, starts=tuple(starts)))

    def _at(self, start: Start, built: BuiltPlane, x: float, y: float) -> Start | None:
        """The start moved within the plane to a place: its distance from the plane stays. None while it is not drawn yet."""
        here = start_point(start, self._controller.results)
        if here is None or here.size != built.flat.parameters:
            return None
        place: Array = np.array([x] if built.flat.dimension == 1 else [x, y])
        by = (place - built.flat.coordinates(here)) @ built.flat.directions
        if built.flat.parameters <= 2:
            return given(here + by)  # a point of the picture itself: its coordinates are what a person would write down
        return start.moved(by)

    def _commit(self, experiment: Experiment, what: str) -> None:
        self._store.commit(replace(self._store.document, experiment=experiment), what)
