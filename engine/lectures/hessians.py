"""Lecture 1: the Hessian is P×P, too big beyond small networks, and singular for every softmax network; what mends it."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.capacity import Capacity, measure, memory
from engine.analysis.newton_model import newton_direction
from engine.analysis.spectrum import spectrum
from engine.analysis.wording import count, number
from engine.arrays import Array
from engine.datasets import load
from engine.descent import descend
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import Task, digits, moons, opened, task
from engine.network import Network
from engine.trajectory import Ending


def too_big() -> Evidence:
    """P, P², bytes; and what one Newton step costs here in gradients, for the digits' network."""
    problem = digits()
    small, large = Capacity(problem.network.dimension), Capacity(Network((784, 16, 16, 10)).dimension)
    cost = measure(problem.loss, problem.network.initialize(seed=0), repetitions=1)
    return Evidence(
        {"P, 8×8": small.parameters, "P, 28×28": large.parameters, "MB": small.bytes / 1e6, "GB": large.bytes / 1e9,
         "seconds to form": cost.form, "seconds to solve": cost.solve, "gradients per step": cost.gradients_per_step},
        f"{large.sentence} {cost.sentence}",
        (small.parameters, large.parameters) == (1482, 13_002)
        and (memory(small.bytes), memory(large.bytes)) == ("17.6 MB", "1.35 GB") and cost.gradients_per_step > 20,
    )  # fmt: skip


def without_a_matrix(examples: int = 60, steps: int = 6) -> Evidence:
    """784-16-16-10: methods that form the Hessian are refused, with the reason; those that need only products go on."""
    data = load("digits_28", split=(0.0, 0.0), size=examples)
    problem = task(Network((784, 16, 16, 10), "tanh", "identity", "cross_entropy"), data)
    chosen = [optimizers.damped_newton(), optimizers.newton_cg(), optimizers.lbfgs()]
    run = descend(problem.loss, problem.network.initialize(seed=0), chosen, steps)
    refused = run.outcomes[0]
    return Evidence(
        {"start": run.values[0, 0], "Newton–CG": run.values[-1, 1], "L-BFGS": run.values[-1, 2]},
        f"Damped Newton: {refused.sentence} In {steps} steps Newton–CG brings the loss from {number(run.values[0, 0])} to "
        f"{number(run.values[-1, 1])}, L-BFGS to {number(run.values[-1, 2])}.",
        refused.ending is Ending.FAILED and run.values[-1, 1:].max() < 0.8 * run.values[0, 0],
    )


def _common_shifts(problem: Task) -> Array:
    """Directions ``(width + 1, P)`` that add the same to all logits: equal columns of the last W, or equal biases."""
    weights, biases = problem.network.blocks[-2], problem.network.blocks[-1]
    width = weights.shape[1]
    directions = np.zeros((width + 1, problem.network.dimension))
    for column in range(width):
        weights.of(directions[column])[:, column] = 1.0
    biases.of(directions[width])[:] = 1.0
    return directions


def always_singular() -> Evidence:
    """A softmax network's Hessian at the start, with three activations: null directions, signs, and the raw step.

    The first case is the lecture's figure: sigmoid units, seed 3, noise 0.2, eigenvalues within 1e-10 counted as zero.
    """
    cases = (("sigmoid", 3, 0.2, 1e-10), ("tanh", 0, 0.1, None), ("relu", 0, 0.1, None))
    found = {name: _signs(moons(name, noise=noise), seed, zero) for name, seed, noise, zero in cases}
    shifts = _common_shifts(moons())
    told = [f"with {name} {negative} negative and {zero} zero of 114, the raw step {number(step)} long"
            for name, (negative, zero, step, _) in found.items()]  # fmt: skip
    numbers = {f"{name}: {what}": value for name, values in found.items()
               for what, value in zip(("negative", "zero", "step", "H times a shift"), values, strict=True)}  # fmt: skip
    negative, zero, step, _ = found["sigmoid"]
    return Evidence(
        {"common shifts": len(shifts), **numbers},
        f"Adding the same to all logits changes nothing: {len(shifts)} null directions (the last hidden width + 1), and so the "
        f"Hessian is singular. At the start there are {'; '.join(told)}.",
        all(each[1] >= len(shifts) and each[0] > 0 and each[2] > 100 and each[3] < 1e-12 for each in found.values())
        and abs(negative - 51) <= 2 and abs(zero - 21) <= 2 and 1e4 < step < 1e7,
    )  # fmt: skip


