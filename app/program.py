"""The running window: every part is built here once and handed what it needs."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEventLoop, QObject, QTimer
from PyQt6.QtWidgets import QApplication

from app.compute.head_start import HeadStart
from app.compute.jobs import Workshop
from app.compute.thread import ComputeThread
from app.document import Document
from app.frames import Frames
from app.garbage import GarbageCollector
from app.pictures.ground import prepare
from app.pictures.legend import theme_of
from app.presenters.actions import ActionsPresenter
from app.presenters.choices import ChoicesPresenter
from app.presenters.conductor import Conductor
from app.presenters.filing import FilingPresenter
from app.presenters.hand import HandPresenter
from app.presenters.panels import PanelsPresenter
from app.presenters.playback import PlaybackPresenter
from app.presenters.status import StatusPresenter
from app.results import Results
from app.setup_form import dataset_shapes as shapes
from app.store import Store
from app.views.dialogs import Dialogs
from app.views.main_window import MainWindow
from engine.problem import NetworkProblem

if TYPE_CHECKING:
    from app.presenters.data import DataPresenter
    from app.presenters.exporting import ExportPresenter
    from app.presenters.setup import SetupPresenter

TICK = 100
"""Milliseconds between two looks at what is not bound to frames."""
SETUP_WAITS = 5
"""Ticks that the form waits at most for the first landscape."""


class Program(QObject):
    """The window with everything behind it. ``close()`` ends its thread."""

    def __init__(
        self, document: Document, dialogs: Dialogs | None = None, ahead: HeadStart | None = None
    ) -> None:  # fmt: skip
        super().__init__()
        self.window = MainWindow()
        self._has_time = ahead is not None
        """Whether the compute thread waits for another process, so that there is nothing else to do here."""
        self.dialogs = dialogs or Dialogs(self.window)
        self.store = Store(document)
        self.thread_ = ComputeThread(Workshop(ahead=ahead, on_data=shapes.learned).begin, self)
        self._collector = GarbageCollector(self)
        self.frames = frames = Frames(self, self.thread_.rest, lambda: self.thread_.resting)
        self.conductor = Conductor(self.store, self.thread_, frames)
        self.store.on_changed(lambda before, after: frames.hurry(at_once=after.experiment is before.experiment))
        say = self.window.status.show_message
        self.panels = PanelsPresenter(self.window, self.conductor.wish_frame, lambda: frames.hurried)
        self.hand = HandPresenter(self.store, self.conductor, say)
        self.playback = PlaybackPresenter(self.store, self.window.timeline, _Ticker(self))
        self.actions = ActionsPresenter(
            self.store, self.conductor, self.window, self.panels, self.hand, self.playback, self.dialogs
        )
        self.filing = FilingPresenter(
            self.store, self.conductor, self.window, self.panels, self.dialogs, self.close
        )  # fmt: skip
        self.actions.add_commands(self.filing.commands)
        self.actions.add_commands({name: partial(self._export, name) for name in ("export", "how_drawn")})
        self.actions.add_commands({name: partial(self._open, name) for name in ("open_data", "fit_table")})
        self.choices = ChoicesPresenter(self.store, self.window)
        self.status = StatusPresenter(self.conductor, self.window.status)
        self._connect()

    # What takes time to import or to build, and is not seen at first, is built when it is asked for.

    @cached_property
    def setup(self) -> SetupPresenter:
        """The form with its catalogue of examples."""
        from app.examples import listed
        from app.presenters.setup import SetupPresenter
        from app.setup_form.registry import Example

        examples = tuple(Example(*entry) for entry in listed())
        say = self.window.status.show_message
        return SetupPresenter(self.store, self.window.setup, examples, self.filing.load_example, say)

    @cached_property
    def exporting(self) -> ExportPresenter:
        """Figures, numbers, and how they were drawn."""
        from app.presenters.exporting import ExportPresenter

        say = self.window.status.show_message
        return ExportPresenter(self.store, self.conductor, self.panels, self.dialogs, say)

    @cached_property
    def data(self) -> DataPresenter:
        """Experiments on a person's own files."""
        from app.presenters.data import DataPresenter

        return DataPresenter(self.store, self.dialogs, self.filing.begin)

    def _export(self, command: str) -> None:
        self.exporting.commands[command]()

    def _open(self, command: str) -> None:
        self.data.commands[command]()

    def _connect(self) -> None:
        self.hand.connect(self.window.landscape_map)
        self.window.curve_built.connect(self.hand.connect)
        self.window.landscape_map.zoomed.connect(self.actions.zoom)
        self.window.status.stop_requested.connect(self.conductor.stop)
        self.conductor.on_stopped(self.status.tick)
        self.thread_.arrived.connect(self.conductor.hear)
        self.thread_.rested.connect(self.frames.go)
        self.thread_.answered.connect(self.frames.press)
        self._theme = ""
        self._setup_waits = SETUP_WAITS
        # The status comes first: a progress bar paints at once, and everything with it that has changed by then.
        presenters = (
            self.status, self.panels, self.actions, self.filing, self.playback, self.choices,
        )  # fmt: skip
        for listener in (self._show_theme, *(presenter.show for presenter in presenters), self._show_setup):
            self.conductor.on_frame(listener)
        ticking = QTimer(self)
        ticking.timeout.connect(self.status.tick)
        ticking.timeout.connect(self._tick_setup)
        ticking.start(TICK)

    def _show_setup(self, document: Document, results: Results) -> None:
        """From the frame after the first landscape on: the form takes as long as the rest of the window."""
        if self._setup_waits == 0:
            self.setup.show(document, results)
        elif results.surface is not None or results.errors:
            self._setup_waits = 0
            self.conductor.wish_frame()

    def _tick_setup(self) -> None:
        if self._setup_waits and not self._loads_files:
            self._setup_waits -= 1
        if self._setup_waits == 0:
            self.setup.tick()

    @property
    def _loads_files(self) -> bool:
        """Whether the compute thread still reads the data: the form would read them as well, and hold up the window."""
        problem = self.store.document.experiment.problem
        if not isinstance(problem, NetworkProblem) or not problem.data.files:
            return False
        return not shapes.is_known(problem.data) and not self.conductor.results.errors

    def start(self) -> None:
        """Show the window and begin to compute."""
        self._show_theme(self.store.document, Results())
        self._collector.start()
        self.thread_.start()
        self.conductor.begin()
        self.frames.hurry()  # whoever opens the window waits for its first picture
        self.window.show()
        if self._has_time:
            QTimer.singleShot(0, lambda: prepare(self.store.document.look, theme_of(self.store.document)))

    def close(self) -> None:
        """End the thread and close the window."""
        self.thread_.quit()
        self._collector.stop()
        self.window.may_close = True
        self.window.close()

    def _show_theme(self, document: Document, _: Results) -> None:
        theme = theme_of(document)
        if theme.name != self._theme:
            self._theme = theme.name
            self.window.show_theme(theme)
            self.panels.forget()


