"""Files that are cut off, damaged, foreign, too new, too large or changed by hand: always one sentence."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.files.archive import LARGEST_CONTENTS, LARGEST_TEXT, TEXT
from app.files.checks import check
from app.files.session import VERSION, SessionError, contents, document_in, open_session
from app.panels.curves.settings import CurvesSettings
from app.panels.landscape.settings import LandscapeSettings
from engine.arrays import same
from engine.optimizers import KINDS
from tests.app.files.documents import DOCUMENTS, description, rewritten, zipped

NETWORK = DOCUMENTS["given plane"]
SOUND = contents(NETWORK)


def opened(content: bytes) -> object:
    """Read and checked, as `open_session` does."""
    document = document_in(content)
    check(document)
    return document


def refused(content: bytes) -> str:
    with pytest.raises(SessionError) as caught:
        opened(content)
    return str(caught.value)


def test_a_file_that_was_cut_off_is_refused() -> None:
    for length in range(0, len(SOUND), 10):
        sentence = refused(SOUND[:length])
        assert "empty" in sentence if length == 0 else sentence.startswith("it is ")


def test_a_flipped_byte_is_noticed_or_does_no_harm() -> None:
    random = np.random.default_rng(1)
    refusals = 0
    for place in random.integers(len(SOUND), size=400):
        damaged = bytearray(SOUND)
        damaged[place] ^= int(random.integers(1, 256))
        try:
            document = opened(bytes(damaged))
        except SessionError:
            refusals += 1
        else:
            assert same(document, document_in(SOUND))  # a time stamp, an attribute: never another number
    assert refusals > 300


@pytest.mark.parametrize("name", ["schedules", "every setting of the data", "curve fit", "typed formula"])
def test_a_byte_changed_below_the_checksum_never_raises_anything_else(name: str) -> None:
    # The description itself is changed and packed again, as somebody with an editor would: anywhere, and in numbers.
    entries = entries_of(contents(DOCUMENTS[name]))
    raw, random = entries[TEXT], np.random.default_rng(2)
    digits = [place for place, byte in enumerate(raw) if chr(byte).isdigit()]
    usable = refusals = 0
    for attempt in range(200):
        damaged = bytearray(raw)
        damaged[random.choice(digits) if attempt % 2 else random.integers(len(raw))] = random.choice(
            list(b"0123456789" if attempt % 4 == 1 else b'019-.e"[]{}:,nul \x00\xff')
        )
        try:
            opened(zipped({**entries, TEXT: bytes(damaged)}))
            usable += 1
        except SessionError:
            refusals += 1
    assert refusals > 50
    assert usable > 20


def entries_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


REPLACEMENTS: tuple[Any, ...] = (
    None, True, -1, 0, 3.5, 10**30, -(10**400), "", "text", "x" * 200_000, [], [[]], [1, "a"], {}, {"is": "view"},
    {"is": "array", "number": 99}, {"is": "array", "number": True}, {"is": "number", "value": "nan"},
    {"is": "number", "value": [1]}, {"is": ["view"]},
)  # fmt: skip


def leaves(plain: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    return [path, *(leaf for key, value in entries for leaf in leaves(value, (*path, key)))]


@pytest.mark.parametrize("name", ["given plane", "schedules", "data files", "named formula"])
def test_no_entry_replaced_by_anything_raises_anything_else(name: str) -> None:
    random = np.random.default_rng(3)
    document = DOCUMENTS[name]
    paths = [path for path in leaves(description(document)) if path]
    sentences = []
    for index in random.integers(len(paths), size=250):
        *above, last = paths[index]
        value = REPLACEMENTS[random.integers(len(REPLACEMENTS))]

        def replaced(plain: Any, above: Any = above, last: Any = last, value: Any = value) -> None:
            for key in above:
                plain = plain[key]
            plain[last] = value

        try:
            opened(rewritten(document, replaced))
        except SessionError as error:
            sentences.append(str(error))
    assert len(sentences) > 150
    assert max(map(len, sentences)) < 1000


def test_foreign_files_are_named_as_such() -> None:
    assert "not a Talweg experiment" in refused(b"%PDF-1.7 and more")
    assert "not a Talweg experiment" in refused(zipped({"word/document.xml": b"<xml/>"}))
    assert "does not say that it is an experiment" in refused(zipped({TEXT: b'{"other": 1}'}))
    assert "does not say that it is an experiment" in refused(zipped({TEXT: b"[1, 2]"}))
    assert "cannot be read" in refused(zipped({TEXT: b"{"}))
    assert "cannot be read" in refused(zipped({TEXT: b"[" * 100_000}))
    assert "cut off" in refused(zipped({TEXT: b"\xff\xfe"}))


def test_files_that_an_archive_should_not_hold_are_refused() -> None:
    entries = {TEXT: json.dumps(description(NETWORK)).encode()}
    assert "holds files" in refused(zipped({**entries, "../../evil.py": b"x"}))
    assert "damaged" in refused(zipped(entries, zipfile.ZIP_BZIP2))
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = twice_in(entries[TEXT])
    assert "damaged" in refused(twice)


def twice_in(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(TEXT, content)
        archive.writestr(TEXT, content)
    return bytes(buffer.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({TEXT: b" " * (LARGEST_TEXT + 1)})
    assert len(bomb) < 100_000
    assert "promises more data" in refused(bomb)
    # The table of contents claims a size; that alone decides.
    name = b"arrays/0.npy"
    content = bytearray(zipped({TEXT: b"{}", name.decode(): b"x"}))
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (LARGEST_CONTENTS + 1).to_bytes(4, "little")
    assert "promises more data" in refused(bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY\x01\x00",
        b"\x93NUMPY\x01\x00\x10\x00{'descr': '|O', }",
        # A header that claims eight terabytes, and one whose text would be code.
        b"\x93NUMPY\x01\x00\x46\x00" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,), }   \n",
        b"\x93NUMPY\x01\x00\x20\x00" + b"__import__('os').system('true') \n" + bytes(8),
    ],
)
def test_arrays_that_are_none_are_refused(content: bytes) -> None:
    assert "damaged" in refused(zipped({TEXT: b"{}", "arrays/0.npy": content}))


def test_numpy_reads_the_arrays_too(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(SOUND)
    with np.load(tmp_path / "a.zip", allow_pickle=False) as archive:
        first = archive["arrays/0"]
    assert NETWORK.experiment.starts[1].shift is not None
    assert first.tobytes() == NETWORK.experiment.starts[1].shift.tobytes()


def test_a_file_of_a_newer_version_says_so() -> None:
    sentence = refused(rewritten(NETWORK, lambda plain: plain.update(version=VERSION + 1, program="Talweg 9.1")))
    assert sentence == "it was saved by Talweg 9.1 in a newer format (3). Install the newest Talweg to open it"
    for version in (0, "1", 1.0, True, None):
        assert "version" in refused(rewritten(NETWORK, lambda plain, version=version: plain.update(version=version)))


def test_an_entry_of_a_newer_version_is_named() -> None:
    sentence = refused(rewritten(NETWORK, lambda plain: plain["document"]["view"].update(stereo=True)))
    assert "document.view has an entry “stereo” that this version does not know" in sentence

    def rename(plain: Any) -> None:
        plain["document"]["view"]["panels"][1]["settings"]["is"] = "view.basins"

    sentence = refused(rewritten(NETWORK, rename))
    assert "document.view.panels[1].settings cannot be “view.basins”" in sentence


def test_what_an_older_version_did_not_write_takes_its_default() -> None:
    def forget(plain: Any) -> None:
        document = plain["document"]
        settings = {entry["settings"]["is"]: entry["settings"] for entry in document["view"]["panels"]}
        del settings["view.landscape"]["palette"], settings["view.curves"]["log_steps"], document["name"]
        del document["experiment"]["residence"], document["experiment"]["batch_seed"]

    document = document_in(rewritten(DOCUMENTS["view"], forget))
    landscape, curves = document.view.of(LandscapeSettings), document.view.of(CurvesSettings)
    assert (landscape.palette, curves.log_steps, document.name) == ("viridis", False, "")
    assert (landscape.resolution, curves.quantity) == (33, "gap")
    assert (document.experiment.residence, document.experiment.batch_seed) == ("all", 0)
    assert document.view.theme == "dark"


@pytest.mark.parametrize("kind", KINDS)
def test_settings_that_an_optimizer_did_not_have_yet_take_their_defaults(kind: str) -> None:
    number = list(KINDS).index(kind)

    def forget(plain: Any) -> None:
        plain["document"]["experiment"]["optimizers"][number]["settings"] = []

    document = document_in(rewritten(DOCUMENTS["curve fit"], forget))
    check(document)
    assert same(document, document_in(contents(DOCUMENTS["curve fit"])))


def test_what_is_needed_and_missing_is_named() -> None:
    sentence = refused(rewritten(NETWORK, lambda plain: plain["document"]["experiment"].pop("starts")))
    assert "document.experiment has no “starts”" in sentence


def test_schedules_nested_without_end_are_refused() -> None:
    def nest(plain: Any) -> None:
        optimizer = plain["document"]["experiment"]["optimizers"][0]
        for _ in range(100):
            optimizer["schedule"] = {"is": "schedule.hold", "tail": optimizer["schedule"], "hold_for": 1.0}

    assert "nested too deeply" in refused(rewritten(NETWORK, nest))


def test_a_path_that_is_no_session_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"^none\.talweg cannot be opened: there is no such file"):
        open_session(tmp_path / "none.talweg")
    with pytest.raises(SessionError, match="it is not a file"):
        open_session(tmp_path)
    (tmp_path / "empty.talweg").touch()
    with pytest.raises(SessionError, match="it is empty"):
        open_session(tmp_path / "empty.talweg")
    with pytest.raises(SessionError):
        open_session("a\0b.talweg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.talweg")
    with pytest.raises(SessionError, match="it is not a file"):
        open_session(tmp_path / "pipe.talweg")


def test_a_file_larger_than_any_session_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.files.session.LARGEST_FILE", 1000)
    (tmp_path / "a.talweg").write_bytes(b"PK\x03\x04" + bytes(1000))
    with pytest.raises(SessionError, match="larger than any experiment"):
        open_session(tmp_path / "a.talweg")