def _signs(problem: Task, seed: int, zero: float | None) -> tuple[int, int, float, float]:
    """Negative and zero eigenvalues (within ``zero``, or within rounding), length of the raw step, and ‖H·shift‖/max|H|."""
    theta = problem.network.initialize(seed=seed)
    scale = float(np.abs(problem.loss.hessian(theta)).max())
    null = float(np.abs(problem.loss.hessian_vector_product(theta, _common_shifts(problem))).max()) / scale
    found = spectrum(problem.loss, theta)
    within = found.tolerance if zero is None else zero
    step = float(np.linalg.norm(newton_direction(problem.loss, theta)))
    eigenvalues = found.eigenvalues
    return int((eigenvalues < -within).sum()), int((np.abs(eigenvalues) <= within).sum()), step, null


def methods_that_mend(steps: int = 25) -> Evidence:
    """Two moons: the raw Newton step and what damping, |H|, a trust region, Newton–CG and L-BFGS make of it."""
    problem = moons()
    methods = {
        "raw": optimizers.newton(),
        "damped": optimizers.damped_newton(adaptive=True),
        "saddle-free": optimizers.saddle_free(),
        "trust region": optimizers.trust_region(),
        "Newton–CG": optimizers.newton_cg(),
        "L-BFGS": optimizers.lbfgs(),
    }
    run = descend(problem.loss, problem.network.initialize(seed=0), tuple(methods.values()), steps)
    losses = dict(zip(methods, run.values[-1], strict=True))
    del losses["raw"]
    begin, first = (float(value) for value in run.values[:2, 0])
    never_lower = not np.nanmin(run.values[1:, 0]) < begin
    return Evidence(
        {"start": begin, "raw, after one step": first, **losses},
        f"From a loss of {number(begin)} one raw Newton step goes to {number(first)}, and no later one goes below the start; "
        f"in {steps} steps " + ", ".join(f"{name} gets to {number(loss)}" for name, loss in losses.items()) + ".",
        first > begin and never_lower and max(losses.values()) < 0.5 * begin,
    )  # fmt: skip


def layer_blocks() -> Evidence:
    """The Hessian as a picture of layer blocks: the root mean square entry of the diagonal and the other blocks."""
    problem = moons()
    hessian = problem.loss.hessian(problem.network.initialize(seed=0))
    edges = [(layer.start, layer.stop) for layer in problem.network.affine]
    sizes = np.array([[float(np.sqrt(np.mean(hessian[a:b, c:d] ** 2))) for c, d in edges] for a, b in edges])
    within, across = float(np.diag(sizes).mean()), float(sizes[~np.eye(len(edges), dtype=bool)].mean())
    return Evidence(
        {"within layers": within, "between layers": across, "largest layer": 1 + int(np.diag(sizes).argmax())},
        f"{count(len(edges), 'layer')}: entries within a layer's block are {number(within)} in size, between layers "
        f"{number(across)}; neither is small, so the whole matrix counts.",
        np.allclose(hessian, hessian.T) and across > 0.1 * within,
    )


HESSIANS = (
    LectureExperiment(
        "too_big",
        1,
        "H is P×P: too big to compute and invert beyond small networks.",
        "P, P² and bytes for 64-16-16-10 and 784-16-16-10, and the time to form and to solve on this machine, in gradients.",
        too_big,
        opened("digits"),
    ),
    LectureExperiment(
        "without_a_matrix",
        1,
        "Other methods do without the matrix.",
        "13,002 parameters: damped Newton is refused with its reason, Newton–CG and L-BFGS lower the loss.",
        without_a_matrix,
        None,
        "Martens 2010, Deep learning via Hessian-free optimization; Liu & Nocedal 1989, On the limited memory BFGS method",
    ),
    LectureExperiment(
        "always_singular",
        1,
        "A softmax network's Hessian is always singular: a common shift of all logits changes nothing.",
        "H times each direction that shifts all logits alike is zero; counts of negative and zero eigenvalues of 2-8-8-2 on two "
        "moons at the start, and the length of the raw Newton step there.",
        always_singular,
        opened("moons"),
        "Sagun et al. 2017, Empirical analysis of the Hessian of over-parametrized neural networks",
    ),
    LectureExperiment(
        "methods_that_mend",
        1,
        "Other methods mend both: damping, saddle-free, trust region, Newton–CG, L-BFGS.",
        "The losses that six methods reach from one start on two moons in 25 steps.",
        methods_that_mend,
        opened("moons"),
        "Nocedal & Wright 2006, chapters 4 and 7; Dauphin et al. 2014",
    ),
    LectureExperiment(
        "layer_blocks",
        1,
        "The Hessian couples every weight with every other.",
        "Root mean square entries of the Hessian's layer blocks, on the diagonal and off it.",
        layer_blocks,
        opened("moons"),
    ),
)
"""The experiments of this theme."""
