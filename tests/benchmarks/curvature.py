"""Exact second derivatives: dense Hessians, and the largest eigenvalues without one, in float64."""

from engine.analysis.spectrum import extremes
from tests.benchmarks import pytorch
from tests.benchmarks.comparison import Benchmark, Contest
from tests.benchmarks.networks import CASES, Case

TARGET = 3.0
EIGENVALUES = 5


def _hessian(case: Case) -> Contest:
    peer, note = pytorch.hessian(case)
    return Contest(lambda: case.objective.hessian(case.start), peer, 1e-9, note)


def _eigenvalues(case: Case) -> Contest:
    return Contest(
        lambda: extremes(case.objective, case.start, largest=EIGENVALUES, smallest=0).largest,
        pytorch.top_eigenvalues(case, EIGENVALUES),
        1e-6,
    )


DENSE = ((Case((2, 8, 8, 1), 200), Case((2, 3, 1), 20)), (Case((64, 16, 10), 1797), Case((6, 4, 3), 20)))
LARGE, LARGE_TINY = CASES[3], Case((40, 10, 3), 60)

BENCHMARKS = (
    *(
        Benchmark(
            f"hessian-{case.name}",
            f"exact Hessian of {case.title}",
            "torch.func.hessian",
            "torch",
            TARGET,
            lambda tiny, case=case, small=small: _hessian(small if tiny else case),
        )
        for case, small in DENSE
    ),
    Benchmark(
        f"eigenvalues-{LARGE.name}",
        f"top {EIGENVALUES} eigenvalues of {LARGE.title}",
        "Lanczos with torch.func",
        "torch",
        TARGET,
        lambda tiny: _eigenvalues(LARGE_TINY if tiny else LARGE),
    ),
)
