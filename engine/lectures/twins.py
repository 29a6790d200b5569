"""Lecture 1: hidden units can be permuted. The same function has many weights, and as long as it is right, we are happy."""

from __future__ import annotations

import numpy as np

from engine import optimizers
from engine.analysis.matching import barrier, distances, match_weights
from engine.analysis.symmetry import flip_unit, permute, swap_units, twins
from engine.analysis.wording import number
from engine.arrays import Array, Indices
from engine.datasets import load
from engine.descent import descend
from engine.directions import through_points
from engine.lectures.evidence import Evidence, LectureExperiment
from engine.lectures.problems import Task, moons, on_network, opened, recipe, solving_exclusive_or, task
from engine.network import Network
from engine.problem import NetworkProblem


def swapped_units() -> Evidence:
    """Swap two hidden units of 2-8-8-2: loss and outputs stand still, the point jumps."""
    problem = moons()
    point = problem.network.initialize(seed=0)
    swapped = swap_units(problem.network.layers, point, layer=0, first=0, second=1)
    outputs = problem.loss.predict(np.stack([point, swapped]))
    change = float(np.abs(outputs[0] - outputs[1]).max())
    jump = float(np.linalg.norm(point - swapped))
    number_of = twins(problem.network.layers).number
    return Evidence(
        {"change of outputs": change, "change of loss": abs(float(np.diff(problem.loss.value(np.stack([point, swapped])))[0])),
         "jump": jump, "twins": number_of},
        f"Swapping two units moves the point by {number(jump)} and changes no output by more than {number(change)}; "
        f"{twins(problem.network.layers).sentence}",
        change < 1e-12 and jump > 0.1 and number_of == 1_625_702_400,
    )  # fmt: skip


def _trained_moons() -> tuple[Task, Array]:
    problem = moons()
    start = problem.network.initialize(seed=0)
    return problem, descend(problem.loss, start, [optimizers.adam(0.02)], steps=400).points[-1, 0]


def _shuffled(problem: Task, point: Array, seed: int) -> Array:
    random = np.random.default_rng(seed)
    hidden = problem.network.layers[1:-1]
    return permute(problem.network.layers, point, [random.permutation(width) for width in hidden])


def twins_apart() -> Evidence:
    """A trained network and two of its twins: equal in loss, far apart, a barrier between them that matching removes."""
    problem, trained = _trained_moons()
    one, other = (_shuffled(problem, trained, seed) for seed in (0, 1))
    plane = through_points(trained, one, other)
    losses = problem.loss.value(plane.point(plane.coordinates(np.stack([trained, one, other]))))
    before = barrier(problem.loss, trained, one).height
    matched = match_weights(problem.network.layers, trained, one)
    after = barrier(problem.loss, trained, matched.point).height
    return Evidence(
        {"loss": losses[0], "spread of losses": np.ptp(losses), "distance": matched.distance_before, "barrier": before,
         "distance matched": matched.distance_after, "barrier matched": after},
        f"Three twins of loss {number(losses[0])} lie in one plane, {number(matched.distance_before)} apart; on the way "
        f"from one to the next the loss rises by {number(before)}. After matching the units the distance is "
        f"{number(matched.distance_after)} and the barrier {number(after)}.",
        bool(np.ptp(losses) < 1e-9) and before > 0.1 and after < 1e-9 and matched.distance_after < 1e-9,
    )  # fmt: skip


def _nearest_twin(layers: tuple[int, ...], teacher: Array, student: Array) -> Array:
    """The twin of a student of one hidden layer nearest to the teacher: signs turned unit by unit, then matched."""
    best = student
    for signs in np.ndindex(*(2,) * layers[1]):
        turned = student
        for unit in np.flatnonzero(signs):
            turned = flip_unit(layers, turned, 0, int(unit))
        turned = match_weights(layers, teacher, turned).point
        if np.linalg.norm(turned - teacher) < np.linalg.norm(best - teacher):
            best = turned
    return best


