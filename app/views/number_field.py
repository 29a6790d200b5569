"""A number to type, to step with the arrow keys, or to slide; logarithmic where that suits it."""

from __future__ import annotations

import math

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from app.fields import Field, Value
from app.views.still import StillSlider

NOTCHES = 400
DECADES_ABOVE_ZERO = 6
"""How far a logarithmic slider that begins at 0 reaches below its end; its first notch is 0 itself."""
EDIT_WIDTH = 74


class NumberField(QWidget):
    """``previewed`` while a hand is still moving, ``changed`` when it has let go."""

    changed = pyqtSignal(object)
    previewed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = Field("", "", "number", 0.0)
        self.slider = StillSlider()
        self.slider.setRange(0, NOTCHES)
        self.slider.setPageStep(NOTCHES // 20)
        self.slider.setMinimumWidth(30)
        self.edit = _NumberEdit()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.edit)
        self.slider.valueChanged.connect(self._on_slid)
        self.slider.sliderReleased.connect(self._on_released)
        self.edit.entered.connect(self.changed)
        self.edit.stepped.connect(self._on_stepped)
        self.edit.left.connect(self._on_left)
        self.setFocusProxy(self.edit)

    def show_field(self, field: Field) -> None:
        """Take a field's value; what is being typed or slid stays as it is."""
        self._field = field
        self.slider.setVisible(field.has_slider)
        if field.has_slider:
            self.edit.setFixedWidth(EDIT_WIDTH)
        else:
            self.edit.setMinimumWidth(40)
            self.edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edit.setPlaceholderText(field.special)
        name = f"{field.row} {field.title}".strip()
        self.edit.setAccessibleName(name)
        self.slider.setAccessibleName(f"{name}, slider")
        if self.slider.isSliderDown():
            return
        self._show_slider(field)
        self.edit.show_value(field.value, field.special)

    def stops(self) -> tuple[QWidget, ...]:
        """What the tabulator key visits."""
        return (self.slider, self.edit) if self._field.has_slider else (self.edit,)

    def _show_slider(self, field: Field) -> None:
        if field.has_slider and isinstance(field.value, int | float):
            self.slider.blockSignals(True)
            self.slider.setValue(notch_of(float(field.value), field))
            self.slider.blockSignals(False)

    def _on_slid(self, notch: int) -> None:
        value = value_at(notch, self._field)
        self.edit.show_value(value, self._field.special, force=True)
        (self.previewed if self.slider.isSliderDown() else self.changed).emit(value)

    def _on_released(self) -> None:
        self.changed.emit(value_at(self.slider.value(), self._field))

    def _on_stepped(self, steps: int) -> None:
        value = stepped(self.edit.number, steps, self._field)
        if value is not None:
            self.edit.show_value(value, self._field.special, force=True)
            self._show_slider(
                Field("", "", "number", value, self._field.low, self._field.high, self._field.logarithmic)
            )
            self.previewed.emit(value)

    def _on_left(self) -> None:
        if self.edit.number is not None:
            self.changed.emit(self.edit.number)


