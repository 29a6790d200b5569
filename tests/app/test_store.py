from dataclasses import fields, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.document import Document
from app.examples import document_of
from app.panels import PANELS
from app.panels.landscape.settings import LandscapeSettings
from app.store import LONGEST_HISTORY, Store
from engine.arrays import read_only, same
from engine.plane_recipe import PlaneRecipe
from engine.start import given
from engine.surfaces import Window


def with_start(document: Document, x: float) -> Document:
    return replace(document, experiment=replace(document.experiment, starts=(given([x]),)))


def with_view(document: Document, **changes: object) -> Document:
    return replace(document, view=replace(document.view, **changes))


def zoomed(document: Document, window: Window, number: int = 1) -> Document:
    return replace(document, view=document.view.changed(LandscapeSettings, number, window=window))


OTHERS = {
    "resolution": 33, "logarithmic": True, "palette": "magma", "overlays": (("contours", 3),), "quantity": "gap",
    "log_steps": True, "log_values": False, "plateaus": False, "dots": False, "patience": 7, "patience_on": "validation",
    "patience_least": 0.5, "along": "gradient", "scale": "linear",
}  # fmt: skip
"""Another value than the default of every setting that belongs to a person."""
OF_PICTURES = {"window": (5.0, 6.0), "previous_point": read_only([2.0])}
"""And of those that mean something only beside the picture they were made on."""


def place(document: Document) -> float:
    start = document.experiment.starts[0].given
    assert start is not None
    return float(start[0])


@pytest.fixture
def store():
    return Store(with_start(document_of("bowl"), 0.0))


def test_listeners_hear_what_was_and_what_is_in_order(store):
    heard = []
    store.on_changed(lambda before, after: heard.append((place(before), place(after))))
    store.on_changed(lambda before, after: heard.append("second"))
    store.preview(with_start(store.document, 1.0))
    store.commit(with_start(store.document, 2.0), "Move the start")
    store.undo()
    assert heard == [(0.0, 1.0), "second", (1.0, 2.0), "second", (2.0, 0.0), "second"]


def test_a_drag_is_one_entry_of_history(store):
    for x in (0.1, 0.2, 0.3):
        store.preview(with_start(store.document, x))
    assert not store.undoable
    store.commit(with_start(store.document, 0.4), "Move the start")
    assert store.undoable == "Move the start"
    store.undo()
    assert place(store.document) == 0.0
    assert not store.undoable
    assert store.redoable == "Move the start"
    store.redo()
    assert place(store.document) == 0.4
    assert not store.redoable


def test_a_new_change_ends_what_could_be_brought_again(store):
    store.commit(with_start(store.document, 1.0), "one")
    store.undo()
    store.commit(with_start(store.document, 2.0), "two")
    assert not store.redoable


def test_a_change_that_changes_nothing_is_no_entry(store):
    store.preview(with_start(store.document, 1.0))
    store.commit(with_start(store.document, 0.0), "Move the start")
    assert not store.undoable
    assert place(store.document) == 0.0


def test_nothing_to_undo_is_no_harm(store):
    before = store.document
    store.undo()
    store.redo()
    assert store.document is before


def test_undo_does_not_go_back_over_a_change_of_the_view(store):
    store.commit(with_start(store.document, 1.0), "Move the start")
    store.set_view(with_view(store.document, theme="dark", step=4))
    store.undo()
    assert place(store.document) == 0.0
    assert store.document.view.theme == "dark"
    assert store.document.view.step == 4
    store.redo()
    assert place(store.document) == 1.0
    assert store.document.view.theme == "dark"


def test_a_change_of_the_view_while_a_hand_drags_leaves_the_drag_one_entry(store):
    store.preview(with_start(store.document, 0.5))
    store.set_view(with_view(store.document, step=4))  # the runs are being played
    assert place(store.document) == 0.5
    assert place(store.committed) == 0.0
    store.commit(with_start(store.document, 1.0), "Move the start")
    store.undo()
    assert place(store.document) == 0.0


@pytest.mark.parametrize("other", ["problem", "plane"])
def test_a_zoom_stays_with_the_picture_it_was_made_on(store, other):
    changed = {
        "problem": document_of("double_well").experiment,
        "plane": replace(store.document.experiment, plane=PlaneRecipe("random")),
    }[other]
    store.commit(replace(store.document, experiment=changed), "Another picture")
    store.set_view(zoomed(with_view(store.document, theme="dark"), (5.0, 6.0)))
    store.undo()
    assert store.document.view.of(LandscapeSettings).window is None
    assert store.document.view.theme == "dark"
    store.redo()
    assert store.document.view.of(LandscapeSettings).window == (5.0, 6.0)