def teacher_not_found(seeds: int = 12) -> Evidence:
    """Students of a teacher network: the best have its function, at other weights, which are twins of the teacher's."""
    data = load("teacher", split=(0.0, 0.0))
    assert data.teacher is not None
    school = task(Network((2, 3, 1), "tanh", "identity", "squared_error"), data)
    students = descend(school.loss, school.starts(seeds), [optimizers.levenberg_marquardt()], steps=300).points[-1]
    teacher = data.teacher.weights
    apart = [distances(school.loss.predict, data.inputs, teacher, student) for student in students]
    right = [student for student, each in zip(students, apart, strict=True) if each.functions < 1e-4]
    nearest = [float(np.linalg.norm(_nearest_twin((2, 3, 1), teacher, each) - teacher)) for each in right]
    weights = [each.weights for each in apart if each.functions < 1e-4]
    return Evidence(
        {"students": seeds, "right": len(right), "least weight distance": min(weights, default=np.nan),
         "largest function distance": max(each.functions for each in apart if each.functions < 1e-4) if right else np.nan,
         "nearest twin": max(nearest, default=np.nan), "twins": twins((2, 3, 1), "tanh").number},
        f"{len(right)} of {seeds} students have the teacher's function to 1e-4, at weights {number(min(weights, default=np.nan))}"
        f" or more away from the teacher's; each is one of its {twins((2, 3, 1), 'tanh').number} twins "
        f"(to {number(max(nearest, default=np.nan))}).",
        len(right) >= 3 and min(weights) > 0.5 and max(nearest) < 1e-2,
    )  # fmt: skip


def groups(outputs: Array, within: float) -> Indices:
    """Group functions by root mean square distance: each joins the first leader ``within`` reach, else leads a new group.

    ``outputs (R, …)``; returns group numbers ``(R,)``, in order of appearance.
    """
    flat = outputs.reshape(len(outputs), -1)
    leaders: list[Array] = []
    found = np.empty(len(flat), dtype=np.intp)
    for row, one in enumerate(flat):
        near = [place for place, leader in enumerate(leaders) if np.sqrt(np.mean((one - leader) ** 2)) <= within]
        if not near:
            leaders.append(one)
        found[row] = near[0] if near else len(leaders) - 1
    return found


def grouped_by_function(seeds: int = 36, within: float = 0.1) -> Evidence:
    """36 runs on exclusive-or, grouped by the distance of their answers to the four questions, beside their weights."""
    problem = solving_exclusive_or(2, "tanh")
    ends = descend(problem.loss, problem.starts(seeds), [optimizers.gradient_descent(0.5)], steps=4000).points[-1]
    found = groups(problem.loss.probabilities(ends), within)
    sizes = np.bincount(found)
    members = ends[found == sizes.argmax()]
    gaps = np.linalg.norm(members[:, None] - members, axis=-1)[np.triu_indices(len(members), 1)]
    right = problem.loss.accuracy(members) == 1.0
    return Evidence(
        {"groups": len(sizes), "largest": sizes.max(), "right": right.sum(), "median distance": np.median(gaps)},
        f"{seeds} runs end in {len(sizes)} functions; {sizes.max()} have the same, and the right one, though their weights "
        f"are {number(np.median(gaps))} apart (median).",
        len(sizes) <= 8 and bool(right.all()) and sizes.max() >= 20 and np.median(gaps) > 5,
    )


TWINS = (
    LectureExperiment(
        "swapped_units",
        1,
        "Hidden units can be permuted: the same function, other weights.",
        "Two hidden units of a 2-8-8-2 network are swapped: outputs and loss before and after, how far the point jumps, and "
        "how many such twins there are (8!·8!).",
        swapped_units,
        opened("moons"),
        "Hecht-Nielsen 1990, On the algebraic structure of feedforward network weight spaces",
    ),
    LectureExperiment(
        "twins_apart",
        1,
        "The parameters are not identifiable: equal minima lie at many places, with hills between them.",
        "A trained network and two of its twins span a plane; the barrier on the straight line between two of them, before and "
        "after their units are matched.",
        twins_apart,
        opened("moons"),
        "Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin, algorithm 1",
    ),
    LectureExperiment(
        "teacher_not_found",
        1,
        "Data made by a network do not reveal its weights: a student finds the function and other weights.",
        "Students of a 2-3-1 teacher: distance of functions beside distance of weights, and the distance left when the "
        "student's units are permuted and their signs turned to match the teacher.",
        teacher_not_found,
        on_network(
            NetworkProblem(recipe("teacher"), (3,), "tanh"),
            (optimizers.levenberg_marquardt(), optimizers.adam(0.02)), 300, "A student of a teacher", seeds=(0, 1, 2),
        ),
        "Sussmann 1992, Uniqueness of the weights for minimal feedforward nets with a given input-output map",
    ),
    LectureExperiment(
        "grouped_by_function",
        1,
        "As long as the function is right, we are happy.",
        "Runs from 36 starts are grouped by the distance of their functions; within the largest group the weights differ.",
        grouped_by_function,
        opened("exclusive_or"),
    ),
)  # fmt: skip
"""The experiments of this theme."""
