import json

import numpy as np
import pytest

from engine.arrays import same
from engine.datasets import DATASETS, DataError, DatasetRecipe, SourceFile, load

RECIPES = [
    *(DatasetRecipe(name, seed=2) for name in DATASETS),
    DatasetRecipe("spirals", 5, 90, 0.1, (("classes", 3.0), ("turns", 1.5)), (0.1, 0.3), 60, 0.25, True),
    DatasetRecipe("digits", subset=100, split=(0.0, 0.0), shuffled=1.0),
]


def through_json(recipe):
    return DatasetRecipe.from_dict(json.loads(json.dumps(recipe.to_dict())))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_survives_json_and_rebuilds_exactly(recipe):
    again = through_json(recipe)
    assert again == recipe
    assert hash(again) == hash(recipe)
    assert same(again.load(), recipe.load())


def test_a_recipe_does_what_the_calls_do():
    by_hand = load("spirals", seed=5, size=90, noise=0.1, split=(0.1, 0.3), classes=3, turns=1.5)
    assert same(RECIPES[-2].load(), by_hand.subset(60, 5).with_shuffled_labels(0.25, 5).standardized())
    assert same(DatasetRecipe("moons").load(), load("moons"))


def written(folder):
    path = folder / "a.csv"
    path.write_text("a,b,kind\n" + "".join(f"{i},{i * i},{'xy'[i % 2]}\n" for i in range(20)), encoding="utf-8")
    return path


def test_a_file_comes_back_through_its_recipe(tmp_path):
    recipe = DatasetRecipe.of_csv(written(tmp_path), "kind", split=(0.25, 0.25), noise=0.1, standardize=True, seed=1)
    data = through_json(recipe).load()
    assert [len(part) for part in data.parts] == [10, 5, 5]
    assert data.class_names == ("x", "y")
    assert same(data, recipe.load())


def test_arrays_come_back_through_their_recipe(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, x=np.arange(10.0), y=np.arange(10.0) ** 2)
    assert len(through_json(DatasetRecipe.of_npz(path, size=6)).load()) == 6


def test_a_changed_or_vanished_file_is_noticed(tmp_path):
    path = written(tmp_path)
    recipe = DatasetRecipe.of_csv(path, "kind")
    path.write_text(path.read_text(encoding="utf-8") + "1,2,x\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.csv has changed"):
        recipe.load()
    path.unlink()
    with pytest.raises(DataError, match="There is no file"):
        recipe.load()


def test_a_format_needs_its_files(tmp_path):
    with pytest.raises(DataError, match="takes 2 file"):
        DatasetRecipe("idx", files=(SourceFile.of(written(tmp_path)),)).load()


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        ([], "no name"),
        ({}, "no name"),
        ({"name": 3}, "'name'"),
        ({"name": "moons", "color": 1}, "unknown entry 'color'"),
        ({"name": "moons", "seed": None}, "'seed' .* is empty"),
        ({"name": "moons", "seed": -1}, "'seed'"),
        ({"name": "moons", "seed": True}, "'seed'"),
        ({"name": "moons", "noise": float("nan")}, "'noise'"),
        ({"name": "moons", "split": [0.1]}, "'split'"),
        ({"name": "moons", "split": [0.1, 7]}, "'split'"),
        ({"name": "moons", "shuffled": 2}, "'shuffled'"),
        ({"name": "moons", "settings": [["a"]]}, "'settings'"),
        ({"name": "moons", "settings": {"a": 1}}, "'settings'"),
        ({"name": "csv", "files": [{"path": "a"}]}, "'files'"),
        ({"name": "csv", "files": ["a"]}, "'files'"),
        ({"name": "csv", "task": []}, "'task'"),
        ({"name": "csv", "target": [None]}, "'target'"),
        ({"name": "moons", "standardize": "yes"}, "'standardize'"),
    ],
)
def test_a_foreign_description_is_refused(plain, sentence):
    with pytest.raises(DataError, match=sentence):
        DatasetRecipe.from_dict(plain)


def test_an_unknown_name_is_refused_when_it_is_loaded():
    with pytest.raises(DataError, match="There is no dataset"):
        DatasetRecipe("nothing").load()
