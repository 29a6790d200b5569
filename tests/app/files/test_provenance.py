"""How this was drawn, in words: every subject is there, and every number that fixes the picture."""

from dataclasses import replace

import numpy as np
import pytest

from app.document import Card, Document, ViewSettings
from app.files.provenance import describe, flat_in_words, in_full, start_in_words
from app.lanes.lane import Delivered, Results
from app.lanes.plane import PLANE, plane_request
from app.lanes.problem_cache import ProblemCache
from app.panels.landscape.settings import LandscapeSettings
from engine import directions, optimizers, schedules
from engine.arrays import read_only
from engine.catalogue import EXAMPLES
from engine.datasets import DatasetRecipe
from engine.experiment import Experiment
from engine.job import drain
from engine.optimizers import KINDS
from engine.plane import Drawn, Line, Plane
from engine.plane_recipe import PlaneRecipe
from engine.problem import NetworkProblem, assemble
from engine.start import Start, given
from tests.app.files.documents import DOCUMENTS, network


def drawn_for(document: Document) -> Results:
    """What is known once the plane is drawn."""
    request = plane_request(document, Results())
    return Results().with_result(PLANE.key(), Delivered(request, drain(PLANE.job(ProblemCache(), request))))


def line_of(lines: tuple[str, ...], subject: str) -> str:
    found = [line for line in lines if line.startswith(f"{subject}:")]
    assert len(found) == 1, (subject, lines)
    return found[0]


def test_a_network_is_told_in_full() -> None:
    problem = NetworkProblem(
        DatasetRecipe("moons", seed=4, size=50, noise=0.15), (3,), "tanh", "identity", "cross_entropy", 0, 0.01
    )
    start = Start("he", seed=7)
    plane = PlaneRecipe("random", start, seed=11)
    whole = Experiment(problem, (start,), (optimizers.adam(0.02),), 40, plane, batch_size=10, batch_seed=3)
    landscape = LandscapeSettings((-1.0, 1.0, -0.5, 0.25), 33, logarithmic=True)
    document = Document(whole, ViewSettings().with_settings(landscape))
    lines = describe(document, drawn_for(document))
    told = line_of(lines, "Problem")
    assert (
        told
        == "Problem: network 2-3-2, tanh units, output identity, loss cross entropy, l2 penalty 0.01; 17 parameters."
    )
    data = line_of(lines, "Data")
    assert "Two moons" in data
    assert "seed 4, noise 0.15, 50 examples: 30 train + 10 validation + 10 test." in data
    assert "seed 7" in line_of(lines, "Start")
    assert "directions of seed 11" in line_of(lines, "Drawn from")
    assert line_of(lines, "Plane").count("°") == 1
    assert "axes of length 1 and 1 at " in line_of(lines, "Plane")
    assert line_of(lines, "Optimizer 1") == "Optimizer 1: Adam: α = 0.02, β₁ = 0.9, β₂ = 0.999, ε = 1e-08."
    assert line_of(lines, "Runs").startswith("Runs: 40 steps, batches of 10 with seed 3, in all parameters")
    assert line_of(lines, "Window").endswith(
        "from -1 to 1, second from -0.5 to 0.25, 33 × 33 points, logarithmic colors."
    )
    assert line_of(lines, "Numbers") == "Numbers: runs in float64, the landscape in float32."
    assert lines[-1].startswith("Made with Talweg")


def test_a_plane_through_runs_names_the_runs_it_was_drawn_through() -> None:
    document = DOCUMENTS["network"]
    told = line_of(describe(document, Results()), "Drawn from")
    assert "seed 7" in told
    assert "300 steps of Adam: α = 0.01" in told
    assert "batches of 2 with seed 4" in told


def test_runs_within_the_plane_are_told_apart_from_projected_ones() -> None:
    within = line_of(describe(network(residence="within"), Results()), "Runs")
    outside = line_of(describe(network(residence="all"), Results()), "Runs")
    assert "within the plane, where the picture is exact" in within
    assert "in all parameters, paths projected onto the plane" in outside


def test_a_formula_is_told_with_its_text_and_constants() -> None:
    document = DOCUMENTS["named formula"]
    lines = describe(document, drawn_for(document))
    told = line_of(lines, "Problem")
    assert told == "Problem: Rosenbrock, f = (a-x)^2 + b*(y-x^2)^2, with a = 1, b = 10.5; 2 parameters."
    assert line_of(lines, "Plane") == "Plane: the parameters x and y."
    assert line_of(lines, "Numbers").endswith("the landscape in float64.")
    assert not any(line.startswith("Data") for line in lines)


