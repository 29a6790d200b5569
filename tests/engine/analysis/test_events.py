import numpy as np
import pytest

from engine.analysis.events import EventKind, events
from engine.analysis.stability import noise_floor_radius
from tests.engine.analysis.functions import (
    Function,
    Quadratic,
    descend,
    exclusive_or,
    exclusive_or_start,
    rosenbrock,
    trajectories,
    two_wells,
    up_to,
)


def kinds(runs):
    return [event.kind for event in events(runs, 0)]


def only(runs, kind):
    found = [event for event in events(runs, 0) if event.kind is kind]
    assert len(found) == 1, events(runs, 0)
    return found[0]


@pytest.fixture(scope="module")
def plateau_run():
    return descend(exclusive_or, exclusive_or_start(), rate=1.0, steps=8000)


def test_exclusive_or_sits_on_its_plateau_for_most_of_the_way_and_leaves_it(plateau_run):
    first_below = int(np.argmax(plateau_run.values[:, 0] < 0.2))
    assert first_below == 5075
    event = only(plateau_run, EventKind.PLATEAU)
    assert event.first < 40
    assert 4400 < event.last < 4900
    assert "4,6" in event.sentence
    assert "0.25 " in event.sentence


def test_the_plateau_is_a_passage_by_a_saddle(plateau_run):
    event = only(plateau_run, EventKind.SADDLE_PASSED)
    assert plateau_run.gradient_norms[event.first, 0] == plateau_run.gradient_norms[:5000, 0].min()


@pytest.mark.parametrize("steps", [300, 1000, 2500, 4000])
def test_a_run_that_stops_on_the_plateau_is_told_so(plateau_run, steps):
    event = only(up_to(plateau_run, steps), EventKind.OPEN_PLATEAU)
    assert event.first < 40
    assert event.last == steps
    assert "not in a minimum" in event.sentence


def test_once_it_has_dropped_the_plateau_is_closed(plateau_run):
    assert EventKind.OPEN_PLATEAU not in kinds(up_to(plateau_run, 4900))
    assert EventKind.PLATEAU in kinds(up_to(plateau_run, 4900))


@pytest.mark.parametrize("steps", range(150, 7900, 250))
def test_at_no_step_is_the_plateau_overlooked_or_told_twice(plateau_run, steps):
    plateaus = {EventKind.PLATEAU, EventKind.OPEN_PLATEAU}
    assert len([kind for kind in kinds(up_to(plateau_run, steps)) if kind in plateaus]) == 1


def test_the_end_of_the_exclusive_or_run_is_a_slow_tail_and_no_plateau(plateau_run):
    assert EventKind.OPEN_PLATEAU not in kinds(plateau_run)
    assert only(plateau_run, EventKind.SLOW_TAIL).first > 5075


@pytest.mark.parametrize("scale", [1e-6, 1e6])
@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_plateaus_do_not_depend_on_the_units_of_the_loss(plateau_run, scale, shift):
    values = scale * (plateau_run.values[:, 0] + shift)
    scaled = trajectories(values, scale * plateau_run.gradient_norms, plateau_run.points[:, 0])
    moved, here = only(scaled, EventKind.PLATEAU), only(plateau_run, EventKind.PLATEAU)
    assert (moved.first, moved.last) == (here.first, here.last)


@pytest.mark.parametrize("beta", [0.0, 0.9])
def test_a_plateau_that_ends_in_a_cliff_is_cut_before_it(beta):
    step = Function(1, lambda x: (np.tanh(x), [1 - np.tanh(x) ** 2], [[0.0 * x]]))
    run = descend(lambda x: step.value_and_gradient(x), [4.0], 1.0, 1500, beta)
    event = only(run, EventKind.PLATEAU)
    assert event.first == 0
    assert run.values[event.last, 0] > 0.75 > run.values[event.last + 12, 0]


