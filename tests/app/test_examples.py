"""What can be opened: every entry of the catalogue and every lecture's experiment that has a landscape."""

from dataclasses import replace

import pytest

from app.examples import LECTURE, document_of, listed, said_of
from app.files.session import contents, document_in
from app.headless import computed
from app.pictures.panels import PANELS, PictureCache, picture
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
    assert same(document_in(contents(document)), document)
    experiment = document.experiment
    brief = replace(
        experiment,
        steps=min(experiment.steps, 4),
        plane=replace(experiment.plane, steps=min(experiment.plane.steps, 4)),
    )
    results = computed(replace(document, experiment=brief, look=replace(document.look, resolution=51)))
    assert "plane" not in results.errors
    assert "runs" not in results.errors
    cache = PictureCache()
    for panel in PANELS:
        shown = picture(panel, document, results, cache)
        assert shown is None or not shown.waiting or panel in results.errors


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(ValueError, match="choose one of"):
        document_of("lecture.nonsense")
