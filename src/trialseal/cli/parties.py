"""Parties and what they attest: party create|add-key|revoke-key|veto|show, attest, accredit, approve, withdraw."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.cli.session import OwnParty, Session, code_named
from trialseal.cli.trial.naming import checked_document, trial_named
from trialseal.cli.trial.receipting import when
from trialseal.documents import canonical
from trialseal.documents.identifiers import (
    date_code,
    normalise_registry_id,
    party_id,
    registry_id_bytes,
)
from trialseal.errors import FailedError, UsageError
from trialseal.files import read_file, write_bytes, write_json
from trialseal.folder.reading import read
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import DocumentSealed, TrialRegistered
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Decision, DocumentKind, Purpose, Role, purpose_words
from trialseal.ledger.parties import PartyRecord

ZERO = bytes(32)
NO_KEY = "0x" + "00" * 20


def create(session: Session) -> int:
    """Creates a party whose first key is the account; its profile document stays on this computer to be shown."""
    args = session.args
    profile = _profile(args)
    digest = canonical.document_digest(profile)
    address = bytes.fromhex(session.sender.address[2:])
    for own in session.parties:
        same = own.account == session.account and own.legal_name == profile["legal_name"]
        if same and session.chain.party(own.party) is not None:
            called = escaping.name(own.legal_name)
            session.out.say(f"{called} is party {own.party.hex()} here already: nothing was sent")
            session.out.value({"party": own.party, "sent": False})
            return 0
    # The salt is kept before anything is sent, so that a run that is cut off finds the same party again.
    salt_path = session.home / "parties" / f"{session.account}-{digest.hex()[:16]}.salt"
    salt = _salt(salt_path)
    party = party_id(address, salt)
    if session.chain.party(party) is None:
        session.send("Parties", "createParty", [(salt, digest, NO_KEY, 0, NO_KEY, 0)], digest)
    profile_path = session.home / "parties" / f"{party.hex()}.json"
    write_json(profile_path, profile)
    session.remember_party(OwnParty(party, session.account, profile["legal_name"]))
    session.out.say(
        f"party {party.hex()} created for {escaping.name(profile['legal_name'])}, with account {session.account} as "
        "first key"
    )
    session.out.say(f"  profile: {profile_path} (hand it out with what you publish: the chain holds only its digest)")
    if profile.get("domain"):
        session.out.say(
            f'  to be named back by your domain, publish {{"parties": ["{party.hex()}"]}} at '
            f"https://{profile['domain']}/.well-known/trialseal.json"
        )
    session.out.value({"party": party, "profile": str(profile_path), "sent": True})
    return 0


def add_key(session: Session) -> int:
    """Adds a key to a party."""
    args = session.args
    party, key = session.party, _address(session, args.key)
    mask = 0
    for word in args.purposes.split(","):
        mask |= code_named(Purpose, word.strip(), "purpose")

    def done(record: PartyRecord) -> bool:
        return any(one.key == key and one.valid_until == 0 and one.purposes == mask for one in record.keys)

    return _change(session, party, "addKey", (party, key, mask), done, f"key {key} added for {args.purposes}")


def revoke_key(session: Session) -> int:
    """Revokes a key: at once, or after seven days if it manages the party."""
    party, key = session.party, _address(session, session.args.key)

    def done(record: PartyRecord) -> bool:
        return any(one.key == key and one.valid_until != 0 for one in record.keys)

    return _change(session, party, "revokeKey", (party, key), done, f"key {key} revoked")


def veto(session: Session) -> int:
    """Stops the pending addition or removal of a managing key."""
    party, key = session.party, _address(session, session.args.key)
    before = _record(session, party).key(key)
    now = session.chain.as_of().time
    addition = before is not None and before.valid_from > now

    def done(record: PartyRecord) -> bool:
        found = record.key(key)
        return found is None if addition else found is not None and found.valid_until == 0

    what = "addition" if addition else "removal"
    return _change(session, party, "vetoKey", (party, key), done, f"the {what} of key {key} vetoed")


def compromise(session: Session) -> int:
    """States since when a key was in the wrong hands."""
    party, key = session.party, _address(session, session.args.key)
    since = int(_moment(session.args.since).timestamp())

    def done(record: PartyRecord) -> bool:
        return any(one.key == key and one.compromised_since == since for one in record.keys)

    words = f"key {key} stated to be compromised since {when(since)}"
    return _change(session, party, "declareCompromise", (party, key, since), done, words)


def show(session: Session) -> int:
    """Shows a party: its keys with their validity, its profile, and who attests what of it."""
    party = session.find_party(session.args.shown) if session.args.shown else session.party
    record = _record(session, party)
    attested = session.chain.attested(party)
    attestations = attested.records
    out = session.out
    out.say(f"party {party.hex()}")
    name = next((own.legal_name for own in session.parties if own.party == party), None)
    if name:
        out.say(f"  called here: {escaping.name(name)}")
    out.say(f"  created:     {when(record.created_at)}")
    out.say(f"  profile:     SHA-256 {record.profile.hex()}")
    out.say("keys")
    for key in record.keys:
        words = f"  {key.key}  {'+'.join(purpose_words(key.purposes))}  from {when(key.valid_from)}"
        if key.valid_until:
            words += f", not valid from {when(key.valid_until)}"
        if key.compromised_since:
            words += f"; compromised since {when(key.compromised_since)}, as stated {when(key.declared_at)}"
        if key.contested_at:
            words += f"; contested {when(key.contested_at)}: the party disagrees with itself"
        out.say(words)
    managing = [key for key in record.keys if key.manages and not key.valid_until]
    if len(managing) == 1:
        out.say(
            "  with one managing key, whoever gets hold of it has the party: with two or more, each change waits seven "
            "days for a veto (trialseal party add-key NAME --purposes manage)"
        )
    out.say("attestations about it" if attestations else "nobody has attested anything about it")
    for one in attestations:
        out.say("  " + _attestation_words(session, one))
    for ignored in attested.disregarded:
        by = f"party {ignored.author.hex()[:8]}…, {when(ignored.time)}"
        out.say(f"  a withdrawal by {by}, changes nothing: it {ignored.why}")
    gaps = [gap for gap in (record.gap, attested.gap) if gap]
    for gap in gaps:
        out.say(f"not complete: {gap}")
    out.value(
        {
            "party": party,
            "number": record.number,
            "created": when(record.created_at),
            "profile": record.profile,
            "keys": [
                {
                    "key": key.key,
                    "purposes": purpose_words(key.purposes),
                    "valid_from": key.valid_from,
                    "valid_until": key.valid_until or None,
                    "compromised_since": key.compromised_since or None,
                    "contested_at": key.contested_at or None,
                }
                for key in record.keys
            ],
            "attestations": [attestation_value(one) for one in attestations],
            "gaps": gaps,
        }
    )
    return 2 if gaps else 0


def accredit(session: Session) -> int:
    """Vouches for a party in a role."""
    args = session.args
    role = code_named(Role, args.role, "role")
    subject = session.find_party(args.subject)
    _record(session, subject)  # an accreditation of a mistyped id would stand for good
    words = f"party {subject.hex()[:8]}… accredited as {args.role}"
    return _attest(session, AttestationKind.ACCREDITATION, role, subject, ZERO, words)


def approve(session: Session) -> int:
    """Approves a version of a trial's protocol, or another sealed document."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    decision = code_named(Decision, args.decision, "decision")
    digest = _approved_digest(session, trial, folder)
    return _attest(
        session,
        AttestationKind.APPROVAL,
        decision,
        trial,
        digest,
        f"{args.decision}: document {digest.hex()[:16]}… of the trial",
    )


