"""The real program in this process, and a hand for it: the screen's pointer, or mouse events as the system would send them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

from app.compute.startup_process import StartupProcess
from app.document import Card, Document
from app.examples import document_of
from app.panels import LANDSCAPE
from app.program import Program
from engine.experiment import Experiment
from tests.benchmarks.pointer import RealPointer

FRAME_MS = 16
"""Between two moves of a mouse."""
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
MOVE, PRESS, RELEASE = QEvent.Type.MouseMove, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease


def named(name: str, change: Callable[[Experiment], Experiment] = lambda experiment: experiment) -> Program:
    """The window on an entry of the catalogue, changed; it computes already."""
    document = document_of(name)
    return on(replace(document, experiment=change(document.experiment)))


def on(document: Document, ahead: StartupProcess | None = None) -> Program:
    """The window on a document; it computes already."""
    application = QApplication.instance() or QApplication(["talweg"])
    QApplication.setStyle("Fusion")
    pg.setConfigOption("mouseRateLimit", -1)  # every event is to count, also those that come close together
    program = Program(document, ahead=ahead)
    program.kept = application  # type: ignore[attr-defined]  # Qt forgets an application that Python forgets
    program.window.resize(1280, 720)
    program.start()
    return program


def shown_landscape(program: Program) -> Any:
    """The widget of the landscape's picture; None while none is shown."""
    view = program.cards._views.get(Card(LANDSCAPE.name))
    return None if view is None else view.current


def wait(milliseconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let events be handled, for so long or until something is."""
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


class SentEvents:
    """A hand where there is no pointer that could be moved."""

    real = False

    def press(self, widget: QWidget, place: QPointF) -> float:
        """Go there and press; when the button was pressed, in seconds."""
        began = time.perf_counter()
        send(widget, MOVE, place, False)
        send(widget, PRESS, place, True)
        return began

    def release(self, widget: QWidget, place: QPointF) -> float:
        """Let go there; when the button was let go."""
        began = time.perf_counter()
        send(widget, RELEASE, place, False)
        return began

    def stroke(
        self, widget: QWidget, places: Sequence[QPointF], every: float, seen: Callable[[int], None]
    ) -> list[float]:
        """Go from place to place, one every so many seconds; when each was reached. ``seen(number)`` comes before the event."""
        times = []
        for number, place in enumerate(places):
            times.append(time.perf_counter())
            seen(number)
            send(widget, MOVE, place, True)
            wait(max(1.0, 1000 * (every - (time.perf_counter() - times[-1]))))
        return times

    def close(self) -> None:
        """Nothing is left to do."""


def a_hand() -> SentEvents | RealPointer:
    """The best that there is on this screen."""
    return RealPointer(wait) if QGuiApplication.platformName() == "xcb" else SentEvents()


def handle(program: Program) -> tuple[QWidget, QPointF]:
    """What takes the mouse events of the landscape, and where on it the first start's handle lies."""
    (found, *_) = shown_landscape(program)._handles.values()
    canvas = found.scene().views()[0]
    return canvas.viewport(), QPointF(canvas.mapFromScene(found.scenePos()))


def late(sent: list[float], painted: dict[int, float]) -> float:
    """The 95th percentile, in milliseconds, of the time from an event to the first picture about it or a newer one."""
    waits = [min((t for n, t in painted.items() if n >= i), default=np.inf) - began for i, began in enumerate(sent)]
    return 1000 * float(np.percentile(waits, 95, method="higher"))
