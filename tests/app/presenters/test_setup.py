from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

from app.document import Document
from app.lanes.lane import Results
from app.panels import PANELS
from app.panels.landscape.settings import LandscapeSettings
from app.presenters.setup import READING, SetupPresenter
from app.setup_form import dataset_shapes
from app.setup_form.picture import Example, setup_picture
from app.setup_form.registry import EXAMPLE, TYPED, change, groups
from app.store import Store
from app.views.setup_view import SetupView
from engine import optimizers, schedules
from engine.arrays import same
from engine.datasets import DatasetRecipe
from engine.formulas import Formula
from engine.optimizers import KINDS
from engine.problem import FormulaProblem, NetworkProblem, assemble
from engine.schedules import SCHEDULES
from tests.app.boards import viewed
from tests.app.setup_form import documents
from tests.app.setup_form.documents import DOCUMENTS, applied, exclusive_or, moons, rosenbrock, typed

EXAMPLES = (Example("Networks", "exclusive_or", "Exclusive-or"), Example("Two parameters", "rosenbrock", "Rosenbrock"))


def fields_of(document: Document):
    return setup_picture(document, Results()).fields


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_fields_own_value_changes_nothing(name):
    document = DOCUMENTS[name]()
    for key, field in fields_of(document).items():
        if field.kind in ("button", "info") or (field.kind == "choice" and field.value == ""):
            continue
        outcome = change(document, key, field.value)
        assert same(outcome.document, document), key
        assert outcome.sentence == "", key


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_choice_and_switch_gives_a_document_that_shows_it(name):
    document = DOCUMENTS[name]()
    for key, field in fields_of(document).items():
        values = [choice.value for choice in field.choices] if field.kind == "choice" else [not field.value]
        if field.kind not in ("choice", "switch") or key in (EXAMPLE, "optimizers.add"):
            continue
        if key.endswith(".kind") and key != "optimizer.0.kind":
            continue  # 22 × 22 times the same
        for value in values:
            assert fields_of(applied(document, key, value))[key].value == value, (key, value)


@pytest.mark.parametrize("name", ["rosenbrock", "typed", "exclusive_or", "moons", "teacher", "curve_fit", "bowl"])
def test_every_changed_setting_gives_an_experiment_that_can_be_assembled(name):
    document = DOCUMENTS[name]()
    for key, field in fields_of(document).items():
        values = [choice.value for choice in field.choices if not choice.value.startswith("digits")]
        if field.kind != "choice" or key == EXAMPLE:
            continue
        for value in values:
            experiment = applied(document, key, value).experiment
            made = assemble(experiment.problem)
            assert all(start.parameters(made).shape == (made.objective.dimension,) for start in experiment.starts), key


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_number_can_be_moved_within_its_range_and_shows_where_it_is(name):
    document = DOCUMENTS[name]()
    for key, field in fields_of(document).items():
        if field.kind not in ("number", "integer") or not np.isfinite(field.high):
            continue
        # Half way, in the numbers that this field can hold; parts of the data share what there is.
        value = int(field.low + 1) if field.kind == "integer" else field.low + 0.4 * (field.high - field.low)
        moved = fields_of(applied(document, key, value))
        if key in moved:
            assert moved[key].value == pytest.approx(value), key


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_setting_has_its_own_key(name):
    keys = [setting.field.key for group in groups(DOCUMENTS[name]()) for setting in group.all_settings]
    assert len(keys) == len(set(keys))


