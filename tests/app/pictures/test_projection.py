"""Projections that grow with their runs say what the honesty meter says of the whole."""

import numpy as np
import pytest

from app.pictures.projection import Projections
from engine import optimizers
from engine.analysis.honesty import honesty
from engine.descent import Descent, descent_job
from engine.formulas import Formula
from engine.network import Network
from engine.plane import Plane
from tests.engine.network.cases import XOR


@pytest.fixture
def skew_plane():
    rng = np.random.default_rng(0)
    return Plane(*rng.normal(size=(3, 12)))


def growing(steps=900):
    network = Network((2, 2, 2), output="sigmoid")
    start = network.initialize(seed=0)
    chosen = (optimizers.momentum(1.0), optimizers.saddle_free())
    return descent_job(Descent(network.objective(XOR), start[None], chosen, steps))


def test_growing_runs_end_at_what_the_whole_gives(skew_plane):
    projections = Projections()
    for progress in growing():
        for run in range(2):
            projections.of(skew_plane, progress.result, run)
    whole = progress.result
    for run in range(2):
        _, points = whole.path(run)
        kept = projections.of(skew_plane, whole, run)
        np.testing.assert_allclose(kept.coordinates, skew_plane.coordinates(points), atol=1e-12)
        assert kept.share(len(points)) == pytest.approx(honesty(skew_plane, points).share, abs=1e-12)
        assert kept.share(50) == pytest.approx(honesty(skew_plane, points[:50]).share, abs=1e-12)


def test_another_plane_or_other_runs_are_worked_out_anew(skew_plane):
    projections = Projections()
    runs = [progress.result for progress in growing(40)][-1]
    first = projections.of(skew_plane, runs, 0)
    other = Plane(skew_plane.origin, skew_plane.second, skew_plane.first)
    np.testing.assert_allclose(projections.of(other, runs, 0).coordinates, first.coordinates[:, ::-1], atol=1e-12)
    shorter = [progress.result for progress in growing(10)][-1]
    assert len(projections.of(other, shorter, 0).coordinates) == 11


def test_a_run_that_diverges_keeps_a_finite_share():
    runs = [
        progress.result
        for progress in descent_job(
            Descent(Formula("rosenbrock"), np.array([[2.0, 2.0]]), (optimizers.gradient_descent(1.0),), 50)
        )
    ][-1]
    plane = Plane([0.0, 0.0], [1.0, 0.0], [0.0, 1.0])
    projection = Projections().of(plane, runs, 0)
    assert 0.0 <= projection.share(len(projection.moved)) <= 1.0


@pytest.mark.parametrize("window", [(-2.0, 2.0, -1.0, 3.0), (-0.1, 0.1, -0.1, 0.1)])
def test_a_trace_follows_its_run_and_its_window(skew_plane, window):
    kept, elsewhere = Projections(), (-9.0, 9.0, -9.0, 9.0)
    for progress in growing():
        kept.trace(skew_plane, progress.result, 0, window)
    whole = progress.result
    count = len(whole.path(0)[0])
    anew = Projections().trace(skew_plane, whole, 0, window).vertices(count)
    np.testing.assert_allclose(kept.trace(skew_plane, whole, 0, window).vertices(count), anew, atol=1e-12)
    assert len(kept.trace(skew_plane, whole, 0, elsewhere).vertices(count)) < len(anew)
    np.testing.assert_allclose(kept.trace(skew_plane, whole, 0, window).vertices(count), anew, atol=1e-12)
