"""Data from files in the setup: columns, targets, sizes; what is wrong with a file is said and nothing is lost."""

import numpy as np
import pytest

from app.examples import document_on
from app.lanes.lane import Results
from app.setup_form.data_files import parsed_columns
from app.setup_form.dataset_shapes import forget
from app.setup_form.picture import setup_picture
from engine.arrays import same
from engine.datasets import recipe_of_files
from engine.own_data import on_data
from engine.problem import assemble
from tests.app.setup_form.documents import read
from tests.app.setup_form.documents import read_and_change as change

RANDOM = np.random.default_rng(0)
HEADER = "number,name,petal,sepal,kind"


@pytest.fixture
def path(tmp_path):
    rows = [f"{k},plant {k},{k % 3 + RANDOM.normal():.3f},{RANDOM.normal():.3f},{'abc'[k % 3]}" for k in range(60)]
    path = tmp_path / "flowers.csv"
    path.write_text("\n".join([HEADER, *rows]))
    return path


@pytest.fixture
def document(path):
    return opened(path)


def opened(path):
    recipe = recipe_of_files([path])
    read(recipe)
    return document_on(on_data(recipe))


def fields(document):
    return setup_picture(document, Results()).fields


def data_of(document):
    return document.experiment.problem.data.load()


def test_a_table_shows_its_name_its_sizes_and_its_columns(document):
    found = fields(document)
    assert found["data.name"].choices[-1].title == "flowers.csv"
    assert found["data.about"].value == "36 examples to learn from, 3 inputs, 3 classes."
    assert [choice.value for choice in found["data.target"].choices] == HEADER.split(",")
    assert found["data.target"].value == "kind"
    assert found["data.inputs"].value == "number; petal; sepal"
    assert found["data.task"].value == "classes"


def test_a_fields_own_value_changes_nothing(document):
    for key, field in fields(document).items():
        if field.kind not in ("button", "info") and not (field.kind == "choice" and field.value == ""):
            assert same(change(document, key, field.value).document, document), key


def test_another_target_leaves_text_out_and_takes_the_loss_that_fits(document):
    outcome = change(document, "data.target", "petal")
    problem = outcome.document.experiment.problem
    assert (problem.loss, problem.output) == ("squared_error", "identity")
    data = data_of(outcome.document)
    assert data.classes is None
    assert "name" not in data.feature_names
    assert "kind" not in data.feature_names
    back = change(outcome.document, "data.target", "kind").document
    assert data_of(back).classes == 3
    assert "name" not in data_of(back).feature_names
    assert assemble(back.experiment.problem).objective.dimension > 0


def test_inputs_are_chosen_by_name(document):
    chosen = change(document, "data.inputs", "sepal").document
    assert data_of(chosen).feature_names == ("sepal",)
    assert fields(chosen)["data.inputs"].value == "sepal"
    with pytest.raises(ValueError, match="no column “color”"):
        change(document, "data.inputs", "sepal; color")
    with pytest.raises(ValueError, match="not a number"):
        change(document, "data.inputs", "name")


def test_whole_numbers_may_be_classes_or_values(tmp_path):
    path = tmp_path / "whole.csv"
    path.write_text("a,b\n" + "\n".join(f"{k / 7:.3f},{k % 4}" for k in range(40)))
    document = opened(path)
    assert fields(document)["data.task"].value == "classes"
    values = change(document, "data.task", "values").document
    assert values.experiment.problem.loss == "squared_error"
    assert data_of(values).classes is None


def test_size_and_noise_of_a_file(document):
    few = change(document, "data.size", 30).document
    assert len(data_of(few)) == 30
    assert change(few, "data.size", 0).document.experiment.problem.data.size is None
    with pytest.raises(ValueError, match="from 1 to"):
        change(document, "data.size", 1000)
    noisy = change(document, "data.noise", 0.5).document
    assert not np.allclose(data_of(noisy).inputs, data_of(document).inputs)


def test_a_file_that_has_changed_is_said_under_its_name_and_the_rest_can_be_set(document, path):
    path.write_text("something else entirely")
    forget()
    read(document.experiment.problem.data)
    found = fields(document)
    assert "has changed" in found["data.name"].error
    assert "data.target" not in found
    assert change(document, "data.name", "moons").document.experiment.problem.data.name == "moons"


def test_before_a_file_is_read_the_form_says_so_and_the_rest_can_be_set(document):
    forget()
    found = fields(document)
    assert "data.target" not in found
    assert "data.name" in found
    assert change(document, "data.name", "moons").document.experiment.problem.data.name == "moons"


def test_a_name_with_a_comma_is_one_name():
    assert parsed_columns("a, b; c", ("a, b", "c")) == ("a, b", "c")
    assert parsed_columns("  ", ("a",)) == ()
