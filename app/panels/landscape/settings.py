"""What a person chooses about a landscape."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from app.document import OF_THE_PICTURE, PanelSettings, ViewSettings
from app.pictures.colors import palette
from engine.surfaces import Window

FARTHEST = 1e100
"""Where a window may end: beyond it, distances overflow."""


@dataclass(frozen=True, eq=False)
class LandscapeSettings(PanelSettings):
    """Which part is shown, in which colors, and what is drawn over it.

    Raises:
        ValueError: if the window or the resolution cannot be sampled, or there is no such palette.

    """

    window: Window | None = field(default=None, metadata=OF_THE_PICTURE)
    """The visible range; None: the good window that came with the problem or the plane."""
    resolution: int = 101
    logarithmic: bool = False
    """Whether the colors follow log(f − f*)."""
    palette: str = "viridis"
    overlays: tuple[tuple[str, int], ...] = ()
    """Overlays by name with their amounts: 0 is off, 1 on, more where they can be counted; the others as by default."""

    def __post_init__(self) -> None:
        palette(self.palette)
        if not 2 <= self.resolution <= 4000:
            raise ValueError(f"the resolution must be from 2 to 4,000 points a side, not {self.resolution:,}")
        if any(not 0 <= amount <= 1000 for _, amount in self.overlays):
            raise ValueError("an overlay's amount must be from 0 to 1,000")
        if self.window is not None:
            ends = np.array(self.window)
            if ends.size not in (2, 4) or not np.isfinite(ends).all() or (ends[::2] >= ends[1::2]).any():
                raise ValueError("the window must have two or four finite ends, each range beginning below its end")
            if np.abs(ends).max() > FARTHEST:
                raise ValueError(f"the window must lie within ±{FARTHEST:g}")


def shown_window(settings: LandscapeSettings, good: Window) -> Window:
    """The visible range where the good window is known: a range left over from another dimension does not count."""
    return settings.window if settings.window is not None and len(settings.window) == len(good) else good


def with_good_windows(view: ViewSettings) -> ViewSettings:
    """The view settings with every landscape in its good window, as after a change of the plane."""
    entries = tuple(
        replace(entry, settings=replace(entry.settings, window=None))
        if isinstance(entry.settings, LandscapeSettings)
        else entry
        for entry in view.panels
    )
    return replace(view, panels=entries)
