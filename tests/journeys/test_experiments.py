"""What a person changes about the experiment, and what follows from it."""

import numpy as np
import pytest

from app.document import Card
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.panels.landscape.settings import LandscapeSettings
from app.panels.model.settings import ModelSettings
from app.panels.slice.lane import SLICE_LANE
from app.program import settle
from app.views.plot_view import PlotView
from tests.journeys.person import change, ends, landscape, notes, picture, short, start_of


def test_new_weights_leave_the_old_boundary_as_a_dashed_line(opened):
    program = opened(short("exclusive_or", 40))
    start, lines = start_of(program), len(picture(program, "model").lines.items)
    program.actions.invoke("new_weights")
    settle(program)
    assert not np.allclose(start_of(program), start)
    assert program.store.document.view.of(ModelSettings).previous_point is not None
    visible = [curve for curve in picture(program, "model").lines.items if curve.isVisible()]
    assert len(visible) > lines
    program.actions.invoke("undo")
    settle(program)
    np.testing.assert_array_equal(start_of(program), start)


def test_changing_the_width_rebuilds_starts_and_plane(opened):
    program = opened(short("exclusive_or", 30))
    assert program.controller.results.of(PLANE).flat.parameters == 12
    change(program, "network.hidden", "3, 2")
    assert program.controller.results.of(PLANE).flat.parameters == 3 * 2 + 3 + 2 * 3 + 2 + 2 * 2 + 2
    assert {end.shape for end in ends(program)} == {(23,)}
    assert program.controller.results.failures == {}
    program.actions.invoke("undo")
    settle(program)
    assert program.controller.results.of(PLANE).flat.parameters == 12


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("network.activation", "tanh"),
        ("network.activation", "relu"),
        ("network.loss", "cross_entropy"),
        ("network.l2", 0.01),
        ("runs.batch_size", 2),
        ("runs.weights_seed", 7),
        ("runs.residence", "within"),
        ("optimizer.1.beta", 0.5),
    ],
)
def test_every_change_reaches_the_runs(opened, key, value):
    program = opened(short("exclusive_or", 20))
    before = ends(program)
    change(program, key, value)
    assert program.controller.results.failures == {}
    assert not np.allclose(ends(program), before, rtol=0, atol=1e-12)


def test_runs_within_the_plane_stay_in_it(opened):
    program = opened(short("exclusive_or", 30))
    change(program, "runs.residence", "within")
    flat = program.controller.results.of(PLANE).flat
    assert max(flat.distance(end) for end in ends(program)) < 1e-9
    assert "within" in landscape(program).caption.text()


def test_a_plane_through_the_runs_shows_what_they_do(opened):
    program = opened(short("exclusive_or", 80))
    change(program, "plane.kind", "random")
    before = program.controller.results.of(PLANE)
    program.actions.invoke("remake_plane")
    settle(program)
    assert program.controller.results.of(PLANE) is not before
    assert program.store.document.experiment.plane.kind == "principal_components"
    flat = program.controller.results.of(PLANE).flat
    assert min(flat.distance(end) / np.linalg.norm(end - start_of(program)) for end in ends(program)) < 0.5


def test_a_diverging_rate_is_said_and_nothing_is_lost(opened, person):
    program = opened(short("rosenbrock", 60))
    low, high = picture(program, "curves").box.viewRange()[1]
    change(program, "optimizer.0.schedule.rate", 0.5)
    assert "diverged: α is above the stability bound 2/λmax" in notes(picture(program, "curves"))
    assert person.complaints == []
    after = picture(program, "curves").box.viewRange()[1]
    assert after[1] < high + 2.5  # the diverging run leaves through the top of the (logarithmic) axis
    assert after[0] == pytest.approx(low, abs=1.0)
    change(program, "optimizer.0.schedule.rate", 0.001)
    assert "diverged" not in notes(picture(program, "curves"))


def test_raw_newton_on_the_plateau_explains_itself(opened):
    program = opened(short("exclusive_or", 60))
    change(program, "optimizer.2.kind", "damped_newton")
    change(program, "optimizer.2.damping", 0.0)
    said = program.controller.results.of(RUNS).sentences[2]
    assert "flat saddle, not in a minimum" in said
    assert "singular" in said


def test_a_slope_without_curvature_gives_newton_nothing_to_divide_by(opened):
    program = opened(short("incline", 20))
    change(program, "optimizer.2.kind", "newton")
    assert "has not moved" in program.controller.results.of(RUNS).sentences[2]
    assert "no Newton step" in notes(picture(program, "slice"))


def test_a_loss_below_zero_is_seen_on_the_curves(opened):
    program = opened(short("styblinski_tang", 30))
    low, high = picture(program, "curves").box.viewRange()[1]
    values = program.controller.results.of(RUNS).trajectories.values
    assert low < np.nanmin(values)
    assert high > np.nanmax(values[0])


@pytest.mark.parametrize("along", ["newton", "gradient", "first axis", "second axis"])
def test_the_slice_follows_every_direction(opened, along):
    program = opened(short("moons", 10))
    change(program, "view.slice.along", along)
    assert program.controller.results.of(SLICE_LANE, 1) is not None
    assert notes(picture(program, "slice"))
    line = program.controller.results.of(SLICE_LANE, 1).line
    assert np.linalg.norm(line.directions) == pytest.approx(1.0)


def test_another_problem_takes_the_place_of_all_four_cards_and_undo_comes_back(opened):
    program = opened(short("exclusive_or", 20))
    before = ends(program)
    change(program, "problem.example", "booth")
    model = program.cards.view(Card("model"))
    assert model.body.isHidden()
    assert model.state.text() == "A formula has no model."
    assert program.cards.view(Card("landscape")).title.text() == "Loss landscape"
    assert program.controller.results.failures == {}
    change(program, "problem.example", "bowl")
    assert isinstance(landscape(program), PlotView)
    program.actions.invoke("undo")
    program.actions.invoke("undo")
    settle(program)
    assert not model.body.isHidden()
    np.testing.assert_array_equal(ends(program), before)


def test_a_range_chosen_by_hand_is_not_kept_for_another_problem(opened):
    program = opened(short("double_well", 10))
    view = landscape(program)
    view.box.setRange(xRange=(5, 6), yRange=(50, 60), padding=0)
    view.box.sigRangeChangedManually.emit([True, True])
    settle(program)
    assert program.store.document.view.of(LandscapeSettings).window == pytest.approx((5, 6))
    change(program, "problem.example", "bowl")
    left, right = view.box.viewRange()[0]
    assert left < 0 < right
