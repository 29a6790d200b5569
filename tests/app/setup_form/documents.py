"""One document for every kind of problem that the setup panel can be about."""

from dataclasses import replace

import numpy as np

import assets
from app.document import Document
from app.fields import Value
from app.lanes.data import READ_SUMMARY, SummaryRequest
from app.lanes.problem_cache import ProblemCache
from app.setup_form.dataset_shapes import NotReadError, learned
from app.setup_form.registry import Change, change
from engine import optimizers
from engine.datasets import DatasetRecipe, recipe_of_files
from engine.experiment import Experiment
from engine.job import drain
from engine.optimizers import KINDS
from engine.optimizers.settings import configured
from engine.own_data import on_data, on_table
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem
from engine.schedules import SCHEDULES
from engine.start import Start, given


def rosenbrock() -> Document:
    problem = FormulaProblem("rosenbrock")
    chosen = (optimizers.gradient_descent(0.001), optimizers.momentum(0.0005), optimizers.damped_newton(adaptive=True))
    starts = (given([-1.2, 1.0]), given([1.0, -0.5]).moved([0.25, 0.0]))
    return Document(Experiment(problem, starts, chosen), name="rosenbrock")


def bowl() -> Document:
    return Document(Experiment(FormulaProblem("bowl"), (given([-2.5]),), (optimizers.newton(),)), name="bowl")


def typed() -> Document:
    problem = FormulaProblem(text="x^2 + b*y^2", constants=(("b", 3.0),))
    return Document(Experiment(problem, (given([1.0, 1.0]),), (optimizers.adam(clip=2.0),)))


def exclusive_or() -> Document:
    start, chosen = (
        Start(seed=0),
        (optimizers.gradient_descent(1.0), optimizers.momentum(1.0), optimizers.saddle_free()),
    )
    problem = NetworkProblem(DatasetRecipe("exclusive_or"), (2,), "sigmoid", "sigmoid", "squared_error")
    plane = PlaneRecipe("through_ends", start, chosen[:2], 60)
    return Document(Experiment(problem, (start,), chosen, 60, plane), name="exclusive_or")


def moons() -> Document:
    problem = NetworkProblem(DatasetRecipe("moons"), (8, 8), "tanh", "identity", "cross_entropy", l2=0.01)
    starts = (Start("normal", seed=3, scale=0.5), Start("normal", seed=4, scale=0.5).moved(np.ones(114)))
    plane = PlaneRecipe("filter_normalized", starts[0])
    return Document(Experiment(problem, starts, (optimizers.lbfgs(),), 60, plane, batch_size=16))


def spirals() -> Document:
    problem = NetworkProblem(DatasetRecipe("spirals", settings=(("classes", 3.0),)), (4,), "relu", loss="cross_entropy")
    return Document(Experiment(problem, (given(np.zeros(27)),), (optimizers.newton_cg(),)))


def teacher() -> Document:
    problem = NetworkProblem(DatasetRecipe("teacher"), (3,), "tanh")
    chosen = (optimizers.levenberg_marquardt(), optimizers.conjugate_gradient())
    return Document(Experiment(problem, (Start(seed=1),), chosen))


def curve_fit() -> Document:
    x = np.linspace(0, 5, 12)
    problem = CurveFitProblem("b1*(1-exp(-b2*x))", x, 2 * (1 - np.exp(-x)), y_name="absorbed")
    return Document(Experiment(problem, (given([1.0, 0.5]),), (optimizers.gauss_newton(),)))


def three_coefficients() -> Document:
    x = np.linspace(0, 5, 12)
    experiment = on_table("a + b*x + c*x^2", x, 3 - 2 * x + 0.5 * x**2)
    starts = (*experiment.starts, given([1.0, 2.0, 3.0]))
    return Document(replace(experiment, starts=starts))


def table() -> Document:
    recipe = recipe_of_files([assets.path("tables/misra1a.csv")])
    read(recipe)
    return Document(on_data(recipe))


def read(recipe: DatasetRecipe) -> None:
    """Tell the form what the compute thread finds in the files."""
    try:
        learned(recipe, drain(READ_SUMMARY.job(ProblemCache(), SummaryRequest(recipe))))
    except (ValueError, OSError) as error:
        learned(recipe, str(error))


def read_and_change(document: Document, key: str, value: Value) -> Change:
    """What the form does with a setting that has to be tried on a file: read it, then try again."""
    try:
        return change(document, key, value)
    except NotReadError as unread:
        read(unread.recipe)
        return change(document, key, value)


def applied(document: Document, key: str, value: Value) -> Document:
    """The document with one setting changed."""
    return read_and_change(document, key, value).document


def every_kind() -> Document:
    chosen = tuple(
        configured(kind, None, **{each.name: each.default for each in kind.parameters}) for kind in KINDS.values()
    )
    return Document(Experiment(rosenbrock().experiment.problem, (given([0.0, 0.0]),), chosen))


def every_schedule() -> Document:
    chosen = tuple(optimizers.gradient_descent(kind.build()) for kind in SCHEDULES.values())
    return Document(Experiment(rosenbrock().experiment.problem, (given([0.0, 0.0]),), chosen))


DOCUMENTS = {
    make.__name__: make
    for make in (
        rosenbrock, bowl, typed, exclusive_or, moons, spirals, teacher, curve_fit, three_coefficients, table,
        every_kind, every_schedule,
    )
}  # fmt: skip
