"""A person's own data: files become networks to train, tables become curve fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.document import Document
from app.examples import document_on
from app.lanes.data import OPEN_FILES, READ_TABLE, OpenRequest, TableRequest
from app.presenters.results_controller import ResultsController
from app.setup_form.problem import parsed_constants
from app.store import Store
from app.views.dialogs import Dialogs
from app.views.fit_dialog import Answer, FitChoice
from engine.analysis.wording import count
from engine.curve_fit import CurveFit
from engine.datasets import Table
from engine.experiment import Experiment
from engine.formulas import FormulaError
from engine.own_data import on_table


class DataPresenter:
    """Asks for files and says what is wrong with them; what is on screen stays until there is something to show."""

    def __init__(
        self,
        store: Store,
        controller: ResultsController,
        dialogs: Dialogs,
        begin: Callable[[Document, str], None],
    ) -> None:
        self._store, self._controller, self._dialogs, self._begin = store, controller, dialogs, begin

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What it does for which command."""
        return {"open_data": self.open_data, "fit_table": self.fit_table}

    def open_data(self) -> None:
        """A network on the data of files, which are read on the compute thread."""
        paths = self._dialogs.data_files()
        if paths:
            self._controller.run_once(OPEN_FILES, OpenRequest(tuple(paths)), self._opened, self._dialogs.complain)

    def _opened(self, experiment: Experiment) -> None:
        self._begin(document_on(experiment, self._store.document.view), "Open data")

    def fit_table(self) -> None:
        """A model fitted to two columns of a table."""
        path = self._dialogs.table_file()
        if path is not None:
            self._controller.run_once(
                READ_TABLE, TableRequest(path), lambda table: self._ask(table, path), self._dialogs.complain
            )

    def _ask(self, table: Table, path: Path) -> None:
        if len(table.names) < 2:
            self._dialogs.complain(f"{path.name} has one column of numbers only: a fit needs x and y.")
            return
        choice = self._dialogs.fit_choice(table.names, lambda given: judged(table, given))
        if choice is not None:
            self._fit(table, choice)

    def _fit(self, table: Table, choice: FitChoice) -> None:
        try:
            experiment = on_table(
                choice.model,
                table[choice.x],
                table[choice.y],
                (choice.x, choice.y),
                dict(parsed_constants(choice.starts)),
            )
        except (ValueError, OSError) as error:
            self._dialogs.complain(str(error))
            return
        self._begin(document_on(experiment, self._store.document.view), "Fit a model")


def judged(table: Table, choice: FitChoice) -> Answer:
    """What is to be said about a choice: its coefficients, or what is wrong with it and where."""
    if choice.x == choice.y:
        return Answer("x and y are the same column: choose two different ones.", False)
    try:
        fit = CurveFit(choice.model, table[choice.x], table[choice.y])
        starts = dict(parsed_constants(choice.starts))
    except FormulaError as error:
        return Answer(f"At column {error.column + 1}: {error}", False, error.column)
    except ValueError as error:
        return Answer(str(error), False)
    unknown = [name for name in starts if name not in fit.names]
    if unknown:
        return Answer(f"The model has no coefficient “{unknown[0]}”: it has {', '.join(fit.names)}.", False)
    return Answer(f"{count(fit.examples, 'measurement')}; coefficients {', '.join(fit.names)}.", True)
