"""Each field of a document against each lane: what is computed anew when it changes, and what is not."""

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from app.compute.plan import requests
from app.document import Card, Document, ViewSettings
from app.examples import document_on
from app.lanes.data import DATA
from app.lanes.lane import Delivered, Results
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.panels import CURVES, LANDSCAPE, MODEL, PANELS, SLICE, open_cards
from app.panels.landscape.lane import SURFACE
from app.panels.model.lane import MODEL_LANE
from app.panels.slice.lane import SLICE_LANE
from engine import optimizers
from engine.arrays import same
from engine.datasets import recipe_of_files
from engine.experiment import Experiment
from engine.own_data import on_data
from engine.plane_recipe import PlaneRecipe
from engine.problem import NetworkProblem
from tests.app.boards import board, viewed
from tests.engine.datasets.own_files import written

Change = Callable[[Document], object]
EVERYTHING = {"starts", "plane", "runs", "surface", "slice", "model"}
NOTHING: set[str] = set()


def deeper(document: Document) -> NetworkProblem:
    problem = document.experiment.problem
    assert isinstance(problem, NetworkProblem)
    return replace(problem, hidden=(*problem.hidden, 3))


def dragged(document: Document) -> tuple[object, ...]:
    starts = document.experiment.starts
    return (starts[0].moved(np.full(12, 0.1)), *starts[1:])


EXPERIMENT: dict[str, tuple[Change, set[str]]] = {
    "problem": (deeper, EVERYTHING),
    "starts": (dragged, {"runs"}),
    "optimizers": (lambda d: (*d.experiment.optimizers, optimizers.adam()), {"runs"}),
    "steps": (lambda d: d.experiment.steps + 1, {"runs"}),
    # Without its plane there is nothing to sample and nothing to slice until the new one is drawn.
    "plane": (lambda d: PlaneRecipe("random", d.experiment.starts[0]), {"plane", "surface", "slice"}),
    "batch_size": (lambda _: 2, {"runs"}),
    "batch_seed": (lambda _: 7, {"runs"}),
    "residence": (lambda _: "within", {"runs"}),
    "title": (lambda _: "another", NOTHING),
}
VIEW: dict[str, tuple[Change, set[str]]] = {
    "theme": (lambda _: "dark", NOTHING),
    "selected_start": (lambda _: 1, {"slice", "model"}),
    "selected_optimizer": (lambda _: 1, {"slice", "model"}),
    "step": (lambda _: 3, {"slice", "model"}),
}
OF_CARDS: dict[str, dict[str, tuple[object, set[str]]]] = {
    LANDSCAPE.name: {
        "window": ((-3.0, 3.0, -4.0, 4.0), {"surface", "slice"}),
        "resolution": (33, {"surface"}),
        "logarithmic": (True, NOTHING),
        "palette": ("magma", NOTHING),
        "overlays": ((("contours", 3), ("hillshade", 1)), NOTHING),
    },
    CURVES.name: {
        "quantity": ("gap", NOTHING),
        "log_steps": (True, NOTHING),
        "log_values": (False, NOTHING),
        "plateaus": (False, NOTHING),
        "dots": (False, NOTHING),
        "patience": (50, NOTHING),
        "patience_on": ("validation", NOTHING),
        "patience_least": (0.01, NOTHING),
    },
    SLICE.name: {"along": ("gradient", {"slice"})},
    MODEL.name: {"palette": ("magma", NOTHING), "previous_point": (np.ones(12), {"model"})},
}
SETTINGS = [(panel, name) for panel, names in OF_CARDS.items() for name in names]


@pytest.fixture(scope="module")
def shown() -> tuple[Document, Results]:
    return board("exclusive_or", 8, starts=2)


def changed_lanes(before: Document, after: Document, results: Results) -> set[str]:
    old, new = requests(before, results), requests(after, results)
    return {key.lane for key in old if not same(old[key], new[key])}


def test_the_tables_list_every_field():
    assert set(EXPERIMENT) == {field.name for field in fields(Experiment)}
    assert {*VIEW, "cards", "panels"} == {field.name for field in fields(ViewSettings)}
    assert set(OF_CARDS) <= set(PANELS)
    for panel, names in OF_CARDS.items():
        assert set(names) == {field.name for field in fields(PANELS[panel].settings)}
    assert {field.name for field in fields(Document)} == {"experiment", "view", "name"}


