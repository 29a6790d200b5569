import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.network.sampling.tiles import by_class, whole


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 20))
def test_every_example_is_in_one_tile_of_its_class(classes, longest):
    given_classes = np.array(classes)
    chosen = list(by_class(given_classes, 4, longest))
    assert sorted(np.concatenate([part.examples for part in chosen])) == list(range(len(classes)))
    for part in chosen:
        assert 0 < len(part.examples) <= longest
        assert (given_classes[part.examples] == part.last).all()
        assert part.negated == len(part.examples)


@pytest.mark.parametrize("outputs", [1, 2])
@given(classes=st.lists(st.integers(0, 1), min_size=1, max_size=60), longest=st.integers(1, 20))
def test_of_two_classes_the_second_one_is_negated(outputs, classes, longest):
    given_classes = np.array(classes)
    chosen = list(by_class(given_classes, outputs, longest))
    assert len(chosen) == -(-len(classes) // longest)
    assert sorted(np.concatenate([part.examples for part in chosen])) == list(range(len(classes)))
    for part in chosen:
        assert part.last == 0
        assert (given_classes[part.examples[: part.negated]] == 0).all()
        assert (given_classes[part.examples[part.negated :]] == 1).all()


@given(st.integers(1, 100), st.integers(1, 20))
def test_without_classes_the_examples_stay_as_they_are(count, longest):
    chosen = list(whole(count, longest))
    assert np.concatenate([np.arange(count)[part.examples] for part in chosen]).tolist() == list(range(count))
    sizes = [part.negated for part in chosen]
    assert max(sizes) <= longest
    assert max(sizes) - min(sizes) <= 1
