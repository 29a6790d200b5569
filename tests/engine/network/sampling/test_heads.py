import numpy as np
import pytest

from engine.network import LOSSES
from engine.network.sampling.heads import Rivals, ShiftedRivals, heads
from engine.network.sampling.tiles import Tile

POINTS, EXAMPLES = 5, 12


def _tile(outputs, negated=EXAMPLES):
    targets = np.random.default_rng(1).normal(size=(outputs, EXAMPLES))
    return Tile(np.zeros((3, 0)), targets, slice(0, EXAMPLES), 0, negated)


def _losses(head, outputs, tile):
    stored = np.empty((POINTS, EXAMPLES))
    head.store(outputs.copy(), tile, stored)
    head.finish(stored)
    return stored * head.factor


@pytest.mark.parametrize("head", [Rivals(), ShiftedRivals()])
@pytest.mark.parametrize(("outputs", "negated"), [(1, EXAMPLES), (1, 7), (1, 0), (4, EXAMPLES)])
def test_rivals_give_the_cross_entropy(head, outputs, negated):
    rivals = np.random.default_rng(0).normal(size=(POINTS, outputs, EXAMPLES)) * 8
    signs = np.where(np.arange(EXAMPLES) < negated, 1, -1)
    expected = np.logaddexp.reduce(np.concatenate([np.zeros((POINTS, 1, EXAMPLES)), rivals * signs], axis=1), axis=1)
    np.testing.assert_allclose(_losses(head, rivals, _tile(outputs, negated)), expected, rtol=1e-11)


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