def test_a_slowly_fading_gradient_is_no_plateau_even_below_a_high_start():
    t = np.arange(400.0)
    values = 2 * np.exp(-t / 3) + 0.015 + 0.3 / (t + 60)
    gradients = np.sqrt(np.abs(np.gradient(values)))[:, None]
    assert EventKind.OPEN_PLATEAU not in kinds(trajectories(values, gradients, t[:, None] / 100))


def test_momentum_leaves_about_ten_times_sooner():
    run = descend(exclusive_or, exclusive_or_start(), rate=1.0, steps=1500, beta=0.9)
    assert 250 < only(run, EventKind.PLATEAU).last < 400


CONVERGING = {
    "well conditioned": (Quadratic(np.diag([1.0, 3.0])), [4.0, -2.0], 0.1, 0.0, 400),
    "ill conditioned": (Quadratic(np.diag([1.0, 100.0])), [4.0, -2.0], 0.015, 0.0, 3000),
    "with momentum": (Quadratic(np.diag([1.0, 30.0])), [4.0, -2.0], 0.02, 0.9, 600),
    "lifted": (Quadratic(np.diag([1.0, 3.0]), constant=50.0), [4.0, -2.0], 0.1, 0.0, 400),
}


@pytest.mark.parametrize("name", CONVERGING)
def test_ordinary_convergence_ends_in_a_minimum_without_a_plateau_or_a_saddle(name):
    bowl, start, rate, beta, steps = CONVERGING[name]
    found = kinds(descend(bowl.value_and_gradient, start, rate, steps, beta))
    assert EventKind.MINIMUM_REACHED in found
    assert not {EventKind.PLATEAU, EventKind.OPEN_PLATEAU, EventKind.SADDLE_PASSED} & set(found)


@pytest.mark.parametrize("power", [0.2, 1.0, 2.0])
@pytest.mark.parametrize("limit", [0.0, 0.25])
def test_a_power_law_tail_is_slow_but_no_plateau(power, limit):
    t = np.arange(1, 4001.0)
    gradients = (t ** (-(power + 1) / 2))[:, None]
    assert kinds(trajectories(limit + t**-power, gradients, np.log(t)[:, None])) == [EventKind.SLOW_TAIL]


def test_rosenbrock_valley_is_no_plateau():
    run = descend(rosenbrock().value_and_gradient, [-1.2, 1.0], 0.001, 6000)
    assert not {EventKind.PLATEAU, EventKind.OPEN_PLATEAU} & set(kinds(run))


def test_a_steady_incline_is_neither_plateau_nor_tail():
    run = descend(lambda x: (x[0], np.array([1.0])), [0.0], 0.1, 300)
    assert kinds(run) == []


def test_momentum_gathering_speed_on_an_incline_is_no_plateau():
    run = descend(lambda x: (x[0], np.array([1.0])), [0.0], 0.001, 600, beta=0.99)
    assert kinds(run) == []


def test_a_run_that_brushes_a_saddle_says_where():
    run = descend(two_wells().value_and_gradient, [1e-6, 1.5], 0.05, 400)
    event = only(run, EventKind.SADDLE_PASSED)
    assert np.linalg.norm(run.points[event.first, 0]) < 0.02
    assert EventKind.MINIMUM_REACHED in kinds(run)


def test_overshoot_counts_the_rises_after_a_fall():
    bowl = Quadratic([[1.0]])
    run = descend(bowl.value_and_gradient, [1.0], 0.1, 100, beta=0.9)
    event = only(run, EventKind.OVERSHOOT)
    values = run.values[:, 0]
    assert values[event.first] < values[event.first + 1]
    assert EventKind.OVERSHOOT not in kinds(descend(bowl.value_and_gradient, [1.0], 0.1, 100))


def test_a_first_rise_is_no_overshoot():
    values = [1.0, 2.0, 3.0, 1.5, 1.0, 0.5]
    assert kinds(trajectories(values, np.ones((6, 1)), np.arange(6.0)[:, None])) == []


