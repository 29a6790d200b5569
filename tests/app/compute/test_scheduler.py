from dataclasses import dataclass, field
from itertools import count, pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.compute.scheduler import Delivery, Scheduler
from app.repaint_clock import FINISH_FIRST_SECONDS
from engine.job import Job, Progress


@dataclass(frozen=True)
class Asked:
    """A request for a job of so many yields; the first ``silent`` of them bring no result."""

    name: str
    yields: int = 3
    silent: int = 0
    fails: bool = False


@dataclass
class Bench:
    """Jobs that write down what happens to them."""

    begun: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def begin(self, lane: str, request: object) -> Job[object]:
        assert isinstance(request, Asked)
        self.begun.append(request.name)
        return self._job(request)

    def _job(self, asked: Asked) -> Job[object]:
        try:
            for number in range(1, asked.yields + 1):
                if asked.fails and number == asked.yields:
                    raise ValueError(f"{asked.name} cannot be done.")
                yield Progress(number / asked.yields, None if number <= asked.silent else (asked.name, number))
        finally:
            self.closed.append(asked.name)


def everything(scheduler: Scheduler[str], most: int = 1000) -> list[Delivery[str]]:
    deliveries = []
    for _ in range(most):
        delivery = scheduler.turn()
        if delivery is None:
            return deliveries
        deliveries.append(delivery)
    raise AssertionError("The scheduler never comes to an end.")


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def scheduler(bench):
    return Scheduler(bench.begin, clock=seconds())


def seconds(each=1.0):
    """A clock by which every turn takes so long."""
    ticks = count()
    return lambda: each * next(ticks)


def results(deliveries, lane="a"):
    return [delivery.result for delivery in deliveries if delivery.lane == lane and delivery.result is not None]


def test_nothing_asked_is_nothing_done(scheduler):
    assert scheduler.turn() is None
    assert not scheduler.busy


def test_a_job_is_delivered_yield_by_yield(scheduler):
    scheduler.ask("a", Asked("one"))
    assert scheduler.busy
    assert results(everything(scheduler)) == [("one", 1), ("one", 2), ("one", 3)]
    assert not scheduler.busy


def test_what_waits_is_overwritten_and_never_begun(scheduler, bench):
    for name in ("one", "two", "three"):
        scheduler.ask("a", Asked(name))
    everything(scheduler)
    assert bench.begun == ["three"]


def test_a_job_that_has_shown_something_is_replaced_at_once_and_closed(scheduler, bench):
    scheduler.ask("a", Asked("old", 10))
    scheduler.turn()
    scheduler.ask("a", Asked("new", 1))
    assert scheduler.turn().result == ("new", 1)
    assert bench.closed[0] == "old"


def test_a_job_that_has_shown_nothing_shows_something_first(scheduler, bench):
    scheduler.ask("a", Asked("old", 10, silent=2))
    scheduler.turn()
    scheduler.ask("a", Asked("new", 1))
    shown = results(everything(scheduler))
    assert shown == [("old", 3), ("new", 1)]
    assert bench.closed == ["old", "new"]


def test_asking_again_for_what_runs_lets_it_run_and_forgets_what_waited(scheduler, bench):
    scheduler.ask("a", Asked("one", 4))
    scheduler.turn()
    scheduler.ask("a", Asked("two"))
    scheduler.ask("a", Asked("one", 4))
    assert results(everything(scheduler))[-1] == ("one", 4)
    assert bench.begun == ["one"]


def test_lanes_take_turns(scheduler):
    for lane in ("a", "b", "c"):
        scheduler.ask(lane, Asked(lane, 3))
    lanes = [scheduler.turn().lane for _ in range(9)]
    assert lanes == ["a", "b", "c"] * 3


def test_an_error_is_delivered_and_leaves_the_others_running(scheduler):
    scheduler.ask("a", Asked("bad", 1, fails=True))
    scheduler.ask("b", Asked("good", 5))
    deliveries = everything(scheduler)
    errors = [delivery for delivery in deliveries if delivery.error is not None]
    assert [(delivery.lane, str(delivery.error)) for delivery in errors] == [("a", "bad cannot be done.")]
    assert results(deliveries, "b")[-1] == ("good", 5)
    scheduler.ask("a", Asked("better", 1))
    assert results(everything(scheduler)) == [("better", 1)]


def test_a_job_that_cannot_even_begin_is_an_error_too():
    def refuse(lane: str, request: object) -> Job[object]:
        raise KeyError(lane)

    scheduler = Scheduler(refuse)
    scheduler.ask("a", Asked("one"))
    assert isinstance(scheduler.turn().error, KeyError)
    assert not scheduler.busy


def test_stop_closes_what_runs_and_forgets_what_waits(scheduler, bench):
    scheduler.ask("a", Asked("one", 5))
    scheduler.ask("b", Asked("two", 5))
    scheduler.turn()
    scheduler.turn()
    scheduler.ask("a", Asked("three"))
    scheduler.stop("a")
    assert bench.closed == ["one"]
    assert scheduler.turn().request == Asked("two", 5)
    assert scheduler.turn().request == Asked("two", 5)
    scheduler.stop()
    assert bench.closed == ["one", "two"]
    assert scheduler.turn() is None


