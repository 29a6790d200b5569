import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pictures.marks import Axis
from app.pictures.ticks import linear_ticks, log_ticks, number_text, ticks

finite = st.floats(-1e9, 1e9, allow_nan=False)


@given(low=finite, span=st.floats(1e-3, 1e9), most=st.integers(1, 12))
def test_linear_ticks_are_few_equally_spaced_and_inside(low, span, most):
    found = [tick.value for tick in linear_ticks(low, low + span, most)]
    assert len(found) <= most
    assert all(low - 1e-6 * span <= value <= low + span * (1 + 1e-6) for value in found)
    steps = [b - a for a, b in pairwise(found)]
    assert all(math.isclose(step, steps[0], rel_tol=1e-3) for step in steps)
    if steps and abs(low) < 1e3 * span:  # the difference of two large ticks has few digits left
        mantissa = steps[0] / 10 ** math.floor(math.log10(steps[0]) + 1e-6)
        assert min(abs(mantissa - nice) for nice in (1, 2, 5, 10)) < 1e-3


@given(low=st.floats(-300, 299), span=st.floats(0.05, 300), most=st.integers(2, 12))
def test_log_ticks_are_few_and_inside(low, span, most):
    first, last = 10.0**low, 10.0 ** min(low + span, 300)
    found = log_ticks(first, last, most)
    assert sum(bool(tick.text) for tick in found) <= most
    assert all(first * (1 - 1e-6) <= tick.value <= last * (1 + 1e-6) for tick in found)


@pytest.mark.parametrize(
    ("axis", "texts"),
    [
        (Axis("", 0, 20000), ["0", "5,000", "10,000", "15,000", "20,000"]),
        (Axis("", 0, 3e6), ["0", "1 × 10⁶", "2 × 10⁶", "3 × 10⁶"]),
        (Axis("", -1e-5, 2e-5), ["−1 × 10⁻⁵", "0", "1 × 10⁻⁵", "2 × 10⁻⁵"]),
        (Axis("", -0.2, 0.2), ["−0.2", "−0.1", "0.0", "0.1", "0.2"]),
        (Axis("", 2, 0), ["0.0", "0.5", "1.0", "1.5", "2.0"]),
        (Axis("", 1e-30, 1, logarithmic=True), ["10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "10⁰"]),
        (Axis("", 0.2, 3, logarithmic=True), ["0.2", "0.5", "1", "2"]),
        (Axis("", 0.24, 0.26, logarithmic=True), ["0.240", "0.245", "0.250", "0.255", "0.260"]),
        (Axis("", -1, 1, logarithmic=True), []),
        (Axis("", 1, 1), []),
        (Axis("", math.nan, 1), []),
    ],
)
def test_labels(axis, texts):
    assert [tick.text for tick in ticks(axis, 5) if tick.text] == texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.5, "−0.5"),
        (0.1 + 0.2, "0.3"),
        (12345.678, "12,346"),
        (1.5e-7, "1.5 × 10⁻⁷"),
        (-2e12, "−2 × 10¹²"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not finite"),
    ],
)
def test_numbers_are_written_as_in_a_book(value, text):
    assert number_text(value) == text
