"""Packages whose parts are imported when somebody asks for them: who needs one does not wait for the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def on_demand(package: str, homes: Mapping[str, tuple[str, ...]] | None = None) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package: names come from their modules in ``homes``, all others are modules of its own.

    >>> on_demand("engine", {"engine.plane": ("Line",)})("Line").__name__
    'Line'

    """
    places = {name: home for home, names in (homes or {}).items() for name in names}

    def find(name: str) -> Any:
        if name in places:
            return getattr(import_module(places[name]), name)
        try:
            return import_module(f"{package}.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"{package}.{name}":
                raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return find
