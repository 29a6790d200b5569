"""A head start: the first plane is drawn by a process of its own, while this one loads Qt and builds the window.

All of that holds the interpreter's lock, so that on threads the times add up; two processes take as long as the longer one.
No Qt.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from time import perf_counter

from app.compute.plan import PlaneRequest
from app.document import Document
from engine.arrays import Array, same
from engine.job import Job, Progress
from engine.parallel import processors
from engine.plane import Drawn, Line, Plane
from engine.plane_drawing import ABOUT_RUNS, DrawnPlane, draw_plane_job
from engine.problem import Assembled, NetworkProblem, Problem, assemble
from engine.surfaces import Window

LOOK = 0.02
"""Seconds between two signs of life: in between, a job that waits for them cannot be stopped."""

Sent = float | tuple[Array, Array, Drawn, Window]
"""How far the other process is; and at the end origin, directions, recipe in words, and window."""


class HeadStart:
    """A plane that another process draws; :meth:`job` gives it once, and whatever it cannot give is to be drawn here."""

    def __init__(self, request: PlaneRequest) -> None:
        context = multiprocessing.get_context("fork")
        self._request: PlaneRequest | None = request
        self._door, other = context.Pipe(duplex=False)
        self._process: ForkProcess = context.Process(target=_draw, args=(request, self._door, other), daemon=True)
        self._process.start()
        other.close()

    def answers(self, request: PlaneRequest) -> bool:
        """Whether this is what the other process works on, and nobody has had it yet."""
        return self._request is not None and same(self._request, request)

    def job(self, assembled: Assembled) -> Job[DrawnPlane]:
        """Wait for the plane; it ends without one where the other process came to none."""
        self._request, fraction = None, 0.0
        try:
            while True:
                if self._door.poll(2 * LOOK):
                    sent: Sent = self._door.recv()
                    if not isinstance(sent, float):
                        yield Progress(1.0, _rebuilt(*sent, assembled))
                        return
                    fraction = sent
                yield Progress(fraction)
        except (EOFError, OSError):
            return
        finally:
            self.end()

    def end(self) -> None:
        """End the other process, if it still works, and take leave of it."""
        self._request = None
        self._door.close()
        self._process.kill()
        self._process.join()


def head_start(document: Document) -> HeadStart | None:
    """Begin to draw a document's plane, before any thread is there; None where that would gain nothing, or is not safe.

    Forking is safe on Linux alone: elsewhere system libraries that NumPy uses have threads of their own.
    """
    problem, recipe = document.experiment.problem, document.experiment.plane
    worth = recipe.kind in ABOUT_RUNS and processors() > 1 and not _has_files(problem)
    return HeadStart(PlaneRequest(problem, recipe)) if sys.platform == "linux" and worth else None


def _has_files(problem: Problem) -> bool:
    """Data from files may be large, and both processes would read them."""
    return isinstance(problem, NetworkProblem) and bool(problem.data.files)


def _draw(request: PlaneRequest, theirs: Connection, door: Connection) -> None:
    """In the other process. What goes wrong here is found again, and said, where the plane is drawn in its stead."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    theirs.close()  # so that writing fails as soon as nobody is there to read
    said = perf_counter()
    try:
        for progress in draw_plane_job(assemble(request.problem), request.recipe):
            if progress.result is not None:
                flat = progress.result.flat
                door.send((flat.origin, flat.directions, flat.drawn, progress.result.window))
            elif perf_counter() - said > LOOK:
                said = perf_counter()
                door.send(progress.fraction)
    except (ValueError, OSError, MemoryError):
        return


def _rebuilt(origin: Array, directions: Array, drawn: Drawn, window: Window, assembled: Assembled) -> DrawnPlane:
    if len(directions) == 1:
        return DrawnPlane(Line(origin, directions[0], drawn), window, assembled)
    return DrawnPlane(Plane(origin, directions[0], directions[1], drawn), window, assembled)
