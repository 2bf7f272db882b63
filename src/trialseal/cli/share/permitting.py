"""`share permit` and `share revoke`."""

from __future__ import annotations

import secrets
from hashlib import sha256
from pathlib import Path

from trialseal import age_files, escaping
from trialseal.acts import attesting
from trialseal.cli.acting import do
from trialseal.cli.attesting import attest_once, attestation_of
from trialseal.cli.events.stores import chain_time, store_of
from trialseal.cli.session import Session
from trialseal.cli.share.own import Sharing, log_access, package_folder, read_document
from trialseal.cli.share.requesting import application_in, now_of
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.documents import models
from trialseal.documents.canonical import canonical_bytes
from trialseal.documents.identifiers import date_range
from trialseal.documents.sharing import AccessPolicy, Application, Package, Permit
from trialseal.documents.times import Order, order, unix_seconds
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.profiles import Names, find_names
from trialseal.evidence.sharing import SharingEvidence
from trialseal.evidence.sharing_streams import recipients_of
from trialseal.evidence.wording import moment
from trialseal.files import write_json
from trialseal.ledger.codes import AttestationKind
from trialseal.sharing.cases import moment_of
from trialseal.sharing.manifest import DOCUMENT
from trialseal.sharing.terms import TermAnswer, Use, open_lines, within
from trialseal.sharing.vouching import vouched


def permit(session: Session) -> int:
    """Records a permit, enters the hand-over into the stream, and only then writes the permit's file."""
    args, out = session.args, session.out
    place = Path(args.trial)
    trial, folder = trial_named(session, args.trial)
    sharing = Sharing(place)
    stream = store_of(session, place, args.stream)
    packed = package_folder(args.package)
    package, package_digest = read_document(packed / DOCUMENT, Package)
    if package.trial_id != trial.hex():
        raise UsageError(f"{escaping.path(args.package)} is a package of another trial: name that trial's folder")
    application, application_digest = application_in(Path(args.application), trial, sharing)
    key_file = sharing.key_of(package_digest)
    path = Path(args.file or f"{packed.name}-{application.recipient[:8]}.permit")
    if path.exists():
        raise UsageError(f"{escaping.path(path)} is there already: name another with --file")
    policy = sharing.documents([]).get(package.policy)
    if not isinstance(policy, AccessPolicy):
        raise UsageError(
            f"the terms of {escaping.path(args.package)} are not in {escaping.path(sharing.path)}: restore them"
        )
    until = _until(args.until, application, chain_time(session))
    names = _names(session, application, [session.home / "parties", *(folder.profile_folders if folder else [])])
    recipient_key = _key_of(session, application, names)
    identity = age_files.identities_in(key_file)[0]
    document = _permit(
        trial, package_digest, application_digest, package, application, recipient_key, until, policy, identity
    )
    use = Use.between(chain_time(session), unix_seconds(document.until, "--until"))
    digest = sharing.keep(document)
    conditions = _conditions(session, trial, document, digest, policy, names)
    open_ones = tuple(open_lines((*within(policy, application, use), *conditions)))
    for line in open_ones:
        out.say(line)
    act = attesting.attest(
        session.party,
        AttestationKind.PERMIT,
        trial,
        f"permit for party {application.recipient[:8]}… to open {escaping.path(packed.name)}",
        until=unix_seconds(document.until, "--until"),
        digest=package_digest,
        document=digest,
        doubts=open_ones,
        lasting="a key that went out cannot be called back; the permit's end is a promise on record",
    )
    done = attest_once(session, act)
    if done is None:
        return 0
    record = attestation_of(done)
    common = {
        "application": application_digest.hex(),
        "permit": digest.hex(),
        "package": package_digest.hex(),
        "recipient": application.recipient,
        "until": document.until,
        "by": args.by,
    }
    # The entries name the permit, so they were written after it: of two things in one second nobody could tell.
    at = moment_of(max(chain_time(session), record.time + 1))
    log_access(stream, f"permitted-{record.log.hex()[:16]}", at, "permitted", {**common, "decided_by": args.decided_by})
    log_access(stream, f"handed-over-{secrets.token_hex(8)}", at, "handed-over", {**common, "files": package.files})
    # Whatever happens from here on, the hand-over is on disk: logged without being made, never made without a log.
    age_files.encrypt_bytes(path, f"{identity}\n".encode(), [recipient_key])
    write_json(document_path(path), models.dump(document), overwrite=False)
    out.say(
        f"permit written to {escaping.path(path)} and {escaping.path(document_path(path))}: give the recipient both"
    )
    out.say(f"the hand-over is in stream {args.stream}; anchor it")
    out.value({"permit": digest, "number": record.number, "file": str(path), "sent": done.sent})
    return 0


def document_path(permit: Path) -> Path:
    """Where a permit's document lies: beside its file."""
    return permit.with_name(permit.name + ".json")


