from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.compute.plan import requests
from app.compute.scheduler import Delivery
from app.document import Document
from app.examples import document_of, document_on
from app.lanes.data import DATA, OPEN_FILES, OpenRequest
from app.lanes.lane import LaneKey
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.lanes.starts import STARTS
from app.panels import open_cards
from app.panels.landscape.lane import SURFACE
from app.panels.model.lane import MODEL_LANE
from app.panels.slice.lane import SLICE_LANE
from app.presenters.results_controller import GIVEN_UP, NOTHING_CHANGED, ResultsController
from app.repaint_clock import ANSWER_SECONDS, FIRST_SURFACE_SECONDS, PROGRESS_AFTER_SECONDS
from app.store import Store
from engine.arrays import same
from engine.datasets import recipe_of_files
from engine.own_data import on_data
from engine.plane_recipe import PlaneRecipe
from tests.app.boards import board, viewed
from tests.engine.datasets.own_files import written

LANES = {lane.name: lane for lane in (STARTS, PLANE, RUNS, SURFACE, SLICE_LANE, MODEL_LANE)}


def result_of(results, lane):
    """What a lane has brought, by its name."""
    return results.of(LANES[lane], 1)


def request_of(results, lane):
    """What a lane's result answers, by its name."""
    return results.delivered[LANES[lane].key(1)].request


class Bench:
    """A computer that answers when it is told to, a clock that is set by hand, and frames that come when asked for."""

    def __init__(self, document: Document) -> None:
        self.asked: list[tuple[LaneKey, object]] = []
        self.stopped: list[LaneKey | None] = []
        self.waiting: list[Delivery[LaneKey]] = []
        self.wishes = []
        self.now = 100.0
        self.shown = []
        self.store = Store(document)
        self.patience = []
        self.controller = ResultsController(self.store, self, self.schedule, lambda: self.now)
        self.controller.on_frame(lambda _, results: self.shown.append(results))
        self.controller.begin()

    def schedule(self, callback, patience):
        self.wishes.append(callback)
        self.patience.append(patience)

    def ask(self, lane, request):
        self.asked.append((lane.lane, request))

    def stop(self, lane=None):
        self.stopped.append(lane and lane.lane)
        self.waiting = [delivery for delivery in self.waiting if lane not in (None, delivery.lane)]

    def collect(self):
        taken, self.waiting = self.waiting, []
        return taken

    def frame(self):
        wishes, self.wishes[:] = list(self.wishes), []
        for wish in wishes:
            wish()

    def newest(self, lane):
        return [request for name, request in self.asked if name == lane][-1]

    def lanes_asked(self):
        return [lane for lane, _ in self.asked]

    def deliver(self, lane, result, request=None, fraction=1.0, error=None):
        request = self.newest(lane) if request is None else request
        key = LANES[lane].key(1) if lane in LANES else LaneKey(lane)
        self.waiting.append(Delivery(key, request, fraction, result, error))
        self.controller.request_frame()
        self.frame()

    def complete(self, results):
        """Answer everything that is asked with what was computed beforehand."""
        for lane in LANES:
            if result_of(results, lane) is not None and lane in self.lanes_asked():
                self.deliver(lane, result_of(results, lane))


@pytest.fixture
def parts():
    return board("exclusive_or", 8)


@pytest.fixture
def bench(parts):
    return Bench(parts[0])


@pytest.fixture
def complete(bench, parts):
    bench.complete(parts[1])
    bench.asked.clear()
    bench.stopped.clear()
    return bench


def dragged(document, by):
    experiment = document.experiment
    return replace(document, experiment=replace(experiment, starts=(experiment.starts[0].moved(np.full(12, by)),)))


def test_it_begins_with_what_can_begin_and_goes_on_as_results_arrive(bench, parts):
    assert bench.lanes_asked() == ["starts", "plane", "runs"]
    bench.deliver("plane", result_of(parts[1], "plane"))
    assert bench.lanes_asked() == ["starts", "plane", "runs", "surface"]
    bench.deliver("runs", result_of(parts[1], "runs"))
    assert set(bench.lanes_asked()[4:]) == {"slice", "model"}


def test_all_that_a_document_needs_is_asked_once(complete):
    assert not complete.controller.busy
    complete.controller.request_frame()
    complete.frame()
    assert complete.asked == []
    assert complete.controller.results.of(SURFACE, 1) is not None


