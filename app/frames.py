"""When the window is drawn: at most at frame rate, soon after what there is to show, and while the compute thread rests."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PyQt6.QtCore import QObject, Qt, QTimer

FRAME = 0.008
"""Seconds at least from one frame that a hand waits for to the next such frame."""
LEAST = 0.004
"""Seconds at least that the compute thread has before a frame that a hand waits for."""
GROWTH = 0.016
"""Seconds from frame to frame while somebody is at work and all that is new is that something has grown."""
CALM = 0.025
"""Seconds from frame to frame while nobody touches anything: drawing slows the runs that are being drawn."""
HURRY = 0.4
"""Seconds for which a change keeps frames at full rate."""
LONGEST_PIECE = 0.006
"""Seconds that a frame waits at most for the piece of work that is under way; the window goes on taking events meanwhile."""


class Frames:
    """Calls back at the next frame; after a costly frame later, so that drawing never takes most of the time.

    Args:
        parent: whose timers these are.
        rest: tells the compute thread to rest, or to go on; :meth:`go` is to be called when it has come to rest.
        resting: whether it rests.
        clock: gives seconds.

    """

    def __init__(
        self,
        parent: QObject,
        rest: Callable[[bool], None],
        resting: Callable[[], bool],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._rest, self._resting, self._clock = rest, resting, clock
        self._callback: Callable[[], None] | None = None
        self._earliest = math.inf
        self._pressed = self._was_pressed = False
        """Whether a hand waits for the next frame, and did for the one before."""
        self._pressed_until = -math.inf
        """When the next frame that a hand waits for may come."""
        self._began, self._ended, self._cost = -math.inf, -math.inf, 0.0
        self._hurry_until = -math.inf
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_time)
        self._drawing = self._waiting = False
        """A frame is under way; and it still waits for the compute thread."""

    @property
    def hurried(self) -> bool:
        """Whether somebody is at work: the document changed a moment ago."""
        return self._clock() < self._hurry_until

    def hurry(self, at_once: bool = False) -> None:
        """A hand is at work: frames come at full rate for a while; ``at_once``: what it has done needs no computing."""
        self._hurry_until = self._clock() + HURRY
        if at_once:
            self.press()

    def press(self) -> None:
        """Under a hand the next frame shows what it waits for: it comes at once, whatever has been drawn a moment ago."""
        if self.hurried and not self._pressed:
            self._pressed = True
            if self._callback is not None and not self._drawing:
                self._set_timer()

    def __call__(self, callback: Callable[[], None], patience: float = 0.0) -> None:
        """Call back once, as soon as a frame may be drawn but not before ``patience`` seconds; an earlier wish wins."""
        earliest = self._clock() + patience
        if self._callback is None or earliest < self._earliest:
            self._callback, self._earliest = callback, earliest
            if not self._drawing:
                self._set_timer()

    def _set_timer(self) -> None:
        """For the wish that there is."""
        if self._pressed:
            free = self._pressed_until
        else:
            free = max(self._began + (GROWTH if self.hurried else CALM), self._ended + self._cost)
        self._timer.start(max(0, round(1000 * (max(self._earliest, free) - self._clock()))))

    def go(self) -> None:
        """The compute thread rests: draw, if a frame waits for that."""
        if self._waiting:
            self._draw()

    def _on_time(self) -> None:
        """The compute thread is asked to rest; the frame is drawn when it does, or after a while in any case."""
        if self._waiting:
            self._draw()
            return
        self._drawing = self._waiting = True
        self._rest(True)
        if self._resting():
            self._draw()
        else:
            self._timer.start(math.ceil(1000 * LONGEST_PIECE))

    def _draw(self) -> None:
        self._waiting = False
        self._timer.stop()
        callback, self._callback, self._earliest = self._callback, None, math.inf
        self._was_pressed, self._pressed = self._pressed, False
        self._began = self._clock()
        try:
            if callback is not None:
                callback()
        finally:
            # What the callback changed is painted right after it; the next zero timer comes when that is done.
            QTimer.singleShot(0, self._painted)

    def _painted(self) -> None:
        self._drawing = False
        self._rest(False)
        self._ended = self._clock()
        self._cost = min(self._ended - self._began, 0.1)
        if self._was_pressed:
            self._pressed_until = max(self._began + FRAME, self._ended + min(self._cost, LEAST))
        if self._callback is not None:
            self._set_timer()
