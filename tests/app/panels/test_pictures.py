"""Every panel of every kind of problem, whole, half done and diverged, in every look."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from app.compute.plan import requests
from app.lanes.lane import Delivered, Results
from app.lanes.plane import PLANE
from app.lanes.problem_cache import ProblemCache
from app.lanes.runs import RUNS
from app.panels import PANELS
from app.panels.curves.settings import Quantity
from app.panels.landscape.background import BackgroundCache
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.overlays import OVERLAYS
from app.panels.landscape.settings import LandscapeSettings
from app.panels.panel import PictureCache
from app.pictures.colors import PALETTES
from app.pictures.legend import run_color, theme_of
from app.pictures.map import MapPicture
from app.pictures.plot import PlotPicture
from app.pictures.projection import Projections, shares
from app.pictures.tiles import TilesPicture
from app.theme import THEMES
from engine.catalogue import EXAMPLES
from engine.problem import assemble
from engine.surfaces import surface_job
from tests.app.boards import board, diverging_board, failed, fitted_board, viewed

SOME = ["exclusive_or", "moons", "sine", "digits", "rosenbrock", "double_well", "saddle"]


def pictures(document, results):
    """Every panel's picture by its name; None where the panel does not apply."""
    problem = document.experiment.problem
    return {
        panel.name: panel.picture(document, results, PictureCache(own=panel.cache()), 1)
        if panel.applies(problem)
        else None
        for panel in PANELS.values()
    }


def check(shown):
    """What every picture promises to whoever draws it."""
    if shown is None:
        return
    assert shown.title
    if isinstance(shown, TilesPicture):
        for group in shown.groups:
            assert all(tile.rgba.dtype == np.uint8 and tile.rgba.shape[2] == 4 for tile in group.tiles)
        return
    for axis in (shown.x, shown.y):
        assert np.isfinite([axis.low, axis.high]).all()
        assert axis.low < axis.high
        assert axis.low > 0 or not axis.logarithmic
    for line in shown.lines:
        assert line.x.shape == line.y.shape
        assert not (shown.x.logarithmic and (line.x <= 0).any())
    for mark in (*shown.markers, *shown.handles):
        assert np.isfinite([mark.x, mark.y]).all(), mark
    for cloud in shown.clouds:
        assert np.isfinite(cloud.x).all()
    if isinstance(shown, MapPicture):
        assert all(np.isinf(line.x).sum() == 0 for line in shown.lines)
        if shown.raster is not None:
            assert shown.raster.rgba.dtype == np.uint8
            assert shown.raster.rgba.shape[2] == 4
    assert all(note.text for note in shown.notes)


def check_all(document, results):
    shown = pictures(document, results)
    for one in shown.values():
        check(one)
    return shown


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_panel_of_every_example(name):
    document, results = board(name, 5)
    assert results.failures == {}
    shown = check_all(document, results)
    assert shown["landscape"].waiting == shown["curves"].waiting == shown["slice"].waiting == ""
    assert (shown["model"] is None) == (EXAMPLES[name].group not in ("Networks", "Curve fits"))
    kind = PlotPicture if results.of(PLANE).flat.dimension == 1 else MapPicture
    assert isinstance(shown["landscape"], kind)


def test_every_panel_of_a_curve_fit():
    shown = check_all(*fitted_board())
    assert isinstance(shown["model"], PlotPicture)


def test_before_there_is_anything_every_panel_says_what_it_waits_for():
    document, _ = board("exclusive_or", 5)
    for shown in check_all(document, Results()).values():
        assert shown.waiting.endswith("…")


def first_lane(panel):
    """The lane without which a panel has nothing to show."""
    return PLANE if panel.holds_starts else (*panel.lanes, *panel.uses)[0]


@pytest.mark.parametrize("panel", PANELS.values(), ids=lambda panel: panel.name)
def test_while_nothing_came_the_error_takes_the_place_of_waiting(panel):
    document, _ = board("exclusive_or", 5)
    lane = first_lane(panel)
    shown = check_all(document, failed(Results(), lane))
    assert shown[panel.name].waiting == f"No {lane.name}."


