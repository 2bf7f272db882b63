"""Trials on a chain made of what a test is about: acts by day, attestations, parties; and what rules find of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from registry_cases import AS_OF

from recorded_acts import Answered, recorded
from trialseal.evidence.profiles import Names
from trialseal.folder.reading import FileReading
from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Blinding, Milestone
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.records import DocumentRecord, History, TrialState
from trialseal.rules.finding import Finding, Rule
from trialseal.rules.sealed_trial import sealed_trial
from trialseal.rules.trial_case import SealedTrial, TrialCase

TRIAL, SPONSOR, COMMITTEE, ZERO = b"\1" * 32, b"\2" * 32, b"\3" * 32, bytes(32)
NUMBER = b"NCT01234567".ljust(32, b"\0")


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp())


def digest(name: str) -> bytes:
    return name.encode().ljust(32, b".")


class Chain(Answered):
    """A chain with one trial, whose acts are written as `(day, what, …)`."""

    def __init__(
        self,
        *acts: tuple[str, str, Any],
        attestations: Sequence[AttestationRecord] = (),
        parties: Sequence[PartyRecord] = (),
    ) -> None:
        self.acts: list[Act] = []
        self.parties = {one.party: one for one in parties}
        self.given = attestations
        versions: dict[int, int] = {}
        for day, what, value in acts:
            details: dict[str, Any] = {}
            subject = ZERO
            match what:
                case "register" | "amend" | "plan":
                    kind = 2 if what == "plan" else 1
                    versions[kind] = versions.get(kind, 0) + 1
                    name = "TrialRegistered" if what == "register" else "DocumentSealed"
                    subject = digest(f"{what} {day}") if not isinstance(value, bytes) else value
                    root = value if isinstance(value, str) else "endpoints"
                    details = {"code": b"CODE".ljust(32, b"\0")}
                    if what != "register":
                        details = {"kind": kind, "version": versions[kind], "blinding": 1}
                    details |= {"endpointRoot": digest(root) if kind == 1 else ZERO, "endpointCount": 1}
                case "results":
                    name, subject = "ResultReported", digest(f"results {day}")
                    details = {"endpoint": ZERO, "part": 0, "protocolVersion": 1, "index": 0}
                case "claim":
                    name, subject, details = (
                        "RegistryIdClaimed",
                        NUMBER,
                        {"registryId": NUMBER, "submitted": int(value.replace("-", "") or 0)},
                    )
                case _:
                    name = "MilestoneRecorded"
                    stated, _, named = value.partition(" instead of ")
                    details = {"milestone": Milestone.named(what), "date": int(stated.replace("-", "") or 0)}
                    details |= {"part": 0, "act": int(named or 0)}
            number = len(self.acts) + 1
            self.acts.append(
                recorded(name, subject, number=number, time=seconds(day), trial=TRIAL, actor=SPONSOR, **details)
            )
        self._state = TrialState(TRIAL, SPONSOR, 1, len(self.acts), ZERO, versions)

    def chain_id(self) -> int:
        return 5

    def is_devnet(self) -> bool:
        return False

    def finality(self, block: int) -> str:
        return "final"

    def trial(self, trial: bytes) -> TrialState | None:
        return self._state if trial == TRIAL else None

    def history(self, trial: bytes) -> History:
        return History(self._state, tuple(self.acts), None)

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        return {}

    def documents(self, trial: bytes, documents: Sequence[tuple[int, bytes]]) -> list[DocumentRecord]:
        return [DocumentRecord(0, 0, 0, 0, 0, Blinding.NOT_STATED) for _ in documents]

    def party(self, party: bytes) -> PartyRecord | None:
        return self.parties.get(party)

    def party_numbered(self, number: int) -> bytes | None:
        return None

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        return [one for one in self.given if (one.subject, one.digest) == (subject, digest)]


def sealed(
    *acts: tuple[str, str, Any],
    files: Sequence[FileReading] = (),
    attestations: Sequence[AttestationRecord] = (),
    accreditors: Sequence[bytes] = (),
    parties: Sequence[PartyRecord] = (),
) -> SealedTrial:
    """A trial registered on 1 January 2020, with what is done to it later; times are noon UTC."""
    chain = Chain(("2020-01-01", "register", "endpoints"), *acts, attestations=attestations, parties=parties)
    return sealed_trial(chain, TRIAL, Names(chain, {}), files=files, accreditors=accreditors)


def about(rule: Rule[TrialCase], trial: SealedTrial | None, **members: Any) -> Finding:
    return rule(TrialCase(**({"as_of": AS_OF, "sealed": trial, "chain_asked": True} | members)))


def approval(day: str, *, decided: int = 20200105, code: int = 1, kind: int = 2) -> AttestationRecord:
    subject, of = (TRIAL, digest("register 2020-01-01")) if kind == 2 else (SPONSOR, ZERO)
    return AttestationRecord(
        1, COMMITTEE, AttestationKind(kind), code, 0, decided, seconds(day), 0, 0, ZERO, subject, of
    )
