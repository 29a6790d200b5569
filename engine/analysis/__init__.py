"""What can be measured on runs, points and networks: each definition is written down in its module, with its thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.on_demand import on_demand

if TYPE_CHECKING:
    from engine.analysis import (
        capacity,
        curvature,
        curvature_effort,
        curvature_job,
        density,
        events,
        gradient_noise,
        gradient_parts,
        honesty,
        matching,
        newton_model,
        noise_floor,
        outcomes,
        plateaus,
        rates,
        saddles,
        spectrum,
        stability,
        stationary,
        symmetry,
        zig_zag,
    )

__all__ = [
    "capacity",
    "curvature",
    "curvature_effort",
    "curvature_job",
    "density",
    "events",
    "gradient_noise",
    "gradient_parts",
    "honesty",
    "matching",
    "newton_model",
    "noise_floor",
    "outcomes",
    "plateaus",
    "rates",
    "saddles",
    "spectrum",
    "stability",
    "stationary",
    "symmetry",
    "zig_zag",
]


__getattr__ = on_demand(__name__)