def attest(session: Session) -> int:
    """Makes an attestation of any kind; accredit and approve are its everyday forms."""
    args = session.args
    kind = code_named(AttestationKind, args.kind, "kind of attestation")
    words = {AttestationKind.ACCREDITATION: Role, AttestationKind.APPROVAL: Decision}.get(kind)
    if words is None and args.code:
        raise UsageError(f"a {args.kind} has no code: leave out --code")
    code = code_named(words, args.code or "", f"code for a {args.kind}") if words else 0
    digest = _hex32(args.digest, "--digest") if args.digest else ZERO
    subject = _subject(session, args.subject, kind)
    return _attest(session, kind, code, subject, digest, f"{args.kind} about {args.subject}")


def withdraw(session: Session) -> int:
    """Withdraws an attestation of one's own; it stays on record with the time."""
    args = session.args
    digest = _hex32(args.digest, "--digest") if args.digest else ZERO
    subject = _subject(session, args.subject, None)
    own = [one for one in session.chain.attestations(subject, digest) if one.author == session.party]
    chosen = [one for one in own if args.number is None or one.number == args.number]
    standing = [one for one in chosen if not one.withdrawn_at]
    if not chosen:
        raise FailedError(f"this party has made no such attestation about {args.subject}")
    if not standing:
        session.out.say(f"it was withdrawn {when(chosen[-1].withdrawn_at)}: nothing was sent")
        session.out.value({"sent": False, "number": chosen[-1].number})
        return 0
    if len(standing) > 1:
        numbers = ", ".join(str(one.number) for one in standing)
        raise UsageError(
            f"this party has several standing attestations about {args.subject}: name one of {numbers} with --number"
        )
    meant = standing[0]
    session.send("Attestations", "withdraw", [(session.party, subject, meant.log)], subject)
    session.out.say(f"attestation {meant.number} about {args.subject} withdrawn")
    session.out.value({"sent": True, "number": meant.number})
    return 0


