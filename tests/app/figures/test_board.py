import numpy as np
import pytest

from app.figures.board import Board, Cell, board_of_rows
from tests.app.figures.samples import BOARD, CURVES, LANDSCAPE, WAITING, WEIGHTS


def test_rows_fill_the_board_by_their_weights():
    board = board_of_rows([[LANDSCAPE, CURVES], [WEIGHTS]], heights=[3, 1], widths=[[1, 4], [1]])
    places = [(cell.left, cell.top, cell.width, cell.height) for cell in board.cells]
    assert places == [(0.0, 0.0, 0.2, 0.75), (0.2, 0.0, 0.8, 0.75), (0.0, 0.75, 1.0, 0.25)]


def test_each_panel_keeps_to_its_cell(painted):
    cells = (Cell(WAITING, 0, 0, 0.5, 1), Cell(WAITING, 0.5, 0, 0.5, 1))
    other = (cells[0], Cell(WEIGHTS, 0.5, 0, 0.5, 1))
    before, after = painted(Board(cells)), painted(Board(other))
    changed = (before != after).any(axis=(0, 2))
    assert changed[800:].sum() > 100
    assert not changed[:800].any()


@pytest.mark.parametrize("word", ["title", "footer"])
def test_title_and_footer_are_written(painted, word):
    silent = Board(BOARD.cells, **{"title": BOARD.title, "footer": BOARD.footer, word: ""})
    assert not np.array_equal(painted(BOARD), painted(silent))
