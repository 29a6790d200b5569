"""The one table of benchmarks."""

from tests.benchmarks import curvature, surfaces, training
from tests.benchmarks.comparison import Benchmark

BENCHMARKS: tuple[Benchmark, ...] = (*surfaces.BENCHMARKS, *training.BENCHMARKS, *curvature.BENCHMARKS)
