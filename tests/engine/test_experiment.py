"""Experiments: frozen values whose starts and plane are rebuilt from their recipes when the problem changes."""

import dataclasses

import numpy as np
import pytest

from engine import optimizers as o
from engine.arrays import same
from engine.catalogue import DEFAULT, EXAMPLES, example, typed
from engine.datasets import DatasetRecipe
from engine.descent import descend
from engine.experiment import Experiment
from engine.job import drain
from engine.plane import Plane
from engine.plane_drawing import draw_plane_job
from engine.plane_recipe import PlaneRecipe
from engine.problem import FormulaProblem, NetworkProblem, assemble
from engine.start import Start, given

XOR = NetworkProblem(DatasetRecipe("exclusive_or"), (2,), "sigmoid", "sigmoid")
WIDER = dataclasses.replace(XOR, hidden=(5,))


def test_a_start_is_drawn_by_scheme_and_seed_and_then_moved():
    made = assemble(XOR)
    start = Start("he", seed=4, scale=0.5)
    drawn = made.network.initialize(seed=4, scheme="he", scale=0.5)
    np.testing.assert_array_equal(start.parameters(made), drawn)
    by = np.arange(12.0)
    moved = start.moved(by).moved(2 * by)
    np.testing.assert_allclose(moved.parameters(made), drawn + 3 * by)
    np.testing.assert_array_equal(start.parameters(made), drawn)


def test_moving_a_given_start_leaves_the_given_vector_alone():
    made = assemble(FormulaProblem("rosenbrock"))
    point = np.array([1.0, 2.0])
    start = given(point)
    point[:] = 9.0
    np.testing.assert_array_equal(start.moved([1.0, -1.0]).parameters(made), [2.0, 1.0])
    np.testing.assert_array_equal(start.parameters(made), [1.0, 2.0])
    start.parameters(made)[:] = 7.0  # the caller may do what it likes with its own copy
    np.testing.assert_array_equal(start.parameters(made), [1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        start.given[0] = 3.0


def test_starts_that_do_not_fit_say_so():
    with pytest.raises(ValueError, match="3 parameters, the problem 2"):
        given([1.0, 2.0, 3.0]).parameters(assemble(FormulaProblem("rosenbrock")))
    with pytest.raises(ValueError, match="give it a point"):
        Start().parameters(assemble(FormulaProblem("rosenbrock")))


def test_a_changed_network_keeps_recipes_and_says_what_was_lost():
    experiment = Experiment(
        XOR,
        (Start(seed=3), Start(seed=4).moved(np.ones(12)), given(np.zeros(12))),
        (o.momentum(),),
        plane=PlaneRecipe("through_ends", Start(seed=3), (o.momentum(),), 10),
    )
    changed, sentence = experiment.with_problem(WIDER)
    assert sentence == (
        "The parameters are others now: where a start was dragged to and a given start could not be kept."
    )
    assert [start.seed for start in changed.starts[:2]] == [3, 4]
    made = assemble(WIDER)
    for start in changed.starts:
        assert start.parameters(made).shape == (made.objective.dimension,)
    assert changed.plane.kind == "through_ends"
    assert experiment.starts[1].shift is not None  # the old value stays as it was
    assert Experiment(XOR, (Start(),), (o.momentum(),)).with_problem(WIDER)[1] == ""


def test_a_given_plane_cannot_be_kept_and_another_takes_its_place():
    plane = Plane(np.zeros(12), np.eye(12)[0], np.eye(12)[1])
    experiment = Experiment(XOR, (Start(seed=3),), (o.momentum(),), plane=PlaneRecipe("given", plane=plane))
    changed, sentence = experiment.with_problem(WIDER)
    assert "the given plane could not be kept" in sentence
    assert drain(draw_plane_job(assemble(WIDER), changed.plane)).flat.parameters == assemble(WIDER).objective.dimension


def test_new_weights_draw_every_start_anew_and_the_plane_follows():
    kept = given(np.zeros(12))
    experiment = Experiment(
        XOR,
        (Start(seed=0).moved(np.ones(12)), kept, Start(seed=9)),
        (o.momentum(),),
        plane=PlaneRecipe("random", Start()),
    )
    fresh = experiment.with_weights_seed(20)
    assert [start.seed for start in fresh.starts] == [20, kept.seed, 22]
    assert fresh.starts[0].shift is None
    assert fresh.starts[1] is kept
    assert fresh.plane.start is fresh.starts[0]


def test_equal_experiments_are_the_same_and_seeds_tell_them_apart():
    one, two = example(DEFAULT).make(), example(DEFAULT).make()
    assert same(one, two)
    assert not same(one, one.with_weights_seed(5))
    assert not same(one, dataclasses.replace(one, batch_seed=1))
    assert (
        dataclasses.replace(one, problem=dataclasses.replace(XOR, data=DatasetRecipe("moons", seed=8))).data_seed == 8
    )


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_example_runs_and_every_optimizer_behaves(name):
    entry = EXAMPLES[name]
    experiment = entry.make()
    made = assemble(experiment.problem)
    starts = np.stack([start.parameters(made) for start in experiment.starts])
    steps = min(experiment.steps, 60)
    runs = descend(made.objective, starts, experiment.optimizers, steps, experiment.batch_size, experiment.batch_seed)
    assert np.isfinite(runs.points).all()
    assert np.isfinite(runs.values).all()
    assert experiment.title == entry.title
    assert entry.sentence.endswith(".")
    before, after = made.objective.value(starts), made.objective.value(runs.points[-1])
    assert (after <= before * (1 + 1e-9) + 1e-12).any()
    if experiment.plane.kind == "parameters":
        window = drain(draw_plane_job(made, experiment.plane)).window
        low, high = np.array(window[::2]), np.array(window[1::2])
        assert ((starts >= low) & (starts <= high)).all()


def test_an_unknown_example_names_those_there_are():
    with pytest.raises(ValueError, match="exclusive_or"):
        example("no_such")


def test_a_typed_formula_is_an_experiment():
    experiment = typed("x^2 + 3*y^2")
    made = assemble(experiment.problem)
    runs = descend(made.objective, experiment.starts[0].parameters(made), experiment.optimizers, experiment.steps)
    assert (runs.values[-1] < runs.values[0]).all()
    assert typed("x^2").starts[0].given.shape == (1,)
    with pytest.raises(ValueError, match=r"\w+"):
        typed("x +* y")
