"""The landscape's settings in the setup form: colors, overlays, samples, the visible range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.document import Document
from app.fields import Choice, Field, Value
from app.lanes.lane import Results
from app.lanes.plane import PLANE
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.overlays.overlay import Overlay, amount, with_amount
from app.panels.landscape.settings import LandscapeSettings, shown_window
from app.panels.panel import Option
from app.pictures.colors import PALETTES
from engine.surfaces import Window

RESOLUTIONS = (51, 101, 201, 401)
SIDES = ("from", "to")


def landscape_options(document: Document, results: Results, number: int) -> tuple[Option[LandscapeSettings], ...]:
    """Everything about one card's picture; the runs' numbers do not depend on it."""
    settings, built = document.view.of(LandscapeSettings, number), results.of(PLANE)
    window = settings.window if built is None else shown_window(settings, built.window)
    return (
        _scale(settings),
        _palette(settings),
        *(_overlay(settings, overlay) for overlay in OVERLAYS),
        _resolution(settings),
        *_range(settings, window),
    )


def _scale(settings: LandscapeSettings) -> Option[LandscapeSettings]:
    field = Field(
        "scale",
        "Colors",
        "choice",
        "logarithmic" if settings.logarithmic else "linear",
        choices=(Choice("linear", "Follow the loss"), Choice("logarithmic", "Follow log(loss − f*)")),
        tip="f* is the lowest known loss; a logarithmic scale shows what happens near it.",
    )
    return Option(field, lambda value: replace(settings, logarithmic=value == "logarithmic"), undoable=True)


def _palette(settings: LandscapeSettings) -> Option[LandscapeSettings]:
    choices = tuple(Choice(name, text.split(",")[0].split(":")[0]) for name, text in PALETTES.items())
    field = Field("palette", "Palette", "choice", settings.palette, choices=choices)
    return Option(field, lambda value: replace(settings, palette=str(value)))


def _overlay(settings: LandscapeSettings, overlay: Overlay) -> Option[LandscapeSettings]:
    """Its switch, or its number where it can be counted."""
    drawn = amount(settings, overlay)
    if overlay.largest == 1:
        field = Field(overlay.name, overlay.title, "switch", bool(drawn), tip=overlay.tip)
    else:
        field = Field(
            overlay.name, overlay.title, "integer", drawn, 0, overlay.largest, tip=overlay.tip, special=overlay.none
        )
    return Option(field, lambda value: replace(settings, overlays=with_amount(settings, overlay, int(value or 0))))


def _resolution(settings: LandscapeSettings) -> Option[LandscapeSettings]:
    current = settings.resolution
    choices = tuple(Choice(str(side), f"{side} points a side") for side in sorted({*RESOLUTIONS, current}))
    tip = "How finely the landscape is sampled."
    field = Field("resolution", "Resolution", "choice", str(current), choices=choices, tip=tip)
    return Option(field, lambda value: replace(settings, resolution=int(str(value))))


def _range(settings: LandscapeSettings, window: Window | None) -> tuple[Option[LandscapeSettings], ...]:
    """The ends of the visible range, once they are known."""
    if window is None:
        return ()
    rows = ("Across", "Up") if len(window) == 4 else ("Across",)
    tip = "The visible range of the landscape."
    options = [
        Option(
            Field(f"window.{end}", SIDES[end % 2], "number", float(value), row=rows[end // 2], tip=tip),
            _end(settings, window, end),
            undoable=True,
        )
        for end, value in enumerate(window)
    ]
    if settings.window is not None:
        fit = Field("fit", "Whole landscape", "button", tip="Go back to the good window (F).")
        options.append(Option(fit, lambda _: replace(settings, window=None), undoable=True))
    return tuple(options)


def _end(settings: LandscapeSettings, window: Window, end: int) -> Callable[[Value], LandscapeSettings]:
    def changed(value: Value) -> LandscapeSettings:
        ends = [*window[:end], float(value or 0.0), *window[end + 1 :]]
        if not all(low < high for low, high in zip(ends[::2], ends[1::2], strict=True)):
            raise ValueError("The visible range must begin below its end.")
        return replace(settings, window=tuple(ends))

    return changed