def _attest(session: Session, kind: int, code: int, subject: bytes, digest: bytes, words: str) -> int:
    args = session.args
    if kind == 1 and subject == session.party:
        raise FailedError("a party cannot accredit itself: another must vouch for it")
    territory = _territory(args.territory) if args.territory else 0
    date = date_code(args.on) if args.on else 0
    document = canonical.file_digest(Path(args.letter)) if args.letter else ZERO
    until = int(_moment(args.until).timestamp()) if args.until else 0
    sent, standing = attest_once(session, (kind, code, territory, date, until, document), subject, digest)
    tail = "" if sent else ": it stands already, nothing was sent"
    session.out.say(f"{words}, recorded {when(standing.time)} as attestation {standing.number}{tail}")
    session.out.value({"sent": sent, **attestation_value(standing)})
    return 0


def attest_once(
    session: Session, stated: tuple[int, int, int, int, int, bytes], subject: bytes, digest: bytes
) -> tuple[bool, AttestationRecord]:
    """Makes an attestation of kind, code, territory, date, end and document unless the party's own one stands already.

    Returns whether it was sent, and the attestation as the chain shows it.
    """

    def same(one: AttestationRecord) -> bool:
        found = (one.kind, one.code, one.territory, one.date, one.until, one.document)
        return one.author == session.party and found == stated and not one.withdrawn_at

    listed = session.chain.attestations(subject, digest)
    standing = next((one for one in listed if same(one)), None)
    sent = standing is None
    if sent:
        statement = (session.party, *stated[:5], subject, digest, stated[5])
        session.send("Attestations", "attest", [statement], subject)
        standing = next((one for one in session.chain.attestations(subject, digest) if same(one)), None)
        if standing is None:
            raise FailedError("the attestation was sent, but the chain does not show it: try again")
    assert standing is not None
    return sent, standing


def _change(
    session: Session,
    party: bytes,
    function: str,
    arguments: tuple[Any, ...],
    done: Callable[[PartyRecord], bool],
    words: str,
) -> int:
    """Sends a change of a party's keys unless it is done already."""
    sent = not done(_record(session, party))
    if sent:
        session.send("Parties", function, [arguments], party)
    record = _record(session, party)
    key = next((one for one in record.keys if one.key == arguments[1]), None)
    tail = f"; not valid from {when(key.valid_until)}" if key and key.valid_until else ""
    session.out.say(words + tail + ("" if sent else ": it was before, nothing was sent"))
    session.out.value({"party": party, "sent": sent})
    return 0


def _record(session: Session, party: bytes) -> PartyRecord:
    record = session.chain.party(party)
    if record is None:
        raise FailedError(f"party {party.hex()} does not exist on chain {session.chain.chain_id()}")
    return record


