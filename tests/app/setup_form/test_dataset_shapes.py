import builtins
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.lanes.problem_cache import ProblemCache
from app.setup_form import dataset_shapes as shapes
from engine.datasets import DatasetRecipe
from engine.problem import NetworkProblem
from tests.app.setup_form.documents import read


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


def test_the_form_never_reads_a_file(recipe, monkeypatch):
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("a file was opened"))
    monkeypatch.setattr(builtins, "open", lambda *_, **__: pytest.fail("a file was opened"))
    assert shapes.shape_of(recipe) is None
    assert shapes.trouble(recipe) == ""
    with pytest.raises(shapes.NotReadError) as unread:
        shapes.read_shape_of(recipe)
    assert unread.value.recipe == recipe


def test_what_the_compute_thread_has_read_is_known(recipe):
    assert not shapes.is_known(recipe)
    ProblemCache(on_data=shapes.learned).assembled(NetworkProblem(recipe, (4,), loss="cross_entropy"))
    known = shapes.read_shape_of(replace(recipe, seed=3, standardize=True))
    assert (known.inputs, known.outputs, known.classes, known.examples) == (5, 3, 3, 21)


def test_why_a_file_cannot_be_read_is_known_too_until_somebody_reads_it(recipe):
    shapes.learned(recipe, "The file is gone.")
    assert shapes.read_shape_of(recipe) is None
    assert shapes.trouble(recipe) == "The file is gone."
    read(recipe)
    assert shapes.trouble(recipe) == ""
    assert shapes.shape_of(recipe).inputs == 5


def test_only_the_last_shapes_are_kept():
    recipes = [DatasetRecipe("moons", size=20 + number) for number in range(shapes.MAX_KNOWN + 3)]
    for one in recipes:
        shapes.shape_of(one)
    assert [shapes.is_known(one) for one in recipes] == [False] * 3 + [True] * shapes.MAX_KNOWN
