"""Documents that between them hold every kind of value, and files made from them with one thing changed."""

import copy
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np

from app.document import Card, CardSettings, Document, ViewSettings
from app.files.archive import packed, unpacked
from app.files.session import contents
from app.panels import PANELS, open_cards, panel_of
from app.panels.curves.settings import CurvesSettings
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.settings import LandscapeSettings
from app.panels.model.settings import ModelSettings
from app.panels.slice.settings import SliceSettings
from engine import optimizers, schedules
from engine.arrays import read_only, same
from engine.datasets import DatasetRecipe, SourceFile
from engine.experiment import Experiment
from engine.optimizers import KINDS
from engine.plane import Drawn, Plane
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem
from engine.start import Start, given

EXCLUSIVE_OR = NetworkProblem(DatasetRecipe("exclusive_or"), (2,), "sigmoid", "sigmoid", "squared_error")
P = 12
"""Parameters of the exclusive-or network 2-2-2."""
RANDOM = np.random.default_rng(5)
GIVEN = Plane(
    RANDOM.normal(size=P), RANDOM.normal(size=P), RANDOM.normal(size=P), Drawn("given", "by hand", (("seed", "5"),))
)
ODD = (0.1 + 0.2, 1 / 3, 5e-324, -0.0, 1.7976931348623157e308, 1e22)
SCHEDULES = (
    schedules.constant(0.1),
    schedules.inverse_time(0.5, 0.1, updates_per_epoch=7.5),
    schedules.power(0.5, 0.75),
    schedules.step(0.3, 0.5, every=12.0),
    schedules.exponential(0.3, 0.999),
    schedules.cosine(0.3, 100.0, 0.01),
    schedules.one_cycle(0.3, 100.0, 0.4, 10.0, 100.0),
    schedules.drawn(((0.0, 0.5), (10.0, 1 / 3), (20.0, 1e-5))),
    schedules.hold(schedules.inverse_time(0.2, 0.3), hold_for=float("inf")),
    schedules.warm_up(schedules.hold(schedules.drawn(((0.0, 0.5), (9.0, 0.1))), hold_for=4), warm_up=3, start=0.0),
)


VIEW = ViewSettings(
    "dark",
    2,
    1,
    17,
    (Card("slice", 2), Card("landscape"), Card("curves"), Card("slice")),
    (
        CardSettings(
            1,
            LandscapeSettings(
                None, 33, True, "magma", (("contours", 0), ("plateaus", 0), ("hillshade", 1), ("dots", 0))
            ),
        ),
        CardSettings(1, SliceSettings("second axis")),
        CardSettings(2, SliceSettings("gradient")),
        CardSettings(1, CurvesSettings("gap", True, False, False, False)),
        CardSettings(1, ModelSettings("cividis", read_only(RANDOM.normal(size=P)))),
    ),
)
"""Nothing in it is as by default; two cards of one panel, and settings of a card that is closed."""


def formula(problem: FormulaProblem, start: tuple[float, ...], **landscape: Any) -> Document:
    method = optimizers.gradient_descent(0.01)
    view = ViewSettings().changed(LandscapeSettings, **landscape) if landscape else ViewSettings()
    return Document(Experiment(problem, (given(start),), (method,), title="A formula"), view)


def network(**changes: Any) -> Document:
    begin = Start("he", seed=7, scale=0.5)
    whole = Experiment(
        EXCLUSIVE_OR,
        (begin, replace(begin, seed=8, shift=read_only(RANDOM.normal(size=P))), given(RANDOM.normal(size=P))),
        (optimizers.momentum(0.1, 0.9, clip=2.5), optimizers.saddle_free()),
        500,
        PlaneRecipe("through_ends", begin, (optimizers.adam(0.01),), 300, batch_size=2, batch_seed=4),
        batch_size=3,
        batch_seed=9,
        residence="within",
        title="Exclusive-or: “the plateau” – α ≤ ½",
    )
    return Document(replace(whole, **changes), name="exclusive_or")


def on_files() -> Document:
    files = (SourceFile("/nowhere/images.gz", "a" * 64), SourceFile("/nowhere/labels.gz", "0" * 64))
    recipe = DatasetRecipe("idx", files=files, subset=100, standardize=True)
    return network(problem=NetworkProblem(recipe, (5,), "tanh", "identity", "cross_entropy"), batch_size=None)


