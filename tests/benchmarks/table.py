"""The one table of benchmarks."""

from tests.benchmarks import basins, curvature, pictures, surfaces, training
from tests.benchmarks.comparison import Benchmark

BENCHMARKS: tuple[Benchmark, ...] = (
    *surfaces.BENCHMARKS,
    *training.BENCHMARKS,
    *curvature.BENCHMARKS,
    *basins.BENCHMARKS,
    *pictures.BENCHMARKS,
)
