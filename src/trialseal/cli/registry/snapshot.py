"""`snapshot`: what a registry said on a day, date-stamped on the chain."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from trialseal import escaping
from trialseal.acts.act import Act
from trialseal.acts.attesting import attest
from trialseal.cli.attesting import attest_once, attestation_of, attestation_value
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.documents import canonical
from trialseal.documents.identifiers import date_code, date_range
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import is_file
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.registries.history import RegistryHistory
from trialseal.registries.numbers import read
from trialseal.registries.reading import read_registry


def snapshot(session: Session) -> int:
    """Date-stamps what a registry said on a day: an attestation about its number, with the digest of the file."""
    args, out = session.args, session.out
    path = Path(args.file)
    number, on = _what_it_is(path, args.number, args.on)
    digest = canonical.file_digest(path)
    if args.check:
        args.reads = True
        return _check(session, number, digest)
    done = attest_once(session, date_stamp(session, number, digest, on), quiet=True)
    if done is None:
        return 0
    day = f" of {on}" if on else ""
    tail = "" if done.sent else ": already recorded, nothing was sent"
    out.say(f"snapshot{day} of {number}, SHA-256 {digest.hex()}, date-stamped {when(done.time)}{tail}")
    out.say("keep the file as it is: the chain holds its digest only")
    out.value({"sent": done.sent, "number": number, "sha256": digest, **attestation_value(attestation_of(done))})
    return 0


def _check(session: Session, number: str, digest: bytes) -> int:
    subject, reader = read(number).fold, session.reader
    if gap := reader.attested(subject).gap:
        raise UndeterminedError(f"who has date-stamped files about {number} cannot be told from {reader.source}: {gap}")
    found = [one for one in reader.attestations(subject, digest) if one.kind is AttestationKind.SNAPSHOT]
    session.out.value([attestation_value(one) for one in found])
    if not found:
        session.out.say(f"nobody has date-stamped this file about {number} on chain {reader.chain_id()}")
        return 2
    for one in found:
        withdrawn = f", withdrawn {when(one.withdrawn_at)}" if one.withdrawn_at else ""
        session.out.say(
            f"date-stamped about {number} {when(one.time)} by {_party(session, one)}{_said_on(one)}{withdrawn}"
        )
    return 0


def _party(session: Session, one: AttestationRecord) -> str:
    own = next((own.legal_name for own in session.parties if own.party == one.author), None)
    return escaping.name(own) if own else f"party {one.author.hex()[:8]}…"


def _said_on(one: AttestationRecord) -> str:
    from trialseal.evidence.wording import declared

    return f", as of {declared(one.date)}" if one.date else ""


def date_stamp(session: Session, number: str, digest: bytes, on: str | None) -> Act:
    """The attestation that date-stamps a copy of a record."""
    return attest(
        session.party,
        AttestationKind.SNAPSHOT,
        read(number).fold,
        f"snapshot of {number}, SHA-256 {digest.hex()[:16]}…",
        date=date_code(on) if on else 0,
        digest=digest,
    )


def _what_it_is(path: Path, number: str | None, on: str | None) -> tuple[str, str | None]:
    """The number that a file is about, and the day on which the registry said so, as told or as it says itself."""
    if not is_file(path):
        raise UsageError(f"{path} is not a file: name what was downloaded from the registry")
    history: RegistryHistory | None = None
    try:
        history = read_registry(path)
    except (FailedError, UsageError) as error:
        if number is None:
            raise UsageError(f"{error}; for a file of another kind, name the number with --number") from None
    if number is not None:
        meant = read(number)
        number = meant.number
        if history is not None and read(history.number) != meant:
            raise UsageError(f"{path} is the record of {history.number}, not of {number}: correct one of them")
    assert history is not None or number is not None
    day = on or (history.last.seen if history else None)
    if day is not None and date_range(day)[0] > datetime.now(UTC).date():
        raise UsageError(f"{day} is still to come: a snapshot is of what a registry has said")
    return number or (history.number if history else ""), day
