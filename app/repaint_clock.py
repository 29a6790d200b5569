"""When the window is drawn, and every time constant that has to do with it.

The compute thread and the window share one interpreter: a frame is drawn while the thread rests, soon after there is something
to show, and at most at frame rate. The handshake of a frame:

1. Somebody asks for a frame (:meth:`RepaintClock.__call__`). 2. When it is due, the thread is asked to rest. 3. It says that it
rests (:meth:`RepaintClock.on_rested`), or a moment has passed. 4. The frame is drawn. 5. When it is painted, the thread goes on.
Under a dragging hand the thread says when it has an answer (:meth:`RepaintClock.on_answered`): that frame comes at once.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Protocol

# Frames

DRAG_FRAME_SECONDS = 0.008
"""Minimum seconds between two frames while the user drags."""
THREAD_SECONDS_PER_DRAG_FRAME = 0.004
"""Minimum seconds that the compute thread works before a frame that a dragging user waits for."""
GROWTH_FRAME_SECONDS = 0.016
"""Seconds from frame to frame while the user is at work and results have only grown."""
CALM_FRAME_SECONDS = 0.025
"""Seconds from frame to frame while the user does nothing: drawing slows the runs that are being drawn."""
HURRY_SECONDS = 0.4
"""Seconds for which a change keeps frames at full rate."""
LONGEST_WAIT_FOR_REST_SECONDS = 0.006
"""Maximum seconds that a frame waits for the piece of work that is under way; the window goes on taking events meanwhile."""
LONGEST_FRAME_COST_SECONDS = 0.1
"""A frame that took longer counts as this long, so that one slow frame does not delay the next for ever."""

# What a frame waits for, and what it draws

ANSWER_SECONDS = 0.008
"""Seconds within which new runs usually begin to answer a change: a frame before that would show the old ones again."""
FIRST_SURFACE_SECONDS = 0.03
"""Maximum seconds that a frame waits for the first surface of a plane: drawing a landscape takes longer than a coarse one."""
SURFACE_AT_ONCE_SECONDS = 0.03
"""Seconds within which a surface that is done looks better than one that grows."""
PROGRESS_AFTER_SECONDS = 0.25
"""Seconds of work after which a lane's progress is shown."""
PICTURES_PER_FRAME_SECONDS = 0.0005
"""Seconds of a frame after which cards that are still stale wait for the next one: painting takes several times as long as making
a picture, and a frame that draws all of them at once can be felt."""
DRAG_FRAMES_PER_OTHER_CARD = 2
"""While the user drags, every frame shows the landscape, and one in so many another card as well."""

# Turns on the compute thread

FINISH_FIRST_SECONDS, FINISH_FIRST_DOUBLINGS = 0.004, 3
"""A job that needs at most so many more seconds, by its pace so far, is finished before a newer one of its lane begins. Twice as
many after every second job in a row that was not finished, up to so many times: short paths come out whole in mid-drag."""
LONGEST_REST_SECONDS = 0.2
"""Maximum seconds that the thread rests for one frame: a frame may have been forgotten."""
HELD_LANE_POLL_SECONDS = 0.02
"""Seconds between two looks, while a lane waits for a frame to take its whole result."""
WORK_PER_NAP_SECONDS, NAP_SECONDS = 0.002, 0.0001
"""Seconds of work after which the thread sleeps for a moment. Whoever waits for the interpreter's lock needs one to wake; a
worker on small arrays lets go of it and takes it again at once, and a window that wants to draw never gets in."""
SWITCH_INTERVAL_SECONDS = 0.001
"""How long one thread may keep the interpreter's lock. The default of 5 ms holds the window up for several frames."""

# Beside frames

TICK_MILLISECONDS = 100
"""Milliseconds between two looks at what is not bound to frames."""
FORM_WAIT_TICKS = 5
"""Ticks that the setup form waits at most for the first landscape."""
PLAY_SECONDS, PLAY_FRAME_SECONDS = 8.0, 1 / 30
"""How long a whole run takes to play, and the seconds from one shown step to the next."""


