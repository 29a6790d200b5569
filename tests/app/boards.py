"""Documents on the catalogue's examples with everything that they need computed, once a session."""

from dataclasses import fields, replace
from functools import cache

import numpy as np

from app.document import Document, ViewSettings
from app.examples import document_of
from app.headless import computed
from app.lanes.lane import Failure, Results
from app.panels import PANELS
from app.panels.landscape.settings import LandscapeSettings
from engine import optimizers
from engine.curve_fit import CurveFit
from engine.experiment import Experiment
from engine.optimizers import Optimizer
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem
from engine.start import given

TEXT = "b1*exp(-b2*x)"


@cache
def board(
    name: str, steps: int = 12, chosen: tuple[Optimizer, ...] | None = None, starts: int = 1
) -> tuple[Document, Results]:
    """An example with few steps, and its results."""
    document = document_of(name)
    experiment = replace(document.experiment, steps=steps)
    if chosen is not None:
        experiment = replace(experiment, optimizers=chosen)
    first = experiment.starts[0]
    others = tuple(
        given(first.given + 0.1 * k) if first.given is not None else replace(first, seed=first.seed + k)
        for k in range(1, starts)
    )
    plane = replace(experiment.plane, steps=min(experiment.plane.steps, steps))
    experiment = replace(experiment, starts=(first, *others), plane=plane)
    document = viewed(replace(document, experiment=experiment), resolution=31)
    return document, computed(document)


OVERLAY_NAMES = ("contours", "plateaus", "hillshade", "paths", "dots")


def viewed(document: Document, number: int = 1, **changes) -> Document:
    """The document with some view settings changed, each where it belongs; what several panels have changes in all of them."""
    view = document.view
    for name, value in changes.items():
        if name in {field.name for field in fields(ViewSettings)}:
            view = replace(view, **{name: value})
            continue
        for panel in PANELS.values():
            if name in {field.name for field in fields(panel.settings)}:
                view = view.changed(panel.settings, number, **{name: value})
        if name in OVERLAY_NAMES:
            overlays = {**dict(view.of(LandscapeSettings, number).overlays), name: int(value)}
            view = view.changed(LandscapeSettings, number, overlays=tuple(overlays.items()))
    return replace(document, view=view)


def failed(results: Results, *lanes) -> Results:
    """The results with an error in some lanes, which names them."""
    for lane in lanes:
        results = results.with_failure(lane.key(1), Failure(f"No {lane.name}."))
    return results


def curve_fit() -> CurveFit:
    x = np.linspace(0.0, 3.0, 20)
    return CurveFit(TEXT, x, 2.0 * np.exp(-0.7 * x))


@cache
def fitted_board() -> tuple[Document, Results]:
    """A curve fit of two coefficients."""
    fit = curve_fit()
    experiment = Experiment(
        CurveFitProblem(TEXT, fit.x, fit.y),
        (given([1.0, 0.2]),),
        (optimizers.gradient_descent(0.05), optimizers.levenberg_marquardt()),
        steps=20,
        plane=PlaneRecipe(start=given([1.0, 0.2])),
    )
    document = Document(experiment)
    return document, computed(document)


def diverging_board(name: str = "exclusive_or") -> tuple[Document, Results]:
    """One run that flies away beside one that behaves."""
    wild = optimizers.gradient_descent(1e9 if name == "exclusive_or" else 1e3)
    return board(name, 60, (wild, optimizers.gradient_descent(1e-3)))
