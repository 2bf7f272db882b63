"""`withdraw`: which attestation of the party's own is meant, shown before it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from trialseal import escaping
from trialseal.acts import attesting
from trialseal.acts.act import ZERO
from trialseal.cli.acting import do
from trialseal.cli.attesting import digest_named
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.documents.identifiers import typed_id
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.profiles import find_names
from trialseal.evidence.sealings import sealings_by_digest
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.registries.numbers import read_known
from trialseal.report.words import TrialNames, attestation_words


class _Own(NamedTuple):
    """An attestation of the party's own, in words that say what it is about."""

    record: AttestationRecord
    words: str


def withdraw(session: Session) -> int:
    """Withdraws an attestation of the party's own; it stays on record with the time."""
    args, out = session.args, session.out
    digest = digest_named(args.digest, "--digest") if args.digest else None
    shown = escaping.path(args.subject)
    own = _own(session, _subjects(session, args.subject))
    if not own:
        raise FailedError(f"your party has attested nothing about {shown}: nothing was sent")
    chosen = [
        one
        for one in own
        if args.number in (None, one.record.number) and digest in (None, one.record.digest, one.record.subject)
    ]
    if not chosen:
        _list(session, own)
        raise FailedError(f"your party has made no such attestation about {shown}, but those above: nothing was sent")
    standing = [one for one in chosen if not one.record.withdrawn_at]
    if not standing:
        last = chosen[-1].record
        out.say(f"it was withdrawn {when(last.withdrawn_at)}: nothing was sent")
        out.value({"sent": False, "number": last.number})
        return 0
    if len(standing) > 1:
        _list(session, standing)
        raise UsageError(f"{len(standing)} attestations of your party about {shown} stand: type one of the lines above")
    [meant] = standing
    record = meant.record
    out.say(f"to be withdrawn: attestation {record.number}, made {when(record.time)}: {meant.words}")
    out.say(f"  about {record.subject.hex()}")
    words = f"attestation {record.number} ({meant.words}) withdrawn"
    done = do(session, [attesting.withdraw(session.party, record.subject, record.log, words)])
    if done is not None:
        out.value({"sent": done[0].sent, "number": record.number})
    return 0


def _list(session: Session, own: Sequence[_Own]) -> None:
    """Attestations, each with the line that withdraws it."""
    # Each subject counts what is attested about it from 1.
    several = len({one.record.subject for one in own}) > 1
    for one in own:
        record = one.record
        session.out.say(f"attestation {record.number}, made {when(record.time)}: {one.words}")
        if not record.withdrawn_at:
            subject = record.subject.hex() if several else session.args.subject
            session.out.say(f"  {_line(session, subject, record.number)}")


def _line(session: Session, subject: str, number: int) -> str:
    words = ["trialseal", "withdraw", escaping.argument(subject), "--number", str(number)]
    for option in ("account", "party", "network"):
        if given := getattr(session.args, option):
            words += [f"--{option}", escaping.argument(given)]
    return " ".join(words)


def _subjects(session: Session, named: str) -> list[bytes]:
    """What a party, a trial's folder or id, or a number may mean; of a number also the trials that ever claimed it."""
    if id := typed_id(named):
        return [id]
    if Path(named).is_dir():
        return [trial_named(session, named)[0]]
    if number := read_known(named):
        claims = session.reader.claims(named)
        if claims.gap:
            raise UndeterminedError(
                f"which trials claim {escaping.path(named)} cannot be told from this node: {claims.gap}; name the "
                "trial by its id"
            )
        return list(dict.fromkeys((*(one.trial for one in claims.every), number.fold)))
    try:
        return [session.find_party(named)]
    except UsageError:
        digits = named.removeprefix("0x").lower()
        if not 8 <= len(digits) < 64 or not set(digits) <= set("0123456789abcdef"):
            raise
        return [trial_named(session, named)[0]]


def _own(session: Session, subjects: Sequence[bytes]) -> list[_Own]:
    """Everything that the party has attested about these; UndeterminedError where the node does not show all."""
    reader = session.reader
    reader.load(parties=[session.party, *subjects], subjects=subjects, states=subjects)
    found: list[AttestationRecord] = []
    for one in subjects:
        attested = reader.attested(one)
        if attested.gap:
            raise UndeterminedError(
                f"what is attested about {one.hex()[:8]}… cannot be told from this node: {attested.gap}"
            )
        found += [record for record in attested.records if record.author == session.party]
    names = _names(session, {session.party, *(one.subject for one in found)})
    trials = {one.subject for one in found if reader.trial(one.subject) is not None}
    about = {one: _documents(session, one) for one in trials}
    return [_Own(one, _words(one, names, about.get(one.subject, {}), session.args.subject)) for one in found]


def _names(session: Session, parties: Iterable[bytes]) -> TrialNames:
    profiles = find_names(session.reader, [session.home / "parties"])
    return TrialNames({one: found.legal_name for one in parties if (found := profiles.profile(one))})


def _documents(session: Session, trial: bytes) -> dict[bytes, str]:
    """What a trial's documents are, by digest."""
    session.reader.load(trials=[trial])
    history = session.reader.history(trial)
    return {} if history.gap else {digest: some[0].words for digest, some in sealings_by_digest(history.acts).items()}


def _words(one: AttestationRecord, names: TrialNames, documents: dict[bytes, str], typed: str) -> str:
    """'protocol version 1 of NCT99999901 approved by "Example Ethics Committee", dated 2020-07-24'."""
    number = read_known(typed)
    named = number.number if number else f"trial {one.subject.hex()[:8]}…"
    if one.kind is AttestationKind.ACCREDITATION:
        called = f", which calls itself {names.party(one.subject)}," if one.subject in names.parties else ""
        about = f"party {one.subject.hex()[:8]}…{called}"
    elif one.digest == ZERO:
        about = named
    else:
        about = f"{documents.get(one.digest, f'document {one.digest.hex()[:8]}…')} of {named}"
    return attestation_words(one, names, about)
