"""Lecture 1: the problem is not convex, and the start decides which minimum is reached."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.stationary import PointKind, lowest_minimum, stationary_points
from engine.analysis.wording import count, number
from engine.basins import basins
from engine.descent import descend
from engine.formulas import NAMED, Formula
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import exclusive_or, on_formula, opened
from engine.surfaces import surface
from engine.surfaces.shading import Bending, bending


def start_decides(starts: int = 65) -> Evidence:
    """Descent from a row of starts on the double well: left of its maximum into one minimum, right of it into the other."""
    well = Formula("double_well")
    begin = np.linspace(-1.6, 1.6, starts)[:, None]
    ends = descend(well, begin, [optimizers.gradient_descent(0.03)], steps=800).points[-1, :, 0]
    left, right = (minimum.point[0] for minimum in NAMED["double_well"].minima)
    top = NAMED["double_well"].maxima[0].point[0]
    expected = np.where(begin[:, 0] < top, left, right)
    low, high = (float(well.value(np.array([place]))) for place in (left, right))
    return Evidence(
        {
            "maximum": top,
            "left": left,
            "right": right,
            "left loss": low,
            "right loss": high,
            "in left": float(np.sum(ends < top)),
        },
        f"Of {starts} starts all {int(np.sum(ends < top))} left of the maximum at {number(top)} end at {number(left)} (loss "
        f"{number(low)}, the lowest known), and all {int(np.sum(ends > top))} right of it at {number(right)} (loss "
        f"{number(high)}, a local minimum).",
        np.allclose(ends, expected, atol=1e-6) and low < high,
    )


def start_decides_in_two(side: int = 31) -> Evidence:
    """The basins of a landscape with four minima, of which one is the lowest."""
    landscape, window = Formula("styblinski_tang"), NAMED["styblinski_tang"].window
    known = stationary_points(landscape, window)
    minima = [point for point in known if point.kind is PointKind.MINIMUM]
    lowest = lowest_minimum(known)
    assert lowest is not None
    found = basins(landscape, optimizers.gradient_descent(0.01), window, resolution=side, steps=300)
    shares = [found.share(label) for label in range(len(found.minima))]
    return Evidence(
        {"minima": len(minima), "reached": len(found.minima), "arrived": sum(shares), "in the lowest": shares[0],
         "lowest loss": lowest.value},
        f"{len(minima)} minima: {shares[0]:.0%} of {found.labels.size} starts end in the lowest known (loss "
        f"{number(lowest.value)}), the others in local ones ({', '.join(f'{share:.0%}' for share in shares[1:])}).",
        len(minima) == len(found.minima) == 4 and np.allclose(found.minima[0], lowest.point, atol=1e-4)
        and min(shares) > 0.05 and sum(shares) > 0.97 and shares[0] < 0.6,
    )  # fmt: skip


def bends_both_ways(resolution: int = 81) -> Evidence:
    """Shares of a landscape that bend up, both ways and down; a convex bowl beside it; and a network's own Hessian."""
    shares = {}
    for name in ("himmelblau", "convex_bowl"):
        cells = bending(surface(Formula(name), window=NAMED[name].window, resolution=resolution))
        shares[name] = [float((cells == kind).mean()) for kind in (Bending.UP, Bending.MIXED, Bending.DOWN)]
    problem = exclusive_or()
    eigenvalues = np.linalg.eigvalsh(problem.loss.hessian(problem.network.initialize(seed=0)))
    down = int((eigenvalues < -1e-9).sum())
    up, mixed, below = shares["himmelblau"]
    return Evidence(
        {"up": up, "mixed": mixed, "down": below, "bowl up": shares["convex_bowl"][0], "network's negative": down},
        f"Himmelblau's function bends up both ways on {up:.0%} of its window, mixed on {mixed:.0%}, down both ways on "
        f"{below:.0%}; a convex bowl bends up on {shares['convex_bowl'][0]:.0%}. The exclusive-or network bends down in "
        f"{count(down, 'direction')} of 12 at its start: it is not convex.",
        min(up, mixed, below) > 0.02 and shares["convex_bowl"][0] == 1.0 and down > 0,
    )


MINIMA = (
    LectureExperiment(
        "start_decides",
        1,
        "The problem is not convex: from here it converges there, from there elsewhere.",
        "A row of starts on a double well; where each ends is compared with the side of the maximum it began on.",
        start_decides,
        on_formula("double_well", [[-1.6], [-0.3], [0.4], [1.6]], [optimizers.gradient_descent(0.03)]),
    ),
    LectureExperiment(
        "start_decides_in_two",
        1,
        "There are many minima, and local ones are not the lowest.",
        "A grid of starts on a landscape of two parameters with four minima; the share that each of them attracts.",
        start_decides_in_two,
        on_formula(
            "styblinski_tang", [[-0.5, -0.5], [-0.5, 1.0], [1.0, -0.5], [1.0, 1.0]], [optimizers.gradient_descent(0.01)]
        ),
    ),
    LectureExperiment(
        "bends_both_ways",
        1,
        "A convex function bends up everywhere; the loss of a network bends up, down and both ways.",
        "The signs of the Hessian's eigenvalues over a window of a landscape with four minima, over a bowl, and of a network.",
        bends_both_ways,
        opened("himmelblau"),
        "Himmelblau, Applied nonlinear programming, 1972",
    ),
)
"""The experiments of this theme."""
