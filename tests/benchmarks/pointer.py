"""A screen of our own and its pointer, moved from outside as a mouse moves it: by a process that waits for nobody.

``python -m tests.benchmarks.pointer`` is that process: a line of orders in, a line of times out (seconds of the clock that all
processes share). Where Xvfb or XTEST are missing, :func:`screen` says what, and events are sent to the widgets instead.
"""

import ctypes
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PyQt6.QtCore import QEvent, QObject, QPointF
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QWidget

SIZE = "1600x900x24"
LEFT_BUTTON = 1
STARTED = 10.0
"""Seconds that a screen may take to be there."""
Seen = Callable[[int], None]


@contextmanager
def screen() -> Iterator[str]:
    """Let Qt open its windows on a screen whose pointer can be moved; yields why there is none, or nothing.

    Whoever has chosen a platform by ``QT_QPA_PLATFORM`` keeps it.
    """
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    missing = f"the platform {chosen} was asked for" if chosen not in ("", "xcb") else _missing()
    if missing:
        if not os.environ.get("DISPLAY"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        yield missing
        return
    server = _started() if shutil.which("Xvfb") else None
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    try:
        if subprocess.run([sys.executable, "-c", OPENS], capture_output=True).returncode:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
            yield "Qt cannot open a window under X11 (libxcb-cursor0 may be missing)"
        else:
            yield ""
    finally:
        if server is not None:
            server.terminate()
            server.wait()


OPENS = "from PyQt6.QtGui import QGuiApplication; QGuiApplication([])"


def _missing() -> str:
    if not sys.platform.startswith("linux"):
        return "XTEST is there under X11 alone"
    if not shutil.which("Xvfb") and not os.environ.get("DISPLAY"):
        return "there is no Xvfb"
    try:
        _libraries()
    except OSError as error:
        return f"{error}".split(":")[0] + " is missing"
    return ""


def _libraries() -> tuple[Any, Any]:
    return ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")


def _started() -> "subprocess.Popen[bytes]":
    """A server that ends with its last window; ``DISPLAY`` says which it is."""
    hears, says = os.pipe()
    command = ["Xvfb", "-displayfd", str(says), "-screen", "0", SIZE, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(says,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(says)
    number = ""
    while not number.endswith("\n") and select.select([hears], [], [], STARTED)[0]:
        part = os.read(hears, 16).decode()
        if not part:
            break
        number += part
    os.close(hears)
    if not number.endswith("\n"):
        server.terminate()
        raise OSError("Xvfb did not start.")
    os.environ["DISPLAY"] = f":{number.strip()}"
    return server


class RealPointer:
    """Moves the screen's pointer and presses its button, through the process that does."""

    real = True

    def __init__(self, wait: Callable[[float, Callable[[], bool]], None]) -> None:
        self._wait = wait
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.pointer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip

    def press(self, widget: QWidget, place: QPointF) -> float:
        """Go there and press; when the button was pressed, in seconds."""
        self._order(_on_screen(widget, [place]), 0.02)
        return self._order([], 0.0, True)[-1]

    def release(self, widget: QWidget, place: QPointF) -> float:
        """Go there and let go; when the button was let go."""
        return self._order(_on_screen(widget, [place]), 0.0, False)[-1]

    def stroke(self, widget: QWidget, places: Sequence[QPointF], every: float, seen: Seen) -> list[float]:
        """Go from place to place, one every so many seconds; when each was reached.

        ``seen(number)`` is called before the widget hears of a place: not of all, where the system has put moves together.
        """
        points = _on_screen(widget, places)
        watcher = _Watcher(points, seen)
        widget.installEventFilter(watcher)
        times = self._order(points, every)
        self._wait(1000, lambda: watcher.number == len(points) - 1)
        widget.removeEventFilter(watcher)
        return times

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _order(self, points: Sequence[tuple[int, int]], every: float, held: bool | None = None) -> list[float]:
        orders, answers = self._process.stdin, self._process.stdout
        assert orders is not None
        assert answers is not None
        orders.write(json.dumps({"points": points, "every": every, "held": held}) + "\n")
        orders.flush()
        self._wait(60_000, lambda: bool(select.select([answers], [], [], 0)[0]))
        times: list[float] = json.loads(answers.readline())
        return times


class _Watcher(QObject):
    """Tells of which place a mouse event reports: the next one there, as a path may cross itself."""

    def __init__(self, points: Sequence[tuple[int, int]], seen: Seen) -> None:
        super().__init__()
        self._points, self._seen = list(points), seen
        self.number = -1

    def eventFilter(self, _: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            here = event.globalPosition().toPoint()
            place = (here.x(), here.y())
            if place in self._points[self.number + 1 :]:
                self.number = self._points.index(place, self.number + 1)
                self._seen(self.number)
        return False


def _on_screen(widget: QWidget, places: Sequence[QPointF]) -> list[tuple[int, int]]:
    found = [widget.mapToGlobal(place).toPoint() for place in places]
    return [(point.x(), point.y()) for point in found]


def main() -> None:
    """Carry out orders until there are no more."""
    x11, xtest = _libraries()
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    for line in sys.stdin:
        order = json.loads(line)
        due, times = time.perf_counter(), []
        for x, y in order["points"]:
            time.sleep(max(0.0, due - time.perf_counter()))
            times.append(time.perf_counter())
            xtest.XTestFakeMotionEvent(display, -1, x, y, ctypes.c_ulong(0))
            x11.XFlush(display)
            due += order["every"]
        if order["held"] is not None:
            times.append(time.perf_counter())
            xtest.XTestFakeButtonEvent(display, LEFT_BUTTON, int(order["held"]), ctypes.c_ulong(0))
            x11.XFlush(display)
        sys.stdout.write(json.dumps(times) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
