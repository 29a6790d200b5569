import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import blocks as sizes
from engine.datasets.blocks import row_blocks
from engine.job import between, drain, finished, job_of


def work(fractions, closed=None):
    try:
        yield from fractions
    finally:
        if closed is not None:
            closed.append(True)
    return "made"


def test_all_pieces_make_what_they_return():
    assert finished(work([0.0, 0.5])) == "made"
    assert drain(job_of(work([0.0, 0.5]))) == "made"


def test_a_part_of_larger_work_has_its_share_of_the_progress():
    shared = between(0.5, 0.75, work([0.0, 0.5, 1.0]))
    assert [next(shared), next(shared), next(shared)] == [0.5, 0.625, 0.75]
    with pytest.raises(StopIteration) as end:
        next(shared)
    assert end.value.value == "made"


@given(st.lists(st.floats(0.0, 1.0), max_size=9))
def test_the_progress_of_a_job_never_falls_and_is_complete_once(fractions):
    told = list(job_of(work(fractions)))
    assert [each.fraction for each in told] == sorted(each.fraction for each in told)
    assert [each.fraction for each in told].index(1.0) == len(told) - 1 == len(fractions)
    assert [each.result for each in told] == [None] * len(fractions) + ["made"]


def test_closing_a_job_closes_the_work_within():
    closed = []
    job = job_of(between(0.0, 1.0, between(0.0, 0.5, work([0.1, 0.2], closed))))
    next(job)
    assert not closed
    job.close()
    assert closed


@given(st.integers(0, 300), st.integers(0, 50), st.integers(1, 100))
def test_blocks_of_rows_are_all_rows_in_order(count, width, numbers):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizes, "NUMBERS", numbers)
        blocks = list(row_blocks(count, width))
    assert [row for block in blocks for row in range(block.start, block.stop)] == list(range(count))
    assert all((block.stop - block.start) * width <= max(numbers, width) for block in blocks)
