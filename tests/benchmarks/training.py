"""Full-batch training steps of several runs, in float64."""

from collections.abc import Callable

import engine
from engine.arrays import Array
from tests.benchmarks import jax_peers, pytorch
from tests.benchmarks.comparison import Benchmark, Contest
from tests.benchmarks.networks import CASES, TINY, Case

RATE = 0.05
RUNS = (1, 6, 36)
STEPS = {CASES[0]: (300, 150, 50), CASES[1]: (100, 40, 20), CASES[2]: (40, 20, 10), CASES[3]: (12, 8, 4)}
TINY_STEPS = 4
TARGETS = {
    "eager": {CASES[0]: (10, 10, 10), CASES[1]: (4, 4, 4), CASES[2]: (5, 5, 5), CASES[3]: (1.6, 1.6, 1.6)},
    "jax": {CASES[0]: (0.5, 0.9, 0.9), CASES[1]: (0.9,) * 3, CASES[2]: (1.0,) * 3, CASES[3]: (0.75,) * 3},
}
TOLERANCE = 1e-8
PEERS = {"eager": "PyTorch, eager", "jax": "JAX, vmap of scan"}


def ours(case: Case, starts: Array, steps: int) -> Callable[[], Array]:
    """What a notebook would write; the whole training part is watched at the start alone."""
    optimizer = engine.optimizers.gradient_descent(RATE)
    return lambda: engine.descend(case.objective, starts, [optimizer], steps, monitor_every=steps + 1).values


def _contest(case: Case, peer: str, runs: int, steps: int) -> Contest:
    starts = case.starts(runs)
    made = (pytorch.training if peer == "eager" else jax_peers.training)(case, starts, steps, RATE)
    return Contest(ours(case, starts, steps), made, TOLERANCE)


def _benchmark(peer: str, case: Case, small: Case, which: int) -> Benchmark:
    runs, steps = RUNS[which], STEPS[case][which]
    return Benchmark(
        f"training-{peer}-{case.name}-{runs}",
        f"{steps} training steps of {runs} run{'s' if runs > 1 else ''}, {case.title}",
        PEERS[peer],
        "jax" if peer == "jax" else "torch",
        TARGETS[peer][case][which],
        lambda tiny: _contest(small, peer, min(runs, 3), TINY_STEPS) if tiny else _contest(case, peer, runs, steps),
    )


BENCHMARKS = tuple(
    _benchmark(peer, case, small, which)
    for peer in PEERS
    for case, small in zip(CASES, TINY, strict=True)
    for which in range(len(RUNS))
)
