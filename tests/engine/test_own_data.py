"""Files and tables of a person's own become experiments that run."""

import gzip
import struct

import numpy as np
import pytest

from engine.datasets import DataError, columns_of, recipe_of_files
from engine.descent import descend
from engine.formulas import FormulaError
from engine.job import drain
from engine.own_data import on_data, on_table
from engine.plane_drawing import draw_plane_job
from engine.problem import assemble

RANDOM = np.random.default_rng(3)


@pytest.fixture
def table(tmp_path):
    def write(text, name="own.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def flowers(rows=60):
    lines = ["number,name,petal,sepal,kind"]
    for row in range(rows):
        kind = row % 3
        lines.append(f"{row},plant {row},{kind + RANDOM.normal(0, 0.2):.3f},{RANDOM.normal():.3f},{'abc'[kind]}")
    return "\n".join(lines)


def idx(path, array):
    content = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def runs_of(experiment, steps=20):
    made = assemble(experiment.problem)
    starts = np.stack([start.parameters(made) for start in experiment.starts])
    runs = descend(made.objective, starts, experiment.optimizers, steps, experiment.batch_size)
    return made, runs


def test_a_table_with_text_in_it_becomes_a_network_that_learns(table):
    path = table(flowers())
    recipe = recipe_of_files([path])
    data = recipe.load()
    assert (data.classes, data.class_names, data.feature_names) == (3, ("a", "b", "c"), ("number", "petal", "sepal"))
    assert [len(part) for part in data.parts] == [36, 12, 12]
    assert recipe.standardize
    assert columns_of(recipe.files[0]) == ("number", "name", "petal", "sepal", "kind")
    experiment = on_data(recipe)
    made, runs = runs_of(experiment)
    assert (runs.values[-1] < runs.values[0]).all()
    assert drain(draw_plane_job(made, experiment.plane)).flat.dimension == 2


def test_a_table_of_numbers_without_names_gives_values(table):
    rows = RANDOM.normal(size=(30, 3))
    recipe = recipe_of_files([table("\n".join(",".join(f"{cell:.4f}" for cell in row) for row in rows))])
    assert not recipe.header
    assert recipe.load().classes is None
    assert recipe.features == ()
    assert on_data(recipe).problem.loss == "squared_error"


def test_many_whole_numbers_are_values_until_somebody_says_otherwise(table):
    recipe = recipe_of_files([table("a,b\n" + "\n".join(f"{k},{k * 7}" for k in range(80)))])
    assert recipe.task == "values"


def test_large_values_do_not_make_the_first_runs_diverge(table):
    x = RANDOM.normal(size=50)
    recipe = recipe_of_files([table("rooms,price\n" + "\n".join(f"{a:.3f},{2e5 + 5e4 * a:.2f}" for a in x))])
    _, runs = runs_of(on_data(recipe))
    assert np.isfinite(runs.values).all()
    assert (runs.values[-1] < runs.values[0]).all()


def test_an_archive_keeps_the_test_part_that_it_brings(tmp_path):
    arrays = {"x_train": RANDOM.normal(size=(40, 2)), "y_train": np.arange(40) % 2}
    np.savez(tmp_path / "own.npz", **arrays, x_test=RANDOM.normal(size=(9, 2)), y_test=np.arange(9) % 2)
    recipe = recipe_of_files([tmp_path / "own.npz"])
    assert recipe.split is None
    assert [len(part) for part in recipe.load().parts] == [40, 0, 9]


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("first", ["images", "labels", "both"])
def test_the_other_file_of_a_pair_is_found_beside_it(tmp_path, suffix, first):
    images = idx(tmp_path / f"train-images-idx3-ubyte{suffix}", RANDOM.integers(0, 256, (30, 4, 4), dtype=np.uint8))
    labels = idx(tmp_path / f"train-labels-idx1-ubyte{suffix}", (np.arange(30) % 3).astype(np.uint8))
    recipe = recipe_of_files({"images": [images], "labels": [labels], "both": [labels, images]}[first])
    data = recipe.load()
    assert (data.image_shape, data.classes, len(data)) == ((4, 4), 3, 30)
    assert not recipe.standardize
    assert recipe.files[0].path.endswith(f"images-idx3-ubyte{suffix}")


def test_images_without_labels_are_refused(tmp_path):
    images = idx(tmp_path / "train-images-idx3-ubyte", np.zeros((3, 2, 2), dtype=np.uint8))
    with pytest.raises(DataError, match="not beside it"):
        recipe_of_files([images])
    other = idx(tmp_path / "more", np.zeros((3, 2, 2), dtype=np.uint8))
    with pytest.raises(DataError, match="two files"):
        recipe_of_files([images, other])


def test_large_data_are_opened_in_part(table):
    text = "x,y\n" + "\n".join(f"{a:.4f},{a * a:.4f}" for a in RANDOM.normal(size=6000))
    recipe = recipe_of_files([table(text)])
    assert len(recipe.load()) == recipe.size == 2000
    assert on_data(recipe).batch_size == 100


@pytest.mark.parametrize(
    ("text", "words"), [("", "no rows"), ("a,b\n1,\n2,3", "missing"), ("name,b\nx,1\ny,2", "not a number")]
)
def test_what_is_no_data_is_refused_with_its_place(table, text, words):
    with pytest.raises(DataError, match=words):
        recipe_of_files([table(text)])


def test_files_that_are_gone_have_no_columns(table):
    path = table(flowers())
    source = recipe_of_files([path]).files[0]
    path.write_text("other")
    assert columns_of(source) == ()
    path.unlink()
    assert columns_of(source) == ()


@pytest.mark.parametrize("text", ["a*exp(-b*x)", "a + b*x + c*x^2", "a*x"])
def test_a_model_of_any_number_of_coefficients_becomes_an_experiment_that_runs(text):
    x = np.linspace(0.1, 5, 40)
    experiment = on_table(text, x, 300 * np.exp(-0.5 * x), ("time", "dose"))
    made, runs = runs_of(experiment, 60)
    finite = np.isfinite(runs.values).all(axis=0)
    assert finite.all()
    assert (runs.values[-1] <= runs.values[0]).all()
    found = drain(draw_plane_job(made, experiment.plane))
    assert found.flat.dimension == min(2, made.objective.dimension)
    assert all(low < high for low, high in zip(found.window[::2], found.window[1::2], strict=True))
    assert (experiment.problem.x_name, experiment.problem.y_name) == ("time", "dose")


def test_named_starts_are_taken_as_they_are():
    x = np.linspace(0.1, 5, 40)
    experiment = on_table("a*exp(-b*x)", x, 3 * np.exp(-x), starts={"a": 2.0, "b": 0.25})
    assert experiment.starts[0].given.tolist() == [2.0, 0.25]
    assert on_table("a*exp(-b*x)", x, 3 * np.exp(-x), starts={"b": 0.25}).starts[0].given[1] == 0.25


def test_a_model_that_cannot_be_read_names_its_column():
    with pytest.raises(FormulaError) as refusal:
        on_table("a*exp(-b*x", [1.0, 2.0], [1.0, 2.0])
    assert refusal.value.column >= 0


def test_examples_of_one_class_are_nothing_to_learn_from(table):
    recipe = recipe_of_files([table("a,kind\n" + "\n".join(f"{k},oak" for k in range(40)))])
    with pytest.raises(ValueError, match="one class"):
        on_data(recipe)