class _NumberEdit(QLineEdit):
    """A line that knows its arrow keys; what was typed is entered by Return or by leaving."""

    entered = pyqtSignal(object)
    stepped = pyqtSignal(int)
    left = pyqtSignal()
    """The arrow key that stepped was let go."""

    def __init__(self) -> None:
        super().__init__()
        self._value: Value = None
        self._special = ""
        self._stepping = False
        self.setMaxLength(40)
        self.editingFinished.connect(self._on_finished)

    @property
    def number(self) -> float | None:
        """The number in the line, None while it is none."""
        if isinstance(self._value, int | float) and not self.isModified():
            return float(self._value)
        try:
            return float(self.text().replace(",", ".").replace("−", "-"))
        except ValueError:
            return None

    def show_value(self, value: Value, special: str, force: bool = False) -> None:
        """Take a value, unless something else is being typed."""
        if not force and self.hasFocus() and (self.isModified() or self._stepping):
            return
        self._value, self._special = value, special
        text = "" if special and value == 0 else in_digits(value)
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)
        self.setModified(False)

    def event(self, event: QEvent | None) -> bool:
        # While something is being typed Escape takes it back, whatever command of the window has that key too.
        key = event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride else None
        if event is not None and key == Qt.Key.Key_Escape and self.isModified():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        if event.key() in steps:
            self._stepping = True
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self.show_value(self._value, self._special, force=True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and not event.isAutoRepeat():
            self._let_go()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        self._let_go()
        super().focusOutEvent(event)

    def _let_go(self) -> None:
        if self._stepping:
            self._stepping = False
            self.left.emit()

    def _on_finished(self) -> None:
        if self.isModified():
            self.setModified(False)
            text = self.text().strip()
            self.entered.emit("0" if not text and self._special else text)


def in_digits(value: Value) -> str:
    """A number as a person writes it, to six significant digits; text as it is.

    >>> in_digits(0.001), in_digits(1e-7), in_digits(6000.0), in_digits("abc")
    ('0.001', '1e-7', '6000', 'abc')

    """
    if isinstance(value, str) or value is None:
        return value or ""
    digits, sign, exponent = f"{float(value):.6g}".partition("e")
    return f"{digits}e{int(exponent)}" if sign else digits


def value_at(notch: int, field: Field) -> float:
    """The number at a notch of a field's slider, to three digits of what a notch can tell apart."""
    share = notch / NOTCHES
    if notch in (0, NOTCHES):
        return field.low if notch == 0 else field.high
    if field.logarithmic:
        low = field.low if field.low > 0 else field.high * 10.0**-DECADES_ABOVE_ZERO
        return float(f"{low * (field.high / low) ** share:.2g}")
    step = 10.0 ** math.floor(math.log10((field.high - field.low) / NOTCHES))
    return float(f"{round((field.low + share * (field.high - field.low)) / step) * step:.6g}")


def notch_of(value: float, field: Field) -> int:
    """The notch nearest to a number; beyond the range its end."""
    if not field.low < value < field.high:
        return 0 if not value >= field.high else NOTCHES
    if field.logarithmic:
        low = field.low if field.low > 0 else field.high * 10.0**-DECADES_ABOVE_ZERO
        share = math.log(value / low) / math.log(field.high / low) if value > 0 else 0.0
    else:
        share = (value - field.low) / (field.high - field.low)
    return min(NOTCHES - 1, max(1, round(share * NOTCHES)))


RUNGS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Steps within a decade: about a quarter each, all of them round numbers."""


def stepped(value: float | None, steps: int, field: Field) -> float | None:
    """The number some steps up or down: to the next round number where it is logarithmic, else by a hundredth of the range."""
    if value is None:
        return None
    if field.logarithmic:
        return _climbed(value, steps, field)
    ranged = math.isfinite(field.low) and math.isfinite(field.high)
    step = 10.0 ** math.floor(math.log10(field.high - field.low) - 2 + 1e-9) if ranged else 0.1
    moved = float(f"{round(value / step + steps) * step:.12g}")
    return min(max(moved, field.low), max(field.high, value)) if ranged else moved


def _climbed(value: float, steps: int, field: Field) -> float:
    """On the ladder of round numbers; from 0 the first rung is the slider's first."""
    if value <= 0:
        return field.low if steps < 0 else field.high * 10.0**-DECADES_ABOVE_ZERO
    for _ in range(abs(steps)):
        exponent = math.floor(math.log10(value) + 1e-9)
        ladder = [rung * 10.0**n for n in (exponent - 1, exponent, exponent + 1) for rung in RUNGS]
        above = (rung for rung in ladder if rung > value * (1 + 1e-9))
        below = (rung for rung in reversed(ladder) if rung < value * (1 - 1e-9))
        value = float(f"{next(above if steps > 0 else below):.3g}")
    if field.low <= 0 and value < field.high * 10.0**-DECADES_ABOVE_ZERO:
        return field.low
    return value