def _until(given: str | None, application: Application, now: int) -> str:
    """When the permit ends, as its document says it: given, or the day after the last that was asked for."""
    most = unix_seconds(date_range(application.until)[1].isoformat(), "until") + 86400
    seconds = unix_seconds(given, "--until") if given else most
    if seconds > most:
        raise UsageError(f"data were asked for until {application.until}: give an --until that is not later")
    if seconds <= now:
        raise UsageError(f"the permit would end {moment(seconds)}, which is past: give a later --until")
    return moment_of(seconds)


def _names(session: Session, application: Application, folders: list[Path]) -> Names:
    session.reader.load(parties=[bytes.fromhex(application.recipient)])
    return find_names(session.reader, folders)


def _conditions(
    session: Session, trial: bytes, document: Permit, digest: bytes, policy: AccessPolicy, names: Names
) -> tuple[TermAnswer, ...]:
    """Whether who must vouch for each condition of the terms has done so by now."""
    if not policy.vouching:
        return ()
    attested = session.reader.attested(trial)
    evidence = SharingEvidence(
        approvals=[one for one in attested.records if one.kind is AttestationKind.APPROVAL],
        attested_gap=str(attested.gap) if attested.gap else None,
        documents={digest.hex(): document, document.policy: policy},
        recipients=recipients_of(session.reader, [document.recipient], names),
    )
    # The hand-over comes after the permit: what stands in this second stands then.
    return vouched(evidence, digest.hex(), document, moment_of(chain_time(session) + 1))


def _key_of(session: Session, application: Application, names: Names) -> str:
    """The recipient's key that may be used now; FailedError if there is none."""
    profile = names.profile(bytes.fromhex(application.recipient))
    short = f"party {application.recipient[:8]}…"
    if profile is None:
        raise FailedError(f"the profile of {short} is not given: ask it for its profile and put it into parties/")
    now = now_of(session)
    for key in reversed(profile.keys):
        begun = "since" not in key or order(now, key["since"]) in (Order.AFTER, Order.SAME)
        if begun and ("until" not in key or order(now, key["until"]) is Order.BEFORE):
            return key["recipient"]
    raise FailedError(
        f"{short} has no key to which a permit could be encrypted: it makes one with trialseal share key FILE "
        "--profile PROFILE, and names that profile"
    )


def _permit(
    trial: bytes,
    package_digest: bytes,
    application_digest: bytes,
    package: Package,
    application: Application,
    recipient_key: str,
    until: str,
    policy: AccessPolicy,
    identity: str,
) -> Permit:
    """The document of a permit. Its nonce comes from the package's key, so that the same command makes the same one."""
    value = {
        "format": FORMAT,
        "kind": "permit",
        "trial_id": trial.hex(),
        "package": package_digest.hex(),
        "application": application_digest.hex(),
        "policy": package.policy,
        "recipient": application.recipient,
        "recipient_key": recipient_key,
        "until": until,
        **({"at_end": policy.at_end} if policy.at_end else {}),
    }
    value["nonce"] = sha256(identity.encode() + canonical_bytes(value)).hexdigest()
    document = models.parse_document(value, "the permit")
    assert isinstance(document, Permit)
    return document


def revoke(session: Session) -> int:
    """Withdraws the party's standing permits of a package for one recipient, and enters that into the stream."""
    args, out = session.args, session.out
    place = Path(args.trial)
    trial, _ = trial_named(session, args.trial)
    stream = store_of(session, place, args.stream)
    _, package_digest = read_document(package_folder(args.package) / DOCUMENT, Package)
    recipient = session.find_party(args.to)
    documents = Sharing(place).documents([])
    session.reader.load(parties=[session.party], subjects=[trial])
    found = [
        one
        for one in session.reader.attestations(trial, package_digest)
        if one.kind is AttestationKind.PERMIT
        and one.author == session.party
        and isinstance(document := documents.get(one.document.hex()), Permit)
        and document.recipient == recipient.hex()
    ]
    standing = [one for one in found if not one.ended_at or one.ended_at > chain_time(session)]
    if not found:
        raise FailedError(f"this party gave party {recipient.hex()[:8]}… no permit of {escaping.path(args.package)}")
    if not standing:
        out.say(f"its permit ended {when(found[-1].ended_at)}: nothing was sent")
        out.value({"sent": 0})
        return 0
    acts = [attesting.withdraw(session.party, trial, one.log, f"permit {one.number} withdrawn") for one in standing]
    done = do(session, acts)
    if done is None:
        return 0
    for one in standing:
        members = {"permit": one.document.hex(), "package": package_digest.hex(), "recipient": recipient.hex()}
        members |= {"by": args.by, "decided_by": args.decided_by}
        log_access(stream, f"revoked-{one.log.hex()[:16]}", now_of(session), "revoked", members)
    out.say("keys that went out cannot be called back: ask for a statement that the data were destroyed")
    out.value({"sent": len(done)})
    return 0
