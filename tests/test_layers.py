"""Layers behave as dicts do, and know in what two copies differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nb2prod.interpretation.layers import Layers

WRITES = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 9)))


def written(layers: Layers[int, int], model: dict[int, int], writes: list[tuple[int, int]]) -> None:
    for key, value in writes:
        layers[key] = value
        model[key] = value


@given(WRITES, st.lists(st.tuples(WRITES, WRITES), max_size=6))
def test_behaves_as_a_dict(first: list[tuple[int, int]], rounds: list[tuple[list[tuple[int, int]], ...]]) -> None:
    mine, model = Layers[int, int](), dict[int, int]()
    written(mine, model, first)
    for here, there in rounds:
        theirs, other = mine.copy(), dict(model)
        written(mine, model, here)
        written(theirs, other, there)
        differing = {key for key in {*model, *other} if model.get(key) != other.get(key)}
        assert differing <= set(mine.differing(theirs)) <= {key for key, _ in here + there}
        assert list(mine.items()) == list(model.items())
        assert all((key in theirs) == (key in other) and theirs.get(key) == other.get(key) for key in range(7))
        mine, model = theirs, other
