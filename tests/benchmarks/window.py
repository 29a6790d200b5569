"""The window under a hand: frames, drags, start-up and memory of the real program, each in a process of its own.

``python -m tests.benchmarks.window NAME [COUNT]`` prints the numbers of one of them as JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
EVENTS = 500
FRAME_MS = 16
EMPTY_PLOT = """
import sys, PyQt6.QtWidgets, pyqtgraph
application = pyqtgraph.mkQApp()
plot = pyqtgraph.PlotWidget()
plot.show()
for _ in range(5):
    application.processEvents()
"""


@dataclass(frozen=True)
class Measured:
    """One promise: what was measured, in which unit, and the most it may be."""

    name: str
    value: float
    unit: str
    most: float

    @property
    def kept(self) -> bool:
        return self.value <= self.most


def environment() -> dict[str, str]:
    """A virtual screen unless there is a real one; BLAS as the program sets it."""
    shown = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    threads = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return {**os.environ, **shown, **threads, "PYTHONPATH": str(ROOT)}


def run(*command: str) -> tuple[float, str]:
    """Seconds that a Python process took, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *command], env=environment(), capture_output=True, text=True, check=True)
    return time.perf_counter() - began, done.stdout


def measured(tiny: bool = False) -> list[Measured]:
    """Everything that is promised about the window."""
    count = str(10 if tiny else EVENTS)

    def of(name: str) -> Any:
        return json.loads(run("-m", "tests.benchmarks.window", name, count)[1])

    found = []
    for name, title, first, whole in (
        ("drag_formula", "drag, formula with 4 optimizers × 200 steps", 33.0, 100.0),
        ("drag_xor", "drag, exclusive-or network", 50.0, np.inf),
        ("drag_moons", "drag, two-moons network", 50.0, np.inf),
    ):
        times = of(name)
        found.append(Measured(f"{title}: first part, 95th percentile", times["first"], "ms", first))
        if np.isfinite(whole):
            found.append(Measured(f"{title}: all, 95th percentile", times["all"], "ms", whole))
    frames = of("frames")
    found.append(Measured("frame interval while batches of 16 train, median", frames["median"], "ms", 20.0))
    found.append(Measured("frame interval while batches of 16 train, 99th percentile", frames["p99"], "ms", 20.0))
    pairs = [
        (run("-c", EMPTY_PLOT)[0], run("-m", "tests.benchmarks.window", "start")[0]) for _ in range(1 if tiny else 5)
    ]
    empty, ours = np.median(pairs, axis=0)
    found.append(
        Measured("first landscape on screen, against an empty plot of PyQt6 and pyqtgraph", ours / empty, "×", 2.0)
    )
    found.append(Measured("peak memory of the default experiment", of("memory")["megabytes"], "MB", 250.0))
    return found


# --- In a process of its own ---------------------------------------------------------------------------------------


def _program(name: str, change: Callable[[Any], Any] = lambda experiment: experiment) -> Any:
    from PyQt6.QtWidgets import QApplication

    from app.examples import document_of
    from app.program import Program

    application = QApplication.instance() or QApplication(["talweg"])
    document = document_of(name)
    program = Program(replace(document, experiment=change(document.experiment)))
    program.window.resize(1280, 720)
    program.start()
    program.kept = application  # Qt forgets an application that Python forgets
    return program


def _wait(milliseconds: float, until: Callable[[], bool] = lambda: False) -> None:
    from PyQt6.QtCore import QEventLoop, QTimer

    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if until() else None)
    timer.start(1)
    QTimer.singleShot(round(milliseconds), loop.quit)
    loop.exec()
    timer.stop()


def start(_: int) -> dict[str, float]:
    """Until the first landscape is painted."""
    from PyQt6.QtCore import QTimer

    from engine.catalogue import DEFAULT

    program, shown = _program(DEFAULT), [False]

    def look(_document: object, results: Any) -> None:
        if results.surface is not None:
            QTimer.singleShot(0, lambda: shown.__setitem__(0, True))  # after the painting that this frame asked for

    program.conductor.on_frame(look)
    _wait(30_000, lambda: shown[0])
    os._exit(0 if shown[0] else 1)


def memory(_: int) -> dict[str, float]:
    """Peak resident memory of the default experiment until everything is computed and shown."""
    from app.program import settle
    from engine.catalogue import DEFAULT

    program = _program(DEFAULT)
    settle(program, 60_000)
    megabytes = _peak() / 1e6
    program.close()
    return {"megabytes": megabytes}


