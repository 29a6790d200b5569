"""The window: setup at the left, four panels in two columns, timeline and status below, menus and toolbar from the commands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction, QCloseEvent, QKeySequence
from PyQt6.QtWidgets import QFrame, QMainWindow, QSplitter, QStackedWidget, QToolBar, QVBoxLayout, QWidget

from app.commands import COMMANDS
from app.theme import Theme
from app.views.map_view import MapView
from app.views.plot_view import PlotView
from app.views.setup_view import SetupView
from app.views.status_view import StatusView
from app.views.style import palette, stylesheet
from app.views.tiles_view import TilesView
from app.views.timeline_view import TimelineView

V = TypeVar("V", MapView, PlotView, TilesView)


class MainWindow(QMainWindow):
    """Lays panels out and turns menus, buttons and keys into ``command_invoked(name)``."""

    command_invoked = pyqtSignal(str)
    curve_built = pyqtSignal(object)
    close_requested = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Talweg")
        self.resize(1280, 720)
        self.may_close = False
        self._theme: Theme | None = None
        self.setup = SetupView()
        self.landscape_map = MapView(follows_zoom=True)
        self.curves = PlotView()
        self.slice = PlotView()
        self._views: list[MapView | PlotView | TilesView] = [self.landscape_map, self.curves, self.slice]
        self.landscape = QStackedWidget()
        self.landscape.addWidget(self.landscape_map)
        self.model = QStackedWidget()
        self.model_card = _card(self.model)
        self.timeline = TimelineView()
        self.status = StatusView()
        self._actions: dict[str, QAction] = {}
        self._build_commands()
        self._build_layout()

    def _build_commands(self) -> None:
        bar = self.menuBar()
        assert bar is not None
        menus = {name: bar.addMenu(name) for name in dict.fromkeys(entry.menu for entry in COMMANDS)}
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

    def _build_layout(self) -> None:
        self._left = _splitter(Qt.Orientation.Vertical, _card(self.landscape), _card(self.slice), (62, 38))
        self._right = _splitter(Qt.Orientation.Vertical, _card(self.curves), self.model_card, (50, 50))
        plots = _splitter(Qt.Orientation.Horizontal, self._left, self._right, (54, 46))
        whole = QSplitter(Qt.Orientation.Horizontal)
        setup = _card(self.setup)
        setup.setMinimumWidth(250)
        whole.addWidget(setup)
        whole.addWidget(plots)
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

    # Pages of which a problem shows one. Each takes some milliseconds of a start, so it is built when it is first shown.

    @cached_property
    def landscape_curve(self) -> PlotView:
        """The landscape of one parameter."""
        view = self._page(self.landscape, PlotView())
        self.curve_built.emit(view)
        return view

    @cached_property
    def model_map(self) -> MapView:
        """What a network makes of two inputs."""
        return self._page(self.model, MapView())

    @cached_property
    def model_plot(self) -> PlotView:
        """What a network or a fitted curve makes of one input."""
        return self._page(self.model, PlotView())

    @cached_property
    def model_tiles(self) -> TilesView:
        """What a network makes of images."""
        return self._page(self.model, TilesView())

    def _page(self, stack: QStackedWidget, view: V) -> V:
        if self._theme is not None:
            view.show_theme(self._theme)
        self._views.append(view)
        stack.addWidget(view)
        return view

    # What is shown

    def show_theme(self, theme: Theme) -> None:
        """Colors of everything."""
        self.setPalette(palette(theme))
        self.setStyleSheet(stylesheet(theme))
        self._theme = theme
        for view in self._views:
            view.show_theme(theme)

    def canvases(self) -> Iterable[MapView | PlotView]:
        """All plots and maps that are there."""
        return tuple(view for view in self._views if not isinstance(view, TilesView))

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

    def show_model_panel(self, visible: bool) -> None:
        """A formula has no model: its panel gives its place to the curves."""
        self.model_card.setVisible(visible)

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


def _splitter(orientation: Qt.Orientation, first: QWidget, second: QWidget, shares: tuple[int, int]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    for number, widget in enumerate((first, second)):
        splitter.addWidget(widget)
        splitter.setStretchFactor(number, shares[number])
    splitter.setSizes([10 * share for share in shares])
    return splitter
