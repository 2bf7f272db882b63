"""The acts of a trial: register, add-id, amend, seal, milestone, appoint, transfer, results.

Each looks on the chain first: an act that stands there already is said to, receipted, and not sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.cli.session import Session, code_named
from trialseal.cli.trial.folder import TrialFolder, checked_document, folder_of, trial_named
from trialseal.cli.trial.receipting import keep_receipt, receipt_line
from trialseal.documents import canonical, endpoints
from trialseal.documents.identifiers import (
    date_code,
    normalise_registry_id,
    registry_id_bytes,
    trial_code_bytes,
    trial_id,
)
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count
from trialseal.ledger import codes
from trialseal.ledger.acts import Act, History
from trialseal.merkle import tree

ZERO = bytes(32)
_KIND_OF = {"sap": 2, "registry": 3, "icf": 5, "charter": 6, "dataset": 7, "other": 8, "protocol": 9}


def register(session: Session) -> int:
    """Registers the trial of a folder with version 1 of its protocol."""
    folder = TrialFolder(Path(session.args.trial))
    path, protocol = folder.protocol(session.args.protocol)
    if protocol["version"] != 1:
        raise UsageError(f"{path} is version {protocol['version']}: a trial is registered with version 1")
    digest, root, count = _sealed_words(protocol)
    code = protocol["trial"]["code"]
    trial = trial_id(session.party, code)
    session.out.progress("looking whether the trial is registered …")
    registered = session.chain.trial(trial) is not None
    if registered:
        first = session.chain.history(trial).acts[0]
        if first.subject != digest:
            raise FailedError(
                f"trial {code} of this party is registered already, with another protocol: sealed was "
                f"{first.subject.hex()}, {path} is {digest.hex()}; trialseal amend seals a new version"
            )
    folder.require_no_other_copy("protocol", 1, protocol, sealed=registered)
    done = perform(
        session,
        folder,
        trial,
        "register",
        [(session.party, trial_code_bytes(code), digest, root, count)],
        lambda act: act.name == "TrialRegistered",
        f"trial {code} with protocol version 1 and {_endpoints_words(count)}",
        file=path,
        founding=True,
    )
    folder.keep_sealed_copy("protocol", 1, protocol)
    return _answer(session, done)


def amend(session: Session) -> int:
    """Seals the next version of the protocol: the one in the folder, or its text with the amendment stated here."""
    args = session.args
    folder = TrialFolder(Path(args.trial))
    trial = folder.trial(session)
    state = session.chain.trial(trial)
    if state is None:
        raise FailedError(f"{args.trial} is not registered here: run trialseal register {args.trial} first")
    path = Path(args.protocol) if args.protocol else folder.path / "protocol.json"
    last = state.versions[1]
    protocol = _amended(canonical.read_json(path), path, last, folder.sealed_protocols().get(last), args)
    digest, root, count = _sealed_words(protocol)
    version = int(protocol["version"])
    blinding = codes.code_of(codes.BLINDING, protocol["amendment"]["blinding"])
    folder.require_no_other_copy("protocol", version, protocol, sealed=version <= last)
    done = perform(
        session,
        folder,
        trial,
        "seal",
        [(trial, session.party, 1, version, blinding, digest, root, count)],
        lambda act: act.name == "DocumentSealed" and act.details["kind"] == 1 and act.subject == digest,
        f"protocol version {version} with {_endpoints_words(count)}, data state: {codes.BLINDING[blinding]}",
        file=path,
    )
    folder.keep_sealed_copy("protocol", version, protocol)
    if canonical.canonical_bytes(canonical.read_json(path)) != canonical.canonical_bytes(protocol):
        from trialseal.files import write_json

        write_json(path, protocol)
        session.out.say(f"  {path} is version {version} now, with its amendment")
    return _answer(session, done)


def seal(session: Session) -> int:
    """Seals a file as the next version of its kind."""
    args = session.args
    path = Path(args.file)
    folder, trial = _trial_of_file(session, path)
    kind = _KIND_OF[args.kind]
    if kind == 9 and path.suffix == ".json" and _is_document(path):
        raise UsageError(f"{path} is a protocol document: trialseal register and amend seal it with its endpoints")
    root, count = ZERO, 0
    if kind in (2, 3, 7) and _is_document(path):
        document = checked_document(path, codes.KINDS[kind])
        digest = canonical.document_digest(document)
        if document.get("endpoints"):
            root, count = endpoints.endpoint_root(document), len(document["endpoints"])
    else:
        digest = canonical.file_digest(path)
    state = session.chain.trial(trial)
    version = (state.versions[kind] if state else 0) + 1
    blinding = codes.code_of(codes.BLINDING, args.blinding)
    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "seal",
            [(trial, session.party, kind, version, blinding, digest, root, count)],
            lambda act: act.name == "DocumentSealed" and act.details["kind"] == kind and act.subject == digest,
            lambda act: f"{escaping.path(path.name)} as {codes.KINDS[kind]} version {act.details['version']}",
            file=path,
        ),
    )


def add_id(session: Session) -> int:
    """Binds a registry's number to the trial."""
    trial, folder = trial_named(session, session.args.trial)
    number = normalise_registry_id(session.args.registry_id)
    packed = registry_id_bytes(number)
    submitted = _past_date(session.args.submitted, "--submitted") if session.args.submitted else 0
    others = [one for one in session.chain.claimants(packed) if one != trial]
    if others:
        session.out.say(
            f"note: {count(len(others), 'other trial')} {'claims' if len(others) == 1 else 'claim'} {number} too; "
            "readers see every claimant"
        )
    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "claimRegistryId",
            [(trial, session.party, packed, submitted)],
            lambda act: act.name == "RegistryIdClaimed" and act.subject == packed,
            f"registry number {number}",
        ),
    )


