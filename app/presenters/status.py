"""The status line: what is being computed for longer than a moment, with the time left."""

from __future__ import annotations

import math

from app.document import Document
from app.presenters.conductor import Conductor
from app.results import LaneName, Results
from app.views.status_view import StatusView

NAMES: dict[LaneName, str] = {
    "plane": "Drawing the plane",
    "runs": "Runs",
    "surface": "Landscape",
    "slice": "Slice",
    "model": "Model",
}


class StatusPresenter:
    """Shows progress of the slowest lane and the newest error."""

    def __init__(self, conductor: Conductor, view: StatusView) -> None:
        self._conductor, self._view = conductor, view
        self._errors: dict[str, str] = {}

    def show(self, _: Document, results: Results) -> None:
        """One frame."""
        for lane, sentence in results.errors.items():
            if self._errors.get(lane) != sentence:
                self._view.show_message(sentence)
        self._errors = dict(results.errors)
        self.tick()

    def tick(self) -> None:
        """Time passes also while nothing arrives."""
        work = self._conductor.work
        if work is None:
            self._view.show_work("", 0.0, math.nan)
        else:
            self._view.show_work(NAMES[work.lane], work.fraction, work.seconds_left)
