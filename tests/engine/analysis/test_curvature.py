import threading
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

import engine
from engine import optimizers
from engine.analysis.curvature_effort import EXACT, effort_for, what_it_takes
from engine.analysis.curvature_job import curvature, curvature_job
from engine.analysis.density import spectral_density
from engine.analysis.ends import Effort
from engine.analysis.spectrum import spectrum
from engine.arrays import same
from engine.descent import Descent, descent_job
from engine.job import Progress, drain
from engine.objective import Objective
from engine.trajectory import Trajectories
from tests.engine.analysis.functions import Function, Quadratic
from tests.engine.analysis.spectra import bowl, moons

FEW = Effort(wanted=6, rows=64)
BY_PRODUCTS = {"exact_up_to": 0, "effort": FEW, "probes": 3, "steps": 20}
"""What makes small objectives take the way of the large ones."""


@pytest.fixture
def finest(monkeypatch):
    """Every job yields after the least piece of work it can do."""
    monkeypatch.setattr("engine.job.CHUNK", 1e-9)
    monkeypatch.setattr("engine.descent.CHUNK", 1e-9)
    monkeypatch.setattr("engine.group.LONGEST_CHUNK", 4)


# All eigenvalues


@pytest.mark.parametrize("hidden", [(2,), (8, 8), (16, 16)])
def test_a_networks_curvature_is_that_of_its_dense_hessian(hidden):
    objective, point = moons(hidden)
    found, expected = curvature(objective, point), spectrum(objective, point)
    assert found.ends is None and found.density is None and found.products == 0  # noqa: PT018
    np.testing.assert_allclose(found.whole.eigenvalues, expected.eigenvalues, atol=1e-12)
    signs = found.signs
    assert (signs.down, signs.flat, signs.up) == (expected.negative, expected.zero, expected.positive)
    assert signs.tolerance == pytest.approx(expected.tolerance)
    assert (found.lambda_min, found.lambda_max) == (found.whole.eigenvalues[0], found.whole.eigenvalues[-1])
    gradient = objective.value_and_gradient(point)[1]
    assert found.gradient_norm == pytest.approx(np.linalg.norm(gradient))
    assert np.linalg.norm(found.whole.slopes) == pytest.approx(found.gradient_norm)
    assert found.condition_number == float("inf")  # a common shift of all logits changes nothing
    assert found.condition_sentence == "Singular to rounding."
    values, vectors = np.linalg.eigh(objective.hessian(point))
    flat = vectors[:, np.abs(values) <= expected.tolerance].T @ gradient
    assert found.flat_share == pytest.approx(np.linalg.norm(flat) / found.gradient_norm, abs=1e-10)
    # With 16 units a layer some eigenvalues are too small for rounding, and the gradient is not orthogonal to those.
    part = "a part" if hidden == (16, 16) else "no part"
    assert f"The gradient has {part} in what is flat" in found.verdict


def test_the_steps_along_the_eigenvectors_are_those_of_newton_and_of_descent():
    objective, point = bowl(np.linspace(-2, 5, 9), np.arange(9.0)), np.full(9, 0.3)
    found = curvature(objective, point)
    values, vectors = np.linalg.eigh(objective.matrix)
    gradient = objective.value_and_gradient(point)[1]
    uphill = vectors * np.sign(vectors.T @ gradient)
    newton = uphill.T @ -np.linalg.solve(objective.matrix, gradient)
    np.testing.assert_allclose(found.whole.newton_steps(found.signs.tolerance), newton, atol=1e-12)
    np.testing.assert_allclose(found.whole.descent_steps(0.1), uphill.T @ (-0.1 * gradient), atol=1e-12)
    assert (found.whole.newton_steps(0.0)[values < 0] > 0).all()  # uphill where the model bends down


