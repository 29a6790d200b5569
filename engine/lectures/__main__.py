"""Print the evidence of the lectures' experiments: ``python -m engine.lectures [name …]``; exit code 1 if a claim fails."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from textwrap import fill
from time import perf_counter

from engine.analysis.wording import count, number
from engine.lectures import LECTURES, TITLES, LectureExperiment


def report(experiment: LectureExperiment) -> tuple[str, bool]:
    """One experiment's claim, finding and numbers as text, and whether the claim holds."""
    began = perf_counter()
    evidence = experiment.measure()
    mark = "holds" if evidence.holds else "DOES NOT HOLD"
    head = f"{experiment.name} (lecture {experiment.lecture}, {perf_counter() - began:.1f} s): {mark}"
    numbers = "; ".join(f"{name}: {_exact(value)}" for name, value in evidence.numbers.items())
    lines = [_indented(text) for text in (experiment.claim, f"→ {evidence.sentence}", numbers)]
    return "\n".join([head, *lines, ""]), evidence.holds


def _exact(value: float) -> str:
    """Whole numbers with all their digits: a count of steps or of parameters is quoted as it is."""
    return count(int(value)) if value.is_integer() and abs(value) < 1e15 else number(value)


def _indented(text: str) -> str:
    return fill(text, 116, initial_indent="    ", subsequent_indent="    ")


def main(names: Sequence[str]) -> int:
    """Run the named experiments, or all, and print what was found; 0 if every claim holds, 2 for an unknown name."""
    unknown = [name for name in names if name not in LECTURES]
    if unknown:
        sys.stderr.write(f"There is no experiment “{unknown[0]}”: choose from {', '.join(LECTURES)}.\n")
        return 2
    failed, lecture = 0, 0
    for experiment in (LECTURES[name] for name in names or LECTURES):
        if experiment.lecture != lecture:
            lecture = experiment.lecture
            sys.stdout.write(f"Lecture {lecture}: {TITLES[experiment.lecture]}\n\n")
        text, holds = report(experiment)
        failed += not holds
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
