from pathlib import Path

import numpy as np
import pytest

from engine.network import ACTIVATIONS, Network
from tests.engine.network.cases import HIDDEN, LOSSES, Examples, central_differences, objective, point

SMOOTH = ("sigmoid", "tanh", "softplus", "gelu", "sine", "linear")
REFERENCE = np.load(Path(__file__).with_name("torch_reference.npz"))
CASES = sorted({key.rsplit("/", 1)[0] for key in REFERENCE if "/" in key})


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output", "last"), LOSSES)
def test_gradients_are_central_differences(activation, loss, output, last):
    for hidden in HIDDEN:
        of = objective((2, *hidden, last), activation, output, loss, l1=0.02, l2=0.3)
        at = point(of)
        value, gradient = of.value_and_gradient(at)
        expected = central_differences(of.value, at)
        assert value == pytest.approx(of.value(at), rel=1e-13)
        assert np.abs(gradient - expected).max() <= 1e-6 * np.abs(expected).max()


@pytest.mark.parametrize("activation", SMOOTH)
@pytest.mark.parametrize(("loss", "output", "last"), [case for case in LOSSES if case[:2] != ("huber", "identity")])
def test_hessians_are_central_differences_of_gradients(activation, loss, output, last):
    # Huber's second derivative jumps where |r| = 1; behind a sigmoid residuals stay below.
    steepness = 1.7 if activation == "sigmoid" else 1.0
    for hidden in HIDDEN:
        of = objective((2, *hidden, last), activation, output, loss, l2=0.3, steepness=steepness)
        at = point(of)
        hessian = of.hessian(at)
        expected = central_differences(lambda p, of=of: of.value_and_gradient(p)[1], at)
        assert np.abs(hessian - expected).max() <= 1e-6 * np.abs(expected).max()
        assert np.array_equal(hessian, hessian.T)


@pytest.mark.parametrize("case", CASES)
def test_values_gradients_and_hessians_are_pytorchs(case):
    activation, name = case.split("/")
    loss, output = name.removesuffix("_sigmoid"), "sigmoid" if name.endswith("_sigmoid") else "identity"
    targets = REFERENCE["classes"] > 0 if loss == "binary_cross_entropy" else REFERENCE["classes"]
    last = 1 if loss == "binary_cross_entropy" else 3
    of = Network((2, 3, 2, last), activation, output, loss).objective(Examples(REFERENCE["inputs"], targets))
    at = REFERENCE[f"{case}/point"]
    value, gradient = of.value_and_gradient(at)
    assert value == pytest.approx(REFERENCE[f"{case}/value"], rel=1e-12)
    assert gradient == pytest.approx(REFERENCE[f"{case}/gradient"], rel=1e-11, abs=1e-14)
    assert of.hessian(at) == pytest.approx(REFERENCE[f"{case}/hessian"], rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output", "last"), LOSSES)
def test_products_are_the_matrix_times_the_vector(activation, loss, output, last):
    for hidden in HIDDEN:
        of = objective((2, *hidden, last), activation, output, loss, l2=0.3)
        points, vectors = point(of, runs=3), point(of, seed=5, runs=3)
        exact = (of.hessian(points) @ vectors[..., None])[..., 0]
        assert of.hessian_vector_product(points, vectors) == pytest.approx(exact, rel=1e-11, abs=1e-12)
        newton = (of.gauss_newton(points) @ vectors[..., None])[..., 0]
        assert of.gauss_newton_product(points, vectors) == pytest.approx(newton, rel=1e-11, abs=1e-12)


def test_products_broadcast_one_point_against_many_vectors():
    of = objective((2, 4, 3))
    at, vectors = point(of), point(of, seed=2, runs=5)
    expected = vectors @ of.hessian(at)
    assert of.hessian_vector_product(at, vectors) == pytest.approx(expected, rel=1e-11, abs=1e-13)
    assert of.hessian_vector_product(at[None].repeat(5, 0), vectors[0]).shape == (5, of.dimension)


def test_columns_and_pieces_make_the_same_matrix():
    of = objective((2, 4, 3), count=700)
    at = point(of)
    columns = np.concatenate([of.hessian_columns(at, 0, 10), of.hessian_columns(at, 10, of.dimension)], axis=1)
    fractions, pieces = [], of.hessian_pieces(at)
    while True:
        try:
            fractions.append(next(pieces))
        except StopIteration as end:
            whole = end.value
            break
    assert fractions == sorted(fractions)
    assert max(fractions) < 1
    assert np.array_equal(whole, of.hessian(at))
    assert columns == pytest.approx(whole, rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("output", ["identity", "sigmoid"])
def test_gauss_newton_is_the_residuals_jacobian_squared(output):
    of = objective((2, 3, 2), output=output, l2=0.1)
    at = point(of)
    jacobian = central_differences(lambda p: of.predict(p).ravel(), at)
    expected = jacobian @ jacobian.T / of.examples + np.diag(of.penalty.curvature)
    assert of.has_residuals
    assert of.gauss_newton(at) == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_gauss_newton_of_a_convex_loss_has_no_negative_eigenvalue_where_the_hessian_has():
    of = objective((2, 4, 3), loss="cross_entropy", count=40)
    at = point(of)
    assert np.linalg.eigvalsh(of.gauss_newton(at)).min() > -1e-12
    assert np.linalg.eigvalsh(of.hessian(at)).min() < -1e-4


@pytest.mark.parametrize("hidden", [(3,), (8, 8)])
def test_a_softmax_networks_hessian_has_last_width_plus_one_null_directions(hidden):
    of = objective((2, *hidden, 3), loss="cross_entropy", count=50)
    at = point(of)
    last = of.network.affine[-1]
    # A common shift of all logits by c·h + d changes nothing, for any c (one per hidden unit) and d.
    null = np.zeros((last.inputs + 1, of.dimension))
    for unit in range(last.inputs):
        null[unit, last.start + unit : last.bias : last.inputs] = 1.0
    null[-1, last.bias :] = 1.0
    assert np.abs(of.hessian(at) @ null.T).max() < 1e-14
    eigenvalues = np.abs(np.linalg.eigvalsh(of.hessian(at)))
    assert (eigenvalues < 1e-13).sum() >= last.inputs + 1


def test_threshold_units_have_no_gradient_and_a_staircase():
    of = objective((2, 6, 2), activation="threshold")
    at = point(of)
    first = of.network.affine[0]
    assert not of.value_and_gradient(at)[1][: first.stop].any()
    line = at + np.linspace(-1, 1, 400)[:, None] * np.eye(of.dimension)[0]
    assert 1 < np.unique(of.value(line)).size < 12


def test_a_steep_sigmoid_comes_near_the_threshold():
    at = point(objective((2, 6, 2)))
    stairs = objective((2, 6, 2), activation="threshold").value(at)
    gaps = [abs(objective((2, 6, 2), activation="sigmoid", steepness=s).value(at) - stairs) for s in (1.0, 30.0, 1e5)]
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 1e-9


@pytest.mark.parametrize("name", [name for name, one in ACTIVATIONS.items() if one.gives_one is not None])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_unit_that_stands_for_b_stays_exactly_one(name, precision):
    function = ACTIVATIONS[name]
    values = np.full(1003, function.gives_one, precision)
    function.value(values, values, 1.0)
    assert (values == 1.0).all()
