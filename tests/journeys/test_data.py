"""A person's own files are read where nobody waits for them: never on the window's thread, and it can be stopped."""

import os
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

from app.examples import document_on
from app.files.session import save_session
from app.lanes.data import DATA
from app.lanes.runs import RUNS
from app.panels import open_cards
from app.program import settle
from app.setup_form import dataset_shapes
from engine.datasets import recipe_of_files
from engine.own_data import on_data
from engine.problem import NetworkProblem
from tests.engine.datasets.own_files import KINDS, table, written
from tests.journeys.person import change, short

_watching: list[tuple[str, threading.Thread]] = []
_active = threading.Event()


def _heard(event, arguments):
    if event == "open" and _active.is_set():
        _watching.append((str(arguments[0]), threading.current_thread()))


sys.addaudithook(_heard)  # there is no way to take one away again


@contextmanager
def openings():
    """Who opens which file meanwhile."""
    _watching.clear()
    _active.set()
    try:
        yield _watching
    finally:
        _active.clear()


def readers(heard, paths):
    """The threads that opened one of these files."""
    return {thread for name, thread in heard if name in {str(path) for path in paths}}


def open_data(program, person, paths):
    person.data = paths
    program.actions.invoke("open_data")


def data_of(program):
    problem = program.store.document.experiment.problem
    assert isinstance(problem, NetworkProblem)
    return problem.data


@pytest.fixture(scope="module", params=KINDS)
def files(request, tmp_path_factory):
    return written(tmp_path_factory.mktemp(request.param), request.param)


def test_the_windows_thread_opens_no_data(opened, person, qtbot, files, tmp_path):
    """Neither when a person opens files, nor when a setting is tried on them, nor when a saved experiment is opened."""
    with openings() as heard:
        program = opened(short("exclusive_or", 5))
        open_data(program, person, files)
        qtbot.waitUntil(lambda: bool(data_of(program).files))
        settle(program)
        change(program, "data.size", 30)
        qtbot.waitUntil(lambda: data_of(program).size == 30)
        settle(program)
        assert program.controller.results.failures == {}
        save_session(tmp_path / "own.talweg", program.store.document)
        dataset_shapes.forget()
        again, person.opens = opened(short("exclusive_or", 5)), tmp_path / "own.talweg"
        again.actions.invoke("open")
        settle(again)
    assert data_of(again).size == 30
    assert again.controller.results.of(RUNS) is not None
    assert person.complaints == []
    assert threading.main_thread() not in readers(heard, files)
    assert len(readers(heard, files)) == 2  # the threads of the two programs


def test_what_depends_on_the_data_waits_for_them_and_then_has_their_sizes(opened, person, qtbot, tmp_path):
    program = opened(short("exclusive_or", 5))
    path = tmp_path / "own.csv"
    path.write_text(table(), encoding="utf-8")
    open_data(program, person, [path])
    qtbot.waitUntil(lambda: bool(data_of(program).files))
    settle(program)
    assert program.controller.results.of(DATA).examples == 36
    assert program.setup._shown.fields["data.about"].value.startswith("36 examples to learn from")


def test_reading_is_shown_with_its_progress_and_can_be_stopped(opened, person, qtbot, tmp_path):
    program = opened(short("exclusive_or", 5))
    before = program.store.document
    path = tmp_path / "large.csv"
    path.write_text("a,b,c\n" + "1.25,2.5,3\n" * 300_000, encoding="utf-8")
    open_data(program, person, [path])
    qtbot.waitUntil(lambda: "Opening the data" in program.window.status.work.text(), timeout=20_000)
    program.actions.invoke("stop")
    assert person.complaints == ["Stopped: nothing was changed."]
    settle(program)
    assert program.store.document is before
    assert program.controller.results.of(RUNS) is not None


def test_a_file_that_is_no_data_is_said_and_what_is_on_screen_stays(opened, person, qtbot, tmp_path):
    program = opened(short("exclusive_or", 5))
    before = program.store.document
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n3", encoding="utf-8")
    open_data(program, person, [path])
    qtbot.waitUntil(lambda: bool(person.complaints))
    assert "row 3" in person.complaints[0]
    assert program.store.document is before


def test_a_saved_experiment_whose_file_is_gone_says_so_and_lets_other_data_be_chosen(opened, person, qtbot, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(table(), encoding="utf-8")
    save_session(tmp_path / "own.talweg", document_on(on_data(recipe_of_files([path]))))
    path.unlink()
    dataset_shapes.forget()
    program, person.opens = opened(short("exclusive_or", 5)), tmp_path / "own.talweg"
    program.actions.invoke("open")
    settle(program)
    program.setup.tick()
    assert "own.csv" in program.setup._shown.fields["data.name"].error
    change(program, "data.name", "moons")
    assert data_of(program).name == "moons"
    assert program.controller.results.failures == {}


def test_a_file_that_is_back_is_read_at_the_next_change(opened, person, qtbot, tmp_path):
    path, away = tmp_path / "own.csv", tmp_path / "away.csv"
    path.write_text(table(), encoding="utf-8")
    save_session(tmp_path / "own.talweg", document_on(on_data(recipe_of_files([path]))))
    path.rename(away)
    dataset_shapes.forget()
    program, person.opens = opened(short("exclusive_or", 5)), tmp_path / "own.talweg"
    program.actions.invoke("open")
    settle(program)
    for card in open_cards(program.store.document.view):
        assert "own.csv" in program.cards.view(card).state.text()
    away.rename(path)
    program.actions.invoke("open")
    settle(program)
    assert program.controller.results.failures == {}
    assert program.controller.results.of(RUNS) is not None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(opened, person, qtbot, tmp_path):
    program = opened(short("exclusive_or", 5))
    os.mkfifo(tmp_path / "pipe.csv")
    open_data(program, person, [tmp_path / "pipe.csv"])
    qtbot.waitUntil(lambda: bool(person.complaints))
    assert "regular file" in person.complaints[0]


def test_fewer_examples_than_a_batch_leave_an_experiment_that_is_computed_and_can_be_saved(opened, person, tmp_path):
    document = short("moons", 5)
    experiment = document.experiment
    plane = replace(experiment.plane, batch_size=100)
    program = opened(replace(document, experiment=replace(experiment, batch_size=100, plane=plane)))
    change(program, "data.size", 50)
    assert program.controller.results.failures == {}
    person.saves = tmp_path / "few.talweg"
    program.actions.invoke("save")
    assert person.complaints == []
    assert person.saves.exists()
