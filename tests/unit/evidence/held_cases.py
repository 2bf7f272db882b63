"""Trials on chains, and the files that they sealed, made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from recorded_acts import Answered, recorded
from trialseal.documents.canonical import document_digest
from trialseal.documents.endpoints import endpoint_leaves
from trialseal.errors import FailedError
from trialseal.folder.reading import FileReading
from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.records import DocumentRecord, History, Registrations, TrialState
from trialseal.merkle import tree

TRIAL, OTHER, SPONSOR, REGULATOR, ZERO = b"\1" * 32, b"\2" * 32, b"\3" * 32, b"\4" * 32, bytes(32)


def protocol(version: int, *endpoints: str) -> dict[str, Any]:
    listed = [{"id": one, "role": "primary", "measurement_variable": f"What {one} is"} for one in endpoints]
    trial = {"sponsor": "Example Sponsor", "code": "CODE"}
    return {"format": "trialseal/1", "kind": "protocol", "trial": trial, "version": version, "endpoints": listed}


def file(document: dict[str, Any]) -> FileReading:
    digest = document_digest(document)
    return FileReading(f"{digest.hex()}.json", digest, digest, document, 1)


def root(document: dict[str, Any]) -> dict[str, Any]:
    leaves = list(endpoint_leaves(document))
    return {"endpointRoot": tree.root(leaves), "endpointCount": len(leaves)}


def sealed(*documents: dict[str, Any], trial: bytes = TRIAL, time: int = 1_600_000_000) -> list[Act]:
    """The acts that seal versions of a protocol, a day apart."""
    acts: list[Act] = []
    for version, document in enumerate(documents, 1):
        common: dict[str, Any] = {"number": version, "time": time + 86_400 * version, "trial": trial, "actor": SPONSOR}
        digest = document_digest(document)
        if version == 1:
            acts.append(recorded("TrialRegistered", digest, code=b"CODE".ljust(32, b"\0"), **common, **root(document)))
        else:
            acts.append(recorded("DocumentSealed", digest, kind=1, version=version, **common, **root(document)))
    return acts


def more(acts: list[Act], event: str, subject: bytes = ZERO, **members: Any) -> list[Act]:
    last = acts[-1]
    return [
        *acts,
        recorded(event, subject, number=last.number + 1, time=last.time + 9, trial=TRIAL, actor=SPONSOR, **members),
    ]


class Chain(Answered):
    """A chain with these trials."""

    def __init__(self, *trials: list[Act], attested: Iterable[AttestationRecord] = ()) -> None:
        self.trials = {acts[0].trial: acts for acts in trials}
        self.given = list(attested)

    def chain_id(self) -> int:
        return 5

    def is_devnet(self) -> bool:
        return False

    def finality(self, block: int) -> str:
        return "final"

    def trial(self, trial: bytes) -> TrialState | None:
        acts = self.trials.get(trial)
        return TrialState(trial, SPONSOR, 1, len(acts), ZERO, {1: 1}) if acts else None

    def history(self, trial: bytes) -> History:
        state = self.trial(trial)
        if state is None:
            raise FailedError("no such trial")
        return History(state, tuple(self.trials[trial]), None)

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        wanted = set(subjects)
        found: dict[bytes, list[Act]] = {}
        for acts in self.trials.values():
            for act in acts:
                if act.subject in wanted:
                    found.setdefault(act.subject, []).append(act)
        return found

    def documents(self, trial: bytes, documents: Any) -> list[DocumentRecord]:
        return []

    def party(self, party: bytes) -> None:
        return None

    def party_numbered(self, number: int) -> None:
        return None

    def attestations(self, subject: bytes, digest: bytes = ZERO) -> list[AttestationRecord]:
        return [one for one in self.given if (one.subject, one.digest) == (subject, digest)]


FIRST, SECOND, THIRD = protocol(1, "P1"), protocol(2, "P1", "NEW"), protocol(3, "P1", "NEW", "LAST")


class Crowd(Chain):
    """A chain of very many trials, whose digests are all seen or, of `hidden` ones, not."""

    def __init__(self, *trials: list[Act], hidden: Iterable[bytes] = ()) -> None:
        super().__init__(*trials)
        self.hidden = set(hidden)

    def registrations(self) -> Registrations:
        return Registrations(tuple(acts[0] for acts in self.trials.values()), len(self.trials), None)  # type: ignore[misc]

    def history(self, trial: bytes) -> History:
        whole = super().history(trial)
        return History(whole.state, whole.acts[:-1], "an act lacks") if trial in self.hidden else whole


def crowd(count: int) -> list[list[Act]]:
    return [sealed(FIRST, trial=number.to_bytes(32, "big")) for number in range(1, count + 1)]
