from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.document import Document
from app.examples import document_of
from app.store import LONGEST_HISTORY, Store
from engine.experiment import PlaneRecipe, given


def with_start(document: Document, x: float) -> Document:
    return replace(document, experiment=replace(document.experiment, starts=(given([x]),)))


def with_look(document: Document, **changes: object) -> Document:
    return replace(document, look=replace(document.look, **changes))


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


def test_undo_does_not_go_back_over_a_change_of_the_look(store):
    store.commit(with_start(store.document, 1.0), "Move the start")
    store.restyle(with_look(store.document, theme="dark", step=4))
    store.undo()
    assert place(store.document) == 0.0
    assert store.document.look.theme == "dark"
    assert store.document.look.step == 4
    store.redo()
    assert place(store.document) == 1.0
    assert store.document.look.theme == "dark"


def test_a_change_of_the_look_while_a_hand_drags_leaves_the_drag_one_entry(store):
    store.preview(with_start(store.document, 0.5))
    store.restyle(with_look(store.document, step=4))  # the runs are being played
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
    store.restyle(with_look(store.document, window=(5.0, 6.0), theme="dark"))
    store.undo()
    assert store.document.look.window is None
    assert store.document.look.theme == "dark"
    store.redo()
    assert store.document.look.window == (5.0, 6.0)


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
        self.begun = self.store.document.look
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
    def restyle(self, step):
        self.step = step
        self.store.restyle(with_look(self.store.document, step=step))

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
        assert self.store.document.look == replace(document_of("bowl").look, step=self.step)
        assert bool(self.store.undoable) == (self.at > 0)
        assert bool(self.store.redoable) == (self.at + 1 < len(self.entries))


Histories.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestHistories = Histories.TestCase
