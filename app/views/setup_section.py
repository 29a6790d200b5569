"""A section of the form: a head that opens and shuts it, and a row for each field or set of fields."""

from __future__ import annotations

from itertools import groupby

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PyQt6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.fields import Field
from app.setup_form.form import Section
from app.views.editors import EDITORS, Editor

LABEL_WIDTH = 100
WHOLE_WIDTH = ("switch", "button", "info")
"""Kinds that say what they are themselves, without a label beside them."""


class SectionHead(QAbstractButton):
    """The heading: a chevron, the color of what the section is about, its title. Click, Space or Return open and shut."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setChecked(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        font = self.font()
        font.setBold(True)
        self.setFont(font)
        self._dot = ""

    def show_title(self, title: str, color: str) -> None:
        """What stands on it."""
        self.setText(title)
        self.setAccessibleName(f"{title}, section")
        self._dot = color
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, max(28, self.fontMetrics().height() + 10))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, middle = self.palette(), self.height() / 2
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(QPen(muted, 1.6, cap=Qt.PenCapStyle.RoundCap, join=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(_chevron(QPointF(8, middle), self.isChecked()))
        left = 20
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._dot))
            painter.drawEllipse(QPointF(left + 5, middle), 5, 5)
            left += 17
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - left)
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, text)


def _chevron(center: QPointF, down: bool) -> QPolygonF:
    corners = ((-3.5, -1.8), (0.0, 1.8), (3.5, -1.8)) if down else ((-1.8, -3.5), (1.8, 0.0), (-1.8, 3.5))
    return QPolygonF([center + QPointF(x, y) for x, y in corners])


class RowView(QWidget):
    """One field with its label, or several side by side; what is wrong stands beneath."""

    changed = pyqtSignal(str, object)
    previewed = pyqtSignal(str, object)

    def __init__(self, fields: tuple[Field, ...]) -> None:
        super().__init__()
        self.shape = shape(fields)
        self.editors: dict[str, Editor] = {}
        self._labels: dict[str, QLabel] = {}
        self.error = QLabel()
        self.error.setObjectName("fieldError")
        self.error.setWordWrap(True)
        self.error.hide()
        self.label = QLabel()
        self.label.setObjectName("fieldLabel")
        self.label.setWordWrap(True)
        if not fields[0].wide:
            self.label.setFixedWidth(LABEL_WIDTH)
        line = QHBoxLayout()
        line.setSpacing(6)
        for field in fields:
            self._add(line, field)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        labeled = _is_labeled(fields)
        self.label.setVisible(labeled)
        if labeled:
            grid.addWidget(self.label, 0, 0)
        beside = labeled and not fields[0].wide
        if beside:
            grid.addLayout(line, 0, 1)
        else:
            grid.addLayout(line, 1, 0, 1, 2)
        grid.addWidget(self.error, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        self.show_fields(fields)

    def _add(self, line: QHBoxLayout, field: Field) -> None:
        editor = self.editors[field.key] = EDITORS[field.kind]()
        editor.changed.connect(lambda value, key=field.key: self.changed.emit(key, value))
        editor.previewed.connect(lambda value, key=field.key: self.previewed.emit(key, value))
        if field.row and field.kind not in WHOLE_WIDTH:
            label = self._labels[field.key] = QLabel()
            label.setObjectName("fieldLabel")
            line.addWidget(label)
        line.addWidget(editor, 0 if field.kind == "button" and field.row else 1)

    def show_fields(self, fields: tuple[Field, ...]) -> None:
        """Take names, values and errors of the same fields."""
        first = fields[0]
        unit = f" ({first.unit})" if first.unit and first.kind == "number" else ""
        self.label.setText(first.row or first.title + unit)
        self.label.setToolTip(first.tip)
        for field in fields:
            self.editors[field.key].show_field(field)
            if field.key in self._labels:
                self._labels[field.key].setText(field.title)
        wrong = " ".join(field.error for field in fields if field.error)
        self.error.setText(wrong)
        self.error.setVisible(bool(wrong))

    def stops(self) -> tuple[QWidget, ...]:
        """What the tabulator key visits, from left to right."""
        return tuple(stop for editor in self.editors.values() for stop in editor.stops())


def shape(fields: tuple[Field, ...]) -> tuple[object, ...]:
    """What a row's widgets depend on; while it is the same they only take new values."""
    return (_is_labeled(fields), fields[0].wide, *((field.key, field.kind, bool(field.row)) for field in fields))


def _is_labeled(fields: tuple[Field, ...]) -> bool:
    first = fields[0]
    return bool(first.row) or (bool(first.title) and first.kind not in WHOLE_WIDTH)


class SectionView(QWidget):
    """A head and its rows."""

    changed = pyqtSignal(str, object)
    previewed = pyqtSignal(str, object)

    def __init__(self, section: Section) -> None:
        super().__init__()
        self.head = SectionHead()
        self.remove = QToolButton()
        self.remove.setObjectName("removeButton")
        self.remove.setText("×")
        self.remove.setAutoRaise(True)
        self.body = QWidget()
        self.rows: dict[str, RowView] = {}
        self._order: tuple[str, ...] = ()
        self._key = section.key
        self._shown: Section | None = None
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.head, 1)
        top.addWidget(self.remove)
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(4, 2, 2, 6)
        self._column.setSpacing(7)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(self.body)
        self.head.toggled.connect(self.body.setVisible)
        self.remove.clicked.connect(lambda: self.changed.emit(f"{self._key}.remove", True))
        self.head.setChecked(not section.collapsed)

    def show_section(self, section: Section, anew: bool = False) -> bool:
        """Take a section's values, ``anew`` even those that it has taken before; says whether rows have come or gone."""
        if section == self._shown and not anew:
            return False
        self._shown = section
        self._key = section.key
        self.head.setVisible(bool(section.title))
        self.head.show_title(section.title, section.color)
        self.remove.setVisible(section.removable)
        self.remove.setToolTip(f"Remove {section.title}")
        self.remove.setAccessibleName(f"Remove {section.title}")
        grouped = {key: tuple(fields) for key, fields in groupby(section.fields, lambda field: field.row or field.key)}
        before = tuple(self.rows.items())
        for key in [key for key, row in before if key not in grouped or row.shape != shape(grouped[key])]:
            row = self.rows.pop(key)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for key, fields in grouped.items():
            if key in self.rows:
                self.rows[key].show_fields(fields)
            else:
                self._add(key, fields)
        return self._put_in_order(tuple(grouped)) or before != tuple(self.rows.items())

    def _add(self, key: str, fields: tuple[Field, ...]) -> None:
        row = self.rows[key] = RowView(fields)
        row.changed.connect(self.changed)
        row.previewed.connect(self.previewed)
        self._column.addWidget(row)

    def _put_in_order(self, order: tuple[str, ...]) -> bool:
        if order == self._order:
            return False
        self._order = order
        self.rows = {key: self.rows[key] for key in order}
        for place, row in enumerate(self.rows.values()):
            if self._column.indexOf(row) != place:
                self._column.removeWidget(row)
                self._column.insertWidget(place, row)
        return True

    def stops(self) -> tuple[QWidget, ...]:
        """What the tabulator key visits, from top to bottom."""
        return (self.head, self.remove, *(stop for row in self.rows.values() for stop in row.stops()))
