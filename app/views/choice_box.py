"""A small choice in a panel's head: what this panel shows."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QSizePolicy, QWidget

from app.views.still import ElidedComboBox

NARROW = 128
"""Pixels that a choice keeps where the window is narrow."""


class ChoiceBox(ElidedComboBox):
    """Reports what the hand chose; showing a value reports nothing."""

    chosen = pyqtSignal(str)

    def __init__(self, choices: Mapping[str, str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quiet")
        self.setAccessibleName(name)
        self.setToolTip(name)
        # Narrow where the window is: the list below shows every title whole.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for value, title in choices.items():
            self.addItem(title, value)
        self.setMinimumWidth(NARROW)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def show_value(self, value: str) -> None:
        """Show the choice that is in force."""
        index = self.findData(value)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
