"""What a caller hands over is read and never written; nothing that comes back changes when the caller writes to it later."""

import dataclasses
import inspect
from collections.abc import Mapping

import numpy as np
import pytest

import engine
from engine import directions
from engine.analysis import (
    capacity,
    curvature_job,
    density,
    gradient_noise,
    gradient_parts,
    honesty,
    matching,
    newton_model,
    rates,
    spectrum,
    stability,
    stationary,
    symmetry,
    zig_zag,
)
from engine.network import Network, decisions
from engine.optimizers import gradient_descent, saddle_free
from engine.surfaces import flat_region, floor_below, window_around, window_of
from tests.trust import public
from tests.trust.objectives import MAKE, case

WIDTHS = (3, 4, 2)
NET = case("network").objective
P = NET.dimension
AXES = np.random.default_rng(5).normal(size=(3, P))
PLANE = engine.Plane(*AXES)
LINE = engine.Line(*AXES[:2])
BOWL = engine.Formula("rosenbrock")


def _normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def _path(runs=2):
    return np.cumsum(_normal(6, runs, P, seed=3), axis=0)


def _picture():
    return engine.surface(BOWL, window=(-2, 2, -1, 3), resolution=15)


# What is called with ``give(array)`` for each array that it gets.
CALLS = {
    "engine.descend": lambda give: engine.descend(
        NET, give(_normal(2, P)), [gradient_descent(), saddle_free()], steps=3
    ),
    "engine.surface": lambda give: engine.surface(BOWL, window=give(np.array([-1.0, 1.0, -1.0, 1.0])), resolution=5),
    "engine.surface_job": lambda give: list(
        engine.surface_job(NET, PLANE, give(np.array([-1.0, 1.0, -1.0, 1.0])), resolution=5)
    ),
    "engine.basins.basins": lambda give: engine.basins.basins(
        BOWL, gradient_descent(1e-3), give(np.array([-1.0, 1.0, -1.0, 1.0])), resolution=5, steps=4
    ),
    "engine.basins.basins_job": lambda give: list(
        engine.basins.basins_job(
            BOWL, gradient_descent(1e-3), give(np.array([-1.0, 1.0, -1.0, 1.0])), resolution=5, steps=4
        )
    ),
    "engine.Descent": lambda give: engine.Descent(NET, give(_normal(2, P)), (gradient_descent(),), 3),
    "engine.Plane": lambda give: engine.Plane(*map(give, AXES)),
    "engine.Line": lambda give: engine.Line(*map(give, AXES[:2])),
    "engine.Dataset": lambda give: engine.Dataset(give(_normal(8, 2)), give(np.arange(8) % 2)),
    "engine.Dataset of values": lambda give: engine.Dataset(give(_normal(8, 2)), give(_normal(8, 1))),
    "engine.CurveFit": lambda give: engine.CurveFit("a*x+b", give(_normal(8)), give(_normal(8))),
    "engine.CurveFitProblem": lambda give: engine.CurveFitProblem("a*x+b", give(_normal(8)), give(_normal(8))),
    "engine.directions.random": lambda give: directions.random(NET, give(_normal(P))),
    "engine.directions.filter_normalized": lambda give: directions.filter_normalized(NET, give(_normal(P))),
    "engine.directions.layer_normalized": lambda give: directions.layer_normalized(NET, give(_normal(P))),
    "engine.directions.model_normalized": lambda give: directions.model_normalized(NET, give(_normal(P))),
    "engine.directions.nearest_twins": lambda give: directions.nearest_twins(Network(WIDTHS), give(_normal(P))),
    "engine.directions.hessian_eigenvectors": lambda give: directions.hessian_eigenvectors(NET, give(_normal(P))),
    "engine.directions.gradient_and_newton": lambda give: directions.gradient_and_newton(NET, give(_normal(P))),
    "engine.directions.gradient_line": lambda give: directions.gradient_line(NET, give(_normal(P))),
    "engine.directions.newton_line": lambda give: directions.newton_line(NET, give(_normal(P))),
    "engine.directions.principal_components": lambda give: directions.principal_components(give(_path())),
    "engine.directions.through_points": lambda give: directions.through_points(*map(give, AXES)),
    "engine.directions.through_two_points": lambda give: directions.through_two_points(*map(give, AXES[:2])),
    "engine.directions.line_along": lambda give: directions.line_along(*map(give, AXES[:2])),
    "engine.directions.first_axis": lambda give: directions.first_axis(PLANE, give(_normal(P))),
    "engine.directions.second_axis": lambda give: directions.second_axis(PLANE, give(_normal(P))),
    "engine.directions.axis_line": lambda give: directions.axis_line(NET, 1, give(_normal(P))),
    "engine.directions.weights": lambda give: directions.weights(NET, 1, 2, give(_normal(P))),
    "engine.network.decisions": lambda give: decisions(Network(WIDTHS), give(_normal(5, 2))),
    "engine.surfaces.window_around": lambda give: window_around(PLANE, give(_normal(4, P))),
    "engine.surfaces.window_of": lambda give: window_of(give(_normal(4, 2))),
    "engine.surfaces.floor_below": lambda give: floor_below(give(_normal(4, 5))),
    "engine.surfaces.flat_region": lambda give: flat_region(_picture(), lowest=(0.0, give(np.array([1.0, 1.0])))),
    "engine.contours.levels": lambda give: engine.contours.levels(give(_normal(4, 5)), 5, "quantile"),
    "engine.contours.contours": lambda give: engine.contours.contours(_picture(), give(np.array([1.0, 10.0]))),
    "engine.analysis.capacity.measure": lambda give: capacity.measure(NET, give(_normal(P)), repetitions=1),
    "engine.analysis.curvature_job.curvature": lambda give: curvature_job.curvature(NET, give(_normal(P))),
    "engine.analysis.curvature_job.curvature_job": lambda give: list(
        curvature_job.curvature_job(NET, give(_normal(P)), exact_up_to=0, probes=2)
    ),
    "engine.analysis.density.density_job": lambda give: list(density.density_job(NET, give(_normal(P)), probes=2)),
    "engine.analysis.density.spectral_density": lambda give: density.spectral_density(NET, give(_normal(P)), probes=2),
    "engine.analysis.density.hutchinson_trace": lambda give: density.hutchinson_trace(NET, give(_normal(P)), probes=2),
    "engine.analysis.density.exact_trace": lambda give: density.exact_trace(NET, give(_normal(P))),
    "engine.analysis.gradient_noise.gradient_noise": lambda give: gradient_noise.gradient_noise(
        give(_normal(7, P)), PLANE
    ),
    "engine.analysis.gradient_noise.total_variance": lambda give: gradient_noise.total_variance(give(_normal(7, P))),
    "engine.analysis.gradient_parts.gradient_by_block": lambda give: gradient_parts.gradient_by_block(
        NET, give(_normal(P))
    ),
    "engine.analysis.gradient_parts.largest_components": lambda give: gradient_parts.largest_components(
        NET, give(_normal(P))
    ),
    "engine.analysis.gradient_parts.smallest_components": lambda give: gradient_parts.smallest_components(
        NET, give(_normal(P))
    ),
    "engine.analysis.honesty.honesty": lambda give: honesty.honesty(PLANE, give(_normal(7, P))),
    "engine.analysis.honesty.slice_losses": lambda give: honesty.slice_losses(NET, PLANE, give(_normal(7, P))),
    "engine.analysis.matching.match_weights": lambda give: matching.match_weights(WIDTHS, *map(give, AXES[:2])),
    "engine.analysis.matching.barrier": lambda give: matching.barrier(NET, *map(give, AXES[:2])),
    "engine.analysis.matching.distances": lambda give: matching.distances(
        NET.predict, give(_normal(5, 3)), *map(give, AXES[:2])
    ),
    "engine.analysis.newton_model.line_model": lambda give: newton_model.line_model(NET, *map(give, AXES[:2])),
    "engine.analysis.newton_model.newton_direction": lambda give: newton_model.newton_direction(NET, give(_normal(P))),
    "engine.analysis.newton_model.flat_model": lambda give: newton_model.flat_model(NET, PLANE, give(_normal(P))),
    "engine.analysis.rates.convergence": lambda give: rates.convergence(give(0.5 ** np.arange(30.0)), 0.0),
    "engine.analysis.spectrum.zero_tolerance": lambda give: spectrum.zero_tolerance(give(_normal(5))),
    "engine.analysis.spectrum.spectrum": lambda give: spectrum.spectrum(NET, give(_normal(P))),
    "engine.analysis.spectrum.extremes": lambda give: spectrum.extremes(NET, give(_normal(P))),
    "engine.analysis.stability.largest_eigenvalue": lambda give: stability.largest_eigenvalue(NET, give(_normal(P))),
    "engine.analysis.stationary.kind_of": lambda give: stationary.kind_of(give(_normal(5))),
    "engine.analysis.stationary.classify": lambda give: stationary.classify(NET, give(_normal(P))),
    "engine.analysis.stationary.stationary_points": lambda give: stationary.stationary_points(
        engine.Formula("himmelblau"), give(np.array([-5.0, 5.0, -5.0, 5.0])), 15
    ),
    "engine.analysis.symmetry.layers": lambda give: (
        symmetry.layers(WIDTHS, give(_normal(P))) and None
    ),  # views, as promised
    "engine.analysis.symmetry.permute": lambda give: symmetry.permute(
        WIDTHS, give(_normal(P)), [give(np.array([3, 1, 0, 2]))]
    ),
    "engine.analysis.symmetry.swap_units": lambda give: symmetry.swap_units(WIDTHS, give(_normal(P)), 0, 0, 2),
    "engine.analysis.symmetry.flip_unit": lambda give: symmetry.flip_unit(WIDTHS, give(_normal(P)), 0, 2),
    "engine.analysis.zig_zag.step_cosines": lambda give: zig_zag.step_cosines(give(_normal(7, P))),
    "engine.analysis.zig_zag.zig_zags": lambda give: zig_zag.zig_zags(give(_normal(7, P))),
}
FLATS = {
    "point": lambda flat, give: flat.point(give(_normal(4, flat.dimension))),
    "coordinates": lambda flat, give: flat.coordinates(give(_normal(4, P))),
    "vector_coordinates": lambda flat, give: flat.vector_coordinates(give(_normal(4, P))),
    "distance": lambda flat, give: flat.distance(give(_normal(4, P))),
    "pull_back_gradient": lambda flat, give: flat.pull_back_gradient(give(_normal(4, P))),
    "pull_back_hessian": lambda flat, give: flat.pull_back_hessian(give(_normal(P, P))),
}
QUESTIONS = {
    "value": lambda of, give, at: of.value(give(at)),
    "value_and_gradient": lambda of, give, at: of.value_and_gradient(give(at)),
    "hessian": lambda of, give, at: of.hessian(give(at)),
    "hessian_vector_product": lambda of, give, at: of.hessian_vector_product(give(at), give(at)),
    "parts": lambda of, give, at: of.parts(give(at)),
    "accuracy": lambda of, give, at: of.accuracy(give(at)),
    "gauss_newton": lambda of, give, at: (of.gauss_newton if of.has_residuals else of.hessian)(give(at)),
    "minibatch": lambda of, give, at: of.minibatch(give(np.arange(of.examples))),
    "sampler": lambda of, give, at: of.sampler(engine.Line(at[0, 0], at[0, 1])).evaluate(give(_normal(4, 1))),
}


