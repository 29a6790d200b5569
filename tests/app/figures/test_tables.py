import csv

import numpy as np
import pytest

from app.figures.replacement import ExportError
from app.figures.tables import write_numbers, write_table
from tests.app.figures.samples import CURVES, LANDSCAPE, PICTURES, WEIGHTS


def read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    return comments, list(csv.DictReader(lines[len(comments) :]))


def test_numbers_come_back_exactly(tmp_path):
    values = np.random.default_rng(0).normal(size=50) * 10.0 ** np.arange(-25, 25)
    values[3:6] = np.nan, np.inf, -0.0
    target = tmp_path / "table.csv"
    write_table(target, {"step": np.arange(50), 'loss, "total"': values}, ["seed 0\nα = 0.1"])
    comments, rows = read(target)
    assert comments == ["# Talweg", "# seed 0", "# α = 0.1"]
    assert [int(row["step"]) for row in rows] == list(range(50))
    assert np.array_equal([float(row['loss, "total"']) for row in rows], values, equal_nan=True)


def test_columns_of_unequal_length_are_refused_and_named(tmp_path):
    with pytest.raises(ExportError, match="a has 2, b has 3"):
        write_table(tmp_path / "table.csv", {"a": np.zeros(2), "b": np.zeros(3)})
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(ExportError, match="does not exist"):
        write_numbers(tmp_path / "missing" / "numbers.csv", CURVES)


@pytest.mark.parametrize("picture", [CURVES, LANDSCAPE], ids=["curves", "landscape"])
def test_every_place_of_a_picture_is_listed(tmp_path, picture):
    target = tmp_path / "numbers.csv"
    write_numbers(target, picture)
    comments, rows = read(target)
    assert f"# x: {picture.x.label}" in comments
    assert f"# {picture.notes[0].text}" in comments
    for line in picture.lines:
        found = [(float(row["x"]), float(row["y"])) for row in rows if row["series"] == line.name]
        assert np.array_equal(found, np.column_stack([line.x, line.y]))
    counts = {kind: sum(row["kind"] == kind for row in rows) for kind in ("cloud", "marker", "handle", "band")}
    assert counts["cloud"] == sum(len(cloud.x) for cloud in picture.clouds)
    assert (counts["marker"], counts["handle"]) == (len(picture.markers), len(picture.handles))
    assert counts["band"] == 2 * len(getattr(picture, "bands", ()))


def test_tiles_list_their_texts(tmp_path):
    target = tmp_path / "numbers.csv"
    write_numbers(target, WEIGHTS)
    assert [row["text"] for row in read(target)[1]] == [*(f"unit {k}" for k in range(9)), "3 → 8"]


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_has_numbers(tmp_path, name):
    write_numbers(tmp_path / "numbers.csv", PICTURES[name])
    assert read(tmp_path / "numbers.csv")[0][1] == f"# {PICTURES[name].title}"