def test_a_plane_and_its_surface_are_taken_when_they_arrive_and_nothing_else(bench, parts):
    bench.deliver("starts", result_of(parts[1], "starts"))
    bench.shown.clear()
    bench.patience.clear()
    for lane in ("plane", "surface", "runs"):
        bench.waiting.append(Delivery(LANES[lane].key(1), bench.newest(lane), 1.0, result_of(parts[1], lane)))
        bench.controller.on_delivery()
    assert bench.lanes_asked() == ["starts", "plane", "runs", "surface"]
    assert [delivery.lane.lane for delivery in bench.waiting] == ["runs"]
    assert bench.patience == [
        FIRST_SURFACE_SECONDS,
        0.0,
    ]  # no frame for a landscape without a surface, and one as soon as there is one
    bench.frame()
    assert [result_of(shown, "runs") for shown in bench.shown] == [result_of(parts[1], "runs")]


def test_a_landscape_waits_a_moment_for_its_first_surface(bench, parts):
    bench.deliver("plane", result_of(parts[1], "plane"))
    assert bench.shown == []
    assert bench.controller.drawing
    bench.deliver("surface", result_of(parts[1], "surface"))
    assert [result_of(shown, "surface") for shown in bench.shown] == [result_of(parts[1], "surface")]


@pytest.mark.parametrize("why", ["it takes long", "it fails"])
def test_a_landscape_is_shown_without_its_surface_when(bench, parts, why):
    bench.deliver("plane", result_of(parts[1], "plane"))
    if why == "it takes long":
        bench.now += FIRST_SURFACE_SECONDS
        bench.frame()
    else:
        bench.deliver("surface", None, error=ValueError("No."))
    assert [(result_of(shown, "plane"), result_of(shown, "surface")) for shown in bench.shown] == [
        (result_of(parts[1], "plane"), None)
    ]


def test_frames_are_wished_once_until_one_comes(bench):
    bench.frame()
    for _ in range(5):
        bench.controller.request_frame()
    assert len(bench.wishes) == 1
    bench.frame()
    bench.controller.request_frame()
    assert len(bench.wishes) == 1


def test_a_frame_waits_a_moment_for_new_runs_and_comes_once_when_they_are_there(complete):
    complete.frame()
    complete.patience.clear()
    drawn = len(complete.shown)
    complete.store.preview(dragged(complete.store.document, 0.1))
    complete.controller.request_frame()
    assert complete.patience == [ANSWER_SECONDS, 0.0]
    complete.frame()
    assert len(complete.shown) == drawn + 1


def test_a_change_that_asks_for_no_runs_is_drawn_without_waiting(complete):
    complete.frame()
    complete.patience.clear()
    document = complete.store.document
    complete.store.set_view(replace(document, view=replace(document.view, theme="dark")))
    assert complete.patience == [0.0]


def test_a_change_of_the_look_asks_for_nothing_and_draws(complete):
    frames = len(complete.shown)
    document = complete.store.document
    complete.store.set_view(replace(document, view=replace(document.view, theme="dark")))
    complete.frame()
    assert complete.asked == []
    assert len(complete.shown) == frames + 1


def test_late_results_of_a_drag_are_shown(complete, parts):
    document = complete.store.document
    complete.store.preview(dragged(document, 0.1))
    first = complete.newest("runs")
    complete.store.preview(dragged(document, 0.2))
    assert complete.lanes_asked() == ["runs", "runs"]
    late = replace(result_of(parts[1], "runs"), lowest=-1.0)
    complete.deliver("runs", late, request=first, fraction=0.4)
    assert result_of(complete.shown[-1], "runs") is late
    assert complete.controller.busy  # the newest is still to come


def test_results_of_another_problem_are_dropped(complete, parts):
    old = requests(complete.store.document, parts[1])
    complete.store.commit(document_of("moons"), "Choose a problem")
    assert complete.controller.results.delivered == {}
    for lane in LANES:
        complete.deliver(lane, result_of(parts[1], lane), request=old[LANES[lane].key(1)])
    assert complete.controller.results.delivered == {}
    assert complete.stopped[0] is None  # work on the problem before is of no use


def test_going_to_another_problem_and_back_asks_for_everything_again(complete, parts):
    complete.store.commit(document_of("moons"), "Choose a problem")
    complete.store.undo()
    complete.complete(parts[1])
    assert {key.lane for key in complete.controller.results.delivered} == set(LANES)
    assert not complete.controller.busy


