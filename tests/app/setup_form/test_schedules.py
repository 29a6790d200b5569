"""Schedules in the setup: units, tails within tails, and what Robbins and Monro say."""

from dataclasses import replace

import numpy as np
import pytest

from app.lanes.lane import Results
from app.setup_form.picture import setup_picture
from app.setup_form.registry import change
from app.setup_form.runs import updates_per_epoch
from app.setup_form.schedules import TIMELESS, counted_in
from engine import optimizers, schedules
from engine.batches import Batches, rates_of
from engine.schedules import SCHEDULES
from tests.app.setup_form.documents import exclusive_or, moons, rosenbrock

KEY = "optimizer.0.schedule"


def fields(document):
    return setup_picture(document, Results()).fields


def with_schedule(schedule, make=moons):
    document = make()
    chosen = (optimizers.gradient_descent(schedule),)
    return replace(document, experiment=replace(document.experiment, optimizers=chosen))


def schedule_of(document):
    return document.experiment.optimizers[0].schedule


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_verdict_stands_under_every_schedule(name):
    schedule = SCHEDULES[name].build()
    assert fields(with_schedule(schedule))[f"{KEY}.verdict"].value == schedule.verdict().sentence


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name not in TIMELESS])
def test_times_count_updates_or_epochs_and_the_rates_follow(name):
    document = with_schedule(SCHEDULES[name].build())
    per_epoch = updates_per_epoch(document.experiment)
    assert per_epoch > 1
    assert fields(document)[f"{KEY}.unit"].value == "updates"
    epochs = change(document, f"{KEY}.unit", "epochs").document
    assert fields(epochs)[f"{KEY}.unit"].value == "epochs"
    data = document.experiment.problem.data.load()
    batches = Batches(len(data.train), document.experiment.batch_size)
    one, other = (rates_of(schedule_of(each), 40 * int(per_epoch), batches) for each in (document, epochs))
    np.testing.assert_allclose(other[:: int(per_epoch)], one[:41], rtol=1e-12)
    back = change(epochs, f"{KEY}.unit", "updates").document
    assert schedule_of(back) == schedule_of(document)


@pytest.mark.parametrize("make", [rosenbrock, exclusive_or])
def test_there_is_no_unit_where_every_update_is_an_epoch(make):
    assert f"{KEY}.unit" not in fields(with_schedule(schedules.power(0.1), make))
    assert f"{KEY}.unit" in fields(with_schedule(counted_in(schedules.power(0.1), 4.0), make))


def test_a_constant_rate_has_no_time_to_count():
    assert f"{KEY}.unit" not in fields(with_schedule(schedules.constant(0.1)))


def test_another_schedule_and_another_tail_keep_rate_and_unit():
    document = with_schedule(counted_in(schedules.hold(schedules.power(0.3)), 8.0))
    step = change(document, f"{KEY}.tail", "step").document
    assert schedule_of(step).tail == schedules.step(0.3, updates_per_epoch=8.0)
    warm = change(step, KEY, "warm_up").document
    assert fields(warm)[f"{KEY}.unit"].value == "epochs"
    assert fields(warm)[f"{KEY}.rate"].value == 0.3


def test_a_tail_within_a_tail_can_be_set():
    document = change(with_schedule(schedules.warm_up(schedules.power(0.3))), f"{KEY}.tail", "hold").document
    inner = change(document, f"{KEY}.tail.tail", "power").document
    inner = change(inner, f"{KEY}.tail.tail.delta", 0.75).document
    inner = change(inner, f"{KEY}.tail.hold_for", 7.0).document
    inner = change(inner, f"{KEY}.rate", 0.2).document
    assert schedule_of(inner) == schedules.warm_up(schedules.hold(schedules.power(0.2, 0.75), hold_for=7.0))
    shown = fields(inner)
    assert [shown[key].value for key in (f"{KEY}.tail", f"{KEY}.tail.tail", f"{KEY}.rate")] == ["hold", "power", 0.2]
    assert shown[f"{KEY}.verdict"].value.count("As its tail") == 1


def test_the_drawn_schedule_keeps_its_points():
    drawn = schedules.drawn(((0.0, 0.5), (10.0, 0.1)))
    found = fields(with_schedule(drawn))
    assert found[KEY].value == "drawn"
    assert f"{KEY}.rate" not in found
