import numpy as np
import pytest

from engine.network import ACTIVATIONS
from engine.network.sampling.affine import affine_maps
from engine.network.sampling.bound import BoundLayers, Layers, Room
from engine.network.sampling.buffers import Buffers
from engine.network.sampling.tiles import Tiles, whole
from engine.plane import Plane
from tests.engine.network.cases import objective, point

COUNT, LONGEST, TILES = 50, 20, 3
AT = np.random.default_rng(0).uniform(-1, 1, size=(9, 2))
ONES = np.column_stack([np.ones(len(AT)), AT])


def _bound(of, plane, room, points, block):
    layers, _ = affine_maps(of, plane)
    hidden = [layer.with_one() for layer in layers[:-1]]
    tiles = Tiles(of, whole(COUNT, LONGEST), hidden[:1] or layers, np.dtype("float64"))
    blocks = [slice(start, min(start + block, points)) for start in range(0, points, block)]
    return BoundLayers(Layers.of(hidden, layers[-1:], np.dtype("float64")), list(tiles), blocks, room)


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"sigmoid"}))
@pytest.mark.parametrize("hidden", [(), (7,), (7, 3), (3, 8, 5)])
def test_outputs_are_the_networks_whatever_stood_in_the_buffers(activation, hidden):
    of = objective((2, *hidden, 3), activation, count=COUNT)
    plane = Plane(point(of), *point(of, seed=2, runs=2))
    buffers = Buffers()
    for name in (0, 1, "outputs"):
        buffers.get(name, np.dtype("float64"), (9 * 9 * COUNT,)).fill(np.nan)
    room = Room(buffers, np.dtype("float64"), numbers=1)
    sizes = ((9, 9), (9, 2), (4, 3), (1, 5))
    bound = {(points, block): _bound(of, plane, room, points, block) for points, block in sizes}
    expected = of.predict(plane.point(AT)).swapaxes(-1, -2)
    for points, block in (*sizes, *sizes):  # one over the other
        layers = bound[points, block]
        with np.errstate(all="ignore"):
            layers.move(ONES[:points])
            found = np.concatenate([layers.outputs(number).copy() for number in range(TILES)], axis=-1)
        np.testing.assert_allclose(found, expected[:points], rtol=1e-10, atol=1e-12)
