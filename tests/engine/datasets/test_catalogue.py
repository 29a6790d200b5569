from itertools import pairwise

import numpy as np
import pytest

import assets
from engine.arrays import same
from engine.datasets import DATASETS, DataError, load
from engine.datasets.choices import apportion
from engine.datasets.digits import enlarged, images
from engine.datasets.streams import Purpose, stream

DIGIT_COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
DRAWN = [name for name in DATASETS if name not in ("exclusive_or", "digits", "digits_28")]
CLASSES = [name for name in DRAWN if DATASETS[name].task == "classes"]


@pytest.mark.parametrize("name", DATASETS)
def test_every_entry_gives_what_it_says(name):
    kind, data = DATASETS[name], load(name)
    assert data.name == kind.name == name
    assert data.dimension == kind.dimension
    assert (data.classes is not None) == (kind.task == "classes")
    assert kind.layers(data)[0] == data.dimension
    assert kind.layers(data)[-1] == data.outputs
    assert kind.title
    assert kind.source
    assert kind.sentence.endswith(".")
    assert len(data.feature_names) == data.dimension
    assert all(item.low <= item.default <= item.high and item.sentence for item in kind.parameters)
    if any(item.name == "size" for item in kind.parameters):
        assert len(data) == kind.defaults["size"]
    if kind.parts != (0.0, 0.0):
        assert all(len(part) for part in data.parts)


@pytest.mark.parametrize("name", DATASETS)
def test_a_seed_fixes_everything(name):
    assert same(load(name, seed=7), load(name, seed=7))
    if name != "exclusive_or":
        assert not same(load(name, seed=7), load(name, seed=8))


@pytest.mark.parametrize("name", DRAWN)
def test_noise_and_split_have_streams_of_their_own(name):
    quiet, loud = load(name, noise=0.0), load(name, noise=0.2)
    assert np.array_equal(quiet.test.indices, loud.test.indices)
    moved, still = ("inputs", "targets") if DATASETS[name].task == "classes" else ("targets", "inputs")
    assert np.array_equal(getattr(quiet, still), getattr(loud, still))
    assert np.std(getattr(loud, moved) - getattr(quiet, moved)) == pytest.approx(0.2, rel=0.35)
    assert np.array_equal(load(name, split=(0, 0)).inputs, load(name).inputs)


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("size", [50, 101])
def test_classes_are_balanced(name, size):
    data = load(name, size=size)
    counts = np.bincount(data.targets, minlength=data.classes)
    assert counts.sum() == size
    assert counts.max() - counts.min() <= 1


def test_no_stream_is_the_one_that_draws_weights():
    first = np.random.default_rng(5).standard_normal(4)
    draws = [stream(5, purpose).standard_normal(4) for purpose in Purpose]
    assert not any(np.allclose(first, draw) for draw in draws)
    assert len({draw.tobytes() for draw in draws}) == len(Purpose)


def test_exclusive_or_is_exact():
    data = load("exclusive_or")
    assert data.inputs.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert data.targets.tolist() == [0, 1, 1, 0]
    assert [len(part) for part in data.parts] == [4, 0, 0]


def test_shapes_are_where_they_should_be_without_noise():
    cloud = load("exclusive_or_cloud", noise=0)
    assert np.array_equal(cloud.targets, np.logical_xor(cloud.inputs[:, 0], cloud.inputs[:, 1]))
    ring = load("circle", noise=0)
    radius = np.linalg.norm(ring.inputs, axis=1)
    assert radius[ring.targets == 0].max() <= 1 < 1.4 <= radius[ring.targets == 1].min()
    moons = load("moons", noise=0)
    centers = np.where(moons.targets[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    assert np.allclose(np.linalg.norm(moons.inputs - centers, axis=1), 1)
    clusters = load("gaussians", noise=0, classes=4)
    assert len(np.unique(clusters.inputs.round(9), axis=0)) == 4
    arms = load("spirals", noise=0, classes=3, turns=0.5)
    radius, angle = np.linalg.norm(arms.inputs, axis=1), np.arctan2(arms.inputs[:, 1], arms.inputs[:, 0])
    expected = 2 * np.pi * (0.25 * radius + arms.targets / 3)
    assert np.allclose(np.exp(1j * angle), np.exp(1j * expected))


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("sine", lambda x: np.sin(x[:, 0])),
        ("step", lambda x: np.heaviside(x[:, 0], 0)),
        ("bump", lambda x: np.exp(-12.5 * x[:, 0] ** 2)),
        ("noisy_line", lambda x: 0.5 + 2 * x[:, 0]),
        ("plane", lambda x: 0.5 + 2 * x[:, 0] - x[:, 1]),
        ("hill", lambda x: np.exp(-3.125 * (x[:, 0] ** 2 + x[:, 1] ** 2))),
    ],
)
def test_regressions_are_their_functions_under_noise(name, function):
    data = load(name, noise=0, seed=3)
    assert np.allclose(data.targets[:, 0], function(data.inputs))
    assert (np.diff(data.inputs[:, 0]) >= 0).all() or data.dimension == 2


