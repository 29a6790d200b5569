"""The figures that the lectures are quoted with, against what was measured, closed forms and independent recomputations."""

import math

import numpy as np
import pytest

from engine.lectures.approximation import _curve, _hill, bumps_in_cells, bumps_of_steps
from engine.lectures.digits import neighbors_agree
from engine.lectures.generalization import _floor
from engine.lectures.plateaus import first_below
from engine.lectures.problems import noisy_bowl
from engine.lectures.twins import groups
from engine.network.prediction import predict
from tests.engine.lectures.evidence_of import evidence_of

MEASURED = {
    # name: (number, value, relative tolerance)
    "exclusive_or_plateau": [
        ("level", 0.25, 1e-3), ("descent", 5075, 5e-3), ("momentum", 380, 1e-2), ("descent at 10", 574, 1e-2),
    ],
    "crowded_steps": [("plateau steps", 4640, 0.02)],
    "swapped_units": [("twins", math.factorial(8) ** 2, 0)],
    "teacher_not_found": [("twins", math.factorial(3) * 2**3, 0)],
    "too_big": [("P, 8×8", 1482, 0), ("P, 28×28", 13_002, 0), ("MB", 17.6, 5e-3), ("GB", 1.35, 5e-3)],
    "always_singular": [("common shifts", 8 + 1, 0), ("sigmoid: negative", 51, 0.04), ("sigmoid: zero", 21, 0.1)],
    "need_not_learn": [
        ("tanh, width 2", 24, 0.05), ("relu, width 2", 7, 0.15), ("tanh, width 8", 36, 0), ("relu, width 8", 33, 0.04),
    ],
    "terminal_speed": [("β = 0.5", 2, 1e-6), ("β = 0.9", 10, 1e-6)],
    "finite_reach": [("covered, exponential", 0.1 / 0.02, 1e-9)],
    "noise_floor": [("measured, α = 1", 1.0, 0.05), ("measured, α = 0.2", math.sqrt(0.2 / 1.8), 0.05)],
    "where_a_run_lives": [("random plane", 0.032, 0.2), ("through the ends", 0.954, 0.02)],
    "start_decides": [("left", -1.0355787, 1e-6), ("right", 0.9601496, 1e-6)],
    "thirteen_thousand_weights": [("pixels", 784, 0)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "number", "value", "tolerance"), [(name, *row) for name, rows in MEASURED.items() for row in rows]
)
def test_the_figure(name, number, value, tolerance):
    assert evidence_of(name).numbers[number] == pytest.approx(value, rel=tolerance, abs=0)


def test_methods_that_know_of_saddles_are_through_in_4_to_21_steps():
    numbers = evidence_of("newton_on_the_plateau").numbers
    assert 4 <= numbers["fewest"] <= numbers["most"] <= 21
    assert numbers["raw: seed 0"] == pytest.approx(0.25, abs=1e-6)


def test_first_below_counts_steps_from_the_start_and_tells_never():
    assert first_below(np.array([0.25, 0.21, 0.19, 0.3])) == 2
    assert first_below(np.array([0.25, 0.2])) == -1


def test_functions_are_grouped_by_their_distance():
    outputs = np.array([[0.0, 0.0], [1.0, 1.0], [0.05, 0.0], [0.0, 1.0], [1.0, 0.95]])
    assert groups(outputs, within=0.1).tolist() == [0, 1, 0, 2, 1]
    assert groups(outputs, within=0.01).tolist() == [0, 1, 2, 3, 4]


def test_the_noisy_bowl_is_a_bowl_with_unit_noise():
    loss = noisy_bowl(1000)
    biases = np.array([[0.0, b] for b in (-2.0, 0.0, 3.0)])
    values, gradients = loss.value_and_gradient(biases)
    np.testing.assert_allclose(values, 0.5 * biases[:, 1] ** 2 + 0.5, rtol=1e-9)
    np.testing.assert_allclose(gradients, biases, atol=1e-12)
    noise = loss.example_gradients(biases[2])[:, 1] - 3.0
    assert noise.std() == pytest.approx(1.0)
    assert abs(noise.mean()) < 1e-12


@pytest.mark.parametrize("bumps", [1, 3, 10])
def test_one_stair_for_each_hidden_unit(bumps):
    network, theta = bumps_of_steps(bumps)
    assert network.layers == (1, bumps, 1)
    x = (np.arange(bumps * 7) + 0.5)[:, None] / (bumps * 7)
    middles = (np.floor(x[:, 0] * bumps) + 0.5) / bumps
    np.testing.assert_allclose(predict(network, theta, x)[:, 0], _curve(middles[:, None]), atol=1e-9)


@pytest.mark.parametrize(("bumps", "dimension"), [(2, 1), (5, 1), (3, 2), (3, 3)])
def test_one_unit_for_each_cell(bumps, dimension):
    network, theta = bumps_in_cells(bumps, dimension)
    assert network.layers == (dimension, dimension * (bumps - 1), bumps**dimension, 1)
    x = np.random.default_rng(1).uniform(0, 1, (300, dimension))
    middles = (np.floor(x * bumps) + 0.5) / bumps
    np.testing.assert_allclose(predict(network, theta, x)[:, 0], _hill(middles), atol=1e-9)


def test_smooth_pictures_have_neighbors_that_agree_and_noise_has_none():
    rows, columns = np.mgrid[:8, :8]
    smooth = np.sin(rows / 3.0) + np.cos(columns / 3.0)
    checkers = (-1.0) ** (rows + columns)
    noise = np.random.default_rng(0).standard_normal((200, 8, 8))
    assert neighbors_agree(smooth[None])[0] > 0.8
    assert neighbors_agree(checkers[None])[0] == pytest.approx(-1.0)
    assert abs(neighbors_agree(noise).mean()) < 0.03
    assert np.allclose(neighbors_agree(5.0 * smooth[None] + 7.0), neighbors_agree(smooth[None]))


def test_the_floor_is_where_the_running_mean_arrives():
    steps = np.arange(0.0, 2000.0, 5.0)
    noise = 0.01 * np.sin(np.arange(400) * 2.1)
    training = np.maximum(1.0 - steps / 500, 0.0) + noise
    reached, level, spread = _floor(steps, training)
    assert 480 <= reached <= 600
    assert level == pytest.approx(0.0, abs=1e-3)
    assert spread == pytest.approx(0.01 / math.sqrt(2), rel=0.05)
