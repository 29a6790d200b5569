from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from app.compute.plan import requests
from app.examples import document_of
from app.headless import computed
from app.lanes.plane import PLANE
from app.lanes.problem_cache import ProblemCache
from app.lanes.runs import RUNS, RunsRequest
from app.panels import lane_of
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.settings import LandscapeSettings
from app.panels.model.lane import GRID, MODEL_LANE, SAMPLES, ModelRequest
from app.panels.slice.lane import POINTS as SLICE_POINTS
from app.panels.slice.lane import SLICE_LANE, SliceRequest
from engine import optimizers
from engine.analysis.newton_model import newton_direction
from engine.job import drain
from engine.plane import parameter_line, parameter_plane
from engine.problem import FormulaProblem, assemble
from engine.start import given
from tests.app.boards import board, curve_fit, diverging_board, fitted_board, viewed

KEYS = {lane.name: lane.key(1) for lane in (PLANE, RUNS, SURFACE, SLICE_LANE, MODEL_LANE)}


def asked_of(lane, document, results):
    """What a lane is asked for."""
    return requests(document, results)[KEYS[lane]]


def begun(cache, lane, request):
    """A lane's job."""
    return lane_of(KEYS[lane]).job(cache, request)


EXAMPLES = ["exclusive_or", "rosenbrock", "double_well", "digits", "sine", "gaussians"]


@pytest.fixture(scope="module")
def cache():
    return ProblemCache()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_lane_of_an_example_comes_out_whole(name):
    document, results = board(name, 4)
    assert results.failures == {}
    runs, surface = results.of(RUNS), results.of(SURFACE, 1)
    assert runs.trajectories.complete
    assert len(runs.sentences) == len(runs.plateaus) == len(runs.rates) == runs.trajectories.runs
    assert surface.complete
    assert surface.values.shape == (document.view.of(LandscapeSettings).resolution,) * results.of(PLANE).flat.dimension
    assert results.of(SLICE_LANE, 1).values.shape == (SLICE_POINTS,)
    assert (results.of(MODEL_LANE, 1) is None) == isinstance(document.experiment.problem, FormulaProblem)


def test_a_curve_fit_comes_out_whole():
    _, results = fitted_board()
    assert results.failures == {}
    fit, model = curve_fit(), results.of(MODEL_LANE, 1)
    low, high = model.first[0], model.first[-1]
    assert low < fit.x.min() < fit.x.max() < high
    np.testing.assert_allclose(model.outputs[:, 0], model.parameters[0] * np.exp(-model.parameters[1] * model.first))
    np.testing.assert_array_equal(model.targets, fit.y)


def test_progress_rises_to_one_and_every_yield_says_how_far(cache):
    document, results = board("exclusive_or", 12)
    for lane, request in requests(document, results).items():
        if request is None:
            continue
        progress = list(lane_of(lane).job(cache, request))
        fractions = [one.fraction for one in progress]
        assert fractions == sorted(fractions), lane
        assert fractions[-1] == 1.0, lane
        assert progress[-1].result is not None, lane


def test_problems_are_made_real_once_and_the_oldest_is_given_up():
    cache = ProblemCache(capacity=2)
    problems = [FormulaProblem(name) for name in ("bowl", "double_well", "rosenbrock")]
    first = cache.assembled(problems[0])
    assert cache.assembled(FormulaProblem("bowl")) is first
    cache.assembled(problems[1])
    cache.assembled(problems[2])
    assert cache.assembled(problems[0]) is not first


def test_what_was_used_last_is_kept_longest():
    cache = ProblemCache(capacity=2)
    first = cache.assembled(FormulaProblem("bowl"))
    cache.assembled(FormulaProblem("double_well"))
    assert cache.assembled(FormulaProblem("bowl")) is first
    cache.assembled(FormulaProblem("rosenbrock"))
    assert cache.assembled(FormulaProblem("bowl")) is first


