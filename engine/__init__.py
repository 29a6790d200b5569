"""Talweg's engine: losses as landscapes, optimizers as paths through them. Values and pure functions, no Qt.

>>> import engine
>>> bowl = engine.Formula("rosenbrock")
>>> runs = engine.descend(bowl, [[-1.0, 1.0]], [engine.optimizers.momentum(0.001, beta=0.9)], steps=100)
>>> runs.points.shape, runs.values.shape
((101, 1, 2), (101, 1))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.on_demand import on_demand

if TYPE_CHECKING:
    from engine import analysis, basins, contours, datasets, directions, optimizers, replay, schedules, stopping
    from engine.basins import Basins
    from engine.catalogue import EXAMPLES, example
    from engine.curve_fit import CurveFit
    from engine.datasets import Dataset, DatasetRecipe
    from engine.descent import Descent, continued, descend, descent_job
    from engine.experiment import Experiment
    from engine.formulas import Formula, FormulaError
    from engine.network import Network
    from engine.objective import Block, Objective, Parts
    from engine.plane import Line, Plane
    from engine.plane_recipe import PlaneRecipe
    from engine.problem import CurveFitProblem, FormulaProblem, NetworkProblem, assemble
    from engine.replay import Replayed
    from engine.start import Start
    from engine.stopping import Patience
    from engine.surfaces import Surface, surface, surface_job
    from engine.trajectory import Ending, Outcome, Trajectories

__all__ = [
    "EXAMPLES",
    "Basins",
    "Block",
    "CurveFit",
    "CurveFitProblem",
    "Dataset",
    "DatasetRecipe",
    "Descent",
    "Ending",
    "Experiment",
    "Formula",
    "FormulaError",
    "FormulaProblem",
    "Line",
    "Network",
    "NetworkProblem",
    "Objective",
    "Outcome",
    "Parts",
    "Patience",
    "Plane",
    "PlaneRecipe",
    "Replayed",
    "Start",
    "Surface",
    "Trajectories",
    "analysis",
    "assemble",
    "basins",
    "continued",
    "contours",
    "datasets",
    "descend",
    "descent_job",
    "directions",
    "example",
    "optimizers",
    "replay",
    "schedules",
    "stopping",
    "surface",
    "surface_job",
]

__getattr__ = on_demand(
    __name__,
    {
        "engine.basins": ("Basins",),
        "engine.catalogue": ("EXAMPLES", "example"),
        "engine.curve_fit": ("CurveFit",),
        "engine.datasets": ("Dataset", "DatasetRecipe"),
        "engine.descent": ("Descent", "continued", "descend", "descent_job"),
        "engine.experiment": ("Experiment",),
        "engine.plane_recipe": ("PlaneRecipe",),
        "engine.start": ("Start",),
        "engine.formulas": ("Formula", "FormulaError"),
        "engine.network": ("Network",),
        "engine.objective": ("Block", "Objective", "Parts"),
        "engine.plane": ("Line", "Plane"),
        "engine.problem": ("CurveFitProblem", "FormulaProblem", "NetworkProblem", "assemble"),
        "engine.replay": ("Replayed",),
        "engine.stopping": ("Patience",),
        "engine.surfaces": ("Surface", "surface", "surface_job"),
        "engine.trajectory": ("Ending", "Outcome", "Trajectories"),
    },
)
