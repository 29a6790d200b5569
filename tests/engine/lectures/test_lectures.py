"""One test per experiment: it runs, and what it measures bears the lecture's claim out."""

import dataclasses
import math

import numpy as np
import pytest

from engine.descent import descend
from engine.lectures import LECTURES, TITLES, Evidence, LectureExperiment, __main__
from engine.network import Network
from engine.problem import assemble
from tests.engine.lectures.evidence_of import evidence_of

NAMES = list(LECTURES)
TO_OPEN = [name for name in NAMES if LECTURES[name].experiment is not None]


@pytest.mark.parametrize("name", NAMES)
def test_the_claim_is_borne_out(name):
    evidence = evidence_of(name)
    assert evidence.holds, evidence.sentence
    assert all(math.isfinite(value) for value in evidence.numbers.values()), evidence.numbers


@pytest.mark.parametrize("name", NAMES)
def test_the_texts_are_whole_sentences(name):
    experiment, evidence = LECTURES[name], evidence_of(name)
    for text in (experiment.claim, experiment.shown, evidence.sentence):
        assert not text[0].islower()
        assert text.endswith((".", ".)"))
        assert "  " not in text
        assert "nan" not in text.split()
    assert experiment.source
    assert experiment.name == name
    assert experiment.lecture in TITLES


def test_every_row_of_the_lectures_has_its_experiment():
    # Rows of the three tables, each with the names that show it.
    rows = {
        1: (
            ("start_decides", "start_decides_in_two", "bends_both_ways"),
            ("swapped_units", "twins_apart", "teacher_not_found"),
            ("grouped_by_function",),
            ("exclusive_or_plateau", "crowded_steps", "stopping_too_early", "shaded_plateau"),
            ("new_weights_new_answers",),
            ("noise_floor", "two_conditions", "decreasing_rates", "hold_then_decrease", "finite_reach", "rates_must_be_chosen"),
            ("stopping_comes_first", "two_surfaces", "constant_is_enough"),
            ("batch_error", "one_matrix_product"),
            ("chain_of_gradients", "terminal_speed", "momentum_on_plateaus", "overshoot", "stability_bounds"),
            ("one_step_on_quadratics", "same_slope", "a_rate_per_eigenvector", "newton_on_the_plateau", "parabola_in_a_line"),
            ("too_big", "without_a_matrix", "saddles_and_maxima", "always_singular", "methods_that_mend", "layer_blocks"),
            ("where_a_run_lives",),
        ),
        2: (
            ("closed_form",),
            ("threshold_has_no_gradient", "slope_into_staircase"),
            ("one_backward_pass", "error_flows_back", "gradient_per_layer"),
            ("the_compromise",),
            ("error_against_width", "units_grow_exponentially", "trained_widths"),
            ("need_not_learn",),
        ),
        3: (
            ("cost_of_one",),
            ("steepest_increase",),
            ("thirteen_thousand_weights",),
            ("size_is_importance",),
            ("effective_not_meaningful", "confident_about_noise", "switched_off"),
        ),
    }  # fmt: skip
    listed = {lecture: sorted(name for row in of for name in row) for lecture, of in rows.items()}
    there = {lecture: sorted(name for name in NAMES if LECTURES[name].lecture == lecture) for lecture in TITLES}
    assert listed == there


@pytest.mark.parametrize("name", TO_OPEN)
def test_its_experiment_can_be_opened_and_runs(name):
    opened = LECTURES[name].experiment()
    assembled = assemble(opened.problem)
    starts = [start.parameters(assembled) for start in opened.starts]
    steps = min(opened.steps, 20)
    runs = descend(assembled.objective, starts, opened.optimizers, steps, opened.batch_size, monitor_every=steps)
    assert np.isfinite(runs.values[0]).all()
    assert opened.title
    assert opened.plane.kind != "through_ends" or len(opened.plane.optimizers) == 2
    assert (runs.step_lengths[0] > 0).all()
    if opened.batch_size is None:  # a run that shows a divergence has another beside it that does not
        assert (np.nan_to_num(runs.values[-1], nan=np.inf) < runs.values[0]).any()


@pytest.mark.parametrize("name", ["start_decides", "new_weights_new_answers", "newton_on_the_plateau", "batch_error"])
def test_the_same_numbers_at_every_call(name):
    assert dict(LECTURES[name].measure().numbers) == dict(evidence_of(name).numbers)


def test_evidence_is_frozen_and_takes_any_numbers():
    evidence = Evidence({"steps": np.int64(3)}, "Three.", np.bool_(True))
    assert evidence.numbers == {"steps": 3.0}
    assert type(evidence.numbers["steps"]) is float
    assert evidence.holds is True
    with pytest.raises(TypeError):
        evidence.numbers["steps"] = 4.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        evidence.holds = False


def test_a_claim_that_needs_what_is_missing_fails(monkeypatch):
    """With the momentum taken out of it, the experiment on plateaus must say that the claim does not hold."""
    from engine import optimizers
    from engine.lectures import plateaus

    monkeypatch.setattr(plateaus.optimizers, "momentum", lambda rate, beta: optimizers.gradient_descent(rate))
    assert not plateaus.exclusive_or_plateau().holds


def test_printing_the_evidence(capsys):
    assert __main__.main(["same_slope", "cost_of_one"]) == 0
    printed = capsys.readouterr().out
    assert "Lecture 1: Optimization of neural networks" in printed
    assert "same_slope (lecture 1, " in printed
    assert "s): holds" in printed
    assert LECTURES["cost_of_one"].claim.split(";")[0] in " ".join(printed.split())
    assert max(map(len, printed.splitlines())) <= 120


def test_an_unknown_name_is_refused_with_those_there_are(capsys):
    assert __main__.main(["same_slope", "plateux"]) == 2
    assert "no experiment “plateux”: choose from start_decides" in capsys.readouterr().err


def test_a_claim_that_fails_is_reported_and_sets_the_exit_code(monkeypatch, capsys):
    failing = LectureExperiment("failing", 1, "Claim.", "Shown.", lambda: Evidence({"x": 1.0}, "No.", False))
    monkeypatch.setattr(__main__, "LECTURES", {"failing": failing})
    assert __main__.main([]) == 1
    assert "DOES NOT HOLD" in capsys.readouterr().out


def test_layers_of_the_lecture():
    assert Network((784, 16, 16, 10)).dimension == 784 * 16 + 16 + 16 * 16 + 16 + 16 * 10 + 10 == 13_002


def test_the_package_example_runs():
    import doctest

    import engine.lectures

    assert doctest.testmod(engine.lectures).failed == 0
