"""What a panel is. Whatever shows, computes, exports or saves panels loops over the registry and knows none by name.

A *card* is one instance of a panel in the window: the panel's name and a number, from 1. Settings, lanes and caches belong to
the card, so that two cards of one panel can show different things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.document import Document, PanelSettings
from app.fields import Field, Value
from app.lanes.lane import Lane, Results
from app.pictures.picture import Picture
from app.pictures.projection import Projections
from engine.experiment import Experiment
from engine.problem import Problem
from engine.surfaces import Window

S = TypeVar("S", bound=PanelSettings)
Column: TypeAlias = NDArray[np.generic]


class Place(NamedTuple):
    """Where a panel's first card stands on the window and on the exported board: row and column from 0, shares of both."""

    row: int
    column: int
    height: float = 1.0
    width: float = 1.0


class Table(NamedTuple):
    """Equally long columns of numbers by their names, and what is to be said above them."""

    title: str
    columns: Mapping[str, Column]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Numbers:
    """One table of a panel, for CSV: nothing rounded, nothing thinned."""

    name: str
    title: str
    table: Callable[[Document, Results, int], Table]
    """Raises ValueError with a sentence where there are no numbers yet."""
    exists: Callable[[Results, int], bool] = lambda results, number: True
    """Whether this card has such numbers at all: what it has not isn't offered."""


@dataclass(frozen=True, eq=False)
class Choice(Generic[S]):
    """A small choice in the head of a card."""

    name: str
    titles: Callable[[Document], Mapping[str, str]]
    """What can be chosen, by value."""
    value: Callable[[Document, S], str]
    chosen: Callable[[Document, S, str], tuple[Document, S]]
    """The document and the card's settings after a choice."""


@dataclass(frozen=True, eq=False)
class Option(Generic[S]):
    """One view setting of a panel in the setup form; its field's key is the name alone."""

    field: Field
    changed: Callable[[Value], S]
    """The settings with another value of the field's own type, within its limits.

    Raises ValueError with a sentence where it cannot be taken."""
    undoable: bool = False


@dataclass
class PictureCache:
    """What one card's pictures keep from one frame to the next."""

    projections: Projections = field(default_factory=Projections)
    """Where records fall in the plane: shared by all cards."""
    own: Any = None
    """Made by the panel's ``cache``."""


Commands: TypeAlias = Mapping[str, Callable[[Document, Results, int], S]]


def _everything(problem: Problem) -> bool:
    return True


def _no_options(document: Document, results: Results, number: int) -> tuple[Option[Any], ...]:
    return ()


def _no_line(document: Document, results: Results, number: int) -> str:
    return ""


def _as_before(settings: Any, experiment: Experiment, logarithmic: bool) -> Any:
    return settings


def _whole(settings: Any) -> Any:
    return settings


@dataclass(frozen=True, eq=False)
class Panel(Generic[S]):
    """Everything about one kind of card."""

    name: str
    """In files, on the command line, in names of exported files."""
    title: str
    help: str
    """Two or three sentences on what it shows."""
    settings: type[S]
    picture: Callable[[Document, Results, PictureCache, int], Picture]
    """Made from results alone: it evaluates nothing."""
    place: Place
    lanes: tuple[Lane[Any, Any], ...] = ()
    """Its own ones, which each card has for itself."""
    uses: tuple[Lane[Any, Any], ...] = ()
    """The shared ones that its picture reads."""
    numbers: tuple[Numbers, ...] = ()
    choices: tuple[Choice[S], ...] = ()
    options: Callable[[Document, Results, int], tuple[Option[S], ...]] = _no_options
    applies: Callable[[Problem], bool] = _everything
    nothing: str = ""
    """What the card says where the panel does not apply."""
    opened: bool = True
    """Whether a new window has a card of it."""
    leads: bool = False
    """Whether it comes first in a frame while a hand drags on it."""
    holds_starts: bool = False
    """Whether its picture is the landscape that starts are dragged on."""
    zoomed: Callable[[S, Window], S] | None = None
    """The settings after a person has zoomed or moved the picture; None: that is the plot's own affair."""
    read_off: Callable[[Document, Results, int, float, float], str] | None = None
    """What is said of a place under the pointer."""
    commands: Commands[S] = field(default_factory=dict)
    """What commands of the window mean for card ``number``: its settings afterwards."""
    fresh: Callable[[S, Experiment, bool], S] = _as_before
    """The settings for another experiment (and whether logarithmic colors suit it); a person's own ones stay."""
    in_full: Callable[[S], S] = _whole
    """The settings with everything said that is left to defaults, for files: a later version may have others."""
    described: Callable[[Document, Results, int], str] = _no_line
    """A line for "how this was drawn"."""
    cache: Callable[[], Any] = dict

    def sources(self, document: Document, results: Results, number: int) -> tuple[object, ...]:
        """What a card's picture is made from: it is made again when one of these is another object."""
        lanes = (*self.uses, *self.lanes)
        view = document.view
        return (
            document.experiment,
            *(view.theme, view.step, view.selected_start, view.selected_optimizer),
            view.of(self.settings, number),
            *(results.of(lane, number) for lane in lanes),
            *(results.error(lane, number) for lane in lanes),
        )


StateKind = Literal["shown", "computing", "refused", "too large", "nothing"]


@dataclass(frozen=True)
class CardState:
    """How it stands with a card, for its head."""

    kind: StateKind = "shown"
    sentence: str = ""
    fraction: float = 1.0
    stale: bool = False
    """Whether what is shown belongs to what the document was before."""
