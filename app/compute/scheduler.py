"""Which lane works next, and when a newer request replaces an older job. Pure: no thread, no Qt; the clock is handed in.

A job first shows a result; after that the newest request wins, unless the job is nearly done. Lanes take turns, because strict
priority would starve the slow ones for as long as a drag lasts.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.lanes.lane import Turn
from app.repaint_clock import FINISH_FIRST_DOUBLINGS, FINISH_FIRST_SECONDS
from engine.arrays import same
from engine.job import Job

L = TypeVar("L", bound=Hashable)


@dataclass
class _Slot:
    waiting: object | None = None
    running: object | None = None
    job: Job[object] | None = None
    shown: bool = False
    """Whether this job has brought a result."""
    fraction: float = 0.0
    spent: float = 0.0
    """Seconds of work on this job."""
    unfinished: int = 0
    """How many jobs in a row were replaced before their end."""

    @property
    def left(self) -> float:
        """Seconds of work that are left, if it goes on as before."""
        return self.spent * (1 - self.fraction) / self.fraction if self.fraction > 0 else math.inf


@dataclass(frozen=True, eq=False)
class Delivery(Generic[L]):
    """What a turn brought: a (growing) result, or the sentence of an error. ``result`` None: only progress."""

    lane: L
    request: object
    fraction: float
    result: object | None = None
    error: BaseException | None = None


class Scheduler(Generic[L]):
    """Lanes with one running job and one waiting request each; :meth:`turn` advances one of them by one yield."""

    def __init__(
        self,
        begin: Callable[[L, object], Job[object]],
        turn_of: Callable[[L], Turn] = lambda lane: "fair",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._slots: dict[L, _Slot] = {}
        self._order: list[L] = []
        self._begin, self._turn_of, self._clock = begin, turn_of, clock

    def ask(self, lane: L, request: object) -> None:
        """Put a request in front of a lane, over the one that waits there; a lane is there from its first request on."""
        if lane not in self._slots:
            self._slots[lane] = _Slot()
            self._order.append(lane)
        slot = self._slots[lane]
        if slot.running is not None and same(slot.running, request):
            slot.waiting = None
            return
        slot.waiting = request

    def stop(self, lane: L | None = None) -> None:
        """Forget what waits and end what runs, in one lane or in all."""
        for key, slot in self._slots.items():
            if lane is None or key == lane:
                slot.waiting = None
                self._end(slot)

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return any(slot.waiting is not None or slot.job is not None for slot in self._slots.values())

    def turn(self, held: frozenset[L] = frozenset()) -> Delivery[L] | None:
        """Let the next lane in turn work until its job yields; None when no lane has work, or only ``held`` ones.

        A lane that is held begins nothing new.

        An urgent lane has every turn while it works: what others show would be of no use before. An eager one has the next
        turn as long as its newest job has shown nothing, or a newer one waits for its end.
        """
        for lane in self._by_turn():
            slot = self._slots[lane]
            if slot.waiting is not None and self._may_go(slot) and lane not in held:
                request, slot.waiting = slot.waiting, None
                slot.unfinished += slot.job is not None
                self._end(slot)
                slot.running = request
            if slot.running is not None:
                self._order.remove(lane)
                self._order.append(lane)
                return self._advance(lane, slot)
        return None

    def _by_turn(self) -> Iterator[L]:
        yield from (lane for lane in self._slots if self._turn_of(lane) == "urgent")
        for lane, slot in self._slots.items():
            begins = slot.waiting is not None or (slot.job is not None and not slot.shown)
            if begins and self._turn_of(lane) == "eager":
                yield lane
        yield from tuple(self._order)

    def _may_go(self, slot: _Slot) -> bool:
        """Whether a newer request may replace this job: it has shown something, and is not nearly done."""
        return slot.job is None or (
            slot.shown and slot.left > FINISH_FIRST_SECONDS * 2 ** min(slot.unfinished // 2, FINISH_FIRST_DOUBLINGS)
        )

    def _end(self, slot: _Slot) -> None:
        if slot.job is not None:
            slot.job.close()
        slot.job, slot.running, slot.shown, slot.fraction, slot.spent = None, None, False, 0.0, 0.0

    def _advance(self, lane: L, slot: _Slot) -> Delivery[L]:
        request, began = slot.running, self._clock()
        try:
            if slot.job is None:
                slot.job = self._begin(lane, request)
            progress = next(slot.job)
        except StopIteration:
            slot.unfinished = 0
            self._end(slot)
            return Delivery(lane, request, 1.0)
        except Exception as error:
            self._end(slot)
            return Delivery(lane, request, 1.0, error=error)
        slot.shown |= progress.result is not None
        slot.fraction = progress.fraction
        slot.spent += self._clock() - began
        return Delivery(lane, request, progress.fraction, progress.result)
