"""Recipes carried out: the plane is drawn through or around what it names, in a window that shows it."""

import dataclasses

import numpy as np
import pytest

from engine import optimizers as o
from engine.datasets import DatasetRecipe
from engine.descent import descend
from engine.job import drain
from engine.plane import Plane
from engine.plane_drawing import draw_plane_job
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem, assemble
from engine.start import Start, given

XOR = assemble(NetworkProblem(DatasetRecipe("exclusive_or"), (2,), "sigmoid", "sigmoid"))
RUNS = (o.gradient_descent(1.0), o.momentum(1.0, 0.9))


def drawn(assembled, *args, **kwargs):
    return drain(draw_plane_job(assembled, PlaneRecipe(*args, **kwargs)))


def shows(window, coordinates):
    low, high = np.array(window[::2]), np.array(window[1::2])
    return bool(((coordinates >= low) & (coordinates <= high)).all())


def test_a_formula_is_drawn_in_its_own_parameters_and_window():
    found = drawn(assemble(FormulaProblem("himmelblau")), "parameters")
    assert found.flat.point([1.5, -2.0]).tolist() == [1.5, -2.0]
    assert len(found.window) == 4
    line = drawn(assemble(FormulaProblem("double_well")), "parameters")
    assert line.flat.dimension == 1
    assert len(line.window) == 2
    assert drawn(assemble(FormulaProblem(text="x*y")), "parameters").window == (-3.0, 3.0, -3.0, 3.0)


