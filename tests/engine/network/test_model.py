from types import SimpleNamespace

import numpy as np
import pytest

from engine.network import ACTIVATIONS, LOSSES, SCHEMES, Network, closed_form_sentence
from tests.engine.network.cases import XOR, Examples, central_differences, classes, objective, point


def test_parameters_stand_as_in_pytorch():
    net = Network((3, 2, 1))
    assert net.dimension == 11
    assert [(b.name, b.start, b.shape, b.kind) for b in net.blocks] == [
        ("W1", 0, (2, 3), "weight"),
        ("b1", 6, (2,), "bias"),
        ("W2", 8, (1, 2), "weight"),
        ("b2", 10, (1,), "bias"),
    ]
    assert Network((784, 16, 16, 10)).dimension == 13002
    assert Network((64, 16, 16, 10)).dimension == 1482


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"layers": (2,)}, "at least inputs and outputs"),
        ({"layers": (2, 0, 1)}, "one unit or more"),
        ({"activation": "swoosh"}, "no activation"),
        ({"output": "softmax"}, "no output"),
        ({"loss": "hinge"}, "no loss"),
        ({"loss": "cross_entropy", "output": "sigmoid"}, "squashes the outputs itself"),
        ({"loss": "cross_entropy", "layers": (2, 1)}, "one output per class"),
        ({"loss": "binary_cross_entropy", "layers": (2, 2)}, "exactly one output"),
        ({"l2": -1.0}, "0 or more"),
        ({"steepness": 0.0}, "above 0"),
    ],
)
def test_settings_that_do_not_fit_are_refused_with_a_sentence(settings, words):
    with pytest.raises(ValueError, match=words):
        Network(**settings)


@pytest.mark.parametrize(
    ("layers", "inputs", "targets", "words"),
    [
        ((3, 2), np.ones((4, 2)), np.zeros(4, int), "have 2 features, but the network's first layer has 3"),
        ((2, 2), np.ones((4, 2)), np.zeros(3, int), "4 inputs, but targets of shape"),
        ((2, 2), np.ones((4, 2)), np.array([0, 1, 2, 1]), "one unit per class"),
        ((2, 1), np.ones((4, 2)), np.array([0, 1, 2, 1]), "only 0 to 1 apart"),
        ((2, 2), np.ones((4, 2)), np.zeros((4, 3)), "3 values each, but the network has 2"),
        ((2, 2), np.ones(4), np.zeros(4, int), "a table of N"),
        ((2, 2), np.full((4, 2), np.nan), np.zeros(4, int), "not finite"),
        ((2, 2), np.ones((4, 2)), np.full((4, 2), np.inf), "not finite"),
    ],
)
def test_data_that_do_not_fit_are_refused_with_a_sentence(layers, inputs, targets, words):
    with pytest.raises(ValueError, match=words):
        Network(layers).objective(Examples(inputs, targets))


def test_cross_entropies_refuse_values():
    with pytest.raises(ValueError, match="class numbers"):
        Network((2, 2), loss="cross_entropy").objective(Examples(np.ones((4, 2)), np.zeros((4, 2))))
    with pytest.raises(ValueError, match="between 0 and 1"):
        Network((2, 1), loss="binary_cross_entropy").objective(Examples(np.ones((4, 2)), np.full(4, 2.0)))


def test_points_of_another_length_are_refused():
    with pytest.raises(ValueError, match="12 parameters"):
        Network((2, 2, 2)).objective(XOR).value(np.zeros(11))


def test_a_data_set_means_its_train_part():
    net, whole = Network((2, 3, 2)), SimpleNamespace(train=XOR, inputs=np.ones((9, 2)), targets=np.zeros(9, int))
    assert net.objective(whole).examples == 4


@pytest.mark.parametrize(
    ("scheme", "variance"),
    [("xavier", 2 / 500), ("xavier_uniform", 2 / 500), ("he", 2 / 300), ("lecun", 1 / 300), ("normal", 0.09)],
)
def test_schemes_draw_with_the_variance_they_name(scheme, variance):
    net = Network((300, 200))
    start = net.initialize(seed=5, scheme=scheme, scale=0.3)
    weights, bias = (block.of(start) for block in net.blocks)
    assert not bias.any()
    assert weights.var() == pytest.approx(variance, rel=0.03)  # 60,000 draws: one standard error is 0.6 %
    assert abs(weights.mean()) < 4 * np.sqrt(variance / weights.size)
    assert np.array_equal(start, net.initialize(seed=5, scheme=scheme, scale=0.3))
    assert not np.array_equal(start, net.initialize(seed=6, scheme=scheme, scale=0.3))


def test_xavier_is_drawn_layer_by_layer_from_the_seed():
    random, net = np.random.default_rng(0), Network((2, 2, 2))
    first, second = random.normal(size=(2, 2)) * np.sqrt(0.5), random.normal(size=(2, 2)) * np.sqrt(0.5)
    expected = np.concatenate([first.ravel(), [0, 0], second.ravel(), [0, 0]])
    assert np.array_equal(net.initialize(seed=0, scheme="xavier"), expected)