def _arrays(thing, depth=4):
    """The arrays in a result."""
    if isinstance(thing, np.ndarray):
        yield thing
    elif depth and isinstance(thing, Mapping):
        for part in thing.values():
            yield from _arrays(part, depth - 1)
    elif depth and isinstance(thing, list | tuple):
        for part in thing:
            yield from _arrays(part, depth - 1)
    elif depth and hasattr(thing, "__dict__"):
        yield from _arrays(list(vars(thing).values()), depth - 1)
    elif depth and dataclasses.is_dataclass(thing):
        yield from _arrays([getattr(thing, field.name) for field in dataclasses.fields(thing)], depth - 1)


def _check(call):
    given = []

    def give(array):
        handed = np.array(array)
        given.append((handed, handed.copy()))
        return handed

    result = call(give)
    assert given
    for handed, before in given:
        assert handed.flags.writeable
        assert np.array_equal(handed, before)
        assert not any(np.shares_memory(handed, array) for array in _arrays(result))


@pytest.mark.parametrize("name", CALLS)
def test_functions_neither_write_to_their_arguments_nor_keep_them(name):
    _check(CALLS[name])


@pytest.mark.parametrize("name", FLATS)
@pytest.mark.parametrize("flat", [PLANE, LINE], ids=["plane", "line"])
def test_flats_neither_write_to_their_arguments_nor_keep_them(flat, name):
    _check(lambda give: FLATS[name](flat, give))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", MAKE)
