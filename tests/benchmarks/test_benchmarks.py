"""Every benchmark runs at a tiny size, and Talweg and its peer agree; peers that are not installed are skipped."""

import json

import numpy as np
import pytest

from tests.benchmarks import growth, report, roofline
from tests.benchmarks.__main__ import main
from tests.benchmarks.comparison import Benchmark, Contest, Timing, check, compare, disagreement
from tests.benchmarks.networks import TINY
from tests.benchmarks.surfaces import grid, ours
from tests.benchmarks.table import BENCHMARKS
from tests.benchmarks.window import PLACES, PROMISES, SENT, Measured, measured, run

# Peers warn about their own future; what they compute is what counts here.
pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda benchmark: benchmark.name)
def test_talweg_and_the_peer_compute_the_same(benchmark):
    if not benchmark.available:
        pytest.skip(f"{benchmark.needs} is not installed")
    contest = benchmark.prepare(True)
    difference = check(contest)
    assert difference <= contest.tolerance or np.isinf(contest.tolerance)


@pytest.mark.parametrize("case", TINY, ids=lambda case: case.name)
def test_the_side_of_talweg_is_the_objective_itself_wherever_there_is_no_peer(case):
    at = case.plane.point(grid(4))
    assert ours(case, 4)() == pytest.approx(case.objective.value(at), rel=1e-5)


def test_names_are_unique_and_cover_every_row_that_was_promised():
    names = [benchmark.name for benchmark in BENCHMARKS]
    assert len(set(names)) == len(names)
    kinds = {benchmark.group for benchmark in BENCHMARKS}
    assert kinds == {"surface", "training", "hessian", "eigenvalues", "basins", "picture"}


def test_results_that_differ_are_refused_and_what_is_nowhere_a_number_too():
    with pytest.raises(ValueError, match="differ by"):
        check(Contest(lambda: np.ones(3), lambda: np.full(3, 1.1), 1e-3))
    with pytest.raises(ValueError, match="different things"):
        disagreement(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="nothing"):
        disagreement(np.full(3, np.nan), np.ones(3))


def test_both_sides_are_sampled_in_turns_and_the_ratio_is_the_peers_time_over_talwegs():
    order = []
    contest = Contest(lambda: order.append("t") or np.ones(1), lambda: order.append("p") or np.ones(1), 0.0)
    timing = compare(Benchmark("n", "w", "p", "numpy", 1.0, lambda _: contest), budget=0.0)
    assert "tp" * 2 in "".join(order[:4])
    assert len(timing.talweg) == len(timing.peer) >= 3
    slow = np.array([[4.0, 8.0], [6.0, 8.0], [5.0, 8.0]])
    known = Timing(timing.benchmark, slow / [2.0, 4.0], slow, 0.0, "")
    assert (known.ratio, known.best_ratio, known.work_ratio, known.reached) == (2.0, 2.0, 4.0, True)


def test_growth_is_measured_against_the_line_through_the_largest_size():
    grown = growth.Growth("n", "r", ("a", "b"), (1.0, 10.0), (2.0, 10.0))
    assert grown.against_line == (2.0, 1.0)
    assert all(len(one.seconds) == 2 and min(one.seconds) > 0 for one in growth.tables(tiny=True))


def test_the_roofline_counts_the_arithmetic_of_a_surface():
    machine = roofline.Machine((1.0, 1.0), (1.0, 1.0), (1.0, 1.0), (1.0, 1.0), 1.0)
    needed = roofline._needed(TINY[2], machine, points=1)
    each = TINY[2].examples / roofline.THREADS
    # 6-5-4: five units affine in (1, a, b); three rivals of the right class from five units and a bias.
    assert needed == pytest.approx({"products": each * (15 + 18), "tanh": each * 5, "exp": each * 3, "log1p": each})


@pytest.mark.parametrize("pointed", [False, True])
def test_the_window_is_measured_with_a_real_hand_in_a_process_of_its_own(pointed, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    _, printed = run("-m", "tests.benchmarks.window", "drag_formula", "4", pointed=pointed)
    times = json.loads(printed)
    if not pointed:
        assert SENT in times
    assert times["answered"] >= 1
    assert 0 < times["first"] <= times["all"] < 60_000


QUICK = [
    work for works in PLACES.values() for work in works if work not in ("default", "frames", "drag_xor", "drag_moons")
]
"""The others do the same as these in another experiment."""


@pytest.mark.parametrize("work", QUICK)
def test_every_measurement_of_the_window_runs_and_gives_what_is_promised(work):
    found = list(measured(tiny=True, only=[work]))
    names = {one.name.removesuffix(f" ({SENT})") for one in found}
    assert {one.name for one in PROMISES if one.work == work} <= names
    assert found
    assert all(np.isfinite(one.value) for one in found)


def test_every_promise_is_measured_by_something_and_told_apart_by_its_name():
    assert {one.work for one in PROMISES} | {"start", "coarse"} == {work for works in PLACES.values() for work in works}
    assert len({one.name for one in PROMISES}) == len(PROMISES)


def test_tables_go_between_their_marks_and_leave_the_rest_of_the_page_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- window -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")
    text = report.window_text([Measured("frames", 30.0, "ms", 20.0)])
    report.write({"window": text}, page)
    report.write({"window": text}, page)
    assert page.read_text(encoding="utf-8") == f"before\n<!-- window -->\n{text}\n<!-- end -->\nafter\n"
    assert "| frames | 30 ms | 20 ms | no |" in text
    with pytest.raises(ValueError, match="no place"):
        report.write({"growth": ""}, page)


def test_the_page_has_a_place_for_every_table():
    page = report.PAGE.read_text(encoding="utf-8")
    assert all(f"<!-- {name} -->" in page for name in ("machine", "roofline", "growth", "window"))
    assert all(f"<!-- {benchmark.group} -->" in page for benchmark in BENCHMARKS)


def test_the_command_lists_what_there_is(capsys):
    assert main(["--list", "--only", "hessian"]) == 0
    assert capsys.readouterr().out.split()[:2] == ["hessian-2-8-8-1", "hessian-64-16-10"]
