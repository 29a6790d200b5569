import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov

from engine.analysis.stability import (
    StabilityBound,
    largest_eigenvalue,
    noise_floor_radius,
    stability_bound,
)
from engine.optimizers.method import Kind, Optimizer
from engine.schedules import Constant
from tests.engine.analysis.functions import Quadratic, descend


def symmetric(size, seed=0):
    matrix = np.random.default_rng(seed).standard_normal((size, size))
    return (matrix + matrix.T) / 2


@pytest.mark.parametrize("size", [1, 5, 401, 600])
def test_the_largest_eigenvalue_dense_or_by_lanczos(size):
    matrix = symmetric(size)
    expected = np.linalg.eigvalsh(matrix)[-1]
    assert largest_eigenvalue(Quadratic(matrix), np.zeros(size)) == pytest.approx(expected, rel=1e-8)


def test_lanczos_gives_the_same_number_each_time():
    bowl = Quadratic(symmetric(450, seed=2))
    assert largest_eigenvalue(bowl, np.zeros(450)) == largest_eigenvalue(bowl, np.zeros(450))


def kind(stability):
    return Kind("momentum", "Momentum", "", "", (), lambda settings: None, stability=stability)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_is_stable_just_below_its_bound_and_not_just_above(beta):
    optimizer = Optimizer("momentum", Constant(0.1), (("beta", beta), ("decoupled", True), ("mode", "plain")))
    bound = stability_bound(kind(lambda settings: 2 * (1 + settings["beta"])), optimizer, 10.0)
    assert bound.rate == pytest.approx(2 * (1 + beta) / 10)
    bowl = Quadratic(np.diag([1.0, 10.0]))
    below = descend(bowl.value_and_gradient, [1.0, 1.0], 0.99 * bound.rate, 2000, beta)
    above = descend(bowl.value_and_gradient, [1.0, 1.0], 1.01 * bound.rate, 2000, beta)
    assert below.values[-1, 0] < 1e-6
    assert above.values[-1, 0] > 1.0
    assert bound.exceeded_by(1.01 * bound.rate)
    assert not bound.exceeded_by(0.99 * bound.rate)


def test_an_unknown_bound_is_none_and_no_curvature_is_no_bound():
    assert stability_bound(kind(None), Optimizer("adam", Constant(0.1)), 1.0) is None
    assert StabilityBound(2.0, -1.0).rate == float("inf")
    assert "no bound" in StabilityBound(2.0, 0.0).sentence


def test_the_unit_bowl_has_the_lectures_radius():
    for rate in (0.01, 0.1, 1.0):
        assert noise_floor_radius(rate) == pytest.approx(np.sqrt(rate / (2 - rate)))


@pytest.mark.parametrize("rate", [0.01, 0.3])
@pytest.mark.parametrize("curvature", [0.5, 4.0])
@pytest.mark.parametrize("beta", [0.0, 0.9])
def test_the_radius_is_the_fixed_point_of_the_covariance(rate, curvature, beta):
    # State (θ, v): v ← βv + λθ + σξ, θ ← θ − αv.
    velocity = np.array([curvature, beta])
    transition = np.stack([np.array([1.0, 0.0]) - rate * velocity, velocity])
    push = np.array([-rate, 1.0]) * 0.7
    covariance = solve_discrete_lyapunov(transition, np.outer(push, push))
    expected = np.sqrt(3 * covariance[0, 0])
    found = noise_floor_radius(rate, curvature=curvature, noise=0.7, beta=beta, dimensions=3)
    assert found == pytest.approx(expected, rel=1e-6)


def test_beyond_the_bound_the_cloud_is_infinite():
    assert noise_floor_radius(2.0) == float("inf")
