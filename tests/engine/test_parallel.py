"""Work shared by threads: every item once, results in order, errors where the work was asked for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.parallel import processors, spread


@pytest.mark.parametrize("threads", [None, 1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_each_item_is_worked_on_once_and_results_keep_their_order(count, threads):
    seen = []

    def work(number):
        seen.append(number)
        return -number

    assert spread(work, range(count), threads) == [-number for number in range(count)]
    assert sorted(seen) == list(range(count))


def test_several_threads_take_part():
    both = threading.Barrier(2, timeout=20)
    names = spread(lambda _: (both.wait(), threading.current_thread().name)[1], range(2), threads=2)
    assert len(set(names)) == 2


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_is_raised_here_and_nothing_further_is_begun(threads):
    begun = []

    def work(number):
        begun.append(number)
        raise ArithmeticError(str(number))

    with pytest.raises(ArithmeticError):
        spread(work, range(50), threads)
    assert len(begun) <= threads


def test_many_threads_may_ask_at_once():
    with ThreadPoolExecutor(4) as callers:
        found = list(callers.map(lambda base: spread(lambda n: base + n, range(20), threads=3), range(30)))
    assert found == [[base + n for n in range(20)] for base in range(30)]


def test_there_is_a_processor():
    assert processors() >= 1
