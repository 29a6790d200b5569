"""Benchmarks as rows of text."""

import numpy as np

from tests.benchmarks.comparison import Timing

HEADER = f"{'work':<58}{'peer':<26}{'Talweg':>10}{'peer':>10}{'ratio':>8}{'best':>8}{'target':>8}  reached"


def seconds(value: float) -> str:
    """A time with three digits in a unit that suits it."""
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.3g} µs"


def row(timing: Timing) -> str:
    """One line of the table."""
    one = timing.benchmark
    return (
        f"{one.work:<58}{one.peer:<26}{seconds(float(np.median(timing.talweg))):>10}"
        f"{seconds(float(np.median(timing.peer))):>10}{timing.ratio:>8.2f}{timing.best_ratio:>8.2f}{one.target:>8g}"
        f"  {'yes' if timing.reached else 'NO'}  {timing.note}"
    )
