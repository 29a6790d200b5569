import time

import pytest

from engine import job as jobs
from engine.job import Progress, between, drain, finished, job_of, paced


def counted(number, result="found", seconds=0.0, closed=None):
    """A job of so many pieces, of which the last one brings the result."""
    try:
        for piece in range(1, number + 1):
            time.sleep(seconds)
            yield Progress(piece / number, result if piece == number else None)
    finally:
        if closed is not None:
            closed.append(True)


def pieces(*fractions):
    yield from fractions
    return "found"


def test_small_pieces_become_few_and_the_result_is_the_same(monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 0.01)
    told = list(paced(counted(40, seconds=0.001)))
    assert len(told) < 12
    assert (told[-1].fraction, told[-1].result) == (1.0, "found")


def test_pieces_that_are_long_enough_stay_as_they_are(monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 1e-9)
    assert [progress.fraction for progress in paced(counted(5))] == [progress.fraction for progress in counted(5)]


def test_no_result_is_kept_back():
    growing = (Progress(number / 50, number) for number in range(51))
    assert [progress.result for progress in paced(growing)] == list(range(51))


def test_closing_a_paced_job_closes_what_it_paces(monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 1e-9)
    closed = []
    job = paced(counted(5, closed=closed))
    next(job)
    job.close()
    assert closed == [True]


def test_an_error_comes_through():
    def broken():
        yield Progress(0.5)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        drain(paced(broken()))


def test_pieces_as_parts_and_as_jobs():
    def whole():
        first = yield from between(0.0, 0.4, pieces(0.5, 1.0))
        second = yield from between(0.4, 1.0, pieces(0.0, 0.0))
        return first + second

    assert list(whole()) == [0.2, 0.4, 0.4, 0.4]
    assert finished(whole()) == drain(job_of(whole())) == "foundfound"
    assert [progress.fraction for progress in job_of(whole())] == [0.2, 0.4, 0.4, 0.4, 1.0]
