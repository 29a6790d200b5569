from dataclasses import replace

import numpy as np
import pytest

from app.document import Card
from app.fields import Choice, Field
from app.lanes.lane import Delivered, Results
from app.lanes.plane import PLANE, plane_request
from app.lanes.problem_cache import ProblemCache
from app.panels import card_title, open_cards, panel_of
from app.panels.landscape.settings import LandscapeSettings
from app.setup_form.picture import Example, setup_picture
from app.theme import THEMES
from engine.job import drain
from engine.optimizers import KINDS
from engine.schedules import SCHEDULES
from tests.app.setup_form.documents import DOCUMENTS, curve_fit, every_kind, every_schedule, exclusive_or, rosenbrock

EXAMPLES = (Example("Networks", "exclusive_or", "Exclusive-or"), Example("Two parameters", "rosenbrock", "Rosenbrock"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_field_can_be_shown(name):
    picture = setup_picture(DOCUMENTS[name](), Results(), EXAMPLES)
    assert len(picture.fields) == sum(len(section.fields) for section in picture.sections)
    for field in picture.fields.values():
        assert field.title or field.special or field.kind == "info"
        assert field.error == ""
        if field.kind == "choice" and field.value:
            assert field.value in [choice.value for choice in field.choices]
        if field.kind == "integer":
            assert field.low <= field.value <= field.high
        if field.has_slider:
            assert field.low < field.high
            assert field.high > 0 or not field.logarithmic
        if field.kind in ("number", "integer", "choice", "switch"):
            assert field.title == "" or len(field.title) <= 24, "it has to fit beside its value"


def test_the_parameters_of_every_optimizer_come_from_the_engines_table():
    fields = setup_picture(every_kind(), Results()).fields
    for index, kind in enumerate(KINDS.values()):
        for parameter in kind.parameters:
            field = fields[f"optimizer.{index}.{parameter.name}"]
            assert (field.title, field.tip, field.value) == (parameter.title, parameter.sentence, parameter.default)
        assert (f"optimizer.{index}.clip" in fields) == kind.clips
        rate = fields[f"optimizer.{index}.schedule.rate"]
        assert (rate.low, rate.high) == kind.rate_range
        assert rate.logarithmic


def test_the_parameters_of_every_schedule_come_from_the_engines_table():
    fields = setup_picture(every_schedule(), Results()).fields
    for index, kind in enumerate(SCHEDULES.values()):
        for parameter in kind.parameters:
            assert fields[f"optimizer.{index}.schedule.{parameter.name}"].title == parameter.title
    hold = list(SCHEDULES).index("hold")
    assert fields[f"optimizer.{hold}.schedule.tail.delta"].value == 0.01


@pytest.mark.parametrize("theme", THEMES)
def test_an_optimizers_section_has_the_color_of_its_runs(theme):
    document = rosenbrock()
    document = replace(document, view=replace(document.view, theme=theme))
    colors = [section.color for section in setup_picture(document, Results()).sections if section.color]
    assert colors == [THEMES[theme].run(index) for index in range(3)]


def test_the_last_optimizer_and_the_last_start_cannot_be_removed():
    alone = setup_picture(curve_fit(), Results())
    assert not any(section.removable for section in alone.sections)
    assert not any(key.endswith(".remove") for key in alone.fields)
    several = setup_picture(rosenbrock(), Results())
    assert sum(section.removable for section in several.sections) == 3
    assert {"start.0.remove", "start.1.remove"} <= set(several.fields)


def test_the_problem_is_chosen_from_the_catalogue_or_typed():
    field = setup_picture(rosenbrock(), Results(), EXAMPLES).fields["problem.example"]
    assert field.value == "rosenbrock"
    assert [choice.value for choice in field.choices] == ["exclusive_or", "rosenbrock", "typed"]
    assert field.choices[1] == Choice("rosenbrock", "Rosenbrock", "Two parameters")
    assert setup_picture(DOCUMENTS["typed"](), Results(), EXAMPLES).fields["problem.example"].value == "typed"
    assert setup_picture(DOCUMENTS["moons"](), Results(), EXAMPLES).fields["problem.example"].value == ""


def test_a_start_shows_where_it_is_with_its_drag():
    fields = setup_picture(rosenbrock(), Results()).fields
    assert [fields[f"start.1.{name}"].value for name in "xy"] == [1.25, -0.5]
    assert "start.0.seed" in setup_picture(exclusive_or(), Results()).fields


def test_only_losses_that_fit_the_targets_are_offered():
    def losses(name):
        return [choice.value for choice in setup_picture(DOCUMENTS[name](), Results()).fields["network.loss"].choices]

    assert losses("exclusive_or") == ["squared_error", "cross_entropy", "binary_cross_entropy", "huber"]
    assert losses("spirals") == ["squared_error", "cross_entropy", "huber"]
    assert losses("teacher") == ["squared_error", "huber"]
    assert "network.output" not in setup_picture(DOCUMENTS["moons"](), Results()).fields


def test_the_visible_range_is_shown_once_the_plane_is_drawn():
    document = rosenbrock()
    assert "view.landscape.window.0" not in setup_picture(document, Results()).fields
    request = plane_request(document, Results())
    built = drain(PLANE.job(ProblemCache(), request))
    results = Results().with_result(PLANE.key(), Delivered(request, built))
    fields = setup_picture(document, results).fields
    assert [fields[f"view.landscape.window.{end}"].value for end in range(4)] == list(built.window)
    assert "view.landscape.fit" not in fields
    zoomed = document.view.changed(LandscapeSettings, window=(0.0, 1.0, -1.0, 2.0))
    fields = setup_picture(replace(document, view=zoomed), results).fields
    assert [fields[f"view.landscape.window.{end}"].value for end in range(4)] == [0.0, 1.0, -1.0, 2.0]
    assert "view.landscape.fit" in fields
    other = document.view.changed(LandscapeSettings, window=(0.0, 1.0))  # left over from a problem of one parameter
    fields = setup_picture(replace(document, view=other), results).fields
    assert [fields[f"view.landscape.window.{end}"].value for end in range(4)] == list(built.window)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_open_card_with_options_has_a_section_and_the_window_the_last_one(name):
    document = DOCUMENTS[name]()
    cards = (*open_cards(document.view), Card("slice", 2))
    document = replace(document, view=replace(document.view, cards=cards))
    wanted = {
        f"view.{card.panel}" + (f".{card.number}" if card.number > 1 else ""): card
        for card in cards
        if panel_of(card).options(document, Results(), card.number)
    }
    sections = [section for section in setup_picture(document, Results()).sections if section.key.startswith("view")]
    assert [section.key for section in sections] == [*wanted, "view"]
    for section, card in zip(sections, wanted.values(), strict=False):
        assert section.title == f"View: {card_title(card).lower()}"
        names = [option.field.key for option in panel_of(card).options(document, Results(), card.number)]
        assert [field.key for field in section.fields] == [f"{section.key}.{name}" for name in names]
    assert [field.key for field in sections[-1].fields] == ["view.theme"]
    assert all(section.collapsed for section in sections)


def test_a_refused_entry_stands_in_its_field_with_the_reason():
    fields = setup_picture(rosenbrock(), Results(), (), {"runs.steps": ("many", "Not a number.")}).fields
    assert (fields["runs.steps"].value, fields["runs.steps"].error) == ("many", "Not a number.")


def test_a_slider_needs_a_range_and_a_row_of_its_own():
    assert Field("k", "K", "number", 1.0, 0.0, 2.0).has_slider
    assert not Field("k", "K", "number", 1.0).has_slider
    assert not Field("k", "K", "number", 1.0, 0.0, 2.0, row="Start 1").has_slider
    assert not Field("k", "K", "integer", 1, 0, 2).has_slider
    assert np.isinf(Field("k", "K", "number", 1.0).high)