def milestone(session: Session) -> int:
    """States that something happened in the trial on a day."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    name = code_named(codes.MILESTONES, args.name, "milestone")
    date = _past_date(args.on, "--on")
    part = _part_number(folder, args.part)
    document = canonical.file_digest(Path(args.document)) if args.document else ZERO

    def same(act: Act) -> bool:
        stated = (act.details.get("milestone"), act.details.get("part"), act.details.get("date"), act.subject)
        return act.name == "MilestoneRecorded" and stated == (name, part, date, document)

    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "recordMilestone",
            [(trial, session.party, part, name, date, document)],
            same,
            f"milestone {args.name} on {args.on}" + (f", part {args.part}" if args.part else ""),
            file=Path(args.document) if args.document else None,
        ),
    )


def appoint(session: Session) -> int:
    """Appoints a party for named acts of the trial, or makes its appointment end earlier."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    appointee = session.find_party(args.appointee)
    if args.end:
        return _end_appointment(session, folder, trial, appointee)
    stream = _stream_id(args.stream) if args.stream else ZERO
    words = args.acts or ("open-stream" if args.stream else "milestone")
    mask = 0
    for word in words.split(","):
        mask |= 1 << code_named(codes.ACTS, word.strip(), "act")
    until = seconds(args.until, "--until")
    start = seconds(args.start, "--from") if args.start else 0

    def same(act: Act) -> bool:
        d = act.details
        return (
            act.name == "Appointed"
            and act.subject == appointee
            and (d["stream"], d["acts"], d["until"]) == (stream, mask, until)
            and (not start or d["from"] == start)
        )

    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "appoint",
            [(trial, session.party, appointee, stream, mask, start, until)],
            same,
            f"party {appointee.hex()[:8]}… appointed for "
            + (f"stream {stream.hex()[:8]}…" if args.stream else words)
            + f" until {args.until}",
        ),
    )