LOGITS = ["cross_entropy", "identity"]
EFFECTS = {
    "optimizer.0.schedule.rate": (rosenbrock, 0.02, lambda e: e.optimizers[0].schedule.rate == 0.02),
    "optimizer.1.beta": (rosenbrock, "0,95", lambda e: e.optimizers[1].setting("beta") == 0.95),
    "optimizer.2.damping": (rosenbrock, 0, lambda e: e.optimizers[2].setting("damping") == 0.0),
    "optimizer.2.adaptive": (rosenbrock, False, lambda e: e.optimizers[2].setting("adaptive") is False),
    "optimizer.0.line_search": (rosenbrock, "backtracking", lambda e: e.optimizers[0].setting("line_search") == "backtracking"),
    "optimizer.0.clip": (rosenbrock, "1e-1", lambda e: e.optimizers[0].clip == 0.1),
    "optimizer.1.kind": (rosenbrock, "adam", lambda e: e.optimizers[1] == optimizers.adam()),
    "optimizer.0.schedule": (rosenbrock, "power", lambda e: e.optimizers[0].schedule == schedules.power(0.001)),
    "optimizer.1.remove": (rosenbrock, True, lambda e: [o.kind for o in e.optimizers] == ["gradient_descent", "damped_newton"]),
    "optimizers.add": (rosenbrock, "saddle_free", lambda e: e.optimizers[-1].kind == "saddle_free"),
    "start.0.y": (rosenbrock, 2.5, lambda e: e.starts[0].given.tolist() == [-1.2, 2.5]),
    "start.1.x": (rosenbrock, 0.0, lambda e: e.starts[1].given.tolist() == [0.0, -0.5]),
    "start.0.remove": (rosenbrock, True, lambda e: len(e.starts) == 1 and e.starts[0].given[0] == 1.0),
    "problem.constant.b": (rosenbrock, 10, lambda e: dict(e.problem.constants) == {"b": 10.0} and len(e.starts) == 2),
    "problem.text": (typed, "x^4 + y^2", lambda e: e.problem.text == "x^4 + y^2" and e.starts[0].given.tolist() == [1, 1]),
    "problem.constants": (typed, "b = 7, c = 1", lambda e: e.problem.constants == (("b", 7.0), ("c", 1.0))),
    "runs.steps": (rosenbrock, 50, lambda e: e.steps == 50),
    "runs.batch_size": (moons, 0, lambda e: e.batch_size is None),
    "runs.batch_seed": (moons, 5, lambda e: e.batch_seed == 5 and e.starts[1].shift is not None),
    "runs.residence": (exclusive_or, "within", lambda e: e.residence == "within"),
    "runs.weights_seed": (exclusive_or, 7, lambda e: e.starts[0].seed == 7 and e.plane.start.seed == 7),
    "runs.new_weights": (moons, True, lambda e: [s.seed for s in e.starts] == [5, 6] and e.starts[1].shift is None),
    "network.hidden": (exclusive_or, "8 8", lambda e: e.problem.hidden == (8, 8)),
    "network.activation": (exclusive_or, "tanh", lambda e: e.problem.activation == "tanh"),
    "network.loss": (exclusive_or, "cross_entropy", lambda e: [e.problem.loss, e.problem.output] == LOGITS),
    "network.l2": (moons, 0.1, lambda e: e.problem.l2 == 0.1 and e.starts[1].shift is not None),
    "network.scheme": (exclusive_or, "he", lambda e: e.starts[0].scheme == "he" and e.plane.start.scheme == "he"),
    "network.scale": (moons, 2.0, lambda e: [s.scale for s in e.starts] == [2.0, 2.0]),
    "data.name": (moons, "sine", lambda e: (e.problem.data.name, e.problem.loss) == ("sine", "squared_error")),
    "data.size": (moons, 20, lambda e: e.problem.data.size == 20 and e.batch_size is None),
    "data.noise": (moons, 0.3, lambda e: e.problem.data.noise == 0.3 and e.batch_size == 16),
    "data.seed": (moons, 9, lambda e: e.data_seed == 9),
    "data.classes": (documents.spirals, 4, lambda e: ("classes", 4.0) in e.problem.data.settings),
    "parts.test": (moons, 0.3, lambda e: e.problem.data.split == (0.2, 0.3)),
    "parts.shuffled": (moons, 0.5, lambda e: e.problem.data.shuffled == 0.5),
    "parts.standardize": (moons, True, lambda e: e.problem.data.standardize),
}  # fmt: skip


@pytest.mark.parametrize("key", EFFECTS)
def test_a_setting_does_what_it_says_and_leaves_the_view_alone(key):
    make, value, holds = EFFECTS[key]
    document = make()
    changed = applied(document, key, value)
    assert holds(changed.experiment)
    assert not holds(document.experiment)
    assert same(changed.view, document.view)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("view.landscape.scale", "logarithmic", {"logarithmic": True}),
        ("view.landscape.palette", "magma", {"palette": "magma"}),
        ("view.landscape.contours", 0, {"overlays": (("contours", 0),)}),
        ("view.landscape.resolution", "201", {"resolution": 201}),
        ("view.landscape.hillshade", True, {"overlays": (("hillshade", 1),)}),
        ("view.curves.quantity", "gap", {"quantity": "gap"}),
        ("view.slice.along", "second axis", {"along": "second axis"}),
    ],
)
def test_a_setting_of_a_card_leaves_the_experiment_and_the_other_cards_alone(key, value, expected):
    document = rosenbrock()
    changed = applied(document, key, value)
    panel = PANELS[key.split(".")[1]]
    assert same(changed.view, document.view.changed(panel.settings, **expected))
    assert changed.experiment is document.experiment


