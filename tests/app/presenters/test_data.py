"""Opening data and fitting a model to a table, with a person who answers the dialogs."""

from unittest.mock import Mock

import numpy as np
import pytest

import assets
from app.document import Document, ViewSettings
from app.examples import document_of
from app.headless import computed
from app.lanes.data import READ_TABLE, TableRequest
from app.lanes.plane import PLANE
from app.lanes.problem_cache import ProblemCache
from app.presenters.data import DataPresenter, judged
from app.store import Store
from app.views.dialogs import Dialogs
from app.views.fit_dialog import FitChoice
from engine.job import drain
from engine.problem import CurveFitProblem, NetworkProblem

MODEL = "b1*(1-exp(-b2*x))"


class ReadsAtOnce:
    """A results controller that has no other thread."""

    def run_once(self, lane, request, done, failed):
        try:
            found = drain(lane.job(ProblemCache(), request))
        except (ValueError, OSError) as error:
            failed(str(error))
        else:
            done(found)


def table_of(path):
    return drain(READ_TABLE.job(ProblemCache(), TableRequest(path)))


@pytest.fixture
def dialogs():
    return Mock(spec=Dialogs)


@pytest.fixture
def begun():
    return []


@pytest.fixture
def presenter(dialogs, begun):
    store = Store(Document(document_of("rosenbrock").experiment, ViewSettings(theme="dark")))
    return DataPresenter(store, ReadsAtOnce(), dialogs, lambda document, what: begun.append((document, what)))


def choice(**changes):
    return FitChoice(**{"x": "pressure", "y": "volume", "model": MODEL, "starts": "", **changes})


def test_an_opened_file_becomes_a_network_in_the_persons_own_theme(presenter, dialogs, begun, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a,b,c\n" + "\n".join(f"{k},{k * k % 7}.5,{'xy'[k % 2]}" for k in range(30)))
    dialogs.data_files.return_value = [path]
    presenter.open_data()
    ((document, what),) = begun
    assert isinstance(document.experiment.problem, NetworkProblem)
    assert (document.experiment.title, what, document.view.theme) == ("own.csv", "Open data", "dark")


def test_a_file_that_is_no_data_is_complained_about_and_nothing_begins(presenter, dialogs, begun, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("a,b\n1,2\n3")
    dialogs.data_files.return_value = [path]
    presenter.open_data()
    (sentence,) = dialogs.complain.call_args[0]
    assert "row 3" in sentence
    assert not begun


def test_cancel_means_nothing_happens(presenter, dialogs, begun):
    dialogs.data_files.return_value = []
    dialogs.table_file.return_value = None
    presenter.open_data()
    presenter.fit_table()
    dialogs.table_file.return_value = assets.path("tables/misra1a.csv")
    dialogs.fit_choice.return_value = None
    presenter.fit_table()
    dialogs.complain.assert_not_called()
    assert not begun


def test_a_fitted_model_becomes_a_landscape_of_real_data(presenter, dialogs, begun):
    dialogs.table_file.return_value = assets.path("tables/misra1a.csv")
    dialogs.fit_choice.return_value = choice(starts="b1 = 500, b2 = 1e-4")
    presenter.fit_table()
    assert dialogs.fit_choice.call_args[0][0] == ("pressure", "volume")
    ((document, what),) = begun
    assert what == "Fit a model"
    problem = document.experiment.problem
    assert isinstance(problem, CurveFitProblem)
    assert (problem.x_name, problem.y_name, problem.text) == ("pressure", "volume", MODEL)
    assert document.experiment.starts[0].given.tolist() == [500.0, 1e-4]
    results = computed(document)
    assert results.failures == {}
    assert results.of(PLANE).flat.dimension == 2


def test_a_table_of_text_or_of_one_column_is_refused(presenter, dialogs, begun, tmp_path):
    for name, text, words in (
        ("text.csv", "a,b\nx,y", "no column holds numbers"),
        ("one.csv", "a\n1\n2", "one column"),
    ):
        path = tmp_path / name
        path.write_text(text)
        dialogs.table_file.return_value = path
        presenter.fit_table()
        assert words in dialogs.complain.call_args[0][0]
    assert not begun


@pytest.mark.parametrize(
    ("changes", "words", "column"),
    [
        ({"model": "b1*(1-exp(-b2*x)"}, "At column", 3),
        ({"model": "2*x"}, "coefficient", 0),
        ({"model": "b1*y"}, "y is what is measured", 3),
        ({"y": "pressure"}, "same column", None),
        ({"starts": "b1"}, "equals sign", None),
        ({"starts": "b3 = 1"}, "no coefficient “b3”", None),
        ({"starts": "b1 = many"}, "not a number", None),
    ],
)
def test_what_is_wrong_with_a_choice_is_said_with_its_place(changes, words, column):
    answer = judged(table_of(assets.path("tables/misra1a.csv")), choice(**changes))
    assert not answer.taken
    assert words in answer.sentence
    if column is not None:
        assert answer.column == column


def test_a_good_choice_names_its_coefficients():
    answer = judged(table_of(assets.path("tables/misra1a.csv")), choice())
    assert answer.taken
    assert answer.sentence == "14 measurements; coefficients b1, b2."


def test_a_table_without_names_has_its_columns_by_number(tmp_path):
    path = tmp_path / "plain.txt"
    path.write_text("1;2\n2;4.5\n")
    table = table_of(path)
    assert table.names == ("column 1", "column 2")
    np.testing.assert_array_equal(table["column 2"], [2.0, 4.5])