@pytest.mark.parametrize("start", [[4.0, -2.0], [4.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
def test_a_curve_fit_is_drawn_around_its_start_and_the_minimum(start):
    x = np.linspace(0, 1, 5)
    window = drawn(assemble(CurveFitProblem("a*x + b", x, x)), "parameters", given(start)).window
    assert shows(window, np.array([start, [1.0, 0.0]]))
    assert all(low < high for low, high in (window[:2], window[2:]))


def test_a_curve_fit_whose_loss_is_nowhere_finite_is_still_drawn_around_its_start():
    fit = assemble(CurveFitProblem("a*exp(b*x)", np.full(3, 1e5), np.zeros(3)))
    window = drawn(fit, "parameters", given([2.0, 4.0])).window
    assert window == (-1.0, 5.0, -2.0, 10.0)


def test_two_coefficients_of_a_larger_fit_are_drawn_around_start_and_minimum():
    x = np.linspace(0, 4, 9)
    fit = assemble(CurveFitProblem("a + b*x + c*x^2", x, 3 - 2 * x + 1e-3 * x**2))
    found = drawn(fit, "weights", given([5.0, -1.0, 0.01]), indices=(0, 2))
    assert shows(found.window, np.array([[5.0, 0.01], [3.0, 1e-3]]))
    assert np.ptp(found.window[2:]) < 0.1


@pytest.mark.parametrize("kind", ["filter_normalized", "layer_normalized", "model_normalized"])
def test_biases_stay_or_move_as_the_recipe_says(kind):
    start = given(np.arange(1.0, 13.0))
    biases = [index for index, name in enumerate(XOR.objective.names) if name.startswith("b")]
    assert not drawn(XOR, kind, start).flat.directions[:, biases].any()
    assert drawn(XOR, kind, start, biases="scaled").flat.directions[:, biases].all()


def test_through_ends_is_exact_at_the_start_and_both_ends_and_shows_all_of_both_paths():
    found = drawn(XOR, "through_ends", Start(seed=0), RUNS, 400)
    runs = descend(XOR.objective, Start(seed=0).parameters(XOR), RUNS, 400)
    for point in (runs.points[0, 0], runs.points[-1, 0], runs.points[-1, 1]):
        assert found.flat.distance(point) < 1e-9
    assert shows(found.window, found.flat.coordinates(runs.points))


def test_paths_are_looked_at_in_pieces_with_the_same_result(monkeypatch):
    whole = drawn(XOR, "through_ends", Start(seed=0), RUNS, 50)
    monkeypatch.setattr("engine.plane_runs.PIECE_BYTES", 3 * 8 * XOR.objective.dimension)
    pieces = drawn(XOR, "through_ends", Start(seed=0), RUNS, 50)
    assert pieces.window == pytest.approx(whole.window, rel=1e-12)
    np.testing.assert_array_equal(pieces.flat.directions, whole.flat.directions)


def test_principal_components_show_both_paths():
    found = drawn(XOR, "principal_components", Start(seed=0), RUNS, 200)
    runs = descend(XOR.objective, Start(seed=0).parameters(XOR), RUNS, 200)
    assert shows(found.window, found.flat.coordinates(runs.points))
    assert found.flat.is_orthonormal


def test_a_run_that_diverges_is_left_out_of_the_plane():
    problem = assemble(NetworkProblem(DatasetRecipe("sine"), (3,), "tanh"))
    chosen = (o.gradient_descent(0.05), o.gradient_descent(1e8))
    found = drawn(problem, "through_ends", Start(seed=0), chosen, 30)
    assert np.isfinite(found.window).all()
    assert np.isfinite(found.flat.directions).all()


@pytest.mark.parametrize(
    "kind",
    [
        "filter_normalized",
        "layer_normalized",
        "model_normalized",
        "random",
        "hessian_eigenvectors",
        "gradient_and_newton",
        "weights",
    ],
)
def test_planes_around_a_start_hold_it_and_show_it(kind):
    found = drawn(XOR, kind, Start(seed=2))
    theta = Start(seed=2).parameters(XOR)
    assert found.flat.distance(theta) < 1e-12
    assert shows(found.window, found.flat.coordinates(theta))
    assert found.flat.drawn.kind
    assert found.assembled is XOR


def test_the_seed_draws_other_directions():
    one, two = (drawn(XOR, "random", Start(seed=2), seed=seed) for seed in (0, 1))
    assert not np.allclose(one.flat.directions, two.flat.directions)
    again = drawn(XOR, "random", Start(seed=2), seed=1)
    np.testing.assert_array_equal(two.flat.directions, again.flat.directions)


def test_chosen_weights_are_the_axes():
    found = drawn(XOR, "weights", Start(seed=2), indices=(3, 7))
    moved = found.flat.point([1.0, 0.0]) - found.flat.point([0.0, 0.0])
    assert np.flatnonzero(moved).tolist() == [3]


def test_a_given_plane_is_taken_as_it_is():
    plane = Plane(np.zeros(12), np.eye(12)[0], np.eye(12)[1])
    assert drawn(XOR, "given", plane=plane).flat is plane


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (PlaneRecipe("through_ends"), "names none"),
        (PlaneRecipe("through_ends", Start()), "names none"),
        (PlaneRecipe("random"), "needs a point"),
        (PlaneRecipe("given"), "no arrays"),
    ],
)
def test_recipes_that_lack_something_say_so(recipe, words):
    with pytest.raises(ValueError, match=words):
        drain(draw_plane_job(XOR, recipe))


def test_runs_that_do_not_move_give_no_plane():
    still = assemble(FormulaProblem("himmelblau"))
    recipe = PlaneRecipe("through_ends", given([3.0, 2.0]), (o.gradient_descent(0.01),), 5)
    with pytest.raises(ValueError, match="None of the runs has moved"):
        drain(draw_plane_job(still, recipe))


def test_the_plane_is_its_own_and_a_later_change_of_the_runs_does_not_move_it():
    recipe = PlaneRecipe("through_ends", Start(seed=0), RUNS, 50)
    first = drain(draw_plane_job(XOR, recipe))
    again = drain(draw_plane_job(XOR, dataclasses.replace(recipe)))
    np.testing.assert_array_equal(first.flat.directions, again.flat.directions)
    assert first.window == again.window


def test_drawing_can_be_stopped_while_its_runs_descend():
    job = draw_plane_job(XOR, PlaneRecipe("through_ends", Start(seed=0), RUNS, 5000))
    fractions = [next(job).fraction for _ in range(3)]
    assert fractions == sorted(fractions)
    assert fractions[-1] < 0.95
    job.close()
