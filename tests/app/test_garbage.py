"""Cycles are collected on the window's thread, whoever made them."""

import gc
import threading

import pytest
from PyQt6.QtCore import QObject

from app.garbage import GarbageCollector, collect_due


class Ring:
    """A cycle that notes on which thread it is destroyed."""

    def __init__(self, destroyed):
        self.me, self.destroyed = self, destroyed

    def __del__(self):
        self.destroyed.append(threading.current_thread())


def rings(destroyed, count):
    for _ in range(count):
        Ring(destroyed)


@pytest.fixture
def collector(qapp):
    owner = QObject()
    collector = GarbageCollector(owner)
    collector.start()
    yield collector
    gc.enable()


def test_what_a_worker_leaves_is_collected_on_the_windows_thread(collector):
    destroyed = []
    worker = threading.Thread(target=rings, args=(destroyed, 5000))
    worker.start()
    worker.join()
    assert destroyed == []
    collect_due()
    assert len(destroyed) == 5000
    assert set(destroyed) == {threading.current_thread()}


def test_python_takes_over_again_at_the_end(collector):
    destroyed = []
    Ring(destroyed)
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
    assert len(destroyed) == 1


def test_nothing_is_collected_before_it_is_due(collector):
    gc.collect()
    destroyed = []
    Ring(destroyed)
    collect_due()
    assert destroyed == []
