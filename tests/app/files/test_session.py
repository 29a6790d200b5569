"""Saving and opening: what comes back is the same, and a file is either whole or as it was."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given as with_examples
from hypothesis import settings
from hypothesis import strategies as st

from app.document import Document, Look, Quantity
from app.files.session import SessionError, contents, document_in, open_session, save_session
from app.pictures.colors import PALETTES
from engine import optimizers
from engine.arrays import read_only, same
from engine.catalogue import EXAMPLES
from engine.datasets import DatasetRecipe, SourceFile
from engine.experiment import Start, given
from engine.problem import NetworkProblem
from tests.app.files.documents import DOCUMENTS, P, network

FINITE = st.floats(allow_nan=False, allow_infinity=False)
PAIRS = st.tuples(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9)).map(lambda pair: (pair[0], pair[0] + pair[1]))
LOOKS = st.builds(
    Look,
    theme=st.sampled_from(["light", "dark"]),
    window=st.none() | st.tuples(PAIRS, PAIRS).map(lambda pair: (*pair[0], *pair[1])),
    resolution=st.integers(2, 4000),
    logarithmic=st.booleans(),
    palette=st.sampled_from(sorted(PALETTES)),
    contours=st.integers(0, 40),
    plateaus=st.booleans(),
    hillshade=st.booleans(),
    dots=st.booleans(),
    along=st.sampled_from(["newton", "gradient", "first axis", "second axis"]),
    selected_start=st.integers(0, 9),
    selected_optimizer=st.integers(0, 9),
    step=st.none() | st.integers(0, 10**6),
    quantity=st.sampled_from(get_args(Quantity)),
    log_steps=st.booleans(),
    log_values=st.booleans(),
    patience=st.integers(0, 10**6),
    patience_on=st.sampled_from(["train", "validation"]),
    patience_least=st.floats(0, 1),
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_was_saved_is_what_is_opened(name: str, tmp_path: Path) -> None:
    path = tmp_path / "ä b.talweg"
    save_session(path, DOCUMENTS[name])
    opened = open_session(path)
    assert same(opened, DOCUMENTS[name])
    assert contents(opened) == path.read_bytes()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_entry_of_the_catalogue_can_be_saved(name: str, tmp_path: Path) -> None:
    document = Document(EXAMPLES[name].make(), name=name)
    save_session(tmp_path / "a.talweg", document)
    assert same(open_session(tmp_path / "a.talweg"), document)


@settings(deadline=None)
@with_examples(LOOKS)
def test_any_look_comes_back(look: Look) -> None:
    document = replace(DOCUMENTS["network"], look=look)
    assert same(document_in(contents(document)), document)


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
    assert same(open_session(path), DOCUMENTS["network"])


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.talweg"
    save_session(path, DOCUMENTS["network"])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionError, match="No space left on device"):
        save_session(path, DOCUMENTS["curve fit"])
    assert same(open_session(path), DOCUMENTS["network"])
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
    assert same(open_session(path), DOCUMENTS["network"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write to any folder")
def test_a_read_only_folder_keeps_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.talweg"
    save_session(path, DOCUMENTS["network"])
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SessionError, match="could not be written"):
            save_session(path, DOCUMENTS["curve fit"])
        assert same(open_session(path), DOCUMENTS["network"])
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
