"""The acts of a trial: register, add-id, amend, seal, milestone, appoint, transfer, results.

Each looks on the chain first: an act that stands there already is said to, receipted, and not sent again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.cli.session import Session, code_named
from trialseal.cli.trial.naming import checked_document, trial_named, trial_of
from trialseal.cli.trial.receipting import keep_receipt, receipt_line
from trialseal.documents import canonical, endpoints
from trialseal.documents.identifiers import (
    date_code,
    trial_code_bytes,
    trial_id,
)
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.seals import MILESTONE, protocols_at_hand, sealings_of
from trialseal.files import is_file, json_bytes, write_bytes
from trialseal.folder.layout import DOCUMENTS, RESULTS, SEALED
from trialseal.folder.reading import FileReading, Readings, of_bytes, read
from trialseal.folder.trial_folder import TrialFolder, folder_of
from trialseal.ledger.acts import (
    Act,
    Appointed,
    AppointmentShortened,
    DocumentSealed,
    MilestoneRecorded,
    RegistryIdClaimed,
    ResultReported,
    TransferAccepted,
    TransferOffered,
    TrialRegistered,
)
from trialseal.ledger.codes import ActCode, Blinding, DocumentKind, Milestone
from trialseal.ledger.records import History
from trialseal.merkle import tree
from trialseal.registries.numbers import doubt
from trialseal.registries.numbers import read as read_number

ZERO = bytes(32)
_KIND_OF = {
    "sap": DocumentKind.ANALYSIS_PLAN,
    "registry": DocumentKind.REGISTRY_RECORD,
    "icf": DocumentKind.CONSENT_FORM,
    "charter": DocumentKind.CHARTER,
    "dataset": DocumentKind.DATASET,
    "other": DocumentKind.OTHER,
    "protocol": DocumentKind.PROTOCOL_FILE,
}
_WITH_MODEL = (DocumentKind.ANALYSIS_PLAN, DocumentKind.REGISTRY_RECORD, DocumentKind.DATASET)


def register(session: Session) -> int:
    """Registers the trial of a folder with version 1 of its protocol."""
    folder = TrialFolder.open(Path(session.args.trial))
    given = session.args.protocol
    file = folder.readings.kept(Path(given)) if given else folder.protocol()
    protocol = checked_document(file, "protocol")
    if protocol["version"] != 1:
        raise UsageError(f"{file.path} is version {protocol['version']}: a trial is registered with version 1")
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
                f"{first.subject.hex()}, {file.path} is {digest.hex()}; trialseal amend seals a new version"
            )
    done = perform(
        session,
        folder,
        trial,
        "register",
        [(session.party, trial_code_bytes(code), digest, root, count)],
        lambda act: isinstance(act, TrialRegistered),
        f"trial {code} with protocol version 1 and {_endpoints_words(count)}",
        file=file,
        founding=True,
    )
    return _answer(session, done)


def amend(session: Session) -> int:
    """Seals the next version of the protocol: the one in the folder, or its text with the amendment stated here."""
    args = session.args
    folder = TrialFolder.open(Path(args.trial))
    trial = trial_of(session, folder)
    state = session.chain.trial(trial)
    if state is None:
        raise FailedError(f"{args.trial} is not registered here: run trialseal register {args.trial} first")
    file = folder.readings.kept(Path(args.protocol)) if args.protocol else folder.protocol()
    last = state.versions[1]
    sealed = protocols_at_hand(session.chain.history(trial), folder.files).get(last)
    protocol = _amended(file.value(), file.path, last, sealed.document if sealed else None, args)
    digest, root, count = _sealed_words(protocol)
    version = int(protocol["version"])
    blinding = Blinding.named(protocol["amendment"]["blinding"])
    # With the amendment in it, the document has other bytes than the file: those are sealed, kept and written.
    amended = file if file.canonical == digest else of_bytes(file.path, json_bytes(protocol))
    done = perform(
        session,
        folder,
        trial,
        "seal",
        [(trial, session.party, 1, version, blinding, digest, root, count)],
        lambda act: isinstance(act, DocumentSealed) and act.kind is DocumentKind.PROTOCOL and act.subject == digest,
        f"protocol version {version} with {_endpoints_words(count)}, data state: {blinding}",
        file=amended,
    )
    if amended is not file:
        _write_amended(session, file, amended, version)
    return _answer(session, done)


def _write_amended(session: Session, file: FileReading, amended: FileReading, version: int) -> None:
    """Makes the working copy the version that was sealed, unless somebody saved it meanwhile."""
    assert amended.data is not None
    if read(file.path).raw != file.raw:
        session.out.say(
            f"  note: {file.path} was saved while the act was sent, and was left as it is: version {version} lies in "
            f"{DOCUMENTS}/{SEALED}/"
        )
        return
    write_bytes(file.path, amended.data)
    session.out.say(f"  {file.path} is version {version} now, with its amendment")


def seal(session: Session) -> int:
    """Seals a file as the next version of its kind."""
    args = session.args
    path = Path(args.file)
    folder, trial = _trial_of_file(session, path)
    file = (folder.readings if folder else Readings()).kept(path)
    kind = _KIND_OF[args.kind]
    if kind is DocumentKind.PROTOCOL_FILE and _is_document(file):
        raise UsageError(f"{path} is a protocol document: trialseal register and amend seal it with its endpoints")
    root, count = ZERO, 0
    if kind in _WITH_MODEL and _is_document(file):
        document = checked_document(file, kind.word)
        digest = canonical.document_digest(document)
        if document.get("endpoints"):
            root, count = endpoints.endpoint_root(document), len(document["endpoints"])
    else:
        digest = file.raw
    state = session.chain.trial(trial)
    version = (state.versions[kind] if state else 0) + 1
    blinding = Blinding.named(args.blinding)
    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "seal",
            [(trial, session.party, kind, version, blinding, digest, root, count)],
            lambda act: isinstance(act, DocumentSealed) and act.kind == kind and act.subject == digest,
            lambda act: f"{path.name} as {kind} version {act.version if isinstance(act, DocumentSealed) else version}",
            file=file,
        ),
    )


def add_id(session: Session) -> int:
    """Binds a registry's number to the trial."""
    trial, folder = trial_named(session, session.args.trial)
    stated = read_number(session.args.registry_id)
    if question := doubt(stated):
        raise UsageError(question)
    number, packed = stated.number, stated.packed
    submitted = _past_date(session.args.submitted, "--submitted") if session.args.submitted else 0
    others = [one for one in session.chain.claims(number).trials if one != trial]
    if others:
        claim = "other trial claims" if len(others) == 1 else "other trials claim"
        session.out.say(f"note: {len(others):,} {claim} {number} too; readers see every claimant")
    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "claimRegistryId",
            [(trial, session.party, packed, submitted)],
            lambda act: (
                isinstance(act, RegistryIdClaimed)
                and (act.subject, act.submitted) == (stated.fold, submitted)
                and read_number(act.number_text) == stated
            ),
            f"registry number {number}",
        ),
    )


