from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.network import ACTIVATIONS
from engine.network.sampling.sizes import BLOCK_BYTES, WEIGHTS_BYTES, sizes

WIDTHS = st.lists(st.integers(1, 1500), min_size=1, max_size=4)


@given(WIDTHS, st.integers(1, 100_000), st.sampled_from(["float32", "float64"]))
def test_a_block_of_one_point_fits_and_weights_stay_within_bounds(widths, examples, precision):
    dtype = np.dtype(precision)
    found = sizes(widths, [ACTIVATIONS["tanh"]] * len(widths), examples, dtype)
    assert found.points >= 1
    assert found.numbers >= max(widths) * min(found.examples, examples)
    weights = dtype.itemsize * sum(before * after for before, after in pairwise(widths))
    assert found.points == 1 or found.points * weights <= WEIGHTS_BYTES


@pytest.mark.parametrize(("widths", "examples"), [([8, 8, 1], 200), ([32, 9], 1797), ([16, 16, 9], 60_000)])
def test_usual_blocks_have_their_size(widths, examples):
    found = sizes(widths, [ACTIVATIONS["tanh"]] * len(widths), examples, np.dtype("float32"))
    assert 4 * found.numbers == BLOCK_BYTES


def test_slow_work_takes_fewer_points_at_a_time():
    def points(activation, examples, precision="float32"):
        return sizes([16, 16, 2], [ACTIVATIONS[activation]] * 3, examples, np.dtype(precision)).points

    assert points("tanh", 400) > points("tanh", 4000) > points("gelu", 4000)
    assert points("tanh", 4000) > points("tanh", 4000, "float64")
    assert points("gelu", 10_000_000) == 1
