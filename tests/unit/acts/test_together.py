"""What is done at once for many trials: each trial's in its order; a fault of one keeps no other from being done."""

from __future__ import annotations

import threading

import pytest

from trialseal.acts.together import together


def test_each_answer_comes_in_its_place_and_a_fault_is_told_there() -> None:
    def fails() -> int:
        raise OSError("the disk is full")

    done = together([("a", lambda: 1), ("b", fails), ("b", lambda: 2), ("a", lambda: 3)])
    assert [done[place].result() for place in (0, 2, 3)] == [1, 2, 3]
    with pytest.raises(OSError, match="the disk is full"):
        done[1].result()


def test_different_trials_wait_together_and_one_trials_acts_for_each_other() -> None:
    both, order = threading.Barrier(2, timeout=10), list[int]()

    def first() -> None:
        both.wait()  # only passes if the other trial's act runs at the same time
        order.append(1)

    together([("a", first), ("a", lambda: order.append(2)), ("b", both.wait)])
    assert order == [1, 2]
