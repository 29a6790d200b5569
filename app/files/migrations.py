"""From what older versions wrote to what this one reads; settings that they did not know; data files that have moved.

Each change of the format adds a function here and a file of the day before among the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any

from app.document import Document
from app.panels import open_cards, panel_of, settings_of
from engine.datasets import SourceFile
from engine.optimizers import KINDS, Optimizer
from engine.problem import NetworkProblem

Plain = dict[str, Any]


def migrated(plain: Plain) -> Any:
    """The entry ``document`` of a file's description, as this version writes it."""
    document = plain["document"]
    for version in range(plain["version"], max(MIGRATIONS) + 1):
        document = MIGRATIONS[version](document)
    return document


def _nested_view(document: Any) -> Any:
    """Version 1 had one flat ``look`` and always the same cards; since then each card has the settings of its panel."""
    if not isinstance(document, dict) or not isinstance(document.get("look"), dict):
        return document
    look = dict(document["look"])
    panels = [{"is": "card_settings", "number": 1, "settings": settings} for settings in _panel_settings(look)]
    shared = {name: look[name] for name in SHARED if name in look}
    unknown = {name: value for name, value in look.items() if name not in (*SHARED, *MOVED, "is")}
    kept = {name: value for name, value in document.items() if name != "look"}
    cards = [{"is": "card", "panel": panel, "number": 1} for panel in SHOWN]
    return {**kept, "view": {"is": "view", **shared, **unknown, "cards": cards, "panels": panels}}


SHARED = ("theme", "selected_start", "selected_optimizer", "step")
"""What belonged, and still belongs, to all cards."""
SHOWN = ("landscape", "curves", "slice", "model")
"""The panels of every window."""
MOVED = {
    "window": ("landscape",),
    "resolution": ("landscape",),
    "logarithmic": ("landscape",),
    "palette": ("landscape", "model"),
    "along": ("slice",),
    "quantity": ("curves",),
    "log_steps": ("curves",),
    "log_values": ("curves",),
    "patience": ("curves",),
    "patience_on": ("curves",),
    "patience_least": ("curves",),
    "plateaus": ("landscape", "curves"),
    "dots": ("landscape", "curves"),
    "contours": ("landscape",),
    "hillshade": ("landscape",),
}
"""The panels whose cards have taken over a setting."""
OVERLAYS = ("contours", "plateaus", "hillshade", "dots")
PATHS_DRAWN = (["paths", 1],)
"""What nobody could choose yet."""


def _panel_settings(look: Plain) -> list[Plain]:
    found: dict[str, Plain] = {}
    for name, panels in MOVED.items():
        for panel in panels if name in look else ():
            settings = found.setdefault(panel, {"is": f"view.{panel}"})
            if panel == "landscape" and name in OVERLAYS:
                amount = look[name]
                amount = int(amount) if isinstance(amount, bool) else amount
                settings["overlays"] = [*settings.get("overlays", PATHS_DRAWN), [name, amount]]
            else:
                settings[name] = look[name]
    return list(found.values())


MIGRATIONS: dict[int, Callable[[Any], Any]] = {1: _nested_view}
"""By the version that a file has: what makes it one of the next version."""


def with_every_card(document: Document) -> Document:
    """The document with its open cards and all their settings said in full.

    A later version may open other cards or change a default, and an older file must still show what it showed.
    """
    view = document.view
    cards = open_cards(view)
    for card in cards:
        view = view.with_settings(panel_of(card).in_full(settings_of(view, card)), card.number)
    return replace(document, view=replace(view, cards=cards))


def with_all_settings(document: Document) -> Document:
    """The document with the defaults of settings that its optimizers did not have yet when it was saved."""
    experiment = document.experiment
    optimizers = tuple(_completed(optimizer) for optimizer in experiment.optimizers)
    of_plane = tuple(_completed(optimizer) for optimizer in experiment.plane.optimizers)
    if optimizers == experiment.optimizers and of_plane == experiment.plane.optimizers:
        return document
    plane = replace(experiment.plane, optimizers=of_plane)
    return replace(document, experiment=replace(experiment, optimizers=optimizers, plane=plane))


def _completed(optimizer: Optimizer) -> Optimizer:
    if optimizer.kind not in KINDS:
        return optimizer  # the check refuses it
    known = {name for name, _ in optimizer.settings}
    new = tuple((p.name, p.default) for p in KINDS[optimizer.kind].parameters if p.name not in known)
    return replace(optimizer, settings=(*optimizer.settings, *new)) if new else optimizer


def with_files_beside(document: Document, folder: Path) -> Document:
    """The document with data files that are not where they were, but in ``folder``: somebody was sent both."""
    problem = document.experiment.problem
    if not isinstance(problem, NetworkProblem) or not problem.data.files:
        return document
    files = tuple(_found(file, folder) for file in problem.data.files)
    if files == problem.data.files:
        return document
    changed = replace(problem, data=replace(problem.data, files=files))
    return replace(document, experiment=replace(document.experiment, problem=changed))


def _found(file: SourceFile, folder: Path) -> SourceFile:
    # The path may be from another system: Windows's rules know both kinds of separators.
    beside = folder / PureWindowsPath(file.path).name
    try:
        lost = not Path(file.path).is_file() and beside.is_file()
    except (OSError, ValueError):
        return file
    return replace(file, path=str(beside.resolve())) if lost else file