def test_zig_zag_across_a_ravine_above_half_the_stability_bound():
    ravine = Quadratic(np.diag([1.0, 100.0]))
    across = descend(ravine.value_and_gradient, [1.0, 1.0], 0.0199, 60)
    event = only(across, EventKind.ZIG_ZAG)
    assert (event.first, event.last) == (0, 60)
    along = descend(ravine.value_and_gradient, [1.0, 1.0], 0.009, 60)
    assert EventKind.ZIG_ZAG not in kinds(along)


def test_divergence_ends_the_story():
    run = descend(Quadratic(np.diag([1.0, 100.0])).value_and_gradient, [1.0, 1e-3], 0.05, 500)
    event = only(run, EventKind.DIVERGED)
    assert event.last == run.done[0] < 500
    assert EventKind.MINIMUM_REACHED not in kinds(run)


def test_a_loss_that_is_not_finite_counts_as_diverged_without_a_warning():
    run = trajectories([1.0, 0.5, np.inf, np.nan], np.ones((4, 1)), [[0.0], [1.0], [np.inf], [np.nan]])
    assert kinds(run) == [EventKind.DIVERGED]


def noisy_bowl(rate, steps, curvature=1.0, seed=0):
    """Each step sees another batch: the bowl shifted by unit noise."""
    noise = np.random.default_rng(seed).standard_normal((steps + 1, 2))
    bowl = Quadratic(curvature * np.eye(2))
    return descend(
        bowl.value_and_gradient, [5.0, 5.0], rate, steps, noise=lambda t: noise[t], batch_size=1, examples=100
    )


@pytest.mark.parametrize("rate", [0.05, 0.2])
def test_the_noise_floor_has_the_radius_of_theory(rate):
    run = noisy_bowl(rate, 20_000)
    event = only(run, EventKind.NOISE_FLOOR)
    from engine.analysis.history import history
    from engine.analysis.noise_floor import noise_floor

    floor = noise_floor(history(run, 0))
    assert floor.radius == pytest.approx(noise_floor_radius(rate, dimensions=2), rel=0.05)
    assert event.last == 20_000


@pytest.mark.parametrize("seed", range(6))
def test_noise_alone_makes_no_plateaus(seed):
    assert kinds(noisy_bowl(0.2, 5000, seed=seed)) == [EventKind.NOISE_FLOOR]


def test_a_plateau_is_seen_through_the_noise_of_mini_batches(plateau_run):
    noise = 0.01 * np.random.default_rng(0).standard_normal(len(plateau_run.values))
    noisy = trajectories(
        plateau_run.values[:, 0] + noise,
        plateau_run.gradient_norms + 0.1,
        plateau_run.points[:, 0],
        batch_size=1,
        examples=4,
    )
    event = only(noisy, EventKind.PLATEAU)
    assert 3000 < event.steps < 5000


def test_a_run_still_coming_down_or_wandering_is_not_at_the_noise_floor():
    assert EventKind.NOISE_FLOOR not in kinds(noisy_bowl(0.001, 1000))
    wandering = noisy_bowl(0.05, 4000, curvature=0.0)
    assert EventKind.NOISE_FLOOR not in kinds(wandering)


def test_a_decreasing_rate_has_no_noise_floor():
    run = noisy_bowl(0.2, 2000)
    rates = 0.2 / (1 + 0.01 * np.arange(2001))[:, None]
    object.__setattr__(run, "rates", rates)
    assert EventKind.NOISE_FLOOR not in kinds(run)


def test_events_are_found_in_a_run_that_is_still_going(plateau_run):
    run = up_to(plateau_run, 5200)
    padded = np.full((9001, 1), np.nan)
    for name in ("values", "gradient_norms", "step_lengths", "rates"):
        whole = padded.copy()
        whole[:5201] = getattr(run, name)
        object.__setattr__(run, name, whole)
    assert EventKind.PLATEAU in kinds(run)
    assert EventKind.DIVERGED not in kinds(run)


def test_a_run_of_one_point_has_no_events():
    assert events(trajectories([1.0], [[1.0]], [[0.0]]), 0) == ()