def _peak() -> float:
    """Bytes of resident memory at most. (Linux hands a parent's ``ru_maxrss`` on to its children, so it is not asked there.)"""
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return 1024.0 * next(float(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak if sys.platform == "darwin" else peak * 1024)


def frames(count: int) -> dict[str, float]:
    """Intervals of a 16 ms timer in the window's thread while runs with batches of 16 train."""
    from PyQt6.QtCore import Qt, QTimer

    program = _program("moons", lambda e: replace(e, batch_size=16, steps=200_000, optimizers=e.optimizers[:2]))
    _wait(1500)
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(FRAME_MS)
    _wait(60_000, lambda: len(ticks) > count)
    timer.stop()
    assert program.conductor.busy, "The runs ended before the measurement did."
    program.close()
    median, high = 1000 * np.percentile(np.diff(ticks), (50, 99))
    return {"median": float(median), "p99": float(high)}


def drag(name: str, count: int, change: Callable[[Any], Any]) -> dict[str, float]:
    """Move a start with mouse events, one every 16 ms; until its own path or a newer one is painted, in milliseconds."""
    import pyqtgraph as pg
    from PyQt6.QtCore import QEvent, QPointF, Qt, QTimer
    from PyQt6.QtGui import QMouseEvent
    from PyQt6.QtWidgets import QApplication

    from app.program import settle

    pg.setConfigOption("mouseRateLimit", -1)
    program = _program(name, change)
    settle(program, 60_000)
    view = program.window.landscape_map
    (handle, *_) = view._handles.values()
    canvas = handle.scene().views()[0]
    port = canvas.viewport()
    at = QPointF(canvas.mapFromScene(handle.scenePos()))
    order: dict[int, int] = {}
    sent, parts, wholes = [], {}, {}
    kept: list[object] = []

    def on_changed(_before: Any, after: Any) -> None:
        kept.append(after.experiment.starts)
        order[id(after.experiment.starts)] = len(sent) - 1

    def on_frame(_document: object, results: Any) -> None:
        lane = results.lanes.get("runs")
        number = order.get(id(lane.request.starts)) if lane is not None else None
        if number is not None:
            QTimer.singleShot(0, lambda: painted(number, lane.fraction >= 1.0))

    def painted(number: int, complete: bool) -> None:
        now = time.perf_counter()
        parts.setdefault(number, now)
        if complete:
            wholes.setdefault(number, now)

    def send(kind: QEvent.Type, place: QPointF, buttons: Qt.MouseButton) -> None:
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        event = QMouseEvent(
            kind, place, QPointF(port.mapToGlobal(place)), button, buttons, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(port, event)

    program.store.on_changed(on_changed)
    program.conductor.on_frame(on_frame)
    send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)
    send(QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton)
    for number in range(count):
        turn = 0.05 * (number + 1)
        sent.append(time.perf_counter())
        send(QEvent.Type.MouseMove, at + QPointF(40 * np.sin(turn), 40 * (1 - np.cos(turn))), Qt.MouseButton.LeftButton)
        _wait(max(1.0, FRAME_MS - 1000 * (time.perf_counter() - sent[-1])))
    _wait(5000, lambda: count - 1 in wholes)
    program.close()
    return {"first": _late(sent, parts), "all": _late(sent, wholes), "answered": float(len(parts))}


def _late(sent: list[float], painted: dict[int, float]) -> float:
    """The 95th percentile of the time from an event to the first picture that is about it or a newer one."""
    waits = [min((t for n, t in painted.items() if n >= i), default=np.inf) - began for i, began in enumerate(sent)]
    return 1000 * float(np.percentile(waits, 95, method="higher"))


def drag_formula(count: int) -> dict[str, float]:
    from engine import optimizers

    def change(experiment: Any) -> Any:
        chosen = (*experiment.optimizers[:2], optimizers.adam(0.01), optimizers.rmsprop(0.01))
        return replace(experiment, optimizers=chosen, steps=200)

    return drag("rosenbrock", count, change)


def drag_xor(count: int) -> dict[str, float]:
    return drag("exclusive_or", count, lambda experiment: experiment)


def drag_moons(count: int) -> dict[str, float]:
    return drag("moons", count, lambda experiment: experiment)


NAMED = {work.__name__: work for work in (start, memory, frames, drag_formula, drag_xor, drag_moons)}

if __name__ == "__main__":
    given = sys.argv[1:]
    sys.stdout.write(json.dumps(NAMED[given[0]](int(given[1]) if len(given) > 1 else EVENTS)) + "\n")
    sys.stdout.flush()
    os._exit(0)
