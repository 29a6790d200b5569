"""A display is not needed; every journey ends with no thread and no window left over."""

import os
import threading

import pyqtgraph as pg
import pytest
from PyQt6.QtWidgets import QApplication
from threadpoolctl import threadpool_limits

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from app.program import Program, settle
from tests.journeys.person import Person


@pytest.fixture(scope="session", autouse=True)
def small_products_on_one_thread():
    """As in the program: many BLAS threads make small products several times slower."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(autouse=True)
def every_move_counts(qapp):
    before = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)
    yield
    pg.setConfigOption("mouseRateLimit", before)


@pytest.fixture
def person():
    return Person()


@pytest.fixture
def opened(qtbot, person):
    """Opens the program on a document; afterwards no thread and no window may be left over."""
    threads, programs = set(threading.enumerate()), []

    def opened(document, wait=True):
        program = Program(document, dialogs=person)
        programs.append(program)
        program.start()
        qtbot.waitExposed(program.window)
        if wait:
            settle(program)
        return program

    yield opened
    for program in programs:
        program.close()
        assert not program.thread_._thread.isRunning()
    qtbot.wait(1)
    assert [window for window in QApplication.topLevelWidgets() if window.isVisible()] == []
    assert {thread for thread in threading.enumerate() if thread.is_alive() and not thread.daemon} <= threads
