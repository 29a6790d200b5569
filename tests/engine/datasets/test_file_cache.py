import numpy as np
import pytest

from engine.datasets import FileCache, open_files_job, summary_of, table_job
from engine.datasets.source_file import SourceFile
from engine.job import drain
from tests.engine.datasets.own_files import written


def table(folder, name, rows):
    path = folder / name
    numbers = np.random.default_rng(0).normal(size=(rows, 2))
    path.write_text("x,y\n" + "".join(f"{x:.9f},{y:.9f}\n" for x, y in numbers))
    return path


def test_what_was_not_used_for_the_longest_time_goes_first(tmp_path, seen):
    paths = [table(tmp_path, f"{name}.csv", 12_000) for name in "abc"]
    size = FileCache()
    drain(table_job(paths[0], size))
    files = FileCache(capacity=int(2.5 * size.nbytes))
    seen.forget()
    for name in "abacabcc":
        drain(table_job(tmp_path / f"{name}.csv", files))
        assert files.nbytes <= files.capacity
    # b makes room for c, which then makes room for b, because a was used after it.
    assert [path[-5] for path in seen.opened] == list("abcbc")


def test_a_file_that_does_not_fit_is_not_kept_and_makes_no_room(tmp_path, seen):
    small, large = table(tmp_path, "small.csv", 10), table(tmp_path, "large.csv", 20_000)
    files = FileCache(capacity=20_000)
    for path in (small, large, small, large):
        drain(table_job(path, files))
    assert [path for path in seen.opened if "small" in path] == [str(small)]
    assert len(seen.opened) == 3
    assert 0 < files.nbytes < 20_000


@pytest.mark.parametrize("capacity", [0, 2**28])
def test_the_columns_of_a_table_outlast_what_stands_in_them(capacity, tmp_path):
    files = FileCache(capacity)
    recipe = drain(open_files_job([written(tmp_path, "csv")[0]], files))
    columns = summary_of(recipe.load(), recipe, files).table
    assert columns.names == ("length", "place", "count", "width", "kind")
    assert files.outline(SourceFile(recipe.files[0].path, "0" * 64)) is None
    files.clear()
    assert files.nbytes == 0
    assert files.outline(recipe.files[0]) is None


def test_no_more_than_some_files_are_remembered(tmp_path):
    files = FileCache()
    for number in range(40):
        drain(table_job(table(tmp_path, f"{number}.csv", 3), files))
    outlines = [files.outline(SourceFile.of(tmp_path / f"{number}.csv")) for number in range(40)]
    assert [outline is None for outline in outlines] == [True] * 8 + [False] * 32
