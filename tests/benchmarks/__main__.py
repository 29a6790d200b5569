"""Run the benchmarks: ``python start.py bench [--only NAME] [--tiny] [--write]``."""

import argparse
import sys

from tests.benchmarks.comparison import BUDGET, Timing, check, compare
from tests.benchmarks.report import HEADER, row
from tests.benchmarks.table import BENCHMARKS


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="start.py bench", description="Talweg beside its peers, as ratios of medians."
    )
    parser.add_argument("--only", default="", help="only the benchmarks whose name contains this")
    parser.add_argument("--tiny", action="store_true", help="run each once at a tiny size and compare the results")
    parser.add_argument("--seconds", type=float, default=BUDGET, help="for the samples of each benchmark")
    parser.add_argument("--list", action="store_true", help="the names")
    chosen = parser.parse_args(arguments)
    timings: list[Timing] = []
    for number, benchmark in enumerate(b for b in BENCHMARKS if chosen.only in b.name):
        if chosen.list:
            say(benchmark.name)
        elif not benchmark.available:
            say(
                f"{benchmark.name}: skipped, as {benchmark.needs} cannot be imported (the README says how to install it)"
            )
        elif chosen.tiny:
            say(f"{benchmark.name}: differs by {check(benchmark.prepare(True)):.1e}")
        else:
            if not number:
                say(HEADER)
            timings.append(compare(benchmark, chosen.seconds))
            say(row(timings[-1]))
    return 0


if __name__ == "__main__":
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # as the program does; tiles have the processors already
        sys.exit(main(sys.argv[1:]))
