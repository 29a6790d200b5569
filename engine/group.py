"""One group of a descent: runs in lock-step on a clock of their own, entered into the ledger chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import perf_counter

import numpy as np

from engine.arrays import Array, Indices, Mask
from engine.endings import at_rest, escaped, outcome
from engine.job import CHUNK
from engine.ledger import Ledger, Page
from engine.lockstep import LockStep
from engine.monitor import Monitor
from engine.trajectory import Ending

BUFFER_BYTES = 2 * 2**20
LONGEST_CHUNK = 512


class Group:
    """Runs ``runs (R,)`` of the ledger, advanced together; a run that ends leaves the group.

    ``lift`` takes the points of the lock-step to parameters. What is computed does not depend on how long a chunk is.
    """

    def __init__(
        self,
        lockstep: LockStep,
        runs: Indices,
        steps: int,
        rests: bool,
        ledger: Ledger,
        monitor: Monitor,
        lift: Callable[[Array], Array],
    ) -> None:
        self._lockstep, self._runs, self._steps = lockstep, runs, steps
        self._rests = rests
        self._ledger, self._monitor, self._lift = ledger, monitor, lift
        self._chunk, self._longest = 4, CHUNK
        self.spent = 0.0
        """Seconds of work so far."""
        self.work = self._work()
        """Iterate to advance: each ``next`` is one chunk, or one piece of a large Hessian."""

    @property
    def finished(self) -> bool:
        """Whether every run has ended."""
        return not self._runs.size

    @property
    def fraction(self) -> float:
        """How far the group is, from 0 to 1."""
        return 1.0 if self.finished else self._lockstep.number / (self._steps + 1)

    def advance(self, seconds: float) -> None:
        """Work for about ``seconds``, at least one chunk or piece; a chunk is about as long."""
        self._longest = seconds
        began = now = perf_counter()
        while now - began < seconds / 2:
            if next(self.work, self) is self:
                break
            now = perf_counter()
        self.spent += now - began

    def _work(self) -> Generator[None, None, None]:
        while not self.finished:
            if self._lockstep.forms_matrices and self._lockstep.number < self._steps:
                yield from self._lockstep.form_matrices()
                self._compute(1)
            else:
                self._timed_chunk()
            yield

    def _timed_chunk(self) -> None:
        began = perf_counter()
        most = max(1, BUFFER_BYTES // (self._lockstep.points.nbytes + 1))
        self._compute(min(self._chunk, most, self._steps + 1 - self._lockstep.number))
        spent = perf_counter() - began
        if spent < self._longest / 2:
            self._chunk = min(2 * self._chunk, LONGEST_CHUNK)
        elif spent > self._longest:
            self._chunk = max(1, self._chunk // 2)

    def _compute(self, count: int) -> None:
        """Take ``count`` steps (the last one of all only evaluates) and enter them."""
        lockstep = self._lockstep
        first, limit = lockstep.number, self._steps
        points = np.empty((count + 1, *lockstep.points.shape))
        values, squares = np.empty((2, count, lockstep.runs))
        counted, common, further, clock = lockstep.counted, [], [], []
        failed: dict[int, tuple[int, str]] = {}
        points[0] = lockstep.points
        with np.errstate(all="ignore"):
            for i, (square, following) in enumerate(zip(squares, points[1:], strict=True)):
                clock.append(perf_counter())
                common.append(counted.common)
                further.append(counted.further)
                values[i], gradients = lockstep.evaluate()
                np.vecdot(gradients, gradients, square)
                if first + i < limit:
                    for row, because in lockstep.update(values[i], gradients, following).items():
                        failed.setdefault(row, (i, because))
                else:
                    following[:] = points[i]
            clock.append(perf_counter())
            changed = further[-1] is not further[0]
            spent = np.array(common)[:, :, None] + (np.array(further) if changed else further[0])
            self._enter(first, points, values, np.sqrt(squares), spent, np.diff(clock), failed)

    def _enter(
        self,
        first: int,
        points: Array,
        values: Array,
        norms: Array,
        spent: Array,
        seconds: Array,
        failed: dict[int, tuple[int, str]],
    ) -> None:
        """Find who ended inside the chunk, hold them at their last point, hand everything to the ledger, and let them go."""
        moves = points[1:] - points[:-1]
        page = Page(
            first, self._runs, points[:-1], values, norms, np.sqrt(np.vecdot(moves, moves)), spent[:, 0], spent[:, 1],
            seconds,
        )  # fmt: skip
        ends = self._ends(page, failed)
        for row, (at, ending) in ends.items():
            page.hold(row, at)
            because = failed[row][1] if row in failed else ""
            self._ledger.end(
                int(self._runs[row]), outcome(ending, first + at, float(values[at, row]), because), first + at
            )
        lifted = page.at(self._lift(page.points))
        self._monitor.observe(first, self._runs, lifted.points)
        self._ledger.enter(lifted)
        for row, (at, _) in ends.items():
            self._monitor.end(first + at, int(self._runs[row]), lifted.points[-1, row])
        if ends:
            stays = np.ones(len(self._runs), dtype=bool)
            stays[list(ends)] = False
            self._runs = self._runs[stays]
            self._lockstep.keep(stays)

    def _ends(self, page: Page, failed: dict[int, tuple[int, str]]) -> dict[int, tuple[int, Ending]]:
        """For each row that ended inside the chunk: where, counted from the chunk's first step, and how."""
        if page.first == 0:
            self._ledger.scale[self._runs] = np.abs(page.values[0])
        gone = escaped(page.values, page.norms, self._ledger.scale[self._runs])
        still = np.zeros_like(gone)
        if self._rests:
            still = at_rest(page.norms, page.lengths, np.sqrt(np.vecdot(page.points, page.points)))
        over: Mask = gone | still
        for row, (at, _) in failed.items():
            over[at, row] = True
        if page.first + len(page.values) > self._steps:
            over[-1] = True
        found: dict[int, tuple[int, Ending]] = {}
        for row in np.flatnonzero(over.any(axis=0)).tolist():
            at = int(np.argmax(over[:, row]))
            found[row] = (at, _how(bool(gone[at, row]), bool(still[at, row]), row in failed and failed[row][0] == at))
        return found


def _how(gone: bool, still: bool, failed: bool) -> Ending:
    if gone:
        return Ending.DIVERGED
    if still:
        return Ending.CONVERGED
    return Ending.FAILED if failed else Ending.STEP_LIMIT
