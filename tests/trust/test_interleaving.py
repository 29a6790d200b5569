"""Jobs share datasets, objectives and threads. Whatever turns they take, each must come out as if it had been alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

import engine
from app.compute.plan import requests
from app.compute.scheduler import Scheduler
from app.document import Card
from app.examples import document_of
from app.headless import computed
from app.lanes.data import DATA
from app.lanes.problem_cache import ProblemCache
from app.lanes.runs import RUNS
from app.lanes.runs_result import RunsResult
from app.panels import PANELS, SHARED_LANES, lane_of
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.settings import LandscapeSettings
from app.panels.slice.lane import SLICE_LANE
from engine import optimizers as o
from engine.arrays import same
from engine.descent import descent_job
from engine.job import Progress, drain
from engine.replay import replay_job

NAMES = ("exclusive_or", "moons", "digits")
STEPS = {"exclusive_or": 8, "moons": 3, "digits": 2}
# Of each kind of work one: first order, dense Hessians in pieces, products, and searches that ask for further values.
CHOSEN = (
    o.momentum(0.1),
    o.adam(0.01),
    o.damped_newton(adaptive=True),
    o.saddle_free(),
    o.newton_cg(),
    o.lbfgs(),
    o.trust_region(),
)
FEW = (o.momentum(0.1), o.damped_newton(adaptive=True), o.newton_cg())


def _document(name, batch_size=None):
    document = document_of(name)
    chosen = FEW if name == "digits" else CHOSEN
    first = document.experiment.starts[0]
    problem = document.experiment.problem
    experiment = replace(
        document.experiment,
        # Six units make a Hessian large enough to be formed in pieces and small enough for a test.
        problem=replace(problem, hidden=(6,)) if name == "digits" else problem,
        steps=STEPS[name],
        optimizers=chosen,
        starts=(first, replace(first, seed=first.seed + 1))[: 1 if name == "digits" else 2],
        batch_size=batch_size,
        plane=replace(document.experiment.plane, steps=STEPS[name], optimizers=chosen[:2], batch_size=batch_size),
    )
    view = document.view.changed(LandscapeSettings, resolution=13)
    return replace(document, experiment=experiment, view=replace(view, cards=tuple(map(Card, PANELS))))


EVERY_LANE = {
    lane.key(1)
    for lane in (*SHARED_LANES, *(lane for panel in PANELS.values() for lane in panel.lanes))
    if lane is not DATA  # these data are built in: there is no file to wait for
}


@cache
def _asked(name):
    """Requests of every lane of a document, and again on mini-batches: all of them about one objective."""
    found = []
    for batch_size in (None, 3 if name == "exclusive_or" else 16):
        document = _document(name, batch_size)
        results = computed(document, ProblemCache())
        assert results.failures == {}
        wanted = {key: request for key, request in requests(document, results).items() if request is not None}
        assert wanted.keys() == EVERY_LANE
        found += wanted.items()
        sliced, runs = wanted[SLICE_LANE.key(1)], wanted[RUNS.key()]
        found += [(SLICE_LANE.key(1), replace(sliced, along=along)) for along in ("gradient", "first axis")]
        found += [(RUNS.key(), replace(runs, within=wanted[SURFACE.key(1)].flat))]
    return tuple(found)


@cache
def _alone(name):
    """Each request drained to its end before the next one begins, every one on an objective of its own."""
    return tuple(drain(lane_of(key).job(ProblemCache(), request)) for key, request in _asked(name))


def _first(name, lane):
    """The first request of a lane."""
    return next(request for key, request in _asked(name) if key == lane.key(1))


def _numbers(result):
    """What must be the same: all but the clock."""
    if isinstance(result, RunsResult):
        untimed = replace(result.trajectories, seconds=np.zeros(0))
        return replace(result, trajectories=untimed)
    return result


def _scheduler(problems, work):
    """One lane for each request, so that all of them take turns."""
    scheduler = Scheduler(lambda lane, request: lane_of(work[lane][0]).job(problems, request))
    for lane, (_, request) in enumerate(work):
        scheduler.ask(lane, request)
    return scheduler


def _by_turns(scheduler):
    results, turned, errors = {}, [], np.geterr()
    while (delivery := scheduler.turn()) is not None:
        turned.append(delivery.lane)
        assert np.geterr() == errors  # no job leaves its settings behind when it yields
        if delivery.error is not None:
            raise delivery.error
        if delivery.result is not None:
            results[delivery.lane] = delivery.result
    return results, turned


def _compare(results, name):
    for lane, expected in enumerate(_alone(name)):
        assert same(_numbers(results[lane]), _numbers(expected)), _asked(name)[lane]


@pytest.fixture
def finest(monkeypatch):
    """Every job yields after the least piece of work it can do."""
    monkeypatch.setattr("engine.descent.CHUNK", 1e-9)
    monkeypatch.setattr("engine.group.LONGEST_CHUNK", 4)
    monkeypatch.setattr("engine.surfaces.sampling.CHUNK", 1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_jobs_that_take_turns_come_out_as_if_alone(name, finest):
    work = _asked(name)
    results, turned = _by_turns(_scheduler(ProblemCache(), work))
    assert sum(a != b for a, b in pairwise(turned)) > 2 * len(work)  # they did take turns
    _compare(results, name)


@pytest.mark.parametrize("name", NAMES)
def test_the_windows_thread_may_evaluate_what_the_jobs_work_on(name, finest):
    """Hovering asks the objective for values on the window's thread, while jobs use it on theirs."""
    problems, work = ProblemCache(), _asked(name)
    runs = _first(name, RUNS)
    assembled = problems.assembled(runs.problem)
    objective, point = assembled.objective, runs.starts[0].parameters(assembled)
    kinds = (
        objective.value,
        lambda at: objective.value_and_gradient(at)[1],
        lambda at: objective.hessian_vector_product(at, at),
        objective.hessian,
        objective.accuracy,
    )
    expected = [kind(point) for kind in kinds]
    with ThreadPoolExecutor(1) as pool:
        jobs = pool.submit(_by_turns, _scheduler(problems, work))
        asked = 0
        while not jobs.done() or not asked:
            assert np.array_equal(kinds[asked % len(kinds)](point), expected[asked % len(kinds)])
            asked += 1
    _compare(jobs.result()[0], name)


