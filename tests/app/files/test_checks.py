"""What types cannot say: names that exist, bounded sizes, vectors that fit."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document import Card, CardSettings, Document, PanelSettings, ViewSettings
from app.files.checks import check
from app.files.codec import encoded
from app.files.errors import SessionError
from app.files.session import document_in
from app.files.vocabulary import names
from app.panels.curves.settings import CurvesSettings
from app.panels.landscape.settings import LandscapeSettings, shown_window
from app.panels.model.settings import ModelSettings
from engine import optimizers
from engine.datasets import DatasetRecipe, SourceFile
from engine.optimizers import Optimizer
from engine.plane import Plane
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem
from engine.schedules import constant
from engine.start import Start, given
from tests.app.files.documents import DOCUMENTS, EXCLUSIVE_OR, P, formula, network, rewritten


def with_problem(**changes: Any) -> Document:
    return network(problem=replace(EXCLUSIVE_OR, **changes))


def with_data(**changes: Any) -> Document:
    return with_problem(data=DatasetRecipe(**{"name": "moons", **changes}))


def with_view(**changes: Any) -> Document:
    return replace(network(), view=ViewSettings(**changes))


def with_settings(*entries: tuple[int, PanelSettings]) -> Document:
    return with_view(panels=tuple(CardSettings(number, settings) for number, settings in entries))


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
    "selected start": (with_view(selected_start=-1), "selected start"),
    "selected optimizer": (with_view(selected_optimizer=-1), "selected optimizer"),
    "shown step": (with_view(step=-1), "shown step"),
    "unknown panel": (with_view(cards=(Card("curves"), Card("basins"))), "no panel “basins”"),
    "a card without a number": (with_view(cards=(Card("curves", 0),)), "number of a card must be from 1"),
    "a card twice": (with_view(cards=(Card("curves"), Card("slice"), Card("curves"))), "open twice"),
    "cards without end": (with_view(cards=tuple(Card("slice", k) for k in range(1, 60))), "number of open cards"),
    "settings of no card": (with_settings((-5, CurvesSettings())), "number of a card must be from 1"),
    "settings twice": (with_settings((1, CurvesSettings()), (1, CurvesSettings(patience=9))), "settings twice"),
    "settings without end": (with_settings(*((1, CurvesSettings()),) * 600), "number of cards with settings"),
    "name with a path": (replace(network(), name="../../etc/passwd"), "catalogue"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_used_is_refused_with_a_sentence(case: str) -> None:
    document, sentence = WRONG[case]
    with pytest.raises(SessionError) as caught:
        check(document)
    assert sentence in str(caught.value)
    assert not str(caught.value).endswith(".")


WRONG_SETTINGS: dict[str, tuple[type[PanelSettings], dict[str, Any], str]] = {
    "window not finite": (LandscapeSettings, {"window": (0.0, float("inf"), 0.0, 1.0)}, "finite ends"),
    "window out of reach": (LandscapeSettings, {"window": (-1e308, 1e308)}, "must lie within"),
    "window upside down": (LandscapeSettings, {"window": (0.0, 1.0, 1.0, 0.0)}, "beginning below its end"),
    "window of nothing": (LandscapeSettings, {"window": ()}, "window must have two or four"),
    "window of a space": (LandscapeSettings, {"window": (0.0, 1.0) * 3}, "window must have two or four"),
    "too coarse": (LandscapeSettings, {"resolution": 1}, "must be from 2 to 4,000 points a side, not 1"),
    "too fine": (LandscapeSettings, {"resolution": 5000}, "must be from 2 to 4,000 points a side, not 5,000"),
    "palette": (LandscapeSettings, {"palette": "jet"}, "jet"),
    "palette without end": (LandscapeSettings, {"palette": "x" * 90_000}, "no palette"),
    "contours": (LandscapeSettings, {"overlays": (("contours", 10**6),)}, "amount must be from 0"),
    "an overlay less than off": (LandscapeSettings, {"overlays": (("dots", -1),)}, "amount must be from 0"),
    "patience": (CurvesSettings, {"patience": 10**7}, "patience must be from 0 to 1,000,000 steps"),
    "least gain": (CurvesSettings, {"patience_least": 1.5}, "least gain must be from 0 to 1"),
    "palette of a model": (ModelSettings, {"palette": "jet"}, "jet"),
}


@pytest.mark.parametrize("case", WRONG_SETTINGS)
def test_settings_that_cannot_be_used_are_refused_by_their_panel_and_in_a_file(case: str) -> None:
    kind, changes, sentence = WRONG_SETTINGS[case]
    with pytest.raises(ValueError, match=re.escape(sentence)):
        kind(**changes)

    def spoil(plain: Any) -> None:
        entries = plain["document"]["view"]["panels"]
        settings = next(entry["settings"] for entry in entries if entry["settings"]["is"] == names()[kind])
        settings.update({name: encoded(value, []) for name, value in changes.items()})

    with pytest.raises(SessionError) as caught:
        document_in(rewritten(network(), spoil))
    assert sentence in str(caught.value)
    assert not str(caught.value).endswith(".")
    assert len(str(caught.value)) < 1000


def test_a_window_of_another_dimension_is_no_reason_to_refuse_but_is_not_shown() -> None:
    document = formula(FormulaProblem("rosenbrock"), (0.0, 0.0), window=(0.0, 1.0))
    check(document)
    good = (-2.0, 2.0, -1.0, 3.0)
    assert shown_window(document.view.of(LandscapeSettings), good) == good


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_can_be_used_is_not_refused(name: str) -> None:
    check(DOCUMENTS[name])


def test_a_plane_that_was_not_drawn_through_runs_may_remember_other_batches() -> None:
    check(network(plane=PlaneRecipe("random", Start(), batch_size=100)))


def test_a_network_of_handwritten_digits_with_batches_can_be_used() -> None:
    problem = replace(EXCLUSIVE_OR, data=DatasetRecipe("digits"), hidden=(16, 16))
    start = Start()
    check(network(problem=problem, starts=(start,), batch_size=100, optimizers=(optimizers.adam(),)))
