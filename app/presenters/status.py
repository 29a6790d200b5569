"""The status line: what is being computed for longer than a moment, with the time left."""

from __future__ import annotations

import math
from collections.abc import Mapping

from app.document import Document
from app.lanes.lane import Failure, LaneKey, Results
from app.presenters.results_controller import ResultsController
from app.views.status_view import StatusView


class StatusPresenter:
    """Shows progress of the slowest lane and the newest error."""

    def __init__(self, controller: ResultsController, view: StatusView) -> None:
        self._controller, self._view = controller, view
        self._failures: Mapping[LaneKey, Failure] = {}

    def show(self, _: Document, results: Results) -> None:
        """One frame."""
        for key, failure in results.failures.items():
            if self._failures.get(key) != failure:
                self._view.show_message(failure.sentence)
        self._failures = results.failures
        self.tick()

    def tick(self) -> None:
        """Time passes also while nothing arrives."""
        work = self._controller.work
        if work is None:
            self._view.show_work("", 0.0, math.nan)
        else:
            self._view.show_work(work.title, work.fraction, work.seconds_left)
