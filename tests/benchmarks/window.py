"""The promises about the window: how soon, how smooth, how much memory. Each is measured in a process of its own.

``python -m tests.benchmarks.window NAME [COUNT]`` prints the numbers of one of them as JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from tests.benchmarks.pointer import screen

ROOT = Path(__file__).resolve().parents[2]
EVENTS, FEW = 500, 10
STARTS = 5
PLACES = {
    "first": ("start", "coarse"),
    "hand": ("drag_formula", "drag_xor", "drag_moons", "scrub", "stop_surface", "stop_runs", "frames"),
    "memory": ("default", "surface", "steps", "drags"),
}
"""Which functions of which module are measured."""
SENT = "events sent, no pointer moved"
BY_HAND = tuple(name for name in PLACES["hand"] if name != "frames")
"""Those that move a pointer, where there is one."""


@dataclass(frozen=True)
class Measured:
    """One promise: what was measured, in which unit, and the most it may be."""

    name: str
    value: float
    unit: str
    most: float

    @property
    def kept(self) -> bool:
        return self.value <= self.most


@dataclass(frozen=True)
class Promise:
    """What one number of one measurement may be at most."""

    work: str
    key: str
    name: str
    unit: str
    most: float


PROMISES = (
    Promise(
        "drag_formula", "first", "drag, formula with 4 optimizers × 200 steps: first part, 95th percentile", "ms", 33
    ),
    Promise("drag_formula", "all", "drag, formula with 4 optimizers × 200 steps: all, 95th percentile", "ms", 100),
    Promise("drag_xor", "first", "drag, exclusive-or network: first part, 95th percentile", "ms", 50),
    Promise("drag_moons", "first", "drag, two-moons network: first part, 95th percentile", "ms", 50),
    Promise("scrub", "late", "scrubbing 10,000 recorded steps: until the step is painted, 95th percentile", "ms", 16.7),
    Promise("frames", "median", "frame interval while batches of 16 train, median", "ms", 20),
    Promise("frames", "p99", "frame interval while batches of 16 train, 99th percentile", "ms", 20),
    Promise(
        "stop_surface", "said", "Stop during a surface of 784-16-16-10: until the status shows it, at most", "ms", 50
    ),
    Promise(
        "stop_surface", "freed", "Stop during a surface of 784-16-16-10: until the thread is free, at most", "ms", 100
    ),
    Promise("stop_runs", "said", "Stop while runs train: until the status shows it, at most", "ms", 50),
    Promise("stop_runs", "freed", "Stop while runs train: until the thread is free, at most", "ms", 100),
    Promise("default", "megabytes", "peak memory of the default experiment", "MB", 250),
    Promise("surface", "megabytes", "peak memory of 60,000 × 784 examples in float32 with a 51×51 surface", "MB", 1500),
    Promise("steps", "megabytes", "peak memory of 10,000 steps of 13,002 parameters", "MB", 600),
    Promise("drags", "megabytes", "memory that 1,000 drags add, from the 200th on", "MB", 5),
    Promise("drags", "held", "the same without what the allocator keeps for reuse", "MB", 5),
)
"""Those that one process measures; :func:`measured` adds the start and the coarse pictures."""


def environment(pointed: bool = False) -> dict[str, str]:
    """A virtual screen unless there is a real one; BLAS as the program sets it; byte code is kept, as for everybody.

    ``pointed``: the process looks for a screen with a pointer itself.
    """
    shown = {} if pointed or os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    threads = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **shown, **threads, "PYTHONPATH": str(ROOT)}


def run(*command: str, pointed: bool = False) -> tuple[float, str]:
    """Seconds that a Python process took, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command], env=environment(pointed), capture_output=True, text=True, check=True
    )  # fmt: skip
    return time.perf_counter() - began, done.stdout


def measured(tiny: bool = False, only: Sequence[str] = ()) -> Iterator[Measured]:
    """Everything that is promised about the window, or what the measurements ``only`` give."""
    count = FEW if tiny else EVENTS
    works = [work for place in PLACES.values() for work in place if not only or work in only]
    for work in works:
        if work == "start":
            yield _start(1 if tiny else STARTS)
            continue
        found: dict[str, float] = json.loads(
            run("-m", "tests.benchmarks.window", work, str(count), pointed=work in BY_HAND)[1]
        )
        how = f" ({SENT})" if SENT in found else ""
        if work == "coarse":
            yield from (
                Measured(f"first picture of a surface of {case}", at, "ms", 100.0) for case, at in found.items()
            )
        yield from (
            Measured(one.name + how, found[one.key], one.unit, one.most) for one in PROMISES if one.work == work
        )  # fmt: skip


def _start(samples: int) -> Measured:
    from tests.benchmarks.first import EMPTY_PLOT

    ours, empty = ("-m", "tests.benchmarks.window", "start"), ("-c", EMPTY_PLOT)
    for command in (ours, empty):
        run(*command)  # the first time compiles byte code
    beside = np.median([(run(*ours)[0], run(*empty)[0]) for _ in range(samples)], axis=0)
    name = "first landscape on screen, against an empty plot of PyQt6 and pyqtgraph"
    return Measured(name, float(beside[0] / beside[1]), "×", 2.0)


def main(name: str, count: int = EVENTS) -> None:
    """Measure one thing here, print its numbers, and leave without destroying Qt's objects in any order."""
    (place,) = (place for place, works in PLACES.items() if name in works)
    if name not in BY_HAND and not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with screen() if name in BY_HAND else nullcontext("") as missing:
        found = getattr(import_module(f"tests.benchmarks.{place}"), name)(count)
        if missing:
            sys.stderr.write(f"Events are sent to the widgets and no pointer is moved: {missing}.\n")
            found[SENT] = 1.0
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