def test_a_teacher_knows_its_weights():
    data = load("teacher", hidden=4, inputs=3, seed=2)
    W1, b1, W2, b2 = np.split(data.teacher.weights, [12, 16, 20])
    answers = [W2 @ np.tanh(W1.reshape(4, 3) @ x + b1) + b2 for x in data.inputs]
    assert np.allclose(data.targets, answers)
    assert data.teacher.weights.size == 21
    assert data.split(0.1, 0.1).teacher is data.teacher


def test_digits_are_the_known_ones():
    data = load("digits")
    assert data.inputs.shape == (1797, 64)
    assert data.image_shape == (8, 8)
    assert data.classes == 10
    assert np.bincount(data.targets).tolist() == DIGIT_COUNTS
    assert (data.inputs.min(), data.inputs.max()) == (0, 1)
    assert np.array_equal(data.inputs * 16, np.round(data.inputs * 16))
    assert (data.inputs[0] * 16).astype(int)[:16].tolist() == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]
    assert [len(part) for part in data.parts] == [1079, 359, 359]


def test_enlarged_digits_hold_nothing_new():
    small, large = load("digits", seed=1), load("digits_28", seed=1)
    assert large.inputs.shape == (1797, 784)
    assert large.image_shape == (28, 28)
    assert np.array_equal(small.test.indices, large.test.indices)
    assert np.array_equal(small.targets, large.targets)
    layers = DATASETS["digits_28"].layers(large)
    assert sum(after * (before + 1) for before, after in pairwise(layers)) == 13_002
    assert np.linalg.matrix_rank(large.inputs - large.inputs.mean(axis=0)) <= 64


def test_enlarging_agrees_with_pillow():
    from PIL import Image

    pictures = images()[0][:5]
    ours = enlarged(pictures, 28)
    for picture, large in zip(pictures, ours, strict=True):
        theirs = Image.fromarray(picture.astype(np.float32)).resize((28, 28), Image.Resampling.BILINEAR)
        assert np.allclose(large, np.asarray(theirs), atol=1e-6)


def test_a_smaller_size_of_digits_keeps_the_classes():
    counts = np.bincount(load("digits", size=200).targets)
    assert counts.sum() == 200
    assert np.abs(counts - np.array(DIGIT_COUNTS) * 200 / 1797).max() < 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "nothing"}, "There is no dataset 'nothing'"),
        ({"name": "exclusive_or", "size": 5}, "has no setting 'size': it has none"),
        ({"name": "moons", "turns": 2}, "no setting 'turns'"),
        ({"name": "moons", "size": 2}, "size of 'moons' must be from 5"),
        ({"name": "moons", "noise": -0.1}, "noise of 'moons' must be from 0"),
        ({"name": "moons", "noise": np.nan}, "must be from 0"),
        ({"name": "gaussians", "classes": 2.5}, "whole number"),
        ({"name": "digits", "size": 1798}, "from 5 to 1797"),
    ],
)
def test_impossible_settings_are_refused(arguments, sentence):
    with pytest.raises(DataError, match=sentence):
        load(**arguments)


def test_shares_are_exact():
    assert apportion(np.array([1, 1, 1]), 2).tolist() == [1, 1, 0]
    assert apportion(np.array([0, 7]), 3).tolist() == [0, 3]
    assert apportion(np.array([], dtype=int), 0).tolist() == []


def test_assets_are_found_and_stay_inside():
    assert assets.path("digits/ATTRIBUTION.md").read_text(encoding="utf-8").count("10.24432/C50P49") == 1
    with pytest.raises(FileNotFoundError, match=r"nothing\.png"):
        assets.path("nothing.png")
    with pytest.raises(ValueError, match="leads out"):
        assets.path("../pyproject.toml")