def test_the_theme_belongs_to_the_whole_window():
    assert applied(rosenbrock(), "view.theme", "dark").view.theme == "dark"


REFUSALS = [
    (rosenbrock, "optimizer.0.schedule.rate", "fast", "not a number"),
    (rosenbrock, "optimizer.0.schedule.rate", 0.0, "above 0"),
    (rosenbrock, "optimizer.0.schedule.rate", "nan", "not a finite number"),
    (rosenbrock, "optimizer.1.beta", 1.0, "below 1"),
    (rosenbrock, "optimizer.2.damping", -1, "at least 0"),
    (rosenbrock, "optimizer.0.clip", -1, "above 0"),
    (rosenbrock, "optimizer.0.kind", "nothing", "no choice"),
    (rosenbrock, "runs.steps", 0, "whole number from 1"),
    (rosenbrock, "runs.steps", 2.5, "whole number"),
    (typed, "problem.text", "x^2 +", "At column"),
    (typed, "problem.text", "x + y + z", "one or two variables"),
    (typed, "problem.constants", "b 3", "b = 100"),
    (typed, "problem.constants", "", "one or two"),
    (documents.curve_fit, "problem.text", "2*x", "coefficient"),
    (exclusive_or, "network.hidden", "8, many", "whole numbers"),
    (exclusive_or, "network.hidden", "0", "from 1 to"),
    (exclusive_or, "network.hidden", "1 " * 11, "At most"),
    (exclusive_or, "network.l2", -1, "0 or more"),
    (exclusive_or, "network.steepness", 0, "above 0"),
    (exclusive_or, "runs.batch_size", 5, "from 0 to 4"),
    (moons, "data.noise", 3, "from 0 to 2"),
    (moons, "parts.test", 0.8, "0.9"),
]


@pytest.mark.parametrize(("make", "key", "value", "words"), REFUSALS)
def test_what_cannot_be_taken_is_refused_with_a_sentence(make, key, value, words):
    document = make()
    if key == "problem.constants" and value == "":
        document = applied(document, "problem.constants", "b = 2, c = 3")
        document = applied(document, "problem.text", "b*x^2 + c*y^2")
    with pytest.raises(ValueError, match=words) as refusal:
        applied(document, key, value)
    assert str(refusal.value).endswith(".")


def test_a_bare_network_change_keeps_drags_and_other_layers_say_what_was_lost():
    document = moons()
    kept = change(document, "network.activation", "relu")
    assert kept.sentence == ""
    assert kept.document.experiment.starts == document.experiment.starts
    lost = change(viewed(document, window=(-1, 1, -1, 1)), "network.hidden", "5")
    assert "dragged" in lost.sentence
    assert lost.document.view.of(LandscapeSettings).window is None


def test_a_formula_becomes_text_with_its_window_constants_and_starts():
    changed = applied(rosenbrock(), EXAMPLE, TYPED)
    problem = changed.experiment.problem
    assert isinstance(problem, FormulaProblem)
    assert problem.text == Formula("rosenbrock").text
    assert dict(problem.constants) == {"a": 1.0, "b": 100.0}
    assert changed.view.of(LandscapeSettings).window == Formula("rosenbrock").named.window
    assert same(changed.experiment.starts, rosenbrock().experiment.starts)
    assert fields_of(changed)[EXAMPLE].value == TYPED


@pytest.mark.parametrize(("text", "size"), [("x^2", 1), ("u^2 + v^2", 2)])
def test_a_text_with_other_variables_takes_its_starts_along(text, size):
    outcome = change(viewed(typed(), window=(-1, 1, -1, 1)), "problem.text", text)
    assert [start.given.size for start in outcome.document.experiment.starts] == [size]
    assert (outcome.document.view.of(LandscapeSettings).window is None) == (size == 1)
    assert ("could not be kept" in outcome.sentence) == (size == 1)


def test_a_network_becomes_a_typed_formula_that_can_be_run():
    changed = applied(exclusive_or(), EXAMPLE, TYPED).experiment
    made = assemble(changed.problem)
    assert changed.starts[0].parameters(made).shape == (2,)
    assert changed.plane.kind == "parameters"


def test_coefficients_of_a_fit_keep_their_values_by_name():
    changed = applied(documents.curve_fit(), "problem.text", "b2*x + b0 + b1").experiment
    assert changed.starts[0].given.tolist() == [1.0, 1.0, 0.5]
    assert applied(documents.curve_fit(), "problem.text", "b2*x").experiment.starts[0].given.tolist() == [0.5]