VERDICTS = {
    "positive definite": ([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], (0, 0, 3), "leads to the minimum of the model"),
    "negative definite": ([-1.0, -2.0, -3.0], [1.0, 1.0, 1.0], (3, 0, 0), "leads to the maximum of the model"),
    "indefinite": ([-1.0, 2.0, 3.0], [1.0, 1.0, 1.0], (1, 0, 2), "leads to a saddle of the model"),
    "flat without gradient": ([0.0, 2.0, 3.0], [0.0, 1.0, 1.0], (0, 1, 2), "leads to a minimum of the model"),
    "flat with gradient": ([0.0, 2.0, 3.0], [1.0, 1.0, 1.0], (0, 1, 2), "the model has no stationary point"),
    "flat with a little": ([0.0, 2.0, 3.0], [1e-5, 1.0, 1.0], (0, 1, 2), "the model has no stationary point"),
    "indefinite and flat": ([-1.0, 0.0, 3.0], [1.0, 0.0, 1.0], (1, 1, 1), "leads to a saddle of the model"),
    "nothing": ([0.0, 0.0, 0.0], [1.0, 0.0, 1.0], (0, 3, 0), "the model is its own tangent"),
    "no gradient": ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], (0, 0, 3), "stays at the minimum of the model"),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_verdict_follows_from_the_signs_and_the_gradient(name):
    eigenvalues, slope, counts, words = VERDICTS[name]
    found = curvature(Quadratic(np.diag(eigenvalues), slope), np.zeros(3))
    assert (found.signs.down, found.signs.flat, found.signs.up) == counts
    assert words in found.verdict


@pytest.mark.parametrize("options", [{}, BY_PRODUCTS], ids=["all", "by products"])
def test_a_constant_added_to_the_loss_changes_nothing(options):
    eigenvalues, slope = np.linspace(-1, 3, 40), np.ones(40)
    one, other = (
        drain(curvature_job(bowl(eigenvalues, slope, constant), np.zeros(40), **options)) for constant in (0.0, 1e9)
    )
    assert same(one, other)


# Both ends and the density


def test_by_products_the_ends_are_the_dense_ones_and_the_density_is_the_estimate():
    objective, point = moons((16, 16))
    exact = curvature(objective, point)
    found = drain(curvature_job(objective, point, **BY_PRODUCTS))
    assert found.whole is None and found.spectrum is None and found.flat_share is None  # noqa: PT018
    values = exact.whole.eigenvalues
    np.testing.assert_allclose(found.ends.smallest.eigenvalues, values[:6], rtol=1e-3)
    np.testing.assert_allclose(found.ends.largest.eigenvalues, values[-6:], rtol=1e-3)
    assert found.lambda_max == pytest.approx(exact.lambda_max)
    assert found.lambda_min == pytest.approx(exact.lambda_min)
    assert 0 < found.signs.down <= exact.signs.down
    assert 0 < found.signs.up <= exact.signs.up
    assert not found.signs.complete
    assert found.verdict.startswith(f"At least {found.signs.down} of 354 directions bend down and at least")
    assert found.products == found.ends.products + 3 * 20
    assert same(found.density, spectral_density(objective, point, probes=3, steps=20))
    about, least, most = found.share_down
    assert least <= about <= most
    assert least - 0.02 <= exact.signs.down / 354 <= most + 0.02
    assert found.density_sentence.startswith("About ")
    assert found.density_sentence.endswith(" by 3 random probes.")


def test_a_condition_number_from_the_ends_is_a_lower_bound():
    objective, point = bowl(np.linspace(1.0, 50.0, 300)), np.ones(300)
    found = drain(curvature_job(objective, point, **BY_PRODUCTS))
    assert 40 < found.condition_number <= 50.0 * (1 + 1e-12)
    assert found.condition_sentence.startswith("Condition number at least ")
    assert found.verdict.startswith("None of 300 directions was found to bend down")
    flat = drain(curvature_job(bowl(np.concatenate([np.zeros(250), np.ones(50)])), point, **BY_PRODUCTS))
    assert flat.condition_sentence == "Singular to rounding."


