"""The shown step: a slider over all steps, with play and back-to-the-end."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget


class TimelineView(QWidget):
    """Says which step the hand chose; the last position means "each run's end"."""

    step_chosen = pyqtSignal(int)
    end_chosen = pyqtSignal()
    play_toggled = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play = QToolButton()
        self.play.setToolTip("Play the runs step by step (Space)")
        self.play.setAccessibleName("Play")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Shown step")
        self.slider.setToolTip("Which step of every run is shown; at the right end, each run's last")
        self.label = QLabel()
        self.label.setMinimumWidth(132)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 2, 10, 2)
        layout.addWidget(self.play)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.label)
        self.slider.valueChanged.connect(self._on_value)
        self.play.clicked.connect(self.play_toggled)
        self.show_timeline(1, None, False)

    def show_timeline(self, steps: int, step: int | None, playing: bool) -> None:
        """Show ``step`` of ``steps`` (None: the end)."""
        self.slider.blockSignals(True)
        self.slider.setRange(0, steps)
        self.slider.setPageStep(max(1, steps // 20))
        if not self.slider.isSliderDown():
            self.slider.setValue(steps if step is None else step)
        self.slider.blockSignals(False)
        shown = "last step" if step is None else f"step {step:,}"
        self.label.setText(f"{shown} of {steps:,}")
        self.play.setText("❚❚" if playing else "▶")

    def _on_value(self, value: int) -> None:
        if value >= self.slider.maximum():
            self.end_chosen.emit()
        else:
            self.step_chosen.emit(value)
