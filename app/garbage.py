"""Collecting reference cycles on the window's own thread.

Python collects on whichever thread happens to allocate, and a widget or a graphics item that is destroyed on the compute thread
can take the program down. So automatic collection rests while a window is open, and a timer does the same work between frames.
"""

from __future__ import annotations

import gc

from PyQt6.QtCore import QObject, QTimer

INTERVAL = 200
"""Milliseconds between two looks at the counters; a look that finds little to do takes microseconds."""


class GarbageCollector:
    """Collects by Python's own thresholds from ``start()`` to ``stop()``, on the thread that it was made on."""

    def __init__(self, parent: QObject) -> None:
        self._timer = QTimer(parent)
        self._timer.timeout.connect(collect_due)

    def start(self) -> None:
        """Take over from Python."""
        gc.disable()
        self._timer.start(INTERVAL)

    def stop(self) -> None:
        """Clean up and hand back to Python."""
        self._timer.stop()
        gc.collect()
        gc.enable()


def collect_due() -> None:
    """Collect the oldest generation whose counter is above its threshold, as Python would have done."""
    due = [generation for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
           if count > most > 0]  # fmt: skip
    if due:
        gc.collect(max(due))
