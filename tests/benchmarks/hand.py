"""What the window does under a hand: drags, the timeline, Stop, and frames while runs train."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, Qt, QTimer
from PyQt6.QtWidgets import QStyle, QStyleOptionSlider

from app.document import Document, ViewSettings
from app.lanes.lane import LaneKey
from app.lanes.runs import RUNS
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.settings import LandscapeSettings
from app.program import Program, settle
from engine import optimizers
from engine.experiment import Experiment
from tests.benchmarks.opened import FRAME_MS, SentEvents, a_hand, handle, late, named, on, shown_landscape, wait
from tests.benchmarks.pointer import RealPointer
from tests.benchmarks.sizes import pictures

Change = Callable[[Experiment], Experiment]
SCRUBBED = 10_000
"""Recorded steps under the timeline."""
STOPS = 10
"""How often Stop is pressed in each of the two situations."""
FEW = 10
"""Up to this many events it is only to be seen that everything runs."""
LONGEST = 60_000


def frames(count: int) -> dict[str, float]:
    """Intervals of a 16 ms timer in the window's thread while runs with batches of 16 train."""
    program = named("moons", lambda e: replace(e, batch_size=16, steps=200_000, optimizers=e.optimizers[:2]))
    wait(1500)
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(FRAME_MS)
    wait(LONGEST, lambda: len(ticks) > count)
    timer.stop()
    assert program.controller.busy, "The runs ended before the measurement did."
    program.close()
    median, high = 1000 * np.percentile(np.diff(ticks), (50, 99))
    return {"median": float(median), "p99": float(high)}


def drag(name: str, count: int, change: Change = lambda experiment: experiment) -> dict[str, float]:
    """Move a start, once every 16 ms; until its own path or a newer one is painted, in milliseconds."""
    program = named(name, change)
    settle(program, LONGEST)
    mouse, (port, at) = a_hand(), handle(program)
    order: dict[int, int] = {}
    heard = [-1]
    parts: dict[int, float] = {}
    wholes: dict[int, float] = {}
    kept: list[object] = []

    def on_changed(_before: Document, after: Document) -> None:
        kept.append(after.experiment.starts)
        order[id(after.experiment.starts)] = heard[-1]

    def on_frame(_document: Document, results: Any) -> None:
        lane = results.delivered.get(RUNS.key())
        number = order.get(id(lane.request.starts)) if lane is not None else None
        if number is not None:
            QTimer.singleShot(0, lambda: painted(number, lane.fraction >= 1.0))

    def painted(number: int, complete: bool) -> None:
        now = time.perf_counter()
        parts.setdefault(number, now)
        if complete:
            wholes.setdefault(number, now)

    program.store.on_changed(on_changed)
    program.controller.on_frame(on_frame)
    mouse.press(port, at)
    turns = 0.05 * np.arange(1, count + 1)
    places = [at + QPointF(round(40 * np.sin(turn)), round(40 * (1 - np.cos(turn)))) for turn in turns]
    sent = mouse.stroke(port, places, FRAME_MS / 1000, heard.append)
    wait(5000, lambda: count - 1 in wholes)
    mouse.release(port, places[-1])
    mouse.close()
    program.close()
    return {"first": late(sent, parts), "all": late(sent, wholes), "answered": float(len(parts))}


def drag_formula(count: int) -> dict[str, float]:
    """Rosenbrock's function under four optimizers."""

    def change(experiment: Experiment) -> Experiment:
        chosen = (*experiment.optimizers[:2], optimizers.adam(0.01), optimizers.rmsprop(0.01))
        return replace(experiment, optimizers=chosen, steps=200)

    return drag("rosenbrock", count, change)


def drag_xor(count: int) -> dict[str, float]:
    """The default experiment."""
    return drag("exclusive_or", count)


def drag_moons(count: int) -> dict[str, float]:
    """A network of 114 parameters."""
    return drag("moons", count)


