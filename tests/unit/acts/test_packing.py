"""How many acts travel in a transaction: by gas, by size, by contract."""

from __future__ import annotations

from trialseal.acts import attesting, trials
from trialseal.acts.batches import MOST_BYTES, BatchPlan, Item, calldata_of, in_brief, packed
from trialseal.ledger.codes import AttestationKind, Milestone

PARTY = b"\2" * 32


def milestone(number: int, trial: bytes = b"\1" * 32) -> Item:
    return Item(trials.milestone(trial, PARTY, Milestone.INTERIM_LOOK, "2021-03-01", part=number % 1000))


def test_ten_thousand_acts_are_split_so_that_nodes_pass_them_on() -> None:
    parts = list(packed(iter([milestone(n) for n in range(10_000)])))
    assert sum(map(len, parts)) == 10_000
    assert all(len(calldata_of([one.act for one in part])) <= MOST_BYTES + 2_000 for part in parts)
    assert [one.act for part in parts for one in part] == [milestone(n).act for n in range(10_000)]
    words = BatchPlan((), tuple(parts), (), {}).words
    assert words.startswith(f"10,000 acts in {len(parts)} transactions")
    assert "1,440 milestones" in words and "165 registrations" in words


def test_a_transaction_is_for_one_contract() -> None:
    attested = Item(attesting.attest(PARTY, AttestationKind.REVIEW, b"\1" * 32, "review"))
    parts = list(packed(iter([milestone(1), attested, attested, milestone(2)])))
    assert [len(part) for part in parts] == [1, 2, 1]


def test_nothing_is_no_transaction() -> None:
    assert list(packed(iter([]))) == []


def test_of_many_reasons_the_first_are_told() -> None:
    assert in_brief([str(n) for n in range(7)]) == ("0", "1", "2", "3", "4", "and 2 more")
    assert in_brief(["one"]) == ("one",)