@pytest.mark.parametrize("name", EXPERIMENT)
def test_a_change_of_the_experiment_asks_for(name, shown):
    document, results = shown
    change, lanes = EXPERIMENT[name]
    experiment = replace(document.experiment, **{name: change(document)})
    assert not same(experiment, document.experiment)
    assert changed_lanes(document, replace(document, experiment=experiment), results) == lanes


@pytest.mark.parametrize("name", VIEW)
def test_a_change_of_the_view_asks_for(name, shown):
    document, results = shown
    change, lanes = VIEW[name]
    view = replace(document.view, **{name: change(document)})
    assert not same(view, document.view)
    assert changed_lanes(document, replace(document, view=view), results) == lanes


@pytest.mark.parametrize(("panel", "name"), SETTINGS)
def test_a_change_of_a_cards_settings_asks_for(panel, name, shown):
    document, results = shown
    value, lanes = OF_CARDS[panel][name]
    view = document.view.changed(PANELS[panel].settings, **{name: value})
    assert not same(view, document.view)
    assert changed_lanes(document, replace(document, view=view), results) == lanes


def test_two_slices_have_lanes_and_requests_of_their_own(shown):
    document, results = shown
    view = replace(document.view, cards=(*open_cards(document.view), Card(SLICE.name, 2)))
    view = view.changed(SLICE.settings, 2, along="gradient")
    wanted = requests(replace(document, view=view), results)
    assert (wanted[SLICE_LANE.key(1)].along, wanted[SLICE_LANE.key(2)].along) == ("newton", "gradient")


def test_a_closed_card_asks_for_nothing(shown):
    document, results = shown
    kept = tuple(card for card in open_cards(document.view) if card.panel != SLICE.name)
    wanted = requests(viewed(document, cards=kept), results)
    assert SLICE_LANE.key(1) not in wanted


def test_the_name_of_a_document_asks_for_nothing(shown):
    document, results = shown
    assert changed_lanes(document, replace(document, name="mine"), results) == set()


def test_equal_documents_built_apart_ask_for_the_same(shown):
    document, results = shown
    again = board.__wrapped__("exclusive_or", 8, starts=2)[0]
    assert again is not document
    assert changed_lanes(document, again, results) == set()


def test_at_first_only_the_plane_and_the_runs_can_begin(shown):
    document, _ = shown
    wanted = requests(document, Results())
    assert {key.lane for key in wanted if wanted[key] is not None} == {"starts", "plane", "runs"}


def test_runs_within_the_plane_wait_for_it(shown):
    document, results = shown
    inside = replace(document, experiment=replace(document.experiment, residence="within"))
    assert requests(inside, Results())[RUNS.key()] is None
    asked = requests(inside, results)[RUNS.key()]
    assert asked.within is results.of(PLANE).flat


def test_runs_of_another_problem_lend_no_point(shown):
    _, results = shown
    other, _ = board("moons", 3)
    wanted = requests(other, results)
    assert wanted[MODEL_LANE.key(1)] is None
    assert wanted[SLICE_LANE.key(1)] is None


def test_a_window_left_over_from_another_dimension_does_not_count():
    document, results = board("bowl")
    left_over = viewed(document, window=(-1.0, 1.0, -1.0, 1.0))
    assert requests(left_over, results)[SURFACE.key(1)].window == results.of(PLANE).window


def test_a_slice_reaches_as_far_in_parameters_as_a_third_of_the_landscape(shown):
    document, results = shown
    flat, window = results.of(PLANE).flat, (0.0, 3.0, 0.0, 6.0)
    asked = requests(viewed(document, window=window), results)[SLICE_LANE.key(1)]
    assert asked.reach == pytest.approx(max(3.0 * flat.norms[0], 6.0 * flat.norms[1]) / 3)


def test_while_a_file_is_unread_nothing_else_is_asked(tmp_path):
    """Reading is begun once, not by every lane."""
    document = document_on(on_data(recipe_of_files(written(tmp_path, "csv"))))
    asked = {key.lane: request for key, request in requests(document, Results()).items() if request is not None}
    assert list(asked) == [DATA.name]
    results = Results().with_result(DATA.key(), Delivered(asked[DATA.name], "what was read"))
    assert {key.lane for key, request in requests(document, results).items() if request is not None} > {DATA.name}