DOCUMENTS: dict[str, Document] = {
    "named formula": formula(
        FormulaProblem("rosenbrock", constants=(("b", 10.5),)), (-1.2, 1.0), window=(-1, 1, 0, 2.5)
    ),
    "formula of one parameter": formula(FormulaProblem("bowl"), (ODD[0],), window=(-1.5, 1.5), resolution=5),
    "typed formula": formula(
        FormulaProblem(text="c*x^2 + a*sin(y)", constants=(("a", 0.25), ("c", 1 / 3))), (2.0, ODD[2])
    ),
    "curve fit": Document(
        Experiment(
            CurveFitProblem("b1*(1-exp(-b2*x))", read_only(ODD), read_only([*ODD[1:], 3.0]), "time", "dose"),
            (given([1.0, 2.0]),),
            tuple(getattr(optimizers, kind)() for kind in KINDS),
            plane=PlaneRecipe(start=given([1.0, 2.0])),
        )
    ),
    "network": network(),
    "given plane": network(plane=PlaneRecipe("given", plane=GIVEN)),
    "two weights": network(plane=PlaneRecipe("weights", Start(), indices=(3, 11), seed=6, biases="scaled")),
    "every setting of the data": network(
        problem=NetworkProblem(
            DatasetRecipe(
                "spirals", 3, 90, 0.02, (("turns", 1.5),), (0.1, 0.25), subset=80, shuffled=0.1, standardize=True
            ),
            (),
            "linear",
            "identity",
            "cross_entropy",
            0.001,
            0.01,
            2.0,
        ),
        starts=(Start(),),
        plane=PlaneRecipe("random", Start(), seed=3),
    ),
    "data files": on_files(),
    "CSV": network(
        problem=NetworkProblem(
            DatasetRecipe(
                "csv",
                files=(SourceFile("C:\\data\\a b.csv", "f" * 64),),
                target=("price", -1),
                task="values",
                header=False,
            )
        )
    ),
    "schedules": network(optimizers=tuple(optimizers.gradient_descent(schedule) for schedule in SCHEDULES)),
    "view": replace(network(), view=VIEW),
}


def same_when_shown(opened: Document, saved: Document) -> bool:
    """Whether a window would show the same: an opened document says also what the saved one left to defaults."""

    def told(document: Document) -> tuple[object, ...]:
        view = document.view
        shared = (view.theme, view.selected_start, view.selected_optimizer, view.step, open_cards(view))
        numbers = range(1, 1 + max(card.number for card in open_cards(saved.view)))
        settings = [panel.in_full(view.of(panel.settings, k)) for panel in PANELS.values() for k in numbers]
        return (document.experiment, document.name, *shared, settings)

    return same(told(opened), told(saved))


def assert_said_in_full(plain: dict[str, Any], view: ViewSettings) -> None:
    """Whether a file's description of a view says which cards are open, and all their settings."""
    cards = open_cards(view)
    assert plain["cards"] == [{"is": "card", "panel": card.panel, "number": card.number} for card in cards]
    assert plain.keys() == {"is", *(field.name for field in fields(ViewSettings))}
    said = {(entry["settings"]["is"], entry["number"]): entry["settings"] for entry in plain["panels"]}
    for card in cards:
        names = {field.name for field in fields(panel_of(card).settings)}
        assert said[f"view.{card.panel}", card.number].keys() == {"is", *names}
        if card.panel == "landscape":
            drawn = [name for name, _ in said["view.landscape", card.number]["overlays"]]
            assert drawn == [overlay.name for overlay in OVERLAYS]


def description(document: Document) -> dict[str, Any]:
    """What stands in the file's JSON."""
    plain: dict[str, Any] = json.loads(unpacked(contents(document))[0])
    return plain


def rewritten(document: Document, change: Callable[[dict[str, Any]], object]) -> bytes:
    """A sound file whose description was changed by hand."""
    text, arrays = unpacked(contents(document))
    plain = copy.deepcopy(json.loads(text))
    change(plain)
    return packed(json.dumps(plain), arrays)


def zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()
