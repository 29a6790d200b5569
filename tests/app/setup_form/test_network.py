"""Every network that can be chosen runs: each activation with each loss that fits, each scheme, labels and parts."""

from dataclasses import replace

import numpy as np
import pytest

from app.document import Document
from app.headless import computed
from app.lanes.lane import Results
from app.lanes.runs import RUNS
from app.panels.landscape.lane import SURFACE
from app.panels.landscape.settings import LandscapeSettings
from app.panels.slice.lane import SLICE_LANE
from app.setup_form.picture import setup_picture
from app.setup_form.registry import change
from engine import optimizers
from engine.datasets import DatasetRecipe
from engine.experiment import Experiment
from engine.network import ACTIVATIONS, LOSSES, SCHEMES
from engine.plane_recipe import PlaneRecipe
from engine.problem import NetworkProblem
from engine.start import Start

CLASSES, VALUES = DatasetRecipe("moons", size=24), DatasetRecipe("sine", size=24)
PAIRS = [
    (activation, loss, output, data)
    for activation in ACTIVATIONS
    for loss in LOSSES
    for data in (CLASSES, VALUES)
    for output in (("identity",) if LOSSES[loss].takes_logits else ("identity", "sigmoid"))
    if data is CLASSES or not LOSSES[loss].takes_logits
]


def network(problem, start=None, steps=5, chosen=None):
    start = start or Start(seed=1)
    chosen = chosen or (optimizers.gradient_descent(0.05), optimizers.adam(0.01))
    document = Document(Experiment(problem, (start,), chosen, steps, PlaneRecipe("random", start)))
    return replace(document, view=document.view.changed(LandscapeSettings, resolution=9))


def fields(document):
    return setup_picture(document, Results()).fields


@pytest.mark.parametrize(("activation", "loss", "output", "data"), PAIRS, ids=str)
def test_every_activation_with_every_loss_that_fits_runs(activation, loss, output, data):
    results = computed(network(NetworkProblem(data, (3,), activation, output, loss)))
    assert results.failures == {}
    runs = results.of(RUNS).trajectories
    assert np.isfinite(runs.values).all()
    assert (runs.done == 5).all()
    assert results.of(SURFACE, 1).finite.all()
    assert len(results.of(RUNS).sentences) == 2


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_can_be_chosen_and_runs(scheme):
    document = network(NetworkProblem(CLASSES, (3,), "tanh", "identity", "cross_entropy"))
    chosen = change(document, "network.scheme", scheme).document
    assert [start.scheme for start in chosen.experiment.starts] == [scheme]
    assert ("network.scale" in fields(chosen)) == SCHEMES[scheme].uses_scale
    # From zeros with as many examples of either class nothing moves, and the slice says that there is no slope.
    assert set(computed(chosen).failures) == ({SLICE_LANE.key(1)} if scheme == "zeros" else set())


def test_units_that_start_alike_never_separate():
    document = change(
        network(NetworkProblem(CLASSES, (3,), "tanh", "identity", "cross_entropy")), "network.scheme", "constant"
    )
    runs = computed(document.document).of(RUNS).trajectories
    first = runs.points[-1, 0][:6].reshape(3, 2)
    np.testing.assert_array_equal(first, np.broadcast_to(first[0], (3, 2)))
    assert not np.array_equal(runs.points[-1, 0], runs.points[0, 0])


def test_threshold_units_have_nothing_to_follow_but_sigmoids_as_steep_as_one_likes_have():
    def moved(problem):
        runs = computed(network(problem, chosen=(optimizers.gradient_descent(0.5),))).of(RUNS).trajectories
        return np.abs(runs.points[-1, 0] - runs.points[0, 0])[:9]

    threshold = NetworkProblem(CLASSES, (3,), "threshold", "identity", "cross_entropy")
    assert not moved(threshold).any()
    assert moved(replace(threshold, activation="sigmoid", steepness=5.0)).any()


def test_the_steepness_is_offered_where_there_is_a_sigmoid():
    sigmoid = network(NetworkProblem(CLASSES, (3,), "sigmoid", "identity", "cross_entropy"))
    assert change(sigmoid, "network.steepness", 7.5).document.experiment.problem.steepness == 7.5
    assert "network.steepness" not in fields(network(NetworkProblem(CLASSES, (3,), "tanh")))
    assert "network.steepness" in fields(network(NetworkProblem(CLASSES, (3,), "tanh", "sigmoid")))


def test_wrong_labels_noise_and_size_can_be_chosen_for_every_dataset_that_is_drawn():
    for data in (CLASSES, VALUES, DatasetRecipe("digits")):
        assert {"data.size", "data.noise", "parts.shuffled", "parts.validation"} <= set(
            fields(network(NetworkProblem(data)))
        )
