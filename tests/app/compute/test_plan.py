"""Each field of a document against each lane: what is computed anew when it changes, and what is not."""

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from app.compute.plan import requests
from app.document import Document, Look
from app.results import LANES, Results
from engine import optimizers
from engine.arrays import same
from engine.experiment import Experiment, PlaneRecipe
from engine.problem import NetworkProblem
from tests.app.boards import board

Change = Callable[[Document], object]
EVERYTHING = {"plane", "runs", "surface", "slice", "model"}
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
LOOK: dict[str, tuple[Change, set[str]]] = {
    "theme": (lambda _: "dark", NOTHING),
    "window": (lambda _: (-3.0, 3.0, -4.0, 4.0), {"surface", "slice"}),
    "resolution": (lambda d: d.look.resolution + 2, {"surface"}),
    "logarithmic": (lambda d: not d.look.logarithmic, NOTHING),
    "palette": (lambda _: "magma", NOTHING),
    "contours": (lambda _: 3, NOTHING),
    "plateaus": (lambda d: not d.look.plateaus, NOTHING),
    "hillshade": (lambda d: not d.look.hillshade, NOTHING),
    "dots": (lambda d: not d.look.dots, NOTHING),
    "along": (lambda _: "gradient", {"slice"}),
    "selected_start": (lambda _: 1, {"slice", "model"}),
    "selected_optimizer": (lambda _: 1, {"slice", "model"}),
    "step": (lambda _: 3, {"slice", "model"}),
    "quantity": (lambda _: "gap", NOTHING),
    "log_steps": (lambda d: not d.look.log_steps, NOTHING),
    "log_values": (lambda d: not d.look.log_values, NOTHING),
    "patience": (lambda _: 50, NOTHING),
    "patience_on": (lambda _: "validation", NOTHING),
    "patience_least": (lambda _: 0.01, NOTHING),
}


@pytest.fixture(scope="module")
def shown() -> tuple[Document, Results]:
    return board("exclusive_or", 8, starts=2)


def changed_lanes(before: Document, after: Document, results: Results) -> set[str]:
    old, new = requests(before, results), requests(after, results)
    return {lane for lane in LANES if not same(old[lane], new[lane])}


def test_the_table_lists_every_field():
    assert set(EXPERIMENT) == {field.name for field in fields(Experiment)}
    assert set(LOOK) == {field.name for field in fields(Look)}
    assert {field.name for field in fields(Document)} == {"experiment", "look", "name"}


@pytest.mark.parametrize("name", EXPERIMENT)
def test_a_change_of_the_experiment_asks_for(name, shown):
    document, results = shown
    change, lanes = EXPERIMENT[name]
    experiment = replace(document.experiment, **{name: change(document)})
    assert not same(experiment, document.experiment)
    assert changed_lanes(document, replace(document, experiment=experiment), results) == lanes


@pytest.mark.parametrize("name", LOOK)
def test_a_change_of_the_look_asks_for(name, shown):
    document, results = shown
    change, lanes = LOOK[name]
    look = replace(document.look, **{name: change(document)})
    assert look != document.look
    assert changed_lanes(document, replace(document, look=look), results) == lanes


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
    assert {lane for lane in LANES if wanted[lane] is not None} == {"plane", "runs"}


def test_runs_within_the_plane_wait_for_it(shown):
    document, results = shown
    inside = replace(document, experiment=replace(document.experiment, residence="within"))
    assert requests(inside, Results())["runs"] is None
    asked = requests(inside, results)["runs"]
    assert asked.within is results.plane.flat


def test_runs_of_another_problem_lend_no_point(shown):
    _, results = shown
    other, _ = board("moons", 3)
    wanted = requests(other, results)
    assert wanted["model"] is None
    assert wanted["slice"] is None


def test_a_window_left_over_from_another_dimension_does_not_count():
    document, results = board("bowl")
    left_over = replace(document, look=replace(document.look, window=(-1.0, 1.0, -1.0, 1.0)))
    assert requests(left_over, results)["surface"].window == results.plane.window


def test_a_slice_reaches_as_far_in_parameters_as_a_third_of_the_landscape(shown):
    document, results = shown
    flat, window = results.plane.flat, (0.0, 3.0, 0.0, 6.0)
    asked = requests(replace(document, look=replace(document.look, window=window)), results)["slice"]
    assert asked.reach == pytest.approx(max(3.0 * flat.norms[0], 6.0 * flat.norms[1]) / 3)
