"""Widgets that leave the mouse wheel to the form they stand in: scrolling past a setting never changes it."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QComboBox, QSlider, QSpinBox, QStyle, QStyleOptionComboBox, QStylePainter

WIDEST_LIST = 380


class StillSlider(QSlider):
    """A slider without the wheel."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        _leave(event)


class ElidedComboBox(QComboBox):
    """A choice whose text ends in an ellipsis where it does not fit, and in the middle of no letter."""

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        style = self.style()
        if style is not None:
            field = style.subControlRect(
                QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
            )  # fmt: skip
            text = option.currentText or self.placeholderText()
            option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, field.width() - 4)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class StillComboBox(ElidedComboBox):
    """A choice without the wheel, whose list is as wide as its longest entry."""

    def showPopup(self) -> None:  # noqa: N802
        view = self.view()
        if view is not None:
            view.setMinimumWidth(min(WIDEST_LIST, view.sizeHintForColumn(0) + 36))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        _leave(event)


class StillSpinBox(QSpinBox):
    """A whole number without the wheel."""

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        _leave(event)


def _leave(event: QWheelEvent | None) -> None:
    if event is not None:
        event.ignore()
