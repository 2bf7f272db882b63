"""The first line of an answer: as of which block, how old, and who vouches for it."""

from __future__ import annotations

import pytest

from trialseal.cli.trusting import code_with, first_lines, time_named
from trialseal.errors import UsageError
from trialseal.ledger.block import AHEAD, BEHIND, AsOf, Tagged
from trialseal.ledger.reference.asking import UNVOUCHED, Vouching
from trialseal.ledger.reference.vouching import Contradiction, Means, Voucher

NOW = 1_700_000_000
MINE = Voucher(Means.OWN_NODE, "this node, which is your own", ("it may lie to itself",))
VOUCHED = Vouching((MINE,), ("no checkpoint that you named is of this block",), None, ("nobody has tried it",))
SPLIT = Vouching((MINE,), (), Contradiction(7, {b"\1" * 32: ("A",), b"\2" * 32: ("B", "C")}))


def as_of(age: int = 0, **members: object) -> AsOf:
    members = {"is_devnet": False, "carried": False} | members
    return AsOf(1, 1204, "0x" + "ab" * 32, NOW - age, NOW, finalized=Tagged(None), safe=Tagged(None), **members)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (BEHIND, "1 hour old)"),
        (BEHIND + 1, "1 hour old by this computer's clock: what was done since is not seen)"),
        (0, "0 seconds old)"),
        (-1, "0 seconds old)"),
        (-AHEAD, "0 seconds old)"),
        (-AHEAD - 1, "15 minutes ahead of this computer's clock: one of the two is wrong)"),
        (3 * 86_400, "3 days old by this computer's clock"),
    ],
)
def test_how_old_a_block_is(age: int, words: str) -> None:
    assert words in first_lines(as_of(age), VOUCHED, None)[0]


def test_who_vouches_and_what_else_is_known() -> None:
    first, *rest = first_lines(as_of(), VOUCHED, None)
    assert first.startswith(f"as of block 1,204 (0x{'ab' * 32}, 2023-11-14 22:13:20 UTC, ")
    assert first.endswith("vouched for by this node, which is your own")
    assert rest == [f"note: {one}" for one in (*MINE.warnings, *VOUCHED.doubts, *VOUCHED.notes)]
    assert first_lines(as_of(), VOUCHED, NOW)[0].startswith("as it stood 2023-11-14 22:13:20 UTC, as of block ")
    assert "by a clock that its operator sets" in first_lines(as_of(is_devnet=True), VOUCHED, None)[0]
    assert "out of a bundle: what was done since is not seen" in first_lines(as_of(carried=True), VOUCHED, None)[0]


def test_without_anybody_the_reader_is_told_what_to_compare_and_not_what_to_type() -> None:
    lines = first_lines(as_of(), UNVOUCHED, None)
    assert "vouched for by nobody whom you trust" in lines[0] and "ab" * 32 in lines[0]
    assert "all 64 digits" in lines[-1] and "--block-hash" in lines[-1] and "ab" * 32 not in lines[-1]


def test_members_who_disagree_are_shown_with_both_hashes() -> None:
    [line] = first_lines(as_of(), SPLIT, None)
    assert f"A says 0x{'01' * 32}; B, C say 0x{'02' * 32}" in line


@pytest.mark.parametrize(
    ("vouching", "codes"),
    [(VOUCHED, [0, 1, 2, 3, 4]), (UNVOUCHED, [2, 2, 2, 3, 4]), (SPLIT, [1, 1, 1, 1, 1])],
    ids=["vouched", "unvouched", "split"],
)
def test_what_an_exit_code_becomes(vouching: Vouching, codes: list[int]) -> None:
    assert [code_with(code, vouching) for code in range(5)] == codes


def test_the_time_that_at_names() -> None:
    assert time_named("2023-11-14", lambda _: None) == 1_700_006_399  # the day's last second
    assert time_named("2023-11-14T22:13:20Z", lambda _: None) == NOW
    assert time_named("2023-11-14T23:13:20+01:00", lambda _: None) == NOW
    assert time_named("17", {17: NOW}.get) == NOW
    for wrong in ("18", "", "tomorrow", "2023-02-30", "-1", "9" * 30):
        with pytest.raises(UsageError, match="--at"):
            time_named(wrong, {17: NOW}.get)
