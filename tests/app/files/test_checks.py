"""What types cannot say: names that exist, bounded sizes, vectors that fit."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document import Document, Look
from app.files.checks import check
from app.files.errors import SessionError
from engine import optimizers
from engine.datasets import DatasetRecipe, SourceFile
from engine.experiment import PlaneRecipe, Start, given
from engine.optimizers import Optimizer
from engine.plane import Plane
from engine.problem import CurveFitProblem, FormulaProblem
from engine.schedules import constant
from tests.app.files.documents import DOCUMENTS, EXCLUSIVE_OR, P, formula, network


def with_problem(**changes: Any) -> Document:
    return network(problem=replace(EXCLUSIVE_OR, **changes))


def with_data(**changes: Any) -> Document:
    return with_problem(data=DatasetRecipe(**{"name": "moons", **changes}))


def with_look(**changes: Any) -> Document:
    return replace(network(), look=Look(**changes))


def with_method(kind: str, *settings: tuple[str, Any], clip: float | None = None) -> Document:
    return network(optimizers=(Optimizer(kind, constant(0.1), settings, clip),))


FILE = SourceFile("/nowhere/a.csv", "a" * 64)
WRONG: dict[str, tuple[Document, str]] = {
    "no starts": (network(starts=()), "number of starts must be from 1 to 1,000, not 0"),
    "no optimizers": (network(optimizers=()), "number of optimizers"),
    "no steps": (network(steps=0), "number of steps must be from 1"),
    "steps without end": (network(steps=10**7), "number of steps"),
    "steps of all runs": (network(steps=10**6, starts=(Start(),) * 101), "steps of all runs"),
    "batch of none": (network(batch_size=0), "batch size must be from 1 to 4"),
    "batch too large": (network(batch_size=5), "batch size must be from 1 to 4"),
    "batch seed": (network(batch_seed=-1), "seed of the batches"),
    "unknown formula": (formula(FormulaProblem("rosenbrick"), (0.0, 0.0)), "rosenbrick"),
    "unreadable formula": (formula(FormulaProblem(text="x +"), (0.0, 0.0)), "stops after '+'"),
    "code for a formula": (
        formula(FormulaProblem(text="__import__('os').system('true')"), (0.0,)),
        "has no meaning in a formula",
    ),
    "constant that is none": (
        formula(FormulaProblem("rosenbrock", constants=(("q", 1.0),)), (0.0, 0.0)),
        "no constant",
    ),
    "start too short": (formula(FormulaProblem("rosenbrock"), (0.0,)), "1 parameters, the problem 2"),
    "formula without a point": (
        replace(
            DOCUMENTS["named formula"], experiment=replace(DOCUMENTS["named formula"].experiment, starts=(Start(),))
        ),
        "start has no parameters",
    ),
    "curve without measurements": (
        network(problem=CurveFitProblem("a*x", np.empty(0), np.empty(0)), starts=(given([1.0]),)),
        "one column of numbers",
    ),
    "curve with nan": (
        network(problem=CurveFitProblem("a*x", np.ones(2), np.array([1.0, np.nan])), starts=(given([1.0]),)),
        "not a finite number in row 2",
    ),
    "unknown dataset": (with_data(name="moon"), "no dataset 'moon'"),
    "too much data": (with_data(size=10**9), "size"),
    "split beyond all": (with_data(split=(0.8, 0.9)), "no examples to train on"),
    "unknown setting of the data": (with_data(settings=(("turns", 1.0),)), "turns"),
    "two files for one": (with_data(name="csv", files=(FILE, FILE)), "number of data files"),
    "no hash": (with_data(name="csv", files=(replace(FILE, sha256="x"),)), "SHA-256"),
    "a folder for a file": (
        with_data(name="csv", files=(replace(FILE, path=str(Path(__file__).parent)),)),
        "files is not a file",
    ),
    "activation of a network on files": (
        with_problem(data=DatasetRecipe("csv", files=(FILE,)), activation="sigmoyd"),
        "sigmoyd",
    ),
    "width of none": (with_problem(hidden=(0,)), "hidden units"),
    "width without end": (with_problem(hidden=(10**9,)), "hidden units"),
    "layers without end": (with_problem(hidden=(2,) * 101), "hidden layers"),
    "weights without end": (with_problem(hidden=(9000, 9000)), "weights between"),
    "unknown activation": (with_problem(activation="sigmoyd"), "sigmoyd"),
    "unknown loss": (with_problem(loss="hinge"), "hinge"),
    "loss and output": (with_problem(loss="cross_entropy"), "squashes the outputs itself"),
    "penalty": (with_problem(l2=-1.0), "penalties"),
    "penalty without end": (with_problem(l1=float("inf")), "penalty"),
    "unknown scheme": (network(starts=(Start("xavjer"),)), "xavjer"),
    "scale": (network(starts=(Start(scale=float("nan")),)), "scale"),
    "start seed": (network(starts=(Start(seed=-1),)), "seed of a start"),
    "start not finite": (network(starts=(given([np.inf] * P),)), "not finite"),
    "shift too long": (network(starts=(Start(shift=np.ones(P + 1)),)), "13 parameters, the problem 12"),
    "unknown optimizer": (with_method("momentus"), "momentus"),
    "setting of another": (with_method("momentum", ("gamma", 0.9)), "other settings here than beta"),
    "setting twice": (with_method("momentum", ("beta", 0.9), ("beta", 0.8)), "twice"),
    "setting too large": (with_method("momentum", ("beta", 1.0)), "below 1"),
    "setting of another type": (with_method("momentum", ("beta", "0.9")), "must be a number"),
    "switch for a number": (with_method("momentum", ("beta", True)), "is wrong"),
    "no such choice": (with_method("gradient_descent", ("line_search", "golden")), "golden"),
    "memory without end": (with_method("lbfgs", ("memory", 1e9), ("line_search", "none")), "pairs"),
    "clipped to nothing": (with_method("momentum", ("beta", 0.9), clip=0.0), "above 0"),
    "plane without arrays": (network(plane=PlaneRecipe("given")), "which are not there"),
    "plane of another problem": (
        network(plane=PlaneRecipe("given", plane=Plane([0, 0, 0], [1, 0, 0], [0, 1, 0]))),
        "the plane has 3 parameters",
    ),
    "plane's start": (network(plane=PlaneRecipe("random", Start("xavjer"))), "xavjer"),
    "plane's optimizer": (
        network(plane=PlaneRecipe("through_ends", Start(), (Optimizer("momentus", constant(0.1)),), 5)),
        "momentus",
    ),
    "plane's batch": (network(plane=PlaneRecipe("through_ends", Start(), batch_size=9)), "batch size of the plane"),
    "plane's steps": (network(plane=PlaneRecipe("through_ends", Start(), steps=10**9)), "plane's steps"),
    "weight that is none": (network(plane=PlaneRecipe("weights", Start(), indices=(0, P))), "number of a weight"),
    "window not finite": (with_look(window=(0.0, float("inf"), 0.0, 1.0)), "finite ends"),
    "window upside down": (with_look(window=(0.0, 1.0, 1.0, 0.0)), "low end below its high end"),
    "window of a line": (with_look(window=(0.0, 1.0)), "window must be"),
    "window of nothing": (with_look(window=()), "window must be"),
    "too coarse": (with_look(resolution=1), "at least 2 points"),
    "too fine": (with_look(resolution=5000), "16,000,000 points"),
    "palette": (with_look(palette="jet"), "jet"),
    "contours": (with_look(contours=10**6), "contours"),
    "selected start": (with_look(selected_start=-1), "selected start"),
    "shown step": (with_look(step=-1), "shown step"),
    "name with a path": (replace(network(), name="../../etc/passwd"), "catalogue"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_used_is_refused_with_a_sentence(case: str) -> None:
    document, sentence = WRONG[case]
    with pytest.raises(SessionError) as caught:
        check(document)
    assert sentence in str(caught.value)
    assert not str(caught.value).endswith(".")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_can_be_used_is_not_refused(name: str) -> None:
    check(DOCUMENTS[name])


def test_a_plane_that_was_not_drawn_through_runs_may_remember_other_batches() -> None:
    check(network(plane=PlaneRecipe("random", Start(), batch_size=100)))


def test_a_network_of_handwritten_digits_with_batches_can_be_used() -> None:
    problem = replace(EXCLUSIVE_OR, data=DatasetRecipe("digits"), hidden=(16, 16))
    start = Start()
    check(network(problem=problem, starts=(start,), batch_size=100, optimizers=(optimizers.adam(),)))
