"""Each permit that the chain counts, as a line of the page: for whom, what, since and until when, and what followed."""

from __future__ import annotations

from typing import NamedTuple

from trialseal.evidence.wording import day, end_day
from trialseal.ledger.attestations import AttestationRecord
from trialseal.sharing.audit import SharingAudit


class PermitLine(NamedTuple):
    """A permit as it stands when it is judged."""

    record: AttestationRecord
    digest: str
    recipient: str | None
    """The recipient's name; None if the permit's document was not given."""
    state: str
    """stands, ended, or not shown."""
    handed: tuple[str, ...]
    """When it was handed over, as written."""
    afterwards: str
    """What is said of the data after its end."""


def permit_lines(audit: SharingAudit, now: int) -> list[PermitLine]:
    """Those that stand first, each in the order of the chain."""
    evidence = audit.evidence
    lines = []
    for record in evidence.permits:
        digest = record.document.hex()
        permit = evidence.permit(digest)
        entries = evidence.by_permit.get(digest, ())
        over = 0 < record.ended_at <= now
        said = [f"{one.event['action']} {one.at[:10]}" for one in entries if one.event["action"] in _AFTERWARDS]
        lines.append(
            PermitLine(
                record,
                digest,
                called(evidence.name(permit.recipient)) if permit else None,
                "ended" if over else "stands" if permit else "not shown",
                tuple(one.at for one in entries if one.event["action"] == "handed-over"),
                "; ".join(said) if said else f"to {permit.at_end}" if permit and permit.at_end else "",
            )
        )
    return sorted(lines, key=lambda line: line.state == "ended")


_AFTERWARDS = ("destroyed", "returned")


def called(name: str) -> str:
    """A name as the page has it, where a note says that names in quotes are what parties call themselves."""
    return name.removeprefix("a party that calls itself ")


def who(line: PermitLine) -> str:
    """'Example University, package 1a2b3c4d…'."""
    name = line.recipient or f"permit {line.record.number}, not shown"
    return f"{name}, package {line.record.digest.hex()[:8]}…"


def ended(line: PermitLine) -> str:
    """'until 2026-12-31', 'ended 2026-06-01', 'withdrawn 2026-05-02', 'no end'."""
    end = line.record.ended_at
    if not end:
        return "no end"
    if line.state != "ended":
        return f"until {end_day(end)}"
    return f"withdrawn {day(end)}" if end == line.record.withdrawn_at else f"ended {end_day(end)}"
