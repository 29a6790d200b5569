"""Colors of the window and of exported pictures, light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True)
class Theme:
    """Every color that is not data. Run colors keep their hue in both themes and stay apart for color-blind readers."""

    name: ThemeName
    window: str
    """Behind the panels."""
    panel: str
    """Panels, controls."""
    plot: str
    """Behind data."""
    text: str
    muted: str
    grid: str
    border: str
    accent: str
    warning: str
    plateau: str
    contour: str
    runs: tuple[str, ...]
    classes: tuple[str, ...]

    def run(self, index: int) -> str:
        """The color of optimizer ``index``, everywhere."""
        return self.runs[index % len(self.runs)]


# Run colors after Okabe & Ito (2008), "Color Universal Design", darkened or lightened to keep contrast with each ground.
LIGHT = Theme(
    name="light",
    window="#eef0f3",
    panel="#ffffff",
    plot="#ffffff",
    text="#1d2430",
    muted="#667085",
    grid="#dfe3ea",
    border="#d0d5de",
    accent="#2563a8",
    warning="#b54708",
    plateau="#c98a00",
    contour="#ffffff",
    runs=("#d55e00", "#0072b2", "#009e73", "#cc3f91", "#7a5cc7", "#8c6d1f", "#2aa5c9", "#5b6470"),
    classes=(
        "#2f6fb3",
        "#d9772b",
        "#3a9b62",
        "#b5499b",
        "#8a7a2a",
        "#5a5fc0",
        "#c24a4a",
        "#2b9aa0",
        "#7d5a46",
        "#6b7280",
    ),
)
DARK = Theme(
    name="dark",
    window="#14171c",
    panel="#1c2027",
    plot="#171a20",
    text="#e6e9ef",
    muted="#98a2b3",
    grid="#2c323c",
    border="#343b47",
    accent="#6cb0f5",
    warning="#f5a35c",
    plateau="#f0b429",
    contour="#ffffff",
    runs=("#ff8a3d", "#4db3f5", "#2fd6a3", "#f27fc0", "#b39bf5", "#d9b65a", "#6fd3ee", "#aab3c0"),
    classes=(
        "#6ea8e6",
        "#f0a15c",
        "#62c98d",
        "#e07fc6",
        "#c9b75a",
        "#9296f0",
        "#ee7f7f",
        "#5fc9cf",
        "#b98d74",
        "#a5adba",
    ),
)
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK}
