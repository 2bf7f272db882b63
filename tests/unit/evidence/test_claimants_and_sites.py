"""Which of several claimants is meant, and at which site something happened, is told only where one alone fits."""

from __future__ import annotations

import pytest

from recorded_acts import recorded
from trialseal.evidence.claimants import Claimant, Claimants
from trialseal.evidence.consents import Entry, with_sites
from trialseal.ledger.acts import RegistryIdClaimed
from trialseal.ledger.claims import NumberClaim
from trialseal.ledger.records import TrialState

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
        ([entry("p2", "DE-01")], "DE-01"),
        ([entry("p2", "DE-01"), entry("p3", "AT-01")], None),
        ([], None),
    ],
)
def test_at_which_site(others: list[Entry], site: str | None) -> None:
    assert with_sites([*others, entry("p1", None)])[-1].site == site
    assert with_sites([*others, entry("p1", "FR-01")])[-1].site == "FR-01"  # its own word comes first
