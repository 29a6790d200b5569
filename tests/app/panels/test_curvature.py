"""The curvature card against NumPy's own eigenvalues, in every kind of problem, and at every step."""

from dataclasses import replace

import numpy as np
import pytest

from app.compute.plan import requests
from app.document import Card, Document
from app.examples import document_of
from app.figures.files import figure_bytes
from app.files.csv_tables import csv_table
from app.headless import computed, with_card
from app.lanes.lane import Delivered, Failure, TooLargeError
from app.lanes.problem_cache import ProblemCache
from app.lanes.runs import RUNS, shown_point
from app.panels import CURVATURE
from app.panels.card_state import card_state
from app.panels.curvature.lane import CURVATURE_LANE, curvature_job
from app.panels.curvature.settings import SCALES
from app.panels.panel import PictureCache
from engine import optimizers
from engine.analysis import curvature_effort
from engine.experiment import Experiment
from engine.job import drain
from engine.problem import FormulaProblem, assemble
from engine.start import given
from tests.app.boards import board, fitted_board, viewed

CARD = Card(CURVATURE.name)
KEY = CURVATURE_LANE.key(1)


def with_curvature(document, results):
    """The same with the card open, and its lane worked on."""
    document, _ = with_card(document, CURVATURE.name)
    request = requests(document, results)[KEY]
    found = drain(CURVATURE_LANE.job(ProblemCache(), request))
    return document, results.with_result(KEY, Delivered(request, found))


def drawn(document, results):
    return CURVATURE.picture(document, results, PictureCache(), 1)


def eigenvalues(document, results):
    objective = assemble(document.experiment.problem).objective
    return np.linalg.eigvalsh(objective.hessian(shown_point(document, results)))


EXAMPLES = ["exclusive_or", "moons", "rosenbrock", "saddle", "bowl", "sine", "misra1a"]


@pytest.mark.parametrize("step", [None, 0, 3])
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_numbers_are_the_hessians_eigenvalues_at_the_shown_step(name, step):
    document, results = board(name, 8)
    document, results = with_curvature(viewed(document, step=step), results)
    expected = eigenvalues(document, results)
    columns = csv_table(document, results, CARD).columns
    size = np.abs(expected).max()
    np.testing.assert_allclose(columns["eigenvalue"], expected, atol=1e-11 * size)
    tolerance = results.of(CURVATURE_LANE, 1).signs.tolerance
    kept = np.abs(expected) > 10 * tolerance
    np.testing.assert_allclose(columns["newton factor"][kept], 1 / expected[kept], rtol=1e-6)


def test_along_each_eigenvector_newton_and_descent_go_as_far_as_their_steps():
    document, results = with_curvature(*board("rosenbrock", 8))
    objective, point = assemble(document.experiment.problem).objective, shown_point(document, results)
    gradient, hessian = objective.value_and_gradient(point)[1], objective.hessian(point)
    columns = csv_table(document, results, CARD).columns
    assert np.linalg.norm(columns["newton step"]) == pytest.approx(np.linalg.norm(np.linalg.solve(hessian, gradient)))
    rate = results.of(RUNS).trajectories.rates[0, 0]
    assert np.linalg.norm(columns["descent step"]) == pytest.approx(rate * np.linalg.norm(gradient))


def test_the_signs_are_counted_and_told_with_the_verdict_on_newton():
    document, results = with_curvature(*board("exclusive_or", 8))
    document = viewed(document, step=0)
    document, results = with_curvature(document, results)
    negative = int((eigenvalues(document, results) < 0).sum())
    notes = [note.text for note in drawn(document, results).notes]
    assert 0 < negative < 12, "this test needs a point where some directions bend down"
    assert f"{negative} of 12 directions" in notes[0]
    assert "saddle of the model" in notes[0]
    assert f"12 eigenvalues: {negative} negative" in notes[1]
    assert "|λ| ≤" in notes[1]


@pytest.mark.parametrize(("beta", "rate"), [(0.9, 0.5), (0.0, 2.0)])
def test_the_bound_of_the_method_is_drawn_where_it_belongs(beta, rate):
    chosen = (optimizers.momentum(rate, beta), optimizers.adam())
    document, results = with_curvature(*board("exclusive_or", 5, chosen))
    picture = drawn(document, results)
    (level,) = [line for line in picture.lines if line.name.startswith("stable up to")]
    np.testing.assert_allclose(level.y, 2 * (1 + beta) / rate)
    (step,) = [line for line in picture.lines if line.name == "descent's step α"]
    np.testing.assert_allclose(step.y, rate)
    document, results = with_curvature(viewed(document, selected_optimizer=1), results)
    assert not [line for line in drawn(document, results).lines if line.name.startswith("stable up to")]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_eigenvalue_has_its_stem_and_negative_ones_another_color_and_symbol(name, scale):
    document, results = with_curvature(*board(name, 8))
    document = viewed(document, scale=scale)
    values, picture = eigenvalues(document, results), drawn(document, results)
    tolerance = results.of(CURVATURE_LANE, 1).signs.tolerance
    clouds = {cloud.name: cloud for cloud in picture.clouds}
    up, down = clouds.get("bends up"), clouds.get("bends down")
    assert (0 if up is None else len(up.x)) == (values > tolerance).sum()
    assert (0 if down is None else len(down.x)) == (values < -tolerance).sum()
    if up is not None and down is not None:
        assert up.color != down.color
        assert up.symbol != down.symbol
    sizes = np.sort(np.concatenate([cloud.y for cloud in (up, down) if cloud is not None]))
    wanted = values[np.abs(values) > tolerance]
    np.testing.assert_allclose(sizes, np.sort(np.abs(wanted) if scale == "logarithmic" else wanted), rtol=1e-6)
    assert picture.y.logarithmic == (scale == "logarithmic")
    assert picture.y.low <= sizes.min() <= sizes.max() <= picture.y.high


