"""What is worked out once: of the very same values, and of none that may change."""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.once import once


def counted() -> tuple[list[object], object]:
    """A function that notes what it is asked."""
    asked: list[object] = []

    @once
    def total(numbers: Iterable[int], more: int = 0) -> int:
        asked.append(numbers)
        return sum(numbers) + more

    return asked, total


def test_of_the_very_same_tuple_it_is_told_once() -> None:
    asked, total = counted()
    numbers = tuple(range(1, 3))
    assert [total(numbers), total(numbers)] == [3, 3]  # type: ignore[operator]
    assert len(asked) == 1


def test_of_an_equal_tuple_and_of_other_values_it_is_told_anew() -> None:
    asked, total = counted()
    numbers = tuple(range(1, 3))
    assert [total(numbers), total(tuple(range(1, 3))), total(numbers, 1)] == [3, 3, 4]  # type: ignore[operator]
    assert len(asked) == 3


def test_of_what_may_change_it_is_told_each_time() -> None:
    asked, total = counted()
    numbers = [1, 2]
    assert total(numbers) == 3  # type: ignore[operator]
    numbers.append(3)
    assert total(numbers) == 6  # type: ignore[operator]
    assert total(numbers=numbers) == 6  # type: ignore[operator]
    assert len(asked) == 3
