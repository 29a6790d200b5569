"""The running window: every part is built here once and handed what it needs."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEventLoop, QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication

from app.compute.startup_process import StartupProcess
from app.compute.thread import ComputeThread
from app.document import Document
from app.garbage import GarbageCollector
from app.lanes.data import READ_SUMMARY, SummaryRequest
from app.lanes.lane import Results
from app.lanes.problem_cache import ProblemCache
from app.panels import PANELS, lane_of
from app.panels.landscape.background import prepare
from app.panels.landscape.settings import LandscapeSettings
from app.pictures.legend import theme_of
from app.presenters.actions import ActionsPresenter
from app.presenters.cards import CardsPresenter
from app.presenters.documents import DocumentsPresenter
from app.presenters.gestures import LandscapeGestures
from app.presenters.playback import PlaybackPresenter
from app.presenters.results_controller import ResultsController
from app.presenters.status import StatusPresenter
from app.repaint_clock import FORM_WAIT_TICKS, TICK_MILLISECONDS, RepaintClock
from app.setup_form import dataset_shapes as shapes
from app.store import Store
from app.views.dialogs import Dialogs
from app.views.main_window import MainWindow, PanelEntry
from engine.datasets import DatasetRecipe

if TYPE_CHECKING:
    from app.presenters.data import DataPresenter
    from app.presenters.exporting import ExportPresenter
    from app.presenters.setup import SetupPresenter
    from engine.datasets import DatasetSummary


class Program(QObject):
    """The window with everything behind it. ``close()`` ends its thread."""

    def __init__(
        self, document: Document, dialogs: Dialogs | None = None, ahead: StartupProcess | None = None
    ) -> None:  # fmt: skip
        super().__init__()
        self.window = MainWindow([PanelEntry(panel.name, panel.title, panel.help) for panel in PANELS.values()])
        self._has_time = ahead is not None
        """Whether the compute thread waits for another process, so that there is nothing else to do here."""
        self.dialogs = dialogs or Dialogs(self.window)
        self.store = Store(document)
        self.thread_ = ComputeThread(ProblemCache(ahead=ahead, on_data=shapes.learned), lane_of, self)
        self._collector = GarbageCollector(self)
        self.repaint_clock = clock = self._built_clock()
        self.controller = ResultsController(self.store, self.thread_, clock)
        self.store.on_changed(lambda before, after: clock.hurry(at_once=after.experiment is before.experiment))
        say = self.window.status.show_message
        self.cards = CardsPresenter(
            self.store, self.window, self.controller.request_frame, self.controller.state, lambda: clock.hurried
        )
        self.gestures = LandscapeGestures(self.store, self.controller, say)
        self.playback = PlaybackPresenter(self.store, self.window.timeline, _Ticker(self))
        self.actions = ActionsPresenter(
            self.store, self.controller, self.window, self.cards, self.gestures, self.playback, self.dialogs
        )
        self.documents = DocumentsPresenter(self.store, self.controller, self.window, self.dialogs, self.close)
        self.actions.add_commands(self.documents.commands)
        self.actions.add_commands({name: partial(self._export, name) for name in ("export", "how_drawn")})
        self.actions.add_commands({name: partial(self._open, name) for name in ("open_data", "fit_table")})
        self.status = StatusPresenter(self.controller, self.window.status)
        self._connect()

    def _built_clock(self) -> RepaintClock:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        # What a frame changed is painted right after it; the next zero timer comes when that is done.
        clock = RepaintClock(
            timer, self.thread_.rest, lambda: self.thread_.resting, lambda painted: QTimer.singleShot(0, painted)
        )
        timer.timeout.connect(clock.on_time)
        return clock

    # What takes time to import or to build, and is not seen at first, is built when it is asked for.

    @cached_property
    def setup(self) -> SetupPresenter:
        """The form with its catalogue of examples."""
        from app.examples import listed
        from app.presenters.setup import SetupPresenter
        from app.setup_form.registry import Example

        examples = tuple(Example(*entry) for entry in listed())
        say = self.window.status.show_message
        return SetupPresenter(
            self.store, self.window.setup, examples, self.documents.load_example, say, self._read_sizes
        )

    @cached_property
    def exporting(self) -> ExportPresenter:
        """Figures, numbers, and how they were drawn."""
        from app.presenters.exporting import ExportPresenter

        say = self.window.status.show_message
        return ExportPresenter(self.store, self.controller, self.cards, self.dialogs, say)

    @cached_property
    def data(self) -> DataPresenter:
        """Experiments on a person's own files."""
        from app.presenters.data import DataPresenter

        return DataPresenter(self.store, self.controller, self.dialogs, self.documents.begin)

    def _export(self, command: str) -> None:
        self.exporting.commands[command]()

    def _open(self, command: str) -> None:
        self.data.commands[command]()

    def _connect(self) -> None:
        self.cards.on_built(self.gestures.connect)
        self.window.status.stop_requested.connect(self.controller.stop)
        self.controller.on_stopped(self.status.tick)
        self.thread_.arrived.connect(self.controller.on_delivery)
        self.thread_.rested.connect(self.repaint_clock.on_rested)
        self.thread_.answered.connect(self.repaint_clock.on_answered)
        self._theme = ""
        self._setup_waits = FORM_WAIT_TICKS
        # The status comes first: a progress bar paints at once, and everything with it that has changed by then.
        presenters = (
            self.status, self.cards, self.actions, self.documents, self.playback,
        )  # fmt: skip
        for listener in (self._show_theme, *(presenter.show for presenter in presenters), self._show_setup):
            self.controller.on_frame(listener)
        self._ticking = QTimer(self)
        for tick in (self.status.tick, self.cards.tick, self._tick_setup):
            self._ticking.timeout.connect(tick)
        self._ticking.start(TICK_MILLISECONDS)

    def _show_setup(self, document: Document, results: Results) -> None:
        """From the frame after the first landscape on: the form takes as long as the rest of the window."""
        if self._setup_waits == 0:
            self.setup.show(document, results)
        elif self.controller.has_first_picture:
            self._setup_waits = 0
            self.controller.request_frame()

    def _tick_setup(self) -> None:
        if self._setup_waits:
            self._setup_waits -= 1
        if self._setup_waits == 0:
            self.setup.tick()

    def _read_sizes(self, recipe: DatasetRecipe, done: Callable[[], None], failed: Callable[[str], None]) -> None:
        """Read data on the compute thread, for a setting that depends on their sizes."""

        def read(found: DatasetSummary) -> None:
            shapes.learned(recipe, found)
            done()

        self.controller.run_once(READ_SUMMARY, SummaryRequest(recipe), read, failed)

    def start(self) -> None:
        """Show the window and begin to compute."""
        self._show_theme(self.store.document, Results())
        self._collector.start()
        self.thread_.start()
        self.controller.begin()
        self.repaint_clock.hurry()  # whoever opens the window waits for its first picture
        self.window.show()
        if self._has_time:
            QTimer.singleShot(0, self._prepare)

    def _prepare(self) -> None:
        document = self.store.document
        prepare(document.view.of(LandscapeSettings), theme_of(document))

    def close(self) -> None:
        """End the thread and close the window."""
        self._ticking.stop()
        self.thread_.quit()
        self._collector.stop()
        self.window.may_close = True
        self.window.close()

    def _show_theme(self, document: Document, _: Results) -> None:
        theme = theme_of(document)
        if theme.name != self._theme:
            self._theme = theme.name
            self.window.show_theme(theme)
            self.cards.forget()


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


def run(document: Document, ahead: StartupProcess | None = None) -> int:
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
        controller = program.controller
        calm[0] = 0 if controller.busy or controller.drawing or program.thread_.busy else calm[0] + 1
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
