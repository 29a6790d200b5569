"""Early stopping on training curves, and the losses of whole parts beside each other."""

import numpy as np
import pytest

from app.lanes.runs import RUNS
from app.panels import CURVES
from app.panels.curves.early_stopping import STOP_LABEL, cut
from app.panels.curves.quantities import NO_VALIDATION, series
from app.panels.curves.settings import CurvesSettings, Shown
from app.panels.panel import PictureCache
from app.pictures.marks import Polyline
from engine.optimizers import gradient_descent, momentum
from engine.stopping import MarkKind, Patience, Stop, stop
from tests.app.boards import board, viewed

PLATEAU = (gradient_descent(1.0), momentum(1.0, 0.9))
LINE = Polyline(np.arange(10.0), np.arange(10.0) ** 2, "#000000", "run", dots=True)


def looking(name, steps=12, chosen=None, **changes):
    document, results = board(name, steps, chosen)
    return viewed(document, **changes), results


def curves_picture(document, results):
    return CURVES.picture(document, results, PictureCache(), 1)


def test_nobody_stops_by_default():
    assert CurvesSettings().patience == 0
    picture = curves_picture(*looking("exclusive_or"))
    assert all(line.style == "solid" for line in picture.lines)
    assert not any(marker.symbol == "square" for marker in picture.markers)


@pytest.mark.parametrize("at", [0, 4, 8])
def test_a_cut_curve_has_no_gap_and_only_its_beginning_is_named(at):
    before, after = cut(LINE, Stop(at, 0, 0.0, ""))
    assert before.x[-1] == after.x[0] == at
    assert np.union1d(before.x, after.x).tolist() == LINE.x.tolist()
    assert (before.name, after.name) == ("run", "")
    assert (before.style, after.style) == ("solid", "dashed")


@pytest.mark.parametrize("at", [None, 9, 30])
def test_a_curve_that_ends_before_anyone_stops_is_whole(at):
    assert cut(LINE, Stop(at, 0, 0.0, "")) == (LINE,)
    assert cut(LINE, None) == (LINE,)


def test_the_plateau_outlasts_patience_and_the_run_goes_on_dashed():
    document, results = looking("exclusive_or", 700, PLATEAU, patience=150)
    trajectories = results.of(RUNS).trajectories
    picture = curves_picture(document, results)
    squares = [marker for marker in picture.markers if marker.symbol == "square"]
    rings = [marker for marker in picture.markers if marker.symbol == "ring"]
    least = 0.001 * trajectories.values[0]
    expected = [stop(trajectories, run, Patience("train", 150, least[run])) for run in range(2)]
    where = [at.step for at in expected if at.step is not None]
    assert where, "this test shows nothing unless somebody stops"
    assert [marker.x for marker in squares] == where
    assert [marker.x for marker in rings] == [at.best_step for at in expected if at.step is not None]
    assert [marker.label for marker in squares].count(STOP_LABEL) == 1
    assert min(squares, key=lambda marker: marker.y).label == STOP_LABEL
    dashed = [line for line in picture.lines if line.style == "dashed"]
    assert len(dashed) == len(where)
    assert all(line.x[-1] == trajectories.ended.max() for line in dashed)
    assert sum("would have stopped" in note.text and "went on" in note.text for note in picture.notes) == len(where)


def test_validation_stands_beside_training_on_the_steps_at_which_it_was_watched():
    document, results = looking("moons", 12, quantity="both losses")
    seen = results.of(RUNS).trajectories.monitored
    for run in range(results.of(RUNS).trajectories.runs):
        train, validation = series(Shown(document, document.view.of(CurvesSettings)), results.of(RUNS), run)
        np.testing.assert_array_equal(train.y, seen.train[:, run])
        np.testing.assert_array_equal(validation.y, seen.validation[:, run])
        np.testing.assert_array_equal(validation.steps, seen.steps)
    picture = curves_picture(document, results)
    assert [line.style for line in picture.lines] == ["solid", "dotted"] * 3
    assert sum(line.name.endswith("validation") for line in picture.lines) == 3
    assert "penalty" in picture.caption


def test_validation_alone_is_one_solid_curve_a_run():
    picture = curves_picture(*looking("moons", 12, quantity="validation loss"))
    assert [line.style for line in picture.lines] == ["solid"] * 3
    assert picture.y.label == "validation loss"


def test_without_a_validation_part_the_training_loss_is_shown_and_it_is_said():
    picture = curves_picture(*looking("exclusive_or", 12, quantity="both losses"))
    assert picture.y.label == "loss"
    assert [note.text for note in picture.notes].count(NO_VALIDATION) == 1
    formula = curves_picture(*looking("rosenbrock", 12, quantity="validation loss"))
    assert NO_VALIDATION not in [note.text for note in formula.notes]
    assert formula.y.label == "loss"


def test_patience_on_validation_falls_back_on_training_where_there_is_none():
    one, other = (
        curves_picture(*looking("exclusive_or", 700, PLATEAU, patience=150, patience_on=on))
        for on in ("train", "validation")
    )
    assert [(m.x, m.y) for m in one.markers] == [(m.x, m.y) for m in other.markers]


def test_the_lowest_validation_loss_is_marked_where_it_turned_up():
    fast = (gradient_descent(3.0),)
    document, results = looking("digits", 12, fast, quantity="both losses")
    marked = [mark for marks in results.of(RUNS).marks for mark in marks if mark.kind is MarkKind.VALIDATION_MINIMUM]
    stars = [marker for marker in curves_picture(document, results).markers if marker.symbol == "star"]
    assert [star.x for star in stars] == [mark.step for mark in marked]
    hidden = curves_picture(viewed(document, quantity="loss"), results)
    assert not [marker for marker in hidden.markers if marker.symbol == "star"]