def test_zeros_constant_and_unknown_schemes():
    net = Network((2, 2, 1))
    assert not net.initialize(scheme="zeros").any()
    assert np.array_equal(np.unique(net.initialize(scheme="constant", scale=0.5)), [0.0, 0.5])
    with pytest.raises(ValueError, match="no initialization"):
        net.initialize(scheme="magic")


@pytest.mark.parametrize("table", [ACTIVATIONS, LOSSES, SCHEMES])
def test_catalogues_name_themselves_and_their_sources(table):
    for name, entry in table.items():
        assert entry.name == name
        assert entry.title
        assert entry.sentence.endswith(".")
        assert entry.source


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_derivatives_are_central_differences(name):
    function, z, h = ACTIVATIONS[name], np.linspace(-4, 4, 54), 1e-5

    def value(at):
        out = np.empty_like(at)
        function.value(at, out, 1.4)
        return out

    def first(at):
        out = np.empty_like(at)
        function.first(at, value(at), out, 1.4)
        return out

    assert first(z) == pytest.approx((value(z + h) - value(z - h)) / (2 * h), rel=1e-6, abs=1e-8)
    assert function.second(z, value(z), 1.4) == pytest.approx(
        (first(z + h) - first(z - h)) / (2 * h), rel=1e-6, abs=1e-8
    )


def test_a_kinks_derivative_is_zero():
    for name in ("relu", "leaky_relu", "threshold"):
        out = np.ones(1)
        ACTIVATIONS[name].first(np.zeros(1), np.zeros(1), out, 1.0)
        assert out[0] == 0.0


@pytest.mark.parametrize(("classes_are", "last"), [(True, 2), (True, 1), (False, 2)])
def test_squared_error_is_the_mean_of_half_the_squared_distance(classes_are, last):
    data = classes(9)
    wanted = np.eye(2)[data.targets] if last == 2 else data.targets[:, None].astype(float)
    given = data.targets if classes_are else wanted
    of = Network((2, 3, last), "tanh").objective(Examples(data.inputs, given))
    at = point(of)
    W1, b1, W2, b2 = (block.of(at) for block in of.blocks)
    outputs = np.tanh(data.inputs @ W1.T + b1) @ W2.T + b2
    assert of.value(at) == pytest.approx(0.5 * ((outputs - wanted) ** 2).sum(axis=1).mean(), rel=1e-13)
    assert of.predict(at) == pytest.approx(outputs, rel=1e-13)


def test_the_penalty_counts_weights_not_biases_once():
    of = objective((2, 3, 2), l1=0.3, l2=0.7)
    at = point(of)
    weights = np.concatenate([block.of(at).ravel() for block in of.blocks if block.kind == "weight"])
    expected = 0.35 * (weights**2).sum() + 0.3 * np.abs(weights).sum()
    parts = of.parts(at)
    assert parts.penalty == pytest.approx(expected, rel=1e-13)
    assert parts.data == pytest.approx(objective((2, 3, 2)).value(at), rel=1e-14)
    assert parts.total == pytest.approx(of.value(at), rel=1e-14)
    assert of.minibatch(np.array([0, 3])).parts(at).penalty == pytest.approx(expected, rel=1e-13)
    assert not of.penalty.gradient(np.zeros(of.dimension)).any()


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_gradients_of_batches_average_to_the_whole(loss):
    of = objective((2, 5, 3), loss=loss, l2=0.2, count=100)
    at = point(of)
    order = np.random.default_rng(0).permutation(100)
    batches = [of.minibatch(part).value_and_gradient(at) for part in np.split(order, 4)]
    value, gradient = of.value_and_gradient(at)
    assert np.mean([batch[0] for batch in batches]) == pytest.approx(value, rel=1e-13)
    assert np.mean([batch[1] for batch in batches], axis=0) == pytest.approx(gradient, rel=1e-12, abs=1e-15)


def test_gradients_of_examples_are_those_of_batches_of_one_and_average_to_the_whole():
    of = objective((2, 5, 3), loss="cross_entropy", l2=0.2)
    at = point(of)
    each = of.example_gradients(at)
    assert each.shape == (11, of.dimension)
    assert each.mean(axis=0) == pytest.approx(of.value_and_gradient(at)[1], rel=1e-12, abs=1e-15)
    assert each[7] == pytest.approx(of.example(7).value_and_gradient(at)[1], rel=1e-12, abs=1e-15)
    assert each[7] == pytest.approx(central_differences(of.example(7).value, at), rel=1e-6, abs=1e-9)


