"""Resident memory of the real program, in megabytes; each measurement has a process of its own."""

import ctypes
import gc
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PyQt6.QtCore import QPointF

from app.document import Document, ViewSettings
from app.examples import document_of
from app.panels.landscape.settings import LandscapeSettings
from app.program import Program, settle
from engine.catalogue import DEFAULT
from tests.benchmarks.opened import MOVE, PRESS, RELEASE, handle, on, send, wait
from tests.benchmarks.sizes import pictures

LONGEST = 300_000
SETTLED = 5
"""The growth is counted from a fifth of the drags on: by then every cache and the whole history are full."""

SMALL = ViewSettings().changed(LandscapeSettings, resolution=51)


def default(_: int) -> dict[str, float]:
    """The default experiment until everything is computed and shown."""
    return _at_most(document_of(DEFAULT))


def surface(count: int) -> dict[str, float]:
    """A surface 51×51 on as many images as MNIST has for training."""
    return _of_pictures(60_000 if count > 100 else 600, SMALL)


def steps(count: int) -> dict[str, float]:
    """Ten thousand steps of 13,002 parameters, with the plane that they are seen in."""
    return _of_pictures(500, SMALL, "through_ends", 10_000 if count > 100 else 100)


def _of_pictures(examples: int, view: ViewSettings, plane: str = "random", updates: int = 1) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        # Made elsewhere: what making them takes is not the program's memory.
        code = f"from pathlib import Path; from tests.benchmarks.sizes import pictures; pictures(Path({folder!r}), {examples})"
        subprocess.run([sys.executable, "-c", code], check=True)
        return _at_most(Document(pictures(Path(folder), examples, plane, updates), view))


def _at_most(document: Document) -> dict[str, float]:
    """Until everything is computed and shown."""
    program = on(document)
    settle(program, LONGEST)
    assert not program.controller.results.failures, program.controller.results.failures
    megabytes = most() / 1e6
    program.close()
    return {"megabytes": megabytes}


def drags(count: int) -> dict[str, float]:
    """What twice ``count`` whole drags (press, two moves, release) add, from a fifth of them on.

    ``megabytes`` is resident memory as it is; ``held`` leaves out what the allocator keeps for reuse, which goes up and down.
    """
    program = on(document_of(DEFAULT))
    settle(program, LONGEST)
    many = 2 * count
    before = (0.0, 0.0)
    for number in range(many):
        if number == many // SETTLED:
            before = _at_rest(program)
        _drag(program, QPointF(14.0, 9.0) * (1 if number % 2 == 0 else -1))
    after = _at_rest(program)
    program.close()
    return {"megabytes": (after[0] - before[0]) / 1e6, "held": (after[1] - before[1]) / 1e6}


def _drag(program: Program, by: QPointF) -> None:
    before = program.store.committed.experiment.starts
    port, at = handle(program)
    send(port, MOVE, at, False)
    send(port, PRESS, at, True)
    for share in (0.5, 1.0):
        send(port, MOVE, at + share * by, True)
        wait(4)
    send(port, RELEASE, at + by, False)
    wait(4)
    assert program.store.committed.experiment.starts is not before, "The hand has missed the start."


def _at_rest(program: Program) -> tuple[float, float]:
    """Bytes of resident memory as they are, and after the allocator has given back what it can."""
    settle(program, LONGEST)
    gc.collect()
    resident = now()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc alone has it
        if trim is not None:
            trim(0)
    return resident, now()


def most() -> float:
    """Bytes of resident memory at most. (Linux hands a parent's ``ru_maxrss`` on to its children, so it is not asked there.)"""
    return _status("VmHWM") or _usage()


def now() -> float:
    """Bytes of resident memory."""
    return _status("VmRSS") or _usage()


def _status(field: str) -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    return 1024.0 * next(float(line.split()[1]) for line in lines if line.startswith(field))


def _usage() -> float:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak if sys.platform == "darwin" else peak * 1024)