def test_results_grow_from_the_ends_to_the_density():
    objective, point = moons((16, 16))
    told = list(curvature_job(objective, point, **BY_PRODUCTS))
    results = [progress.result for progress in told if progress.result is not None]
    assert [progress.fraction for progress in told] == sorted(progress.fraction for progress in told)
    assert told[-1].fraction == 1.0
    probes = [0 if result.density is None else result.density.probes for result in results]
    assert probes == sorted(probes)
    assert set(probes) == {0, 1, 2, 3}
    assert all(len(a.ends.largest) <= len(b.ends.largest) for a, b in pairwise(results))
    without = drain(curvature_job(objective, point, **{**BY_PRODUCTS, "probes": 0}))
    assert without.density is None
    assert without.density_sentence == ""


# Against the learning rate


@pytest.mark.parametrize("options", [{}, BY_PRODUCTS], ids=["all", "by products"])
def test_the_largest_eigenvalue_stands_against_the_methods_bound(options):
    objective, point = bowl(np.linspace(-1.0, 10.0, 40), np.ones(40)), np.zeros(40)

    def edge(optimizer, rate):
        return drain(curvature_job(objective, point, optimizer, rate, **options)).stability

    descent = optimizers.gradient_descent(0.1)
    assert edge(descent, 0.1).curvature == pytest.approx(20.0)
    assert not edge(descent, 0.19).exceeded
    assert edge(descent, 0.21).exceeded
    assert edge(optimizers.momentum(0.1, 0.5), 0.1).curvature == pytest.approx(30.0)
    assert edge(optimizers.momentum(0.1, 0.5), 0.1).sentence.startswith("λmax = 10 is below 2(1+β)/α = 30")
    assert edge(descent, 0.5).sentence.startswith("λmax = 10 has reached 2/α = 4:")
    assert "learning rate is 0" in edge(descent, 0.0).sentence
    assert edge(optimizers.adam(0.1), 0.1) is None
    assert edge(descent, None) is None
    assert edge(None, 0.1) is None


def test_where_nothing_bends_up_there_is_no_bound():
    found = curvature(bowl([-1.0, -2.0]), np.ones(2), optimizers.gradient_descent(0.1), 0.1)
    assert not found.stability.exceeded
    assert "sets no bound" in found.stability.sentence


# As a job


def _jobs():
    objective, point = moons((16, 16))
    runs = Descent(objective, np.stack([point, -point]), (optimizers.newton_cg(), optimizers.saddle_free()), 3)
    return [
        lambda: curvature_job(objective, point, optimizers.momentum(0.1), 0.1),
        lambda: curvature_job(objective, 0.5 * point),
        lambda: curvature_job(objective, point, **BY_PRODUCTS),
        lambda: curvature_job(objective, -point, seed=3, **BY_PRODUCTS),
        lambda: descent_job(runs),
    ]


def _told(result):
    return replace(result, seconds=np.zeros(0)) if isinstance(result, Trajectories) else result


def test_jobs_that_take_turns_come_out_as_if_alone(finest):
    expected = [_told(drain(make())) for make in _jobs()]
    going, results, errors, turns = dict(enumerate(make() for make in _jobs())), {}, np.geterr(), 0
    while going:
        for number, job in list(going.items()):
            progress = next(job, None)
            turns += 1
            assert np.geterr() == errors
            if progress is None:
                del going[number]
            elif isinstance(progress, Progress) and progress.result is not None:
                results[number] = progress.result
    assert turns > 500
    for number, wanted in enumerate(expected):
        assert same(_told(results[number]), wanted), number


def test_a_job_that_is_dropped_leaves_nothing_behind(finest):
    expected = [_told(drain(make())) for make in _jobs()]
    threads, errors = threading.active_count(), np.geterr()
    for stop in (0, 1, 7, 60, 200):
        for make in _jobs():
            job = make()
            for _, _ in zip(range(stop), job, strict=False):
                pass
            job.close()
            assert np.geterr() == errors
    assert threading.active_count() == threads
    assert all(same(_told(drain(make())), wanted) for make, wanted in zip(_jobs(), expected, strict=True))


