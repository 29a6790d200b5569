"""Saving and opening: what comes back is the same, and a file is either whole or as it was."""

import hashlib
import os
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given as with_examples
from hypothesis import settings
from hypothesis import strategies as st

from app.document import Card, CardSettings, Document, ViewSettings
from app.files.migrations import with_every_card
from app.files.session import SessionError, contents, document_in, open_session, save_session
from app.panels import PANELS
from app.panels.curvature.settings import SCALES, CurvatureSettings
from app.panels.curves.settings import MAX_PATIENCE_STEPS, CurvesSettings, Quantity, Watched
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.overlays.overlay import amount
from app.panels.landscape.settings import LandscapeSettings
from app.panels.model.settings import ModelSettings
from app.panels.slice.settings import Along, SliceSettings
from app.pictures.colors import PALETTES
from app.theme import THEMES
from engine import optimizers
from engine.arrays import read_only, same
from engine.catalogue import EXAMPLES
from engine.datasets import DatasetRecipe, SourceFile
from engine.problem import NetworkProblem
from engine.start import Start, given
from tests.app.files.documents import DOCUMENTS, P, assert_said_in_full, description, network, same_when_shown

FINITE = st.floats(allow_nan=False, allow_infinity=False)
PAIRS = st.tuples(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9)).map(lambda pair: (pair[0], pair[0] + pair[1]))
OVERLAID = st.fixed_dictionaries({}, optional={each.name: st.integers(0, each.largest) for each in OVERLAYS})
SETTINGS = {
    LandscapeSettings: st.builds(
        LandscapeSettings,
        window=st.none() | PAIRS | st.tuples(PAIRS, PAIRS).map(lambda pair: (*pair[0], *pair[1])),
        resolution=st.integers(2, 4000),
        logarithmic=st.booleans(),
        palette=st.sampled_from(sorted(PALETTES)),
        overlays=OVERLAID.map(lambda amounts: tuple(amounts.items())),
    ),
    CurvesSettings: st.builds(
        CurvesSettings,
        quantity=st.sampled_from(get_args(Quantity)),
        log_steps=st.booleans(),
        log_values=st.booleans(),
        plateaus=st.booleans(),
        dots=st.booleans(),
        patience=st.integers(0, MAX_PATIENCE_STEPS),
        patience_on=st.sampled_from(get_args(Watched)),
        patience_least=st.floats(0, 1),
    ),
    SliceSettings: st.builds(SliceSettings, along=st.sampled_from(get_args(Along))),
    CurvatureSettings: st.builds(CurvatureSettings, scale=st.sampled_from(sorted(SCALES))),
    ModelSettings: st.builds(
        ModelSettings,
        palette=st.sampled_from(sorted(PALETTES)),
        previous_point=st.none() | st.lists(FINITE, min_size=P, max_size=P).map(read_only),
    ),
}
CARDS = st.builds(Card, st.sampled_from(sorted(PANELS)), st.integers(1, 9))
ENTRIES = st.builds(CardSettings, st.integers(1, 9), st.one_of(*SETTINGS.values()))
VIEWS = st.builds(
    ViewSettings,
    theme=st.sampled_from(sorted(THEMES)),
    selected_start=st.integers(0, 9),
    selected_optimizer=st.integers(0, 9),
    step=st.none() | st.integers(0, 10**6),
    cards=st.lists(CARDS, unique=True, max_size=6).map(tuple),
    panels=st.lists(ENTRIES, unique_by=lambda entry: (type(entry.settings), entry.number), max_size=6).map(tuple),
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_was_saved_is_what_is_opened(name: str, tmp_path: Path) -> None:
    path = tmp_path / "ä b.talweg"
    save_session(path, DOCUMENTS[name])
    opened = open_session(path)
    assert same_when_shown(opened, DOCUMENTS[name])
    assert same(opened, with_every_card(DOCUMENTS[name]))
    assert contents(opened) == path.read_bytes()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_entry_of_the_catalogue_can_be_saved(name: str, tmp_path: Path) -> None:
    document = Document(EXAMPLES[name].make(), name=name)
    save_session(tmp_path / "a.talweg", document)
    assert same_when_shown(open_session(tmp_path / "a.talweg"), document)


def test_every_panels_settings_are_tried() -> None:
    assert set(SETTINGS) == {panel.settings for panel in PANELS.values()}


@settings(deadline=None)
@with_examples(VIEWS)
def test_any_view_comes_back(view: ViewSettings) -> None:
    document = replace(DOCUMENTS["network"], view=view)
    opened = document_in(contents(document))
    assert same_when_shown(opened, document)
    assert same(opened, with_every_card(document))
    for entry in view.panels:
        found = opened.view.of(type(entry.settings), entry.number)
        assert all(
            same(getattr(found, field.name), getattr(entry.settings, field.name))
            for field in fields(found)
            if field.name != "overlays"
        )


@with_examples(SETTINGS[LandscapeSettings])
def test_overlays_that_are_said_in_full_are_those_that_were_drawn(landscape: LandscapeSettings) -> None:
    said = PANELS["landscape"].in_full(landscape)
    assert same(replace(said, overlays=landscape.overlays), landscape)
    assert said.overlays == tuple((overlay.name, amount(landscape, overlay)) for overlay in OVERLAYS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_file_says_every_setting_of_every_open_card(name: str) -> None:
    """A later version may open other cards or have other defaults, and this file must still show the same."""
    document = DOCUMENTS[name]
    assert_said_in_full(description(document)["document"]["view"], document.view)


@settings(deadline=None)
@with_examples(st.lists(FINITE, min_size=P, max_size=P), FINITE, st.text(max_size=50))
def test_numbers_and_texts_come_back_to_the_last_bit(point: list[float], rate: float, title: str) -> None:
    method = optimizers.gradient_descent(abs(rate) or 1.0)
    document = network(starts=(given(point),), optimizers=(method,), title=title)
    opened = document_in(contents(document)).experiment
    assert opened.starts[0].given is not None
    assert opened.starts[0].given.tobytes() == np.array(point).tobytes()  # the sign of −0 too
    assert opened.optimizers == (method,)
    assert opened.title == title


def test_arrays_of_an_opened_document_cannot_be_written_to() -> None:
    start = document_in(contents(DOCUMENTS["network"])).experiment.starts[2]
    assert start.given is not None
    assert not start.given.flags.writeable


def test_numpy_numbers_are_saved_as_numbers() -> None:
    document = network(steps=np.int64(30), starts=(Start(scale=np.float64(0.5)),))  # type: ignore[arg-type]
    opened = document_in(contents(document)).experiment
    assert (type(opened.steps), opened.steps) == (int, 30)
    assert (type(opened.starts[0].scale), opened.starts[0].scale) == (float, 0.5)


def test_what_cannot_be_opened_again_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.talweg"
    save_session(path, DOCUMENTS["network"])
    before = path.read_bytes()
    for broken in (network(steps=0), network(starts=(given([np.nan] * P),)), network(starts=(Start("no such"),))):
        with pytest.raises(SessionError, match=r"cannot be saved: .*\. Change that first\.$"):
            save_session(path, broken)
    assert path.read_bytes() == before


def test_a_value_without_a_place_in_the_format_is_refused_by_name() -> None:
    with pytest.raises(SessionError, match="Path has no place"):
        contents(network(title=Path("x")))
    with pytest.raises(SessionError, match="shape"):
        contents(network(starts=(Start(given=read_only(np.eye(3))),)))


def test_a_kill_while_saving_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.talweg"
    save_session(path, DOCUMENTS["network"])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        save_session(path, DOCUMENTS["curve fit"])
    assert same_when_shown(open_session(path), DOCUMENTS["network"])


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.talweg"
    save_session(path, DOCUMENTS["network"])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionError, match="No space left on device"):
        save_session(path, DOCUMENTS["curve fit"])
    assert same_when_shown(open_session(path), DOCUMENTS["network"])
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.talweg"]


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.talweg"
    save_session(path, DOCUMENTS["network"])
    with pytest.raises(SessionError, match=r"The folder .* does not exist"):
        save_session(tmp_path / "none" / "a.talweg", DOCUMENTS["network"])
    with pytest.raises(SessionError, match="is a folder"):
        save_session(tmp_path, DOCUMENTS["network"])

    def protected(*_: object, **__: object) -> None:  # root may write anywhere, so permissions alone prove nothing
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", protected)
    with pytest.raises(SessionError, match="Permission denied"):
        save_session(path, DOCUMENTS["curve fit"])
    assert same_when_shown(open_session(path), DOCUMENTS["network"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write to any folder")
def test_a_read_only_folder_keeps_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.talweg"
    save_session(path, DOCUMENTS["network"])
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SessionError, match="could not be written"):
            save_session(path, DOCUMENTS["curve fit"])
        assert same_when_shown(open_session(path), DOCUMENTS["network"])
    finally:
        tmp_path.chmod(0o700)


def csv_document(path: Path) -> Document:
    recipe = DatasetRecipe("csv", files=(SourceFile.of(path),))
    problem = NetworkProblem(recipe, (3,), "tanh", "identity", "cross_entropy")
    return network(problem=problem, starts=(Start(),), batch_size=None)


def recipe_of(document: Document) -> DatasetRecipe:
    problem = document.experiment.problem
    assert isinstance(problem, NetworkProblem)
    return problem.data


def test_a_data_file_that_moved_with_the_session_is_found_beside_it(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    (first / "mine.csv").write_text("a,b,class\n0,1,0\n1,0,1\n1,1,0\n0,0,1\n")
    save_session(first / "a.talweg", csv_document(first / "mine.csv"))
    first.rename(second)
    recipe = recipe_of(open_session(second / "a.talweg"))
    assert recipe.files[0].path == str(second / "mine.csv")
    assert len(recipe.load()) == 4


def test_a_data_file_of_another_system_is_found_by_its_name(tmp_path: Path) -> None:
    data = tmp_path / "mine.csv"
    data.write_text("a,class\n0,1\n1,0\n")
    document = csv_document(data)
    files = (SourceFile("D:\\lectures\\mine.csv", hashlib.sha256(data.read_bytes()).hexdigest()),)
    problem = replace(document.experiment.problem, data=DatasetRecipe("csv", files=files))
    save_session(tmp_path / "a.talweg", replace(document, experiment=replace(document.experiment, problem=problem)))
    assert recipe_of(open_session(tmp_path / "a.talweg")).files[0].path == str(data)


def test_a_missing_data_file_is_no_reason_not_to_open(tmp_path: Path) -> None:
    save_session(tmp_path / "a.talweg", DOCUMENTS["data files"])
    assert recipe_of(open_session(tmp_path / "a.talweg")).files[0].path == "/nowhere/images.gz"
