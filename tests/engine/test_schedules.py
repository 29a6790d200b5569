"""Schedules: values, verdicts beside the partial sums they speak of, the catalogue."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import schedules
from engine.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Drawn,
    Exponential,
    Hold,
    InverseTime,
    OneCycle,
    Power,
    StepDecay,
    WarmUp,
    as_schedule,
)

FAR = 10**6

# schedule, does Σα diverge, does Σα² converge
VERDICTS = [
    (Constant(0.1), True, False),
    (InverseTime(0.1, 0.0), True, False),
    (InverseTime(0.1, 0.01), True, True),
    (InverseTime(0.1, 5.0), True, True),
    (InverseTime(0.1, 0.5, updates_per_epoch=20), True, True),
    (Power(0.1, 0.0), True, False),
    (Power(0.1, 0.3), True, False),
    (Power(0.1, 0.5), True, False),
    (Power(0.1, 0.51), True, True),
    (Power(0.1, 0.75), True, True),
    (Power(0.1, 1.0), True, True),
    (Power(0.1, 1.01), False, True),
    (Power(0.1, 2.0), False, True),
    (StepDecay(0.1, 0.5, every=50), False, True),
    (StepDecay(0.1, 1.0, every=50), True, False),
    (Exponential(0.1, 0.999), False, True),
    (Exponential(0.1, 0.9, updates_per_epoch=30), False, True),
    (Exponential(0.1, 1.0), True, False),
    (Hold(InverseTime(0.1, 0.1), 100), True, True),
    (Hold(Exponential(0.1, 0.99), 100), False, True),
    (WarmUp(Constant(0.1), 100), True, False),
    (WarmUp(Power(0.1, 0.7), 100), True, True),
    (Cosine(), None, None),
    (OneCycle(), None, None),
    (Drawn(), None, None),
    (Hold(Cosine(), 10), None, None),
]

IDS = [f"{schedule.label}, {schedule.unit}" for schedule, _, _ in VERDICTS]


def tail_exponent(terms):
    """P where terms fall like s^−p between 10⁵ and 10⁶: a sum diverges for p ≤ 1. −inf where they have underflowed."""
    early, late = terms[FAR // 10], terms[FAR - 1]
    return np.inf if late < 1e-200 else -np.log(late / early) / np.log(10)


@pytest.mark.parametrize(("schedule", "diverges", "converges"), VERDICTS, ids=IDS)
def test_verdict(schedule, diverges, converges):
    verdict = schedule.verdict()
    assert (verdict.sum_diverges, verdict.squares_converge) == (diverges, converges)
    assert verdict.sentence.endswith(".")
    if diverges is None:
        assert verdict.holds is None
    else:
        assert verdict.holds is (diverges and converges)


@pytest.mark.parametrize(("schedule", "diverges", "converges"), [v for v in VERDICTS if v[1] is not None])
def test_partial_sums_behave_as_the_verdict_says(schedule, diverges, converges):
    rates = schedule.rates(np.arange(FAR))
    # The tolerance: 1/(1 + δs) reaches its exponent 1 only in the limit, from below.
    assert bool(tail_exponent(rates) <= 1.0005) is diverges
    assert bool(tail_exponent(rates**2) > 1.0005) is converges


@pytest.mark.parametrize("schedule", [s for s, d, c in VERDICTS if d is False])
def test_a_finite_reach_is_bounded_by_the_number_in_its_sentence(schedule):
    tail = schedule.tail if isinstance(schedule, Hold) else schedule
    bound = float(tail.verdict().sentence.split("at most ")[1].split(")")[0])
    assert tail.partial_sums(FAR).rates[-1] <= bound * 1.01


def test_partial_sums_are_sums():
    sums = InverseTime(1.0, 1.0).partial_sums(4)
    np.testing.assert_allclose(sums.rates, [1, 1 + 1 / 2, 1 + 1 / 2 + 1 / 3, 25 / 12])
    np.testing.assert_allclose(sums.squares, np.cumsum([1, 1 / 4, 1 / 9, 1 / 16]))


def test_the_constant_verdict_says_what_full_batches_do():
    sentence = Constant().verdict().sentence
    assert "full batches" in sentence
    assert "stability bound" in sentence


@pytest.mark.parametrize(
    ("schedule", "steps", "expected"),
    [
        (Constant(0.3), [0, 7], [0.3, 0.3]),
        (InverseTime(0.6, 0.5), [0, 2, 4], [0.6, 0.3, 0.2]),
        (InverseTime(0.6, 0.5, updates_per_epoch=10), [0, 20, 40], [0.6, 0.3, 0.2]),
        (Power(1.0, 0.5), [0, 3, 8], [1.0, 1 / 2, 1 / 3]),
        (StepDecay(1.0, 0.1, every=2, updates_per_epoch=5), [0, 9, 10, 20], [1.0, 1.0, 0.1, 0.01]),
        (Exponential(1.0, 0.5), [0, 1, 3], [1.0, 0.5, 0.125]),
        (Cosine(1.0, 100, final=0.2), [0, 50, 100, 500], [1.0, 0.6, 0.2, 0.2]),
        (WarmUp(Power(1.0, 1.0), 10, start=0.2), [0, 5, 10, 11], [0.2, 0.6, 1.0, 0.5]),
        (WarmUp(Constant(1.0), 0, start=0.2), [0, 5], [1.0, 1.0]),
        (Hold(Power(1.0, 1.0), 10), [0, 9, 10, 11], [1.0, 1.0, 1.0, 0.5]),
        (Hold(Power(1.0, 1.0), 2, updates_per_epoch=5), [9, 10, 11], [1.0, 1.0, 0.5]),
        (OneCycle(1.0, 100, rise=0.25), [0, 25, 100, 200], [0.04, 1.0, 4e-6, 4e-6]),
        (OneCycle(1.0, 100, rise=0.0), [0, 100], [1.0, 4e-6]),
        (OneCycle(1.0, 100, rise=1.0), [0, 100], [0.04, 1.0]),
        (Drawn(((10, 1.0), (30, 0.01))), [0, 10, 20, 99], [1.0, 1.0, 0.1, 0.01]),
    ],
    ids=lambda value: value.label if hasattr(value, "label") else "",
)
def test_rates(schedule, steps, expected):
    np.testing.assert_allclose(schedule.rates(np.array(steps)), expected, rtol=1e-12)


@given(
    st.sampled_from(sorted(SCHEDULES)), st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.sampled_from([1, 7])
)
def test_any_shape_of_step_counts_gives_positive_rates_of_that_shape(name, steps, per_epoch):
    schedule = SCHEDULES[name].build({"updates_per_epoch": per_epoch})
    together = schedule.rates(np.array([steps]))
    assert together.shape == (1, len(steps))
    assert np.isfinite(together).all()
    assert (together >= 0).all()
    assert [float(schedule.rates(np.array(s))) for s in steps] == together[0].tolist()


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_catalogue_entry(name):
    kind = SCHEDULES[name]
    schedule = kind.build()
    assert schedule == getattr(schedules, name)()  # the defaults stand in two places and must agree
    assert isinstance(schedule, getattr(schedules, name))
    assert kind.sentence.endswith(".")
    assert kind.source
    assert schedule.label
    assert schedule.verdict().sentence
    assert kind.build({"updates_per_epoch": 10.0}).unit == "epochs"
    for parameter in kind.parameters:
        if parameter.choices:
            assert all(choice in SCHEDULES for choice in parameter.choices)
        else:
            assert parameter.low <= parameter.default <= parameter.high
            changed = kind.build({parameter.name: parameter.low if parameter.low > 0 else parameter.high})
            assert changed.label != schedule.label or not np.array_equal(
                changed.rates(np.arange(2000)), schedule.rates(np.arange(2000))
            )


def test_a_wrapped_tail_takes_its_numbers_from_the_same_settings():
    built = SCHEDULES["hold"].build({"tail": "power", "rate": 0.5, "delta": 0.9, "hold_for": 20})
    assert built == Hold(Power(0.5, 0.9), 20)


def test_drawn_points_are_a_setting():
    assert SCHEDULES["drawn"].build({"points": ((0.0, 1.0),)}) == Drawn(((0.0, 1.0),))


def test_as_schedule():
    assert as_schedule(0.25) == Constant(0.25)
    assert as_schedule(np.float64(0.25)) == Constant(0.25)
    assert as_schedule(Cosine()) == Cosine()
    with pytest.raises(TypeError, match="a number or a schedule"):
        as_schedule("fast")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: Constant(0.0), "above 0"),
        (lambda: Constant(np.nan), "finite"),
        (lambda: InverseTime(0.1, -1.0), "δ must be"),
        (lambda: Exponential(0.1, 1.5), "factor must be from 0 to 1"),
        (lambda: StepDecay(0.1, 0.5, every=0), "length of a step"),
        (lambda: Cosine(0.1, final=0.2), "final rate"),
        (lambda: OneCycle(rise=2.0), "share"),
        (lambda: Drawn(()), "at least one point"),
        (lambda: Drawn(((1.0, 0.1), (1.0, 0.2))), "must increase"),
        (lambda: Drawn(((1.0, 0.0),)), "above 0"),
        (lambda: Constant(0.1, updates_per_epoch=0), "updates per epoch"),
        (lambda: Hold(Constant(), -1), "time to hold"),
    ],
)
def test_bad_numbers_get_a_sentence(build, words):
    with pytest.raises(ValueError, match=words):
        build()
