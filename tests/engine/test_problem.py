"""Problems become objectives: shapes follow from data and loss, and what does not fit is said."""

import numpy as np
import pytest

import engine
from engine.datasets import DatasetRecipe
from engine.network import Network
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem, assemble, outputs_of

XOR = NetworkProblem(DatasetRecipe("exclusive_or"), (3,), "sigmoid", "sigmoid", "squared_error", l1=0.01, l2=0.1)


def test_a_named_and_a_typed_formula():
    named = assemble(FormulaProblem("rosenbrock", constants=(("b", 5.0),)))
    typed = assemble(FormulaProblem(text="(1-x)^2 + b*(y-x^2)^2", constants=(("b", 5.0),)))
    at = np.array([[0.5, 2.0], [-1.0, 0.3]])
    np.testing.assert_allclose(named.objective.value(at), typed.objective.value(at), rtol=1e-14)
    assert named.network is named.data is named.validation is named.test is None


@pytest.mark.parametrize("problem", [FormulaProblem("no_such"), FormulaProblem(text="x +* y"), FormulaProblem(text="")])
def test_formulas_that_are_none_are_refused(problem):
    with pytest.raises(ValueError, match=r"\w+"):
        assemble(problem)


def test_a_network_takes_every_setting_over():
    made = assemble(XOR)
    assert made.network.layers == (2, 3, 2)
    network = Network((2, 3, 2), "sigmoid", "sigmoid", "squared_error", l1=0.01, l2=0.1)
    theta = network.initialize(1)
    assert made.objective.value(theta) == network.objective(made.data.train).value(theta)
    parts = made.objective.parts(theta)
    assert parts.penalty > 0
    assert made.objective.examples == len(made.data.train)


@pytest.mark.parametrize(
    ("data", "loss", "outputs"),
    [
        ("exclusive_or", "squared_error", 2),
        ("exclusive_or", "cross_entropy", 2),
        ("exclusive_or", "binary_cross_entropy", 1),
        ("digits", "cross_entropy", 10),
        ("sine", "squared_error", 1),
    ],
)
def test_the_outputs_follow_from_data_and_loss(data, loss, outputs):
    problem = NetworkProblem(DatasetRecipe(data), (), loss=loss)
    assert outputs_of(problem, problem.data.load()) == outputs
    assert assemble(problem).network.layers[-1] == outputs


def test_targets_of_several_columns_have_as_many_outputs():
    data = engine.Dataset(np.zeros((4, 2)), np.zeros((4, 3)))
    assert outputs_of(NetworkProblem(DatasetRecipe("sine")), data) == 3


def test_validation_and_test_are_objectives_of_their_own_examples():
    made = assemble(NetworkProblem(DatasetRecipe("digits"), (4,), loss="cross_entropy"))
    assert made.validation.examples == len(made.data.validation) > 0
    assert made.test.examples == len(made.data.test) > 0
    theta = made.network.initialize(0)
    assert made.validation.value(theta) != made.objective.value(theta)


def test_losses_and_outputs_that_do_not_go_together_are_refused():
    with pytest.raises(ValueError, match="output"):
        assemble(NetworkProblem(DatasetRecipe("exclusive_or"), output="sigmoid", loss="cross_entropy"))


def test_a_curve_fit_has_its_measurements():
    x = np.linspace(0, 1, 5)
    made = assemble(CurveFitProblem("a*x + b", x, 2 * x + 1))
    assert made.objective.examples == 5
    np.testing.assert_allclose(made.objective.value(np.array([2.0, 1.0])), 0.0, atol=1e-15)