class _Ticker:
    """A Qt timer behind the little face that playback needs."""

    def __init__(self, parent: QObject) -> None:
        self._timer = QTimer(parent)
        self._callback: Callable[[], None] | None = None
        self._timer.timeout.connect(self._tick)

    def start(self, seconds: float, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._timer.start(round(1000 * seconds))

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        if self._callback is not None:
            self._callback()


def run(document: Document, ahead: HeadStart | None = None) -> int:
    """Open the window and stay until it is closed; its first plane may be on its way already."""
    application = _application()
    program = Program(document, ahead=ahead)
    sys.excepthook = _hook(program)
    program.start()
    return int(application.exec())


def screenshot(document: Document, path: Path, size: tuple[float, float]) -> None:
    """A picture of the real window, taken when everything is computed.

    Raises:
        OSError: if the picture cannot be written.

    """
    if not sys.platform.startswith("win"):
        from app.figures.application import ensure_application

        ensure_application()
    _application()
    program = Program(document)
    program.window.resize(round(size[0]), round(size[1]))
    program.start()
    settle(program)
    image = program.window.grab()
    program.close()
    if not image.save(str(path)):
        raise OSError(
            f"The picture could not be written to {path}: choose a folder that exists, and a name ending in .png."
        )


def settle(program: Program, milliseconds: int = 300_000) -> None:
    """Wait until nothing is left to compute and to draw."""
    loop, timer = QEventLoop(), QTimer()
    calm = [0]

    def look() -> None:
        conductor = program.conductor
        calm[0] = 0 if conductor.busy or conductor.drawing or program.thread_.busy else calm[0] + 1
        if calm[0] >= 4:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(10)
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
    timer.stop()


def _application() -> QApplication:
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["talweg"])
    application.setApplicationName("Talweg")
    application.setStyle("Fusion")
    return application


Hook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def _hook(program: Program) -> Hook:
    """An exception in a slot would abort PyQt: it becomes a sentence, and the window stays alive."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        program.window.status.show_message(f"Something went wrong here that should not: {error}. The window goes on.")

    return hook
