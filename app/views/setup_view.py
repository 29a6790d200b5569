"""The setup panel: a form built from its picture. It knows no setting by name and writes to nothing."""

from __future__ import annotations

from itertools import pairwise

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.setup_form.form import SetupPicture
from app.views.setup_section import SectionView

OWN_KEYS = frozenset(
    {
        Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
        Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    }
)  # fmt: skip
"""Keys that belong to the widget that has the focus here, whatever command of the window has them too."""


class SetupView(QScrollArea):
    """Shows every setting; reports ``changed`` (entered) and ``previewed`` (a hand still moving) by key."""

    changed = pyqtSignal(str, object)
    previewed = pyqtSignal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setup")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Setup")
        self.sections: dict[str, SectionView] = {}
        sheet = QWidget()
        sheet.setObjectName("setupSheet")
        self._column = QVBoxLayout(sheet)
        self._column.setContentsMargins(12, 8, 10, 12)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self.setWidget(sheet)

    def show_setup(self, picture: SetupPicture, anew: bool = False) -> None:
        """Take a picture: values in place, and widgets only where fields have come or gone.

        Sections that show the same already are left alone, unless ``anew``: a field may hold what was typed.
        """
        wanted = {section.key: section for section in picture.sections}
        moved = tuple(self.sections) != tuple(wanted)
        for key in [key for key in self.sections if key not in wanted]:
            section = self.sections.pop(key)
            self._column.removeWidget(section)
            section.hide()
            section.deleteLater()
        for key in wanted:
            if key not in self.sections:
                self._add(key, SectionView(wanted[key]))
            moved = self.sections[key].show_section(wanted[key], anew) or moved
        if moved:
            self._put_in_order(tuple(wanted))

    def _add(self, key: str, section: SectionView) -> None:
        section.changed.connect(self.changed)
        section.previewed.connect(self.previewed)
        self.sections[key] = section
        self._column.insertWidget(self._column.count() - 1, section)

    def _put_in_order(self, order: tuple[str, ...]) -> None:
        self.sections = {key: self.sections[key] for key in order}
        for place, section in enumerate(self.sections.values()):
            if self._column.indexOf(section) != place:
                self._column.removeWidget(section)
                self._column.insertWidget(place, section)
        stops = [stop for section in self.sections.values() for stop in section.stops()]
        for one, next_one in pairwise(stops):
            QWidget.setTabOrder(one, next_one)

    def event(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and event.key() in OWN_KEYS:
                event.accept()
                return True
        return super().event(event)