@pytest.mark.parametrize("name", ["exclusive_or", "double_well", "digits", "sine"])
@pytest.mark.parametrize("panel", [panel for panel in PANELS.values() if panel.opened], ids=lambda panel: panel.name)
def test_an_error_is_said_beside_what_is_still_shown(panel, name):
    document, results = board(name, 5)
    lane = first_lane(panel)
    shown = check_all(document, failed(results, lane))
    if shown[panel.name] is not None:
        assert f"No {lane.name}." in [note.text for note in shown[panel.name].notes]


def test_where_nothing_is_finite_the_landscape_says_so():
    document, results = board("rosenbrock", 5)
    surface = results.of(SURFACE, 1)
    lost = replace(surface, values=np.full_like(surface.values, np.nan))
    shown = pictures(document, results.with_result(SURFACE.key(1), Delivered(None, lost)))["landscape"]
    assert "not a finite number" in shown.waiting
    check(shown)


# Results that are on their way


@pytest.mark.parametrize("name", SOME)
def test_runs_of_which_only_the_first_steps_are_there(name):
    document, results = board(name, 300 if name != "digits" else 5)
    asked = requests(document, results)[RUNS.key()]
    job = RUNS.job(ProblemCache(), asked)
    try:
        early = next(progress.result for progress in job if progress.result is not None)
    finally:
        job.close()
    assert not early.trajectories.complete
    half = results.with_result(RUNS.key(), Delivered(asked, early, 0.1))
    requests(document, half)
    assert len(shares(half, Projections())) <= early.trajectories.runs
    check_all(document, half)
    for run in range(early.trajectories.runs):
        requests(viewed(document, selected_optimizer=run), half)
    for step in (0, 2, 250):
        check_all(viewed(document, step=step), half)


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("name", ["exclusive_or", "rosenbrock", "double_well"])
def test_a_surface_that_is_still_coarse(name, logarithmic):
    document, results = board(name, 5)
    drawn = results.of(PLANE)
    looked = viewed(document, logarithmic=logarithmic, hillshade=True)
    shown = 0
    for progress in surface_job(
        assemble(document.experiment.problem).objective,
        drawn.flat,
        drawn.window,
        4000 if name == "double_well" else 401,  # more than is sampled in one piece
    ):
        if progress.result is not None:
            partial = results.with_result(SURFACE.key(1), Delivered(None, progress.result, progress.fraction))
            picture_of_it = check_all(looked, partial)["landscape"]
            assert picture_of_it.waiting == ""
            shown += not progress.result.complete
    assert shown >= 1


@pytest.mark.parametrize("name", ["exclusive_or", "bowl", "rosenbrock", "ill_conditioned"])
@pytest.mark.parametrize("step", [None, 0, 1, 30])
def test_runs_that_fly_away(name, step):
    document, results = diverging_board(name)
    assert results.of(RUNS).trajectories.outcomes[0].ending.value == "diverged" or name == "exclusive_or"
    for quantity in get_args(Quantity):
        check_all(viewed(document, step=step, quantity=quantity, log_steps=step == 1, patience=5), results)


def test_a_run_that_flies_away_leaves_the_axis_to_the_others_and_is_marked_at_the_edge():
    document, results = diverging_board("bowl")
    curves = pictures(document, results)["curves"]
    tame = results.of(RUNS).trajectories.values[:, 1]
    assert curves.y.high < 1e3 * tame.max()
    (cross,) = curves.markers
    assert cross.symbol == "cross"
    assert 0.9 * curves.y.high < cross.y < curves.y.high


# Looks


@pytest.mark.parametrize("name", ["exclusive_or", "rosenbrock", "double_well", "digits"])
@pytest.mark.parametrize(
    "changes",
    [
        {"theme": "dark"},
        {"logarithmic": True},
        {"logarithmic": True, "hillshade": True},
        {"hillshade": True},
        {"contours": 0},
        {"plateaus": False, "dots": False},
        {"quantity": "gradient norm", "log_values": False},
        {"quantity": "gap", "log_steps": True},
        {"quantity": "gap", "log_values": False, "log_steps": True},
        {"quantity": "validation loss", "patience": 1},
        {"quantity": "both losses", "patience": 2, "patience_on": "validation", "log_steps": True},
        {"quantity": "both losses", "log_values": False},
        {"step": 0, "log_steps": True},
        {"step": 3},
        {"step": 10**6},
        {"selected_start": 7, "selected_optimizer": 99},
        *({"palette": palette} for palette in PALETTES),
    ],
    ids=str,
)
def test_every_look(name, changes):
    document, results = board(name, 5)
    check_all(viewed(document, **changes), results)


