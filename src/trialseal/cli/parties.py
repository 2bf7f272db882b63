"""Parties: party create|add-key|revoke-key|veto|compromise|contest|profile|show."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.acts import parties as acts
from trialseal.acts.act import ZERO, Act
from trialseal.acts.carrying_out import Done
from trialseal.acts.lines import other_line
from trialseal.acts.own import OwnParty
from trialseal.cli.acting import do
from trialseal.cli.attesting import attestation_value, digest_named
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.cli.trial.naming import checked_document
from trialseal.documents import canonical
from trialseal.documents.times import unix_seconds
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import read_file, write_bytes, write_json
from trialseal.folder.reading import read
from trialseal.ledger import accounts
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Purpose, purpose_words, purposes_told
from trialseal.ledger.parties import PartyRecord

_BEST = 3
_FEW_KEYS = (
    "note: best are three managing keys, kept by three people: with one, whoever steals it has the party, and whoever "
    "loses it ends it; with two, either can hold up the other. Name more with --also-key, or party add-key later"
)


def create(session: Session) -> int:
    """Creates a party whose first key is the account; its profile document stays on this computer to be shown."""
    own, out = session.own, session.out
    profile = _profile(session.args)
    digest = canonical.document_digest(profile)
    for known in own.parties:
        same = known.account == session.account and known.legal_name == profile["legal_name"]
        if same and session.reader.party(known.party) is not None:
            out.say(f"{escaping.name(known.legal_name)} is party {known.party.hex()} here already: nothing was sent")
            out.value({"party": known.party, "sent": False})
            return 0
    # The salt is kept before anything is sent, so that a run that is cut off finds the same party again.
    salt_path = session.home / "parties" / f"{session.account}-{digest.hex()[:16]}.salt"
    salt = _salt(salt_path, keep=not session.args.dry_run)
    further = [_further_key(session, text) for text in session.args.also_key]
    if sum(1 for one in further if one.purposes & Purpose.MANAGE) < _BEST - 1:
        out.say(_FEW_KEYS)
    act = acts.create(own.signing.address, salt, digest, profile["legal_name"], further)
    party, profile_path = act.about, session.home / "parties" / f"{act.about.hex()}.json"

    def line(done: Done) -> str:
        # What is kept is kept before it is spoken of.
        write_json(profile_path, profile)
        own.remember_party(OwnParty(party, session.account, profile["legal_name"]))
        name = escaping.name(profile["legal_name"])
        return f"party {party.hex()} created for {name}, with account {session.account} as first key"

    done = do(session, [act], desk=session.desk(ZERO), line=line)
    if done is None:
        return 0
    for one in further:
        out.say(f"  further key {one.address} for {purposes_told(one.purposes)}")
    out.say(f"  profile: {profile_path} (hand it out with what you publish: the chain holds only its digest)")
    if profile.get("domain"):
        out.say(
            f'  to be named back by your domain, publish {{"parties": ["{party.hex()}"]}} at '
            f"https://{profile['domain']}/.well-known/trialseal.json"
        )
    out.value({"party": party, "profile": str(profile_path), "sent": done[0].sent})
    return 0


def _further_key(session: Session, text: str) -> acts.FurtherKey:
    """ADDRESS or ADDRESS:purposes, joined by commas; by default it manages and acts."""
    named, _, words = text.partition(":")
    return acts.FurtherKey(session.own.address(named), acts.purposes_named(words or "manage,act,stream,attest"))


def add_key(session: Session) -> int:
    """Adds a key to a party: at once, or after seven days where it manages and the party has several such keys."""
    args = session.args
    key = session.own.address(args.key)
    return _change(session, acts.add_key(session.party, key, acts.purposes_named(args.purposes)))


def revoke_key(session: Session) -> int:
    """Revokes a key: at once, or after seven days if it manages; and says since when it was in the wrong hands."""
    key = session.own.address(session.args.key)
    known = _record(session, session.party).key(key)
    return _change(session, *_revocation(session, key, manages=known is None or known.manages))


def _revocation(session: Session, key: str, *, manages: bool) -> list[Act]:
    made = [acts.revoke_key(session.party, key, manages=manages)]
    if since := session.args.compromised_since:
        made.insert(0, acts.declare_compromise(session.party, key, unix_seconds(since, "--compromised-since")))
    return made


def rotate(session: Session) -> int:
    """Adds a key with the purposes of another, and revokes that one; for what must wait, it is run again."""
    args, party = session.args, session.party
    old, new = session.own.address(args.key), session.own.address(args.new)
    known = _record(session, party).key(old)
    if known is None or old == new:
        raise UsageError(
            f"{old} is no key of the party, or no other than the new one: trialseal party show lists its keys"
        )
    addition, removal = acts.add_key(party, new, known.purposes), _revocation(session, old, manages=known.manages)
    if session.signs_only:  # one file holds both: what must wait is sent from it later
        return _change(session, addition, *removal)
    if code := _change(session, addition):
        return code
    try:
        return _change(session, *removal)
    except FailedError as error:
        if args.dry_run:
            raise UndeterminedError(
                f"what the chain would say of the old key once {new} is added cannot be asked before; without it, "
                f"{error}"
            ) from None
        raise UndeterminedError(
            f"key {new} is added, and the old key stays for now: {error}; run the same command again then"
        ) from None


def veto(session: Session) -> int:
    """Stops the addition or removal of a managing key that has been asked for."""
    return _change(session, acts.veto_key(session.party, session.own.address(session.args.key)))


def compromise(session: Session) -> int:
    """States since when a key was in the wrong hands."""
    key, since = session.own.address(session.args.key), unix_seconds(session.args.since, "--since")
    return _change(session, acts.declare_compromise(session.party, key, since))


def contest(session: Session) -> int:
    """Contests a statement that a key was in the wrong hands."""
    return _change(session, acts.contest_compromise(session.party, session.own.address(session.args.key)))


def profile(session: Session) -> int:
    """Names another profile of the party."""
    document = _profile(session.args)
    act = acts.change_profile(session.party, canonical.document_digest(document), document["legal_name"])
    path = session.home / "parties" / f"{session.party.hex()}.json"
    if not session.args.dry_run and path.exists():
        path.replace(
            path.with_name(f"{path.stem}-{canonical.file_digest(path).hex()[:8]}.json")
        )  # the one before stays
    if not session.args.dry_run:
        write_json(path, document)
    done = do(session, [act])
    if done is None:
        return 0
    session.out.say(f"  profile: {path} (hand it out with what you publish: the chain holds only its digest)")
    session.out.value({"party": session.party, "profile": str(path), "sent": done[0].sent})
    return 0


def _change(session: Session, *changes: Act) -> int:
    """Sends changes of a party's keys unless they are recorded; from when on they hold."""

    def line(done: Done) -> str:
        _, members = done.log.members(done.act.contract)
        words = other_line(done)
        if until := members.get("validUntil"):
            words += f"; not valid from {when(until)}"
        if (start := members.get("validFrom")) and start > done.time:
            words += f"; valid from {when(start)}, until when a managing key may veto it"
        return words

    done = do(session, changes, line=line)
    if done is not None:
        session.out.value({"party": session.party, "sent": any(one.sent for one in done)})
    return 0