class Lanes(RuleBasedStateMachine):
    """Whatever is asked, stopped and advanced in whatever order, the newest request of each lane comes out whole."""

    @initialize()
    def begin(self):
        self.bench = Bench()
        self.scheduler = Scheduler(self.bench.begin, clock=seconds())
        self.newest: dict[str, Asked | None] = {"a": None, "b": None}
        self.brought: dict[str, list[Delivery[str]]] = {"a": [], "b": []}
        self.serial = 0

    @rule(lane=st.sampled_from("ab"), yields=st.integers(1, 4), silent=st.integers(0, 3), fails=st.booleans())
    def ask(self, lane, yields, silent, fails):
        self.serial += 1
        asked = Asked(f"{lane}{self.serial}", yields, min(silent, yields - 1), fails)
        self.newest[lane] = asked
        self.scheduler.ask(lane, asked)

    @precondition(lambda self: any(self.newest.values()))
    @rule(lane=st.sampled_from("ab"))
    def stop(self, lane):
        self.newest[lane] = None
        self.scheduler.stop(lane)

    @rule()
    def turn(self):
        delivery = self.scheduler.turn()
        if delivery is not None:
            self.brought[delivery.lane].append(delivery)

    @invariant()
    def at_most_one_job_a_lane_is_open(self):
        if hasattr(self, "bench"):
            assert len(self.bench.begun) - len(self.bench.closed) <= 2

    def teardown(self):
        if not hasattr(self, "bench"):
            return
        for delivery in everything(self.scheduler):
            self.brought[delivery.lane].append(delivery)
        for lane, asked in self.newest.items():
            if asked is None:
                continue
            mine = [delivery for delivery in self.brought[lane] if delivery.request is asked]
            if asked.fails:
                assert any(delivery.error is not None for delivery in mine)
            else:
                assert (asked.name, asked.yields) in [delivery.result for delivery in mine]
        assert sorted(self.bench.begun) == sorted(self.bench.closed)


Lanes.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLanes = Lanes.TestCase


def test_an_urgent_lane_has_every_turn_while_it_works():
    def steps(lane, request):
        for number in range(3):
            yield Progress((number + 1) / 3, (lane, number))

    scheduler = Scheduler(steps, {"first": "urgent"}.get)
    for lane in ("slow", "first"):
        scheduler.ask(lane, "anything")
    order = [delivery.lane for delivery in iter(scheduler.turn, None)]
    assert order[:3] == ["first"] * 3
    assert "slow" in order[3:]


def test_a_job_that_never_ends_is_replaced_once_it_has_shown_something():
    def endless(lane, request):
        while True:
            yield Progress(0.1, request)

    scheduler = Scheduler(endless, clock=seconds())
    scheduler.ask("runs", "first")
    scheduler.turn()
    scheduler.ask("runs", "second")
    assert scheduler.turn().result == "second"


def test_a_job_that_is_nearly_done_is_finished_before_a_newer_one_begins(bench):
    scheduler = Scheduler(bench.begin, clock=seconds(FINISH_FIRST_SECONDS / 3))
    scheduler.ask("a", Asked("old", 8))
    for _ in range(4):
        scheduler.turn()
    scheduler.ask("a", Asked("new", 1))
    assert scheduler.turn().result == ("new", 1)  # four more turns would have taken too long
    everything(scheduler)
    scheduler.ask("a", Asked("short", 4))
    scheduler.turn()
    scheduler.turn()
    scheduler.ask("a", Asked("newest", 1))
    assert results(everything(scheduler)) == [("short", 3), ("short", 4), ("newest", 1)]


def test_jobs_that_are_replaced_again_and_again_come_to_be_finished(bench):
    scheduler = Scheduler(bench.begin, clock=seconds(FINISH_FIRST_SECONDS / 3))
    wholes = []
    for number in range(60):
        scheduler.ask("a", Asked(f"job {number}", 12))
        for _ in range(5):
            delivery = scheduler.turn()
            if delivery is not None and delivery.fraction == 1.0 and delivery.result is not None:
                wholes.append(number)
    assert len(wholes) >= 6
    assert max(after - before for before, after in pairwise(wholes)) <= 12


def test_a_long_job_is_replaced_however_often_that_has_happened(bench):
    scheduler = Scheduler(bench.begin, clock=seconds(FINISH_FIRST_SECONDS))
    for number in range(3000):
        scheduler.ask("a", Asked(f"job {number}", 99))
        assert scheduler.turn().result == (f"job {number}", 1)


def test_an_eager_lane_has_the_turn_until_its_newest_job_has_shown_something(bench):
    scheduler = Scheduler(bench.begin, {"eager": "eager"}.get, clock=seconds())
    scheduler.ask("others", Asked("others", 9))
    scheduler.ask("eager", Asked("one", 9, silent=2))
    assert [scheduler.turn().lane for _ in range(5)] == ["eager"] * 3 + ["others", "eager"]
    scheduler.turn()
    scheduler.ask("eager", Asked("two", 9))
    assert scheduler.turn().result == ("two", 1)
