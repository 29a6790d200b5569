"""What a person does with a landscape beside dragging starts: zoom, fit, read off, and what is said of it in records."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.lanes.runs import RUNS
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.overlays.overlay import amount
from app.panels.landscape.settings import LandscapeSettings, shown_window
from app.panels.panel import Commands
from engine.analysis.wording import number
from engine.arrays import Array
from engine.experiment import Experiment
from engine.problem import NetworkProblem
from engine.surfaces import Surface, Window, window_around
from engine.trajectory import Ending

FINE = 201
"""Samples a side for formulas and curve fits, which cost next to nothing: narrow valleys need them."""


def fresh(settings: LandscapeSettings, experiment: Experiment, logarithmic: bool) -> LandscapeSettings:
    """The settings for another experiment: its good window, in the colors and with the samples that suit it."""
    fine = not isinstance(experiment.problem, NetworkProblem)
    resolution = FINE if fine else LandscapeSettings.resolution
    return replace(settings, window=None, logarithmic=logarithmic, resolution=resolution)


def in_full(settings: LandscapeSettings) -> LandscapeSettings:
    """The settings with the amount of every overlay."""
    return replace(settings, overlays=tuple((overlay.name, amount(settings, overlay)) for overlay in OVERLAYS))


def zoomed(settings: LandscapeSettings, window: Window) -> LandscapeSettings:
    """Another visible range, as a person has zoomed or moved it."""
    return replace(settings, window=window) if np.isfinite(window).all() else settings


def good_window(document: Document, _: Results, card: int) -> LandscapeSettings:
    """The range that came with the problem or the plane."""
    return replace(document.view.of(LandscapeSettings, card), window=None)


def toggled_scale(document: Document, _: Results, card: int) -> LandscapeSettings:
    """Logarithmic or linear colors."""
    settings = document.view.of(LandscapeSettings, card)
    return replace(settings, logarithmic=not settings.logarithmic)


def around_paths(document: Document, results: Results, card: int) -> LandscapeSettings:
    """A window around every path that stayed finite."""
    settings = document.view.of(LandscapeSettings, card)
    built, runs = results.of(PLANE), results.of(RUNS)
    if built is None or runs is None:
        return settings
    paths = [runs.trajectories.path(run)[1] for run in range(runs.trajectories.runs)]
    # A run that diverged leaves any window; the others should not shrink to a dot for it.
    kept = [
        path for path, end in zip(paths, runs.trajectories.outcomes, strict=True) if end.ending is not Ending.DIVERGED
    ]
    return replace(settings, window=window_around(built.flat, np.concatenate(kept))) if kept else settings


COMMANDS: Commands[LandscapeSettings] = {
    "fit": good_window,
    "fit_runs": around_paths,
    "log_scale": toggled_scale,
    "new_weights": good_window,
    "remake_plane": good_window,
}


def described(document: Document, results: Results, number: int) -> str:
    """The window and how finely it is sampled."""
    settings, built = document.view.of(LandscapeSettings, number), results.of(PLANE)
    window = settings.window if built is None else shown_window(settings, built.window)
    if window is None:
        return ""
    scale = ", logarithmic colors" if settings.logarithmic else ""
    side = f"{settings.resolution:,}"
    points = f"{side} points" if len(window) == 2 else f"{side} × {side} points"
    name = "Window" if number == 1 else f"Window of landscape {number}"
    return f"{name}: {window_in_words(window)}, {points}{scale}."


def window_in_words(window: Window) -> str:
    """The ends of a window.

    >>> window_in_words((-1.0, 2.0, 0.0, 0.5))
    'first coordinate from -1 to 2, second from 0 to 0.5'

    """
    ends = [f"from {low:.6g} to {high:.6g}" for low, high in zip(window[::2], window[1::2], strict=True)]
    return f"coordinate {ends[0]}" if len(ends) == 1 else f"first coordinate {ends[0]}, second {ends[1]}"


def read_off(document: Document, results: Results, card: int, x: float, y: float) -> str:
    """Coordinates, loss and slope at a place; empty where nothing is known yet."""
    surface, built = results.of(SURFACE, card), results.of(PLANE)
    if surface is None or built is None:
        return ""
    place = np.array([x, y])[: built.flat.dimension]
    loss, *around = _read(surface, place)
    where = ", ".join(number(float(c)) for c in place)
    if not np.isfinite(loss):
        return f"at ({where})"
    slope = _slope(surface, around)
    steep = f"   slope ≈ {number(slope)}" if np.isfinite(slope) else ""  # at the rim there is no sample beyond
    return f"at ({where})   loss ≈ {number(loss)}{steep}"


def _read(surface: Surface, place: Array) -> list[float]:
    """The loss at a place, then ahead of it and behind it by one cell along each coordinate."""
    cells = np.diag([axis[1] - axis[0] for axis in surface.axes[::-1]])
    return [
        float(value) for value in surface.at(np.stack([place, *(p for c in cells for p in (place + c, place - c))]))
    ]


def _slope(surface: Surface, around: list[float]) -> float:
    """Length of the gradient in the picture's coordinates, by central differences over two cells."""
    widths = [2 * float(axis[1] - axis[0]) for axis in surface.axes[::-1]]
    return math.hypot(*(
        (ahead - behind) / width for ahead, behind, width in zip(around[::2], around[1::2], widths, strict=True)
    ))  # fmt: skip
