"""Newton's methods against closed forms and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from engine import optimizers
from engine.optimizers import explain
from engine.optimizers.spectrum import decompose
from engine.optimizers.trust_regions import exact_step
from tests.engine.optimizers.driver import descend
from tests.engine.optimizers.landscapes import Quadratic, Residuals, Rosenbrock, Slope


def rotated(values, seed):
    values = np.asarray(values, dtype=float)
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))
    return q @ np.diag(values) @ q.T


signed = st.builds(lambda size, sign: size * sign, st.floats(1e-3, 1e3), st.sampled_from([-1.0, 1.0]))


@given(st.lists(signed, min_size=1, max_size=6), st.integers(0, 10**6))
def test_newton_reaches_the_stationary_point_of_a_quadratic_in_one_step(values, seed):
    center = np.random.default_rng(seed).standard_normal(len(values))
    run = descend(Quadratic(rotated(values, seed), center), [optimizers.newton()], center[None] + 1.0, 1)
    np.testing.assert_allclose(run.end[0], center, atol=1e-8)
    curvature = run.reports[0].curvature
    assert curvature["negative"][0] == sum(value < 0 for value in values)
    assert curvature["null"][0] == 0


@pytest.mark.parametrize("optimizer", [optimizers.newton(), optimizers.damped_newton(damping=0.0)])
def test_null_directions_are_left_out_and_counted(optimizer):
    matrix = rotated([2.0, 1.0, 0.0, 0.0], 3)
    run = descend(Quadratic(matrix), [optimizer], np.ones((1, 4)), 1)
    np.testing.assert_allclose(run.end[0], np.ones(4) - np.linalg.pinv(matrix) @ matrix @ np.ones(4), atol=1e-12)
    assert run.reports[0].curvature["null"][0] == 2
    assert "2 null directions were left out" in explain(optimizer, run.reports[0])


def test_no_curvature_at_all_is_no_exception():
    run = descend(Slope([1.0, 2.0]), [optimizers.newton()], np.zeros((1, 2)), 1)
    assert np.array_equal(run.end, np.zeros((1, 2)))
    assert "no Newton step" in explain("newton", run.reports[0])


def test_newton_on_a_dome_says_maximum():
    run = descend(Quadratic(-np.eye(2)), [optimizers.newton()], np.ones((1, 2)), 1)
    assert "goes to a maximum of the model" in explain("newton", run.reports[0])


def test_curvature_that_is_not_finite_ends_the_run_with_a_sentence():
    run = descend(Quadratic([[np.inf, 0.0], [0.0, 1.0]]), [optimizers.newton()], np.ones((1, 2)), 1)
    assert run.reports[0].failed[0]
    assert "not finite" in explain("newton", run.reports[0])


@pytest.mark.parametrize("mu", [0.05, 3.0])
def test_damped_step_solves_the_damped_system(mu):
    start = np.array([[-0.5, 0.8]])
    run = descend(Rosenbrock(), [optimizers.damped_newton(damping=mu)], start, 1)
    g, H = Rosenbrock().value_and_gradient(start)[1][0], Rosenbrock().hessian(start)[0]
    np.testing.assert_allclose(run.end[0] - start[0], -np.linalg.solve(H + mu * np.eye(2), g), rtol=1e-9)


def test_adaptive_damping_stays_above_the_lowest_eigenvalue_and_never_goes_up():
    start = np.array([[-1.2, 1.0], [0.0, 2.0], [1.5, -1.0]])
    run = descend(Rosenbrock(), [optimizers.damped_newton(damping=1.0, adaptive=True)] * 3, start, 60)
    assert (np.diff(run.values, axis=0) <= 1e-12).all()
    np.testing.assert_allclose(run.end, 1.0, atol=1e-8)
    for report in run.reports:
        assert (report.curvature["damping"] > -report.curvature["smallest"]).all()


@pytest.mark.parametrize(
    "name", ["saddle_free", "trust_region", "newton_cg", "bfgs", "lbfgs", "conjugate_gradient", "damped_newton"]
)
def test_finds_the_minimum_of_rosenbrock(name):
    settings = {"adaptive": True} if name == "damped_newton" else {}
    start = np.array([[-1.2, 1.0], [0.0, -1.0], [3.0, 2.0]])
    run = descend(Rosenbrock(), [getattr(optimizers, name)(**settings)] * 3, start, 120)
    np.testing.assert_allclose(run.end, 1.0, atol=1e-6)


@pytest.mark.parametrize("name", ["gauss_newton", "levenberg_marquardt"])
def test_residual_methods_find_the_coefficients(name):
    run = descend(Residuals(), [getattr(optimizers, name)()] * 2, [[1.5, 0.5], [2.5, 1.0]], 30)
    np.testing.assert_allclose(run.end, [[2.0, 0.7]] * 2, atol=1e-9)


def test_levenberg_marquardt_does_not_depend_on_the_scale_of_a_parameter():
    class Scaled(Residuals):
        factor = np.array([1000.0, 0.01])

        def _parts(self, points):
            r, jacobian, decay = super()._parts(points * self.factor)
            return r, jacobian * self.factor, decay

    start = np.array([[1.5, 0.2]])
    plain = descend(Residuals(), [optimizers.levenberg_marquardt(damping=0.1)], start, 8)
    scaled = descend(Scaled(), [optimizers.levenberg_marquardt(damping=0.1)], start / Scaled.factor, 8)
    np.testing.assert_allclose(scaled.points * Scaled.factor, plain.points, rtol=1e-7)


# --- the exact trust-region subproblem ---------------------------------------------------------------------------------


def model(H, g, s):
    return g @ s + 0.5 * s @ H @ s


def best_by_scipy(H, g, radius):
    """The lowest value within the ball over many starts: in spherical form, so that the constraint is exact."""

    def inside(u):
        return u * radius / max(1.0, np.linalg.norm(u))

    rng = np.random.default_rng(0)
    starts = [rng.standard_normal(len(g)) * scale for scale in (0.3, 3.0) for _ in range(6)]
    return min(
        minimize(
            lambda u: model(H, g, inside(u)),
            u0,
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 4000},
        ).fun
        for u0 in starts
    )


@pytest.mark.parametrize(
    ("values", "slopes"),
    [
        ([1.0, 2.0, 5.0], [1.0, 1.0, 1.0]),  # the radius may or may not bind
        ([-1.0, 2.0, 5.0], [0.5, 1.0, 1.0]),
        ([-1.0, 2.0, 5.0], [0.0, 1.0, 1.0]),  # the hard case for a large radius
        ([-1.0, -1.0, 5.0], [0.0, 0.0, 1.0]),  # twice
        ([0.0, 2.0, 5.0], [1.0, 1.0, 1.0]),  # singular
        ([-3.0, -2.0, -1.0], [1e-9, 1.0, 1.0]),  # nearly hard
    ],
)
@pytest.mark.parametrize("radius", [0.1, 1.0, 10.0])
def test_subproblem_is_as_low_as_the_best_of_many_searches(values, slopes, radius):
    H = rotated(values, 5)
    g = np.linalg.eigh(H)[1] @ np.array(slopes)
    spectrum = decompose(H[None], g[None], np.array([True]))
    coordinates, shift, at_edge = exact_step(spectrum, np.array([radius]))
    s = spectrum.vector(coordinates)[0]
    assert np.linalg.norm(s) <= radius * (1 + 1e-9)
    assert model(H, g, s) <= best_by_scipy(H, g, radius) + 1e-8
    # Moré–Sorensen's conditions for the global minimum, apart from any search.
    np.testing.assert_allclose((H + shift[0] * np.eye(3)) @ s, -g, atol=1e-7)
    assert min(values) + shift[0] >= -1e-12
    if at_edge[0]:
        np.testing.assert_allclose(np.linalg.norm(s), radius, rtol=1e-9)
    else:
        assert shift[0] <= 1e-12


def test_conjugate_gradients_solve_a_quadratic_in_as_many_steps_as_parameters():
    H = rotated([1.0, 3.0, 7.0, 20.0], 2)
    run = descend(Quadratic(H), [optimizers.conjugate_gradient()], np.ones((1, 4)), 8)
    assert np.linalg.norm(run.end) < 1e-5


def test_newton_cg_forms_no_matrix():
    run = descend(Rosenbrock(), [optimizers.newton_cg()], [[-1.2, 1.0]], 5)
    assert "hessian" not in run.evaluate.calls
    assert run.evaluate.calls["product"] == sum(report.curvature["products"][0] for report in run.reports)


def test_lbfgs_with_full_memory_follows_bfgs():
    # With exact curvature pairs and as much memory as steps both are the same method but for the first scaling.
    start, matrix = np.ones((1, 3)), rotated([1.0, 2.0, 4.0], 1)
    full = descend(Quadratic(matrix), [optimizers.bfgs()], start, 2).points
    limited = descend(Quadratic(matrix), [optimizers.lbfgs(memory=20)], start, 2).points
    np.testing.assert_allclose(limited, full, rtol=1e-9, atol=1e-12)


def test_memory_of_each_run_is_its_own():
    start = np.array([[-1.2, 1.0], [-1.2, 1.0]])
    pair = descend(Rosenbrock(), [optimizers.lbfgs(memory=2), optimizers.lbfgs(memory=8)], start, 15).points
    short = descend(Rosenbrock(), [optimizers.lbfgs(memory=2)], start[:1], 15).points
    np.testing.assert_allclose(pair[:, 0], short[:, 0], rtol=1e-6)
    assert not np.allclose(pair[10, 0], pair[10, 1])
