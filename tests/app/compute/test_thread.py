import threading
from types import SimpleNamespace

import pytest

from app.compute.thread import ComputeThread
from app.lanes.lane import LaneKey
from engine.job import Progress

RUNS, SURFACE = LaneKey("runs"), LaneKey("surface", 1)


class Jobs:
    """Jobs by the name of their request; ``gate`` holds an endless one at its first yield until it is let go."""

    def __init__(self):
        self.closed = []
        self.gate = threading.Event()

    def lane(self, key):
        """A lane whose jobs go by the name of their request; runs answer a drag."""
        return SimpleNamespace(
            job=lambda cache, request: getattr(self, request)(), turn="eager", answers_drag=key == RUNS
        )

    def quick(self):
        yield Progress(0.5, "half")
        yield Progress(1.0, "whole")

    def progress_only(self):
        yield Progress(0.5, "half")
        for step in range(1, 20):
            yield Progress(0.5 + 0.01 * step)

    def endless(self):
        try:
            while True:
                yield Progress(0.1, "some")
        finally:
            self.closed.append("endless")

    def held(self):
        self.gate.wait(10)
        yield Progress(1.0, "late")

    def broken(self):
        yield Progress(0.1, "some")
        raise ValueError("This cannot be done.")


@pytest.fixture
def jobs():
    return Jobs()


@pytest.fixture
def thread(qapp, jobs):
    thread = ComputeThread(None, jobs.lane)
    thread.start()
    yield thread
    jobs.gate.set()
    thread.quit()


def gathered(qtbot, thread, enough):
    """All deliveries until ``enough(deliveries)``, taken whenever the thread says that there are some."""
    deliveries = []

    def look():
        deliveries.extend(thread.collect())
        return enough(deliveries)

    qtbot.waitUntil(look, timeout=5000)
    return deliveries


def test_results_arrive_by_the_one_door_on_this_thread(qtbot, thread):
    receivers = []
    thread.arrived.connect(lambda: receivers.append(threading.current_thread()))
    thread.ask(RUNS, "quick")
    deliveries = gathered(qtbot, thread, lambda d: any(one.fraction == 1.0 for one in d))
    assert deliveries[-1].result == "whole"
    assert deliveries[-1].request == "quick"
    qtbot.waitUntil(lambda: bool(receivers), timeout=5000)
    assert set(receivers) == {threading.main_thread()}


def test_the_first_part_of_runs_and_their_whole_are_answers(qtbot, thread):
    answers = []
    thread.answered.connect(lambda: answers.append(threading.current_thread()))
    thread.ask(RUNS, "progress_only")
    thread.ask(SURFACE, "quick")
    qtbot.waitUntil(lambda: not thread._busy, timeout=5000)
    thread.collect()
    thread.ask(RUNS, "quick")
    qtbot.waitUntil(lambda: not thread._busy, timeout=5000)
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=5000)
    assert set(answers) == {threading.main_thread()}


def test_lanes_work_side_by_side(qtbot, thread):
    thread.ask(SURFACE, "endless")
    thread.ask(RUNS, "quick")
    deliveries = gathered(qtbot, thread, lambda d: any(one.result == "whole" for one in d))
    assert {one.lane for one in deliveries} == {RUNS, SURFACE}


def test_an_error_is_a_delivery_and_the_thread_goes_on(qtbot, thread):
    thread.ask(RUNS, "broken")
    deliveries = gathered(qtbot, thread, lambda d: any(one.error is not None for one in d))
    assert str(deliveries[-1].error) == "This cannot be done."
    thread.ask(RUNS, "quick")
    assert gathered(qtbot, thread, lambda d: any(one.fraction == 1.0 for one in d))[-1].result == "whole"


def test_progress_alone_does_not_push_out_a_result_that_nobody_has_taken(qtbot, thread):
    thread.ask(RUNS, "progress_only")
    qtbot.waitUntil(lambda: not thread._busy, timeout=5000)
    (delivery,) = thread.collect()
    assert delivery.result == "half"
    assert delivery.fraction == 1.0


def test_stop_ends_the_work_at_once_and_drops_what_was_on_its_way(qtbot, thread, jobs):
    thread.ask(SURFACE, "endless")
    gathered(qtbot, thread, bool)
    thread.stop()
    qtbot.waitUntil(lambda: not thread.busy, timeout=5000)
    assert jobs.closed == ["endless"]
    assert thread.collect() == []


def test_stopping_one_lane_keeps_what_another_has_ready(qtbot, thread, jobs):
    thread.ask(RUNS, "held")
    qtbot.waitUntil(lambda: not thread._inbox, timeout=5000)
    thread.stop(SURFACE)  # while the runs' only result is being made
    jobs.gate.set()
    assert gathered(qtbot, thread, bool)[0].result == "late"


def test_a_result_made_while_its_own_lane_is_stopped_is_dropped(qtbot, thread, jobs):
    thread.ask(RUNS, "held")
    qtbot.waitUntil(lambda: not thread._inbox, timeout=5000)
    thread.stop(RUNS)
    jobs.gate.set()
    qtbot.waitUntil(lambda: not thread.busy, timeout=5000)
    assert thread.collect() == []


def test_what_is_asked_after_a_stop_is_done(qtbot, thread):
    thread.ask(SURFACE, "endless")
    thread.stop()
    thread.ask(SURFACE, "quick")
    assert gathered(qtbot, thread, lambda d: any(one.fraction == 1.0 for one in d))[-1].result == "whole"


def test_quitting_closes_the_job_and_leaves_no_thread(qtbot, thread, jobs):
    thread.ask(SURFACE, "endless")
    gathered(qtbot, thread, bool)
    thread.quit()
    assert thread._thread.isFinished()
    assert jobs.closed == ["endless"]


def test_quitting_before_anything_was_started_is_no_harm(qapp, jobs):
    thread = ComputeThread(None, jobs.lane)
    thread.quit()
    assert not thread._thread.isRunning()