def scrub(count: int) -> dict[str, float]:
    """Drag the timeline's handle, one event every 16 ms; until the landscape with that step is painted, in milliseconds."""
    program = named("exclusive_or", lambda e: replace(e, steps=SCRUBBED if count > FEW else 500))
    settle(program, LONGEST)
    assert program.controller.results.of(RUNS).trajectories.record_every == 1, "Not every step was recorded."
    mouse, heard = a_hand(), [-1]
    chosen: dict[int | None, int] = {}
    painted: dict[int, float] = {}
    program.store.on_changed(lambda _, after: chosen.__setitem__(after.view.step, heard[-1]))
    landscape = shown_landscape(program)
    show = landscape.show_picture

    def shown(*given: Any, **named: Any) -> None:
        show(*given, **named)
        number = chosen.get(program.store.document.view.step)
        QTimer.singleShot(0, lambda: painted.setdefault(number, time.perf_counter()))

    landscape.show_picture = shown
    slider = program.window.timeline.slider
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    knob = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    at, room = QPointF(knob.center()), slider.width() - 2.0 * knob.width()
    mouse.press(slider, at)
    numbers = np.arange(1, count + 1)
    shares = 0.5 + 0.45 * np.sin(0.013 * numbers) + 0.03 * (numbers % 2)  # every move is to another step
    places = [QPointF(round(share * room), at.y()) for share in shares]
    sent = mouse.stroke(slider, places, FRAME_MS / 1000, heard.append)
    wait(2000, lambda: count - 1 in painted)
    mouse.release(slider, places[-1])
    mouse.close()
    program.close()
    return {"late": late(sent, painted), "steps": float(len(chosen))}


def stop_surface(count: int) -> dict[str, float]:
    """Stop while a surface of 784-16-16-10 is sampled."""
    with TemporaryDirectory() as folder:
        program = on(
            Document(
                pictures(Path(folder), 4000 if count > FEW else 1000),
                ViewSettings().changed(LandscapeSettings, resolution=401),
            )
        )

        def again(number: int) -> None:
            document = program.store.document
            view = document.view.changed(LandscapeSettings, resolution=401 + 2 * number)
            program.store.set_view(replace(document, view=view))

        return _stops(program, STOPS if count > FEW else 2, again, SURFACE.key(1))


def stop_runs(count: int) -> dict[str, float]:
    """Stop while runs train."""
    program = named("moons", lambda e: replace(e, batch_size=16, steps=400_000, optimizers=e.optimizers[:2]))
    plane = replace(program.store.document.experiment.plane, steps=400)

    def again(number: int) -> None:
        document = program.store.document
        experiment = replace(document.experiment, steps=400_000 + number, plane=plane)
        program.store.commit(replace(document, experiment=experiment), "Change the steps")

    return _stops(program, STOPS if count > FEW else 2, again, RUNS.key())


def _stops(program: Program, count: int, again: Callable[[int], None], lane: LaneKey) -> dict[str, float]:
    """Press Stop with the mouse; until the status says so and until the thread has nothing left, at most, in milliseconds."""
    mouse, button, times = a_hand(), program.window.status.stop, []
    for number in range(1, count + 1):
        again(number)
        wait(LONGEST, lambda: button.isVisible() and lane in program.controller._under_way)
        wait(20 * number)
        assert lane in program.controller._under_way, "It was over before it was stopped."
        times.append(_stopped(program, mouse))
    mouse.close()
    program.close()
    said, freed = 1000 * np.max(times, axis=0)
    return {"said": float(said), "freed": float(freed)}


def _stopped(program: Program, mouse: SentEvents | RealPointer) -> tuple[float, float]:
    """Seconds from a click on Stop until it is gone from the screen, and until the thread is free."""
    button, gone = program.window.status.stop, []
    middle = QPointF(button.rect().center())
    mouse.press(button, middle)
    began = mouse.release(button, middle)
    wait(LONGEST, lambda: not button.isVisible())
    QTimer.singleShot(0, lambda: gone.append(time.perf_counter() - began))  # the painting comes first
    wait(LONGEST, lambda: bool(gone) and not program.thread_.busy)
    return gone[0], time.perf_counter() - began
