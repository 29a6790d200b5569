"""From the document to requests, and from deliveries to a snapshot of results: the loop that keeps everything in step.

1. The store changes. 2. The plan says what each lane should work on; what it has not been asked yet is asked.
3. Deliveries come back, at most once a frame. 4. What no longer fits is dropped, the rest becomes the next snapshot.
5. The plan is read again (a slice needs a run's point), and whoever draws is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from app.compute.error_messages import sentence
from app.compute.plan import requests
from app.compute.scheduler import Delivery
from app.document import Card, Document
from app.lanes.data import ONE_OFF_LANES
from app.lanes.lane import Delivered, Failure, Lane, LaneKey, Occasion, Request, Results, TooLargeError
from app.lanes.plane import PLANE
from app.panels import SHARED_LANES, lane_of, open_cards, panel_of
from app.panels.card_state import card_state
from app.panels.panel import CardState
from app.repaint_clock import ANSWER_SECONDS, FIRST_SURFACE_SECONDS, PROGRESS_AFTER_SECONDS
from app.store import Store
from engine.arrays import same

Q = TypeVar("Q")
R = TypeVar("R")
Listener = Callable[[Document, Results], None]
GIVEN_UP = "Not carried out, because something else was chosen meanwhile: enter it again."
NOTHING_CHANGED = "Stopped: nothing was changed."
STOPPED = "Stopped before there was anything to show: change a setting to go on."


class Computer(Protocol):
    """What the controller needs of the compute thread."""

    def ask(self, lane: LaneKey, request: object) -> None:
        """Request something of a lane."""

    def stop(self, lane: LaneKey | None = None) -> None:
        """End work."""

    def collect(self) -> list[Delivery[LaneKey]]:
        """Take what has arrived."""


@dataclass(frozen=True)
class Work:
    """The slowest lane that is still working: for the status line."""

    title: str
    fraction: float
    seconds_left: float


@dataclass(frozen=True, eq=False)
class OneOff:
    """Work that somebody asked for once, and who hears of its end."""

    request: object
    done: Callable[[Any], None]
    failed: Callable[[str], None]


class ResultsController:
    """Owns the results.

    ``schedule(callback, delay)`` runs a callback once, at the next frame after ``delay`` seconds; ``clock()`` gives seconds.
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
        self._asked: dict[LaneKey, object] = {}
        self._under_way: dict[LaneKey, tuple[float, float]] = {}
        self._one_off: dict[LaneKey, OneOff] = {}
        self._endings: list[Callable[[], None]] = []
        """What is to be told of one-off work once everything that has been collected is taken."""
        self._stopped: set[LaneKey] = set()
        """The lanes whose work was stopped: they are asked again when something is changed."""
        self._listeners: list[Listener] = []
        self._on_stopped: list[Callable[[], None]] = []
        self._frame_delay: float | None = None
        """Of the frame that is asked for; None: none is."""
        store.on_changed(self._on_changed)

    @property
    def results(self) -> Results:
        """The newest snapshot."""
        return self._results

    @property
    def work(self) -> Work | None:
        """The lane that has been busy longest, if any is for longer than a moment."""
        now = self._clock()
        slow = [
            (began, key, share)
            for key, (began, share) in self._under_way.items()
            if now - began > PROGRESS_AFTER_SECONDS
        ]
        if not slow:
            return None
        began, key, share = min(slow)
        left = (now - began) * (1 - share) / share if share > 0.02 else float("nan")
        return Work(lane_of(key).title, share, left)

    def state(self, card: Card) -> CardState:
        """How it stands with a card."""
        now = self._clock()
        slow = {key: share for key, (began, share) in self._under_way.items() if now - began > PROGRESS_AFTER_SECONDS}
        busy = frozenset(self._under_way)
        return card_state(panel_of(card), card.number, self._store.document, self._results, self._asked, busy, slow)

    @property
    def busy(self) -> bool:
        """Whether any lane has been asked for something that is not complete."""
        return bool(self._under_way)

    @property
    def drawing(self) -> bool:
        """Whether something is still to be drawn at the next frame."""
        return self._frame_delay is not None

    @property
    def has_first_picture(self) -> bool:
        """Whether what the first frame waits for is there, or cannot come."""
        return bool(self._results.failures) or any(
            self._results.of(lane, number) is not None for lane, number in self._awaited()
        )

    def on_frame(self, listener: Listener) -> None:
        """Call ``listener(document, results)`` at every frame in which something changed."""
        self._listeners.append(listener)

    def on_stopped(self, listener: Callable[[], None]) -> None:
        """Call ``listener()`` as soon as all work is stopped: a frame may have to wait for the end of a piece of it."""
        self._on_stopped.append(listener)

    def begin(self) -> None:
        """Ask for everything that the document needs."""
        self._plan()
        self.request_frame()

    def run_once(self, lane: Lane[Q, R], request: Q, done: Callable[[R], None], failed: Callable[[str], None]) -> None:
        """Work on something that the document does not ask for, such as a file to be opened.

        It is shown and stopped as all other work. It is given up when the same lane is asked again, or with another problem.

        Args:
            lane: one of ``ONE_OFF_LANES``.
            request: what it is to do.
            done: is given the whole result.
            failed: is given a sentence; of work that was stopped or given up too.

        """
        key = lane.key()
        before = self._one_off.pop(key, None)
        self._one_off[key] = OneOff(request, done, failed)
        self._under_way[key] = (self._clock(), 0.0)
        self._computer.stop(key)
        self._computer.ask(key, request)
        if before is not None:
            before.failed(GIVEN_UP)

    def stop(self) -> None:
        """Stop all work at once; what is there stays, and nothing is asked again until something changes."""
        self._computer.stop()
        given_up, self._one_off = self._one_off, {}
        for key in given_up:
            self._under_way.pop(key, None)
        for key in self._under_way:
            if key not in self._results.delivered:
                self._results = self._results.with_failure(key, Failure(STOPPED, for_all=lane_of(key).waited_for))
        self._stopped.update(self._under_way)
        self._under_way.clear()
        for listener in self._on_stopped:
            listener()
        for one in given_up.values():
            one.failed(NOTHING_CHANGED)
        self.request_frame()

    def on_delivery(self) -> None:
        """Something has arrived: what other lanes wait for is taken at once, the rest by frames."""
        pending = self._surface_pending
        if pending or any(lane_of(key).turn == "urgent" for key in self._under_way):
            self._collect()
        self.request_frame(FIRST_SURFACE_SECONDS if self._surface_pending else 0.0)

    def request_frame(self, delay: float = 0.0) -> None:
        """Draw at the next frame, once; in at least ``delay`` seconds, unless more arrives."""
        if self._frame_delay is None or delay < self._frame_delay:
            self._frame_delay = delay
            self._schedule(self._frame, delay)

    def _on_changed(self, before: Document, after: Document) -> None:
        if not same(before.experiment.problem, after.experiment.problem):
            # Points of one problem mean nothing in another, whether they are here, on their way, or asked for.
            self._computer.stop()
            self._results = Results()
            self._asked.clear()
            self._under_way.clear()
            self._stopped.clear()
            self._endings += [partial(one.failed, GIVEN_UP) for one in self._one_off.values()]
            self._one_off.clear()
        elif before.experiment.residence != after.experiment.residence:
            # The caption says where the runs descend: those that descended elsewhere must not stand under it.
            self._results = self._results.without(self._forgotten_with("descent space"))
        asked = self._drag_requests()
        if before.experiment is not after.experiment:
            self._ask_again()
        self._plan()
        answered = all(one is other for one, other in zip(asked, self._drag_requests(), strict=True))
        self.request_frame(0.0 if answered else ANSWER_SECONDS)

    def _ask_again(self) -> None:
        """Begin again what was stopped, and what waits for files: they may be back."""
        keys = self._stopped | {key for key, failure in self._results.failures.items() if failure.for_all}
        self._stopped.clear()
        self._results = self._results.without_failures(keys)
        for key in keys:
            self._asked.pop(key, None)

    def _drag_requests(self) -> list[object]:
        """What lanes are asked for that answer a drag."""
        return [self._asked.get(lane.key()) for lane in SHARED_LANES if lane.answers_drag]

    def _forgotten_with(self, occasion: Occasion) -> list[LaneKey]:
        known = (*self._results.delivered, *self._results.failures)
        return [key for key in known if occasion in lane_of(key).forgotten_with]

    def _plan(self) -> None:
        wanted = requests(self._store.document, self._results)
        for key in [key for key in self._asked if wanted.get(key) is None]:
            del self._asked[key]
            self._end(key)
        for key, request in wanted.items():
            if request is not None and not same(request, self._asked.get(key)):
                self._ask(key, request)

    def _ask(self, key: LaneKey, request: object) -> None:
        self._asked[key] = request
        shown = self._answer_of(key, request)
        if lane_of(key).turn == "urgent":
            self._end(key)  # nothing of another plane is worth waiting for on the way to this one
        if shown is not None:
            self._end(key)
            self._results = self._results.with_result(key, shown)
        else:
            self._under_way[key] = (self._clock(), 0.0)
            self._computer.ask(key, request)

    def _answer_of(self, key: LaneKey, request: object) -> Delivered | None:
        """A whole result that answers a request: this card's own one, or that of another card of the same panel."""
        own = self._results.delivered.get(key)
        alike = [entry for other, entry in self._results.delivered.items() if other.lane == key.lane and other != key]
        candidates = alike if own is None else [own, *alike]
        return next((one for one in candidates if one.fraction >= 1.0 and same(one.request, request)), None)

    def _end(self, key: LaneKey) -> None:
        if self._under_way.pop(key, None) is not None:
            self._computer.stop(key)

    def _frame(self) -> None:
        if self._frame_delay is None:
            return
        self._frame_delay = None
        self._collect()
        if self._surface_pending:
            self.request_frame(FIRST_SURFACE_SECONDS)
            return
        for listener in tuple(self._listeners):
            listener(self._store.document, self._results)

    def _collect(self) -> None:
        for delivery in self._computer.collect():
            self._take(delivery)
        self._plan()
        # Whoever hears of it may ask a person something: meanwhile everything goes on, and must be up to date.
        endings, self._endings = self._endings, []
        for ending in endings:
            ending()

    def _awaited(self) -> list[tuple[Lane[Any, Any], int]]:
        """The lanes, with their cards, whose first result a frame waits for."""
        cards = open_cards(self._store.document.view)
        return [(lane, card.number) for card in cards for lane in panel_of(card).lanes if lane.awaited]

    @property
    def _surface_pending(self) -> bool:
        """Whether a landscape would be drawn without its surface, which will be there in a moment."""
        now = self._clock()
        for lane, number in self._awaited():
            began = self._under_way.get(lane.key(number))
            if began is not None and self._results.of(lane, number) is None and now - began[0] < FIRST_SURFACE_SECONDS:
                return True
        return False

    def _take(self, delivery: Delivery[LaneKey]) -> None:
        key = delivery.lane
        if lane_of(key) in ONE_OFF_LANES:
            self._take_one_off(key, delivery)
            return
        current = same(delivery.request, self._asked.get(key))
        if current and key in self._under_way:
            began, _ = self._under_way[key]
            self._under_way[key] = (began, delivery.fraction)
            if delivery.fraction >= 1.0 or delivery.error is not None:
                del self._under_way[key]
        if delivery.error is not None:
            if current:
                too_large = isinstance(delivery.error, TooLargeError | MemoryError)
                failure = Failure(sentence(delivery.error), too_large, lane_of(key).waited_for)
                self._results = self._results.with_failure(key, failure)
            return
        if delivery.result is not None and self._fits(key, delivery.request):
            if key == PLANE.key():
                self._forget_other_plane(delivery.result)
            delivered = Delivered(delivery.request, delivery.result, delivery.fraction)
            self._results = self._results.with_result(key, delivered)

    def _take_one_off(self, key: LaneKey, delivery: Delivery[LaneKey]) -> None:
        one = self._one_off.get(key)
        if one is None or delivery.request is not one.request:
            return  # given up meanwhile
        began, _ = self._under_way.get(key, (self._clock(), 0.0))
        self._under_way[key] = (began, delivery.fraction)
        if delivery.error is None and delivery.fraction < 1.0:
            return
        del self._under_way[key]
        del self._one_off[key]
        if delivery.error is not None:
            self._endings.append(partial(one.failed, sentence(delivery.error)))
        elif delivery.result is not None:
            self._endings.append(partial(one.done, delivery.result))

    def _fits(self, key: LaneKey, request: object) -> bool:
        """Late results are welcome while the user drags, as long as they are about this problem and what its lane asks for."""
        if not same(cast("Request", request).problem, self._store.document.experiment.problem):
            return False
        return lane_of(key).fits(request, self._asked.get(key), self._results)

    def _forget_other_plane(self, after: object) -> None:
        """A surface of another plane must not be seen under this one's axes."""
        before = self._results.of(PLANE)
        if before is not None and not same(before.flat, getattr(after, "flat", None)):
            self._results = self._results.without(self._forgotten_with("plane"))
