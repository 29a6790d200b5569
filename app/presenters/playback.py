"""The shown step: chosen by hand, or advancing by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from app.document import Document
from app.results import Results
from app.store import Store
from app.views.timeline_view import TimelineView

SECONDS = 8.0
"""How long a whole run takes to play."""
FRAME = 1 / 30


class Timer(Protocol):
    """Calls back at regular intervals while it runs."""

    def start(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back every so often."""

    def stop(self) -> None:
        """Call no more."""


class PlaybackPresenter:
    """Keeps the timeline and the look's step the same thing."""

    def __init__(self, store: Store, view: TimelineView, timer: Timer) -> None:
        self._store, self._view, self._timer = store, view, timer
        self._playing = False
        view.step_chosen.connect(self.choose)
        view.end_chosen.connect(lambda: self.choose(None))
        view.play_toggled.connect(self.toggle)

    def show(self, document: Document, _: Results) -> None:
        """One frame."""
        self._view.show_timeline(document.experiment.steps, document.look.step, self._playing)

    def choose(self, step: int | None) -> None:
        """Show one step of every run; None: each run's last."""
        document = self._store.document
        steps = document.experiment.steps
        chosen = None if step is None or step >= steps else max(0, step)
        if chosen != document.look.step:
            self._store.restyle(replace(document, look=replace(document.look, step=chosen)))

    def move(self, by: int) -> None:
        """Some steps back or on."""
        document = self._store.document
        here = document.experiment.steps if document.look.step is None else document.look.step
        self.choose(here + by)

    def toggle(self) -> None:
        """Play, or pause."""
        self._playing = not self._playing
        if self._playing:
            if self._store.document.look.step is None:
                self.choose(0)
            self._timer.start(FRAME, self._tick)
        else:
            self._timer.stop()
        self.show(self._store.document, Results())

    def _tick(self) -> None:
        self.move(max(1, round(self._store.document.experiment.steps * FRAME / SECONDS)))
        if self._store.document.look.step is None:
            self.toggle()
