import pytest

from engine.analysis.newton_verdict import Signs, newton_verdict

ALONE = "the raw Newton step leaves that alone and leads to"
NOWHERE = "to rounding the model has no stationary point, and the raw Newton step (by the pseudo-inverse) leaves that part alone."
NO_PART, PART = "The gradient has no part in what is flat", "The gradient has a part in what is flat"

COMPLETE = {
    (0, 0, 12): "All 12 directions bend up: the raw Newton step leads to the minimum of the model.",
    (4, 0, 8): "4 of 12 directions bend down: the raw Newton step leads to a saddle of the model.",
    (1, 0, 1): "1 of 2 directions bends down: the raw Newton step leads to a saddle of the model.",
    (12, 0, 0): "All 12 directions bend down: the raw Newton step leads to the maximum of the model.",
    (0, 0, 1): "The only direction bends up: the raw Newton step leads to the minimum of the model.",
    (0, 1, 1): f"1 of 2 directions is flat to rounding, the other bends up. {NO_PART}: {ALONE} a minimum of the model.",
    (9, 3, 0): f"3 of 12 directions are flat to rounding, the others bend down. {NO_PART}: {ALONE} a maximum of the model.",
    (51, 21, 42): f"51 of 114 directions bend down and 21 are flat to rounding. {NO_PART}: {ALONE} a saddle of the model.",
    (1, 1, 1): f"1 of 3 directions bends down and 1 is flat to rounding. {NO_PART}: {ALONE} a saddle of the model.",
    (0, 12, 0): "All 12 directions are flat: the model is its own tangent and has no stationary point, and the raw Newton step "
    "(by the pseudo-inverse) is zero.",
}  # fmt: skip


@pytest.mark.parametrize(("counts", "sentence"), COMPLETE.items())
def test_where_the_raw_step_leads(counts, sentence):
    assert newton_verdict(Signs(*counts, sum(counts), 1e-14)) == sentence


@pytest.mark.parametrize("counts", [counts for counts in COMPLETE if 0 < counts[1] < sum(counts)])
def test_a_gradient_with_a_part_in_what_is_flat_leaves_no_stationary_point(counts):
    sentence = newton_verdict(Signs(*counts, sum(counts), 1e-14), flat_part=True)
    assert sentence.endswith(f"{PART}: {NOWHERE}")
    assert "leads to" not in sentence


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0, 2), "All 2 directions bend up. The gradient is zero: the raw Newton step stays at the minimum of the model."),
        ((1, 0, 1), "1 of 2 directions bends down. The gradient is zero: the raw Newton step stays at a saddle of the model."),
        ((0, 2, 0), "All 2 directions are flat and the gradient is zero: the model is constant, and the raw Newton step is "
                    "zero."),
    ],
)  # fmt: skip
def test_without_a_gradient_it_leads_nowhere(counts, sentence):
    assert newton_verdict(Signs(*counts, sum(counts), 1e-14), gradient_is_zero=True) == sentence


@pytest.mark.parametrize(
    ("down", "up", "sentence"),
    [
        (57, 80, "At least 57 of 13,002 directions bend down and at least 80 bend up: the raw Newton step leads to no minimum "
                 "but to a saddle of the model, if the model has a stationary point at all."),
        (1, 0, "At least 1 of 13,002 directions bends down: the model has no minimum for the raw Newton step to lead to."),
        (0, 80, "None of 13,002 directions was found to bend down, and at least 80 bend up: the raw Newton step may lead to the "
                "minimum of the model."),
        (0, 0, "None of 13,002 directions was found to bend down or up: the model may have no stationary point for the raw "
               "Newton step to lead to."),
    ],
)  # fmt: skip
def test_where_only_ends_are_known_no_more_is_claimed(down, up, sentence):
    assert newton_verdict(Signs(down, 0, up, 13_002, 1e-10)) == sentence
