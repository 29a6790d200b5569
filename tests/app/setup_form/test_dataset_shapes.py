from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.lanes.problem_cache import ProblemCache
from app.setup_form import dataset_shapes as shapes
from engine.datasets import DatasetRecipe
from engine.problem import NetworkProblem


@pytest.fixture(autouse=True)
def nothing_known():
    shapes.forget()
    yield
    shapes.forget()


@pytest.fixture
def recipe(tmp_path):
    file = tmp_path / "points.npz"
    np.savez(file, x=np.random.default_rng(0).normal(size=(30, 5)), y=np.arange(30) % 3)
    return DatasetRecipe.of_npz(file, split=(0.2, 0.1))


def test_what_the_compute_thread_has_loaded_is_not_loaded_again(recipe, monkeypatch):
    assert not shapes.is_known(recipe)
    ProblemCache(on_data=shapes.learned).assembled(NetworkProblem(recipe, (4,), loss="cross_entropy"))
    monkeypatch.setattr(DatasetRecipe, "load", lambda self: pytest.fail("it was loaded again"))
    assert shapes.is_known(replace(recipe, seed=3, standardize=True))
    assert shapes.shape_of(recipe) == shapes.Shape(5, 3, 3, 21)


def test_a_shape_is_the_same_from_either_side(recipe):
    asked = shapes.shape_of(recipe)
    shapes.forget()
    shapes.learned(recipe, recipe.load())
    assert shapes.shape_of(recipe) == asked


def test_a_file_that_is_gone_has_no_shape_until_it_is_back(recipe):
    path = Path(recipe.files[0].path)
    content = path.read_bytes()
    path.unlink()
    assert shapes.shape_of(recipe) is None
    path.write_bytes(content)
    assert shapes.shape_of(recipe).inputs == 5


def test_only_the_last_shapes_are_kept():
    recipes = [DatasetRecipe("moons", size=20 + number) for number in range(shapes.KEPT + 3)]
    for one in recipes:
        shapes.shape_of(one)
    assert [shapes.is_known(one) for one in recipes] == [False] * 3 + [True] * shapes.KEPT
