"""What is asked again and again of the very same values is worked out once.

A thousand documents of one trial are judged by its acts: whoever looks at all acts for each of them needs a million
steps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
# Who judges several trials at once takes one after the other.
_KEPT = 16
_NEVER_CHANGE = frozenset({tuple, frozenset, bytes, str, int, type(None)})


def once(function: Callable[P, T]) -> Callable[P, T]:
    """Makes a function remember what it last told of values that cannot change, given by place; nor may the answers.

    Values are told apart by which they are, not by what is in them: of many acts, to compare takes as long as to tell.
    """

    @lru_cache(maxsize=_KEPT)
    def known(same: _Same) -> T:
        return function(*same.values)  # type: ignore[call-arg, arg-type]

    @wraps(function)
    def asked(*values: P.args, **named: P.kwargs) -> T:
        never_change = not named and all(type(one) in _NEVER_CHANGE for one in values)
        return known(_Same(values)) if never_change else function(*values, **named)

    return asked


class _Same:
    """Values of which another set is equal only if it holds the very same."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[object, ...]) -> None:
        self.values = values

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.values)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and all(a is b for a, b in zip(self.values, other.values, strict=True))