def test_another_plane_forgets_the_surface_and_the_slice(complete, parts):
    document = complete.store.document
    recipe = PlaneRecipe("random", document.experiment.starts[0])
    complete.store.commit(replace(document, experiment=replace(document.experiment, plane=recipe)), "Another plane")
    old = parts[1]
    assert (
        complete.controller.results.of(SURFACE, 1) is not None
    )  # until the new one is there, the old picture is whole
    drawn = result_of(parts[1], "plane")
    other = replace(drawn, flat=board("exclusive_or", 9)[1].of(PLANE).flat)
    assert not same(other.flat, drawn.flat)
    complete.deliver("plane", other)
    assert complete.controller.results.of(SURFACE, 1) is None
    assert complete.controller.results.of(SLICE_LANE, 1) is None
    assert complete.controller.results.of(RUNS) is not None
    complete.deliver("surface", result_of(old, "surface"), request=request_of(old, "surface"))
    complete.deliver("slice", result_of(old, "slice"), request=requests(document, parts[1])[SLICE_LANE.key(1)])
    assert complete.controller.results.of(SURFACE, 1) is None
    assert complete.controller.results.of(SLICE_LANE, 1) is None


def test_a_slice_along_another_direction_comes_too_late(complete, parts):
    document = complete.store.document
    before = requests(document, parts[1])[SLICE_LANE.key(1)]
    complete.store.set_view(viewed(document, along="gradient"))
    other = replace(result_of(parts[1], "slice"), sentence="late")
    complete.deliver("slice", other, request=before)
    assert complete.controller.results.of(SLICE_LANE, 1) is not other


def test_undo_asks_again_for_what_is_no_longer_shown(complete, parts):
    first = complete.controller.results.delivered[LANES["runs"].key(1)].request
    complete.store.commit(dragged(complete.store.document, 0.1), "Move the start")
    complete.deliver("runs", result_of(parts[1], "runs"))
    complete.store.undo()
    assert same(complete.newest("runs"), first)


def test_going_back_to_what_is_still_shown_whole_needs_no_work(complete):
    document = complete.store.document
    complete.store.preview(dragged(document, 0.1))
    complete.asked.clear()
    complete.store.preview(document)
    assert complete.asked == []
    assert complete.stopped == ["runs"]
    assert not complete.controller.busy


def test_progress_is_shown_after_a_moment_with_the_time_left(bench):
    bench.deliver("runs", None, fraction=0.25)
    assert bench.controller.work is None
    bench.now += 2 * PROGRESS_AFTER_SECONDS
    bench.deliver("plane", None, fraction=0.5)
    work = bench.controller.work
    assert work.fraction in (0.25, 0.5)
    assert work.seconds_left == pytest.approx(2 * PROGRESS_AFTER_SECONDS * (1 - work.fraction) / work.fraction)


def test_the_time_left_is_unknown_before_there_is_progress(bench):
    bench.now += 2 * PROGRESS_AFTER_SECONDS
    assert np.isnan(bench.controller.work.seconds_left)


def test_stop_ends_everything_and_asks_for_nothing_again(bench, parts):
    bench.deliver("plane", result_of(parts[1], "plane"))
    bench.asked.clear()
    bench.controller.stop()
    bench.frame()
    assert bench.stopped[-1] is None
    assert bench.asked == []
    assert not bench.controller.busy
    assert bench.controller.work is None
    assert bench.controller.results.of(PLANE) is not None


def test_a_stop_is_told_before_any_frame(bench):
    told = []
    bench.controller.on_stopped(lambda: told.append(bench.controller.busy))
    assert bench.controller.busy
    bench.controller.stop()
    assert told == [False]


def test_after_a_stop_the_next_change_takes_up_what_was_stopped(bench):
    before = bench.lanes_asked()
    bench.controller.stop()
    bench.asked.clear()
    bench.store.set_view(viewed(bench.store.document, theme="dark"))
    assert bench.asked == []
    bench.store.commit(dragged(bench.store.document, 0.1), "Move the start")
    assert bench.lanes_asked() == before
    assert bench.controller.results.failures == {}


def test_errors_become_sentences_and_what_was_shown_stays(complete, parts):
    complete.store.preview(dragged(complete.store.document, 0.1))
    complete.deliver("runs", None, error=ValueError("The rate is too large."))
    assert complete.shown[-1].error(RUNS) == "The rate is too large."
    assert result_of(complete.shown[-1], "runs") is result_of(parts[1], "runs")
    assert not complete.controller.busy


def test_the_error_of_a_change_that_was_taken_back_is_over(complete):
    document = complete.store.document
    complete.store.commit(dragged(document, 0.1), "Move the start")
    complete.deliver("runs", None, error=ValueError("The rate is too large."))
    complete.store.undo()
    complete.frame()
    assert complete.shown[-1].failures == {}


