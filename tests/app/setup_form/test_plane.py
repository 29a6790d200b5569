"""The plane as it can be chosen: every way draws one, it is one entry of history, and what is wrong is said."""

from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

from app.headless import computed
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.panels.landscape.settings import LandscapeSettings
from app.presenters.setup import SetupPresenter
from app.setup_form.picture import setup_picture
from app.setup_form.plane import drawn_as, parsed_parameter
from app.setup_form.registry import change
from app.store import Store
from app.views.setup_view import SetupView
from engine import optimizers
from engine.arrays import same
from engine.datasets import DatasetRecipe
from engine.experiment import Experiment
from engine.job import drain
from engine.plane_drawing import draw_plane_job
from engine.plane_kinds import PLANE_KINDS
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, NetworkProblem, assemble
from engine.start import Start, given
from tests.app.setup_form.documents import bowl, curve_fit, exclusive_or, moons, rosenbrock

OFFERED = [kind for kind, way in PLANE_KINDS.items() if way.group and kind not in ("given", "nearest_twins")]
"""On the 2-2-2 network, which has one pair of hidden units only: no two twins."""


def fields(document, results=None):
    return setup_picture(document, results or Results()).fields


def drawn(document):
    experiment = document.experiment
    return drain(draw_plane_job(assemble(experiment.problem), experiment.plane))


def quadratic():
    x = np.linspace(0, 4, 9)
    problem = CurveFitProblem("a + b*x + c*x^2", x, 3 - 2 * x + x**2)
    start = given([1.0, 1.0, 0.5])
    return replace(
        curve_fit(),
        experiment=Experiment(
            problem, (start,), (optimizers.levenberg_marquardt(),), 20, PlaneRecipe("weights", start)
        ),
    )


@pytest.mark.parametrize("make", [exclusive_or, quadratic])
def test_every_way_on_offer_draws_a_plane_that_can_be_read(make):
    document = make()
    offered = [choice.value for choice in fields(document)["plane.kind"].choices]
    assert offered == (OFFERED if make is exclusive_or else [kind for kind in OFFERED if "normalized" not in kind])
    for kind in offered:
        chosen = change(document, "plane.kind", kind).document
        assert fields(chosen)["plane.kind"].value == kind
        found = drawn(chosen)
        assert found.flat.dimension == 2, kind
        assert found.flat.parameters == chosen.experiment.starts[0].parameters(found.assembled).size


@pytest.mark.parametrize("make", [rosenbrock, bowl, curve_fit])
def test_where_every_parameter_is_on_an_axis_there_is_nothing_to_choose(make):
    assert not any(key.startswith("plane.") for key in fields(make()))


def test_another_plane_is_seen_through_its_own_window():
    document = exclusive_or()
    window = (-1.0, 1.0, -1.0, 1.0)
    view = document.view.changed(LandscapeSettings, window=window).changed(LandscapeSettings, 2, window=window)
    document = replace(document, view=view)
    for key, value in (("plane.kind", "random"), ("plane.kind", "weights")):
        changed = change(document, key, value).document
        assert [changed.view.of(LandscapeSettings, number).window for number in (1, 2)] == [None, None]
        again = changed.view.changed(LandscapeSettings, window=window).changed(LandscapeSettings, 2, window=window)
        assert same(again, document.view)


def test_choosing_a_plane_is_one_entry_of_history():
    view = Mock(spec=SetupView)
    store = Store(exclusive_or())
    SetupPresenter(store, view)
    view.changed.connect.call_args[0][0]("plane.kind", "hessian_eigenvectors")
    assert store.document.experiment.plane.kind == "hessian_eigenvectors"
    store.undo()
    assert same(store.document, exclusive_or())
    assert store.undoable == ""


def test_the_start_that_a_plane_goes_through_can_be_chosen():
    document = moons()
    assert fields(document)["plane.start"].value == "0"
    other = change(document, "plane.start", "1").document
    assert same(other.experiment.plane.start, document.experiment.starts[1])
    assert drawn(other).flat.distance(document.experiment.starts[1].parameters(drawn(other).assembled)) < 1e-9


def test_a_dragged_start_leaves_the_plane_and_can_be_chosen_again():
    document = exclusive_or()
    moved = document.experiment.starts[0].moved(np.ones(12))
    experiment = document.experiment.with_starts((moved,))
    assert same(experiment.plane, document.experiment.plane)
    document = replace(document, experiment=experiment)
    assert fields(document)["plane.start"].value == ""
    assert same(change(document, "plane.start", "0").document.experiment.plane.start, moved)


