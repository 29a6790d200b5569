"""The table of the ways to draw a plane: each draws one, refuses without what it needs, and uses what it says it uses."""

import re
from dataclasses import fields, replace
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest

from engine import optimizers as o
from engine.datasets import DatasetRecipe
from engine.experiment import Experiment
from engine.job import drain
from engine.plane import Plane
from engine.plane_drawing import draw_plane_job
from engine.plane_kinds import PLANE_KINDS, WayToDraw
from engine.plane_recipe import PlaneKind, PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem, assemble
from engine.start import Start, given

WAYS, NAMES = tuple(PLANE_KINDS.values()), tuple(PLANE_KINDS)
SENTENCE = re.compile(r"[A-Z].{30,}\.")
XOR = DatasetRecipe("exclusive_or")
FORMULA = assemble(FormulaProblem("himmelblau"))
NETWORK = assemble(NetworkProblem(XOR, (3,), "tanh"))
ONE_PAIR = assemble(NetworkProblem(XOR, (2,), "tanh"))
"""Of hidden units that can be swapped: one twin, not two."""
X = np.linspace(0, 4, 9)
FIT = assemble(CurveFitProblem("a + b*x + c*x^2", X, 3 - 2 * X + X**2))
"""Three parameters without layers."""
RUNS = (o.gradient_descent(0.5), o.momentum(0.5, 0.9), o.adam(0.1))


def problem_for(way):
    return NETWORK if way.group else FORMULA


def recipe_for(way, assembled):
    """A recipe with everything that any way may ask for."""
    size = assembled.objective.dimension
    start = given(np.random.default_rng(1).normal(size=size))
    return PlaneRecipe(
        way.name, start, RUNS, 20, seed=3, indices=(0, 1), plane=Plane(np.zeros(size), *np.eye(size)[:2])
    )


def drawn(assembled, recipe):
    return drain(draw_plane_job(assembled, recipe))


def flat_of(way, **changes):
    assembled = problem_for(way)
    return drawn(assembled, replace(recipe_for(way, assembled), **changes)).flat


def differ(one, two):
    return not (np.array_equal(one.origin, two.origin) and np.array_equal(one.directions, two.directions))


def refusal(assembled, recipe):
    """What is said where there is no plane; empty where there is one."""
    try:
        drawn(assembled, recipe)
    except ValueError as error:
        return str(error)
    return ""


def test_recipes_and_the_table_know_the_same_ways_in_the_same_order():
    assert tuple(PLANE_KINDS) == get_args(PlaneKind)
    assert all(way.name == name for name, way in PLANE_KINDS.items())


def test_each_way_has_its_words_and_is_listed_beside_its_group():
    assert all(way.title and way.tip.endswith(".") for way in PLANE_KINDS.values())
    groups = [way.group for way in PLANE_KINDS.values()]
    assert sum(one != two for one, two in pairwise(groups)) == len(set(groups)) - 1
    assert [name for name, way in PLANE_KINDS.items() if not way.group] == [PlaneRecipe().kind]


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_each_way_draws_a_plane_in_a_window_and_equal_recipes_give_equal_planes(way):
    assembled = problem_for(way)
    one, two = (drawn(assembled, recipe_for(way, assembled)) for _ in range(2))
    assert one.flat.dimension == 2
    assert one.flat.parameters == assembled.objective.dimension
    assert all(low < high for low, high in zip(one.window[::2], one.window[1::2], strict=True))
    assert not differ(one.flat, two.flat)
    assert one.window == two.window


LEFT_OUT = {"needs_start": {"start": None}, "needs_runs": {"optimizers": ()}, "needs_arrays": {"plane": None}}
ANOTHER = {"uses_seed": {"seed": 4}, "uses_biases": {"biases": "scaled"}, "uses_indices": {"indices": (2, 6)}}
PROBLEMS = {"two twins": (NETWORK, True, True), "one twin": (ONE_PAIR, True, False), "no layers": (FIT, False, False)}


def test_everything_that_is_declared_is_tried():
    declared = {field.name for field in fields(WayToDraw)} | {"needs_runs"}
    tried = {*LEFT_OUT, *ANOTHER, "needs_layers", "needs_twins", "optimizers"}
    assert tried == declared - {"name", "title", "group", "tip", "build", "window"}


@pytest.mark.parametrize("need", LEFT_OUT)
@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_a_way_refuses_with_a_sentence_exactly_where_its_recipe_lacks_what_it_needs(way, need):
    assembled = problem_for(way)
    said = refusal(assembled, replace(recipe_for(way, assembled), **LEFT_OUT[need]))
    assert bool(said) == getattr(way, need)
    assert not said or SENTENCE.fullmatch(said)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("way", [way for way in WAYS if way.group], ids=lambda way: way.name)
def test_a_way_refuses_with_a_sentence_exactly_where_the_problem_lacks_what_it_needs(way, problem):
    assembled, has_layers, has_twins = PROBLEMS[problem]
    said = refusal(assembled, recipe_for(way, assembled))
    assert bool(said) == ((way.needs_layers and not has_layers) or (way.needs_twins and not has_twins))
    assert not said or SENTENCE.fullmatch(said)


@pytest.mark.parametrize("use", ANOTHER)
@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_a_setting_moves_exactly_the_planes_that_use_it(way, use):
    assert differ(flat_of(way), flat_of(way, **ANOTHER[use])) == getattr(way, use)


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_as_many_optimizers_as_are_declared_move_the_plane(way):
    used = len(RUNS) if way.optimizers is None else way.optimizers
    numbers = range(min(used, 1), len(RUNS) + 1)
    flats = [flat_of(way, optimizers=RUNS[:number]) for number in numbers]
    moved = [differ(one, two) for one, two in pairwise(flats)]
    assert moved == [number < used for number in numbers[:-1]]


@pytest.mark.parametrize("way", [way for way in WAYS if way.group], ids=lambda way: way.name)
def test_a_plane_of_arrays_is_lost_with_the_parameters_and_any_other_is_kept(way):
    problem, start = NetworkProblem(XOR, (3,), "tanh"), Start(seed=1)
    recipe = replace(recipe_for(way, NETWORK), start=start)
    changed, said = Experiment(problem, (start,), RUNS, 20, recipe).with_problem(replace(problem, hidden=(4,)))
    assert (changed.plane.kind != way.name) == ("the given plane" in said) == way.needs_arrays


def test_more_than_two_parameters_are_not_all_on_axes():
    assert "parameters: give a line or plane" in refusal(NETWORK, PlaneRecipe("parameters"))