def test_the_error_of_an_old_request_is_nobodys(complete, parts):
    old = complete.controller.results.delivered[LANES["runs"].key(1)].request
    complete.store.preview(dragged(complete.store.document, 0.1))
    complete.deliver("runs", None, request=old, error=ValueError("late"))
    assert complete.shown[-1].failures == {}


def test_an_error_that_speaks_to_nobody_is_named(bench, capsys):
    bench.deliver("runs", None, error=ZeroDivisionError("x"))
    assert "ZeroDivisionError" in bench.shown[-1].error(RUNS)
    assert "ZeroDivisionError" in capsys.readouterr().err  # for whoever mends it


def test_an_error_does_not_make_the_same_request_go_round(bench):
    bench.deliver("runs", None, error=ValueError("no"))
    bench.asked.clear()
    bench.controller.request_frame()
    bench.frame()
    assert bench.asked == []


@pytest.fixture
def asking(complete):
    """A file is being opened: what came of it, and what was said."""
    found, said = [], []
    complete.controller.run_once(OPEN_FILES, FILES, found.append, said.append)
    return complete, found, said


FILES = OpenRequest((Path("own.csv"),))


def test_work_that_the_document_does_not_ask_for_is_shown_and_brings_its_result(asking):
    bench, found, said = asking
    assert bench.lanes_asked() == ["open files"]
    bench.now += 10 * PROGRESS_AFTER_SECONDS
    bench.deliver("open files", None, fraction=0.5)
    assert bench.controller.work.title == OPEN_FILES.title
    bench.deliver("open files", "an experiment")
    assert (found, said) == (["an experiment"], [])
    assert bench.controller.work is None
    assert bench.controller.results.failures == {}


def test_work_that_fails_tells_who_asked_for_it_and_nobody_else(asking):
    bench, found, said = asking
    bench.deliver("open files", None, error=ValueError("The file is empty."))
    assert (found, said) == ([], ["The file is empty."])
    assert bench.controller.results.failures == {}


def test_stop_gives_such_work_up_and_says_that_nothing_was_changed(asking):
    bench, found, said = asking
    before = bench.store.document
    bench.controller.stop()
    assert said == [NOTHING_CHANGED]
    bench.deliver("open files", "too late")
    assert found == []
    assert bench.store.document is before


def test_work_that_is_given_up_is_said_not_to_be_carried_out(asking, parts):
    bench, found, said = asking
    bench.controller.run_once(OPEN_FILES, OpenRequest((Path("other.csv"),)), found.append, said.append)
    assert said == [GIVEN_UP]
    bench.store.commit(board("moons", 3)[0], "Open")
    bench.frame()
    assert said == [GIVEN_UP, GIVEN_UP]
    assert found == []


def test_whoever_is_told_may_let_others_work_meanwhile(complete):
    """A dialog that opens when a file is read has frames of its own: what they take in is newer than what came before it."""

    def ask_a_person(_):
        complete.deliver("runs", result_of(results, "runs"))
        complete.frame()

    complete.controller.run_once(OPEN_FILES, FILES, ask_a_person, pytest.fail)
    complete.store.preview(dragged(complete.store.document, 0.1))
    results = complete.controller.results
    request = complete.newest("runs")
    complete.waiting.append(Delivery(LaneKey("open files"), FILES, 1.0, "a file"))
    complete.deliver("runs", result_of(results, "runs"), request, fraction=0.5)  # an older part
    assert complete.controller.results.delivered[RUNS.key()].fraction == 1.0
    assert not complete.controller.busy


def test_without_its_data_no_lane_can_begin_and_all_say_why_until_something_changes(tmp_path):
    document = document_on(on_data(recipe_of_files(written(tmp_path, "csv"))))
    bench = Bench(document)
    assert bench.lanes_asked() == [DATA.name]
    bench.deliver(DATA.name, None, error=OSError("There is no file."))
    results = bench.controller.results
    assert {results.error(lane) for lane in (DATA, PLANE, RUNS)} == {"There is no file."}
    assert all(bench.controller.state(card).kind == "refused" for card in open_cards(document.view))
    bench.asked.clear()
    bench.store.commit(replace(document, experiment=replace(document.experiment, steps=7)), "Steps")
    assert bench.lanes_asked() == [DATA.name]
    assert bench.controller.results.failures == {}


def test_asking_again_gives_up_what_was_asked_before(asking):
    bench, found, _ = asking
    again = []
    other = OpenRequest((Path("other.csv"),))
    bench.controller.run_once(OPEN_FILES, other, again.append, pytest.fail)
    bench.deliver("open files", "the old one", FILES)
    assert (found, again) == ([], [])
    bench.deliver("open files", "the new one", other)
    assert (found, again) == ([], ["the new one"])
