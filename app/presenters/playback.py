"""The shown step: chosen by hand, or advancing by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from app.document import Document
from app.lanes.lane import Results
from app.repaint_clock import PLAY_FRAME_SECONDS, PLAY_SECONDS
from app.store import Store
from app.views.timeline_view import TimelineView


class Timer(Protocol):
    """Calls back at regular intervals while it runs."""

    def start(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back every so often."""

    def stop(self) -> None:
        """Call no more."""


class PlaybackPresenter:
    """Keeps the timeline and the document's step the same thing."""

    def __init__(self, store: Store, view: TimelineView, timer: Timer) -> None:
        self._store, self._view, self._timer = store, view, timer
        self._playing = False
        view.step_chosen.connect(self.choose)
        view.end_chosen.connect(lambda: self.choose(None))
        view.play_toggled.connect(self.toggle)

    def show(self, document: Document, _: Results) -> None:
        """One frame."""
        self._view.show_timeline(document.experiment.steps, document.view.step, self._playing)

    def choose(self, step: int | None) -> None:
        """Show one step of every run; None: each run's last."""
        document = self._store.document
        steps = document.experiment.steps
        chosen = None if step is None or step >= steps else max(0, step)
        if chosen != document.view.step:
            self._store.set_view(replace(document, view=replace(document.view, step=chosen)))

    def move(self, by: int) -> None:
        """Some steps back or on."""
        document = self._store.document
        here = document.experiment.steps if document.view.step is None else document.view.step
        self.choose(here + by)

    def toggle(self) -> None:
        """Play, or pause."""
        self._playing = not self._playing
        if self._playing:
            if self._store.document.view.step is None:
                self.choose(0)
            self._timer.start(PLAY_FRAME_SECONDS, self._tick)
        else:
            self._timer.stop()
        self.show(self._store.document, Results())

    def _tick(self) -> None:
        self.move(max(1, round(self._store.document.experiment.steps * PLAY_FRAME_SECONDS / PLAY_SECONDS)))
        if self._store.document.view.step is None:
            self.toggle()
