import pytest

from engine.datasets import (
    DataError,
    DatasetRecipe,
    DatasetSummary,
    FileCache,
    columns_of,
    inputs_of,
    load_job,
    open_files_job,
    summary_of,
)
from engine.job import drain
from tests.engine.datasets.own_files import written


def summary(paths, files, **settings):
    recipe = drain(open_files_job(paths, files))
    return recipe, summary_of(drain(load_job(recipe, files)), recipe, files)


def test_a_table_tells_its_columns_and_which_can_be_inputs(tmp_path, seen):
    recipe, told = summary(written(tmp_path, "csv"), FileCache())
    assert (told.inputs, told.outputs, told.classes, told.examples) == (3, 3, 3, 36)
    assert told.image_shape is None
    assert len(seen.opened) == 1
    assert told.table.names == columns_of(recipe.files[0])
    for target in told.table.names:
        assert told.table.inputs_beside(target) == inputs_of(recipe.files[0], target)
    assert told.table.inputs_beside("kind") == ("length", "count", "width")
    with pytest.raises(DataError, match="there is no column 'height': choose one of length, place"):
        told.table.inputs_beside("height")
    assert hash(told) == hash(summary(written(tmp_path, "csv"), FileCache())[1])


def test_columns_without_names_are_numbered(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("1,x,2.5\n" * 30 + "3,4,1.5\n")
    recipe = DatasetRecipe.of_csv(path, header=False, features=(0,))
    files = FileCache()
    told = summary_of(drain(load_job(recipe, files)), recipe, files)
    assert told.table.names == ("column 1", "column 2", "column 3")
    assert told.table.numeric == (True, True, True)
    assert told.table.inputs_beside("column 3") == ()
    assert told.classes is None


def test_a_first_row_of_numbers_counts_where_it_is_no_header(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("1,7,2.5\n" + "2,x,1.5\n" * 5)
    recipe = DatasetRecipe.of_csv(path, header=False, features=(0,))
    files = FileCache()
    assert summary_of(drain(load_job(recipe, files)), recipe, files).table.numeric == (True, True, True)


@pytest.mark.parametrize("kind", ["npz", "gz"])
def test_other_data_have_no_columns(kind, tmp_path):
    _, told = summary(written(tmp_path, kind), FileCache())
    expected = (4, None) if kind == "npz" else (6, (3, 2))
    assert told == DatasetSummary(expected[0], 3, 3, 36, expected[1])
    assert told.table.names == ()


def test_datasets_of_the_table_have_a_summary_too():
    recipe = DatasetRecipe("sine")
    assert summary_of(recipe.load(), recipe, FileCache()) == DatasetSummary(1, 1, None, len(recipe.load().train))
