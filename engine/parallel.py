"""Work that several threads share: NumPy leaves the interpreter alone during a call, so that long calls run side by side."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from engine.job import CHUNK

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
R = TypeVar("R")


@cache
def processors() -> int:
    """How many threads can run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    """Threads for the whole process, started when they are first asked for; a thread that waits holds up no exit."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(max(1, processors() - 1), "engine")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a child process has none of its parent's threads


def one_blas_thread() -> AbstractContextManager[Any]:
    """BLAS on one thread for a while, as the program has it throughout: small products are several times slower on many.

    Looking for the libraries takes milliseconds where many are loaded, so it is done again only after an import.

    >>> import numpy as np
    >>> with one_blas_thread():
    ...     product = np.eye(2) @ np.ones(2)

    """
    limited: AbstractContextManager[Any] = _libraries(len(sys.modules)).limit(limits=1)
    return limited


@lru_cache(maxsize=1)
def _libraries(_imported: int) -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def beside(work: Callable[[], R]) -> Generator[None, None, R]:
    """What ``work()`` returns, computed on another thread: for one long call of a library that leaves the interpreter alone.

    Yields about every ``CHUNK`` seconds until it is done. A caller that gives up leaves the call to its end, which nobody sees.

    >>> from engine.job import finished
    >>> finished(beside(lambda: 6 * 7))
    42

    """
    from concurrent.futures import TimeoutError as StillRunning

    running = _pool().submit(work)
    try:
        while True:
            try:
                return running.result(CHUNK)
            except StillRunning:
                if running.done():
                    raise
                yield
    finally:
        running.cancel()


def spread(work: Callable[[T], R], items: Sequence[T], threads: int | None = None) -> list[R]:
    """``[work(item) for item in items]`` on up to ``threads`` threads (None: as many as there are processors).

    The calling thread takes part and the others come when they can, so that nothing waits for a thread that is busy
    elsewhere. Each item is worked on once, by whoever is free; what comes back does not depend on who it was. If an item
    raises, no further ones are begun and the error is raised here.

    >>> spread(lambda number: number * number, range(5), threads=2)
    [0, 1, 4, 9, 16]

    """
    most = min(len(items), processors() if threads is None else threads)
    if most <= 1:
        return [work(item) for item in items]
    results: dict[int, R] = {}
    waiting = deque(enumerate(items))

    def take() -> None:
        while waiting:
            try:
                number, item = waiting.popleft()
            except IndexError:  # another thread was quicker
                return
            try:
                results[number] = work(item)
            except BaseException:
                waiting.clear()
                raise

    others = [_pool().submit(take) for _ in range(most - 1)]
    try:
        take()
    finally:
        for other in others:
            if not other.cancel():
                other.exception()  # wait: what it works on belongs to this call
    for other in others:
        if not other.cancelled():
            other.result()
    return [results[number] for number in range(len(items))]
