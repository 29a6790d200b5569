"""The network: its layers, functions, loss, penalty and how its weights are drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from app.document import Document
from app.fields import Choice, Field, Value
from app.panels.landscape.settings import with_good_windows
from app.setup_form.dataset_shapes import is_known, read_shape_of, shape_of, trouble
from app.setup_form.problem import about_network
from app.setup_form.setting import Change, Group, Setting, info
from app.setup_form.weights import weights_settings
from engine.analysis.wording import count
from engine.datasets import DatasetSummary
from engine.network import ACTIVATIONS, LOSSES, OUTPUTS, Network, loss_named
from engine.problem import NetworkProblem

MOST_UNITS, MOST_LAYERS = 1000, 10
OUTPUT_TITLES: Mapping[str, str] = {"identity": "As they are", "sigmoid": "Through a sigmoid"}


def losses_for(shape: DatasetSummary) -> tuple[str, ...]:
    """The losses that fit the targets."""
    return tuple(name for name, loss in LOSSES.items() if loss.fits(shape.classes))


def network_of(problem: NetworkProblem) -> Network | None:
    """The network as a whole; None where its data cannot be read, or have not been yet.

    Raises:
        ValueError: with a sentence, if its settings do not fit together.

    """
    shape = shape_of(problem.data)
    if shape is None:
        return None
    last = loss_named(problem.loss).width(shape.outputs)
    return Network(
        (shape.inputs, *problem.hidden, last),
        problem.activation,
        problem.output,
        problem.loss,
        problem.l1,
        problem.l2,
        problem.steepness,
    )


def with_network(document: Document, problem: NetworkProblem) -> Change:
    """The document about another network or other data; nothing is lost while the parameters are the same ones.

    Raises:
        NotReadError: while the data have not been read.
        ValueError: with a sentence, if they cannot be.

    """
    before = document.experiment.problem
    assert isinstance(before, NetworkProblem)
    for recipe in (before.data, problem.data):
        read_shape_of(recipe)  # what is to be kept cannot be told before
    new, old = network_of(problem), network_of(before)
    if new is None and problem.data != before.data:
        raise ValueError(trouble(problem.data))
    experiment, view, said = document.experiment, document.view, ""
    if new is not None and old is not None and new.layers == old.layers:
        experiment = replace(experiment, problem=problem)
    else:
        experiment, said = experiment.with_problem(problem)
        view = with_good_windows(view)
    shape = shape_of(problem.data)
    if shape is not None and experiment.batch_size is not None and experiment.batch_size > shape.examples:
        experiment = replace(experiment, batch_size=None)
        said = f"{said} There are fewer examples than a batch had: every step sees all of them.".strip()
    drawn = experiment.plane.batch_size
    if shape is not None and drawn is not None and drawn > shape.examples:
        experiment = replace(experiment, plane=replace(experiment.plane, batch_size=None))
    return Change(replace(document, experiment=experiment, view=view), said)


def network_group(document: Document) -> Group | None:
    """Everything about the network, where there is one."""
    problem = about_network(document)
    if problem is None:
        return None
    settings = [_hidden(document, problem), _size(problem), _activation(document, problem)]
    if "sigmoid" in (problem.activation, problem.output):
        settings.append(
            _number(document, problem, "steepness", "Steepness", 0.1, 20.0, "Of every sigmoid; 1 is the usual one.")
        )
    settings.append(_loss(document, problem))
    if not LOSSES[problem.loss].takes_logits:
        settings.append(_output(document, problem))
    settings += [
        _number(document, problem, "l2", "Penalty l2", 0.0, 1.0, "½·l2·Σ W²: pulls weights, not biases, to 0."),
        _number(document, problem, "l1", "Penalty l1", 0.0, 1.0, "l1·Σ |W|: pulls small weights all the way to 0."),
        *weights_settings(document),
    ]
    return Group("network", "Network", tuple(settings))


def _hidden(document: Document, problem: NetworkProblem) -> Setting:
    field = Field(
        "network.hidden",
        "Hidden layers",
        "text",
        ", ".join(map(str, problem.hidden)),
        tip="Units of each hidden layer, such as “8, 8”; leave it empty for none: a linear model.",
        special="none",
    )
    return Setting(field, lambda value: with_network(document, replace(problem, hidden=parsed_widths(str(value)))))


def parsed_widths(text: str) -> tuple[int, ...]:
    """Widths of hidden layers from text.

    Raises:
        ValueError: with a sentence, if they are none.

    >>> parsed_widths("8, 8"), parsed_widths(""), parsed_widths("16-16")
    ((8, 8), (), (16, 16))

    """
    parts = [part for part in re.split(r"[\s,;×–-]+|(?<=\d)x(?=\d)", text) if part]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(
            "Write the units of each hidden layer as whole numbers, such as “8, 8”; leave it empty for none."
        )
    widths = tuple(map(int, parts))
    for width in widths:
        if not 1 <= width <= MOST_UNITS:
            raise ValueError(f"A hidden layer has from 1 to {MOST_UNITS:,} units, not {width:,}.")
    if len(widths) > MOST_LAYERS:
        raise ValueError(f"At most {MOST_LAYERS} hidden layers can be drawn and trained here, not {len(widths)}.")
    return widths


def _size(problem: NetworkProblem) -> Setting:
    network = network_of(problem)
    if network is None:
        known = is_known(problem.data)
        return info("network.size", "The data cannot be read." if known else "Reading the data …")
    return info("network.size", f"{'-'.join(map(str, network.layers))}: {count(network.dimension, 'parameter')}")


def _activation(document: Document, problem: NetworkProblem) -> Setting:
    choices = tuple(Choice(entry.name, entry.title) for entry in ACTIVATIONS.values())
    tip = ACTIVATIONS[problem.activation].sentence
    field = Field("network.activation", "Activation", "choice", problem.activation, choices=choices, tip=tip)
    return Setting(field, lambda value: with_network(document, replace(problem, activation=str(value))))


def _loss(document: Document, problem: NetworkProblem) -> Setting:
    shape = shape_of(problem.data)
    names = tuple(LOSSES) if shape is None else losses_for(shape)
    choices = tuple(Choice(name, LOSSES[name].title) for name in dict.fromkeys((*names, problem.loss)))
    field = Field("network.loss", "Loss", "choice", problem.loss, choices=choices, tip=LOSSES[problem.loss].sentence)

    def change(value: Value) -> Change:
        output = "identity" if loss_named(str(value)).takes_logits else problem.output
        return with_network(document, replace(problem, loss=str(value), output=output))

    return Setting(field, change)


def _output(document: Document, problem: NetworkProblem) -> Setting:
    choices = tuple(Choice(name, OUTPUT_TITLES.get(name, entry.title)) for name, entry in OUTPUTS.items())
    tip = "What becomes of the last layer's sums before they are compared with the targets."
    field = Field("network.output", "Outputs", "choice", problem.output, choices=choices, tip=tip)
    return Setting(field, lambda value: with_network(document, replace(problem, output=str(value))))


def _number(
    document: Document, problem: NetworkProblem, name: str, title: str, low: float, high: float, tip: str
) -> Setting:
    field = Field(f"network.{name}", title, "number", getattr(problem, name), low, high, logarithmic=True, tip=tip)
    return Setting(field, lambda value: with_network(document, replace(problem, **{name: float(value or 0.0)})))  # type: ignore[arg-type]
