import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.compute.startup_process import startup_process
from app.examples import document_of
from engine.datasets import DatasetRecipe

ROOT = Path(__file__).resolve().parents[3]
BEGINNING = """
import os
import signal
from dataclasses import replace
from app.compute.startup_process import StartupProcess
from app.lanes.problem_cache import ProblemCache
from app.lanes.plane import PlaneRequest, plane_job
from app.examples import document_of
from engine.arrays import same
from engine.job import drain
from engine.plane_drawing import draw_plane_job

def asked(kind="through_ends", name="exclusive_or", steps=40):
    experiment = document_of(name).experiment
    return PlaneRequest(experiment.problem, replace(experiment.plane, kind=kind, steps=steps))

"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="it is begun on Linux alone")


def alone(script: str) -> str:
    """What a script prints in a process of its own: forking is for processes without threads, and this one has some."""
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING + script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.strip()


@linux
@pytest.mark.parametrize("kind", ["through_ends", "principal_components"])
def test_the_other_process_draws_the_plane_that_is_drawn_here(kind: str) -> None:
    script = f"""
request = asked("{kind}")
here = drain(plane_job(ProblemCache(), request))
there = drain(plane_job(ProblemCache(ahead=StartupProcess(request)), request))
print(same((here.flat, here.window), (there.flat, there.window)), there.flat.directions.flags.writeable)
"""
    assert alone(script) == "True False"


@linux
def test_it_answers_its_own_request_and_that_once() -> None:
    script = """
request = asked()
ahead = StartupProcess(request)
print(ahead.answers(asked(steps=41)), ahead.answers(asked()))
cache = ProblemCache(ahead=ahead)
first = drain(plane_job(cache, asked()))
print(ahead.answers(request), same(first.flat, drain(plane_job(cache, request)).flat))
"""
    assert alone(script).split() == ["False", "True", "False", "True"]


@linux
def test_what_goes_wrong_there_is_said_here() -> None:
    script = """
request = asked()
request = replace(request, recipe=replace(request.recipe, optimizers=()))
try:
    drain(plane_job(ProblemCache(ahead=StartupProcess(request)), request))
except ValueError as error:
    print(error)
"""
    assert "its recipe names none" in alone(script)


@linux
def test_a_plane_is_drawn_here_when_the_other_process_is_gone() -> None:
    script = """
request = asked(steps=3000)
ahead = StartupProcess(request)
os.kill(ahead.process, signal.SIGKILL)
drawn = drain(plane_job(ProblemCache(ahead=ahead), request))
print(same(drawn.flat, drain(plane_job(ProblemCache(), request)).flat), ahead.process)
"""
    assert alone(script) == "True 0"


@linux
def test_stopping_the_job_ends_the_other_process() -> None:
    script = """
request = asked(steps=1_000_000)
ahead = StartupProcess(request)
job = plane_job(ProblemCache(ahead=ahead), request)
print([next(job).result for _ in range(3)])
number = ahead.process
job.close()
try:
    os.kill(number, 0)
except ProcessLookupError:
    print("it is gone")
"""
    assert alone(script).splitlines() == ["[None, None, None]", "it is gone"]


@linux
def test_a_process_ends_when_nobody_is_there_to_read() -> None:
    script = """
ahead = StartupProcess(asked(steps=10_000_000))
print(ahead.process, flush=True)
os._exit(0)
"""
    began = subprocess.run(
        [sys.executable, "-c", BEGINNING + script], cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60
    )  # fmt: skip
    assert began.stdout.strip().isdigit()  # the pipe is closed only when both have ended


@pytest.mark.parametrize("name", ["rosenbrock", "misra1a"])
def test_a_plane_that_takes_no_time_is_not_begun(name: str) -> None:
    assert startup_process(document_of(name)) is None


def test_files_are_read_by_one_process_alone(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n0,0,1\n1,1,0\n")
    document = document_of("moons")
    problem = replace(document.experiment.problem, data=DatasetRecipe.of_csv(path))
    assert startup_process(replace(document, experiment=replace(document.experiment, problem=problem))) is None
