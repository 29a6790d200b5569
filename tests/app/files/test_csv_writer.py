import csv

import numpy as np
import pytest

from app.files.atomic_write import ExportError
from app.files.csv_writer import write_table


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
        write_table(tmp_path / "missing" / "numbers.csv", {"step": np.zeros(2)})
