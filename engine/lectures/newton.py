"""Lecture 1: Newton's method. A parabola at this point: exact for a quadratic, and only as good as it where there is none."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.newton_model import line_model, newton_direction
from engine.analysis.wording import number
from engine.arrays import Array
from engine.descent import descend
from engine.formulas import Formula
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.plateaus import LEAVING, first_below
from engine.lectures.problems import Task, exclusive_or, on_formula, opened

NOCEDAL = "Nocedal & Wright 2006, Numerical optimization, section 2.2"
FLOWN = 50.0
"""A network whose weights are this long has flown off its plateau (it starts at a length of about 2)."""


def one_step_on_quadratics(starts: int = 20) -> Evidence:
    """One raw Newton step from anywhere on a rotated quadratic lands on its minimum; the parabola is the function."""
    quadratic = Formula("rotated_quadratic")
    begin = np.random.default_rng(0).uniform(-3, 3, (starts, 2))
    run = descend(quadratic, begin, [optimizers.newton(), optimizers.gradient_descent(0.08)], steps=1)
    newton, descent = (np.linalg.norm(run.points[1, each::2], axis=1) for each in (0, 1))
    model = line_model(quadratic, begin[0], newton_direction(quadratic, begin[0]))
    along = np.linspace(-1, 2, 13)
    truth = quadratic.value(begin[0] + along[:, None] * newton_direction(quadratic, begin[0]))
    misfit = float(np.abs(model.parabola(along) - truth).max())
    return Evidence(
        {"furthest after Newton": newton.max(), "nearest after descent": descent.min(), "parabola's misfit": misfit},
        f"One Newton step from each of {starts} starts ends within {number(newton.max())} of the minimum; a step of "
        f"descent at best {number(descent.min())} away. The parabola is the function, to {number(misfit)}.",
        newton.max() < 1e-9 and descent.min() > 1e-2 and misfit < 1e-9,
    )


def same_slope() -> Evidence:
    """The same slope with two curvatures: the step is g/h."""
    curvatures = (0.25, 0.5, 1.0, 4.0)
    models, steps = [], []
    for h in curvatures:
        curve = Formula("same_slope", {"h": h})
        models.append(line_model(curve, [0.0], [1.0]))
        steps.append(float(descend(curve, [0.0], [optimizers.newton()], 1).points[1, 0, 0]))
    return Evidence(
        {f"h = {h:g}": step for h, step in zip(curvatures, steps, strict=True)},
        f"The slope is {number(models[0].slope)} each time; Newton's step is "
        + ", ".join(f"{number(step)} with curvature {h:g}" for h, step in zip(curvatures, steps, strict=True))
        + ": g/h.",
        np.allclose(steps, 1 / np.array(curvatures)) and all(model.slope == -1.0 for model in models),
    )


def a_rate_per_eigenvector() -> Evidence:
    """Along each eigenvector of the Hessian Newton's step is the slope divided by its curvature, descent's is α times it."""
    quadratic, point = Formula("ill_conditioned"), np.array([-2.7, 1.2])
    gradient = quadratic.value_and_gradient(point)[1]
    values, vectors = np.linalg.eigh(quadratic.hessian(point))
    rates = -(vectors.T @ newton_direction(quadratic, point)) / (vectors.T @ gradient)
    return Evidence(
        {
            "λ1": values[0],
            "λ2": values[1],
            "rate along 1": rates[0],
            "rate along 2": rates[1],
            "largest α": 2 / values[1],
        },
        f"Curvatures {number(values[0])} and {number(values[1])}: Newton's rates along them are "
        f"{number(rates[0])} and {number(rates[1])}, where descent has one α below {number(2 / values[1])}.",
        np.allclose(rates, 1 / values),
    )


def saddles_and_maxima() -> Evidence:
    """Where the model has no minimum the raw step goes to its saddle, or to its maximum."""
    saddle = descend(Formula("saddle"), [1.8, 0.02], [optimizers.newton()], 1)
    top = Formula("concave_top")
    climb = descend(top, [[0.5], [-0.8]], [optimizers.newton(), optimizers.saddle_free()], 30)
    downward = line_model(top, [0.5], newton_direction(top, [0.5])).opens == "downward"
    raised = float((climb.values[1, 0::2] - climb.values[0, 0::2]).min())
    off_saddle, off_top = float(np.linalg.norm(saddle.points[1, 0])), float(np.abs(climb.points[-1, 0::2, 0]).max())
    free = float(climb.values[-1, 1::2].max())
    return Evidence(
        {"distance from the saddle": off_saddle, "distance from the maximum": off_top, "least rise": raised,
         "saddle-free loss": free},
        f"On an indefinite quadratic the raw step lands on the saddle; under a concave top, where the parabola opens downward, "
        f"it climbs (by {number(raised)} at the first step) to the maximum. Saddle-free Newton goes down to "
        f"{number(free)}.",
        off_saddle < 1e-9 and off_top < 1e-6 and raised > 0 and downward and free < -0.8,
    )  # fmt: skip


def parabola_in_a_line() -> Evidence:
    """The parabola's lowest point is where the step lands along the Newton direction, and not along another one."""
    problem, seed = exclusive_or(), 0
    there = problem.network.initialize(seed=seed)
    newton, gradient = newton_direction(problem.loss, there), problem.loss.value_and_gradient(there)[1]
    along, across = line_model(problem.loss, there, newton), line_model(problem.loss, there, -gradient)
    assert along.stationary is not None
    assert across.stationary is not None
    return Evidence(
        {"along Newton": along.stationary, "along the gradient": across.stationary,
         "Newton's step": float(np.linalg.norm(newton)),
         "slice's step": abs(across.stationary) * float(np.linalg.norm(gradient))},
        f"{along.sentence} {across.sentence}",
        along.is_newton and not across.is_newton and abs(along.stationary - 1) < 1e-6,
    )  # fmt: skip


