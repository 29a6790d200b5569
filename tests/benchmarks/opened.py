"""The real program in this process, and a hand for it: mouse events as the system would send them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

from app.compute.head_start import HeadStart
from app.document import Document
from app.examples import document_of
from app.program import Program
from engine.experiment import Experiment

FRAME_MS = 16
"""Between two events of a moving mouse."""
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
MOVE, PRESS, RELEASE = QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease


def named(name: str, change: Callable[[Experiment], Experiment] = lambda experiment: experiment) -> Program:
    """The window on an entry of the catalogue, changed; it computes already."""
    document = document_of(name)
    return on(replace(document, experiment=change(document.experiment)))


def on(document: Document, ahead: HeadStart | None = None) -> Program:
    """The window on a document; it computes already."""
    application = QApplication.instance() or QApplication(["talweg"])
    QApplication.setStyle("Fusion")
    pg.setConfigOption("mouseRateLimit", -1)  # every event is to count, also those that come close together
    program = Program(document, ahead=ahead)
    program.kept = application  # type: ignore[attr-defined]  # Qt forgets an application that Python forgets
    program.window.resize(1280, 720)
    program.start()
    return program


def wait(milliseconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let events be handled."""
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if until() else None)
    timer.start(1)
    QTimer.singleShot(round(milliseconds), loop.quit)
    loop.exec()
    timer.stop()


def send(widget: QWidget, kind: QEvent.Type, place: QPointF, held: bool) -> None:
    """One mouse event with the left button (or, for a move, with it held)."""
    event = QMouseEvent(
        kind,
        place,
        QPointF(widget.mapToGlobal(place)),
        NONE if kind == MOVE else LEFT,
        LEFT if held else NONE,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def click(widget: QWidget) -> None:
    """Press and release in the middle of a button."""
    middle = QPointF(widget.rect().center())
    send(widget, PRESS, middle, True)
    send(widget, RELEASE, middle, False)


def handle(program: Program) -> tuple[QWidget, QPointF]:
    """What takes the mouse events of the landscape, and where on it the first start's handle lies."""
    (found, *_) = program.window.landscape_map._handles.values()
    canvas = found.scene().views()[0]
    return canvas.viewport(), QPointF(canvas.mapFromScene(found.scenePos()))


def paced(count: int) -> Iterator[int]:
    """Numbers 0, 1, …, one every 16 ms, whatever is done with each."""
    for number in range(count):
        began = time.perf_counter()
        yield number
        wait(max(1.0, FRAME_MS - 1000 * (time.perf_counter() - began)))


def late(sent: list[float], painted: dict[int, float]) -> float:
    """The 95th percentile, in milliseconds, of the time from an event to the first picture about it or a newer one."""
    waits = [min((t for n, t in painted.items() if n >= i), default=np.inf) - began for i, began in enumerate(sent)]
    return 1000 * float(np.percentile(waits, 95, method="higher"))