def milestone(session: Session) -> int:
    """States that something happened in the trial on a day."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    name = code_named(Milestone, args.name, "milestone")
    date = _past_date(args.on, "--on")
    part = _part_number(folder, args.part)
    file = read(Path(args.document)) if args.document else None
    document = file.raw if file else ZERO

    def same(act: Act) -> bool:
        return isinstance(act, MilestoneRecorded) and (
            (act.milestone, act.part, act.date, act.instead_of, act.subject) == (name, part, date, 0, document)
        )

    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "recordMilestone",
            [(trial, session.party, part, name, date, 0, document)],
            same,
            f"milestone {args.name} on {args.on}" + (f", part {args.part}" if args.part else ""),
            file=file,
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
        mask |= 1 << code_named(ActCode, word.strip(), "act")
    until = seconds(args.until, "--until")
    start = seconds(args.start, "--from") if args.start else 0

    def same(act: Act) -> bool:
        return (
            isinstance(act, Appointed)
            and act.subject == appointee
            and (act.stream, act.acts, act.until) == (stream, mask, until)
            and (not start or act.start == start)
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
        event: type[Act] = TransferAccepted
        label = "the sponsorship accepted; every appointment has ended"
        subject = None
    else:
        subject = ZERO if args.withdraw else session.find_party(_needed(args.to, "the party to offer it to"))
        if (state.offered_to or ZERO) == subject:
            words = "no offer stands" if args.withdraw else "it stands offered to that party already"
            session.out.say(f"{words}: nothing was sent")
            session.out.value({"trial": trial, "sent": False})
            return 0
        function, arguments = "offerTransfer", [(trial, session.party, subject)]
        event = TransferOffered
        label = "the offer withdrawn" if args.withdraw else f"the sponsorship offered to {subject.hex()[:8]}…"
    before = state.acts

    def newly(act: Act) -> bool:
        return isinstance(act, event) and act.number > before and (subject is None or act.subject == subject)

    return _answer(session, perform(session, folder, trial, function, arguments, newly, label))


def results(session: Session) -> int:
    """Reports every result of a results document: one act each, with the proof of its endpoint."""
    args = session.args
    folder = TrialFolder.open(Path(args.trial))
    trial = trial_of(session, folder)
    file = folder.readings.kept(Path(args.results) if args.results else folder.path / RESULTS)
    document = checked_document(file, "results")
    digest = canonical.document_digest(document)
    protocols = {
        version: text.document
        for version, text in protocols_at_hand(session.chain.history(trial), folder.files).items()
    }
    parts = {part["id"]: n for n, part in enumerate(protocols[max(protocols)].get("parts", []), 1)} if protocols else {}
    reports = [_report(session, file.path, digest, trial, result, protocols, parts) for result in document["results"]]
    done = []
    for arguments, label in reports:
        endpoint, part = arguments[0][3], arguments[0][4]

        def same(act: Act, endpoint: bytes = endpoint, part: int = part) -> bool:
            return (
                isinstance(act, ResultReported)
                and act.subject == digest
                and (act.endpoint, act.part) == (endpoint, part)
            )

        done.append(perform(session, folder, trial, "reportResult", arguments, same, label, file=file))
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
            f"{path} reports endpoint {name} of protocol version {version}, whose document is not in the folder, "
            f"neither in {DOCUMENTS}/{SEALED}/ nor beside: put it there, the proof is made from it"
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
    file: FileReading | None = None,
    founding: bool = False,
) -> dict[str, Any]:
    """Sends an act unless it stands on the chain, and keeps its receipt and copy; what `--json` prints of it.

    `file` is the reading that the act seals, of which receipt and copy are made. Only a `founding` act may find no
    trial.
    """
    session.chain.load(parties=[session.party], trials=[trial])
    if session.chain.party(session.party) is None:
        raise FailedError(
            f"party {session.party.hex()[:8]}… does not exist on chain {session.chain.chain_id()} at "
            f"{session.chain.rpc.shown}: create it there with trialseal party create"
        )
    with session.alone(trial):
        # Looked up anew in here: another process may just have registered the trial.
        session.chain.renew()
        new = founding and session.chain.trial(trial) is None
        history = None if new else _history(session, trial)
        act = _found(history, same) if history else None
        sent = act is None
        if sent:
            sent_as = session.send("TrialRegistry", function, arguments, trial)
            done = [one for log in sent_as.logs if (one := session.chain.act_of(log)) and one.trial == trial]
            act = next((one for one in done if same(one)), None)
    if act is None:
        raise FailedError(f"{function} was sent, but the chain's log does not show it: look at trialseal history")
    # What an earlier run signed and could not finish lies there; now that the act stands, it is done with.
    session.journal(function, trial).unlink(missing_ok=True)
    try:
        # What is kept is kept before it is spoken of: whoever listens may have gone.
        receipt, where = keep_receipt(session, folder, act, file)
        if folder and file:
            _keep_copy(folder, history.acts if history else (), act, file)
    except UsageError as error:
        raise UsageError(
            f"act {act.number} stands on the chain and need not be sent again, but its receipt or copy could not be "
            f"kept: {error}"
        ) from None
    session.out.say(receipt_line(act, label if isinstance(label, str) else label(act), sent=sent))
    if folder and folder.notes:
        session.out.say(f"  the protocol notes: {escaping.name(' '.join(folder.notes), 300)}")
    if where:
        session.out.say(f"  receipt: {where}")
    return {"sent": sent, "receipt": receipt, "file": str(where) if where else None}


def _keep_copy(folder: TrialFolder, before: Sequence[Act], act: Act, file: FileReading) -> None:
    """Keeps what an act sealed, under the number of the first act that did, and the version that the chain counts."""
    acts = before if any(one.number == act.number for one in before) else [*before, act]
    for digest, sealing in sealings_of(acts):
        if digest == act.subject == file.canonical and sealing.kind != MILESTONE:
            folder.keep_copy(sealing.act, DocumentKind(sealing.kind).word, sealing.version, file)
            return


def _answer(session: Session, value: Any) -> int:
    session.out.value(value)
    return 0


def _history(session: Session, trial: bytes) -> History:
    history = session.chain.history(trial)
    if history.gap:
        raise UndeterminedError(f"the chain's log of this trial is not complete: {history.gap}")
    return history


def _found(history: History, same: Callable[[Act], bool]) -> Act | None:
    return next((act for act in history.acts if same(act)), None)


def _end_appointment(session: Session, folder: TrialFolder | None, trial: bytes, appointee: bytes) -> int:
    until = 0 if session.args.end == "now" else seconds(session.args.end, "--end")
    stream = _stream_id(session.args.stream) if session.args.stream else None
    appointed = [
        act
        for act in _history(session, trial).acts
        if isinstance(act, Appointed) and act.subject == appointee and stream in (None, act.stream)
    ]
    if not appointed:
        raise FailedError(
            f"party {appointee.hex()[:8]}… was never appointed for this {'stream' if stream else 'trial'}"
        )
    last = appointed[-1]
    index = last.index

    def same(act: Act) -> bool:
        return (
            isinstance(act, AppointmentShortened)
            and act.subject == appointee
            and act.index == index
            and (not until or act.until == until)
        )

    return _answer(
        session,
        perform(
            session,
            folder,
            trial,
            "shortenAppointment",
            [(trial, session.party, appointee, last.stream, index, until)],
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
    if not is_file(path):
        raise UsageError(f"there is no file {path}: name the file to be sealed")
    if session.args.trial:
        trial, folder = trial_named(session, session.args.trial)
        return folder, trial
    folder = folder_of(path)
    if folder is None:
        raise UsageError(f"{path} lies in no trial's folder: say which trial it belongs to with --trial TRIAL")
    return folder, trial_of(session, folder)


def _is_document(file: FileReading) -> bool:
    """Whether a file says that it is one of trialseal's documents; those are sealed by their canonical form."""
    return file.path.suffix == ".json" and (file.document is not None or file.fault is not None)


def _part_number(folder: TrialFolder | None, part: str | None) -> int:
    """A part's number: its place in the protocol's list of parts, from 1; 0 for the whole trial."""
    if part is None:
        return 0
    if folder is None:
        if part.isascii() and part.isdecimal() and int(part) < 1 << 16:
            return int(part)
        raise UsageError(f"--part {part}: give the part's number, or name the trial by its folder")
    protocol = folder.protocol().value()
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
