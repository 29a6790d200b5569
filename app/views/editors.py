"""One editor for each kind of field: shows a field, says ``changed`` and ``previewed``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QStandardItem, QStandardItemModel
from PyQt6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from app.fields import Choice, Field, FieldKind
from app.views.number_field import NumberField
from app.views.still import StillComboBox, StillSpinBox

LARGEST_INTEGER = 2**31 - 1


class Editor(QWidget):
    """What all editors have in common: one widget that fills them."""

    changed = pyqtSignal(object)
    previewed = pyqtSignal(object)

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.widget = widget
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(widget)
        self.setFocusProxy(widget)

    def show_field(self, field: Field) -> None:
        """Take a field's name and tip; kinds add its value."""
        self.widget.setToolTip(field.tip)
        self.widget.setAccessibleName(f"{field.row} {field.title}".strip() or field.special)
        self.widget.setAccessibleDescription(field.error or field.tip)

    def stops(self) -> tuple[QWidget, ...]:
        """What the tabulator key visits."""
        return (self.widget,)


class NumberEditor(Editor):
    """A number."""

    def __init__(self) -> None:
        self.number = NumberField()
        super().__init__(self.number)
        self.number.changed.connect(self.changed)
        self.number.previewed.connect(self.previewed)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self.number.show_field(field)

    def stops(self) -> tuple[QWidget, ...]:
        return self.number.stops()


class _Spin(StillSpinBox):
    """A spin box that says when the hand has let go, so that a held arrow is one change and not fifty."""

    let_go = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setKeyboardTracking(False)
        self.setMinimumWidth(60)  # its largest number would claim more
        self.setGroupSeparatorShown(True)
        self.editingFinished.connect(self.let_go)

    @property
    def is_typing(self) -> bool:
        """Whether something was typed that is not entered yet."""
        line = self.lineEdit()
        return line is not None and line.isModified() and self.hasFocus()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        super().mouseReleaseEvent(event)
        self.let_go.emit()

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        super().keyReleaseEvent(event)
        if event is not None and not event.isAutoRepeat() and not self.is_typing:
            self.let_go.emit()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        self.let_go.emit()


class IntegerEditor(Editor):
    """A whole number."""

    def __init__(self) -> None:
        self.spin = _Spin()
        super().__init__(self.spin)
        self._moving = False
        self.spin.valueChanged.connect(self._on_moved)
        self.spin.let_go.connect(self._on_let_go)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        if self.spin.is_typing or self._moving or not isinstance(field.value, int | float):
            return
        self.spin.blockSignals(True)
        self.spin.setRange(int(max(field.low, -LARGEST_INTEGER)), int(min(field.high, LARGEST_INTEGER)))
        if self.spin.specialValueText() != field.special:
            self.spin.setSpecialValueText(field.special)
        self.spin.setSuffix(f" {field.unit}" if field.unit else "")
        if self.spin.value() != int(field.value):
            self.spin.setValue(int(field.value))
        self.spin.blockSignals(False)

    def _on_moved(self, value: int) -> None:
        self._moving = True
        self.previewed.emit(value)

    def _on_let_go(self) -> None:
        if self._moving:
            self._moving = False
            self.changed.emit(self.spin.value())


class ChoiceEditor(Editor):
    """One of several, under headings where these are given."""

    def __init__(self) -> None:
        self.combo = StillComboBox()
        super().__init__(self.combo)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumWidth(90)  # its placeholder would claim more
        self.combo.setMaxVisibleItems(24)
        self._choices: tuple[Choice, ...] = ()
        self.combo.activated.connect(self._on_activated)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        view = self.combo.view()
        if view is not None and view.isVisible():
            return
        if field.choices != self._choices:
            self._fill(field.choices)
        self.combo.setPlaceholderText(field.special)
        self.combo.setCurrentIndex(self.combo.findData(field.value, Qt.ItemDataRole.UserRole) if field.value else -1)

    def _fill(self, choices: tuple[Choice, ...]) -> None:
        self._choices = choices
        model = QStandardItemModel(self.combo)
        group = ""
        for choice in choices:
            if choice.group != group:
                group = choice.group
                model.appendRow(_heading(group))
            item = QStandardItem(choice.title)
            item.setData(choice.value, Qt.ItemDataRole.UserRole)
            model.appendRow(item)
        self.combo.setModel(model)

    def _on_activated(self, index: int) -> None:
        value = self.combo.itemData(index, Qt.ItemDataRole.UserRole)
        if value is not None:
            self.changed.emit(value)


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    font = QFont()
    font.setBold(True)
    item.setFont(font)
    return item


class SwitchEditor(Editor):
    """On or off."""

    def __init__(self) -> None:
        self.check = QCheckBox()
        super().__init__(self.check)
        self.check.clicked.connect(lambda on: self.changed.emit(bool(on)))

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self.check.setText(field.title)
        self.check.setChecked(bool(field.value))


class TextEditor(Editor):
    """A line of text, entered by Return or by leaving it."""

    def __init__(self) -> None:
        self.line = QLineEdit()
        super().__init__(self.line)
        self.line.editingFinished.connect(self._on_finished)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self.line.setPlaceholderText(field.special)
        text = str(field.value or "")
        if not (self.line.hasFocus() and self.line.isModified()) and self.line.text() != text:
            self.line.setText(text)
            self.line.setCursorPosition(0)

    def _on_finished(self) -> None:
        if self.line.isModified():
            self.line.setModified(False)
            self.changed.emit(self.line.text())


class ButtonEditor(Editor):
    """Something to do."""

    def __init__(self) -> None:
        self.button = QPushButton()
        super().__init__(self.button)
        self.button.clicked.connect(lambda: self.changed.emit(True))

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self.button.setText(field.title)
        small = len(field.title) == 1
        self.button.setObjectName("smallButton" if small else "formButton")
        if small:
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)


class InfoEditor(Editor):
    """Something to read."""

    def __init__(self) -> None:
        self.label = QLabel()
        super().__init__(self.label)
        self.label.setObjectName("fieldInfo")
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self.label.setText(_breakable(str(field.value or "")))

    def stops(self) -> tuple[QWidget, ...]:
        return ()


def _breakable(text: str) -> str:
    """A long formula has no spaces to break a line at: it may also be broken after a factor or a bracket."""
    return re.sub(r"(?<=[*)])(?=[^\s*^)])", "\u200b", text)


EDITORS: Mapping[FieldKind, Callable[[], Editor]] = {
    "number": NumberEditor,
    "integer": IntegerEditor,
    "choice": ChoiceEditor,
    "switch": SwitchEditor,
    "text": TextEditor,
    "button": ButtonEditor,
    "info": InfoEditor,
}
"""The editor of every kind of field."""