def test_objectives_neither_write_to_their_arguments_nor_keep_them(name, question):
    of = case(name)
    _check(lambda give: QUESTIONS[question](of.objective, give, of.points))


@pytest.mark.parametrize("name", MAKE)
def test_a_result_is_not_overwritten_by_the_next_call(name):
    of = case(name)
    for question in QUESTIONS.values():
        first = [*_arrays(question(of.objective, np.array, of.points))]
        before = [array.copy() for array in first]
        for other in QUESTIONS.values():
            other(of.objective, np.array, of.points + 0.3)
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first, before, strict=True))


def test_every_public_function_that_takes_arrays_is_called_above():
    takers = {
        name
        for name, function in public.functions().items()
        if any("Array" in str(p.annotation) for p in inspect.signature(function).parameters.values())
    }
    assert takers - set(CALLS) == set()
    assert len(takers) > 40


@pytest.mark.parametrize("field", ["given", "shift"])
def test_a_start_is_a_value_whatever_becomes_of_the_callers_array(field):
    point = _normal(P)
    start = engine.Start(**{field: point})
    held, before = getattr(start, field), point.copy()
    point += 1.0
    assert np.array_equal(held, before)
    assert not held.flags.writeable
    assert getattr(dataclasses.replace(start, seed=4), field) is held
    assert getattr(engine.Start(**{field: [1.0, 2.0]}), field).tolist() == [1.0, 2.0]