@pytest.mark.parametrize("name", ["exclusive_or", "rosenbrock", "double_well"])
@pytest.mark.parametrize("along", ["newton", "gradient", "first axis", "second axis"])
def test_tangent_and_parabola_are_the_central_differences_of_the_loss(cache, name, along):
    document, results = board(name, 4)
    asked = asked_of("slice", viewed(document, along=along), results)
    cut = drain(begun(cache, "slice", asked))
    objective = assemble(document.experiment.problem).objective
    unit, step = cut.line.direction, 1e-4
    assert np.linalg.norm(unit) == pytest.approx(1.0)
    ahead, here, behind = (float(objective.value(asked.point + t * unit)) for t in (step, 0.0, -step))
    assert cut.value == pytest.approx(here)
    assert cut.slope == pytest.approx((ahead - behind) / (2 * step), rel=1e-5, abs=1e-7)
    assert cut.curvature == pytest.approx((ahead - 2 * here + behind) / step**2, rel=1e-3, abs=1e-5)
    wanted = objective.value(asked.point + cut.coordinates[:, None] * unit)
    np.testing.assert_allclose(cut.values, wanted, rtol=1e-9, atol=1e-12)


def test_along_the_newton_direction_the_step_lands_where_the_raw_step_ends(cache):
    document, results = board("rosenbrock", 4)
    asked = asked_of("slice", document, results)
    cut = drain(begun(cache, "slice", asked))
    objective = assemble(document.experiment.problem).objective
    np.testing.assert_allclose(cut.line.point([cut.landing]), asked.point + newton_direction(objective, asked.point))
    assert cut.coordinates[0] <= cut.landing <= cut.coordinates[-1]


@pytest.mark.parametrize("along", ["gradient", "first axis", "second axis"])
def test_along_any_other_direction_no_newton_step_lands(cache, along):
    document, results = board("rosenbrock", 4)
    asked = asked_of("slice", viewed(document, along=along), results)
    assert drain(begun(cache, "slice", asked)).landing is None


def test_where_the_hessian_vanishes_the_newton_slice_says_that_it_is_the_gradient(cache):
    line = parameter_line()
    asked = SliceRequest(FormulaProblem(text="x"), np.array([1.0]), "newton", line, 1.0)
    cut = drain(begun(cache, "slice", asked))
    assert "no Newton direction" in cut.direction
    assert cut.landing is None
    assert cut.curvature == 0.0


def test_a_point_without_slope_is_a_sentence(cache):
    asked = SliceRequest(FormulaProblem("bowl"), np.array([0.0]), "gradient", parameter_line(), 1.0)
    with pytest.raises(ValueError, match="no slope here"):
        drain(begun(cache, "slice", asked))


def test_an_approximate_newton_direction_points_nearly_where_the_exact_one_does(cache, monkeypatch):
    document, results = board("exclusive_or", 4)
    asked = asked_of("slice", document, results)
    exact = drain(begun(cache, "slice", asked))
    monkeypatch.setattr("app.panels.slice.lane.DENSE_NEWTON", 3)
    krylov = drain(begun(cache, "slice", asked))
    assert "approximated" in krylov.direction
    assert abs(float(exact.line.direction @ krylov.line.direction)) > 0.99


def test_the_lowest_known_is_the_minimum_where_that_is_known():
    assert board("rosenbrock", 4)[1].of(RUNS).lowest == 0.0
    runs = board("exclusive_or", 4)[1].of(RUNS)
    assert runs.lowest == runs.trajectories.values.min()


def test_a_run_that_flies_away_is_told_with_its_stability_bound():
    document, results = diverging_board("bowl")
    trajectories = results.of(RUNS).trajectories
    assert trajectories.outcomes[0].ending.value == "diverged"
    assert "diverged" in results.of(RUNS).sentences[0]
    # The bowl is x²/2 times its curvature: the bound of gradient descent is two over it.
    steepest = np.linalg.eigvalsh(assemble(document.experiment.problem).objective.hessian(trajectories.points[0, 0]))[
        -1
    ]
    assert f"{2 / steepest:.3g}" in results.of(RUNS).sentences[0]


