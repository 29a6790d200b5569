"""From the document to requests, and from deliveries to a snapshot of results: the loop that keeps everything in step.

1. The store changes. 2. The plan says what each lane should work on; what it has not been asked yet is asked.
3. Deliveries come back, at most once a frame. 4. What no longer fits is dropped, the rest becomes the next snapshot.
5. The plan is read again (a slice needs a run's point), and whoever draws is told.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.compute.failure import sentence
from app.compute.plan import PlaneRequest, Request, RunsRequest, SliceRequest, SurfaceRequest, requests
from app.compute.scheduler import Delivery
from app.document import Document
from app.results import Lane, LaneName, Results
from app.store import Store
from engine.arrays import same

Listener = Callable[[Document, Results], None]
STOPPED = "Stopped before there was anything to show: change a setting to go on."
ANSWER = 0.008
"""Seconds within which new runs usually begin to answer a change: a frame before that would show the old ones again."""
BARE = 0.03
"""Seconds that a frame waits for the first surface of a plane: drawing a landscape takes longer than a coarse one of those."""
SLOW = 0.25
"""Seconds after which a lane's progress is shown."""


class Computer(Protocol):
    """What the conductor needs of the compute thread."""

    def ask(self, lane: LaneName, request: object) -> None:
        """Request something of a lane."""

    def stop(self, lane: LaneName | None = None) -> None:
        """End work."""

    def collect(self) -> list[Delivery[LaneName]]:
        """Take what has arrived."""


@dataclass(frozen=True)
class Work:
    """The slowest lane that is still working: for the status line."""

    lane: LaneName
    fraction: float
    seconds_left: float


