"""A head start: the first plane is drawn by a process of its own, while this one loads Qt and builds the window.

All of that holds the interpreter's lock, so that on threads the times add up; two processes take as long as the longer one.
No Qt.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from app.document import Document
from app.lanes.plane import PlaneRequest
from engine.arrays import same
from engine.job import Job, Progress
from engine.parallel import processors
from engine.plane import Drawn, Flat, Line, Plane
from engine.plane_drawing import draw_plane_job
from engine.plane_kinds import PLANE_KINDS
from engine.problem import NetworkProblem, Problem, assemble
from engine.surfaces import Window

LOOK = 0.02
"""Seconds between two signs of life: in between, a job that waits for them cannot be stopped."""
BUFFER = 2**20


class StartupProcess:
    """A plane that another process draws; :meth:`job` gives it once, and whatever it cannot give is to be drawn here.

    What it says comes as lines of JSON, in which every float64 has its exact value. Nothing of :mod:`multiprocessing` is
    needed, whose import would take as long as 200 steps of a run.
    """

    def __init__(self, request: PlaneRequest) -> None:
        self._request: PlaneRequest | None = request
        self._door, other = os.pipe()
        self.process = os.fork()
        """Its number; 0 when it has ended."""
        if self.process == 0:
            _work(request, self._door, other)
        os.close(other)

    def answers(self, request: object) -> bool:
        """Whether this is what the other process works on, and nobody has had it yet."""
        return self._request is not None and same(self._request, request)

    def job(self) -> Job[tuple[Flat, Window]]:
        """Wait for the plane; it ends without one where the other process came to none."""
        self._request, fraction = None, 0.0
        try:
            for said in self._said():
                if isinstance(said, dict):
                    yield Progress(1.0, _rebuilt(said))
                    return
                fraction = fraction if said is None else said
                yield Progress(fraction)
        finally:
            self.end()

    def _said(self) -> Iterator[Any]:
        """What the other process says, until it has ended; None after a while in which it said nothing."""
        poll = select.poll()
        poll.register(self._door, select.POLLIN)
        begun = b""
        while True:
            if not poll.poll(2000 * LOOK):
                yield None
                continue
            read = os.read(self._door, BUFFER)
            if not read:
                return
            *lines, begun = (begun + read).split(b"\n")
            yield from map(json.loads, lines)

    def end(self) -> None:
        """End the other process, if it still works, and take leave of it."""
        if self.process:
            os.close(self._door)
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.process = 0


def startup_process(document: Document) -> StartupProcess | None:
    """Begin to draw a document's plane, before any thread is there; None where that would gain nothing, or is not safe.

    Forking is safe on Linux alone: elsewhere system libraries that NumPy uses have threads of their own.
    """
    problem, recipe = document.experiment.problem, document.experiment.plane
    worth = PLANE_KINDS[recipe.kind].needs_runs and processors() > 1 and not _has_files(problem)
    return StartupProcess(PlaneRequest(problem, recipe)) if sys.platform == "linux" and worth else None


def _has_files(problem: Problem) -> bool:
    """Data from files may be large, and both processes would read them."""
    return isinstance(problem, NetworkProblem) and bool(problem.data.files)


def _work(request: PlaneRequest, theirs: int, door: int) -> None:
    """In the other process, which ends here. What goes wrong is found again, and said, where the plane is drawn in its stead."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.close(theirs)  # so that writing fails as soon as nobody is there to read
        with contextlib.suppress(Exception), os.fdopen(door, "w", encoding="ascii") as out:
            for line in _lines(request):
                out.write(line + "\n")
                out.flush()
    finally:
        os._exit(0)


def _lines(request: PlaneRequest) -> Iterator[str]:
    said = perf_counter()
    for progress in draw_plane_job(assemble(request.problem), request.recipe):
        if progress.result is not None:
            flat, window = progress.result.flat, progress.result.window
            arrays = {"origin": flat.origin.tolist(), "directions": flat.directions.tolist(), "window": window}
            drawn = {"kind": flat.drawn.kind, "sentence": flat.drawn.sentence, "settings": flat.drawn.settings}
            yield json.dumps({**arrays, **drawn})
        elif perf_counter() - said > LOOK:
            said = perf_counter()
            yield json.dumps(progress.fraction)


def _rebuilt(said: dict[str, Any]) -> tuple[Flat, Window]:
    drawn = Drawn(said["kind"], said["sentence"], tuple((name, text) for name, text in said["settings"]))
    origin, directions = said["origin"], said["directions"]
    if len(directions) == 1:
        return Line(origin, directions[0], drawn), tuple(said["window"])
    return Plane(origin, directions[0], directions[1], drawn), tuple(said["window"])