def transfer(session: Session) -> int:
    """Offers the sponsorship to another party, withdraws the offer, or accepts it."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    state = session.chain.trial(trial)
    if state is None:
        raise FailedError(f"trial {trial.hex()} is not registered on chain {session.chain.chain_id()}")
    if args.transfer == "accept":
        if state.sponsor == session.party:
            session.out.say("this party is the trial's sponsor already: nothing was sent")
            session.out.value({"trial": trial, "sent": False})
            return 0
        function = "acceptTransfer"
        arguments: list[Any] = [(trial, session.party, state.sponsor)]
        event, label = "TransferAccepted", "the sponsorship accepted; every appointment has ended"
        subject = None
    else:
        subject = ZERO if args.withdraw else session.find_party(_needed(args.to, "the party to offer it to"))
        if (state.offered_to or ZERO) == subject:
            words = "no offer stands" if args.withdraw else "it stands offered to that party already"
            session.out.say(f"{words}: nothing was sent")
            session.out.value({"trial": trial, "sent": False})
            return 0
        function, arguments = "offerTransfer", [(trial, session.party, subject)]
        event = "TransferOffered"
        label = "the offer withdrawn" if args.withdraw else f"the sponsorship offered to {subject.hex()[:8]}…"
    before = state.acts

    def newly(act: Act) -> bool:
        return act.name == event and act.number > before and (subject is None or act.subject == subject)

    return _answer(session, perform(session, folder, trial, function, arguments, newly, label))


def results(session: Session) -> int:
    """Reports every result of a results document: one act each, with the proof of its endpoint."""
    args = session.args
    folder = TrialFolder(Path(args.trial))
    trial = folder.trial(session)
    path = Path(args.results) if args.results else folder.path / "results.json"
    document = checked_document(path, "results")
    digest = canonical.document_digest(document)
    protocols = folder.sealed_protocols()
    parts = {part["id"]: n for n, part in enumerate(protocols[max(protocols)].get("parts", []), 1)} if protocols else {}
    reports = [_report(session, path, digest, trial, result, protocols, parts) for result in document["results"]]
    done = []
    for arguments, label in reports:
        endpoint, part = arguments[0][3], arguments[0][4]

        def same(act: Act, endpoint: bytes = endpoint, part: int = part) -> bool:
            return (
                act.name == "ResultReported"
                and act.subject == digest
                and (act.details["endpoint"], act.details["part"]) == (endpoint, part)
            )

        done.append(perform(session, folder, trial, "reportResult", arguments, same, label, file=path))
    folder.keep_sealed_copy("results", int(document["version"]), document)
    return _answer(session, done)


def _report(
    session: Session,
    path: Path,
    digest: bytes,
    trial: bytes,
    result: Mapping[str, Any],
    protocols: Mapping[int, Mapping[str, Any]],
    parts: Mapping[str, int],
) -> tuple[list[Any], str]:
    """The arguments of `reportResult` for one result, and what it is in words."""
    name = result.get("endpoint")
    part = parts.get(result.get("part", ""), 0)
    planned = result["planning"] == "planned"
    if name is None:
        leaf = tree.leaf_hash(canonical.canonical_bytes(dict(result)))
        return [(trial, session.party, digest, leaf, part, 0, 0, 0), []], "a post hoc result"
    version = result["protocol_version"]
    if version not in protocols:
        raise UsageError(
            f"{path} reports endpoint {name} of protocol version {version}, whose sealed copy "
            f"documents/protocol-v{version}.json is not in the folder: put it there, the proof is made from it"
        )
    protocol = protocols[version]
    leaves = endpoints.endpoint_leaves(protocol)
    index = endpoints.endpoint_index(protocol, name)
    if not planned:
        report = (trial, session.party, digest, leaves[index], part, 0, 0, 0)
        return [report, []], f"a post hoc analysis of endpoint {name}"
    proof = tree.inclusion_proof(leaves, index)
    report = (trial, session.party, digest, leaves[index], part, version, index, len(leaves))
    return [report, proof], f"endpoint {name}, proven to be in protocol version {version}"


def perform(
    session: Session,
    folder: TrialFolder | None,
    trial: bytes,
    function: str,
    arguments: list[Any],
    same: Callable[[Act], bool],
    label: str | Callable[[Act], str],
    *,
    file: Path | None = None,
    founding: bool = False,
) -> dict[str, Any]:
    """Sends an act unless it is on the chain already, and keeps its receipt; what `--json` prints of it.

    Only a `founding` act may find no trial.
    """
    if session.chain.party(session.party) is None:
        raise FailedError(
            f"party {session.party.hex()[:8]}… does not exist on chain {session.chain.chain_id()} at "
            f"{session.chain.rpc.shown}: create it there with trialseal party create"
        )
    with session.alone(trial):
        # Looked up in here: another process may just have registered the trial.
        new = founding and session.chain.trial(trial) is None
        act = None if new else _found(_history(session, trial), same)
        sent = act is None
        if sent:
            session.send("TrialRegistry", function, arguments, trial)
            act = _found(_history(session, trial), same)
    if act is None:
        raise FailedError(f"{function} was sent, but the chain's log does not show it: look at trialseal history")
    # Kept before it is spoken of: whoever listens may be gone.
    try:
        receipt, where = keep_receipt(session, folder.path if folder else None, act, file)
    except UsageError as error:
        raise UsageError(
            f"act {act.number} is on the chain and need not be sent again, but its receipt could not be kept: {error}"
        ) from None
    # What an earlier run signed and could not finish lies there; now that the act is recorded, it is done with.
    session.journal(function, trial).unlink(missing_ok=True)
    session.out.say(receipt_line(act, label if isinstance(label, str) else label(act), sent=sent))
    if folder and (notes := folder.notes()):
        session.out.say(f"  the protocol notes: {escaping.name(' '.join(notes), 300)}")
    if where:
        session.out.say(f"  receipt: {where}")
    return {"sent": sent, "receipt": receipt, "file": str(where) if where else None}


def _answer(session: Session, value: Any) -> int:
    session.out.value(value)
    return 0


def _history(session: Session, trial: bytes) -> History:
    history = session.chain.history(trial)
    if history.gap:
        raise FailedError(f"the chain's log of this trial is not complete: {history.gap}")
    return history


def _found(history: History, same: Callable[[Act], bool]) -> Act | None:
    return next((act for act in history.acts if same(act)), None)


def _end_appointment(session: Session, folder: TrialFolder | None, trial: bytes, appointee: bytes) -> int:
    until = 0 if session.args.end == "now" else seconds(session.args.end, "--end")
    stream = _stream_id(session.args.stream) if session.args.stream else None
    appointed = [
        act
        for act in _history(session, trial).acts
        if act.name == "Appointed" and act.subject == appointee and stream in (None, act.details["stream"])
    ]
    if not appointed:
        raise FailedError(
            f"party {appointee.hex()[:8]}… was never appointed for this {'stream' if stream else 'trial'}"
        )
    last = appointed[-1]
    index = last.details["index"]

    def same(act: Act) -> bool:
        return (
            act.name == "AppointmentShortened"
            and act.subject == appointee
            and act.details["index"] == index
            and (not until or act.details["until"] == until)
        )

    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "shortenAppointment",
            [(trial, session.party, appointee, last.details["stream"], index, until)],
            same,
            f"the appointment of party {appointee.hex()[:8]}… ends {session.args.end}",
        ),
    )


def _amended(value: object, path: Path, last: int, sealed: Mapping[str, Any] | None, args: Any) -> dict[str, Any]:
    """The next protocol version: the document's own amendment, or the one that the arguments state.

    `sealed` is the copy of the last version, if it is at hand: a document that is it still was amended before.
    """
    from trialseal.documents import models

    if not isinstance(value, dict):
        raise UsageError(f"{path} is no protocol: it must be a JSON object")
    protocol = dict(value)
    stated = {word: given for word in ("reason", "blinding") if (given := getattr(args, word))}
    amendment = protocol.get("amendment") or {}
    done = protocol == sealed and last > 1 and all(amendment.get(word) == given for word, given in stated.items())
    version = protocol.get("version", last)
    if not done and stated and version in (last, last - 1):
        amended = _next_version(protocol, version + 1, args)
        # An earlier run may have sealed it and not come to write the number into the document.
        if version == last or amended == sealed:
            if version == last and sealed and _content(protocol) == _content(sealed):
                raise UsageError(f"{path} is the same as sealed version {last}: change it, then amend")
            protocol = amended
    models.parse_document(protocol, str(path))
    if protocol.get("kind") != "protocol":
        raise UsageError(f"{path} is a document of kind {protocol.get('kind')}, not protocol")
    amendment = protocol.get("amendment")
    if amendment is None or protocol["version"] > last + 1:
        raise UsageError(
            f"{path} is version {protocol['version']}, and {last} is the last one sealed: amend seals "
            f"version {last + 1}; state why with --reason and --blinding"
        )
    for word, given in stated.items():
        if amendment[word] != given:
            raise UsageError(f"--{word} says {given!r}, but {path} says {amendment[word]!r}: make them agree")
    return protocol


def _next_version(protocol: Mapping[str, Any], version: int, args: Any) -> dict[str, Any]:
    """The document with its next number and the amendment that the arguments state."""
    amended = dict(protocol)
    if protocol.get("amendment"):
        amended["earlier_amendments"] = [protocol["amendment"], *protocol.get("earlier_amendments", [])]
    amended["version"] = version
    amended["amendment"] = {
        "reason": _needed(args.reason, "why the protocol is amended: --reason"),
        "blinding": _needed(args.blinding, "whether unblinded data had been seen: --blinding"),
    }
    return amended


def _content(protocol: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says beside its number and why it was made."""
    about = ("version", "amendment", "earlier_amendments", "version_label", "version_date")
    return {name: value for name, value in protocol.items() if name not in about}


