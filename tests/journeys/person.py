"""Who goes on the journeys: answers the program's questions, and moves the mouse over its landscape."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from PyQt6.QtCore import QPoint, QPointF, Qt

from app.document import Card, Document
from app.examples import document_of
from app.lanes.runs import RUNS
from app.pictures.marks import Handle
from app.program import Program, settle
from app.views.export_dialog import ExportChoice, ExportItem
from engine.problem import assemble
from tests.app.boards import viewed

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
ROUTE = 8
"""Places between the ends of a drag."""


@dataclass
class Person:
    """Stands in for the dialogs: what is answered is set before, what was said is read after."""

    opens: Path | None = None
    data: list[Path] = field(default_factory=list)
    table: Path | None = None
    saves: Path | None = None
    exports: ExportChoice | None = None
    discards: bool | None = True
    complaints: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    offered: tuple[ExportItem, ...] = ()

    def file_to_open(self):
        return self.opens

    def data_files(self):
        return self.data

    def table_file(self):
        return self.table

    def file_to_save(self, suggested, suffix, title):
        return self.saves

    def export_choice(self, items, formats):
        self.offered = items
        return self.exports

    def may_discard(self):
        return self.discards

    def complain(self, sentence):
        self.complaints.append(sentence)

    def show_text(self, title, text):
        self.texts[title] = text


def short(name: str, steps: int, **view) -> Document:
    """An example of the catalogue, with few steps and few samples."""
    document = document_of(name)
    experiment = document.experiment
    plane = replace(experiment.plane, steps=min(steps, experiment.plane.steps))
    experiment = replace(experiment, steps=steps, plane=plane)
    return viewed(replace(document, experiment=experiment), **{"resolution": 31, **view})


def picture(program: Program, panel: str, number: int = 1):
    """The widget that shows a card's picture."""
    return program.cards.view(Card(panel, number)).current


def landscape(program: Program):
    """The landscape that is on screen: a map or a curve."""
    return picture(program, "landscape")


def pixel(program: Program, x: float, y: float) -> QPoint:
    """Where on the viewport a place of the landscape is shown."""
    view = landscape(program)
    return view.plot.mapFromScene(view.box.mapViewToScene(QPointF(x, y)))


def handle(program: Program, key: int = 0) -> Handle:
    """A start as it is on screen."""
    return landscape(program)._handles[key]


def grip(program: Program, key: int = 0) -> QPoint:
    """The pixel in the middle of a start's ring."""
    place = handle(program, key).place
    return pixel(program, place.x(), place.y())


def drag(qtbot, program: Program, by: QPoint, key: int = 0, drop: bool = True) -> None:
    """Take a start, move it by some pixels, and let it go."""
    surface, begin = landscape(program).plot.viewport(), grip(program, key)
    qtbot.mouseMove(surface, begin)
    qtbot.mousePress(surface, LEFT, pos=begin)
    for number in range(1, ROUTE + 1):
        qtbot.mouseMove(surface, begin + by * number / ROUTE)
        qtbot.wait(5)
    if drop:
        qtbot.mouseRelease(surface, LEFT, pos=begin + by)


def change(program: Program, key: str, value) -> None:
    """Enter something in the setup panel, and wait for what follows."""
    program.window.setup.changed.emit(key, value)
    settle(program)


def start_of(program: Program, key: int = 0):
    """The parameters of a start."""
    experiment = program.store.document.experiment
    return experiment.starts[key].parameters(assemble(experiment.problem))


def ends(program: Program):
    """Where every run ended, ``(runs, P)``."""
    runs = program.controller.results.of(RUNS).trajectories
    return [runs.point_at(run) for run in range(runs.runs)]


def notes(view) -> str:
    """What stands under a panel."""
    return view.notes.text()
