"""How results are shown: colors, overlays, what the slice and the curves show, the visible range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from app.document import Along, Document, Quantity
from app.pictures.colors import PALETTES
from app.results import Results
from app.setup_form.form import Choice, Field, Value
from app.setup_form.problem import about_network
from app.setup_form.setting import Change, Group, Setting, within
from app.setup_form.titles import ALONG, QUANTITIES
from app.theme import THEMES
from engine.surfaces import Window

RESOLUTIONS = (51, 101, 201, 401)
MOST_CONTOURS = 40
SIDES = ("from", "to")


def look_group(document: Document, results: Results) -> Group:
    """Everything about the pictures; the runs' numbers do not depend on it."""
    look = document.look
    scale = Field(
        "view.scale",
        "Colors",
        "choice",
        "logarithmic" if look.logarithmic else "linear",
        choices=(Choice("linear", "Follow the loss"), Choice("logarithmic", "Follow log(loss − f*)")),
        tip="f* is the lowest known loss; a logarithmic scale shows what happens near it.",
    )
    settings = (
        Setting(scale, lambda value: _looking(document, logarithmic=value == "logarithmic")),
        _chosen(
            document, "palette", "Palette", {name: text.split(",")[0].split(":")[0] for name, text in PALETTES.items()}
        ),
        _contours(document),
        _switch(document, "plateaus", "Shade plateaus", "Where the loss is nearly flat, on landscape and curves."),
        _switch(document, "hillshade", "Hillshade", "Light from the upper left, as on a map of mountains."),
        _switch(document, "dots", "A dot for each step", "Crowded dots are slow steps."),
        _resolution(document),
        *_range(document, results),
        _chosen(document, "along", "Slice along", {name: ALONG[name] for name in get_args(Along)}),
        _chosen(document, "quantity", "Curves show", {name: QUANTITIES[name] for name in get_args(Quantity)}),
        _switch(document, "log_steps", "Logarithmic steps", "The step axis of the curves.", remembered=True),
        _switch(document, "log_values", "Logarithmic values", "The value axis of the curves.", remembered=True),
        *_patience(document),
        _chosen(document, "theme", "Theme", {name: name.capitalize() for name in THEMES}),
    )
    return Group("view", "View", settings, collapsed=True)


WATCHED = {"train": "Training loss", "validation": "Validation loss"}
MOST_PATIENCE = 1_000_000


def _looking(document: Document, **changes: object) -> Change:
    return Change(replace(document, look=replace(document.look, **changes)))  # type: ignore[arg-type]


def _setting(document: Document, field: Field, name: str, remembered: bool = False) -> Setting:
    return Setting(field, lambda value: _looking(document, **{name: value}), remembered)


def _switch(document: Document, name: str, title: str, tip: str, remembered: bool = False) -> Setting:
    return _setting(
        document, Field(f"view.{name}", title, "switch", getattr(document.look, name), tip=tip), name, remembered
    )


def _chosen(document: Document, name: str, title: str, titles: dict[str, str]) -> Setting:
    choices = tuple(Choice(value, text) for value, text in titles.items())
    return _setting(
        document, Field(f"view.{name}", title, "choice", getattr(document.look, name), choices=choices), name
    )


def _contours(document: Document) -> Setting:
    tip = "How many lines of equal loss; 0: none."
    field = Field(
        "view.contours", "Contours", "integer", document.look.contours, 0, MOST_CONTOURS, tip=tip, special="none"
    )
    return _setting(document, field, "contours")


def _patience(document: Document) -> tuple[Setting, ...]:
    tip = (
        "Marks where somebody would have stopped who waits this many steps for a lower loss; the run goes on, dashed. "
        "0: nobody stops."
    )
    field = Field(
        "view.patience",
        "Patience",
        "integer",
        document.look.patience,
        0,
        MOST_PATIENCE,
        tip=tip,
        special="off",
        unit="steps",
    )
    patience = _setting(document, field, "patience")
    if not document.look.patience:
        return (patience,)
    tip = "A smaller gain is not seen on a curve; as a share of the first loss. 0: every gain counts, however small."
    least = Field(
        "view.patience_least", "Least gain", "number", document.look.patience_least, 0.0, 0.1, logarithmic=True, tip=tip
    )
    gain = Setting(least, lambda value: _looking(document, patience_least=within(least, float(value or 0.0))))
    if about_network(document) is None:
        return patience, gain
    return patience, gain, _chosen(document, "patience_on", "Watching", WATCHED)


def _resolution(document: Document) -> Setting:
    current = document.look.resolution
    sides = sorted({*RESOLUTIONS, current})
    choices = tuple(Choice(str(side), f"{side} points a side") for side in sides)
    tip = "How finely the landscape is sampled."
    field = Field("view.resolution", "Resolution", "choice", str(current), choices=choices, tip=tip)
    return Setting(field, lambda value: _looking(document, resolution=int(str(value))), remembered=False)


def _range(document: Document, results: Results) -> tuple[Setting, ...]:
    """The ends of the visible range, once they are known."""
    drawn = results.plane
    window = document.look.window or (drawn.window if drawn is not None else None)
    if window is None:
        return ()
    rows = ("Across", "Up") if len(window) == 4 else ("Across",)
    settings = []
    for end, value in enumerate(window):
        row, side = rows[end // 2], SIDES[end % 2]
        field = Field(
            f"view.window.{end}", side, "number", float(value), row=row, tip="The visible range of the landscape."
        )
        settings.append(Setting(field, _end(document, window, end)))
    if document.look.window is not None:
        fit = Field("view.fit", "Whole landscape", "button", tip="Go back to the good window (F).")
        settings.append(Setting(fit, lambda _: _looking(document, window=None)))
    return tuple(settings)


def _end(document: Document, window: Window, end: int) -> Callable[[Value], Change]:
    def change(value: Value) -> Change:
        ends = [*window[:end], float(value or 0.0), *window[end + 1 :]]
        if not all(low < high for low, high in zip(ends[::2], ends[1::2], strict=True)):
            raise ValueError("The visible range must begin below its end.")
        return _looking(document, window=tuple(ends))

    return change
