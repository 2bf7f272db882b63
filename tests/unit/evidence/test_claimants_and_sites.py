"""Which of several claimants is meant, and at which site something happened, is told only where one alone fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from recorded_acts import Answered, recorded
from trialseal.evidence.claimants import MOST_LISTED, Claimant, Claimants, claimants_of, in_brief
from trialseal.evidence.consents import Entry, with_sites
from trialseal.ledger.acts import RegistryIdClaimed
from trialseal.ledger.attestations import AttestationRecord, Attested
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.claims import NumberClaim, NumberClaims
from trialseal.ledger.codes import AttestationKind, Role
from trialseal.ledger.records import TrialState
from trialseal.ledger.rolling import SUPPOSED, Gap

ZERO = bytes(32)

NUMBER = "NCT04368728"


def claimant(trial: int, trusted: int) -> Claimant:
    id = bytes([trial]) * 32
    made = recorded("RegistryIdClaimed", registryId=NUMBER.encode().ljust(32, b"\0"), trial=id)
    assert isinstance(made, RegistryIdClaimed)
    return Claimant(NumberClaim(id, (made,)), TrialState(id, id, 1, 1, None, {}), trusted, trusted)


@pytest.mark.parametrize(
    ("trusted", "gap", "meant"),
    [
        ([0], None, 1),  # the only one there is
        ([1], None, 1),
        ([0, 0], None, None),
        ([1, 0], None, 1),
        ([1, 1], None, None),  # two are vouched for: the reader must choose
        ([2, 1, 0], None, None),
        ([1, 0], "2 claims are hidden", None),
        ([0], "a claim is hidden", None),
    ],
)
def test_who_is_meant(trusted: list[int], gap: str | None, meant: int | None) -> None:
    found = Claimants(NUMBER, tuple(claimant(n, t) for n, t in enumerate(trusted, 1)), gap).meant
    assert (found.trial[0] if found else None) == meant


def entry(subject: str | None, site: str | None, stream: str = "ae", index: int = 0) -> Entry:
    event = {"type": "consent", "at": "2020-05-14"} | ({"subject": subject} if subject else {})
    return Entry(stream, index, event | ({"site": site} if site else {}))


@pytest.mark.parametrize(
    ("others", "site"),
    [
        ([entry("p1", "DE-01")], "DE-01"),  # the participant's only site
        ([entry("p1", "DE-01"), entry("p1", "AT-01")], None),  # two of theirs, and two of the stream
        ([entry("p1", "DE-01"), entry("p1", "AT-01", "other")], "DE-01"),  # the stream's only one
        ([entry("p1", "DE-01"), entry("p2", "AT-01")], "DE-01"),  # theirs, though the stream has two
        ([entry("p2", "DE-01")], "DE-01"),
        ([entry("p2", "DE-01"), entry("p3", "AT-01")], None),
        ([], None),
    ],
)
def test_at_which_site(others: list[Entry], site: str | None) -> None:
    assert with_sites([*others, entry("p1", None)])[-1].site == site
    assert with_sites([*others, entry("p1", "FR-01")])[-1].site == "FR-01"  # its own word comes first


NOW = 1_600_000_000
AUTHORS = (REGULATOR, COMMITTEE, STRANGER) = b"\4" * 32, b"\5" * 32, b"\6" * 32


def vouched(author: bytes, subject: bytes, **members: Any) -> AttestationRecord:
    made = AttestationRecord(
        1, author, AttestationKind.ACCREDITATION, Role.SPONSOR, 0, 0, NOW - 100, 0, 0, ZERO, subject, ZERO
    )
    return replace(made, **members)


class ClaimedChain(Answered):
    """A chain on which trials claim one number; each is of the sponsor with its own id."""

    def __init__(self, trials: Sequence[int], given: Sequence[AttestationRecord], gap: Gap, hidden: int = 0) -> None:
        self.claimed = tuple(claimant(n, 0).claim for n in trials)
        self.given, self.gap, self.hidden = given, gap, bytes([hidden]) * 32
        self.loaded: list[dict[str, Any]] = []

    def load(self, **what: Any) -> None:
        self.loaded.append({key: set(value) for key, value in what.items()})

    def as_of(self) -> AsOf:
        return AsOf(1, 1204, "0x11", NOW, NOW, False, Tagged(None), Tagged(None))

    def claims(self, number: str) -> NumberClaims:
        return NumberClaims(self.claimed, self.gap)

    def trial(self, trial: bytes) -> TrialState | None:
        return None if trial[0] == 99 else TrialState(trial, trial, 1, 1, None, {})

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        return [one for one in self.given if one.subject == subject]

    def attested(self, subject: bytes) -> Attested:
        gap: Gap = "an attestation is hidden" if subject == self.hidden else SUPPOSED
        return Attested(tuple(self.attestations(subject)), (), gap)


def id_of(trial: int) -> bytes:
    return bytes([trial]) * 32


def found(
    *trials: int, given: Sequence[AttestationRecord] = (), trust: Sequence[bytes] = (), **chain: Any
) -> Claimants:
    claimed = ClaimedChain(trials, given, chain.get("gap", SUPPOSED), chain.get("hidden", 0))
    return claimants_of(claimed, NUMBER, trust)  # type: ignore[arg-type]


def counted(claimants: Claimants) -> list[tuple[int, int, int]]:
    return [(one.trial[0], one.trusted, one.vouching) for one in claimants.all]


def test_those_whom_the_reader_trusts_vouch_for_come_first() -> None:
    given = [
        vouched(REGULATOR, id_of(1)),
        vouched(STRANGER, id_of(2)),
        vouched(COMMITTEE, id_of(2)),
        vouched(REGULATOR, id_of(4)),
        vouched(COMMITTEE, id_of(4)),
        vouched(COMMITTEE, id_of(4)),  # who vouches twice is one
    ]
    assert counted(found(1, 2, 3, 4, given=given, trust=[COMMITTEE, REGULATOR])) == [
        (4, 2, 2), (2, 1, 2), (1, 1, 1), (3, 0, 0),
    ]  # fmt: skip
    # Without any, by how many vouch at all; among equals, as they were made.
    assert counted(found(1, 2, 3, 4, given=given)) == [(2, 0, 2), (4, 0, 2), (1, 0, 1), (3, 0, 0)]
    assert found(1, 2, 3, 4, given=given).number == NUMBER


@pytest.mark.parametrize(
    ("members", "counts"),
    [
        ({}, 1),
        ({"time": NOW - 1}, 1),
        ({"time": NOW}, 1),  # made in the newest block
        ({"time": NOW + 1}, 0),
        ({"until": NOW}, 0),
        ({"until": NOW + 1}, 1),
        ({"withdrawn_at": NOW}, 0),
        ({"withdrawn_at": NOW + 1}, 1),
        ({"kind": AttestationKind.APPROVAL}, 0),
    ],
)
def test_only_an_accreditation_that_stands_now_counts(members: dict[str, Any], counts: int) -> None:
    given = [vouched(REGULATOR, id_of(2), **members)]
    assert sorted(counted(found(1, 2, given=given, trust=[REGULATOR]))) == [(1, 0, 0), (2, counts, counts)]


def test_of_a_sole_claimant_nobody_need_vouch() -> None:
    """Neither is it asked who does, nor does it matter that this is hidden."""
    chain = ClaimedChain([1], [vouched(REGULATOR, id_of(1))], SUPPOSED, hidden=1)
    alone = claimants_of(chain, NUMBER, [REGULATOR])  # type: ignore[arg-type]
    assert counted(alone) == [(1, 0, 0)]
    assert alone.gap is None or not alone.gap
    assert alone.meant == alone.all[0]
    assert [set(one) for one in chain.loaded] == [{"states"}]


def test_who_vouches_for_several_is_read_at_once() -> None:
    chain = ClaimedChain([1, 2], [], SUPPOSED)
    claimants_of(chain, NUMBER)  # type: ignore[arg-type]
    assert chain.loaded == [{"states": {id_of(1), id_of(2)}}, {"subjects": {id_of(1), id_of(2)}}]


@pytest.mark.parametrize(
    ("chain", "gap"),
    [
        ({}, None),
        ({"gap": "a claim is hidden"}, "a claim is hidden"),
        ({"hidden": 2}, "an attestation is hidden"),
        ({"gap": "a claim is hidden", "hidden": 2}, "a claim is hidden"),
    ],
)
def test_what_is_hidden_is_said(chain: dict[str, Any], gap: str | None) -> None:
    given = [vouched(REGULATOR, id_of(1))]
    claimants = found(1, 2, given=given, trust=[REGULATOR], **chain)
    assert (claimants.gap or None) == gap
    assert (claimants.meant is None) is bool(gap)


def test_a_trial_that_the_chain_does_not_have_claims_nothing() -> None:
    alone = found(1, 99)
    assert counted(alone) == [(1, 0, 0)]
    assert alone.meant is not None


def test_claimants_in_brief() -> None:
    three = Claimants(NUMBER, (claimant(1, 2), claimant(2, 0)._replace(vouching=1), claimant(3, 0)), None)
    assert in_brief(three, {id_of(1): "Right"}) == [
        f"  {'01' * 32}  Right, vouched for by 2, among them one whom you trust",
        f"  {'02' * 32}  party 02020202…, vouched for by 1",
        f"  {'03' * 32}  party 03030303…, vouched for by nobody",
    ]
    for number, last in (
        (MOST_LISTED, f"  {'14' * 32}  party 14141414…, vouched for by nobody"),
        (1021, "  and 1,001 more"),
    ):
        many = in_brief(Claimants(NUMBER, tuple(claimant(n % 250 + 1, 0) for n in range(number)), None), {})
        assert (len(many), many[-1]) == (min(number, MOST_LISTED + 1), last)
