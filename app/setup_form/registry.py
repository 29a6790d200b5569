"""Every setting of a document, declared once: how it looks in the form, and what becomes of the document when it changes.

The setup panel shows all of them, `changed` carries out a wish; so neither knows any setting by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.document import Document
from app.fields import Value
from app.lanes.lane import Results
from app.setup_form.data import data_groups
from app.setup_form.network import network_group
from app.setup_form.optimizers import optimizer_groups
from app.setup_form.plane import plane_group
from app.setup_form.problem import EXAMPLE, TYPED, problem_group
from app.setup_form.runs import runs_group
from app.setup_form.setting import Change, Group, Setting
from app.setup_form.starts import starts_group
from app.setup_form.view import view_groups

__all__ = ["EXAMPLE", "TYPED", "Change", "Example", "Group", "Setting", "change", "groups", "setting_of"]


class Example(NamedTuple):
    """An entry of the catalogue of experiments, for the choice of a problem."""

    group: str
    name: str
    title: str


def groups(document: Document, results: Results | None = None, examples: Sequence[Example] = ()) -> tuple[Group, ...]:
    """All settings in the order of the panel."""
    known = results or Results()
    found = (
        problem_group(document, examples),
        *optimizer_groups(document),
        runs_group(document),
        starts_group(document, known),
        plane_group(document, known),
        network_group(document),
        *data_groups(document),
        *view_groups(document, known),
    )
    return tuple(group for group in found if group is not None)


def setting_of(
    document: Document, key: str, results: Results | None = None, examples: Sequence[Example] = ()
) -> Setting:
    """The setting called ``key``; a group's removal goes by ``<group>.remove``.

    Raises:
        KeyError: if this document has no such setting.

    """
    for group in groups(document, results, examples):
        for setting in group.all_settings:
            if setting.field.key == key:
                return setting
    raise KeyError(key)


def change(document: Document, key: str, value: Value, results: Results | None = None) -> Change:
    """The document with one setting changed, and a sentence on what could not be kept.

    Raises:
        ValueError: with a sentence for a person, if the value cannot be taken.
        KeyError: if this document has no such setting.
        NotReadError: while data have to be read first.

    """
    return setting_of(document, key, results).changed(document, value)
