"""Every overlay from its entry: its switch, its tooltip, what it changes on a picture, and what it costs while it is off."""

from dataclasses import replace

import numpy as np
import pytest

from app.panels import LANDSCAPE
from app.panels.landscape import overlays as table
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.overlays.overlay import Marks, Overlay
from app.panels.panel import PictureCache
from app.pictures.marks import Marker
from tests.app.boards import board, viewed

EXAMPLES = {"map": "plateau_with_cliff", "curve": "plateau_with_drop"}
PLACES = [(overlay.name, kind) for overlay in OVERLAYS for kind in EXAMPLES]
NOT_ON_CURVES = {"hillshade", "contours"}


def drawn(document, results):
    """What a picture shows, as something that can be compared."""
    picture = LANDSCAPE.picture(document, results, PictureCache(own=LANDSCAPE.cache()), 1)
    raster = getattr(picture, "raster", None)
    lines = (*getattr(picture, "contours", ()), *picture.lines)
    return (
        b"" if raster is None else raster.rgba.tobytes(),
        [(line.x.tolist(), line.y.tolist(), line.color, line.dots) for line in lines],
        list(picture.markers),
        list(getattr(picture, "bands", ())),
    )


def example(kind):
    return board(EXAMPLES[kind], 30)


@pytest.mark.parametrize(("name", "kind"), PLACES)
def test_an_overlay_is_seen_when_it_is_on_and_only_then(name, kind):
    document, results = example(kind)
    overlay = next(each for each in OVERLAYS if each.name == name)
    off, on = viewed(document, **{name: 0}), viewed(document, **{name: overlay.largest})
    assert repr(drawn(off, results)) == repr(drawn(viewed(on, **{name: 0}), results))
    assert (repr(drawn(off, results)) == repr(drawn(on, results))) == (kind == "curve" and name in NOT_ON_CURVES)


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda overlay: overlay.name)
def test_an_overlay_has_its_switch_and_its_tooltip_in_the_form(overlay):
    document, results = example("map")
    options = {option.field.key: option for option in LANDSCAPE.options(document, results, 1)}
    field = options[overlay.name].field
    assert (field.title, field.tip) == (overlay.title, overlay.tip)
    assert field.kind == ("switch" if overlay.largest == 1 else "integer")
    assert int(field.value) == overlay.default
    changed = options[overlay.name].changed(not overlay.default if overlay.largest == 1 else 5)
    assert dict(changed.overlays)[overlay.name] == (int(not overlay.default) if overlay.largest == 1 else 5)


def test_a_new_overlay_needs_one_entry(monkeypatch):
    seen = []

    def marks(scene, amount):
        seen.append(amount)
        return Marks(markers=(Marker(0.0, 0.0, "#123456", label="here"),))

    new = Overlay("here", "Here", "Marks the origin.", marks=marks)
    monkeypatch.setattr(table, "OVERLAYS", OVERLAYS)
    OVERLAYS.append(new)
    try:
        document, results = example("map")
        assert drawn(document, results)[2] == [
            marker for marker in drawn(document, results)[2] if marker.label != "here"
        ]
        assert not seen, "an overlay that is off costs nothing"
        on = replace(document, view=document.view.changed(LANDSCAPE.settings, overlays=(("here", 1),)))
        assert "here" in [marker.label for marker in drawn(on, results)[2]]
        assert "here" in {option.field.key for option in LANDSCAPE.options(document, results, 1)}
    finally:
        OVERLAYS.remove(new)


def test_names_are_told_apart():
    assert len({overlay.name for overlay in OVERLAYS}) == len(OVERLAYS)
    assert np.all([0 <= overlay.default <= overlay.largest for overlay in OVERLAYS])
