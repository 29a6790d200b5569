"""What the engine says about itself: every example runs, every public name is documented, every entry has its source."""

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import app.files
import app.lanes
import app.panels
import app.pictures
import app.setup_form
import engine
from engine.datasets import DATASETS
from engine.formulas import NAMED
from engine.network import ACTIVATIONS, LOSSES, OUTPUTS, SCHEMES
from engine.optimizers import KINDS
from engine.schedules import SCHEDULES
from tests.trust import public

OTHERS = (
    "app.document",
    "app.fields",
    "app.theme",
    "app.repaint_clock",
    "app.compute.plan",
    "app.compute.scheduler",
    "app.store",
)
ENGINE = {module.__name__: module for module in public.modules()}
WITHOUT_QT = {
    name: importlib.import_module(name)
    for package in (app.files, app.lanes, app.panels, app.pictures, app.setup_form)
    for name in (found.name for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."))
} | {name: importlib.import_module(name) for name in OTHERS}
EXAMPLES = {
    name: tests
    for name, module in (ENGINE | WITHOUT_QT).items()
    if (tests := [test for test in doctest.DocTestFinder(exclude_empty=True).find(module) if test.examples])
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_run(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with np.printoptions():  # as a reader's NumPy prints
        runner = doctest.DocTestRunner(verbose=False)
        for example in EXAMPLES[name]:
            example.globs.setdefault("np", np)
            runner.run(example)
        assert runner.tries > 0
        assert runner.failures == 0


def test_the_most_public_functions_have_an_example():
    for thing in (
        engine,
        engine.surface,
        engine.descend,
        engine.basins.basins,
        engine.Formula,
        engine.Formula.parse,
        engine.CurveFit,
        engine.Dataset,
        engine.DatasetRecipe,
        engine.datasets.load,
        engine.Network,
        engine.Network.initialize,
        engine.network.NetworkObjective.value_and_gradient,
        engine.Plane,
        engine.Line,
        engine.directions.filter_normalized,
        engine.directions.through_points,
        engine.directions.principal_components,
        engine.optimizers,
        engine.schedules,
    ):
        assert ">>>" in inspect.getdoc(thing), thing


@pytest.mark.parametrize("name", public.functions())
def test_every_public_function_has_an_example(name):
    assert ">>>" in inspect.getdoc(public.functions()[name])


EXPORTED = {
    name: thing for name, thing in public.exported().items() if inspect.isroutine(thing) or inspect.isclass(thing)
}


def _own(thing):
    """The docstring that was written for it; a dataclass without one is given its signature."""
    text = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    return "" if text is None or text.startswith(f"{thing.__name__}(") else text


@pytest.mark.parametrize("name", EXPORTED)
def test_every_public_name_says_what_it_is_for(name):
    thing = EXPORTED[name]
    sentence = _own(thing).strip()
    assert len(sentence) > 15
    assert "." in sentence
    if not inspect.isclass(thing):
        return
    for method, function in vars(thing).items():
        if method.startswith("_") or not (inspect.isfunction(function) or isinstance(function, property)):
            continue
        inherited = any(hasattr(base, method) for base in thing.__mro__[1:])
        assert inherited or function.__doc__, f"{name}.{method}"


@pytest.mark.parametrize("name", ENGINE)
def test_every_module_says_what_it_is(name):
    assert len(ENGINE[name].__doc__ or "") > 15


def test_all_is_what_there_is():
    for package in public.PACKAGES:
        assert len(set(package.__all__)) == len(package.__all__)
        assert all(hasattr(package, name) for name in package.__all__)


CATALOGUES = {
    "formula": NAMED,
    "optimizer": KINDS,
    "schedule": SCHEDULES,
    "dataset": DATASETS,
    "activation": ACTIVATIONS,
    "output": OUTPUTS,
    "loss": LOSSES,
    "scheme": SCHEMES,
}
ENTRIES = [(kind, name) for kind, table in CATALOGUES.items() for name in table]


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_every_entry_has_a_title_a_sentence_and_a_source(kind, name):
    entry = CATALOGUES[kind][name]
    assert kind == "output" or entry.name == name
    assert entry.title.strip()
    assert len(entry.sentence) > 15
    assert entry.sentence.endswith(".")
    assert len(entry.source) > 5
    for parameter in getattr(entry, "parameters", ()):
        assert parameter.title
        assert parameter.sentence.endswith("."), parameter.name
        if not parameter.choices and isinstance(parameter.default, float):
            assert parameter.low <= parameter.default <= parameter.high, parameter.name


@pytest.mark.parametrize("table", CATALOGUES.values(), ids=CATALOGUES)
def test_titles_tell_entries_apart(table):
    titles = [entry.title for entry in table.values()]
    assert len(set(titles)) == len(titles)


def test_the_catalogues_have_what_was_asked_for():
    assert {"bowl", "double_well", "incline", "same_slope"} <= set(NAMED)
    assert sum(entry.dimension == 2 for entry in NAMED.values()) >= 20
    assert len(KINDS) >= 22
    assert {"sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu", "sine", "linear", "threshold"} == set(
        ACTIVATIONS
    )
    assert {"squared_error", "cross_entropy", "binary_cross_entropy", "huber"} == set(LOSSES)
    assert {"xavier", "he", "lecun", "normal", "zeros", "constant"} <= set(SCHEMES)
