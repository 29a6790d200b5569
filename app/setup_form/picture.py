"""The setup panel as a picture: every setting of this document, with its value, range, choices and tip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.document import Document
from app.fields import Choice, Field, FieldKind, Value
from app.lanes.lane import Results
from app.setup_form.form import Section, SetupPicture
from app.setup_form.registry import Example, Group, groups

__all__ = ["Choice", "Example", "Field", "FieldKind", "Section", "SetupPicture", "Value", "setup_picture"]


def setup_picture(
    document: Document,
    results: Results,
    examples: Sequence[Example] = (),
    refused: Mapping[str, tuple[Value, str]] | None = None,
) -> SetupPicture:
    """The form for this document.

    Args:
        document: what is set.
        results: what has been delivered: the range shown is read from it where the view settings leave it open.
        examples: the catalogue's entries to choose from.
        refused: by key what a person entered and why it could not be taken; it is shown in place of the true value.

    """
    return SetupPicture(tuple(_section(group, refused or {}) for group in groups(document, results, examples)))


def _section(group: Group, refused: Mapping[str, tuple[Value, str]]) -> Section:
    fields = tuple(
        replace(setting.field, value=refused[setting.field.key][0], error=refused[setting.field.key][1])
        if setting.field.key in refused
        else setting.field
        for setting in group.settings
    )
    return Section(group.key, group.title, fields, group.color, group.removal is not None, group.collapsed)
