"""A card: a head with title, choices and state, and below it the picture of whatever kind its panel makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.canvas import CanvasView
from app.views.choice_box import ChoiceBox
from app.views.elided_label import ElidedLabel
from app.views.picture_views import PictureView, view_for

WIDEST_CLAIM = 44
"""Pixels that a state takes from the choices beside it where there are no more: the window must not move when work begins."""
LARGEST_HEIGHT = 2**24 - 1
"""What Qt calls no limit."""


class CardView(QFrame):
    """Shows pictures of any kind; the widget for a kind is built when it is first seen."""

    choice_made = pyqtSignal(int, str)
    close_requested = pyqtSignal()
    canvas_built = pyqtSignal(object)

    def __init__(
        self,
        title: str,
        help_text: str,
        choices: Sequence[str] = (),
        follows_zoom: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(title)
        self._theme: Theme | None = None
        self._follows_zoom = follows_zoom
        self._views: dict[type[Any], PictureView] = {}
        self.title = QLabel(title)
        self.title.setObjectName("panelTitle")
        self.title.setToolTip(help_text)
        self.state = ElidedLabel()
        self.state.setObjectName("cardState")
        self.state.setVisible(False)
        self.boxes = tuple(ChoiceBox({}, name) for name in choices)
        self.close_button = QToolButton()
        self.close_button.setObjectName("removeButton")
        self.close_button.setText("×")
        self.close_button.setToolTip("Close this card")
        self.close_button.setAccessibleName(f"Close {title}")
        self.close_button.setVisible(False)
        self.body = QStackedWidget()
        self.veil = _Veil(self.body)
        self._lay_out()
        self.close_button.clicked.connect(self.close_requested)
        for index, box in enumerate(self.boxes):
            box.chosen.connect(lambda value, index=index: self.choice_made.emit(index, value))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title)
        head.addWidget(self.state, 1)
        head.addStretch(0)  # while there is no state to be told
        for box in self.boxes:
            head.addWidget(box)
        head.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 9, 11, 9)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self.body, 1)

    @property
    def current(self) -> PictureView | None:
        """The widget that is seen."""
        widget = self.body.currentWidget()
        return next((view for view in self._views.values() if view is widget), None)

    @property
    def canvases(self) -> tuple[CanvasView, ...]:
        """The plots and maps that are there."""
        return tuple(view for view in self._views.values() if isinstance(view, CanvasView))

    def show_theme(self, theme: Theme) -> None:
        """Colors of everything."""
        self._theme = theme
        self.veil.show_color(theme.panel)
        for view in self._views.values():
            view.show_theme(theme)

    def show_picture(self, picture: Any) -> None:
        """Draw a picture of any kind over the one before."""
        kind = type(picture)
        if kind not in self._views:
            self._views[kind] = self._built(kind)
        view = self._views[kind]
        self.title.setText(picture.title)
        if self.body.currentWidget() is not view:
            self.body.setCurrentWidget(view)
            self.veil.raise_()
        view.show_picture(picture)

    def _built(self, kind: type[Any]) -> PictureView:
        view = view_for(kind, self._follows_zoom)
        if self._theme is not None:
            view.show_theme(self._theme)
        self.body.addWidget(view)
        if isinstance(view, CanvasView):
            self.canvas_built.emit(view)
        return view

    def show_choices(self, choices: Sequence[tuple[Mapping[str, str], str]]) -> None:
        """What can be chosen in the head, and what is."""
        for box, (titles, value) in zip(self.boxes, choices, strict=True):
            box.show_choices(titles)
            box.show_value(value)

    def show_state(self, text: str, tip: str, stale: bool, empty: bool) -> None:
        """How it stands with the card; an empty one is only its head, and gives its place to its neighbors."""
        if text != self.state.text():
            self.state.show_text(text)
            self.state.setMinimumWidth(min(self.state.fontMetrics().horizontalAdvance(text), WIDEST_CLAIM))
            self.state.setVisible(bool(text))
        self.state.setToolTip(tip)
        self.veil.setVisible(stale)
        if empty != self.body.isHidden():
            self.body.setVisible(not empty)
            for box in self.boxes:
                box.setVisible(not empty)
            self.setMaximumHeight(self.sizeHint().height() if empty else LARGEST_HEIGHT)

    def show_closable(self, closable: bool) -> None:
        """Whether it can be closed: the cards that every window begins with stay, and so does the last one."""
        self.close_button.setVisible(closable)


class _Veil(QWidget):
    """Grays what is below it, and lets the mouse through."""

    def __init__(self, below: QWidget) -> None:
        super().__init__(below)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setVisible(False)
        below.installEventFilter(self)

    def show_color(self, color: str) -> None:
        """The color that it lays over the picture."""
        self.setStyleSheet(f"background: #90{color.removeprefix('#')};")

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)