def _engine_jobs():
    """Jobs of the engine that the lanes do not have, and a Hessian in pieces, on one objective."""
    runs, plane = _first("moons", RUNS), _first("moons", SURFACE).flat
    assembled = ProblemCache().assembled(runs.problem)
    objective, point = assembled.objective, runs.starts[0].parameters(assembled)
    request = engine.Descent(objective, point, CHOSEN, 5, batch_size=16, seed=1, validation=assembled.validation)
    line = engine.Line(point, np.cos(np.arange(point.size)))

    def pieces():
        matrix = yield from objective.hessian_pieces(np.stack([point, point + 0.1]))
        yield Progress(1.0, matrix)

    return [
        lambda: descent_job(request),
        lambda: replay_job(request, run=2, step=4),
        lambda: replay_job(replace(request, within=plane), run=3, step=3),
        lambda: engine.basins.basins_job(objective, o.momentum(0.05), (-1, 1), line, resolution=5, steps=6),
        lambda: engine.basins.basins_job(objective, o.saddle_free(), (-1, 1), line, resolution=3, steps=3),
        lambda: engine.surface_job(objective, plane, (-1, 1, -1, 1), 11),
        pieces,
    ]


def _told(result):
    """The numbers of a result."""
    if isinstance(result, engine.Trajectories):
        return replace(result, seconds=np.zeros(0))
    return (result.before, result.after, result.report) if isinstance(result, engine.Replayed) else result


def test_the_engines_own_jobs_come_out_as_if_alone(finest):
    expected = [_told(drain(make())) for make in _engine_jobs()[:-1]]
    jobs = dict(enumerate(make() for make in _engine_jobs()))
    results, errors, turns = {}, np.geterr(), 0
    while jobs:
        for number, job in list(jobs.items()):
            progress = next(job, None)
            turns += 1
            assert np.geterr() == errors
            if progress is None:
                del jobs[number]
            elif isinstance(progress, Progress) and progress.result is not None:
                results[number] = progress.result
    assert turns > 60
    for number, wanted in enumerate(expected):
        assert same(_told(results[number]), wanted), number
    runs = _first("moons", RUNS)
    assembled = ProblemCache().assembled(runs.problem)
    point = runs.starts[0].parameters(assembled)
    assert np.array_equal(results[6], assembled.objective.hessian(np.stack([point, point + 0.1])))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_surface_is_the_same_bits_however_many_threads_sample_it(threads):
    asked = _first("digits", SURFACE)
    objective = ProblemCache().assembled(asked.problem).objective
    alone = engine.surface(objective, asked.flat, asked.window, 23, threads=1)
    found = engine.surface(objective, asked.flat, asked.window, 23, threads=threads)
    assert np.array_equal(found.values, alone.values)
    rows = objective.sampler(asked.flat).evaluate(np.array([[found.first[7], found.second[3]]]))
    assert float(rows[0]) == pytest.approx(found.values[3, 7], rel=1e-6)


def test_a_job_that_is_dropped_half_way_leaves_nothing_in_the_others():
    """A newer request closes the job that it replaces, between any two of its pieces."""
    work, problems = _asked("moons"), ProblemCache()
    for stop in range(0, 40, 9):
        scheduler = _scheduler(problems, work)
        for _ in range(stop):
            scheduler.turn()
        scheduler.stop()
        assert not scheduler.busy
    _compare(_by_turns(_scheduler(problems, work))[0], "moons")