@pytest.mark.parametrize("window", [(-1.0, 1.0), (-1e-9, 1e-9, -1e-9, 1e-9), (50.0, 51.0, 50.0, 51.0)])
def test_windows_that_do_not_fit_or_show_nothing_of_the_paths(window):
    document, results = board("exclusive_or", 5)
    check_all(viewed(document, window=window), results)


# The same thing looks the same


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["exclusive_or", "double_well"])
def test_a_run_has_one_color_everywhere(name, theme):
    document, results = board(name, 5)
    trajectories = results.of(RUNS).trajectories
    for run in range(trajectories.runs):
        looked = viewed(document, theme=theme, selected_optimizer=run)
        shown = pictures(looked, results)
        color = run_color(looked, trajectories, run)
        paths = [line for line in shown["landscape"].lines if line.name]
        assert paths[run].color == shown["curves"].lines[run].color == color
        assert paths[run].name == shown["curves"].lines[run].name
        assert shown["slice"].markers[0].color == color
    colors = [line.color for line in shown["curves"].lines[: trajectories.runs]]
    assert len(set(colors)) == trajectories.runs


def test_the_background_is_made_again_only_for_what_it_depends_on():
    document, results = board("exclusive_or", 5)
    cache = BackgroundCache()

    def background(document):
        settings = document.view.of(LandscapeSettings)
        return cache.background(results.of(SURFACE, 1), settings, theme_of(document), None)

    first = background(document)
    assert background(viewed(document, step=2, dots=False, paths=False, along="gradient")) is first
    fixed = [
        {overlay.name: 3 if overlay.largest > 1 else not overlay.default} for overlay in OVERLAYS if overlay.is_fixed
    ]
    for changes in ({"theme": "dark"}, {"palette": "magma"}, {"logarithmic": True}, *fixed):
        before = background(document)
        assert background(viewed(document, **changes)) is not before, changes


def test_the_picture_follows_the_shown_step():
    document, results = board("exclusive_or", 12)
    shown = pictures(viewed(document, step=3), results)
    trajectories, flat = results.of(RUNS).trajectories, results.of(PLANE).flat
    for run, marker in enumerate(shown["landscape"].markers):
        np.testing.assert_allclose([marker.x, marker.y], flat.coordinates(trajectories.points[3, run]))
    (rule,) = [line for line in shown["curves"].lines if not line.name]
    assert set(rule.x) == {3.0}


def test_a_handle_lies_where_the_start_projects_and_on_the_curve_of_one_parameter():
    document, results = board("exclusive_or", 5, starts=2)
    handles = pictures(document, results)["landscape"].handles
    drawn = results.of(PLANE)
    for handle, start in zip(handles, document.experiment.starts, strict=True):
        place = drawn.flat.coordinates(start.parameters(assemble(document.experiment.problem)))
        np.testing.assert_allclose([handle.x, handle.y], place)
    document, results = board("plateau_drop" if "plateau_drop" in EXAMPLES else "double_well", 5)
    (handle,) = pictures(document, results)["landscape"].handles
    objective = assemble(document.experiment.problem).objective
    assert handle.y == pytest.approx(float(objective.value(np.array([handle.x]))))


def test_a_diverged_runs_share_does_not_hide_behind_a_rounded_hundred():
    document, results = board("exclusive_or", 5)
    texts = [note.text for note in pictures(document, results)["landscape"].notes]
    assert all("motion shown" in text for text in texts)
    off = replace(results.of(PLANE), flat=board("exclusive_or", 9)[1].of(PLANE).flat)
    texts = [
        note.text
        for note in pictures(document, results.with_result(PLANE.key(), Delivered(None, off)))["landscape"].notes
    ]
    for text in texts:
        assert "100 % of" not in text or "in the plane" in text
