import numpy as np
import pytest

from engine.network import LOSSES
from engine.network.sampling.heads import Rivals, ShiftedRivals, heads
from engine.network.sampling.tiles import Segment, Tile

POINTS, EXAMPLES = 5, 12


def _tile(outputs):
    targets = np.random.default_rng(1).normal(size=(outputs, EXAMPLES))
    return Tile(np.zeros((3, 0)), targets, slice(0, EXAMPLES), (Segment(0, slice(0, EXAMPLES)),))


def _losses(head, outputs, tile):
    stored = np.empty((POINTS, EXAMPLES))
    head.store(outputs.copy(), tile, stored)
    head.finish(stored)
    return stored * head.factor


@pytest.mark.parametrize("head", [Rivals(), ShiftedRivals()])
@pytest.mark.parametrize("outputs", [1, 4])
def test_rivals_give_the_cross_entropy(head, outputs):
    rivals = np.random.default_rng(0).normal(size=(POINTS, outputs, EXAMPLES)) * 8
    expected = np.logaddexp.reduce(np.concatenate([np.zeros((POINTS, 1, EXAMPLES)), rivals], axis=1), axis=1)
    np.testing.assert_allclose(_losses(head, rivals, _tile(outputs)), expected, rtol=1e-11)


def test_only_the_shifted_rivals_stand_large_logits():
    rivals = np.full((POINTS, 2, EXAMPLES), 2000.0)
    with np.errstate(over="ignore"):
        assert np.isinf(_losses(Rivals(), rivals, _tile(2))).all()
    np.testing.assert_allclose(_losses(ShiftedRivals(), rivals, _tile(2)), 2000 + np.log(2))


@pytest.mark.parametrize("name", ["squared_error", "huber"])
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("squashed", [False, True])
def test_other_losses_are_those_of_the_table(name, outputs, squashed):
    head, careful = heads(LOSSES[name], False, squashed)
    assert careful is None
    given, tile = np.random.default_rng(2).normal(size=(POINTS, outputs, EXAMPLES)), _tile(outputs)
    expected = LOSSES[name].per_example((0.5 + 0.5 * given) if squashed else given.copy(), tile.targets)
    np.testing.assert_allclose(_losses(head, given, tile), expected, rtol=1e-12)
