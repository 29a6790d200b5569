"""Files that older versions wrote: each opens, shows what it showed, and is written in full from then on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document import Card, CardSettings, PanelSettings, ViewSettings
from app.files.archive import packed, unpacked
from app.files.checks import check
from app.files.errors import SessionError
from app.files.migrations import MIGRATIONS, with_every_card
from app.files.session import VERSION, contents, document_in, open_session, save_session
from app.panels import CURVES, LANDSCAPE, MODEL, PANELS, SLICE
from app.panels.curves.settings import CurvesSettings
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.settings import LandscapeSettings
from app.panels.model.settings import ModelSettings
from app.panels.slice.settings import SliceSettings
from engine.arrays import same
from engine.catalogue import EXAMPLES
from tests.app.files.documents import assert_said_in_full, description, same_when_shown

STORED = Path(__file__).parent / "stored"
FIRST = sorted(path.name for path in STORED.glob("view-1-*.talweg"))
FOUR = (Card("landscape"), Card("curves"), Card("slice"), Card("model"))
"""What every window of version 1 showed."""

OF_VERSION_1 = (LANDSCAPE, CURVES, SLICE, MODEL)
"""The panels that there were; later ones are not opened by older files."""


def held(*settings: PanelSettings, **shared: Any) -> ViewSettings:
    return ViewSettings(cards=FOUR, panels=tuple(CardSettings(1, each) for each in settings), **shared)


def overlays(contours: int, plateaus: bool, hillshade: bool, dots: bool) -> tuple[tuple[str, int], ...]:
    drawn = {"hillshade": hillshade, "contours": contours, "plateaus": plateaus, "paths": True, "dots": dots}
    return tuple((name, int(amount)) for name, amount in drawn.items())


MADE = {
    "view-1-exclusive-or.talweg": (
        "exclusive_or",
        held(
            LandscapeSettings(None, 101, False, "viridis", overlays(16, True, False, True)),
            CurvesSettings("loss", False, True, True, True, 0, "train", 0.001),
            SliceSettings("newton"),
            ModelSettings("viridis"),
        ),
    ),
    "view-1-moons-changed.talweg": (
        "moons",
        held(
            LandscapeSettings((-1.5, 2.0, -0.5, 0.75), 51, True, "magma", overlays(9, False, True, False)),
            CurvesSettings("both losses", True, False, False, False, 25, "validation", 0.01),
            SliceSettings("gradient"),
            ModelSettings("magma"),
            theme="dark",
            selected_start=0,
            selected_optimizer=1,
            step=17,
        ),
    ),
    "view-1-double-well.talweg": (
        "double_well",
        held(
            LandscapeSettings((-1.0, 1.5), 201, False, "viridis", overlays(0, True, False, True)),
            CurvesSettings("loss", False, True, True, True, 0, "train", 0.001),
            SliceSettings("first axis"),
            ModelSettings("viridis"),
        ),
    ),
}
"""What each stored file was made with: an entry of the catalogue, and every setting of its picture."""


def test_what_every_stored_file_holds_is_known() -> None:
    assert sorted(MADE) == FIRST
    assert all({type(entry.settings) for entry in view.panels} == {panel.settings for panel in OF_VERSION_1}
               for _, view in MADE.values())  # fmt: skip


@pytest.mark.parametrize("file", FIRST)
def test_a_file_of_version_1_opens_with_every_setting_where_it_belongs(file: str) -> None:
    opened, (name, wanted) = open_session(STORED / file), MADE[file]
    assert opened.name == name
    assert same(opened.experiment, EXAMPLES[name].make())
    view = opened.view
    for shared in ("theme", "selected_start", "selected_optimizer", "step", "cards"):
        assert getattr(view, shared) == getattr(wanted, shared), shared
    assert len(view.panels) == len(OF_VERSION_1)
    for panel in OF_VERSION_1:
        assert same(panel.in_full(view.of(panel.settings)), wanted.of(panel.settings)), panel.name
    assert {name for name, _ in view.of(LandscapeSettings).overlays} == {overlay.name for overlay in OVERLAYS}


@pytest.mark.parametrize("file", FIRST)
def test_a_file_of_version_1_saved_and_opened_again_is_the_same(file: str, tmp_path: Path) -> None:
    opened = open_session(STORED / file)
    save_session(tmp_path / "a.talweg", opened)
    again = open_session(tmp_path / "a.talweg")
    assert same_when_shown(again, opened)
    assert same(again, with_every_card(opened))
    assert contents(again) == (tmp_path / "a.talweg").read_bytes()


@pytest.mark.parametrize("file", FIRST)
def test_a_file_of_version_1_says_everything_once_it_is_saved(file: str) -> None:
    plain = description(open_session(STORED / file))
    assert plain["version"] == VERSION
    view = plain["document"]["view"]
    assert_said_in_full(view, MADE[file][1])
    assert sorted(entry["settings"]["is"] for entry in view["panels"]) == sorted(
        f"view.{panel.name}" for panel in OF_VERSION_1
    )


def test_there_is_a_way_from_every_older_version() -> None:
    assert sorted(MIGRATIONS) == list(range(1, VERSION))


def rewritten(file: str, change: Callable[[dict[str, Any]], object]) -> bytes:
    """A stored file whose description was changed by hand."""
    text, arrays = unpacked((STORED / file).read_bytes())
    plain = json.loads(text)
    change(plain)
    return packed(json.dumps(plain), arrays)


def test_what_an_early_file_did_not_say_yet_takes_its_default() -> None:
    def forget(plain: Any) -> None:
        for name in ("palette", "patience_least", "along", "contours"):
            del plain["document"]["look"][name]

    view = document_in(rewritten("view-1-moons-changed.talweg", forget)).view
    assert view.of(LandscapeSettings).palette == view.of(ModelSettings).palette == "viridis"
    assert view.of(CurvesSettings).patience_least == 0.001
    assert view.of(SliceSettings).along == "newton"
    full = PANELS["landscape"].in_full(view.of(LandscapeSettings))
    assert dict(full.overlays) == {"contours": 16, "plateaus": 0, "hillshade": 1, "paths": 1, "dots": 0}
    bare = document_in(rewritten("view-1-moons-changed.talweg", lambda plain: plain["document"].pop("look")))
    assert same_when_shown(bare, document_in(contents(bare)))
    assert bare.view.theme == "light"


def test_what_no_version_1_ever_said_is_named() -> None:
    content = rewritten("view-1-exclusive-or.talweg", lambda plain: plain["document"]["look"].update(stereo=True))
    with pytest.raises(SessionError, match=r"document\.view has an entry “stereo” that this version does not know"):
        document_in(content)


ANYTHING: tuple[Any, ...] = (
    None, True, -1, 0, 3.5, 10**30, "", "text", "x" * 50_000, [], [[]], [1, "a"], [0.0, 1.0], {}, {"is": "view"}
)  # fmt: skip


def test_a_file_of_version_1_that_was_changed_by_hand_gets_one_sentence() -> None:
    random = np.random.default_rng(4)
    sentences, used = [], 0
    for _ in range(300):
        file = FIRST[random.integers(len(FIRST))]
        value = ANYTHING[random.integers(len(ANYTHING))]

        def change(plain: Any, value: Any = value) -> None:
            look = plain["document"]["look"]
            place = random.integers(len(look) + 1)
            if place == len(look):
                plain["document"]["look"] = value
            else:
                look[list(look)[place]] = value

        try:
            check(document_in(rewritten(file, change)))
            used += 1
        except SessionError as error:
            sentences.append(str(error))
    assert len(sentences) > 150
    assert max(map(len, sentences)) < 1000
    assert not any(sentence.endswith(".") for sentence in sentences)
    assert used > 20