def test_more_work_has_more_pauses(finest):
    def pauses(hidden, **options):
        return sum(1 for _ in curvature_job(*moons(hidden), **options))

    assert pauses((4,)) < pauses((16, 16)) < pauses((24, 24))
    few, many = ({**BY_PRODUCTS, "probes": probes} for probes in (1, 6))
    assert pauses((16, 16), **few) + 5 * 20 <= pauses((16, 16), **many)


def test_the_callers_point_is_its_own():
    objective, point = moons((16, 16))
    expected, moving = curvature(objective, point), point.copy()
    job = curvature_job(objective, moving)
    next(job)
    moving[:] = 0.0
    assert same(drain(job), expected)


def _objectives(value):
    if isinstance(value, Objective):
        return True
    if is_dataclass(value):
        return any(_objectives(getattr(value, each.name)) for each in fields(value))
    return False


@pytest.mark.parametrize("options", [{}, BY_PRODUCTS], ids=["all", "by products"])
def test_a_result_holds_data_alone_which_nobody_changes(options):
    found = drain(curvature_job(*moons((8, 8)), optimizers.momentum(0.1), 0.1, **options))
    assert not _objectives(found)
    known = (found.whole,) if found.ends is None else (found.ends.smallest, found.ends.largest)
    for directions in known:
        for each in fields(directions):
            with pytest.raises(ValueError, match="read-only"):
                getattr(directions, each.name)[0] = 1.0


@pytest.mark.parametrize("options", [{}, BY_PRODUCTS], ids=["all", "by products"])
@pytest.mark.parametrize(
    "objective",
    [
        Function(1, lambda x: (x, [x], [[x * np.nan]])),
        Function(1, lambda x: (x, [x * np.inf], [[x]])),
        Function(1, lambda x: (x * np.nan, [x], [[x]])),
        Quadratic(np.diag([1.0, np.inf]), np.ones(2)),
    ],
    ids=["Hessian", "gradient", "value", "one entry"],
)
def test_what_is_not_finite_is_refused(objective, options):
    with pytest.raises(ValueError, match=r"not finite at this point"), np.errstate(all="ignore"):
        drain(curvature_job(objective, np.ones(objective.dimension), **options))


@pytest.mark.parametrize("options", [{}, BY_PRODUCTS], ids=["all", "by products"])
@pytest.mark.parametrize("size", [1e3, 1e100, 1e200, 1e308])
def test_a_point_that_diverged_has_a_curvature_or_a_reason(size, options):
    objective, point = moons((16, 16), "squared_error", "sigmoid")
    try:
        found = drain(curvature_job(objective, size * point, **options))
    except ValueError as reason:
        assert "not finite" in str(reason)  # noqa: PT017
    else:
        assert np.isfinite([found.lambda_min, found.lambda_max]).all()
        assert found.verdict


def test_formulas_and_restrictions_have_curvatures_too():
    assert curvature(engine.Formula("bowl"), [1.0]).verdict.startswith("The only direction bends up")
    objective, point = moons((8, 8))
    axes = np.random.default_rng(0).standard_normal((2, point.size))
    inside = objective.restrict(engine.Plane(point, axes[0], axes[1]))
    assert curvature(inside, [0.0, 0.0]).parameters == 2


# What it takes


def test_what_it_takes_is_known_before():
    assert what_it_takes(EXACT).products == 0
    assert what_it_takes(EXACT).bytes == 2 * 8 * EXACT**2
    large = what_it_takes(13_002)
    assert (large.products, large.affordable, large.seconds) == (600 + 8 * 64, True, None)
    assert large.bytes < 30e6
    assert not what_it_takes(13_002, 1.0).affordable
    assert not what_it_takes(5_000_000).affordable
    assert "GB" in what_it_takes(50_000_000).sentence


def test_large_networks_get_fewer_vectors_as_far_as_memory_goes():
    sizes = [10**power for power in range(3, 7)]
    efforts = [effort_for(size) for size in sizes]
    assert [each.rows for each in efforts] == sorted((each.rows for each in efforts), reverse=True)
    assert all(each.rows >= 8 * each.wanted for each in efforts)
    assert all(what_it_takes(size).affordable for size in sizes)
