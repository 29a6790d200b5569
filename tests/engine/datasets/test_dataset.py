import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import same
from engine.datasets import DataError, Dataset, Part, load

REFUSED = {
    "nan": (([[0.0, 1.0], [2.0, np.nan]], [0, 1]), r"nan in row 1, column 1 \(counted from 0\)"),
    "infinite target": (([[0.0], [1.0]], [0.0, np.inf]), r"targets hold inf in row 1, column 0"),
    "several": (([[np.nan], [np.nan]], [0, 1]), r"1 more such entries"),
    "lengths": (([[0.0], [1.0]], [0]), "2 inputs but 1 targets"),
    "negative class": (([[0.0], [1.0]], [0, -1]), r"class in row 1 .* is -1"),
    "empty": ((np.zeros((0, 2)), np.zeros(0, dtype=int)), "no examples"),
    "no columns": ((np.zeros((2, 0)), [0, 1]), "no columns"),
    "text": (([["a"]], [0]), "real numbers"),
    "text target": (([[1.0]], ["cat"]), "number the classes"),
    "complex": (([[1j]], [0]), "real numbers"),
    "ragged": (([[1.0], [1.0, 2.0]], [0, 1]), "different lengths"),
    "cube": ((np.zeros((2, 2, 2)), [0, 1]), "matrix"),
    "class matrix": (([[1.0], [2.0]], [[0], [1]]), "one per example"),
    "huge class": (([[1.0], [2.0]], np.array([0, 2**63], dtype=np.uint64)), "give floats"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_arrays_are_refused_with_a_sentence(case):
    arguments, sentence = REFUSED[case]
    with pytest.raises(DataError, match=sentence) as refusal:
        Dataset(*arguments)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"classes": 1}, "only classes below 1"),
        ({"class_names": ("a",)}, "only classes below 1"),
        ({"classes": 3, "class_names": ("a", "b")}, "2 names for 3 classes"),
        ({"feature_names": ("a", "b")}, "2 names for 1 features"),
        ({"image_shape": (2, 2)}, "do not fit 1 inputs"),
        ({"validation_indices": [0], "test_indices": [0]}, "one part only"),
        ({"test_indices": [2]}, "outside 0 to 1"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, sentence):
    with pytest.raises(DataError, match=sentence):
        Dataset([[0.0], [1.0]], [0, 1], **options)


def test_classes_declared_for_floats_are_refused():
    with pytest.raises(DataError, match="integer type"):
        Dataset([[0.0], [1.0]], [0.0, 1.0], classes=2)


def test_floats_are_values_and_integers_are_classes():
    values, classes = Dataset([0.0, 1.0, 2.0], [0.0, 1.0, 2.0]), Dataset([0.0, 1.0, 2.0], [True, False, True])
    assert values.classes is None
    assert values.inputs.shape == values.targets.shape == (3, 1)
    assert values.outputs == 1
    assert classes.classes == classes.outputs == 2
    assert classes.class_names == ("0", "1")
    assert classes.feature_names == ("x1",)
    assert Dataset([[0.0]], [0], classes=4).outputs == 4


def test_it_owns_its_arrays():
    inputs, targets = np.zeros((2, 1)), np.array([0, 1])
    data = Dataset(inputs, targets)
    inputs[:], targets[:] = 5.0, 1
    assert data.inputs.tolist() == [[0.0], [0.0]]
    assert data.targets.tolist() == [0, 1]
    for part in (data, *data.parts, *data.split(0.5, 0.0).parts):
        for array in (part.inputs, part.targets):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 1


def test_without_a_split_everything_is_for_training():
    data = Dataset([[0.0], [1.0]], [0, 1])
    assert isinstance(data.train, Part)
    assert [len(part) for part in data.parts] == [2, 0, 0]
    assert data.test.inputs.shape == (0, 1)
    assert data.train.inputs is data.inputs
    assert [part.name for part in data.parts] == ["train", "validation", "test"]
    assert data.validation.classes == 2


@settings(max_examples=60, deadline=None)
@given(
    labels=st.lists(st.integers(0, 4), min_size=4, max_size=120),
    validation=st.floats(0, 0.45),
    test=st.floats(0, 0.45),
    seed=st.integers(0, 2**32),
)
def test_a_split_is_a_partition_with_every_class_in_proportion(labels, validation, test, seed):
    count = len(labels)
    data = Dataset(np.arange(count, dtype=float), labels).split(validation, test, seed)
    whole = np.concatenate([part.indices for part in data.parts])
    assert sorted(whole) == list(range(count))
    given_back = round(validation * count) + round(test * count) - len(data.validation) - len(data.test)
    assert given_back in (0, 1)
    assert len(data.train) == 1 if given_back else len(data.train) > 0
    for part in data.parts:
        assert part.inputs[:, 0].tolist() == part.indices.tolist()
        assert np.array_equal(part.targets, np.asarray(labels)[part.indices])
        exact = np.bincount(labels, minlength=5) * len(part) / count
        assert np.abs(np.bincount(part.targets, minlength=5) - exact).max() < 2


def test_a_split_goes_by_its_seed():
    data = load("moons", split=(0, 0))
    assert same(data.split(seed=4), data.split(seed=4))
    assert not np.array_equal(data.split(seed=4).test.indices, data.split(seed=5).test.indices)