def test_runs_within_a_plane_stay_in_it(cache):
    document, results = board("exclusive_or", 12)
    inside = replace(document, experiment=replace(document.experiment, residence="within"))
    runs = drain(begun(cache, "runs", asked_of("runs", inside, results)))
    flat = results.of(PLANE).flat
    assert flat.distance(runs.trajectories.points).max() < 1e-9


def test_decision_regions_are_the_networks_answers_on_a_grid_around_the_examples():
    document, results = board("exclusive_or", 4)
    model, made = results.of(MODEL_LANE, 1), assemble(document.experiment.problem)
    assert model.outputs.shape == (GRID, GRID, 2)
    assert model.first[0] < 0 < 1 < model.first[-1]
    row, column = 11, 40
    place = np.array([[model.first[column], model.second[row]]])
    # 2-2-2 with sigmoids, parameters layer by layer: W by rows, then b.
    first, out = model.parameters[:6], model.parameters[6:]
    hidden = expit(first[:4].reshape(2, 2) @ place[0] + first[4:])
    np.testing.assert_allclose(model.outputs[row, column], expit(out[:4].reshape(2, 2) @ hidden + out[4:]))
    assert dict(model.losses)["train"] == pytest.approx(float(made.objective.value(model.parameters)))
    assert dict(model.accuracies)["train"] in (0.0, 0.25, 0.5, 0.75, 1.0)


def test_a_network_of_one_input_is_a_curve():
    _, results = board("sine", 4)
    model = results.of(MODEL_LANE, 1)
    assert model.second.size == 0
    assert model.outputs.shape == (len(model.first), 1)
    assert model.accuracies == ()


def test_digits_show_weights_and_examples_that_training_has_not_seen():
    document, results = board("digits", 4)
    model, made = results.of(MODEL_LANE, 1), assemble(document.experiment.problem)
    assert model.image_shape == (8, 8)
    assert model.weights.shape == (16, 64)
    np.testing.assert_array_equal(model.weights.ravel(), model.parameters[: 16 * 64])
    assert model.predictions.shape == (SAMPLES, 10)
    np.testing.assert_allclose(model.predictions.sum(axis=1), 1.0)
    assert len(made.data.test) > 0
    np.testing.assert_array_equal(model.inputs, made.data.test.inputs[:SAMPLES])
    assert [name for name, _ in model.accuracies] == ["train", "validation", "test"]


def test_a_formula_has_no_model(cache):
    model = drain(begun(cache, "model", ModelRequest(FormulaProblem("bowl"), np.array([1.0]))))
    assert model.outputs.size == 0


def test_what_cannot_be_made_real_is_a_sentence(cache):
    bad = FormulaProblem(text="x +* y")
    asked = RunsRequest(bad, (given([0.0]),), (optimizers.gradient_descent(),), 3, None, 0, None)
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        drain(begun(cache, "runs", asked))


def test_slices_at_points_where_the_loss_overflows_are_a_sentence_or_finite_numbers(cache):
    asked = SliceRequest(FormulaProblem("rosenbrock"), np.array([1e100, 1e100]), "gradient", parameter_plane(), 1.0)
    with pytest.raises(ValueError, match="not finite"):
        drain(begun(cache, "slice", asked))


@pytest.mark.parametrize("along", ["first axis", "second axis", "gradient", "newton"])
def test_a_slice_of_coefficients_of_different_scale_stays_on_the_landscape(along):
    document = document_of("misra1a")
    document = replace(
        document,
        experiment=replace(document.experiment, steps=4),
    )
    document = viewed(document, along=along, step=0, resolution=9)
    results = computed(document)
    assert results.failures == {}
    cut, drawn = results.of(SLICE_LANE, 1), results.of(PLANE)
    ends = drawn.flat.coordinates(cut.line.point(cut.coordinates[[0, -1], None]))
    sides = np.array([high - low for low, high in zip(drawn.window[::2], drawn.window[1::2], strict=True)])
    if cut.landing is None:
        assert (np.abs(ends[1] - ends[0]) <= sides * (1 + 1e-12)).all()
    assert np.isfinite(cut.values).all()