def show(session: Session) -> int:
    """Shows a party: its keys with their validity, its profile, and who attests what of it."""
    party = session.find_party(session.args.shown) if session.args.shown else session.party
    record = _record(session, party)
    attested = session.reader.attested(party)
    attestations = attested.records
    out = session.out
    out.say(f"party {party.hex()}")
    name = next((own.legal_name for own in session.parties if own.party == party), None)
    if name:
        out.say(f"  called here: {escaping.name(name)}")
    out.say(f"  created:     {when(record.created_at)}")
    out.say(f"  profile:     SHA-256 {record.profile.hex()}")
    out.say("keys")
    labels = {address.lower(): f" ({name})" for name, address in accounts.list_accounts(session.home)}
    for key in record.keys:
        label = labels.get(key.key.lower(), "")
        words = f"  {key.key}{label}  {purposes_told(key.purposes)}; from {when(key.valid_from)}"
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


def _record(session: Session, party: bytes) -> PartyRecord:
    record = session.reader.party(party)
    if record is None:
        raise FailedError(f"party {party.hex()} does not exist on chain {session.reader.chain_id()}")
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
    profile = {"format": FORMAT, "kind": "party-profile", "legal_name": args.name}
    profile |= {word: getattr(args, word) for word in ("ror", "lei", "domain") if getattr(args, word)}
    models.parse_document(profile, "the profile")
    return profile


def _salt(path: Path, *, keep: bool) -> bytes:
    if path.exists():
        return digest_named(read_file(path, 1 << 10).decode("ascii", "replace").strip(), str(path))
    salt = secrets.token_bytes(32)
    if keep:
        write_bytes(path, salt.hex().encode(), 0o600)
    return salt


def _attestation_words(session: Session, one: AttestationRecord) -> str:
    name = next((own.legal_name for own in session.parties if own.party == one.author), None)
    words = f"{one.number}: "
    if one.kind is AttestationKind.ACCREDITATION:
        words += f"vouched for as {one.meaning}"
    else:
        words += f"{one.kind}, {one.meaning}" if one.meaning is not None else f"{one.kind}"
    words += f" by {escaping.name(name) if name else f'party {one.author.hex()[:8]}…'}, {when(one.time)}"
    words += f", until {when(one.until)}" if one.until else ""
    return words + (f", withdrawn {when(one.withdrawn_at)}" if one.withdrawn_at else "")