@pytest.mark.parametrize("make", [rosenbrock, documents.bowl, moons, typed])
def test_added_starts_are_new_ones(make):
    document = make()
    for _ in range(3):
        document = applied(document, "starts.add", True)
    made = assemble(document.experiment.problem)
    points = [tuple(start.parameters(made)) for start in document.experiment.starts]
    assert len(set(points)) == len(points)


def test_a_removed_optimizer_leaves_the_selection_on_what_it_was():
    document = rosenbrock()
    document = viewed(document, selected_optimizer=2)
    assert applied(document, "optimizer.0.remove", True).view.selected_optimizer == 1
    assert applied(document, "optimizer.2.remove", True).view.selected_optimizer == 1


def test_schedules_keep_their_rate_through_every_other_schedule():
    for name, kind in SCHEDULES.items():
        if not kind.drawn:
            changed = applied(rosenbrock(), "optimizer.0.schedule", name)
            assert fields_of(changed)["optimizer.0.schedule.rate"].value == 0.001


def test_every_optimizer_can_be_added_where_it_can_run():
    offered = {choice.value for choice in fields_of(rosenbrock())["optimizers.add"].choices}
    assert offered == {name for name, kind in KINDS.items() if not kind.needs_residuals}
    assert {choice.value for choice in fields_of(moons())["optimizers.add"].choices} == set(KINDS)


@pytest.fixture
def view():
    return Mock(spec=SetupView)


@pytest.fixture
def heard():
    return Mock()


class Panel:
    """The presenter with a fake view, and what a person does to it."""

    def __init__(self, document, view, heard, read=lambda recipe, done, failed: None):
        self.store, self.view = Store(document), view
        self.presenter = SetupPresenter(self.store, view, EXAMPLES, heard.load, heard.say, read)

    def enter(self, key, value):
        self.view.changed.connect.call_args[0][0](key, value)

    def slide(self, key, value):
        self.view.previewed.connect.call_args[0][0](key, value)

    @property
    def shown(self):
        return self.view.show_setup.call_args[0][0]


def test_an_entry_is_committed_under_its_name_and_shown(view, heard):
    panel = Panel(rosenbrock(), view, heard)
    panel.enter("runs.steps", 77)
    assert panel.store.document.experiment.steps == 77
    assert panel.store.undoable == "Change Steps"
    assert panel.shown.fields["runs.steps"].value == 77
    panel.store.undo()
    assert panel.shown.fields["runs.steps"].value == 200


def test_sliding_writes_one_entry_of_history_when_it_ends(view, heard):
    panel = Panel(rosenbrock(), view, heard)
    for rate in (0.002, 0.003, 0.004):
        panel.slide("optimizer.0.schedule.rate", rate)
        assert panel.store.document.experiment.optimizers[0].schedule.rate == rate
        assert panel.store.undoable == ""
    panel.enter("optimizer.0.schedule.rate", 0.004)
    panel.store.undo()
    assert panel.store.document.experiment.optimizers[0].schedule.rate == 0.001
    assert panel.store.undoable == ""


def test_sliding_back_to_where_it_was_leaves_no_entry(view, heard):
    panel = Panel(rosenbrock(), view, heard)
    panel.slide("optimizer.0.schedule.rate", 0.01)
    panel.enter("optimizer.0.schedule.rate", 0.001)
    assert panel.store.undoable == ""
    assert panel.store.document.experiment.optimizers[0].schedule.rate == 0.001


def test_a_refused_entry_stays_with_its_reason_until_it_is_mended(view, heard):
    panel = Panel(exclusive_or(), view, heard)
    before = panel.store.document
    panel.enter("network.hidden", "8, x")
    assert panel.store.document is before
    field = panel.shown.fields["network.hidden"]
    assert field.value == "8, x"
    assert "whole numbers" in field.error
    panel.enter("runs.steps", 70)
    assert panel.shown.fields["network.hidden"].value == "8, x"
    panel.enter("network.hidden", "8, 4")
    assert panel.shown.fields["network.hidden"] == fields_of(panel.store.document)["network.hidden"]


def test_a_refused_entry_is_over_when_the_setting_changes_by_other_means(view, heard):
    panel = Panel(exclusive_or(), view, heard)
    panel.enter("network.hidden", "3")
    panel.enter("network.hidden", "x!")
    panel.store.undo()
    field = panel.shown.fields["network.hidden"]
    assert (field.value, field.error) == ("2", "")


