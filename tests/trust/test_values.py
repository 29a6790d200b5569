"""Values are values: frozen, compared by contents, holding arrays that nobody can write to; and no state beside them."""

import ast
import dataclasses
import inspect
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.arrays import same
from tests.trust import public
from tests.trust.objectives import case
from tests.trust.test_callers_arrays import CALLS
from tests.trust.test_interleaving import _alone

SOURCES = sorted(Path(engine.__file__).parent.rglob("*.py"))


def _arrays(thing, path=""):
    """Every array in a value, with where it stands."""
    if isinstance(thing, np.ndarray):
        yield path, thing
    elif isinstance(thing, list | tuple):
        for number, part in enumerate(thing):
            yield from _arrays(part, f"{path}[{number}]")
    elif isinstance(thing, Mapping):
        for key, part in thing.items():
            yield from _arrays(part, f"{path}[{key}]")
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from _arrays(getattr(thing, field.name), f"{path}.{field.name}")


@pytest.mark.parametrize("name", CALLS)
def test_arrays_in_results_are_read_only(name):
    result = CALLS[name](np.array)
    for value in result if isinstance(result, list | tuple) else [result]:
        if dataclasses.is_dataclass(value):
            assert [path for path, array in _arrays(value) if array.flags.writeable] == []


def test_what_the_window_is_given_is_read_only():
    for name in ("moons", "digits"):
        for result in _alone(name):
            assert [path for path, array in _arrays(result) if array.flags.writeable] == []


@pytest.mark.parametrize("name", [name for name in CALLS if not name.endswith("measure")])
def test_the_same_call_gives_the_same_bits(name):
    """Nothing depends on what was called before, on a clock, or on random numbers of the program's own."""
    np.random.seed(1)  # noqa: NPY002 - the state that nothing may use or move
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, other = CALLS[name](np.array), CALLS[name](np.array)
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    if isinstance(one, engine.Trajectories):
        one, other = (dataclasses.replace(runs, seconds=np.zeros(0)) for runs in (one, other))
    if name.endswith("_job"):
        one, other = one[-1].result, other[-1].result
    if isinstance(one, engine.CurveFit | engine.Descent):  # these are objects, and what they hold is what counts
        one, other = ([array for _, array in _arrays(list(vars(made).values()))] for made in (one, other))
    assert same(one, other)


def _values():
    for module in public.modules():
        for thing in vars(module).values():
            if inspect.isclass(thing) and dataclasses.is_dataclass(thing) and thing.__module__ == module.__name__:
                yield thing


HOLDS_ARRAYS = ("Array", "Mask", "Indices", "Values", "Sampled")


@pytest.mark.parametrize("value", [v for v in _values() if not v.__name__.startswith("_")])
def test_values_are_frozen_and_those_with_arrays_are_not_compared_by_them(value):
    assert value.__dataclass_params__.frozen
    types = [str(field.type).split("|")[0].strip() for field in dataclasses.fields(value)]
    if any(type_ in HOLDS_ARRAYS for type_ in types):
        assert value.__eq__ is object.__eq__  # == on arrays is not a truth value


@pytest.mark.parametrize("path", SOURCES, ids=[str(path.relative_to(SOURCES[0].parent)) for path in SOURCES])
def test_sources_keep_no_state_and_use_nothing_unsafe(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Global | ast.Nonlocal), node.lineno
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            roots = {name.split(".")[0] for name in named}
            assert not roots & {"pickle", "shelve", "marshal", "random", "PyQt6", "pyqtgraph", "app"}, node.lineno
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"eval", "exec", "compile", "np.random.seed", "print"} or "__main__" in path.name, (
                node.lineno
            )
            if called == "np.load":
                assert any(k.arg == "allow_pickle" and ast.unparse(k.value) == "False" for k in node.keywords), (
                    node.lineno
                )
            if called == "np.random.default_rng":
                assert node.args, node.lineno  # every stream has a seed


def test_a_value_is_the_same_alone_and_beside_its_gradient_whatever_the_company():
    data = engine.datasets.load("digits")
    for loss, output in (("squared_error", "identity"), ("squared_error", "sigmoid"), ("cross_entropy", "identity")):
        of = engine.Network((64, 16, 16, 10), "sigmoid", output, loss).objective(data.train)
        points = 0.3 * np.random.default_rng(0).normal(size=(9, of.dimension))
        values, gradients = of.value_and_gradient(points)
        assert np.array_equal(values, of.value(points))
        for row in range(9):
            assert of.value(points[row]) == values[row]
            assert np.array_equal(of.value_and_gradient(points[row])[1], gradients[row])


def test_a_batch_is_an_objective_like_any_other():
    of = case("network").objective
    at = case("network").points
    halves = [of.minibatch(np.arange(0, 4)), of.minibatch(np.arange(4, 9))]
    whole = (4 * halves[0].value(at) + 5 * halves[1].value(at)) / 9
    np.testing.assert_allclose(of.value(at), whole, rtol=1e-13)
    assert [half.examples for half in halves] == [4, 5]
