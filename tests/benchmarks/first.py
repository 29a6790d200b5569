"""How soon there is something to see: the first landscape of a start, the first coarse picture of a surface."""

import gc
import time
from typing import Any

import numpy as np

from tests.benchmarks.networks import CASES, TINY, Case

RESOLUTION, SAMPLES = 51, 7
WINDOW = (-1.0, 1.0, -1.0, 1.0)
EMPTY_PLOT = """
import sys, PyQt6.QtWidgets, pyqtgraph
application = pyqtgraph.mkQApp()
plot = pyqtgraph.PlotWidget()
plot.show()
for _ in range(5):
    application.processEvents()
"""


def start(_: int) -> dict[str, float]:
    """Until the first landscape is painted; the process should be at its beginning."""
    gc.disable()  # as the program does
    from app.compute.startup_process import startup_process
    from app.examples import document_of
    from engine.catalogue import DEFAULT

    document = document_of(DEFAULT)
    ahead = startup_process(document)
    from PyQt6.QtCore import QEventLoop, QTimer

    from tests.benchmarks.opened import on, shown_landscape

    program, loop = on(document, ahead), QEventLoop()

    def ground() -> Any:
        view = shown_landscape(program)
        return None if view is None else view.ground

    def look(*_: object) -> None:
        if ground() is not None and ground().shown[0] is not None:
            QTimer.singleShot(0, loop.quit)  # after the painting that this frame asked for

    program.controller.on_frame(look)
    QTimer.singleShot(30_000, loop.quit)
    loop.exec()
    assert ground()._painted_for is not None, "There was no landscape within half a minute."
    return {}


def coarse(count: int) -> dict[str, float]:
    """The first picture of each surface, in milliseconds by the name of its network."""
    return {case.title: 1000 * _first(case) for case in (CASES if count > 100 else TINY)}


def _first(case: Case) -> float:
    from engine.surfaces import surface_job

    taken = []
    for _ in range(SAMPLES):
        began = time.perf_counter()
        job = surface_job(case.objective, case.plane, WINDOW, RESOLUTION, "float32")
        next(progress for progress in job if progress.result is not None)
        taken.append(time.perf_counter() - began)
        job.close()
    return float(np.median(taken))
