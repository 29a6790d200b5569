"""The experiments that exist: each a frozen description with a window, starts and rates that behave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import assets
from engine import optimizers
from engine.arrays import read_only
from engine.datasets import DatasetRecipe
from engine.experiment import Experiment
from engine.optimizers import Optimizer
from engine.plane_recipe import PlaneRecipe
from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem
from engine.start import Start, given

if TYPE_CHECKING:
    from engine.formulas import NamedFormula

DEFAULT = "exclusive_or"


@dataclass(frozen=True)
class Example:
    """One entry: how it is listed, what it shows, and how to make it."""

    name: str
    group: str
    title: str
    sentence: str
    make: Callable[[], Experiment]
    logarithmic: bool = False
    """Whether colors that follow log(f − f*) show it better."""


def _formula(entry: NamedFormula) -> Example:
    def make() -> Experiment:
        rates = entry.rates
        return Experiment(
            problem=FormulaProblem(entry.name),
            starts=(given(entry.start),),
            optimizers=(
                optimizers.gradient_descent(rates["gradient_descent"]),
                optimizers.momentum(rates["momentum"], 0.9),
                optimizers.saddle_free(rates.get("saddle_free", 1.0)),
            ),
            steps=entry.steps,
            title=entry.title,
        )

    group = "One parameter" if entry.dimension == 1 else "Two parameters"
    wide = entry.name in {"rosenbrock", "beale", "goldstein_price", "himmelblau", "ill_conditioned", "curved_ravine"}
    return Example(entry.name, group, entry.title, entry.sentence, make, wide)


def _network(
    name: str,
    title: str,
    sentence: str,
    problem: NetworkProblem,
    chosen: tuple[Optimizer, ...],
    steps: int,
    batch_size: int | None = None,
    start: Start | None = None,
    logarithmic: bool = False,
) -> Example:
    def make() -> Experiment:
        begin = start or Start("xavier", seed=0)
        plane = PlaneRecipe("through_ends", begin, chosen[:2], steps, batch_size)
        return Experiment(problem, (begin,), chosen, steps, plane, batch_size, title=title)

    return Example(name, "Networks", title, sentence, make, logarithmic)


def _networks() -> tuple[Example, ...]:
    tanh = "tanh"
    return (
        _network(
            "exclusive_or",
            "Exclusive-or: the plateau",
            "A 2-2-2 sigmoid network sits at loss 0.25 for thousands of steps, then drops; momentum leaves 13 times sooner.",
            NetworkProblem(DatasetRecipe("exclusive_or"), (2,), "sigmoid", "sigmoid", "squared_error"),
            (optimizers.gradient_descent(1.0), optimizers.momentum(1.0, 0.9), optimizers.saddle_free()),
            steps=6000,
        ),
        _network(
            "moons",
            "Two moons",
            "A 2-8-8-2 tanh network with cross-entropy; a small penalty keeps the minimum from running to infinity.",
            NetworkProblem(DatasetRecipe("moons"), (8, 8), tanh, "identity", "cross_entropy", l2=1e-3),
            (optimizers.gradient_descent(0.3), optimizers.momentum(0.1, 0.9), optimizers.damped_newton(adaptive=True)),
            steps=400,
        ),
        _network(
            "spirals",
            "Two spirals",
            "Hard for a small network: long flat stretches between the turns.",
            NetworkProblem(DatasetRecipe("spirals"), (16, 16), tanh, "identity", "cross_entropy"),
            (optimizers.gradient_descent(0.15), optimizers.momentum(0.1, 0.9), optimizers.adam(0.01)),
            steps=1500,
        ),
        _network(
            "circle",
            "Circle",
            "One class inside the other: three hidden units are enough for a closed boundary.",
            NetworkProblem(DatasetRecipe("circle"), (4,), tanh, "identity", "cross_entropy"),
            (optimizers.gradient_descent(0.5), optimizers.momentum(0.2, 0.9), optimizers.adam(0.03)),
            steps=600,
        ),
        _network(
            "gaussians",
            "Gaussian clouds",
            "Overlapping classes without a hidden layer: logistic regression, which is convex.",
            NetworkProblem(DatasetRecipe("gaussians"), (), tanh, "identity", "cross_entropy", l2=1e-2),
            (optimizers.gradient_descent(0.1), optimizers.momentum(0.05, 0.9), optimizers.damped_newton(adaptive=True)),
            steps=200,
            start=Start("normal", seed=0, scale=1.5),
        ),
        _network(
            "sine",
            "Fit a sine",
            "A network of one input and one output; the fitted curve beside the loss.",
            NetworkProblem(DatasetRecipe("sine"), (8,), tanh, "identity", "squared_error"),
            (optimizers.gradient_descent(0.1), optimizers.momentum(0.05, 0.9), optimizers.levenberg_marquardt()),
            steps=800,
            logarithmic=True,
        ),
        _network(
            "digits",
            "Handwritten digits",
            "1,797 real images of 8×8; 64-16-16-10 with mini-batches of 100.",
            NetworkProblem(DatasetRecipe("digits"), (16, 16), tanh, "identity", "cross_entropy"),
            (optimizers.gradient_descent(0.3), optimizers.momentum(0.1, 0.9), optimizers.adam(0.01)),
            steps=300,
            batch_size=100,
        ),
        _network(
            "digits_squared",
            "Handwritten digits, squared error",
            "The lecture's cost: the sum of squared differences of ten sigmoid outputs, averaged over the examples.",
            NetworkProblem(DatasetRecipe("digits"), (16, 16), "sigmoid", "sigmoid", "squared_error"),
            (optimizers.gradient_descent(3.0), optimizers.momentum(0.4, 0.9), optimizers.adam(0.02)),
            steps=1000,
            batch_size=100,
        ),
    )


def _curve_fits() -> tuple[Example, ...]:
    def misra1a() -> Experiment:
        from engine.datasets import read_table

        table = read_table(assets.path("tables/misra1a.csv"))
        # Pressures in thousands give both coefficients a size that a person and a Hessian can read.
        model = "b1*(1-exp(-b2*x/1000))"
        problem = CurveFitProblem(model, table["pressure"], table["volume"], "pressure", "volume")
        start = given([500.0, 0.1])
        chosen = (optimizers.gradient_descent(2e-5), optimizers.gauss_newton(), optimizers.levenberg_marquardt())
        return Experiment(
            problem, (start,), chosen, 60, PlaneRecipe(start=start), title="Adsorption: real measurements"
        )

    sentence = (
        "14 real measurements and two coefficients: the valley is curved and thin; descent comes to its floor at once and "
        "then hardly moves."
    )
    return (Example("misra1a", "Curve fits", "Adsorption: real measurements", sentence, misra1a, True),)


@cache
def _examples() -> Mapping[str, Example]:
    from engine.formulas import NAMED

    formulas = (_formula(entry) for entry in NAMED.values())
    return MappingProxyType({example.name: example for example in (*_networks(), *_curve_fits(), *formulas)})


EXAMPLES: Mapping[str, Example]
"""Every entry by its name. Made when it is asked for: the formulas alone take longer to import than a network."""


def __getattr__(name: str) -> Any:
    if name == "EXAMPLES":
        return _examples()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def example(name: str) -> Example:
    """One entry by its name.

    Raises:
        ValueError: naming what there is.

    >>> import engine
    >>> moons = example("moons").make()
    >>> moons.problem.hidden, moons.steps
    ((8, 8), 400)

    """
    network = next((entry for entry in _networks() if entry.name == name), None)
    if network is not None:
        return network
    if name not in _examples():
        raise ValueError(f"There is no example “{name}”: choose one of {', '.join(_examples())}.")
    return _examples()[name]


def typed(text: str) -> Experiment:
    """An experiment on a formula as typed, with settings that are safe rather than good.

    Raises:
        ValueError: where the text cannot be read, with its column.

    """
    from engine.formulas import Formula

    formula = Formula.parse(text)
    start = read_only([1.0] * formula.dimension)
    return Experiment(
        FormulaProblem(text=text),
        (replace(given(start)),),
        (optimizers.gradient_descent(0.01), optimizers.momentum(0.005, 0.9), optimizers.saddle_free()),
        200,
        title=text,
    )
