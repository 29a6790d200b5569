from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures.polylines import COLUMN, FLATNESS, MOST_DOTS, PASSES, apart, clipped, runs, thinned

BOX = (0.0, 0.0, 10.0, 5.0)
places = st.lists(
    st.tuples(*(st.one_of(st.floats(-30, 30), st.sampled_from([np.nan, 1e90, -1e90, 0.0, 5.0, 10.0])),) * 2),
    min_size=0,
    max_size=12,
)


def distances(points, line):
    """How far each point is from a line, by brute force over its segments."""
    start, move = line[:-1], np.diff(line, axis=0)
    length = np.maximum((move**2).sum(1), 1e-300)
    along = np.clip(((points[:, None] - start) * move).sum(2) / length, 0, 1)
    return np.hypot(*(start + along[..., None] * move - points[:, None]).transpose(2, 0, 1)).min(1)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ([(-5, 2), (5, 2)], [[(0, 2), (5, 2)]]),
        ([(-5, 2), (15, 2)], [[(0, 2), (10, 2)]]),
        ([(1, 1), (2, 2), (3, 1)], [[(1, 1), (2, 2), (3, 1)]]),
        ([(1, 1), (1, 9), (3, 9), (3, 1)], [[(1, 1), (1, 5)], [(3, 5), (3, 1)]]),
        ([(-5, -5), (-4, 9)], []),
        ([(-2, 3.5), (2, 7.5)], []),  # passes a corner outside
        ([(1, 1), (2, 2), (np.nan, 0), (3, 3), (4, 4)], [[(1, 1), (2, 2)], [(3, 3), (4, 4)]]),
        ([(1, 1)], []),
        ([(5, 2), (1e90, 2)], [[(5, 2), (10, 2)]]),
    ],
)
def test_clipping_keeps_the_parts_inside_and_breaks_between_them(line, expected):
    found = runs(clipped(np.array(line, dtype=float), *BOX))
    assert [run.tolist() for run in found] == [[list(map(float, place)) for place in run] for run in expected]


@given(places)
def test_clipping_agrees_with_walking_along_every_segment(line):
    vertices = np.array(line, dtype=float).reshape(-1, 2)
    cut = clipped(vertices, *BOX)
    inside = cut[np.isfinite(cut).all(1)]
    assert ((inside >= 0) & (inside <= (10, 5))).all()
    for a, b in pairwise(vertices):
        if np.isfinite([a, b]).all() and np.abs([a, b]).max() < 100:
            walk = a + np.linspace(0, 1, 41)[:, None] * (b - a)
            seen = walk[((walk > 1e-9) & (walk < np.array([10, 5]) - 1e-9)).all(1)]
            parts = [part for part in runs(cut) if len(part)]
            if len(seen):
                assert np.min([distances(seen, part) for part in parts], axis=0).max() < 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_thinning_bounds_the_number_of_vertices_and_the_error(seed):
    random = np.random.default_rng(seed)
    x = np.sort(random.random(20_000)) * 300
    noisy = np.column_stack([x, 100 + 40 * np.sin(x / 30) + random.normal(size=x.size) * (5 if seed % 2 else 0)])
    fewer = thinned(noisy)
    assert len(fewer) < (4.2 * 300 / COLUMN if seed % 2 else 400)
    bound = 2 * COLUMN + PASSES * FLATNESS
    assert distances(noisy[::499], fewer).max() <= bound
    assert set(map(tuple, fewer)) <= set(map(tuple, noisy))
    assert np.array_equal(fewer[[0, -1]], noisy[[0, -1]])


def test_thinning_keeps_a_single_spike():
    line = np.column_stack([np.linspace(0, 100, 50_001), np.zeros(50_001)])
    line[31_415, 1] = 40.0
    assert thinned(line)[:, 1].max() == 40.0


def test_dots_on_top_of_each_other_are_drawn_once_and_the_last_one_always():
    crowd = np.concatenate([np.full((5000, 2), 3.3), [[8.0, 1.0]]])
    assert apart(crowd, 0.5).tolist() == [[3.3, 3.3], [8.0, 1.0]]
    spread = np.random.default_rng(0).random((30_000, 2)) * 1000
    assert len(apart(spread, 0.5)) == MOST_DOTS