def newton_on_the_plateau(seeds: int = 24, steps: int = 60) -> Evidence:
    """Raw Newton on the exclusive-or plateau from many starts, and five methods that know of saddles from the lecture's."""
    problem = exclusive_or()
    raw = descend(problem.loss, problem.starts(seeds), [optimizers.newton()], steps)
    through, flown = raw.values[-1] < LEAVING, np.linalg.norm(raw.points[-1], axis=1) > FLOWN
    at_saddle = np.abs(raw.values[-1] - 0.25) < 1e-4
    lowest, highest, ways_down = _around(problem, raw.points[-1, at_saddle])
    mended = [optimizers.saddle_free(), optimizers.damped_newton(adaptive=True), optimizers.trust_region(),
              optimizers.newton_cg(), optimizers.levenberg_marquardt()]  # fmt: skip
    left = [first_below(values) for values in descend(problem.loss, problem.starts(1), mended, steps).values.T]
    free = [first_below(values) for values in descend(problem.loss, problem.starts(seeds), mended[:1], steps).values.T]
    ended, gone = int(at_saddle.sum()), int((flown & ~at_saddle).sum())
    return Evidence(
        {"raw: seed 0": raw.values[-1, 0], "raw: saddle": ended, "raw: flown off": gone, "raw: through": int(through.sum()),
         "lowest curvature": lowest, "highest curvature": highest, "ways down": ways_down, "fewest": min(left),
         "most": max(left), "saddle-free from all: fewest": min(free), "saddle-free from all: most": max(free)},
        f"Of {seeds} raw Newton runs {ended} end on the saddle at 0.25 and {gone} fly off; {int(through.sum())} get through. "
        f"At the saddle curvatures go from {number(lowest)} to {number(highest)}; after a nudge of 0.01 damped Newton finds a "
        f"way down from {ways_down} of {ended}. From the lecture's start saddle-free with backtracking is through in "
        f"{left[0]} steps, the other four methods in {min(left[1:])} to {max(left[1:])}; saddle-free from all {seeds} starts "
        f"in {min(free)} to {max(free)}.",
        abs(raw.values[-1, 0] - 0.25) < 1e-6 and ended + gone >= 0.9 * seeds and ways_down == ended and lowest < 0 < highest
        and min(left) >= 4 and max(left) <= 21 and min(free) >= 0,
    )  # fmt: skip


def _around(problem: Task, ends: Array) -> tuple[float, float, int]:
    """Lowest and highest curvature at ``ends (K, P)``, and from how many a nudge leads down, so that they are no minima."""
    eigenvalues = np.linalg.eigvalsh(problem.loss.hessian(ends))
    nudged = ends + 0.01 * np.random.default_rng(0).standard_normal(ends.shape)
    values = descend(problem.loss, nudged, [optimizers.damped_newton(adaptive=True)], 100).values
    return float(eigenvalues.min()), float(eigenvalues.max()), int((values < LEAVING).any(axis=0).sum())


NEWTON = (
    LectureExperiment(
        "one_step_on_quadratics",
        1,
        "Newton's parabola is exact for a quadratic: one step is enough.",
        "Twenty starts on a rotated quadratic, one step each; the parabola along the step against the function.",
        one_step_on_quadratics,
        on_formula("rotated_quadratic", [[-2.5, 0.6]], [optimizers.newton(), optimizers.gradient_descent(0.08)], 20),
        NOCEDAL,
    ),
    LectureExperiment(
        "same_slope",
        1,
        "Same slope, two curvatures: flat gives a large step, curved a small one.",
        "One curve with its slope fixed at −1 and four curvatures: Newton's step is g/h.",
        same_slope,
        opened("same_slope"),
        NOCEDAL,
    ),
    LectureExperiment(
        "a_rate_per_eigenvector",
        1,
        "Where descent has one α, Newton has 1/λ along each eigenvector.",
        "The step over the slope along each eigenvector of an ill-conditioned quadratic, beside the largest stable α.",
        a_rate_per_eigenvector,
        on_formula("ill_conditioned", [[-2.7, 1.2]], [optimizers.newton(), optimizers.gradient_descent(0.036)], 60),
        NOCEDAL,
    ),
    LectureExperiment(
        "saddles_and_maxima",
        1,
        "Newton's method works only where the loss is locally convex: else the step goes to a saddle, or to a maximum.",
        "Raw steps on an indefinite quadratic and under a concave top; whether the parabola opens downward, and how far the "
        "step climbs.",
        saddles_and_maxima,
        on_formula("concave_top", [[0.5], [-0.8]], [optimizers.newton(), optimizers.saddle_free()], 30),
        "Dauphin et al. 2014, Identifying and attacking the saddle point problem",
    ),
    LectureExperiment(
        "parabola_in_a_line",
        1,
        "The parabola's lowest point is where the step lands only along the Newton direction.",
        "Stationary points of the parabola along Newton's direction and along the gradient, at the exclusive-or start.",
        parabola_in_a_line,
        opened("exclusive_or"),
    ),
    LectureExperiment(
        "newton_on_the_plateau",
        1,
        "Big Newton steps on plateaus help only where the plateau is convex: here raw Newton ends on the saddle or flies off.",
        "Where raw Newton ends from 24 starts of the exclusive-or network, and the steps that saddle-free Newton with "
        "backtracking and four other methods need from the lecture's start.",
        newton_on_the_plateau,
        opened("exclusive_or"),
        "Dauphin et al. 2014, algorithm 1",
    ),
)
"""The experiments of this theme."""
