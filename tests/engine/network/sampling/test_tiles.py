import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.network.sampling.tiles import by_class, whole


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(1, 20), st.integers(1, 30))
def test_every_example_is_in_one_segment_of_its_class(classes, longest, enough):
    given_classes = np.array(classes)
    chosen = list(by_class(given_classes, longest, enough))
    assert sorted(np.concatenate([part.examples for part in chosen])) == list(range(len(classes)))
    for part in chosen:
        assert 0 < part.count == len(part.examples) <= longest
        covered = np.concatenate([np.arange(part.count)[one.place] for one in part.segments])
        assert covered.tolist() == list(range(part.count))
        for one in part.segments:
            assert (given_classes[part.examples[one.place]] == one.last).all()
        assert len({one.last for one in part.segments}) == len(part.segments)


def test_tiles_end_where_a_class_does_if_they_are_long_enough():
    def cut(longest, enough):
        classes = np.repeat([0, 1, 2, 3], [5, 3, 4, 20])
        return [[(one.last, one.place.stop) for one in part.segments] for part in by_class(classes, longest, enough)]

    assert cut(40, 4) == [[(0, 5)], [(1, 3), (2, 7)], [(3, 20)]]
    assert cut(40, 40) == [[(0, 5), (1, 8), (2, 12), (3, 32)]]
    assert cut(10, 40) == [[(0, 5), (1, 8)], [(2, 4)], [(3, 10)], [(3, 10)]]


@given(st.integers(1, 100), st.integers(1, 20))
def test_without_classes_the_examples_stay_as_they_are(count, longest):
    chosen = list(whole(count, longest))
    assert np.concatenate([np.arange(count)[part.examples] for part in chosen]).tolist() == list(range(count))
    assert all(len(part.segments) == 1 and part.segments[0].place == slice(0, part.count) for part in chosen)
    sizes = [part.count for part in chosen]
    assert max(sizes) <= longest
    assert max(sizes) - min(sizes) <= 1
