"""The window: setup at the left, the cards beside it, timeline and status below, menus and toolbar from the commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QCloseEvent, QKeySequence
from PyQt6.QtWidgets import QFrame, QMainWindow, QMenu, QSplitter, QToolBar, QVBoxLayout, QWidget

from app.commands import COMMANDS
from app.theme import Theme
from app.views.canvas import CanvasView
from app.views.card_area import CardArea, Slot
from app.views.card_view import CardView
from app.views.setup_view import SetupView
from app.views.status_view import StatusView
from app.views.style import palette, stylesheet
from app.views.timeline_view import TimelineView


class PanelEntry(NamedTuple):
    """A panel as the menu lists it."""

    name: str
    title: str
    help: str


class MainWindow(QMainWindow):
    """Lays cards out and turns menus, buttons and keys into ``command_invoked(name)``."""

    command_invoked = pyqtSignal(str)
    card_wished = pyqtSignal(str)
    close_requested = pyqtSignal()

    def __init__(self, panels: Sequence[PanelEntry] = ()) -> None:
        super().__init__()
        self.setWindowTitle("Talweg")
        self.resize(1280, 720)
        self.may_close = False
        self._theme: Theme | None = None
        self.setup = SetupView()
        self.cards = CardArea()
        self._cards: tuple[CardView, ...] = ()
        self.timeline = TimelineView()
        self.status = StatusView()
        self._actions: dict[str, QAction] = {}
        self._build_commands()
        self._build_card_menu(panels)
        self._build_layout()

    def _build_commands(self) -> None:
        bar = self.menuBar()
        assert bar is not None
        menus = self._menus = {name: bar.addMenu(name) for name in dict.fromkeys(entry.menu for entry in COMMANDS)}
        toolbar = self._toolbar = QToolBar("Main")
        toolbar.setMovable(False)
        toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.addToolBar(toolbar)
        for entry in COMMANDS:
            action = QAction(entry.title, self)
            action.setIconText(entry.title.rstrip("…"))  # a button keeps its text where a menu names what is undone
            if entry.shortcut:
                action.setShortcut(QKeySequence(entry.shortcut))
            keys = f" ({entry.shortcut})" if entry.shortcut else ""
            action.setToolTip((entry.tip or entry.title) + keys)
            action.triggered.connect(lambda _=False, name=entry.name: self.command_invoked.emit(name))
            menu = menus[entry.menu]
            assert menu is not None
            if entry.separator_before:
                menu.addSeparator()
            menu.addAction(action)
            if entry.in_toolbar:
                toolbar.addAction(action)
            self._actions[entry.name] = action

    def _build_card_menu(self, panels: Sequence[PanelEntry]) -> None:
        """One entry a panel: another card of it."""
        bar = self.menuBar()
        assert bar is not None
        last = list(self._menus.values())[-1]
        menu = self.card_menu = QMenu("Cards", self)
        menu.setToolTipsVisible(True)
        bar.insertMenu(None if last is None else last.menuAction(), menu)
        for entry in panels:
            action = menu.addAction(entry.title)
            assert action is not None
            action.setToolTip(entry.help)
            action.triggered.connect(lambda _=False, name=entry.name: self.card_wished.emit(name))

    def _build_layout(self) -> None:
        whole = QSplitter(Qt.Orientation.Horizontal)
        setup = _card(self.setup)
        setup.setMinimumWidth(250)
        whole.addWidget(setup)
        whole.addWidget(self.cards)
        whole.setStretchFactor(0, 0)
        whole.setStretchFactor(1, 1)
        whole.setSizes([296, 984])
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(whole, 1)
        layout.addWidget(_card(self.timeline))
        layout.addWidget(self.status)
        self.setCentralWidget(middle)

    # What is shown

    def show_theme(self, theme: Theme) -> None:
        """Colors of everything."""
        self.setPalette(palette(theme))
        self.setStyleSheet(stylesheet(theme))
        self._theme = theme
        for card in self._cards:
            card.show_theme(theme)

    def show_cards(self, slots: Sequence[Slot]) -> None:
        """Show these cards and no others."""
        known, self._cards = self._cards, tuple(slot.card for slot in slots)
        for card in self._cards:
            if card not in known and self._theme is not None:
                card.show_theme(self._theme)
        self.cards.show_cards(slots)

    def canvases(self) -> tuple[CanvasView, ...]:
        """All plots and maps that are there."""
        return tuple(canvas for card in self._cards for canvas in card.canvases)

    def show_enabled(self, name: str, enabled: bool, title: str = "") -> None:
        """Whether a command can be given now, and what it is called."""
        self._actions[name].setEnabled(enabled)
        if title:
            self._actions[name].setText(title)

    def show_remake_wished(self, wished: bool) -> None:
        """Whether the plane shows too little of the runs: then the button that remakes it stands out."""
        button = self._toolbar.widgetForAction(self._actions["remake_plane"])
        if button is not None and button.property("wished") != wished:
            button.setProperty("wished", wished)
            button.setToolTip("Less than 80 % of the motion is shown: draw the plane through the runs (P)")
            style = button.style()
            if style is not None:
                style.unpolish(button)
                style.polish(button)

    def show_title(self, title: str, changed: bool) -> None:
        """The window's title, with a mark for changes that are not saved."""
        self.setWindowTitle(f"{title}{' •' if changed else ''} — Talweg")

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is not None and not self.may_close:
            self.close_requested.emit()
            # Whoever heard it may have closed the window; Qt ignores a close within a close, so that it must be accepted here.
            event.setAccepted(self.may_close)


def _card(widget: QWidget) -> QFrame:
    frame = QFrame()
    frame.setObjectName("card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(1, 1, 1, 1)
    layout.addWidget(widget)
    return frame
