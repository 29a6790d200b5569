"""When the window is drawn: not more often than a screen shows, soon after what there is, and beside a resting worker."""

import pytest

from app.repaint_clock import (
    CALM_FRAME_SECONDS,
    DRAG_FRAME_SECONDS,
    GROWTH_FRAME_SECONDS,
    HURRY_SECONDS,
    LONGEST_WAIT_FOR_REST_SECONDS,
    THREAD_SECONDS_PER_DRAG_FRAME,
    RepaintClock,
)


class Alarm:
    """A timer that says what it waits for."""

    def __init__(self):
        self.due = None

    def start(self, milliseconds):
        self.due = milliseconds / 1000

    def stop(self):
        self.due = None


class Bench:
    """Frames with a clock that is set by hand; the timer is asked what it would wait and fired when that is over."""

    def __init__(self):
        self.now, self.resting, self.asked = 100.0, True, []
        self.alarm = Alarm()
        self.frames = RepaintClock(
            self.alarm, self.asked.append, lambda: self.resting, lambda painted: None, lambda: self.now
        )
        self.drawn = []

    @property
    def due(self):
        return self.alarm.due

    def wish(self, delay=0.0):
        self.frames(lambda: self.drawn.append(self.now), delay)

    def fire(self):
        self.now += self.due
        self.alarm.stop()
        self.frames.on_time()

    def frame(self, cost=0.0):
        self.fire()
        self.now += cost
        self.frames._painted()


@pytest.fixture
def bench():
    return Bench()


def test_the_first_frame_comes_at_once_and_the_next_when_the_screen_can_show_it(bench):
    bench.wish()
    assert bench.due == 0.0
    bench.frame(cost=0.002)
    bench.wish()
    assert bench.due == pytest.approx(CALM_FRAME_SECONDS - 0.002, abs=1.1e-3)


def test_a_hand_at_work_gets_frames_at_full_rate_for_a_while(bench):
    bench.frames.hurry()
    assert bench.frames.hurried
    bench.wish()
    bench.frame()
    bench.wish()
    assert bench.due == pytest.approx(GROWTH_FRAME_SECONDS, abs=1.1e-3)
    bench.now += HURRY_SECONDS
    assert not bench.frames.hurried


def test_what_a_hand_waits_for_is_drawn_at_once_also_right_after_a_frame(bench):
    bench.frames.hurry()
    bench.wish()
    bench.frame(cost=0.005)
    bench.wish()
    bench.frames.on_answered()
    assert bench.due == 0.0
    bench.frame(cost=0.001)
    bench.wish()
    bench.frames.on_answered()
    assert bench.due == pytest.approx(DRAG_FRAME_SECONDS - 0.001, abs=1.1e-3)
    bench.frame(cost=0.02)
    bench.frames.on_answered()
    bench.wish()
    assert bench.due == pytest.approx(THREAD_SECONDS_PER_DRAG_FRAME, abs=1.1e-3)


def test_a_change_that_needs_no_computing_is_drawn_at_once(bench):
    bench.wish()
    bench.frame()
    bench.frames.hurry()
    bench.wish()
    assert bench.due == pytest.approx(GROWTH_FRAME_SECONDS, abs=1.1e-3)
    bench.frames.hurry(at_once=True)
    assert bench.due == 0.0


def test_where_no_hand_is_at_work_nobody_presses(bench):
    bench.wish()
    bench.frame()
    bench.frames.on_answered()
    bench.wish()
    assert bench.due == pytest.approx(CALM_FRAME_SECONDS, abs=1.1e-3)


def test_after_a_costly_frame_there_is_time_for_something_else(bench):
    bench.frames.hurry()
    bench.wish()
    bench.frame(cost=0.05)
    bench.wish()
    assert bench.due == pytest.approx(0.05, abs=1.1e-3)


def test_a_patient_wish_waits_and_an_impatient_one_goes_before_it(bench):
    bench.wish(delay=0.008)
    assert bench.due == pytest.approx(0.008, abs=1.1e-3)
    bench.wish()
    assert bench.due == 0.0
    bench.frame()
    assert len(bench.drawn) == 1
    assert bench.due is None


def test_a_wish_while_a_frame_is_drawn_is_for_the_next_one(bench):
    bench.wish()
    bench.fire()
    bench.wish()
    assert len(bench.drawn) == 1
    bench.frames._painted()
    bench.frame()
    assert len(bench.drawn) == 2


def test_the_worker_is_asked_to_rest_and_a_frame_waits_for_it_but_not_forever(bench):
    bench.resting = False
    bench.wish()
    bench.fire()
    assert bench.asked == [True]
    assert bench.drawn == []
    assert bench.due == pytest.approx(LONGEST_WAIT_FOR_REST_SECONDS, abs=1.1e-3)
    bench.fire()
    bench.frames._painted()
    assert len(bench.drawn) == 1
    assert bench.asked == [True, False]


def test_a_frame_comes_as_soon_as_the_worker_rests(bench):
    bench.resting = False
    bench.frames.on_rested()
    assert bench.drawn == []
    bench.wish()
    bench.fire()
    bench.frames.on_rested()
    assert len(bench.drawn) == 1
    assert bench.due is None
    bench.frames.on_rested()
    assert len(bench.drawn) == 1


def test_a_frame_that_fails_lets_the_worker_go_on(bench):
    def fail():
        raise ValueError("no picture")

    bench.frames(fail)
    with pytest.raises(ValueError, match="no picture"):
        bench.fire()
    bench.frames._painted()
    assert bench.asked == [True, False]
    bench.wish()
    assert bench.due is not None
