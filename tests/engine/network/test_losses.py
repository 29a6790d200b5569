"""What a loss's entry declares is what its formula does and what the program does with it."""

import ast
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import app
import engine
from engine.datasets import DatasetRecipe
from engine.network import LOSSES, Network, decisions, default_loss, loss_named
from engine.network.loss import Loss
from engine.network.sampling.plane_loss import PlaneLoss
from engine.plane import Plane
from engine.problem import NetworkProblem, outputs_of
from tests.engine.network.cases import Examples, classes

RANDOM = np.random.default_rng(0)
CLASSES = ((1.0, 0.0), (0.0, 1.0))
"""Targets of two classes, for two outputs."""
NOT_MEASURED = ("name", "title", "sentence", "source", "default_for")


def of_one(loss, output, target):
    """The loss of one example with these outputs and targets; numbers stand for a single output."""
    columns = [np.atleast_1d(np.asarray(given, dtype=float))[:, None].copy() for given in (output, target)]
    with np.errstate(all="ignore"):
        return float(loss.per_example(*columns)[0])


def targets(loss):
    """Values are learned by a loss that is lowest, and 0, where the outputs hit them, however large they are."""
    hits = [of_one(loss, value, value) == 0 < of_one(loss, value + 0.1, value) for value in (-3.0, 0.4, 7.0)]
    column = (0.0, 1.0) if loss.width(2) == 1 else CLASSES
    rises = [
        of_one(loss, 2 * np.array(right), right) < of_one(loss, -2 * np.array(right) + 1, right) for right in column
    ]
    return ("classes",) * all(rises) + ("values",) * all(hits)


def output_units(loss):
    moves = of_one(loss, 0.0, 1.0) != of_one(loss, 3.0, 1.0)
    sees_the_second = of_one(loss, (0.0, 0.0), (1.0, 0.0)) != of_one(loss, (0.0, 3.0), (1.0, 0.0))
    return "any" if moves and sees_the_second else "single" if moves else "one per class"


def takes_logits(loss):
    """Over all classes, exp(−loss) sums to 1 at any outputs: these are probabilities, and the loss squashes to them."""
    sums = []
    for z in 3 * RANDOM.normal(size=(5, loss.width(2))):
        chances = [np.exp(-of_one(loss, z, right)) for right in ((0.0, 1.0) if z.size == 1 else CLASSES)]
        said = loss.probabilities(z[:, None])[:, 0]
        sums.append(sum(chances))
        assert (said == z).all() or said == pytest.approx(chances[1:] if z.size == 1 else chances)
    return sums == pytest.approx([1.0] * 5)


def soft_labels(loss):
    """A target of 0.3 is learned: the loss is lowest where the outputs say 0.3."""
    target = np.array([0.3] if loss.width(2) == 1 else [0.3, 0.7])[:, None]
    says = np.log(target / (1 - target) if loss.width(2) == 1 else target) if loss.takes_logits else target
    assert loss.probabilities(says.copy()) == pytest.approx(target)
    slopes = np.empty_like(says)
    loss.slope(says.copy(), target, slopes)
    return bool(np.abs(slopes).max() < 1e-12)


def has_residuals(loss):
    pairs = 5 * RANDOM.normal(size=(9, 2, loss.width(2)))
    found = [of_one(loss, outputs, given) for outputs, given in pairs]
    return found == pytest.approx([0.5 * float(((outputs - given) ** 2).sum()) for outputs, given in pairs])


def sampled_by_class(loss):
    z, single = 3 * RANDOM.normal(size=2), loss.width(2) == 1
    outputs = (z[1] - z[0]) if single else z
    found = [of_one(loss, outputs, right) for right in ((0.0, 1.0) if single else CLASSES)]
    return found == pytest.approx([np.log1p(np.exp(z[1] - z[0])), np.log1p(np.exp(z[0] - z[1]))])


MEASURES = {
    measure.__name__: measure
    for measure in (targets, output_units, takes_logits, soft_labels, has_residuals, sampled_by_class)
}