def test_settings_of_cards_are_kept_card_by_card(store):
    store.commit(with_start(store.document, 1.0), "Move the start")
    store.set_view(zoomed(store.document, (5.0, 6.0)))
    store.set_view(zoomed(store.document, (7.0, 8.0), 2))
    coarse = store.document.view.changed(LandscapeSettings, 2, resolution=33)
    store.set_view(replace(store.document, view=coarse))
    store.undo()
    first, second = (store.document.view.of(LandscapeSettings, number) for number in (1, 2))
    assert (first.window, second.window, second.resolution) == ((5.0, 6.0), (7.0, 8.0), 33)
    assert first.resolution != 33
    assert place(store.document) == 0.0


@pytest.mark.parametrize("panel", PANELS)
def test_only_what_belongs_to_the_picture_stays_with_it(store, panel):
    """Every setting of every panel: those of another picture are left as they were, a person's own ones are everywhere."""
    kind = PANELS[panel].settings
    store.commit(replace(store.document, experiment=document_of("double_well").experiment), "Another picture")
    before = store.document.view.of(kind)
    for field in fields(kind):
        if field.name not in OTHERS:
            assert field.name in OF_PICTURES, "a test has to know another value of it"
    changes = {field.name: OTHERS.get(field.name, OF_PICTURES.get(field.name)) for field in fields(kind)}
    store.set_view(replace(store.document, view=store.document.view.changed(kind, **changes)))
    after = store.document.view.of(kind)
    store.undo()
    undone = store.document.view.of(kind)
    for field in fields(kind):
        assert not same(getattr(before, field.name), getattr(after, field.name)), field.name
        kept = getattr(before if field.name in OF_PICTURES else after, field.name)
        assert same(getattr(undone, field.name), kept), field.name
    store.redo()
    assert same(store.document.view.of(kind), after)


def test_replacing_the_document_ends_its_history(store):
    store.commit(with_start(store.document, 1.0), "one")
    store.commit(with_start(store.document, 2.0), "two")
    store.undo()
    store.replace(document_of("double_well"))
    assert (store.undoable, store.redoable) == ("", "")


def test_a_very_long_history_forgets_its_beginning(store):
    for x in range(1, LONGEST_HISTORY + 10):
        store.commit(with_start(store.document, float(x)), "Move the start")
    for _ in range(LONGEST_HISTORY + 10):
        store.undo()
    assert place(store.document) == 9.0


class Histories(RuleBasedStateMachine):
    """The store against a plain list of what was committed, and how often one has gone back."""

    @initialize()
    def begin(self):
        self.store = Store(with_start(document_of("bowl"), 0.0))
        self.begun = self.store.document.view
        self.entries, self.at, self.serial = [0.0], 0, 0.0
        self.shown, self.step = 0.0, None

    def fresh(self) -> float:
        self.serial += 1.0
        return self.serial

    @rule()
    def preview(self):
        self.shown = self.fresh()
        self.store.preview(with_start(self.store.document, self.shown))

    @rule()
    def commit(self):
        self.shown = self.fresh()
        self.entries = [*self.entries[: self.at + 1], self.shown]
        self.at += 1
        self.store.commit(with_start(self.store.document, self.shown), "Move the start")

    @rule(step=st.integers(0, 9))
    def set_view(self, step):
        self.step = step
        self.store.set_view(with_view(self.store.document, step=step))

    @rule()
    def undo(self):
        if self.at:
            self.at -= 1
            self.shown = self.entries[self.at]
        self.store.undo()

    @rule()
    def redo(self):
        if self.at + 1 < len(self.entries):
            self.at += 1
            self.shown = self.entries[self.at]
        self.store.redo()

    @invariant()
    def they_agree(self):
        if not hasattr(self, "store"):
            return
        assert place(self.store.document) == self.shown
        assert place(self.store.committed) == self.entries[self.at]
        assert same(self.store.document.view, replace(document_of("bowl").view, step=self.step))
        assert bool(self.store.undoable) == (self.at > 0)
        assert bool(self.store.redoable) == (self.at + 1 < len(self.entries))


Histories.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestHistories = Histories.TestCase
