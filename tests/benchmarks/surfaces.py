"""Loss surfaces of four networks, in float32."""

from collections.abc import Callable

import numpy as np

import engine
from engine.arrays import Array
from tests.benchmarks import jax_peers, pytorch
from tests.benchmarks.comparison import THREADS, Benchmark, Contest
from tests.benchmarks.networks import CASES, TINY, Case

RESOLUTION, TINY_RESOLUTION = 51, 6
TOLERANCE = 2e-5
TARGETS = {"loop": (40, 10, 9, 20), "vmap": (8, 5, 6, 8), "jax": (2.5, 1.2, 1.7, 5)}


def ours(case: Case, resolution: int) -> Callable[[], Array]:
    """What a notebook would write."""
    return lambda: engine.surface(case.objective, case.plane, resolution=resolution, threads=THREADS).values.ravel()


def grid(resolution: int) -> Array:
    """Coordinates (K, 2) in the order of the values."""
    second, first = np.meshgrid(*[np.linspace(-1, 1, resolution)] * 2, indexing="ij")
    return np.stack([first.ravel(), second.ravel()], axis=1)


def _contest(case: Case, peer: str, resolution: int) -> Contest:
    points, note = grid(resolution), ""
    if peer == "loop":
        run = pytorch.surface_by_loop(case, points)
    else:
        run, note = (pytorch.surface_by_vmap if peer == "vmap" else jax_peers.surface)(case, points)
    return Contest(ours(case, resolution), run, TOLERANCE, note)


PEERS = {"loop": "PyTorch, a loop", "vmap": "torch.vmap", "jax": "JAX, lax.map"}

BENCHMARKS = tuple(
    Benchmark(
        f"surface-{peer}-{case.name}",
        f"surface {RESOLUTION}×{RESOLUTION} of {case.title}",
        title,
        "jax" if peer == "jax" else "torch",
        target,
        lambda tiny, case=case, small=small, peer=peer: (
            _contest(small, peer, TINY_RESOLUTION) if tiny else _contest(case, peer, RESOLUTION)
        ),
    )
    for peer, title in PEERS.items()
    for case, small, target in zip(CASES, TINY, TARGETS[peer], strict=True)
)
