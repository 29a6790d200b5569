"""Saving, opening and exporting; and what is said where that is not possible."""

import numpy as np
import pytest

from app.document import Card
from app.figures.formats import FORMATS
from app.files.session import save_session
from app.headless import render
from app.lanes.runs import RUNS
from app.main import main
from app.panels import PANELS
from app.program import settle
from app.views.export_dialog import ExportChoice
from tests.journeys.person import change, ends, landscape, short

EVERY = tuple(Card(panel) for panel in PANELS)
BEGINNINGS = {".png": b"\x89PNG\r\n", ".svg": b"<?xml", ".pdf": b"%PDF-", ".csv": b""}


def export(program, person, path, panel):
    person.saves, person.exports = path, ExportChoice(panel, path.suffix, 60)
    program.actions.invoke("export")


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    return tmp_path_factory.mktemp("exports")


@pytest.mark.parametrize("name", ["exclusive_or", "rosenbrock", "bowl"])
def test_every_panel_exports_in_every_format(opened, person, where, name):
    program = opened(short(name, 12, cards=EVERY))
    export(program, person, where / "x.png", "landscape")
    for item in person.offered:
        for suffix, entry in FORMATS.items():
            if entry.kind in item.kinds:
                path = where / f"{name}-{item.key}{suffix}"
                export(program, person, path, item.key)
                assert person.complaints == []
                assert path.stat().st_size > 500
                assert path.read_bytes().startswith(BEGINNINGS[suffix])
    offered = [item.key for item in person.offered]
    problem = program.store.document.experiment.problem
    assert {"", "landscape-paths", *(panel.name for panel in PANELS.values() if panel.applies(problem))} <= set(offered)
    assert ("model" in offered) == (name == "exclusive_or")


def test_the_whole_board_exports_as_a_picture_and_a_document(opened, person, tmp_path):
    program = opened(short("exclusive_or", 12))
    for suffix in (".png", ".pdf"):
        export(program, person, tmp_path / f"board{suffix}", "")
    assert person.complaints == []
    assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF-")


def test_the_exported_figure_equals_the_headless_one(opened, person, tmp_path):
    program = opened(short("moons", 15, cards=EVERY))
    for panel in PANELS:
        # The first letters that Qt draws after a PDF of the same process are up to 3 of 255 shades off: draw them twice.
        for _ in range(2):
            export(program, person, tmp_path / "screen.png", panel)
        render(program.store.document, tmp_path / "headless.png", panel, dpi=60)
        assert (tmp_path / "screen.png").read_bytes() == (tmp_path / "headless.png").read_bytes(), panel


def test_the_command_line_draws_a_saved_experiment_as_the_window_does(opened, person, tmp_path):
    program = opened(short("rosenbrock", 30))
    person.saves = tmp_path / "mine.talweg"
    program.actions.invoke("save")
    export(program, person, tmp_path / "screen.png", "curves")
    written = str(tmp_path / "line.png")
    assert main(["render", str(tmp_path / "mine.talweg"), "-o", written, "--panel", "curves", "--dpi", "60"]) == 0
    assert (tmp_path / "screen.png").read_bytes() == (tmp_path / "line.png").read_bytes()


def test_numbers_on_screen_and_in_the_file_are_the_same(opened, person, tmp_path):
    program = opened(short("rosenbrock", 20))
    export(program, person, tmp_path / "curves.csv", "curves")
    lines = [line for line in (tmp_path / "curves.csv").read_text().splitlines() if not line.startswith("#")]
    first = program.controller.results.of(RUNS).trajectories.values[:, 0]
    names, *rows = [line.split(",") for line in lines]
    written = [float(row[names.index("loss 1")]) for row in rows]
    np.testing.assert_array_equal(written, first)


def test_an_experiment_saved_and_opened_gives_the_same_numbers(opened, person, tmp_path):
    program = opened(short("exclusive_or", 40))
    program.gestures.drop(0, 1.5, 2.5)
    change(program, "optimizer.0.schedule.rate", 0.7)
    before, values = ends(program), program.controller.results.of(RUNS).trajectories.values
    person.saves = person.opens = tmp_path / "mine.talweg"
    program.actions.invoke("save")
    settle(program)
    assert "•" not in program.window.windowTitle()
    change(program, "problem.example", "bowl")
    program.actions.invoke("open")
    settle(program)
    np.testing.assert_array_equal(ends(program), before)
    np.testing.assert_array_equal(program.controller.results.of(RUNS).trajectories.values, values)
    assert program.window.windowTitle().startswith("mine")


@pytest.mark.parametrize("content", [b"", b"not ours", b'{"format": "something else"}', b"PK\x03\x04broken"])
def test_a_foreign_file_is_refused_and_the_screen_stays(opened, person, tmp_path, content):
    program = opened(short("rosenbrock", 10))
    document, results = program.store.document, program.controller.results
    person.opens = tmp_path / "foreign.talweg"
    person.opens.write_bytes(content)
    program.actions.invoke("open")
    settle(program)
    assert len(person.complaints) == 1
    assert "foreign.talweg" in person.complaints[0]
    assert program.store.document is document
    assert program.controller.results is results


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_truncated_file_is_refused_and_the_screen_stays(opened, person, tmp_path, share):
    person.opens = tmp_path / "half.talweg"
    save_session(person.opens, short("moons", 10))
    whole = person.opens.read_bytes()
    person.opens.write_bytes(whole[: int(len(whole) * share)])
    program = opened(short("bowl", 10))
    document = program.store.document
    program.actions.invoke("open")
    settle(program)
    assert len(person.complaints) == 1
    assert program.store.document is document


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_path_that_cannot_be_written_is_said_and_nothing_is_lost(opened, person, tmp_path, suffix):
    program = opened(short("bowl", 10))
    export(program, person, tmp_path / "no such folder" / f"x{suffix}", "curves")
    assert len(person.complaints) == 1
    assert "no such folder" in person.complaints[0]
    assert landscape(program).isVisible()
    assert list(tmp_path.iterdir()) == []


def test_saving_where_nothing_can_be_written_keeps_the_changes_marked(opened, person, tmp_path):
    program = opened(short("bowl", 10))
    change(program, "runs.steps", 12)
    person.saves = tmp_path / "no such folder" / "x.talweg"
    program.actions.invoke("save")
    assert len(person.complaints) == 1
    assert "•" in program.window.windowTitle()