def _sealed_words(protocol: Mapping[str, Any]) -> tuple[bytes, bytes, int]:
    return canonical.document_digest(protocol), endpoints.endpoint_root(protocol), len(protocol["endpoints"])


def _endpoints_words(count: int) -> str:
    return "1 endpoint" if count == 1 else f"{count} endpoints"


def _trial_of_file(session: Session, path: Path) -> tuple[TrialFolder | None, bytes]:
    if not path.is_file():
        raise UsageError(f"there is no file {path}: name the file to be sealed")
    if session.args.trial:
        trial, folder = trial_named(session, session.args.trial)
        return folder, trial
    folder = folder_of(path)
    if folder is None:
        raise UsageError(f"{path} lies in no trial's folder: say which trial it belongs to with --trial TRIAL")
    return folder, folder.trial(session)


def _is_document(path: Path) -> bool:
    """Whether a file says that it is one of trialseal's documents; those are sealed by their canonical form."""
    if path.suffix != ".json":
        return False
    with path.open("rb") as file:
        return b'"trialseal/1"' in file.read(1 << 20)


def _part_number(folder: TrialFolder | None, part: str | None) -> int:
    """A part's number: its place in the protocol's list of parts, from 1; 0 for the whole trial."""
    if part is None:
        return 0
    if folder is None:
        if part.isascii() and part.isdecimal() and int(part) < 1 << 16:
            return int(part)
        raise UsageError(f"--part {part}: give the part's number, or name the trial by its folder")
    protocol = canonical.read_json(folder.path / "protocol.json")
    ids = [str(one.get("id")) for one in protocol.get("parts", [])] if isinstance(protocol, dict) else []
    if part in ids:
        return ids.index(part) + 1
    raise UsageError(f"the protocol has no part {part!r}: its parts are {', '.join(ids) or 'none'}")


def _past_date(text: str, option: str) -> int:
    code = date_code(text)
    # The chain allows for every time zone (UTC+14); here a date is refused before anything is sent.
    latest = datetime.fromtimestamp(time.time() + 14 * 3600, UTC)
    if code > latest.year * 10_000 + latest.month * 100 + latest.day:
        raise UsageError(f"{option} {text} has not begun anywhere on Earth: state what has happened, not what will")
    return code


def seconds(text: str, option: str) -> int:
    """Unix seconds of a day or time that the user gave; UsageError that names the option."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text} is not a time: write 2027-01-31 or 2027-01-31T12:00:00+00:00") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _stream_id(text: str) -> bytes:
    try:
        stream = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        stream = b""
    if len(stream) != 32 or not any(stream):
        raise UsageError(
            f"--stream {text} is no stream's id: give the 64 hexadecimal digits that events open told its writer"
        )
    return stream


def _needed(value: str | None, what: str) -> str:
    if not value:
        raise UsageError(f"say {what}")
    return value
