"""The one compute thread, and the one door through which results come back to the window's thread."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from PyQt6.QtCore import QObject, QThread, pyqtSignal

from app.compute.scheduler import Delivery, Scheduler
from app.lanes.lane import Lane, LaneKey
from app.lanes.problem_cache import ProblemCache
from app.repaint_clock import (
    HELD_LANE_POLL_SECONDS,
    LONGEST_REST_SECONDS,
    NAP_SECONDS,
    SWITCH_INTERVAL_SECONDS,
    WORK_PER_NAP_SECONDS,
)
from engine.job import Job


class ComputeThread(QObject):
    """Runs jobs lane by lane.

    ``arrived`` says that something waits in :meth:`collect`, at most once until it is collected; ``rested`` that the thread has
    come to rest as it was asked to; ``answered`` that of runs there is the first part, or now the whole.
    """

    arrived = pyqtSignal()
    rested = pyqtSignal()
    answered = pyqtSignal()

    def __init__(
        self, cache: ProblemCache, lane_of: Callable[[LaneKey], Lane[Any, Any]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._inbox: dict[LaneKey, object] = {}
        self._stops: list[LaneKey | None] = []
        self._outbox: dict[LaneKey, Delivery[LaneKey]] = {}
        self._answered: object = None
        self._may_work = threading.Event()
        self._may_work.set()
        self._rests = threading.Event()
        self._rests.set()
        self._busy = False
        self._quitting = False
        self._thread = _Loop(self._work)
        self._cache, self._lane_of = cache, lane_of

    def start(self) -> None:
        """Start the thread."""
        sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
        self._thread.start()

    def ask(self, lane: LaneKey, request: object) -> None:
        """Request something of a lane; the newest wins."""
        with self._lock:
            self._inbox[lane] = request
            self._busy = True
        self._wake.set()

    def stop(self, lane: LaneKey | None = None) -> None:
        """End a lane's work, or all work, at its next yield; results on their way are dropped."""
        with self._lock:
            if lane is None:
                self._inbox.clear()
                self._outbox.clear()
            else:
                self._inbox.pop(lane, None)
                self._outbox.pop(lane, None)
            self._stops.append(lane)
        self._wake.set()

    def rest(self, resting: bool) -> None:
        """Let the window draw: the next turn waits until the frame is over (or seems forgotten).

        A frame makes hundreds of calls into Qt, each of which lets go of the interpreter's lock; a worker that takes it every
        time makes a frame of 20 ms last 200.
        """
        if resting:
            self._may_work.clear()
        else:
            self._may_work.set()

    @property
    def resting(self) -> bool:
        """Whether the thread is between two pieces of work: drawing beside one would slow both."""
        return self._rests.is_set()

    @property
    def busy(self) -> bool:
        """Whether anything is asked for and not delivered."""
        with self._lock:
            return self._busy or bool(self._outbox)

    def collect(self) -> list[Delivery[LaneKey]]:
        """Take what has arrived: the newest of each lane."""
        with self._lock:
            deliveries = list(self._outbox.values())
            self._outbox.clear()
        if deliveries:
            self._wake.set()  # a lane may have waited for its whole result to be taken
        return deliveries

    def quit(self) -> None:
        """End the thread and wait for it."""
        self._quitting = True
        self.stop()
        self._thread.wait()

    def _work(self) -> None:
        scheduler: Scheduler[LaneKey] = Scheduler(self._begin, lambda key: self._lane_of(key).turn)
        worked = 0.0
        while not self._quitting:
            self._rest()
            self._read_inbox(scheduler)
            began = time.perf_counter()
            delivery = scheduler.turn(self._whole())
            if delivery is not None:
                self._deliver(delivery)
                worked += time.perf_counter() - began
                if worked > WORK_PER_NAP_SECONDS:
                    time.sleep(NAP_SECONDS)
                    worked = 0.0
                continue
            worked = 0.0
            if scheduler.busy:
                self._rests.set()
                self._wake.wait(HELD_LANE_POLL_SECONDS)
                self._wake.clear()
                continue
            with self._lock:
                self._busy = bool(self._inbox)
                idle = not self._busy
            if idle:
                self.arrived.emit()  # the status line learns that nothing is left to do
                self._rests.set()
                self._wake.wait()
            self._wake.clear()
        scheduler.stop()

    def _begin(self, key: LaneKey, request: object) -> Job[object]:
        job: Job[object] = self._lane_of(key).job(self._cache, request)
        return job

    def _rest(self) -> None:
        """While a frame is drawn, but not for long: a frame may have been forgotten."""
        if not self._may_work.is_set():
            self._rests.set()
            self.rested.emit()
            self._may_work.wait(LONGEST_REST_SECONDS)
        self._rests.clear()

    def _whole(self) -> frozenset[LaneKey]:
        """Lanes with a whole result that no frame has taken yet: the first part of the next one would push it out."""
        with self._lock:
            waiting = self._outbox.items()
            return frozenset(lane for lane, one in waiting if one.fraction >= 1.0 and one.result is not None)

    def _read_inbox(self, scheduler: Scheduler[LaneKey]) -> None:
        with self._lock:
            asked, self._inbox = self._inbox, {}
            stops, self._stops = self._stops, []
        for lane in stops:
            scheduler.stop(lane)
        for lane, request in asked.items():
            scheduler.ask(lane, request)

    def _deliver(self, delivery: Delivery[LaneKey]) -> None:
        with self._lock:
            if None in self._stops or delivery.lane in self._stops:
                return
            empty, answers = not self._outbox, self._answers(delivery)
            before = self._outbox.get(delivery.lane)
            if delivery.result is None and delivery.error is None and before is not None:
                # Progress alone must not push out a result that nobody has collected yet.
                if before.request is not delivery.request:
                    return
                delivery = replace(before, fraction=delivery.fraction)
            self._outbox[delivery.lane] = delivery
        if answers:
            self.answered.emit()
        if empty:
            self.arrived.emit()

    def _answers(self, delivery: Delivery[LaneKey]) -> bool:
        """Whether this is what a hand waits for: the first part of new runs, or their whole."""
        if delivery.result is None or not self._lane_of(delivery.lane).answers_drag:
            return False
        first, self._answered = delivery.request is not self._answered, delivery.request
        return first or delivery.fraction >= 1.0


class _Loop(QThread):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._run = work

    def run(self) -> None:
        try:
            self._run()
        except BaseException:
            cast(Any, sys.excepthook)(*sys.exc_info())
