"""The numbers behind a curvature card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.document import Document
from app.lanes.lane import Results
from app.panels.curvature.lane import CURVATURE_LANE
from app.panels.curvature.words import notes
from app.panels.numbers import not_yet, shown_run
from app.panels.panel import Column, Table
from engine.arrays import Array

if TYPE_CHECKING:
    from engine.analysis.curvature import Curvature
    from engine.analysis.eigen_directions import EigenDirections

GRID = 1001
"""Places at which a density is written."""


def curvature_table(document: Document, results: Results, number: int) -> Table:
    """One row an eigenvalue that is known, ascending.

    Columns ``eigenvalue``, ``bound`` (there is an eigenvalue within this distance), ``slope`` (the gradient's part along the
    eigenvector), ``newton factor`` (1/λ, 0 where λ is zero to rounding), ``newton step``, and ``descent step`` where the method
    has one rate.
    """
    curvature = _known(results, number)
    request = results.delivered[CURVATURE_LANE.key(number)].request
    rate = float(getattr(request, "rate", float("nan")))
    columns = _columns(directions(curvature), curvature.signs.tolerance, rate)
    return Table("Curvature", columns, (*shown_run(document, results), *(note.text for note in notes(curvature))))


def density_table(document: Document, results: Results, number: int) -> Table:
    """Where only the ends are known: ``eigenvalue`` and ``density`` of the spectrum."""
    curvature = _known(results, number)
    if curvature.density is None:
        raise ValueError("There is no density here: all eigenvalues are known, or it is not estimated yet.")
    grid = np.linspace(curvature.lambda_min, curvature.lambda_max, GRID)
    columns: dict[str, Column] = {"eigenvalue": grid, "density": curvature.density.on(grid)}
    return Table("Spectral density", columns, (*shown_run(document, results), curvature.density_sentence))


def has_density(results: Results, number: int) -> bool:
    """Whether the spectrum is that large a one that its density is estimated."""
    curvature = results.of(CURVATURE_LANE, number)
    return curvature is not None and curvature.density is not None


def directions(curvature: Curvature) -> tuple[EigenDirections, ...]:
    """What is known of single eigenvalues, from the lowest up: all of them, or those at both ends."""
    if curvature.whole is not None:
        return (curvature.whole,)
    assert curvature.ends is not None
    return curvature.ends.smallest, curvature.ends.largest


def _known(results: Results, number: int) -> Curvature:
    curvature = results.of(CURVATURE_LANE, number)
    if curvature is None:
        raise not_yet(results.error(CURVATURE_LANE, number), "curvature")
    return curvature


def _columns(parts: tuple[EigenDirections, ...], tolerance: float, rate: float) -> dict[str, Column]:
    values: Array = np.concatenate([part.eigenvalues for part in parts])
    order = np.argsort(values)
    flat = np.abs(values) <= tolerance
    with np.errstate(over="ignore", divide="ignore"):
        factors = np.where(flat, 0.0, 1.0 / np.where(flat, 1.0, values))
    slopes = np.concatenate([part.slopes for part in parts])
    found: dict[str, Array] = {
        "eigenvalue": values,
        "bound": np.concatenate([part.bounds for part in parts]),
        "slope": slopes,
        "newton factor": factors,
        "newton step": np.concatenate([part.newton_steps(tolerance) for part in parts]),
    }
    if np.isfinite(rate):
        found["descent step"] = -rate * slopes
    return {name: column[order] for name, column in found.items()}
