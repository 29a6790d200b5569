"""However the cells of a column are cut into blocks, what is kept of them is the same, and what each of them is."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.arrays import same
from engine.datasets.csv_columns import WHOLE_NUMBER, Cell, Coded, ColumnReader, is_missing, is_number
from engine.datasets.csv_text import decoded_lines
from engine.job import finished

CELLS = st.one_of(
    st.sampled_from(["1", "2", "1.5", "-3e2", "x", "", "NA", "?", "nan", "inf", "1_0", "+7", "007", "1,5", "9" * 400]),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers().map(str),
)


def columns(cells, ends=(), first="first"):
    reader, cuts = ColumnReader(), [0, *(min(end, len(cells)) for end in sorted(ends)), len(cells)]
    for start, stop in pairwise(cuts):
        if start < stop:
            reader.add(cells[start:stop], range(start + 2, stop + 2))
    return finished(reader.finish(Cell(1, first)))


def is_usable(cell):
    return is_number(cell) and math.isfinite(float(cell))


@given(st.lists(CELLS, min_size=1, max_size=30), CELLS, st.sampled_from([3, 10_000]), st.data())
@example(["1", "2", "3", "4", "x"], "0", 3, None)
@example(["1", "2", "3", "4", ""], "0", 3, None)
@example(["0" * 5000 + "1"], "2", 3, None)
def test_a_column_tells_what_its_cells_are(cells, first, most, data):
    ends = data.draw(st.lists(st.integers(0, len(cells)), max_size=5)) if data else [2, 4]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.datasets.csv_columns.LARGEST_CLASSES", most)
        patch.setattr("engine.datasets.csv_columns.BLOCKS", 2)
        found = columns(cells, ends, first)
    for column, given_cells, line in ((found[0], cells, 2), (found[1], [first, *cells], 1)):
        present = [cell for cell in given_cells if not is_missing(cell)]
        assert column.kinds.numbers == any(map(is_number, present))
        assert column.kinds.others == any(not is_usable(cell) for cell in present)
        assert column.kinds.fractions == any(is_number(cell) and not WHOLE_NUMBER.fullmatch(cell) for cell in present)
        assert column.kinds.only_whole == all(WHOLE_NUMBER.fullmatch(cell) for cell in present)
        places = [place for place, cell in enumerate(given_cells) if not is_usable(cell)]
        assert column.unusable == (Cell(line + places[0], given_cells[places[0]]) if places else None)
        missing = [place for place, cell in enumerate(given_cells) if is_missing(cell)]
        assert column.missing == (Cell(line + missing[0], given_cells[missing[0]]) if missing else None)
        if isinstance(column.cells, Coded):
            assert [column.cells.texts[code] for code in column.cells.codes] == given_cells
            assert set(column.cells.texts) == set(given_cells)
        else:
            assert len(set(given_cells)) > most
        if not places:
            expected = np.array([float(cell) for cell in given_cells])
            assert same(np.asarray(column.numbers(slice(None))), expected)
            assert same(np.asarray(column.numbers(np.array([0, -1]))), expected[[0, -1]])


@pytest.mark.parametrize(("texts", "size"), [(200, 1), (300, 2), (70_000, 4)])
def test_cells_take_no_more_memory_than_there_are_texts(texts, size):
    below, whole = columns([f"name {number % texts}" for number in range(80_000)])
    assert isinstance(below.cells, Coded)
    assert below.cells.codes.itemsize == size
    assert np.shares_memory(below.cells.codes, whole.cells.codes)
    assert below.nbytes < size * 80_000 + 100 * texts


def test_many_numbers_take_eight_bytes_each():
    below, _ = columns([str(number) for number in range(30_000)], [4096, 8192, 12_288])
    assert below.nbytes == 240_000
    assert not below.cells.flags.writeable


@given(st.text("a\n\r\x0b\u2028éß\ufeff", max_size=30), st.integers(1, 7))
def test_lines_come_out_as_a_text_file_has_them(tmp_path_factory, text, size):
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_bytes(text.encode())
    with path.open(encoding="utf-8-sig") as file:
        expected = file.readlines()
    content = path.read_bytes()
    assert list(decoded_lines(content[start : start + size] for start in range(0, len(content), size))) == expected
