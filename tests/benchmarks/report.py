"""Measurements as rows of text, and as the tables of ``docs/performance.md``."""

import platform
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.benchmarks.comparison import THREADS, Timing
from tests.benchmarks.growth import Growth
from tests.benchmarks.roofline import Machine, Share
from tests.benchmarks.window import Measured

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
COLUMNS = ("work", "peer", "Talweg", "peer's time", "ratio", "of the fastest", "of processor time", "target", "reached")
WIDTHS = (58, 26, 9, 12, 7, 15, 18, 7, 8)


def seconds(value: float) -> str:
    """A time with three digits in a unit that suits it."""
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.3g} µs"


def cells(timing: Timing) -> tuple[str, ...]:
    """One row of the table."""
    one = timing.benchmark
    return (
        one.work,
        f"{one.peer}{f', {timing.note}' if timing.note else ''}",
        seconds(float(np.median(timing.talweg[:, 0]))),
        seconds(float(np.median(timing.peer[:, 0]))),
        f"{timing.ratio:.2f}",
        f"{timing.best_ratio:.2f}",
        f"{timing.work_ratio:.2f}",
        f"{one.target:g}",
        "yes" if timing.reached else "no",
    )


def line(values: Sequence[str]) -> str:
    """A row in columns."""
    return "  ".join(value.ljust(width) for value, width in zip(values, WIDTHS, strict=True)).rstrip()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def machine_text(machine: Machine) -> str:
    """What the machine does at best."""
    rates = {
        "multiply-adds of a product": machine.multiply,
        "tanh": machine.tanh,
        "exp": machine.exp,
        "log1p": machine.log1p,
    }
    rows = [(name, f"{single / 1e9:.3g}", f"{double / 1e9:.3g}") for name, (single, double) in rates.items()]
    said = f"{platform.machine()}, {THREADS} processors, Python {platform.python_version()}, NumPy {np.__version__}"
    head = ("one thread, billions a second", "float32", "float64")
    return f"{said}; memory copies {machine.bandwidth / 1e9:.3g} GB a second.\n\n{table(head, rows)}"


def shares_text(shares: Sequence[Share]) -> str:
    """Where the time of each surface goes."""
    names = list(shares[0].parts)
    rows = [
        (share.work, *(seconds(share.parts[name]) for name in names), seconds(share.least), seconds(share.seconds),
         f"{100 * share.least / share.seconds:.0f} %")
        for share in shares
    ]  # fmt: skip
    return table(("surface of", *names, "together, at best", "taken", "share"), rows)


def growth_text(grown: Growth) -> str:
    """One table of growth."""
    rows = [
        (size, seconds(taken), f"{beside:.2f}")
        for size, taken, beside in zip(grown.sizes, grown.seconds, grown.against_line, strict=True)
    ]
    return f"{table((grown.name, 'time', 'against the line'), rows)}\n\nWhere it bends: {grown.reason}."


def window_text(found: Sequence[Measured]) -> str:
    """The promises about the window."""
    rows = [
        (one.name, f"{one.value:.3g} {one.unit}", f"{one.most:g} {one.unit}", "yes" if one.kept else "no")
        for one in found
    ]
    return table(("measured", "value", "at most", "kept"), rows)


def write(sections: dict[str, str], page: Path = PAGE) -> None:
    """Put each section between its marks ``<!-- NAME -->`` and ``<!-- end -->``; the rest of the page stays.

    Raises:
        ValueError: if the page has no such marks.

    """
    text = page.read_text(encoding="utf-8")
    for name, body in sections.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{page.name} has no place marked “{name}”.")
        text = pattern.sub(lambda found, body=body: f"{found[1]}{body}\n{found[2]}", text)
    page.write_text(text, encoding="utf-8")
