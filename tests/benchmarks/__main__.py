"""Run the benchmarks: ``python start.py bench [--only NAME] [--tiny] [--write]``."""

import argparse
import sys
from collections.abc import Iterator

from tests.benchmarks import growth, report, roofline, window
from tests.benchmarks.comparison import BUDGET, Benchmark, Timing, check, compare
from tests.benchmarks.table import BENCHMARKS

OTHERS = ("roofline", "growth", "window")


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def compared(chosen: list[Benchmark], seconds: float) -> Iterator[Timing]:
    """Each benchmark against its peer, printed as soon as it is measured."""
    if chosen:
        say(report.line(report.COLUMNS))
    for benchmark in chosen:
        if not benchmark.available:
            say(f"{benchmark.name}: skipped, as {benchmark.needs} is not installed (the README says how to get it)")
            continue
        timing = compare(benchmark, seconds)
        say(report.line(report.cells(timing)))
        yield timing


def tiny(chosen: list[Benchmark]) -> None:
    """Each benchmark once at a tiny size, its results compared."""
    for benchmark in chosen:
        if benchmark.available:
            say(f"{benchmark.name}: the results differ by {check(benchmark.prepare(True)):.1e}")


def others(only: str, small: bool) -> dict[str, str]:
    """Roofline, growth and window, each as the text of its section."""
    wanted = [name for name in OTHERS if only in name]
    found: dict[str, str] = {}
    if "roofline" in wanted:
        machine = roofline.measure()
        found["machine"] = report.machine_text(machine)
        found["roofline"] = report.shares_text(list(roofline.surfaces(machine, small)))
    if "growth" in wanted:
        found["growth"] = "\n\n".join(report.growth_text(grown) for grown in growth.tables(small))
    if "window" in wanted:
        found["window"] = report.window_text(list(window.measured(small)))
    return found


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(
        prog="start.py bench", description="Talweg beside its peers, as ratios of medians."
    )
    parser.add_argument("--only", default="", help="only what has this in its name")
    parser.add_argument("--tiny", action="store_true", help="run each once at a tiny size and compare the results")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/performance.md")
    parser.add_argument("--seconds", type=float, default=BUDGET, help="for the samples of each benchmark")
    parser.add_argument("--list", action="store_true", help="print the names")
    options = parser.parse_args(arguments)
    chosen = [benchmark for benchmark in BENCHMARKS if options.only in benchmark.name]
    if options.list:
        say("\n".join([*(benchmark.name for benchmark in chosen), *OTHERS]))
        return 0
    sections: dict[str, str] = {}
    if options.tiny:
        tiny(chosen)
    else:
        timings = list(compared(chosen, options.seconds))
        for group in {timing.benchmark.group for timing in timings}:
            rows = [report.cells(timing) for timing in timings if timing.benchmark.group == group]
            if len(rows) == sum(benchmark.group == group for benchmark in BENCHMARKS):  # a part is no table
                sections[group] = report.table(report.COLUMNS, rows)
    for name, text in others(options.only, options.tiny).items():
        sections[name] = text
        say(f"\n{text}")
    if options.write and not options.tiny:
        report.write(sections)
    return 0


if __name__ == "__main__":
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # as the program does; tiles have the processors already
        sys.exit(main(sys.argv[1:]))
