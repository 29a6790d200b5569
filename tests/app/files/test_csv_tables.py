"""The numbers behind each panel, against the engine's own."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import engine
from app.document import Card, Document, ViewSettings
from app.files.csv_tables import CsvTable, csv_bytes, csv_table
from app.files.csv_writer import write_table
from app.lanes.facts import facts_of
from app.lanes.lane import Delivered, Failure, LaneKey, Results
from app.lanes.plane import PLANE as PLANE_LANE
from app.lanes.plane import BuiltPlane
from app.lanes.runs import RUNS as RUNS_LANE
from app.lanes.runs_result import RunsResult
from app.panels import PANELS
from app.panels.landscape.lane import SURFACE as SURFACE_LANE
from app.panels.model.lane import MODEL_LANE, ModelResult
from app.panels.slice.lane import SLICE_LANE, SliceResult
from app.panels.slice.settings import SliceSettings
from engine import optimizers
from engine.arrays import read_only
from engine.experiment import Experiment
from engine.formulas import Formula
from engine.plane import Line, Plane
from engine.problem import Assembled, FormulaProblem
from engine.start import given
from engine.surfaces import own_flat
from engine.trajectory import Monitored

ROSENBROCK = Formula("rosenbrock")
METHODS = (optimizers.gradient_descent(0.001), optimizers.momentum(0.0005, 0.9))
DOCUMENT = Document(
    Experiment(FormulaProblem("rosenbrock"), (given([-1.2, 1.0]), given([0.0, 0.5])), METHODS, 30, title="Rosenbrock"),
    ViewSettings(step=20).with_settings(SliceSettings("gradient")),
)
WINDOW = (-2.0, 2.0, -1.0, 3.0)
RUNS = engine.descend(ROSENBROCK, [[-1.2, 1.0], [0.0, 0.5]], METHODS, steps=30)
FLAT = own_flat(ROSENBROCK)
SURFACE = engine.surface(ROSENBROCK, FLAT, WINDOW, 7)
PLANE = BuiltPlane(FLAT, WINDOW, facts_of(Assembled(ROSENBROCK)))
SLICE = SliceResult(
    line=Line([-1.2, 1.0], [0.6, 0.8]),
    coordinates=read_only([-1.0, 0.0, 2.0]),
    values=read_only([4.0, 3.0, 9.0]),
    value=3.0,
    slope=-0.1,
    curvature=0.5,
    landing=None,
    sentence="It opens upward.",
    direction="along the negative gradient",
)


TABLES = {numbers.name: Card(panel.name) for panel in PANELS.values() for numbers in panel.numbers}
"""The card that each table belongs to, by its name."""
KEYS = {
    "plane": PLANE_LANE.key(),
    "runs": RUNS_LANE.key(),
    "surface": SURFACE_LANE.key(1),
    "slice": SLICE_LANE.key(1),
    "model": MODEL_LANE.key(1),
}


def results(**lanes: object) -> Results:
    return Results({KEYS[name]: Delivered(None, result) for name, result in lanes.items()})


def table(name: str, document: Document, results: Results) -> CsvTable:
    return csv_table(document, results, TABLES[name], name)


ALL = results(plane=PLANE, runs=RunsResult(RUNS), surface=SURFACE, slice=SLICE)


def columns_of(found: CsvTable) -> dict[str, np.ndarray]:
    lengths = {len(column) for column in found.columns.values()}
    assert len(lengths) == 1
    return {name: np.asarray(column) for name, column in found.columns.items()}


def test_each_point_of_the_landscape_has_its_own_loss() -> None:
    found = columns_of(table("landscape", DOCUMENT, ALL))
    assert list(found) == ["first", "second", "loss"]
    assert len(found["loss"]) == 49
    points = np.stack([found["first"], found["second"]], axis=1)
    np.testing.assert_array_equal(found["loss"], ROSENBROCK.value(points))
    assert len({tuple(point) for point in points.tolist()}) == 49


def test_points_that_are_not_computed_yet_are_left_out_and_counted() -> None:
    computed = SURFACE.computed.copy()
    computed[2, 3:] = False
    partial = replace(SURFACE, computed=computed)
    found = table("landscape", DOCUMENT, results(plane=PLANE, surface=partial))
    assert len(found.columns["loss"]) == 45
    assert "4 of 49 points are not computed yet and left out." in found.comments
    points = np.stack([found.columns["first"], found.columns["second"]], axis=1)
    np.testing.assert_array_equal(found.columns["loss"], ROSENBROCK.value(points))


def test_a_landscape_of_one_parameter_has_one_coordinate() -> None:
    bowl = Formula("bowl")
    surface = engine.surface(bowl, own_flat(bowl), (-1.0, 1.0), 5)
    found = columns_of(table("landscape", DOCUMENT, results(surface=surface)))
    assert list(found) == ["first", "loss"]
    np.testing.assert_array_equal(found["loss"], bowl.value(found["first"][:, None]))


def test_paths_hold_every_record_of_every_run() -> None:
    found = columns_of(table("paths", DOCUMENT, ALL))
    assert list(found) == ["run", "step", "first", "second", "loss", "distance"]
    for run in range(4):
        mine = found["run"] == run + 1
        np.testing.assert_array_equal(found["step"][mine], np.arange(31))
        np.testing.assert_allclose(
            np.stack([found["first"], found["second"]], axis=1)[mine], RUNS.points[:, run], rtol=1e-14
        )
        np.testing.assert_array_equal(found["loss"][mine], RUNS.values[:, run])
    np.testing.assert_allclose(found["distance"], 0.0, atol=1e-14)


def test_paths_are_measured_in_a_skew_plane_and_from_it() -> None:
    # A line in the plane of the formula: coordinates and distances by hand.
    line = Line([0.0, 0.5], [2.0, 0.0])
    found = columns_of(table("paths", DOCUMENT, results(plane=replace(PLANE, flat=line), runs=RunsResult(RUNS))))
    assert list(found) == ["run", "step", "first", "loss", "distance"]
    points = np.concatenate([RUNS.points[:, run] for run in range(4)])
    np.testing.assert_allclose(found["first"], points[:, 0] / 2)
    np.testing.assert_allclose(found["distance"], np.abs(points[:, 1] - 0.5), atol=1e-15)
    skew = Plane([1.0, 1.0], [2.0, 0.0], [1.0, 1.0])
    found = columns_of(table("paths", DOCUMENT, results(plane=replace(PLANE, flat=skew), runs=RunsResult(RUNS))))
    np.testing.assert_allclose(found["second"], points[:, 1] - 1)
    np.testing.assert_allclose(found["first"], (points[:, 0] - 1 - (points[:, 1] - 1)) / 2, atol=1e-14)


def test_paths_of_a_diverged_run_are_written_without_complaint() -> None:
    wild = engine.descend(ROSENBROCK, [[-1.2, 1.0]], [optimizers.gradient_descent(5.0)], steps=30)
    found = columns_of(table("paths", DOCUMENT, results(plane=PLANE, runs=RunsResult(wild))))
    assert found["step"][-1] == wild.done[0] < 30


def test_paths_that_do_not_belong_to_the_plane_are_not_written() -> None:
    other = replace(PLANE, flat=Plane([0, 0, 0], [1, 0, 0], [0, 1, 0]))
    with pytest.raises(ValueError, match="no numbers of the paths yet"):
        table("paths", DOCUMENT, results(plane=other, runs=RunsResult(RUNS)))


def test_curves_have_a_row_for_each_step_and_columns_for_each_run() -> None:
    found = table("curves", DOCUMENT, ALL)
    columns = columns_of(found)
    np.testing.assert_array_equal(columns["step"], np.arange(31))
    for run in range(4):
        for name, values in (
            ("loss", RUNS.values),
            ("gradient norm", RUNS.gradient_norms),
            ("rate", RUNS.rates),
            ("examples seen", RUNS.examples_seen),
        ):
            np.testing.assert_array_equal(columns[f"{name} {run + 1}"], values[:, run])
    assert "run 2: Momentum (α = 0.0005, β = 0.9), start 1" in found.comments


def test_curves_end_with_nan_where_a_run_ended_before_the_others() -> None:
    mixed = engine.descend(
        ROSENBROCK, [[-1.2, 1.0]], [optimizers.gradient_descent(5.0), optimizers.gradient_descent(1e-3)], steps=30
    )
    last = int(mixed.done[0])
    found = columns_of(table("curves", DOCUMENT, results(runs=RunsResult(mixed))))
    assert last < 30
    assert np.isnan(found["loss 1"][last + 1 :]).all()
    assert np.isfinite(found["loss 2"]).all()


def test_losses_on_whole_parts_stand_at_the_steps_at_which_they_were_watched() -> None:
    nothing = np.full((2, 4), np.nan)
    watched = Monitored(np.array([0, 30]), np.arange(8.0).reshape(2, 4), nothing, nothing, nothing + 0.0)
    found = columns_of(table("curves", DOCUMENT, results(runs=RunsResult(replace(RUNS, monitored=watched)))))
    assert found["train loss 3"][[0, 30]].tolist() == [2.0, 6.0]
    assert np.isnan(found["train loss 3"][1:30]).all()
    assert not any("validation" in name for name in found)


def test_the_slice_has_tangent_and_parabola_beside_the_loss() -> None:
    found = table("slice", DOCUMENT, ALL)
    columns = columns_of(found)
    np.testing.assert_array_equal(columns["coordinate"], [-1.0, 0.0, 2.0])
    np.testing.assert_array_equal(columns["loss"], [4.0, 3.0, 9.0])
    np.testing.assert_allclose(columns["tangent"], [3.1, 3.0, 2.8])
    np.testing.assert_allclose(columns["parabola"], [3.35, 3.0, 3.8])
    assert "Gradient descent (α = 0.001), start 1 at step 20" in found.comments
    assert "coordinate: distance along the negative gradient from the point" in found.comments
    assert "slope -0.1, curvature 0.5. It opens upward." in found.comments


def test_decision_regions_are_written_input_by_input() -> None:
    outputs = np.arange(12.0).reshape(2, 3, 2)
    model = ModelResult(
        np.zeros(3), read_only([0.0, 1.0, 2.0]), read_only([5.0, 6.0]), outputs, losses=(("train", 0.1),)
    )
    found = table("model", DOCUMENT, results(model=model, runs=RunsResult(RUNS)))
    columns = columns_of(found)
    assert list(columns) == ["input 1", "input 2", "output 1", "output 2"]
    # Row i, column j of the grid is input (first[j], second[i]).
    place = np.flatnonzero((columns["input 1"] == 2.0) & (columns["input 2"] == 5.0))
    assert [columns["output 1"][place].item(), columns["output 2"][place].item()] == outputs[0, 2].tolist()
    assert "train loss 0.1" in found.comments


def test_a_fitted_curve_is_written_as_two_columns() -> None:
    model = ModelResult(np.zeros(3), read_only([0.0, 1.0, 2.0]), outputs=np.array([[4.0], [5.0], [6.0]]))
    columns = columns_of(table("model", DOCUMENT, results(model=model)))
    assert {name: column.tolist() for name, column in columns.items()} == {
        "input 1": [0.0, 1.0, 2.0],
        "output 1": [4.0, 5.0, 6.0],
    }


def test_first_layer_weights_are_written_pixel_by_pixel() -> None:
    weights = np.arange(12.0).reshape(2, 6)
    images = ModelResult(np.zeros(3), weights=weights, image_shape=(2, 3))
    columns = columns_of(table("model", DOCUMENT, results(model=images)))
    assert list(columns) == ["unit", "row", "column", "weight"]
    for unit, row, column, weight in zip(*(column.tolist() for column in columns.values()), strict=True):
        assert weight == weights[unit - 1].reshape(2, 3)[row - 1, column - 1]
    plain = columns_of(table("model", DOCUMENT, results(model=replace(images, image_shape=None))))
    assert plain["input"].tolist() == [1, 2, 3, 4, 5, 6] * 2


@pytest.mark.parametrize("name", TABLES)
def test_a_panel_without_numbers_says_so(name: str) -> None:
    with pytest.raises(ValueError, match="yet: wait until something is shown"):
        table(name, DOCUMENT, Results())


def test_a_formula_has_no_model() -> None:
    with pytest.raises(ValueError, match="A formula has no model"):
        table("model", DOCUMENT, results(model=ModelResult(np.zeros(2))))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("landscape", SURFACE_LANE.key(1)),
        ("paths", PLANE_LANE.key()),
        ("curves", RUNS_LANE.key()),
        ("slice", SLICE_LANE.key(1)),
        ("model", MODEL_LANE.key(1)),
    ],
)
def test_what_went_wrong_is_said_instead_of_numbers(name: str, key: LaneKey) -> None:
    known = results(runs=RunsResult(RUNS)) if name == "paths" else Results()
    with pytest.raises(ValueError, match="The plane is too small"):
        table(name, DOCUMENT, known.with_failure(key, Failure("The plane is too small.")))


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(ValueError, match="Loss landscape has no numbers called “basins”: there are landscape, paths"):
        csv_table(DOCUMENT, ALL, Card("landscape"), "basins")


@pytest.mark.parametrize("panel", [panel.name for panel in PANELS.values() if panel.opened])
def test_the_first_table_of_a_panel_is_the_one_that_is_meant(panel: str) -> None:
    model = ModelResult(np.zeros(3), read_only([0.0, 1.0, 2.0]), outputs=np.array([[4.0], [5.0], [6.0]]))
    whole = Results({**ALL.delivered, KEYS["model"]: Delivered(None, model)})
    first = PANELS[panel].numbers[0]
    assert csv_bytes(csv_table(DOCUMENT, whole, Card(panel))) == csv_bytes(table(first.name, DOCUMENT, whole))


def test_the_numbers_of_another_card_are_its_own() -> None:
    other = replace(SLICE, values=read_only([1.0, 2.0, 3.0]))
    two = Results({**ALL.delivered, SLICE_LANE.key(2): Delivered(None, other)})
    for number, values in ((1, [4.0, 3.0, 9.0]), (2, [1.0, 2.0, 3.0])):
        assert csv_table(DOCUMENT, two, Card("slice", number)).columns["loss"].tolist() == values


@pytest.mark.parametrize("panel", ["landscape", "paths", "curves", "slice"])
def test_tables_are_written_with_every_digit_and_how_they_were_drawn(panel: str, tmp_path: Path) -> None:
    found = table(panel, DOCUMENT, ALL)
    write_table(tmp_path / "a.csv", found.columns, found.comments)
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("# ")]
    assert any(line.startswith("# Problem: Rosenbrock") for line in comments)
    assert any(line.startswith("# Plane: the parameters x and y") for line in comments)
    assert any(line.startswith("# Made with Talweg") for line in comments)
    rows = list(csv.DictReader(line for line in lines if not line.startswith("# ")))
    for name, column in found.columns.items():
        np.testing.assert_array_equal([float(row[name]) for row in rows], column)