def test_every_declared_capability_is_measured():
    assert {field.name for field in fields(Loss)} == {*MEASURES, *NOT_MEASURED}


@pytest.mark.parametrize("capability", MEASURES)
@pytest.mark.parametrize("name", LOSSES)
def test_a_declared_capability_is_what_the_formula_does(name, capability):
    assert getattr(LOSSES[name], capability) == MEASURES[capability](LOSSES[name])


def accepts(make, *given, **settings):
    try:
        make(*given, **settings)
    except ValueError:
        return False
    return True


def accepts_units(loss, units):
    return accepts(Network, (2, units), loss=loss.name)


def learns(loss, given):
    """Whether a network with this loss takes such targets, one column of values or class numbers."""
    units = loss.width(int(given.max()) + 1 if given.dtype.kind == "i" else 1)
    inputs = np.ones((len(given), 2))
    return accepts_units(loss, units) and accepts(
        Network((2, units), loss=loss.name).objective, Examples(inputs, given)
    )


@pytest.mark.parametrize("name", LOSSES)
def test_the_program_does_with_a_loss_what_its_entry_declares(name):
    loss, two = LOSSES[name], DatasetRecipe("moons", size=24).load()
    assert loss_named(name) is loss
    assert accepts(Network, (2, 3, loss.width(2)), output="sigmoid", loss=name) != loss.takes_logits
    assert accepts_units(loss, 1) == (loss.output_units != "one per class")
    assert accepts_units(loss, 3) == (loss.output_units != "single")
    assert outputs_of(NetworkProblem(DatasetRecipe("moons"), loss=name), two) == loss.width(2)
    assert learns(loss, np.array([0, 1, 0, 1])) == loss.fits(2)
    assert learns(loss, np.array([0, 1, 2, 1])) == loss.fits(3)
    assert learns(loss, np.array([-2.0, 0.5, 7.0])) == loss.fits(None)
    if loss.output_units != "one per class":
        assert learns(loss, np.array([0.0, 0.3, 1.0])) == loss.soft_labels
    network = Network((2, loss.width(2)), loss=name)
    objective = network.objective(classes())
    assert objective.has_residuals == (objective.closed_form() is not None) == loss.has_residuals
    plane = Plane(np.zeros(network.dimension), *np.eye(network.dimension)[:2])
    assert (PlaneLoss(objective, plane, "float64").careful is not None) == loss.sampled_by_class


@pytest.mark.parametrize("name", [name for name, loss in LOSSES.items() if loss.output_units != "one per class"])
def test_a_single_output_is_decided_where_both_classes_have_the_same_loss(name):
    loss = LOSSES[name]
    for output in (loss.decision_threshold - 1e-3, loss.decision_threshold + 1e-3):
        likelier = int(of_one(loss, output, 1.0) < of_one(loss, output, 0.0))
        assert decisions(Network((2, 1), loss=name), np.array([[output]])).tolist() == [likelier]


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_one_loss_is_the_default_for_each_kind_of_targets_and_can_learn_them(kind):
    assert [loss.name for loss in LOSSES.values() if kind in loss.default_for] == [default_loss(kind).name]
    assert default_loss(kind).fits(3 if kind == "classes" else None)


def test_a_loss_that_does_not_exist_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match=r"no loss “hinge”: choose one of squared_error, "):
        loss_named("hinge")


def compared(tree):
    """The texts that a module compares something with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for part in (node.left, *node.comparators):
                yield from (found.value for found in ast.walk(part) if isinstance(found, ast.Constant))


def test_nobody_but_the_lectures_knows_a_loss_by_its_name():
    rooms = [Path(room.__file__).parent for room in (engine, app)]
    modules = [path for room in rooms for path in room.rglob("*.py") if "lectures" not in path.parts]
    assert len(modules) > 150
    found = {path.name: set(compared(ast.parse(path.read_text("utf-8")))) & set(LOSSES) for path in modules}
    assert {name: names for name, names in found.items() if names} == {}
