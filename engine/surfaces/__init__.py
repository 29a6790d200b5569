"""Values of an objective along a line or over a window of a plane, and what can be read off them."""

from engine.surfaces.sampled import Surface
from engine.surfaces.sampling import own_flat, surface, surface_job
from engine.surfaces.scales import above_floor, floor_below
from engine.surfaces.shading import Bending, bending, flat_region
from engine.surfaces.windows import Window, window_around, window_of

__all__ = [
    "Bending",
    "Surface",
    "Window",
    "above_floor",
    "bending",
    "flat_region",
    "floor_below",
    "own_flat",
    "surface",
    "surface_job",
    "window_around",
    "window_of",
]
