"""A small choice in a card's head: what this card shows."""

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
        self._listed: dict[str, str] = {}
        self.show_choices(choices)
        self.setMinimumWidth(NARROW)
        self.activated.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def show_choices(self, choices: Mapping[str, str]) -> None:
        """What can be chosen: titles by value."""
        if dict(choices) != self._listed:
            self._listed = dict(choices)
            self.clear()
            for value, title in choices.items():
                self.addItem(title, value)

    def show_value(self, value: str) -> None:
        """Show the choice that is in force."""
        index = self.findData(value)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