def test_a_formula_of_one_parameter_is_a_line() -> None:
    document = DOCUMENTS["formula of one parameter"]
    lines = describe(document, drawn_for(document))
    assert line_of(lines, "Line") == "Line: the parameter x."
    assert line_of(lines, "Window") == "Window: coordinate from -1.5 to 1.5, 5 points."


def test_the_window_that_is_told_is_the_one_that_is_shown() -> None:
    document = DOCUMENTS["formula of one parameter"]
    other = document.view.changed(LandscapeSettings, window=(-1.0, 1.0, 0.0, 2.5))  # of two parameters
    results = drawn_for(document)
    built = results.of(PLANE)
    assert built is not None
    low, high = built.window
    told = line_of(describe(replace(document, view=other), results), "Window")
    assert told == f"Window: coordinate from {low:.6g} to {high:.6g}, 5 points."


def test_cards_are_told_if_they_are_open() -> None:
    document = DOCUMENTS["named formula"]
    two = document.view.with_settings(LandscapeSettings((0.0, 1.0, 0.0, 1.0), 7), 2)
    cards = {0: (Card("curves"),), 1: (Card("landscape"),), 2: (Card("landscape"), Card("landscape", 2))}
    for number, chosen in cards.items():
        lines = describe(replace(document, view=replace(two, cards=chosen)), drawn_for(document))
        assert sum(line.startswith("Window") for line in lines) == number
    assert "Window of landscape 2: first coordinate from 0 to 1, second from 0 to 1, 7 × 7 points." in lines


def test_a_curve_fit_names_its_measurements_and_coefficients() -> None:
    document = DOCUMENTS["curve fit"]
    lines = describe(document, drawn_for(document))
    assert "dose = b1*(1-exp(-b2*x)) in b1, b2; 2 parameters" in line_of(lines, "Problem")
    assert line_of(lines, "Data") == "Data: 6 measurements of dose at time."


def test_data_files_are_named_with_their_hash() -> None:
    data = line_of(describe(DOCUMENTS["data files"], Results()), "Data")
    assert "/nowhere/images.gz" in data
    assert "a" * 64 in data
    assert "subset of 100, standardized" in data


def test_all_settings_of_the_data_are_told() -> None:
    data = line_of(describe(DOCUMENTS["every setting of the data"], Results()), "Data")
    for told in ("seed 3", "noise 0.02", "turns 1.5", "subset of 80", "10 % of the labels shuffled", "standardized"):
        assert told in data


def test_several_starts_are_numbered() -> None:
    lines = describe(DOCUMENTS["network"], Results())
    assert [line.split(":")[0] for line in lines if line.startswith("Start")] == ["Start 1", "Start 2", "Start 3"]
    shift = DOCUMENTS["network"].experiment.starts[1].shift
    assert shift is not None
    assert f"moved by {np.linalg.norm(shift):.6g}" in line_of(lines, "Start 2")


def test_a_small_start_is_told_to_the_last_digit() -> None:
    moved = replace(given([0.1, 0.25]), shift=read_only([0.2, 0.0]))
    assert start_in_words(moved) == "given, (0.30000000000000004, 0.25)"
    assert start_in_words(given(np.full(25, 2.0))) == "given, 25 parameters of norm 10"


def test_skew_axes_are_told_with_their_lengths_and_angle() -> None:
    plane = Plane([0.0, 0.0], [2.0, 0.0], [1.0, 1.0], Drawn("given", "by hand", (("seed", "5"),)))
    assert flat_in_words(plane) == "by hand; axes of length 2 and 1.41421 at 45°; seed 5"
    assert flat_in_words(Line([0.0, 0.0], [3.0, 4.0])) == "given as arrays; axis of length 5"
    random = directions.random(assemble(DOCUMENTS["network"].experiment.problem).objective, np.ones(12), 3)
    assert flat_in_words(random).count("°") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_optimizer_is_told_with_every_setting(kind: str) -> None:
    told = in_full(getattr(optimizers, kind)(clip=1.5) if KINDS[kind].clips else getattr(optimizers, kind)())
    assert told.startswith(KINDS[kind].title)
    assert "α = " in told
    assert told.count(",") >= len(KINDS[kind].parameters)
    assert ("clipped to length 1.5" in told) == KINDS[kind].clips


def test_a_schedule_is_told_in_place_of_a_rate() -> None:
    told = in_full(optimizers.gradient_descent(schedules.hold(schedules.power(0.5), hold_for=20)))
    assert told == "Gradient descent: hold 20 updates, then α = 0.5/(s + 1)^0.6, no line search."


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_entry_of_the_catalogue_can_be_told_before_anything_is_drawn(name: str) -> None:
    lines = describe(Document(EXAMPLES[name].make()), Results())
    assert lines[0].startswith("Problem: ")
    assert all("None" not in line and line.endswith(".") for line in lines)
