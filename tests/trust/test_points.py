"""Every objective takes points of every shape and kind that somebody may hand it, and refuses those of another length."""

import numpy as np
import pytest

import engine
from tests.trust.objectives import MAKE, case

QUESTIONS = {
    "value": lambda objective, at: objective.value(at),
    "gradient": lambda objective, at: objective.value_and_gradient(at)[1],
    "value beside gradient": lambda objective, at: objective.value_and_gradient(at)[0],
    "hessian": lambda objective, at: objective.hessian(at),
    "product": lambda objective, at: objective.hessian_vector_product(at, at),
    "data": lambda objective, at: objective.parts(at).data,
    "penalty": lambda objective, at: objective.parts(at).penalty,
    "accuracy": lambda objective, at: objective.accuracy(at),
}
TAIL = {"gradient": 1, "product": 1, "hessian": 2}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", MAKE)
def test_batches_go_first_and_parameters_last(name, question):
    of, ask = case(name), QUESTIONS[question]
    tail = (of.objective.dimension,) * TAIL.get(question, 0)
    whole = ask(of.objective, of.points)
    assert whole.shape == (2, 3, *tail)
    assert whole.dtype == np.float64
    for place in np.ndindex(2, 3):
        alone = ask(of.objective, of.points[place])
        assert np.shape(alone) == tail
        assert np.array_equal(alone, whole[place], equal_nan=True)  # the same bits, alone and in company
    assert ask(of.objective, of.points[:0]).shape == (0, 3, *tail)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", MAKE)
def test_lists_tuples_whole_numbers_and_single_precision_are_points_too(name, question):
    of, ask = case(name), QUESTIONS[question]
    ones, single = np.ones(of.objective.dimension), of.points.astype(np.float32)
    for given, expected in (
        (of.points.tolist(), of.points),
        (tuple(of.points[0, 0]), of.points[0, 0]),
        (ones.astype(int), ones),
        (single, single.astype(np.float64)),
        (np.asfortranarray(of.points), of.points),
        (of.points[::-1, ::2], of.points[::-1, ::2].copy()),
    ):
        found = ask(of.objective, given)
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, ask(of.objective, expected))


@pytest.mark.parametrize("name", MAKE)
def test_products_broadcast_points_against_vectors(name):
    of = case(name)
    point, vectors = of.points[0, 0], of.points[::-1]
    matrix = of.objective.hessian(point)
    scale = 1e-12 * np.abs(matrix).max()
    found = of.objective.hessian_vector_product(point, vectors)
    assert found.shape == vectors.shape
    np.testing.assert_allclose(found, vectors @ matrix, rtol=1e-11, atol=scale)
    found = of.objective.hessian_vector_product(of.points, point)
    np.testing.assert_allclose(found, of.objective.hessian(of.points) @ point, rtol=1e-11, atol=scale)


@pytest.mark.parametrize("question", [question for question in QUESTIONS if question not in ("penalty", "accuracy")])
@pytest.mark.parametrize("name", MAKE)
def test_points_of_another_length_are_refused(name, question):
    of, ask = case(name), QUESTIONS[question]
    for length in {1, of.objective.dimension - 1, of.objective.dimension + 1} - {0, of.objective.dimension}:
        with pytest.raises(ValueError, match=r"shape"):
            ask(of.objective, np.zeros(length))
    with pytest.raises(ValueError, match=r"shape"):
        ask(of.objective, 1.0)


@pytest.mark.parametrize("flat", [engine.Plane([0, 0, 1], [1, 0, 0], [1, 2, 0]), engine.Line([0, 0, 1], [1, 0, 0])])
def test_flats_refuse_what_would_broadcast(flat):
    for ask in (flat.coordinates, flat.distance, flat.vector_coordinates):
        for wrong in ([1.0], [1.0, 2.0], 1.0):
            with pytest.raises(ValueError, match="need 3 numbers"):
                ask(wrong)
    for wrong in ([], [1.0, 2.0, 3.0], 1.0):
        with pytest.raises(ValueError, match="numbers each"):
            flat.point(wrong)
