"""How a digest stands in a trial, as the trial's acts say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from trialseal.evidence.source import ZERO
from trialseal.evidence.wording import kind_words, milestone_words
from trialseal.ledger.acts import (
    Act,
    DocumentSealed,
    MilestoneRecorded,
    ResultReported,
    TrialRegistered,
)
from trialseal.ledger.codes import AttestationKind, Blinding, DocumentKind, Milestone
from trialseal.once import once

PROTOCOL, ANALYSIS_PLAN = DocumentKind.PROTOCOL, DocumentKind.ANALYSIS_PLAN
REGISTRY_RECORD, RESULTS = DocumentKind.REGISTRY_RECORD, DocumentKind.RESULTS
MILESTONE = 0
"""Stands for a kind where a digest is that of a milestone's document, which has no versions."""
ACCREDITATION, APPROVAL = AttestationKind.ACCREDITATION, AttestationKind.APPROVAL
"""Kinds of attestation."""


class Sealing(NamedTuple):
    """How a digest stands in a trial: as which kind and version, since when, by whom."""

    kind: int
    """A `codes.DocumentKind`; MILESTONE for a milestone's document."""
    version: int
    time: int
    """Block time, Unix seconds."""
    actor: bytes
    act: int
    """Number of the act, from 1."""
    key: str | None = None
    """The key that acted; None where only the contract's state is known, not the log."""
    block: int | None = None
    blinding: Blinding = Blinding.NOT_STATED
    endpoint_count: int = 0
    endpoint_root: bytes | None = None
    milestone: Milestone | None = None
    """The milestone whose document it is."""

    @property
    def words(self) -> str:
        """'protocol version 2', 'results document 1', 'document of milestone data lock'."""
        if self.kind == MILESTONE:
            return f"document of milestone {milestone_words(self.milestone or 0)}"
        if self.kind == RESULTS:
            return f"results document {self.version}"
        return f"{kind_words(self.kind)} version {self.version}"


Sealings = tuple[tuple[bytes, Sealing], ...]


@once
def sealings_of(acts: Iterable[Act]) -> Sealings:
    """Every digest that the acts of one trial seal, with how; in their order.

    Each of a trial's documents asks for it: of the very same acts it is told once.
    """
    found: list[tuple[bytes, Sealing]] = []
    results: set[bytes] = set()
    for act in acts:
        common = (act.time, act.actor, act.number, act.key, act.block)
        match act:
            case TrialRegistered():
                endpoints = (act.endpoint_count, act.endpoint_root)
                sealing = Sealing(PROTOCOL, 1, *common, Blinding.NOT_STATED, *endpoints)
            case DocumentSealed():
                endpoints = (act.endpoint_count, act.endpoint_root)
                sealing = Sealing(act.kind, act.version, *common, act.blinding, *endpoints)
            case ResultReported() if act.subject not in results:
                results.add(act.subject)
                sealing = Sealing(RESULTS, len(results), *common)
            case MilestoneRecorded() if act.subject != ZERO:
                sealing = Sealing(MILESTONE, 1, *common, milestone=act.milestone)
            case _:
                continue
        found.append((act.subject, sealing))
    return tuple(found)


@once
def sealings_by_digest(acts: tuple[Act, ...]) -> Mapping[bytes, tuple[Sealing, ...]]:
    """The same by digest."""
    found: dict[bytes, list[Sealing]] = {}
    for digest, one in sealings_of(acts):
        found.setdefault(digest, []).append(one)
    return MappingProxyType({digest: tuple(some) for digest, some in found.items()})
