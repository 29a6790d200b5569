"""What the catalogue says about each named formula is true."""

import numpy as np
import pytest

from engine.arrays import Array
from engine.formulas import NAMED, Formula, NamedFormula, Stationary
from tests.engine.formulas.test_derivatives import difference

ENTRIES = pytest.mark.parametrize("entry", NAMED.values(), ids=NAMED.keys())
POINTS = [
    pytest.param(entry, point, signs, id=f"{entry.name}-{signs}-{point.point}")
    for entry in NAMED.values()
    for signs, points in (("minimum", entry.minima), ("saddle", entry.saddles), ("maximum", entry.maxima))
    for point in points
]


def inside(entry: NamedFormula, count: int) -> Array:
    low, high = np.reshape(entry.window, (-1, 2)).T
    return np.random.default_rng(5).uniform(low, high, size=(count, entry.dimension))


def grid(entry: NamedFormula) -> Array:
    axes = [np.linspace(low, high, 401) for low, high in np.reshape(entry.window, (-1, 2))]
    return np.stack(np.meshgrid(*axes), axis=-1)


def descend(entry: NamedFormula, optimizer: str, beta: float) -> tuple[Array, Array]:
    formula, point = Formula(entry.name), np.array(entry.start)
    velocity, values, points = np.zeros_like(point), [], []
    for _ in range(entry.steps):
        value, gradient = formula.value_and_gradient(point)
        values.append(float(value))
        points.append(point)
        velocity = beta * velocity + gradient
        point = point - entry.rates[optimizer] * velocity
    return np.array(values), np.array(points)


@pytest.mark.parametrize(("entry", "stationary", "kind"), POINTS)
def test_stationary_points_are_what_they_are_called(entry: NamedFormula, stationary: Stationary, kind: str) -> None:
    formula, point = Formula(entry.name), np.array(stationary.point)
    value, gradient = formula.value_and_gradient(point)
    hessian = formula.hessian(point)
    eigenvalues = np.linalg.eigvalsh(hessian)
    # Rounding the coordinates to doubles leaves a gradient of about |H|·ε·|x|, and the cancellation of large terms more.
    assert np.abs(gradient).max() <= 1e-12 * max(1.0, 100 * np.abs(hessian).max())
    assert float(value) == pytest.approx(stationary.value, rel=1e-12, abs=1e-13)
    if stationary.is_kink:
        around = point + 1e-6 * np.stack([np.cos(np.arange(12)), np.sin(np.arange(12))], axis=-1)
        assert (formula.value(around) > value).all()
    elif stationary.is_degenerate:
        assert abs(eigenvalues).min() <= 1e-12
    else:
        signs = {"minimum": {1.0}, "saddle": {-1.0, 1.0}, "maximum": {-1.0}}[kind]
        assert set(np.sign(eigenvalues)) == signs


@ENTRIES
def test_nothing_in_the_window_is_lower_than_the_global_minima(entry: NamedFormula) -> None:
    values = Formula(entry.name).value(grid(entry))
    assert np.isfinite(values).all()
    lowest = [point.value for point in entry.minima if point.is_global]
    if lowest:
        assert values.min() >= min(lowest) - 1e-12
        assert max(lowest) - min(lowest) < 1e-12
        assert all(point.value > min(lowest) for point in entry.minima if not point.is_global)
    else:
        assert not entry.bounded


@ENTRIES
def test_all_minima_that_a_grid_sees_in_the_window_are_listed(entry: NamedFormula) -> None:
    if entry.name == "ackley":
        pytest.skip("only the ring of dents nearest to its tip is listed")
    points = grid(entry)
    values = Formula(entry.name).value(points)
    padded = np.pad(values, 1, constant_values=-np.inf)
    centre = (slice(1, -1),) * values.ndim
    lower = np.ones(values.shape, dtype=bool)
    for shift in np.ndindex(*(3,) * values.ndim):
        if shift != (1,) * values.ndim:
            window = tuple(slice(s, s + n) for s, n in zip(shift, values.shape, strict=True))
            lower &= padded[centre] < padded[window]
    listed = np.array([point.point for point in entry.minima]).reshape(-1, entry.dimension)
    cells = np.array([axis[1] - axis[0] for axis in np.reshape(entry.window, (-1, 2))]) / 400
    for candidate in points[lower]:
        point = polished(Formula(entry.name), candidate)
        if point is not None:
            assert (np.abs(listed - point) <= cells).all(axis=-1).any(), point