class Timer(Protocol):
    """A timer that fires once."""

    def start(self, milliseconds: int) -> None:
        """Fire after so many milliseconds, in place of what it was to do before."""

    def stop(self) -> None:
        """Do not fire."""


class RepaintClock:
    """Calls back at the next frame; after a costly frame later, so that drawing never takes most of the time.

    Args:
        timer: calls :meth:`on_time` when it fires.
        rest: tells the compute thread to rest, or to go on.
        resting: whether it rests.
        after_painting: calls a function back once the widgets that changed are painted.
        clock: gives seconds.

    """

    def __init__(
        self,
        timer: Timer,
        rest: Callable[[bool], None],
        resting: Callable[[], bool],
        after_painting: Callable[[Callable[[], None]], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._timer, self._rest, self._resting = timer, rest, resting
        self._after_painting, self._clock = after_painting, clock
        self._callback: Callable[[], None] | None = None
        self._earliest = math.inf
        self._pressed = self._was_pressed = False
        """Whether a dragging user waits for the next frame, and did for the one before."""
        self._pressed_until = -math.inf
        """When the next frame that a dragging user waits for may come."""
        self._began, self._ended, self._cost = -math.inf, -math.inf, 0.0
        self._hurry_until = -math.inf
        self._drawing = self._waiting = False
        """A frame is under way; and it still waits for the compute thread."""

    @property
    def hurried(self) -> bool:
        """Whether the user is at work: the document changed a moment ago."""
        return self._clock() < self._hurry_until

    def hurry(self, at_once: bool = False) -> None:
        """Draw at full rate for a while; ``at_once``: what the user has done needs no computing."""
        self._hurry_until = self._clock() + HURRY_SECONDS
        if at_once:
            self.on_answered()

    def on_answered(self) -> None:
        """The next frame shows what a dragging user waits for: it comes at once, whatever has been drawn a moment ago."""
        if self.hurried and not self._pressed:
            self._pressed = True
            if self._callback is not None and not self._drawing:
                self._set_timer()

    def __call__(self, callback: Callable[[], None], delay: float = 0.0) -> None:
        """Call back once, as soon as a frame may be drawn but not before ``delay`` seconds; an earlier wish wins."""
        earliest = self._clock() + delay
        if self._callback is None or earliest < self._earliest:
            self._callback, self._earliest = callback, earliest
            if not self._drawing:
                self._set_timer()

    def _set_timer(self) -> None:
        """For the wish that there is."""
        if self._pressed:
            free = self._pressed_until
        else:
            interval = GROWTH_FRAME_SECONDS if self.hurried else CALM_FRAME_SECONDS
            free = max(self._began + interval, self._ended + self._cost)
        self._timer.start(max(0, round(1000 * (max(self._earliest, free) - self._clock()))))

    def on_rested(self) -> None:
        """The compute thread rests: draw, if a frame waits for that."""
        if self._waiting:
            self._draw()

    def on_time(self) -> None:
        """Ask the compute thread to rest; the frame is drawn when it does, or after a while in any case."""
        if self._waiting:
            self._draw()
            return
        self._drawing = self._waiting = True
        self._rest(True)
        if self._resting():
            self._draw()
        else:
            self._timer.start(math.ceil(1000 * LONGEST_WAIT_FOR_REST_SECONDS))

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
            self._after_painting(self._painted)

    def _painted(self) -> None:
        self._drawing = False
        self._rest(False)
        self._ended = self._clock()
        self._cost = min(self._ended - self._began, LONGEST_FRAME_COST_SECONDS)
        if self._was_pressed:
            earliest = self._ended + min(self._cost, THREAD_SECONDS_PER_DRAG_FRAME)
            self._pressed_until = max(self._began + DRAG_FRAME_SECONDS, earliest)
        if self._callback is not None:
            self._set_timer()
