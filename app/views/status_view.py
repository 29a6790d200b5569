"""The status line: what is under the pointer, what is being computed, and a way to stop it."""

from __future__ import annotations

import math

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.views.elided_label import ElidedLabel


class StatusView(QWidget):
    """A sentence at the left; progress, time left and Stop at the right while something takes long."""

    stop_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = ElidedLabel()
        self.work = QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(130)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Stop computing at once; what is there stays (Esc)")
        self.stop.clicked.connect(self.stop_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 10, 2)
        layout.addWidget(self.message, 1)
        for widget in (self.work, self.bar, self.stop):
            layout.addWidget(widget)
        self.setFixedHeight(max(self.sizeHint().height(), self.stop.sizeHint().height() + 6))  # Stop comes and goes
        self.show_work("", 0.0, math.nan)

    def show_message(self, text: str) -> None:
        """A sentence for the person."""
        self.message.show_text(text)

    def show_work(self, name: str, fraction: float, seconds_left: float) -> None:
        """Progress of the slowest lane; an empty name hides it."""
        for widget in (self.work, self.bar, self.stop):
            widget.setVisible(bool(name))
        left = "" if not math.isfinite(seconds_left) else f", {time_left(seconds_left)} left"
        self.work.setText(f"{name} {100 * fraction:.0f} %{left}")
        self.bar.setValue(round(1000 * fraction))


def time_left(seconds: float) -> str:
    """A duration as a person says it.

    >>> time_left(0.4), time_left(12.3), time_left(200)
    ('under 1 s', '12 s', '3 min 20 s')
    """
    if seconds < 1:
        return "under 1 s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