def test_of_a_large_network_both_ends_and_a_density_are_told_as_what_they_are():
    document = document_of("digits")
    problem = replace(document.experiment.problem, hidden=(24,))
    experiment = replace(
        document.experiment.with_problem(problem)[0], steps=2, optimizers=(optimizers.gradient_descent(0.3),)
    )
    document = viewed(
        replace(document, experiment=replace(experiment, plane=replace(experiment.plane, kind="random"))), resolution=9
    )
    document, _ = with_card(document, CURVATURE.name)
    results = computed(document)
    curvature = results.of(CURVATURE_LANE, 1)
    assert curvature.parameters == 64 * 24 + 24 + 24 * 10 + 10 > 1500
    expected = eigenvalues(document, results)
    columns = csv_table(document, results, CARD).columns["eigenvalue"]
    np.testing.assert_allclose(columns[-5:], expected[-5:], rtol=1e-6)
    assert columns[0] == pytest.approx(expected[0], rel=1e-3)
    picture = drawn(document, results)
    said = " ".join(note.text for note in picture.notes)
    assert "by Lanczos" in said
    assert "random probes" in said
    assert "At least" in picture.notes[0].text
    (density,) = [line for line in picture.lines if line.name == "spectral density"]
    area = csv_table(document, results, CARD, "density").columns
    assert np.trapezoid(area["density"], area["eigenvalue"]) == pytest.approx(1.0, abs=0.1)
    assert np.isfinite(density.y).all()


def test_within_the_plane_there_are_two_directions():
    document, _ = board("exclusive_or", 8)
    document = replace(document, experiment=replace(document.experiment, residence="within"))
    document, _ = with_card(document, CURVATURE.name)
    results = computed(document)
    assert results.of(CURVATURE_LANE, 1).parameters == 2
    assert "within the plane" in drawn(document, results).caption


def test_a_curve_fit_has_curvature_too():
    _, results = with_curvature(*fitted_board())
    assert results.of(CURVATURE_LANE, 1).parameters == 2


def test_it_is_computed_only_while_a_card_is_open():
    document, results = board("exclusive_or", 8)
    assert KEY not in requests(document, results)
    assert KEY in requests(with_card(document, CURVATURE.name)[0], results)


def test_it_follows_the_shown_step_and_the_selected_run():
    document, results = board("exclusive_or", 8)
    document, _ = with_card(document, CURVATURE.name)
    first = requests(document, results)[KEY]
    for changes in ({"step": 2}, {"selected_optimizer": 1}):
        other = requests(viewed(document, **changes), results)[KEY]
        assert not np.array_equal(other.point, first.point)
    assert requests(viewed(document, scale="linear"), results)[KEY].rate == first.rate


def test_where_a_run_has_flown_off_there_is_a_sentence():
    document, results = board("rosenbrock", 8)
    document, _ = with_card(document, CURVATURE.name)
    request = requests(document, results)[KEY]
    with pytest.raises(ValueError, match="not finite"):
        drain(curvature_job(ProblemCache(), replace(request, point=np.array([1e200, 1e200]))))


def test_what_is_too_large_says_what_it_would_take(monkeypatch):
    document, results = board("exclusive_or", 8)
    document, _ = with_card(document, CURVATURE.name)
    request = requests(document, results)[KEY]
    monkeypatch.setattr(curvature_effort, "EXACT", 5)
    monkeypatch.setattr(curvature_effort, "PATIENCE", 0.0)
    with pytest.raises(TooLargeError, match=r"12 parameters: up to [\d,]+ products") as refusal:
        drain(curvature_job(ProblemCache(), request))
    failed = results.with_failure(KEY, Failure(str(refusal.value), too_large=True))
    state = card_state(CURVATURE, 1, document, failed, {}, frozenset(), {})
    assert (state.kind, state.sentence) == ("too large", str(refusal.value))


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_it_is_exported_as_a_figure(suffix):
    document, results = with_curvature(*board("moons", 8))
    assert len(figure_bytes(suffix, drawn(document, results))) > 2000


@pytest.mark.parametrize("text", ["1e-160*x^2", "1e-200*x*y", "1e200*x^2 + 1e-100*y^2", "0*x"])
@pytest.mark.parametrize("scale", SCALES)
def test_however_flat_or_steep_the_axes_are_finite_and_have_a_width(text, scale):
    size = 1 + ("y" in text)
    problem, start = FormulaProblem(text=text), given(np.ones(size))
    document, _ = with_card(
        Document(Experiment(problem, (start,), (optimizers.gradient_descent(0.1),), 3)), CURVATURE.name
    )
    document = replace(document, view=document.view.changed(CURVATURE.settings, scale=scale))
    picture = drawn(document, computed(document))
    for axis in (picture.x, picture.y):
        assert np.isfinite([axis.low, axis.high]).all()
        assert axis.low < axis.high
        assert not axis.logarithmic or axis.low > 0
