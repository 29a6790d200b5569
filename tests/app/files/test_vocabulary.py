"""The table of classes holds everything that a document can be made of, and the codec keeps types apart."""

import types
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from app.document import Document, PanelSettings
from app.files.codec import KIND, decoded, encoded
from app.files.errors import SessionError
from app.files.vocabulary import classes, names, parts
from app.panels import PANELS
from engine.arrays import Array
from engine.schedules import SCHEDULES, Schedule


def annotated(kind: Any, seen: set[Any]) -> Iterator[Any]:
    """Every type that a value of this one can hold."""
    if kind in seen:
        return
    seen.add(kind)
    if get_origin(kind) in (Union, types.UnionType, tuple):
        for argument in get_args(kind):
            yield from annotated(argument, seen)
    elif kind is Schedule:
        for name in SCHEDULES:
            yield from annotated(classes()[f"schedule.{name}"], seen)
    elif kind is PanelSettings:
        for panel in PANELS.values():
            yield from annotated(panel.settings, seen)
    else:
        yield kind
        if is_dataclass(kind):
            for part in parts(kind).values():  # type: ignore[arg-type]
                yield from annotated(part.annotation, seen)


def test_every_type_that_a_document_can_hold_has_its_place() -> None:
    found = set(annotated(Document, set()))
    plain = {bool, int, float, str, types.NoneType, Ellipsis, Array}
    unknown = [kind for kind in found if kind not in plain | set(names()) and get_origin(kind) is not Literal]
    assert unknown == []
    assert found >= set(names())  # and nothing in the table that no document can hold


def test_every_schedule_has_a_name_and_no_class_two() -> None:
    assert len(names()) == len(classes())
    assert {name.removeprefix("schedule.") for name in classes() if name.startswith("schedule.")} == set(SCHEDULES)


def test_the_settings_of_every_panel_go_by_its_name() -> None:
    assert {f"view.{name}": panel.settings for name, panel in PANELS.items()}.items() <= classes().items()
    assert all(encoded(panel.settings(), [])[KIND] == f"view.{name}" for name, panel in PANELS.items())


def test_no_class_has_a_part_that_would_hide_its_name() -> None:
    assert all(KIND not in parts(kind) for kind in classes().values())


@pytest.mark.parametrize(
    ("plain", "annotation", "value"),
    [
        (1, float, 1),
        (1.0, float, 1.0),
        (True, bool | float, True),
        (None, int | None, None),
        ({"is": "number", "value": "-inf"}, float, float("-inf")),
        ([["a", 1.5], ["b", True]], tuple[tuple[str, float | bool | str | None], ...], (("a", 1.5), ("b", True))),
        ([], tuple[float, ...], ()),
        ("gap", Literal["loss", "gap"], "gap"),
    ],
)
def test_what_is_of_the_type_is_taken_as_it_is(plain: Any, annotation: Any, value: Any) -> None:
    taken = decoded(plain, annotation, [], "entry")
    assert (type(taken), taken) == (type(value), value)
    assert encoded(value, []) == plain


@pytest.mark.parametrize(
    ("plain", "annotation", "sentence"),
    [
        (True, int, "entry cannot be true"),
        (1.0, int, "entry cannot be 1.0"),
        ("1", float, 'entry cannot be "1"'),
        (None, str, "entry cannot be null"),
        ("other", Literal["loss", "gap"], 'entry cannot be "other"'),
        ([1.0], tuple[float, float], "entry needs 2 entries, not 1"),
        ([1.0, "x"], tuple[float, float], r"entry\[1\] cannot be"),
        ({"is": "array", "number": 0}, Array, "refers to numbers that are not in the file"),
        ({"is": "view"}, Document, "entry cannot be “view”"),
        ({"is": "look"}, Document, "entry cannot be “look”"),  # which version 1 had
        ({"is": "card"}, PanelSettings, "entry cannot be “card”"),
        ({"is": "os.system"}, Document, "entry cannot be “os.system”"),
        ({"is": "number", "value": "1e5"}, float, "entry cannot be “number”"),
        (2**53 + 1, int, "beyond all limits"),
        (float("inf"), float, "not a finite number"),
        ("x" * 100_001, str, "100,001 characters"),
        ({"is": "schedule.constant", "rate": -1.0}, Schedule, "entry: The learning rate must be"),
        ({"is": "schedule.constant", "rate": 0.1}, int, "entry cannot be “schedule.constant”"),
    ],
)
def test_what_is_of_another_type_is_refused_by_its_place(plain: Any, annotation: Any, sentence: str) -> None:
    with pytest.raises(SessionError, match=sentence):
        decoded(plain, annotation, [], "entry")