def test_the_sizes_of_the_parts_are_the_fractions_rounded():
    data = Dataset(np.arange(101.0), np.zeros(101))
    assert [len(part) for part in data.split(0.29, 0.1).parts] == [62, 29, 10]
    assert [len(part) for part in Dataset(np.arange(4.0), [0, 0, 0, 0]).split(0.375, 0.375).parts] == [1, 2, 1]


@pytest.mark.parametrize(("validation", "test"), [(0.5, 0.5), (1.0, 0.0), (-0.1, 0.2), (0.2, 1.5), (np.nan, 0.2)])
def test_a_split_that_leaves_nothing_to_train_on_is_refused(validation, test):
    with pytest.raises(DataError, match=r"no examples to train on|fraction from 0 to 1"):
        Dataset([[0.0], [1.0]], [0, 1]).split(validation, test)


def test_standardizing_uses_the_train_part_only():
    random = np.random.default_rng(0)
    inputs = np.column_stack([random.normal(5, 3, 200), np.full(200, 0.1), random.normal(-1, 1e-3, 200)])
    data = Dataset(inputs, random.normal(size=200)).split()
    scaled = data.standardized()
    train = data.train.inputs
    assert np.allclose(scaled.train.inputs[:, [0, 2]].mean(axis=0), 0, atol=1e-10)
    assert np.allclose(scaled.train.inputs[:, [0, 2]].std(axis=0), 1)
    assert np.array_equal(scaled.inputs[:, 1], inputs[:, 1])
    assert np.allclose(scaled.scaling.mean, [train[:, 0].mean(), 0, train[:, 2].mean()])
    assert np.allclose(scaled.scaling.deviation, [train[:, 0].std(), 1, train[:, 2].std()])
    assert abs(scaled.test.inputs[:, 0].mean()) > 1e-3
    assert np.allclose(scaled.scaling.undo(scaled.inputs), inputs)
    assert np.array_equal(scaled.targets, data.targets)
    changed = Dataset(np.where(np.isin(np.arange(200), data.test.indices)[:, None], 99.0, inputs), data.targets)
    assert same(changed.split().standardized().scaling, scaled.scaling)


def test_standardizing_twice_still_remembers_the_way_back():
    data = Dataset([[1.0], [2.0], [6.0]], [0, 1, 0])
    twice = data.standardized().with_noise(0.5).standardized()
    once = data.standardized().with_noise(0.5)
    assert np.allclose(twice.scaling.undo(twice.inputs), once.scaling.undo(once.inputs))


@pytest.mark.parametrize("column", [[1e300, 2e300, 3e300], [1e-300, 2e-300, 3e-300]])
def test_standardizing_extreme_columns_stays_in_range(column):
    assert np.allclose(Dataset(column, [0, 1, 0]).standardized().inputs[:, 0], [-(1.5**0.5), 0, 1.5**0.5])


def test_noise_falls_on_the_inputs_of_classes_and_on_values():
    classes = Dataset(np.zeros((4000, 1)), np.zeros(4000, dtype=int))
    values = Dataset(np.zeros((4000, 1)), np.zeros(4000))
    noisy = classes.with_noise(0.5, 1)
    assert abs(noisy.inputs.std() - 0.5) < 0.02
    assert np.array_equal(noisy.targets, classes.targets)
    assert abs(values.with_noise(0.5).targets.std() - 0.5) < 0.02
    assert np.array_equal(values.with_noise(0.5).inputs, values.inputs)
    assert np.array_equal(classes.with_noise(1.0, 1).inputs, 2 * noisy.inputs)
    assert not classes.inputs.any()


@pytest.mark.parametrize("scale", [-1.0, np.nan, np.inf])
def test_impossible_noise_is_refused(scale):
    with pytest.raises(DataError, match="standard deviation"):
        load("moons").with_noise(scale)


def test_shuffled_labels_stay_within_the_train_part():
    data = load("gaussians", size=600, classes=5)
    shuffled = data.with_shuffled_labels(0.5, 2)
    changed = np.flatnonzero(data.targets != shuffled.targets)
    assert np.isin(changed, data.train.indices).all()
    assert 0.3 * len(data.train) < changed.size <= 0.5 * len(data.train)
    assert np.array_equal(np.bincount(data.train.targets), np.bincount(shuffled.train.targets))
    assert same(data.with_shuffled_labels(0.0), data)
    assert same(shuffled, data.with_shuffled_labels(0.5, 2))
    with pytest.raises(DataError, match="fraction"):
        data.with_shuffled_labels(1.5)


def test_a_subset_keeps_parts_and_classes_in_proportion():
    data = load("digits")
    small = data.subset(300, 1)
    assert len(small) == 300
    assert [len(part) for part in small.parts] == pytest.approx([180, 60, 60], abs=6)
    assert np.bincount(small.targets) == pytest.approx(np.bincount(data.targets) / 1797 * 300, abs=4)
    rows = {image.tobytes(): index for index, image in enumerate(data.inputs)}
    for part, whole in zip(small.parts, data.parts, strict=True):
        assert {rows[image.tobytes()] for image in part.inputs} <= set(whole.indices.tolist())
    assert same(data.subset(1797), data)
    assert same(small, data.subset(300, 1))


@pytest.mark.parametrize("size", [0, -1, 201])
def test_a_subset_of_impossible_size_is_refused(size):
    with pytest.raises(DataError, match="choose from 1 to 200"):
        load("moons").subset(size)


@pytest.mark.parametrize("seed", [-1, 0.5, "1", True])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(DataError, match="whole number"):
        load("moons", seed=seed)
