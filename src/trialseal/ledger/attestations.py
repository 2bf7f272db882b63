"""What parties attested of a subject, from its logs in their order: pure.

A withdrawal names the digest of the log that it takes back. It counts only from that log's own author and only once;
every other is shown and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from trialseal.ledger.abi import AbiError
from trialseal.ledger.codes import AttestationKind, Code, Decision, Role
from trialseal.ledger.logs import Log, until
from trialseal.ledger.rolling import Gap, word_gap
from trialseal.ledger.state import Proven
from trialseal.values import Value, replace


class Standing(Enum):
    """How an attestation stands at a time. Its end is exclusive: what ends at a second holds no more in it."""

    NOT_YET = "not yet made"
    SAME_SECOND = "made in that very second: which came first cannot be told"
    STANDS = "stands"
    ENDED = "ended or withdrawn"


class AttestationRecord(Value):
    """One attestation about a subject. Its end is exclusive: at `until` it holds no more."""

    number: int  # among the logs about its subject, from 1
    author: bytes  # party id
    kind: AttestationKind
    code: int  # a role, a decision; see `meaning`
    territory: int
    date: int  # yyyymmdd as declared, 0 if not
    time: int
    until: int  # first second at which it no longer holds; 0 for no end
    withdrawn_at: int  # 0 if it was not withdrawn
    document: bytes
    subject: bytes
    digest: bytes
    key: str = ""  # address of the key that acted
    log: bytes = bytes(32)  # digest of its log, by which a withdrawal names it

    @property
    def meaning(self) -> Code | None:
        """What its code means: a role for an accreditation, a decision for an approval; None where it has no list."""
        match self.kind:
            case AttestationKind.ACCREDITATION:
                return Role(self.code)
            case AttestationKind.APPROVAL:
                return Decision(self.code)
        return None

    @property
    def ended_at(self) -> int:
        """The first second at which it no longer holds, by its end or its withdrawal; 0 for none."""
        return min(filter(None, (self.until, self.withdrawn_at)), default=0)

    def at(self, time: int) -> Standing:
        """How it stands at a time (Unix seconds): every rule asks here. What came later changes nothing about it."""
        if time < self.time:
            return Standing.NOT_YET
        if 0 < self.ended_at <= time:
            return Standing.ENDED
        return Standing.SAME_SECOND if time == self.time else Standing.STANDS

    def stands_at(self, time: int) -> bool:
        """Whether it had certainly been made before `time`, and had not ended or been withdrawn by then."""
        return self.at(time) is Standing.STANDS

    def stands_in_block(self, time: int) -> bool:
        """Whether it stands once the block of that time is over: made in it or before, not ended or withdrawn."""
        return self.at(time) in (Standing.SAME_SECOND, Standing.STANDS)


class Disregarded(Value):
    """A withdrawal that counts for nothing, and why."""

    author: bytes
    time: int
    log: bytes  # digest that it names
    why: str


class Attested(Value):
    """Everything attested of a subject, and whether this is all."""

    records: tuple[AttestationRecord, ...]
    disregarded: tuple[Disregarded, ...]
    gap: Gap  # AllSeen if the logs lead to the subject's word in state

    @property
    def complete(self) -> bool:
        """Whether nothing about the subject is missing, and nothing was put in."""
        return not self.gap


def attested(word: Proven, logs: Sequence[Log], at: int | None = None) -> Attested:
    """What the logs about one subject say, held against its word in state; AbiError for a log that is none.

    Of logs that do not lead to the word none is believed: any of them may be nobody's. `at` is the time as of which it
    is said (Unix seconds; None: now).
    """
    gap = word_gap(word, [one.rolled for one in logs], [one.number for one in logs], "attestation")
    return Attested((), (), gap) if gap else Attested(*replay(until(logs, at)), gap)


def replay(logs: Iterable[Log]) -> tuple[tuple[AttestationRecord, ...], tuple[Disregarded, ...]]:
    """The attestations that logs record, with what was withdrawn; and the withdrawals that do not count."""
    found: dict[bytes, AttestationRecord] = {}
    disregarded: list[Disregarded] = []
    for log in logs:
        event, members = log.members("Attestations")
        if event == "Attested":
            found[log.digest] = AttestationRecord(
                number=log.number,
                author=log.topics[3],
                kind=AttestationKind(members["kind"]),
                code=members["code"],
                territory=members["territory"],
                date=members["date"],
                time=log.time,
                until=members["until"],
                withdrawn_at=0,
                document=members["document"],
                subject=log.topics[1],
                digest=log.topics[2],
                key=log.key,
                log=log.digest,
            )
        elif event == "Withdrawn":
            named, author = log.topics[2], log.topics[3]
            record = found.get(named)
            if record is None:
                why = "names no earlier attestation about this subject"
            elif record.author != author:
                why = "comes from another party than the one that attested"
            elif record.withdrawn_at:
                why = "names an attestation that was withdrawn before"
            else:
                found[named] = replace(record, withdrawn_at=log.time)
                continue
            disregarded.append(Disregarded(author, log.time, named, why))
        else:
            raise AbiError(f"the log records no attestation but {event}")
    return tuple(found.values()), tuple(disregarded)
