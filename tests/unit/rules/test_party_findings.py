"""What is found of who acted: who vouches for the party, who names it, and who else claims its numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from acted_cases import AT, acts, case_of, reading, with_evidence, with_trial
from kept_findings import Cases, kept, titles, written
from sealed_cases import SPONSOR, TRIAL, ZERO, digest

from recorded_acts import Answered
from trialseal.evidence.domain import DomainAnswer
from trialseal.evidence.profiles import Names, Profile
from trialseal.evidence.trials import NumberEvidence
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.codes import AttestationKind, Role
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.records import TrialState
from trialseal.ledger.rolling import SUPPOSED
from trialseal.rules.finding import Case
from trialseal.rules.parties import accreditation_in_words, number_claimants, party_accredited, party_named

REGULATOR, OTHER = b"\4" * 32, b"\5" * 32
KEY = "0x" + "ab" * 20
BASE = case_of(*acts(("DocumentSealed", {"subject": digest("d"), "kind": 1, "version": 1, "time": AT})))
AS_OF = AsOf(1, 1204, "0x11", AT, AT, False, Tagged(None), Tagged(None))


def accredited(
    at: int = AT - 600, by: bytes = REGULATOR, role: Role = Role.SPONSOR, **members: Any
) -> AttestationRecord:
    made = AttestationRecord(1, by, AttestationKind.ACCREDITATION, role, 0, 0, at, 0, 0, ZERO, SPONSOR, ZERO, KEY)
    return replace(made, **members)


class Parties(Answered):
    """A chain with the sponsor, and a regulator whose key may have been in the wrong hands."""

    def __init__(self, **key: int) -> None:
        self.key = key

    def party(self, party: bytes) -> PartyRecord:
        key = KeyRecord(KEY, 15, **({"valid_from": 0, "valid_until": 0, "compromised_since": 0} | self.key))
        return PartyRecord(party, 1, 0, digest("profile"), (key,), SUPPOSED)


def vouched(
    *given: AttestationRecord, trust: tuple[bytes, ...] = (REGULATOR,), gap: str | None = None, **key: int
) -> Case:
    shown = with_evidence(BASE, accreditations=given, attested_gap=gap)
    return shown._replace(accreditors=frozenset(trust), names=Names(Parties(**key), {}))  # type: ignore[arg-type]


def named(
    *records: dict[str, Any], answer: DomainAnswer | None = None, domain: str | None = "a.org", **members: Any
) -> Case:
    """The sponsor calls itself Müller & Co. Ltd., with a domain; some registry records lie in the folder."""
    profile = Profile(digest("profile"), "Müller & Co. Ltd.", domain)
    names = Names(Parties(), {digest("profile"): profile})  # type: ignore[arg-type]
    files = tuple(reading(one, f"r{n}.json") for n, one in enumerate(records))
    domains = {answer.domain: answer} if answer else {}
    return with_trial(BASE, registry_records=files)._replace(names=names, domains=domains, **members)


def record(sponsor: object, *others: object) -> dict[str, Any]:
    return {"kind": "registry-record", "trial": {"sponsor": sponsor}, "secondary_sponsors": list(others)}


def claimed(
    *others: tuple[int, ...], gap: str | None = None, submitted: int = 0, withdrawn: bool = False, **members: Any
) -> Case:
    """A trial that claims a number for each tuple, which these other trials claim too."""
    numbers = [b"NCT01234567", b"ISRCTN12345678"]
    made: list[tuple[str, dict[str, Any]]] = [
        (
            "RegistryIdClaimed",
            {"subject": one.ljust(32, b"\0"), "registryId": one.ljust(32, b"\0"), "submitted": submitted},
        )
        for one in numbers[: len(others) + withdrawn]
    ]
    if withdrawn:
        made.append(
            (
                "RegistryIdWithdrawn",
                {"subject": numbers[len(others)].ljust(32, b"\0"), "registryId": numbers[len(others)].ljust(32, b"\0")},
            )
        )
    case = case_of(*acts(*made, ("DocumentSealed", {"subject": digest("d"), "kind": 1, "version": 1, "time": AT})))
    claims = numbers_of(case.trial.history.acts)
    evidence = tuple(
        NumberEvidence(one.number, one, tuple(TrialState(bytes([n]) * 32, OTHER, 1, 1, None, {}) for n in its), gap)
        for one, its in zip(claims, others, strict=False)
    )
    return with_trial(case, numbers=evidence, **members)


VOUCHED = vouched(accredited())
BY_ID = record("Another", {"name": "x"}) | {"responsible": SPONSOR.hex().upper()}
OF_TRIAL = record("Another") | {"id": TRIAL.hex()}

CASES: Cases = {
    "nobody is trusted, none accredited": (party_accredited, vouched(trust=())),
    "nobody is trusted, two accredited": (party_accredited, vouched(accredited(), accredited(by=OTHER), trust=())),
    "accredited before": (party_accredited, VOUCHED),
    "accredited before, until later": (party_accredited, vouched(accredited(until=AT + 600))),
    "withdrawn later": (party_accredited, vouched(accredited(withdrawn_at=AT + 600, until=AT + 900))),
    "the second withdrawn later": (
        party_accredited,
        vouched(accredited(until=AT + 60), accredited(by=OTHER, withdrawn_at=AT + 600), trust=(REGULATOR, OTHER)),
    ),
    "by another one": (party_accredited, vouched(accredited(by=OTHER))),
    "by another one too": (party_accredited, vouched(accredited(by=OTHER), accredited(role=Role.CRO))),
    "by nobody, of two trusted": (party_accredited, vouched(trust=(OTHER, REGULATOR))),
    "something is hidden": (party_accredited, vouched(accredited(), gap="an attestation is hidden")),
    "in that very second": (party_accredited, vouched(accredited(AT))),
    "after it": (party_accredited, vouched(accredited(AT + 60))),
    "after it, twice": (party_accredited, vouched(accredited(AT + 60), accredited(AT + 120))),
    "withdrawn before": (party_accredited, vouched(accredited(withdrawn_at=AT - 60))),
    "ended before": (party_accredited, vouched(accredited(until=AT - 60))),
    "ended, then withdrawn": (party_accredited, vouched(accredited(until=AT - 120, withdrawn_at=AT - 60))),
    "withdrawn, then ended": (party_accredited, vouched(accredited(withdrawn_at=AT - 120, until=AT - 60))),
    "ended before, and again after": (party_accredited, vouched(accredited(AT + 60), accredited(until=AT - 60))),
    "ended before, and in that second": (party_accredited, vouched(accredited(until=AT - 60), accredited(AT))),
    "by a key that it disowns": (party_accredited, vouched(accredited(), compromised_since=AT - 900, declared_at=AT)),
    "by a key that is contested": (
        party_accredited,
        vouched(accredited(), compromised_since=AT - 900, declared_at=AT, contested_at=AT + 9),
    ),
    "the domain names it": (party_named, named(answer=DomainAnswer("a.org", frozenset([SPONSOR.hex()])))),
    "the domain names another": (party_named, named(answer=DomainAnswer("a.org", frozenset([OTHER.hex()])))),
    "the domain is silent": (party_named, named(answer=DomainAnswer("a.org", fault="it did not answer"))),
    "another domain was asked": (party_named, named(answer=DomainAnswer("b.org", frozenset([SPONSOR.hex()])))),
    "no domain, another was asked": (
        party_named,
        named(domain=None, answer=DomainAnswer("b.org", frozenset([SPONSOR.hex()]))),
    ),
    "nothing was looked at": (party_named, named()),
    "a record holds its id": (party_named, named(record("Another"), BY_ID)),
    "a record holds the trial's id": (party_named, named(OF_TRIAL)),
    "a record names it": (party_named, named(record("MÜLLER and CO"), record("Müller & Company, Limited"))),
    "a record names it as collaborator": (party_named, named(record("Another", {"name": "Müller AG"}))),
    "records name others": (party_named, named(record("Zeta", {"name": "Alpha"}, {"name": 1}, "x"), record("Zeta"))),
    "a record without names": (party_named, named({"kind": "registry-record", "secondary_sponsors": "x", "trial": []})),
    "a name of legal forms alone": (party_named, named(record("Ltd."))),
    "records name others, vouched for": (
        party_named,
        named(record("Zeta"), accreditors=frozenset([REGULATOR]))._replace(
            evidence=with_trial(VOUCHED, registry_records=(reading(record("Zeta")),)).evidence
        ),
    ),
    "no profile": (party_named, named(record("Müller & Co"))._replace(names=VOUCHED.names)),
    "no number": (number_claimants, BASE),
    "a number, withdrawn": (number_claimants, claimed(withdrawn=True)),
    "claimed by it alone": (number_claimants, claimed(())),
    "claimed alone, as of a block": (number_claimants, claimed((), (), submitted=20200105, as_of=AS_OF)),
    "one claimed, one withdrawn": (number_claimants, claimed((), withdrawn=True)),
    "claimed by another too": (number_claimants, claimed((7,))),
    "the second claimed by two others": (number_claimants, claimed((), (7, 8))),
    "both claimed by others": (number_claimants, claimed((7, 8), (7,))),
    "claims are hidden": (number_claimants, claimed((7,), gap="a claim is hidden")),
    "claimed by another, vouched for": (
        number_claimants,
        claimed((7,))._replace(accreditors=frozenset([REGULATOR]), names=VOUCHED.names)._replace(
            evidence=claimed((7,)).evidence._replace(accreditations=(accredited(withdrawn_at=AT + 86_400),))
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", CASES)
def test_word_for_word(title: str) -> None:
    assert written({title: CASES[title]}) == kept("party", title)


def test_nothing_else_is_kept() -> None:
    assert titles("party") == list(CASES)


def test_who_vouches_in_words() -> None:
    assert accreditation_in_words(VOUCHED) == "vouched for as sponsor by party 04040404…"
    later = vouched(accredited(by=OTHER), accredited(withdrawn_at=AT + 86_400))
    assert accreditation_in_words(later) == "vouched for as sponsor by party 04040404…, which withdrew that 2020-09-14"
    for none in (vouched(accredited(AT)), vouched(accredited(), trust=()), vouched(accredited(withdrawn_at=AT))):
        assert accreditation_in_words(none) is None
    assert accreditation_in_words(vouched(accredited(), compromised_since=AT - 900, declared_at=AT)) is None
