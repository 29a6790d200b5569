"""What can be opened: every entry of the catalogue and every lecture's experiment that has a landscape."""

from dataclasses import replace

import pytest

from app.examples import LECTURE, document_of, listed, said_of
from app.figures.card_board import card_picture, shown_cards
from app.files.migrations import with_every_card
from app.files.session import contents, document_in
from app.headless import computed
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.panels import PANELS, open_cards, panel_of
from app.panels.landscape.settings import LandscapeSettings
from engine.arrays import same
from engine.catalogue import EXAMPLES
from engine.lectures import LECTURES


def test_the_list_names_everything_once():
    names = [name for _, name, _ in listed()]
    assert len(names) == len(set(names))
    assert set(EXAMPLES) <= set(names)
    assert {LECTURE + name for name, entry in LECTURES.items() if entry.experiment} <= set(names)


@pytest.mark.parametrize("name", [name for _, name, _ in listed() if name.startswith(LECTURE)])
def test_a_lectures_experiment_opens_with_its_claim_and_draws_every_panel(name):
    document = document_of(name)
    assert said_of(name)
    assert same(document_in(contents(document)), with_every_card(document))
    experiment = document.experiment
    brief = replace(
        experiment,
        steps=min(experiment.steps, 4),
        plane=replace(experiment.plane, steps=min(experiment.plane.steps, 4)),
    )
    document = replace(document, experiment=brief, view=document.view.changed(LandscapeSettings, resolution=51))
    results = computed(document)
    assert not results.error(PLANE)
    assert not results.error(RUNS)
    assert [card.panel for card in open_cards(document.view)] == [
        panel.name for panel in PANELS.values() if panel.opened
    ]
    for card in shown_cards(document):
        shown = card_picture(document, results, card)
        assert not shown.waiting or any(results.error(lane, card.number) for lane in panel_of(card).lanes)


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(ValueError, match="choose one of"):
        document_of("lecture.nonsense")
