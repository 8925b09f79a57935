"""A mapping whose copies are cheap, and cheap to compare: the memory of the interpreter is copied at every branch.

Input and output: keys and values, as with a dict, in the order of their first insertion. A copy shares all that was
stored before it; each side then writes to a layer of its own. What two copies disagree in is found by looking at the
layers that they do not share. Keys cannot be deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Layers(Generic[K, V]):
    """A stack of dicts: those below are shared and never change, the top one is written to."""

    __slots__ = ("shared", "top")

    def __init__(self, shared: tuple[dict[K, V], ...] = ()) -> None:
        self.shared = shared
        self.top: dict[K, V] = {}

    def copy(self) -> Layers[K, V]:
        """Give an independent copy; from now on both write to new layers."""
        if self.top:
            self.shared = _compact([*self.shared, self.top])
            self.top = {}
        return Layers(self.shared)

    def get(self, key: K) -> V | None:
        """Find the value of a key, or None."""
        if key in self.top:
            return self.top[key]
        return next((layer[key] for layer in reversed(self.shared) if key in layer), None)

    def __getitem__(self, key: K) -> V:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: K, value: V) -> None:
        self.top[key] = value

    def __contains__(self, key: K) -> bool:
        return key in self.top or any(key in layer for layer in self.shared)

    def items(self) -> Iterator[tuple[K, V]]:
        """All keys with their latest values."""
        for key in dict.fromkeys(key for layer in (*self.shared, self.top) for key in layer):
            yield key, self[key]

    def differing(self, other: Layers[K, V]) -> Iterator[K]:
        """The keys that may have another value in the other mapping, or none there or here."""
        same = 0
        for mine, theirs in zip(self.shared, other.shared, strict=False):
            if mine is not theirs:
                break
            same += 1
        layers = [*self.shared[same:], self.top, *other.shared[same:], other.top]
        yield from dict.fromkeys(key for layer in layers for key in layer)


def _compact(layers: list[dict[K, V]]) -> tuple[dict[K, V], ...]:
    """Join layers of like size, so that there are few of them and each key is moved a few times only."""
    while len(layers) > 1 and len(layers[-2]) <= 2 * len(layers[-1]):
        newer = layers.pop()
        layers[-1] = {**layers[-1], **newer}
    return tuple(layers)
