"""The small choices in the panels' heads: the same settings as in the setup, where the eye is."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from app.document import Along, Document, Quantity
from app.results import Results
from app.setup_form.titles import ALONG, QUANTITIES
from app.store import Store
from app.views.choice_box import ChoiceBox
from app.views.main_window import MainWindow
from engine.optimizers import describe

SCALES = {"linear": "Linear axes", "log y": "Log values", "log xy": "Log both"}


class ChoicesPresenter:
    """Puts a choice into the head of curves and slice and keeps it in step with the look."""

    def __init__(self, store: Store, window: MainWindow) -> None:
        self._store = store
        self._quantity = ChoiceBox(QUANTITIES, "What the curves show")
        self._scales = ChoiceBox(SCALES, "Scales of the curves' axes")
        self._along = ChoiceBox(ALONG, "Which direction the slice follows")
        self._run = ChoiceBox({}, "Whose point the slice and the model show")
        for view, boxes in ((window.curves, (self._quantity, self._scales)), (window.slice, (self._run, self._along))):
            for box in boxes:
                view.head.addWidget(box)
        self._quantity.chosen.connect(lambda value: self._look(quantity=cast(Quantity, value)))
        self._along.chosen.connect(lambda value: self._look(along=cast(Along, value)))
        self._scales.chosen.connect(
            lambda value: self._look(log_values=value != "linear", log_steps=value == "log xy")
        )  # fmt: skip
        self._run.chosen.connect(self._choose_run)
        self._listed: tuple[str, ...] = ()

    def show(self, document: Document, _: Results) -> None:
        """One frame."""
        look, experiment = document.look, document.experiment
        self._quantity.show_value(look.quantity)
        self._along.show_value(look.along)
        self._scales.show_value("log xy" if look.log_steps else "log y" if look.log_values else "linear")
        self._list_runs(
            tuple(
                describe(optimizer).split(" (")[0] + (f", start {start + 1}" if len(experiment.starts) > 1 else "")
                for start in range(len(experiment.starts))
                for optimizer in experiment.optimizers
            )
        )
        self._run.show_value(str(look.selected_start * len(experiment.optimizers) + look.selected_optimizer))

    def _list_runs(self, names: tuple[str, ...]) -> None:
        if names != self._listed:
            self._listed = names
            self._run.clear()
            for number, name in enumerate(names):
                self._run.addItem(name, str(number))

    def _choose_run(self, value: str) -> None:
        start, optimizer = divmod(int(value), max(1, len(self._store.document.experiment.optimizers)))
        self._look(selected_start=start, selected_optimizer=optimizer)

    def _look(self, **changes: object) -> None:
        document = self._store.document
        look = replace(document.look, **changes)  # type: ignore[arg-type]
        self._store.restyle(replace(document, look=look))