def test_the_plane_follows_its_own_start_when_that_is_drawn_anew():
    document = change(moons(), "plane.start", "1").document
    first = change(document, "start.0.seed", 77).document.experiment
    assert same(first.plane, document.experiment.plane)
    second = change(document, "start.1.seed", 78).document.experiment
    assert second.plane.start.seed == 78
    assert change(document, "starts.add", True).document.experiment.plane is document.experiment.plane


def test_seed_and_biases_are_shown_where_they_mean_something():
    shown = {}
    for kind in OFFERED:
        found = fields(change(exclusive_or(), "plane.kind", kind).document)
        shown[kind] = tuple(key for key in ("plane.seed", "plane.biases", "plane.weight.0") if key in found)
    assert shown["filter_normalized"] == shown["model_normalized"] == ("plane.seed", "plane.biases")
    assert shown["random"] == ("plane.seed",)
    assert shown["weights"] == ("plane.weight.0",)
    assert shown["through_ends"] == shown["hessian_eigenvectors"] == ()


def test_two_weights_go_by_name_or_number():
    document = change(exclusive_or(), "plane.kind", "weights").document
    document = change(document, "plane.weight.1", "w2[0,1]").document
    document = change(document, "plane.weight.0", "5").document
    assert document.experiment.plane.indices == (5, 7)
    assert [fields(document)[f"plane.weight.{axis}"].value for axis in (0, 1)] == ["b1[1]", "W2[0, 1]"]
    moved = drawn(document).flat.directions
    assert [np.flatnonzero(axis).tolist() for axis in moved] == [[5], [7]]
    for text, words in (("W9[0, 0]", "no parameter"), ("12", "no parameter"), ("b1[1]", "other axis")):
        with pytest.raises(ValueError, match=words):
            change(document, "plane.weight.1", text)


def test_every_name_is_found_again():
    names = assemble(moons().experiment.problem).objective.names
    assert [parsed_parameter(name, names) for name in names] == list(range(114))


def test_a_plane_through_runs_that_are_set_otherwise_by_now_can_be_drawn_again():
    document = exclusive_or()
    assert "plane.again" not in fields(document)
    later = change(document, "runs.steps", 90).document
    assert later.experiment.plane.steps == 60
    assert "plane.again" in fields(later)
    again = change(later, "plane.again", True).document
    assert again.experiment.plane.steps == 90
    assert "plane.again" not in fields(again)


def test_a_plane_through_two_ends_does_not_wait_for_a_third_run():
    experiment = exclusive_or().experiment
    assert len(drawn_as(experiment, PlaneRecipe("through_ends")).optimizers) == 2
    assert len(drawn_as(experiment, PlaneRecipe("principal_components")).optimizers) == 3


def test_it_is_said_how_the_plane_was_drawn():
    document = change(exclusive_or(), "plane.kind", "filter_normalized").document
    results = computed(replace(document, experiment=replace(document.experiment, steps=3)))
    found = fields(document, results)
    flat = results.of(PLANE).flat
    assert found["plane.about"].value.startswith("Two random Gaussian directions")
    assert f"{flat.angle:.1f}°" in found["plane.measures"].value
    eigen = change(exclusive_or(), "plane.kind", "hessian_eigenvectors").document
    assert "eigenvalues" in fields(eigen, computed(eigen))["plane.own"].value.lower()


def test_a_plane_that_cannot_be_drawn_says_why_under_its_choice():
    problem = NetworkProblem(DatasetRecipe("exclusive_or"), (2,), "sigmoid", "sigmoid")
    start = Start("zeros")
    experiment = Experiment(
        problem, (start,), (optimizers.gradient_descent(1.0),), 3, PlaneRecipe("filter_normalized", start)
    )
    document = replace(exclusive_or(), experiment=experiment)
    results = computed(document)
    field = fields(document, results)["plane.kind"]
    assert "All weights are zero" in field.error
    assert "plane.about" not in fields(document, results)
    assert fields(change(document, "plane.kind", "random").document)["plane.kind"].error == ""


def test_twins_are_offered_where_two_pairs_of_units_can_be_swapped():
    document = moons()
    assert "nearest_twins" in [choice.value for choice in fields(document)["plane.kind"].choices]
    assert drawn(change(document, "plane.kind", "nearest_twins").document).flat.drawn.kind == "twins"