def test_well_separated_examples_keep_their_loss():
    of = Network((1, 2), loss="cross_entropy").objective(Examples(np.array([[1.0]]), np.array([1])))
    at = np.array([-15.0, 15.0, 0.0, 0.0])
    assert of.value(at) == pytest.approx(np.exp(-30.0), rel=1e-12)
    assert of.value(-at) == pytest.approx(30.0, rel=1e-12)
    assert of.value(1e3 * -at) == pytest.approx(30000.0, rel=1e-12)


def test_accuracy_counts_the_largest_output_and_the_middle_of_a_single_one():
    for settings in ({"loss": "cross_entropy"}, {"output": "sigmoid"}):
        at = np.array([5.0, 0.0, -5.0, 0.0, 0.0, 0.0])
        of = Network((2, 2), **settings).objective(
            Examples(np.array([[1.0, 0], [-1, 0], [2, 0], [-2, 0]]), np.array([0, 1, 0, 0]))
        )
        assert of.accuracy(np.stack([at, -at])) == pytest.approx([0.75, 0.25])
    for settings, bias in (({"loss": "binary_cross_entropy"}, 0.0), ({}, 0.5)):
        of = Network((2, 1), **settings).objective(Examples(np.array([[1.0, 0], [-1, 0]]), np.array([1, 0])))
        assert of.accuracy(np.array([1.0, 0.0, bias])) == 1.0
    of_values = Network((2, 1)).objective(Examples(np.ones((3, 2)), np.ones(3)))
    assert np.isnan(of_values.accuracy(np.zeros((2, 3)))).all()


def test_probabilities_are_softmax_or_sigmoid():
    of = objective((2, 4, 3), loss="cross_entropy")
    points = point(of, runs=2)
    logits, chances = of.predict(points), of.probabilities(points)
    assert chances == pytest.approx(np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True), rel=1e-12)
    one = objective((2, 1), loss="binary_cross_entropy")
    at = point(one)
    assert one.probabilities(at) == pytest.approx(1 / (1 + np.exp(-one.predict(at))), rel=1e-12)
    assert np.array_equal(objective((2, 1)).probabilities(at), objective((2, 1)).predict(at))


def test_predictions_at_new_inputs_in_many_tiles():
    of = objective((2, 40, 3), count=5)
    at, inputs = point(of), np.random.default_rng(0).normal(size=(2500, 2))
    alone = np.array([of.predict(at, inputs[i : i + 1])[0] for i in (0, 1234, 2499)])
    assert of.predict(at, inputs)[[0, 1234, 2499]] == pytest.approx(alone, rel=1e-12)
    with pytest.raises(ValueError, match="2 features"):
        of.predict(at, np.ones((4, 3)))


def test_a_trace_shows_both_passes():
    of = objective((2, 3, 2, 2), "sigmoid", "sigmoid")
    at = point(of)
    seen = of.trace(at, 4)
    one = of.example(4)
    gradient = np.concatenate([np.r_[layer.weight_gradient.ravel(), layer.bias_gradient] for layer in seen.layers])
    assert seen.loss == pytest.approx(one.value(at), rel=1e-13)
    assert gradient == pytest.approx(one.value_and_gradient(at)[1], rel=1e-12, abs=1e-16)
    assert seen.outputs == pytest.approx(one.predict(at)[0], rel=1e-13)
    for before, layer in zip(seen.layers[:-1], seen.layers[1:], strict=True):
        assert layer.sums == pytest.approx(layer.weights @ before.activations + layer.biases, rel=1e-13)
        assert before.errors == pytest.approx(layer.weights.T @ layer.errors * before.slopes, rel=1e-13)
    with pytest.raises(IndexError, match="no example 11"):
        of.trace(at, 11)


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_linear_regression_has_a_closed_form_where_the_gradient_is_zero(l2):
    random = np.random.default_rng(0)
    of = Network((3, 2), l2=l2).objective(Examples(random.normal(size=(20, 3)), random.normal(size=(20, 2))))
    best = of.closed_form()
    assert np.abs(of.value_and_gradient(best)[1]).max() < 1e-14
    start = point(of)
    newton = start - np.linalg.solve(of.hessian(start), of.value_and_gradient(start)[1])
    assert newton == pytest.approx(best, rel=1e-10, abs=1e-12)
    assert "linear regression" in closed_form_sentence(of.network)


@pytest.mark.parametrize("net", [Network((2, 3, 2)), Network((2, 2), output="sigmoid"), Network((2, 2), l1=0.1)])
def test_other_networks_have_no_closed_form_and_say_so(net):
    assert net.objective(XOR).closed_form() is None
    assert "no closed form" in closed_form_sentence(net)


def test_binary_data_of_one_class_or_one_example_work():
    of = Network((2, 3, 2), loss="cross_entropy").objective(Examples(np.ones((1, 2)), np.zeros(1, int)))
    at = point(of)
    assert of.value_and_gradient(at)[1] == pytest.approx(central_differences(of.value, at), rel=1e-6, abs=1e-9)