def _profile(args: Any) -> dict[str, Any]:
    if args.profile:
        if args.name:
            raise UsageError("give the profile by --profile FILE or by --name and its options, not both")
        return checked_document(read(Path(args.profile), keep=True), "party-profile")
    if not args.name:
        raise UsageError("say who the party is: --name NAME, or --profile FILE")
    from trialseal.documents import models

    if not args.name.isprintable():
        raise UsageError("the name holds characters that cannot be printed: write it in plain text")
    profile = {"format": "trialseal/1", "kind": "party-profile", "legal_name": args.name}
    profile |= {word: getattr(args, word) for word in ("ror", "lei", "domain") if getattr(args, word)}
    models.parse_document(profile, "the profile")
    return profile


def _salt(path: Path) -> bytes:
    if path.exists():
        return _hex32(read_file(path, 1 << 10).decode("ascii", "replace").strip(), str(path))
    salt = secrets.token_bytes(32)
    write_bytes(path, salt.hex().encode(), 0o600)
    return salt


def _approved_digest(session: Session, trial: bytes, folder: TrialFolder | None) -> bytes:
    """The digest of what is approved: a file, a version number, or the protocol version in force."""
    file: str | None = session.args.file
    version: int | None = session.args.version
    if file:
        found = read(Path(file), keep=True)
        if found.fault:
            raise UsageError(found.fault)
        return found.digest
    protocols = [
        act
        for act in session.chain.history(trial).acts
        if isinstance(act, TrialRegistered) or (isinstance(act, DocumentSealed) and act.kind is DocumentKind.PROTOCOL)
    ]
    if not protocols:
        raise FailedError(f"trial {trial.hex()} has no protocol on chain {session.chain.chain_id()}")
    if version is None:
        return protocols[-1].subject
    if not 1 <= version <= len(protocols):
        raise UsageError(f"there is no protocol version {version}: the trial has {len(protocols)}")
    return protocols[version - 1].subject


def _subject(session: Session, named: str, kind: int | None) -> bytes:
    text = named.removeprefix("0x").lower()
    if len(text) == 64 and all(c in "0123456789abcdef" for c in text):
        return bytes.fromhex(text)
    if Path(named).is_dir():
        return trial_named(session, named)[0]
    if kind == 1:
        return session.find_party(named)
    try:
        number = registry_id_bytes(normalise_registry_id(named))
    except UsageError:
        return session.find_party(named)
    return number


def _address(session: Session, named: str) -> str:
    """An address by itself, or that of an account of this computer."""
    text = named.lower()
    if text.startswith("0x") and len(text) == 42 and all(c in "0123456789abcdef" for c in text[2:]):
        return text
    from trialseal.ledger import accounts

    for name, address in accounts.list_accounts(session.home):
        if name == named:
            return address.lower()
    raise UsageError(f"{named} is neither an address (0x and 40 hexadecimal digits) nor an account of this computer")


def _territory(text: str) -> int:
    from trialseal.documents.territories import territory_number

    return territory_number(text)


def _hex32(text: str, what: str) -> bytes:
    plain = text.removeprefix("0x")
    try:
        data = bytes.fromhex(plain)
    except ValueError:
        data = b""
    if len(data) != 32:
        raise UsageError(f"{what} must be 64 hexadecimal digits, as sha256sum prints them")
    return data


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text} is not a time: write 2026-01-31 or 2026-01-31T12:00:00+00:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _attestation_words(session: Session, one: AttestationRecord) -> str:
    name = next((own.legal_name for own in session.parties if own.party == one.author), None)
    words = f"{one.number}: {one.kind}"
    if one.meaning is not None:
        words += f" as {one.meaning}" if one.kind is AttestationKind.ACCREDITATION else f", {one.meaning}"
    words += f" by {escaping.name(name) if name else f'party {one.author.hex()[:8]}…'}, {when(one.time)}"
    words += f", until {when(one.until)}" if one.until else ""
    return words + (f", withdrawn {when(one.withdrawn_at)}" if one.withdrawn_at else "")


def attestation_value(one: AttestationRecord) -> dict[str, Any]:
    """An attestation for programs; bytes as hexadecimal digits."""
    value = {name: getattr(one, name) for name in AttestationRecord.__slots__}
    return json.loads(json.dumps(value, default=lambda data: data.hex()))  # type: ignore[no-any-return]