def test_another_entry_of_the_catalogue_is_opened_by_who_can(view, heard):
    panel = Panel(exclusive_or(), view, heard)
    panel.enter(EXAMPLE, "rosenbrock")
    heard.load.assert_called_once_with("rosenbrock")
    assert panel.store.undoable == ""


def test_what_could_not_be_kept_is_said(view, heard):
    panel = Panel(moons(), view, heard)
    panel.enter("network.hidden", "3")
    heard.say.assert_called_once()
    assert "could not be kept" in heard.say.call_args[0][0]


@pytest.mark.parametrize(
    ("key", "value", "undoable"),
    [
        ("view.theme", "dark", False),
        ("view.landscape.palette", "magma", False),
        ("view.landscape.scale", "logarithmic", True),
    ],
)
def test_history_keeps_what_matters_of_the_view(view, heard, key, value, undoable):
    panel = Panel(rosenbrock(), view, heard)
    panel.enter(key, value)
    assert bool(panel.store.undoable) == undoable
    assert panel.shown.fields[key].value == value


def test_a_wish_for_something_that_is_gone_is_ignored(view, heard):
    panel = Panel(rosenbrock(), view, heard)
    before = panel.store.document
    panel.enter("optimizer.7.beta", 0.5)
    panel.slide("start.9.x", 0.5)
    assert panel.store.document is before


def test_the_form_is_drawn_only_when_something_it_shows_has_changed(view, heard):
    panel = Panel(rosenbrock(), view, heard)
    drawn = view.show_setup.call_count
    panel.presenter.show(panel.store.document, Results())
    panel.store.set_view(replace(panel.store.document, view=replace(panel.store.document.view, step=3)))
    assert view.show_setup.call_count == drawn


def test_the_network_shown_is_the_one_that_is_computed():
    for name in ("exclusive_or", "moons", "spirals", "teacher"):
        problem = DOCUMENTS[name]().experiment.problem
        assert isinstance(problem, NetworkProblem)
        made = assemble(problem)
        said = fields_of(DOCUMENTS[name]())["network.size"].value
        assert said == f"{'-'.join(map(str, made.network.layers))}: {made.objective.dimension} parameters"


@pytest.fixture
def points(tmp_path):
    """A network on data in a file that nobody has read yet."""
    dataset_shapes.forget()
    path = tmp_path / "points.npz"
    np.savez(path, x=np.random.default_rng(0).normal(size=(30, 5)), y=np.arange(30) % 3)
    document = moons()
    problem = replace(document.experiment.problem, data=DatasetRecipe.of_npz(path))
    return replace(document, experiment=replace(document.experiment, problem=problem))


class Reader:
    """Somebody on another thread, who reads when told to."""

    def __call__(self, recipe, done, failed):
        self.recipe, self.done, self.failed = recipe, done, failed

    def read(self):
        documents.read(self.recipe)
        self.done()


def test_a_setting_that_needs_the_data_is_carried_out_when_they_have_been_read(view, heard, points):
    reader = Reader()
    panel = Panel(points, view, heard, reader)
    before = panel.store.document
    panel.enter("network.hidden", "3")
    assert panel.store.document is before
    assert (panel.shown.fields["network.hidden"].value, panel.shown.fields["network.hidden"].error) == ("3", READING)
    reader.read()
    assert panel.store.document.experiment.problem.hidden == (3,)
    assert panel.shown.fields["network.hidden"].error == ""


def test_data_that_cannot_be_read_refuse_the_setting_with_their_reason(view, heard, points):
    reader = Reader()
    panel = Panel(points, view, heard, reader)
    before = panel.store.document
    panel.enter("network.hidden", "3")
    reader.failed("The file is gone.")
    assert panel.store.document is before
    field = panel.shown.fields["network.hidden"]
    assert (field.value, field.error) == ("3", "The file is gone.")


def test_what_was_entered_while_waiting_is_what_counts(view, heard, points):
    reader = Reader()
    panel = Panel(points, view, heard, reader)
    panel.enter("network.hidden", "3")
    first = reader.done
    panel.enter("network.hidden", "4")
    documents.read(reader.recipe)
    reader.done()
    first()
    assert panel.store.document.experiment.problem.hidden == (4,)
    panel.store.undo()
    assert panel.store.document.experiment.problem.hidden == (8, 8)


def test_an_entry_that_waits_for_data_is_over_with_their_problem(view, heard, points):
    panel = Panel(points, view, heard, Reader())
    panel.enter("network.hidden", "3")
    panel.store.commit(moons(), "Open")
    field = panel.shown.fields["network.hidden"]
    assert (field.value, field.error) == ("8, 8", "")