class Conductor:
    """Owns the results.

    ``schedule(callback, patience)`` runs a callback once, at the next frame after ``patience`` seconds; ``clock()`` gives
    seconds.
    """

    def __init__(
        self,
        store: Store,
        computer: Computer,
        schedule: Callable[[Callable[[], None], float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._computer, self._schedule, self._clock = store, computer, schedule, clock
        self._results = Results()
        self._asked: dict[LaneName, Request] = {}
        self._under_way: dict[LaneName, tuple[float, float]] = {}
        self._listeners: list[Listener] = []
        self._on_stopped: list[Callable[[], None]] = []
        self._patience: float | None = None
        """Of the frame that is wished for; None: of none."""
        store.on_changed(self._on_changed)

    @property
    def results(self) -> Results:
        """The newest snapshot."""
        return self._results

    @property
    def work(self) -> Work | None:
        """The lane that has been busy longest, if any is for longer than a moment."""
        now = self._clock()
        slow = [(began, lane, share) for lane, (began, share) in self._under_way.items() if now - began > SLOW]
        if not slow:
            return None
        began, lane, share = min(slow)
        left = (now - began) * (1 - share) / share if share > 0.02 else float("nan")
        return Work(lane, share, left)

    @property
    def busy(self) -> bool:
        """Whether any lane has been asked for something that is not complete."""
        return bool(self._under_way)

    @property
    def drawing(self) -> bool:
        """Whether something is still to be drawn at the next frame."""
        return self._patience is not None

    def on_frame(self, listener: Listener) -> None:
        """Call ``listener(document, results)`` at every frame in which something changed."""
        self._listeners.append(listener)

    def on_stopped(self, listener: Callable[[], None]) -> None:
        """Call ``listener()`` as soon as all work is stopped: a frame may have to wait for the end of a piece of it."""
        self._on_stopped.append(listener)

    def begin(self) -> None:
        """Ask for everything that the document needs."""
        self._plan()
        self.wish_frame()

    def stop(self) -> None:
        """Stop all work at once; what is there stays, and nothing is asked again until something changes."""
        self._computer.stop()
        for lane in self._under_way:
            if lane not in self._results.lanes:
                self._results = self._results.with_error(lane, STOPPED)
        self._under_way.clear()
        for listener in self._on_stopped:
            listener()
        self.wish_frame()

    def hear(self) -> None:
        """Something has arrived: a plane and its first surface are taken at once, as others wait for them; the rest by frames."""
        if "plane" in self._under_way or self._bare:
            self._collect()
        self.wish_frame(BARE if self._bare else 0.0)

    def wish_frame(self, patience: float = 0.0) -> None:
        """Something arrived or changed: draw at the next frame, once; in at least ``patience`` seconds, unless more arrives."""
        if self._patience is None or patience < self._patience:
            self._patience = patience
            self._schedule(self._frame, patience)

    def _on_changed(self, before: Document, after: Document) -> None:
        if not same(before.experiment.problem, after.experiment.problem):
            # Points of one problem mean nothing in another, whether they are here, on their way, or asked for.
            self._computer.stop()
            self._results = Results()
            self._asked.clear()
            self._under_way.clear()
        elif before.experiment.residence != after.experiment.residence:
            # The caption says where the runs live: those that lived elsewhere must not stand under it.
            self._results = self._results.without("runs", "slice", "model")
        asked = self._asked.get("runs")
        self._plan()
        self.wish_frame(0.0 if self._asked.get("runs") is asked else ANSWER)

    def _plan(self) -> None:
        for lane, request in requests(self._store.document, self._results).items():
            if request is None:
                if self._asked.pop(lane, None) is not None:
                    self._end(lane)
            elif not same(request, self._asked.get(lane)):
                self._ask(lane, request)

    def _ask(self, lane: LaneName, request: Request) -> None:
        self._asked[lane] = request
        shown = self._results.lanes.get(lane)
        if lane == "plane":
            self._end(lane)  # nothing of another plane is worth waiting for on the way to this one
        if shown is not None and shown.fraction >= 1.0 and same(shown.request, request):
            self._end(lane)
            self._results = self._results.with_lane(lane, shown)
        else:
            self._under_way[lane] = (self._clock(), 0.0)
            self._computer.ask(lane, request)

    def _end(self, lane: LaneName) -> None:
        if self._under_way.pop(lane, None) is not None:
            self._computer.stop(lane)

    def _frame(self) -> None:
        if self._patience is None:
            return
        self._patience = None
        self._collect()
        if self._bare:
            self.wish_frame(BARE)
            return
        for listener in tuple(self._listeners):
            listener(self._store.document, self._results)

    def _collect(self) -> None:
        for delivery in self._computer.collect():
            self._take(delivery)
        self._plan()

    @property
    def _bare(self) -> bool:
        """Whether the landscape would be drawn without its surface, which will be there in a moment."""
        began, _ = self._under_way.get("surface", (-math.inf, 0.0))
        return self._results.surface is None and self._clock() - began < BARE

    def _take(self, delivery: Delivery[LaneName]) -> None:
        lane = delivery.lane
        current = same(delivery.request, self._asked.get(lane))
        if current and lane in self._under_way:
            began, _ = self._under_way[lane]
            self._under_way[lane] = (began, delivery.fraction)
            if delivery.fraction >= 1.0 or delivery.error is not None:
                del self._under_way[lane]
        if delivery.error is not None:
            if current:
                self._results = self._results.with_error(lane, sentence(delivery.error))
            return
        if delivery.result is not None and self._fits(delivery):
            if lane == "plane":
                self._forget_other_plane(delivery)
            self._results = self._results.with_lane(lane, Lane(delivery.request, delivery.result, delivery.fraction))

    def _fits(self, delivery: Delivery[LaneName]) -> bool:
        """Late results are welcome while a hand drags, as long as they are about this problem and this plane."""
        request = delivery.request
        problem = getattr(request, "problem", None)
        if not same(problem, self._store.document.experiment.problem):
            return False
        if isinstance(request, PlaneRequest):
            return same(request, self._asked.get("plane"))
        if isinstance(request, SurfaceRequest):
            drawn = self._results.plane
            return drawn is not None and same(drawn.flat, request.flat)
        if isinstance(request, RunsRequest):
            newest = self._asked.get("runs")
            return isinstance(newest, RunsRequest) and same(
                (newest.optimizers, newest.within), (request.optimizers, request.within)
            )  # fmt: skip
        if isinstance(request, SliceRequest):
            wanted = self._asked.get("slice")
            return isinstance(wanted, SliceRequest) and same(
                (wanted.along, wanted.flat), (request.along, request.flat)
            )  # fmt: skip
        return True

    def _forget_other_plane(self, delivery: Delivery[LaneName]) -> None:
        """A surface of another plane must not be seen under this one's axes."""
        before, after = self._results.plane, delivery.result
        if before is not None and not same(before.flat, getattr(after, "flat", None)):
            gone = ("surface", "slice")
            lanes = {name: lane for name, lane in self._results.lanes.items() if name not in gone}
            errors = {name: said for name, said in self._results.errors.items() if name not in gone}
            self._results = Results(lanes, errors)
