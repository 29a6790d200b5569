import numpy as np
import pytest

from engine.analysis.capacity import Capacity, measure, memory
from engine.analysis.wording import count, number, rounded_count
from tests.engine.analysis.functions import Quadratic


@pytest.mark.parametrize(
    ("parameters", "size"), [(1482, "17.6 MB"), (13002, "1.35 GB"), (12, "1.15 kB"), (2, "32 bytes")]
)
def test_bytes_of_the_hessian(parameters, size):
    assert Capacity(parameters).bytes == np.empty((1, parameters)).nbytes * parameters
    assert memory(Capacity(parameters).bytes) == size
    assert size in Capacity(parameters).sentence


def test_the_cost_is_measured_here_or_extrapolated():
    found = measure(Quadratic(np.eye(30)), np.zeros(30))
    assert not found.form_extrapolated
    assert found.gradients_per_step > 1
    large = measure(Quadratic(np.eye(60)), np.zeros(60), largest=50)
    assert large.form_extrapolated
    assert not large.solve_extrapolated
    assert "about" in large.sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1234.4, "1,230"),
        (0.25, "0.25"),
        (-0.00123456, "-0.00123"),
        (999.6, "1,000"),
        (1e-9, "1e-9"),
        (2.5e-7, "2.5e-7"),
        (123456789.0, "1.23e8"),
        (100.0, "100"),
        (float("inf"), "not a finite number"),
    ],
)
def test_numbers_have_three_digits_and_separators(value, text):
    assert number(value) == text


def test_counts():
    assert (count(1, "step"), count(5075, "step"), count(12)) == ("1 step", "5,075 steps", "12")
    assert rounded_count(4635, "step") == "4,640 steps"
