import numpy as np
import pytest

from engine.network import ACTIVATIONS
from engine.network.sampling.affine import affine_maps
from engine.network.sampling.buffers import Buffers
from engine.network.sampling.chain import Chain, Layers, Room
from engine.network.sampling.tiles import Tiles, whole
from engine.plane import Plane
from tests.engine.network.cases import objective, point

COUNT = 50
AT = np.random.default_rng(0).uniform(-1, 1, size=(9, 2))
ONES = np.column_stack([np.ones(len(AT)), AT])


def _chain(of, plane, room, points):
    layers, _ = affine_maps(of, plane)
    hidden = [layer.with_one() for layer in layers[:-1]]
    (tile,) = Tiles(of, whole(COUNT, COUNT), hidden[:1] or layers, np.dtype("float64"))
    return Chain(Layers.of(hidden, layers[-1:], np.dtype("float64")), tile, points, room)


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"sigmoid"}))
@pytest.mark.parametrize("hidden", [(), (7,), (7, 3), (3, 8, 5)])
def test_a_chain_gives_the_outputs_whatever_stood_in_its_buffers(activation, hidden):
    of = objective((2, *hidden, 3), activation, count=COUNT)
    plane = Plane(point(of), *point(of, seed=2, runs=2))
    buffers = Buffers()
    for name in (0, 1):
        buffers.get(name, np.dtype("float64"), (9 * 9 * COUNT,)).fill(np.nan)
    room = Room(buffers, np.dtype("float64"), numbers=1)
    chains = {points: _chain(of, plane, room, points) for points in (9, 4, 1)}
    expected = of.predict(plane.point(AT)).swapaxes(-1, -2)
    for points in (4, 9, 1, 9):  # one over the other
        with np.errstate(all="ignore"):
            found = chains[points].outputs(ONES[:points])
        np.testing.assert_allclose(found, expected[:points], rtol=1e-10, atol=1e-12)
