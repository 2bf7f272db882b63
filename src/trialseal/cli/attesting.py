"""What a party attests: vouch, approve, attest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.acts import attesting
from trialseal.acts.act import ZERO, Act
from trialseal.acts.approving import Approved, shown
from trialseal.acts.carrying_out import Done
from trialseal.acts.code_words import code_named
from trialseal.acts.desk import Desk
from trialseal.acts.statements import keep, meant_by, with_statement
from trialseal.cli.acting import do
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.documents.identifiers import date_code, typed_id
from trialseal.documents.territories import territory_number
from trialseal.documents.times import unix_seconds
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.profiles import find_names, profile_of
from trialseal.folder.reading import FileReading, read
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.attestations import AttestationRecord, replay
from trialseal.ledger.codes import AttestationKind, Decision, Role
from trialseal.registries.numbers import read_known
from trialseal.values import members


def accredit(session: Session) -> int:
    """Vouches for a party in a role."""
    args = session.args
    role = code_named(Role, args.role, "role")
    subject = session.find_party(args.subject)
    session.reader.load(parties=[subject, session.party], subjects=[subject])
    if session.reader.party(subject) is None:  # an accreditation of a mistyped id would stand for good
        raise FailedError(f"party {subject.hex()} does not exist on chain {session.reader.chain_id()}")
    given = _given_profile(args.profile) if args.profile else None
    names = find_names(session.reader, [session.home / "parties"], [given] if given else [])
    name = names.profile(subject)
    if given and (name is None or name.digest != given.canonical):
        raise FailedError(
            f"{escaping.path(args.profile)} is not the profile that party {subject.hex()} has on the chain: compare "
            "all 64 digits with those that it told you, and ask it for its present profile; nothing was sent"
        )
    called = f", which calls itself {escaping.name(name.legal_name)}," if name else ""
    session.out.say(f"to be vouched for as {args.role}: party {subject.hex()}{called.rstrip(',')}")
    if not name:
        session.out.say(
            "  its name is not known here: compare all 64 digits with those that it told you, and name the profile "
            "that it gave you with --profile"
        )
    session.out.say("  this counts from now on: of its acts before, a check says that nobody had vouched for it yet")
    words = f"party {subject.hex()[:8]}…{called} vouched for as {args.role}"
    return _attest(session, AttestationKind.ACCREDITATION, subject, words, code=role)


def _given_profile(path: str) -> FileReading:
    """Raises UsageError if the file is not a party's profile."""
    file = read(Path(path), keep=True)
    if profile_of(file) is None:
        raise UsageError(f"{escaping.path(path)} is not a party's profile: ask the party for the file that it keeps")
    return file


def approve(session: Session) -> int:
    """Approves a version of a trial's protocol, or another sealed document, which is shown first."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    decision = code_named(Decision, args.decision, "decision")
    session.reader.load(trials=[trial], parties=[session.party], subjects=[trial])
    approved = _approved(session, trial, folder)
    if args.on:
        date_code(args.on)  # said before the document is shown
    own = [one for one in session.reader.attestations(trial, approved.digest) if one.author == session.party]
    decided = [one for one in own if one.kind is AttestationKind.APPROVAL]
    for line in shown(approved, decided, args.on, args.decision):
        session.out.say(line)
    return _attest(
        session,
        AttestationKind.APPROVAL,
        trial,
        f"{args.decision}: {approved.words}",
        code=decision,
        digest=approved.digest,
        doubts=approved.doubts,
        text=approved.text,
        before=approved.before,
    )


def _approved(session: Session, trial: bytes, folder: TrialFolder | None) -> Approved:
    """What is approved: a file, a version, or the protocol version in force; held against the chain."""
    args = session.args
    file: FileReading | None = None
    if args.file:
        file = read(Path(args.file), keep=True)
        if file.fault:
            raise UsageError(file.fault)
    at_hand = [*(folder.files if folder else ()), *(read(Path(one), keep=True) for one in args.before)]
    return Approved.of(session.reader.history(trial), file, args.version, at_hand)


def attest(session: Session) -> int:
    """Makes an attestation of any kind; vouch and approve are its everyday forms."""
    args = session.args
    kind = code_named(AttestationKind, args.kind, "kind of attestation")
    words = {AttestationKind.ACCREDITATION: Role, AttestationKind.APPROVAL: Decision}.get(kind)
    if words is None and args.code:
        raise UsageError(f"a {args.kind} has no code: leave out --code")
    code = code_named(words, args.code or "", f"code for a {args.kind}") if words else 0
    digest = digest_named(args.digest, "--digest") if args.digest else ZERO
    subject = _subject(session, args.subject, kind)
    return _attest(session, kind, subject, f"{args.kind} about {args.subject}", code=code, digest=digest)


def _attest(
    session: Session,
    kind: AttestationKind,
    subject: bytes,
    words: str,
    *,
    code: int = 0,
    digest: bytes = ZERO,
    doubts: tuple[str, ...] = (),
    text: FileReading | None = None,
    before: FileReading | None = None,
) -> int:
    args = session.args
    meant = meant_by(args.meaning, args.signer_role, args.statement)
    act = attesting.attest(
        session.party,
        kind,
        subject,
        words,
        code=code,
        territory=territory_number(args.territory) if args.territory else 0,
        date=date_code(args.on) if args.on else 0,
        until=unix_seconds(args.until, "--until") if args.until else 0,
        digest=digest,
        document=read(Path(args.letter)).raw if args.letter else ZERO,
        doubts=doubts,
        text=text,
        before=before,
    )
    if meant:
        act = with_statement(act, meant)
        if act.statement and not args.dry_run and keep(act.statement):
            path = escaping.path(meant.path)
            session.out.say(f"{path}: meaning and role, of which only the digest is sealed; give readers this file")
    done = attest_once(session, act)
    if done is not None:
        session.out.value({"sent": done.sent, **attestation_value(attestation_of(done))})
    return 0


def attest_once(session: Session, act: Act, *, quiet: bool = False, desk: Desk | None = None) -> Done | None:
    """Makes an attestation unless the party's own, just like it, stands; says so unless `quiet`; None if only tried."""

    def line(done: Done) -> str:
        tail = "" if done.sent else ": already recorded, nothing was sent"
        return f"{act.words}, recorded {when(done.time)} as attestation {done.number}{tail}"

    done = do(session, [act], desk=desk, line=None if quiet else line, quiet=quiet)
    return done[0] if done else None


def attestation_of(done: Done) -> AttestationRecord:
    """The attestation that was made."""
    return replay([done.log])[0][0]


def attestation_value(one: AttestationRecord) -> dict[str, Any]:
    """An attestation for programs; bytes as hexadecimal digits."""
    return json.loads(json.dumps(members(one), default=lambda data: data.hex()))  # type: ignore[no-any-return]


def _subject(session: Session, named: str, kind: int | None) -> bytes:
    if id := typed_id(named):
        return id
    if Path(named).is_dir():
        return trial_named(session, named)[0]
    if kind == 1:
        return session.find_party(named)
    number = read_known(named)
    return number.fold if number else session.find_party(named)


def digest_named(text: str, what: str) -> bytes:
    """The 32 bytes that are typed as 64 hexadecimal digits."""
    data = typed_id(text)
    if data is None:
        raise UsageError(f"{what} must be 64 hexadecimal digits, as sha256sum prints them")
    return data
