import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.network.sampling.tiles import by_class, whole


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 20))
def test_every_example_is_in_one_segment_of_its_class(classes, longest):
    given_classes = np.array(classes)
    chosen = list(by_class(given_classes, longest))
    assert len(chosen) == -(-len(classes) // longest)
    assert sorted(np.concatenate([part.examples for part in chosen])) == list(range(len(classes)))
    for part in chosen:
        assert 0 < part.count == len(part.examples) <= longest
        covered = np.concatenate([np.arange(part.count)[one.place] for one in part.segments])
        assert covered.tolist() == list(range(part.count))
        for one in part.segments:
            assert (given_classes[part.examples[one.place]] == one.last).all()
        assert len({one.last for one in part.segments}) == len(part.segments)


@given(st.integers(1, 100), st.integers(1, 20))
def test_without_classes_the_examples_stay_as_they_are(count, longest):
    chosen = list(whole(count, longest))
    assert np.concatenate([np.arange(count)[part.examples] for part in chosen]).tolist() == list(range(count))
    assert all(len(part.segments) == 1 and part.segments[0].place == slice(0, part.count) for part in chosen)
    sizes = [part.count for part in chosen]
    assert max(sizes) <= longest
    assert max(sizes) - min(sizes) <= 1
