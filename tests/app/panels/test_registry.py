"""A panel is declared once: a toy that only these tests know appears everywhere, and nobody knows a panel by its name."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.compute.plan import requests
from app.document import Card, PanelSettings
from app.examples import document_of
from app.figures.board import Board
from app.figures.formats import FORMATS
from app.files.csv_tables import csv_table
from app.files.provenance import describe
from app.files.session import contents, document_in
from app.headless import computed, figure
from app.lanes.problem_cache import ProblemCache
from app.main import main
from app.panels import PANELS, SHARED_LANES, lane_of, lanes_of, open_cards, settings_of
from app.presenters.exporting import ExportPresenter
from app.program import Program, settle
from app.setup_form.registry import change, groups
from engine.arrays import same
from engine.job import drain
from tests.app.boards import board, viewed
from tests.app.panels.toy import TOY, TOY_LANE, ToySettings

APP = Path(__file__).resolve().parents[3] / "app"
NAMES_IN_FILES = APP / "files" / "migrations.py"
"""What older files hold is told apart by the names that they have there."""


@pytest.fixture(autouse=True)
def registered(request, monkeypatch):
    if "toy" in request.fixturenames or request.node.get_closest_marker("toy"):
        monkeypatch.setitem(PANELS, TOY.name, TOY)


@pytest.fixture
def toy():
    """A document with the toy open, and all its results."""
    document = viewed(replace(document_of("rosenbrock")), resolution=21)
    document = replace(document, experiment=replace(document.experiment, steps=5))
    return document, computed(document)


CARD = Card(TOY.name)


def test_the_toys_lane_is_planned_and_worked_on(toy):
    document, results = toy
    key = TOY_LANE.key(1)
    assert key in lanes_of(document)
    request = requests(document, results)[key]
    assert lane_of(key) is TOY_LANE
    assert drain(lane_of(key).job(ProblemCache(), request)) == results.of(TOY_LANE, 1)
    assert results.of(TOY_LANE, 1) == pytest.approx(float(np.linalg.norm(request.point)))


def test_the_toy_stands_on_the_board_and_alone_in_a_figure(toy):
    document, results = toy
    whole = figure(document, results)
    assert isinstance(whole, Board)
    assert "Toy" in [cell.picture.title for cell in whole.cells]
    assert figure(document, results, CARD).notes[0].text == f"Toy distance {results.of(TOY_LANE, 1)!r}"


def test_the_toy_has_numbers_and_a_line_in_how_it_was_drawn(toy):
    document, results = toy
    assert csv_table(document, results, CARD).columns["distance"].tolist() == [results.of(TOY_LANE, 1)]
    assert "Toy: 1 times." in describe(document, results)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_command_line_renders_the_toy_in_every_format(toy, tmp_path, suffix, capsys):
    target = tmp_path / f"toy{suffix}"
    arguments = ["render", "--example", "bowl", "--panel", TOY.name, "-o", str(target)]
    assert main(arguments) == 0, capsys.readouterr().err
    assert target.stat().st_size > 20


def test_the_command_line_lists_every_panel(toy, capsys):
    with pytest.raises(SystemExit):
        main(["render", "--help"])
    listed = capsys.readouterr().out
    assert all(name in listed for name in PANELS)


def test_the_toys_settings_are_in_the_form_and_come_back_from_a_file(toy):
    document, results = toy
    keys = [setting.field.key for group in groups(document, results) for setting in group.settings]
    assert "view.toy.times" in keys
    changed = change(document, "view.toy.times", 3, results).document
    assert changed.view.of(ToySettings).times == 3
    assert document_in(contents(changed)).view.of(ToySettings).times == 3


def test_the_toy_has_a_card_with_a_head_a_state_and_a_place_in_the_menu(toy, qtbot):
    document, _ = toy
    program = Program(document)
    try:
        program.start()
        settle(program)
        card = program.cards.view(CARD)
        assert card.title.text() == "Toy"
        assert card.isVisible()
        assert [box.count() for box in card.boxes] == [len(PANELS[TOY.name].choices[0].titles(document))]
        card.boxes[0].chosen.emit("#0000aa")
        assert program.store.document.view.of(ToySettings).color == "#0000aa"
        assert "Toy" in [action.text() for action in program.window.card_menu.actions()]
        exports = ExportPresenter(program.store, program.controller, program.cards, program.dialogs, print)
        assert TOY.name in [item.key for item in exports.items()]
    finally:
        program.close()


def test_the_status_line_names_the_toy_while_it_works(toy, qtbot):
    document, _ = toy
    program = Program(document)
    try:
        program.controller._under_way = {TOY_LANE.key(1): (program.controller._clock() - 5.0, 0.5)}
        program.status.tick()
        assert "Measuring the toy 50 %" in program.window.status.work.text()
        assert program.controller.state(CARD).kind == "computing"
    finally:
        program.close()


def test_nobody_knows_a_panel_by_its_name():
    found = [
        f"{path.relative_to(APP)}:{node.lineno}: {node.value}"
        for path in APP.rglob("*.py")
        if APP / "panels" not in path.parents and path != NAMES_IN_FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in PANELS
    ]
    assert not found


def test_every_panel_has_what_cards_and_files_need():
    assert len({panel.settings for panel in PANELS.values()}) == len(PANELS)
    for name, panel in PANELS.items():
        assert panel.name == name
        assert panel.title
        assert 1 <= panel.help.count(".") <= 3, name
        assert issubclass(panel.settings, PanelSettings)
        assert panel.numbers, name


def test_lanes_have_names_of_their_own():
    lanes = [*SHARED_LANES, *(lane for panel in PANELS.values() for lane in panel.lanes)]
    assert len({lane.name for lane in lanes}) == len(lanes)
    assert all(lane.title for lane in lanes)
    assert all(lane.shared for lane in SHARED_LANES)


@pytest.mark.parametrize("name", ["exclusive_or", "sine", "rosenbrock"])
def test_options_change_what_they_say_and_nothing_else(name):
    document, results = board(name, 5)
    for card in open_cards(document.view):
        for option in PANELS[card.panel].options(document, results, card.number):
            field = option.field
            if field.kind == "switch":
                changed = option.changed(not field.value)
            elif field.kind == "choice":
                other = next((choice.value for choice in field.choices if choice.value != field.value), field.value)
                changed = option.changed(other)
            else:
                continue
            assert not same(changed, settings_of(document.view, card)), field.key
            view = document.view.with_settings(changed, card.number)
            again = PANELS[card.panel].options(replace(document, view=view), results, card.number)
            values = {each.field.key: each.field.value for each in again}
            before = {
                each.field.key: each.field.value for each in PANELS[card.panel].options(document, results, card.number)
            }
            assert [key for key in before if key in values and values[key] != before[key]] == [field.key]
