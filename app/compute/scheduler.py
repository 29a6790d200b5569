"""Which lane works next, and when a newer request replaces an older job. Pure: no thread, no clock, no Qt.

A job first shows a spell of results (one, if nobody asks for more); after that the newest request wins. Lanes take turns,
because strict priority would starve the slow ones for as long as a drag lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.arrays import same
from engine.job import Job

L = TypeVar("L", bound=Hashable)
WELL_ON_ITS_WAY = 0.4
"""Share of a job that is there after its spell, from which on it is short enough to finish: a drag shows its whole paths."""


@dataclass
class _Slot:
    waiting: object | None = None
    running: object | None = None
    job: Job[object] | None = None
    shown: int = 0
    """How many results this job has brought."""
    fraction: float = 0.0


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
        lanes: tuple[L, ...],
        begin: Callable[[L, object], Job[object]],
        urgent: tuple[L, ...] = (),
        spell: int = 1,
    ) -> None:
        self._slots = {lane: _Slot() for lane in lanes}
        self._order = list(lanes)
        self._begin = begin
        self._urgent, self._spell = urgent, spell

    def ask(self, lane: L, request: object) -> None:
        """Put a request in front of a lane, over the one that waits there."""
        slot = self._slots[lane]
        if slot.running is not None and same(slot.running, request):
            slot.waiting = None
            return
        slot.waiting = request

    def stop(self, lane: L | None = None) -> None:
        """Forget what waits and end what runs, in one lane or in all."""
        for slot in self._slots.values() if lane is None else (self._slots[lane],):
            slot.waiting = None
            self._end(slot)

    def wants(self, lane: L) -> object | None:
        """The newest request that this lane has taken and not finished."""
        slot = self._slots[lane]
        return slot.waiting if slot.waiting is not None else slot.running

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return any(slot.waiting is not None or slot.job is not None for slot in self._slots.values())

    def turn(self) -> Delivery[L] | None:
        """Let the next lane in turn work until its job yields; None when no lane has work.

        An urgent lane has every turn while it works: what others show would be of no use before.
        """
        for lane in (*self._urgent, *self._order):
            slot = self._slots[lane]
            if slot.waiting is not None and self._may_go(slot):
                request, slot.waiting = slot.waiting, None
                self._end(slot)
                slot.running = request
            if slot.running is not None:
                self._order.remove(lane)
                self._order.append(lane)
                return self._advance(lane, slot)
        return None

    def _may_go(self, slot: _Slot) -> bool:
        """Whether a newer request may replace this job: it has had its spell, and is not well on its way to the end."""
        return slot.job is None or (slot.shown >= self._spell and slot.fraction < WELL_ON_ITS_WAY)

    def _end(self, slot: _Slot) -> None:
        if slot.job is not None:
            slot.job.close()
        slot.job, slot.running, slot.shown, slot.fraction = None, None, 0, 0.0

    def _advance(self, lane: L, slot: _Slot) -> Delivery[L]:
        request = slot.running
        try:
            if slot.job is None:
                slot.job = self._begin(lane, request)
            progress = next(slot.job)
        except StopIteration:
            self._end(slot)
            return Delivery(lane, request, 1.0)
        except Exception as error:
            self._end(slot)
            return Delivery(lane, request, 1.0, error=error)
        slot.shown += progress.result is not None
        slot.fraction = progress.fraction
        return Delivery(lane, request, progress.fraction, progress.result)
