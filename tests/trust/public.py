"""Everything that the engine exports: its own names, those of its packages, and the public functions of its measures."""

import importlib
import inspect
import pkgutil

import engine
from engine import analysis

PACKAGES = (
    engine,
    engine.analysis,
    engine.datasets,
    engine.directions,
    engine.optimizers,
    engine.schedules,
    importlib.import_module("engine.formulas"),
    importlib.import_module("engine.network"),
    importlib.import_module("engine.surfaces"),
    importlib.import_module("engine.lectures"),
)
MODULES = tuple(getattr(analysis, name) for name in analysis.__all__) + tuple(
    importlib.import_module(name)
    for name in (
        "engine.basins",
        "engine.replay",
        "engine.contours",
        "engine.stopping",
        "engine.plane",
        "engine.objective",
    )
)


def modules():
    """All modules of the engine."""
    names = [found.name for found in pkgutil.walk_packages(engine.__path__, "engine.")]
    return [importlib.import_module(name) for name in ("engine", *names) if not name.endswith("__main__")]


def exported():
    """{qualified name: object} of what stands in ``__all__`` of a package, or is public in a module of measures."""
    found = {}
    for package in PACKAGES:
        for name in package.__all__:
            found.setdefault(id(getattr(package, name)), (f"{package.__name__}.{name}", getattr(package, name)))
    for module in MODULES:
        for name, thing in vars(module).items():
            if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__:
                found.setdefault(id(thing), (f"{module.__name__}.{name}", thing))
    return dict(sorted(found.values(), key=lambda pair: pair[0]))


def functions():
    """The exported ones that are functions."""
    return {name: thing for name, thing in exported().items() if inspect.isfunction(thing)}