def polished(formula: Formula, point: Array) -> Array | None:
    """The minimum that Newton's method finds from a grid point, if there is one nearby (a ravine only looks like many)."""
    start = point
    for _ in range(30):
        hessian = formula.hessian(point)
        if np.linalg.eigvalsh(hessian).min() <= 1e-9:
            return None
        point = point - np.linalg.solve(hessian, formula.value_and_gradient(point)[1])
    return point if np.abs(point - start).max() < 0.2 else None


@ENTRIES
def test_derivatives_agree_with_differences(entry: NamedFormula) -> None:
    formula = Formula(entry.name)
    for point in inside(entry, 12):
        value, gradient = formula.value_and_gradient(point)
        hessian = formula.hessian(point)
        scale = 1e-9 * (1.0 + abs(float(value)))
        np.testing.assert_allclose(gradient, difference(formula.value, point), rtol=1e-6, atol=scale)
        slopes = difference(lambda p: formula.value_and_gradient(p)[1], point)
        scale = 1e-9 * (1.0 + np.abs(gradient).max() + np.abs(hessian).max())
        np.testing.assert_allclose(hessian, slopes, rtol=1e-6, atol=scale)
        np.testing.assert_array_equal(hessian, hessian.T)


@ENTRIES
def test_the_listed_rates_behave(entry: NamedFormula) -> None:
    for optimizer, beta in (("gradient_descent", 0.0), ("momentum", 0.9)):
        values, points = descend(entry, optimizer, beta)
        assert np.isfinite(values).all()
        assert values[-1] < values[0]
        if entry.bounded:
            goals = np.array([point.value for point in entry.minima])
            assert (values[-1] - goals[goals <= values[-1] + 1e-12]).min() <= 0.1 * (values[0] - values[-1])
        if optimizer == "gradient_descent" and entry.name != "ackley":  # its tip makes a constant rate circle
            assert (np.diff(values) <= 1e-12).all()
        low, high = np.reshape(entry.window, (-1, 2)).T
        assert ((points >= low) & (points <= high)).all(axis=-1).mean() > 0.9, "the story is told in the window"
    assert entry.rates["saddle_free"] > 0


@pytest.mark.parametrize(
    ("name", "rest", "drop"),
    [("plateau_with_drop", 1000, 0.05), ("plateau_with_cliff", 300, 0.2), ("sigmoid_plateau", 200, 0.2)],
)
def test_on_a_plateau_descent_sits_for_long_and_then_drops_suddenly(name: str, rest: int, drop: float) -> None:
    values, _ = descend(NAMED[name], "gradient_descent", 0.0)
    share = (values - values.min()) / (values[0] - values.min())
    left, arrived = int(np.argmax(share < 0.75)), int(np.argmax(share < 0.1))
    assert left >= rest
    assert arrived - left <= drop * left
    faster, _ = descend(NAMED[name], "momentum", 0.9)
    assert int(np.argmax(faster < 0.75 * values[0])) < left


def test_the_entries_are_complete() -> None:
    assert len(NAMED) == 27
    for name, entry in NAMED.items():
        assert name == entry.name
        assert entry.title
        assert entry.sentence.endswith(".")
        assert entry.source
        assert len(entry.window) == 2 * entry.dimension
        assert Formula(name).dimension == entry.dimension
        assert Formula(name).named is entry
        for low, start, high in zip(entry.window[::2], entry.start, entry.window[1::2], strict=True):
            assert low < start < high
        for constant in entry.constants:
            assert constant.low <= constant.default <= constant.high
            assert constant.sentence.endswith(".")
            for end in (constant.low, constant.high):
                assert np.isfinite(Formula(name, {constant.name: end}).hessian(np.array(entry.start))).all()


def test_an_unbounded_formula_goes_below_every_bound() -> None:
    ways = {"incline": [1e6], "saddle": [0.0, 1e4], "monkey_saddle": [-1e3, 0.0], "mccormick": [-1e6, -1e6]}
    assert set(ways) == {entry.name for entry in NAMED.values() if not entry.bounded}
    for name, far in ways.items():
        assert Formula(name).value(np.array(far)) < -1e5
        assert NAMED[name].lowest is None


def test_same_slope_has_one_slope_and_any_curvature() -> None:
    for curvature in (0.1, 0.5, 5.0):
        formula = Formula("same_slope", {"h": curvature})
        zero = np.zeros(1)
        assert formula.value_and_gradient(zero)[1] == -1.0
        assert formula.hessian(zero) == curvature
