"""Datasets that are made in pieces are, bit for bit, those that are made at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import same
from engine.datasets import DATASETS, DatasetRecipe, FileCache, Scaling, load, load_job, open_files_job, recipe_of_files
from engine.datasets import blocks as sizes
from engine.datasets.choices import chosen_pieces, without
from engine.datasets.scaling import scaling_pieces
from engine.job import drain, finished
from engine.own_data import on_data, on_data_job
from engine.problem import NetworkProblem, assemble, assemble_job
from tests.engine.datasets import by_hand
from tests.engine.datasets.own_files import KINDS, recipe_of, written

SETTINGS = {
    "all": {},
    "some": {"size": 25, "seed": 3},
    "noise": {"noise": 0.2, "seed": 1},
    "split": {"split": (0.2, 0.3), "seed": 2},
    "subset of parts": {"split": (0.25, 0.25), "subset": 21},
    "shuffled": {"shuffled": 0.5, "seed": 7},
    "standardized": {"standardize": True},
    "everything": {"size": 40, "noise": 0.1, "split": (0.1, 0.3), "subset": 30, "shuffled": 1.0, "standardize": True},
}


@pytest.fixture(params=["usual", "tiny"])
def pieces(request):
    if request.param == "tiny":
        request.getfixturevalue("tiny_pieces")


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_dataset_in_pieces_is_the_one_at_once(kind, settings, tmp_path):
    paths, files = written(tmp_path, kind), FileCache()
    recipe = recipe_of(kind, paths, **SETTINGS[settings])
    expected = by_hand.loaded(kind, paths, recipe)
    assert same(recipe.load(), expected)
    assert same(drain(load_job(recipe, files)), expected)
    assert same(drain(load_job(recipe, files)), expected)
    assert same(drain(load_job(recipe, FileCache(0))), expected)


@pytest.mark.parametrize("name", DATASETS)
def test_datasets_of_the_table_are_those_of_their_recipes(name):
    told = list(load_job(DatasetRecipe(name, seed=2), FileCache()))
    assert len(told) == 1
    assert same(told[0].result, load(name, seed=2))


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize("examples", [12, 60])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_opened_in_pieces_is_what_is_opened_at_once(kind, examples, tmp_path):
    paths, files = written(tmp_path, kind, examples), FileCache()
    recipe = drain(open_files_job(paths, files))
    assert recipe == recipe_of_files(paths)
    assert recipe.size is None
    assert (recipe.split is None) == (kind == "parts" or examples < 20)
    assert recipe.standardize == (kind in ("csv", "npz"))
    assert same(drain(on_data_job(recipe, files)), on_data(recipe))


@pytest.mark.parametrize("kind", KINDS)
def test_many_examples_are_opened_in_part(kind, tmp_path):
    paths, files = written(tmp_path, kind, 5200), FileCache()
    recipe = drain(open_files_job(paths, files))
    assert recipe.size == 2000
    assert same(drain(load_job(recipe, files)), by_hand.loaded(kind, paths, recipe))


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_in_pieces_is_the_one_at_once(kind, tmp_path):
    recipe = recipe_of(kind, written(tmp_path, kind), split=(0.2, 0.2))
    problem = NetworkProblem(recipe, (3,), "tanh", loss="cross_entropy", l2=0.1)
    made, expected = drain(assemble_job(problem, FileCache())), assemble(problem)
    assert same(made.data, expected.data)
    theta = expected.network.initialize(2)
    for one, other in ((made.objective, expected.objective), (made.validation, expected.validation)):
        assert one.examples == other.examples
        assert one.value(theta) == other.value(theta)
    assert made.test.value(theta) == expected.test.value(theta)


def test_examples_of_an_archive_that_are_numbers_already_are_shared_not_copied(tmp_path):
    paths, files = written(tmp_path, "npz"), FileCache()
    recipe = recipe_of("npz", paths)
    first, second = (drain(load_job(recipe, files)) for _ in range(2))
    assert np.shares_memory(first.inputs, second.inputs)
    assert not first.inputs.flags.writeable


@given(
    st.integers(1, 60),
    st.sampled_from([1, 1, 2, 3, 7, 30]),
    st.integers(1, 200),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_a_scaling_in_pieces_has_the_bits_of_one_of_all_rows(count, width, numbers, seed, of_some):
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(count, width)) * 10.0 ** random.integers(-200, 200, width)
    inputs[:, random.random(width) < 0.2] = 3.0
    learned = np.flatnonzero(random.random(count) < 0.7) if of_some else None
    if learned is not None and not learned.size:
        learned = np.array([0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizes, "NUMBERS", numbers)
        found = finished(scaling_pieces(inputs, learned))
    expected = by_hand.scaling(inputs if learned is None else inputs[learned])
    assert same(found, expected)
    assert same(Scaling.of(inputs), by_hand.scaling(inputs))


@given(st.integers(0, 200), st.integers(1, 12), st.floats(0.0, 1.0), st.integers(0, 10**6), st.booleans())
def test_examples_chosen_in_pieces_are_those_chosen_at_once(count, strata, share, seed, sparse):
    random = np.random.default_rng(seed)
    candidates = np.flatnonzero(random.random(count) < 0.8)
    groups = random.integers(0, strata, len(candidates)) * (10**9 if sparse else 1)
    wanted = int(share * len(candidates))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.datasets.choices.NUMBERS", 10)
        found = finished(chosen_pieces(candidates, groups, wanted, np.random.default_rng(seed)))
    assert found.tolist() == by_hand.chosen(candidates, groups, wanted, np.random.default_rng(seed)).tolist()
    assert without(count, found).tolist() == np.setdiff1d(np.arange(count), found).tolist()


def test_parts_that_were_gathered_are_the_parts():
    plain, gathered = (load("digits") for _ in range(2))
    parts = finished(gathered.parts_pieces())
    assert same(parts, plain.parts)
    assert gathered.train is parts[0]
    assert finished(gathered.parts_pieces())[2] is parts[2]
