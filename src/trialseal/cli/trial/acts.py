"""The acts of a trial, from register to results."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.acts import trials
from trialseal.acts.act import ZERO, Act
from trialseal.acts.before_sending import changed, planned_and_reported
from trialseal.acts.code_words import code_named
from trialseal.acts.described import KINDS, part_number
from trialseal.acts.protocols import amended as next_protocol
from trialseal.cli.acting import answer, do
from trialseal.cli.session import Session
from trialseal.cli.trial.naming import checked_document, trial_named, trial_of
from trialseal.cli.trial.validating import say_followed
from trialseal.documents import endpoints
from trialseal.documents.identifiers import typed_id
from trialseal.documents.times import unix_seconds
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.trials import protocols_at_hand
from trialseal.files import is_file, json_bytes, require_file, write_bytes
from trialseal.folder.layout import DOCUMENTS, PROTOCOL, RESULTS, SEALED
from trialseal.folder.reading import FileReading, Readings, of_bytes, read
from trialseal.folder.sheets import follow_sheets, followed
from trialseal.folder.trial_folder import LONGEST_NAME, TrialFolder, folder_of
from trialseal.ledger.acts import Appointed, DocumentSealed
from trialseal.ledger.codes import ActCode, Blinding, DocumentKind, Milestone, Role
from trialseal.ledger.moments import FOR_EVER
from trialseal.report.words import act_words

# Kinds of documents with a member `nonce`.
_WITH_NONCE = ("protocol", "analysis-plan", "results")


def register(session: Session) -> int:
    """Registers the trial of a folder with version 1 of its protocol."""
    if session.args.source:
        return _many(session, "register")
    _require(session, ("trial",))
    args = session.args
    folder, file = _folder_and_protocol(session)
    trials.require_confirmed(checked_document(file, "protocol"), file)  # said before a key is looked for
    if args.embargo:
        file = _under_embargo(session, file)
    act = trials.register(session.party, file)
    if session.reader.trial(act.about) is not None:
        _require_same_protocol(session, act, file)
    return answer(session, do(session, [act], folder))


def _folder_and_protocol(session: Session) -> tuple[TrialFolder, FileReading]:
    """The trial's folder and its protocol: the one that was named, else protocol.json as the folder's sheets have it.

    protocol.json is written where it differs from the sheets, but for a dry run, which leaves nothing.
    """
    args, path = session.args, Path(session.args.trial)
    if args.protocol or len(path.name) > LONGEST_NAME or not path.is_dir():
        folder = TrialFolder.open(path)  # says what is wrong with what is no folder
        return folder, folder.readings.kept(Path(args.protocol))
    made = followed(path)
    if made is not None and made.changes:
        if args.dry_run:
            folder = TrialFolder.open(path)
            return folder, of_bytes(path / PROTOCOL, json_bytes(made.protocol))
        follow_sheets(path)
        say_followed(session, path, made)
    folder = TrialFolder.open(path)
    return folder, folder.protocol()


_OPTIONS = {"trial": "TRIAL", "registry_id": "NUMBER", "name": "NAME", "on": "--on DATE"}


def _require(session: Session, needed: Iterable[str]) -> None:
    """UsageError unless what an act needs was given: it may be left out with --from only."""
    for one in needed:
        if not getattr(session.args, one):
            command = session.args.command
            raise UsageError(f"{_OPTIONS[one]} is missing; trialseal {command} --help shows how to use it")


def _many(session: Session, act: str) -> int:
    """The act of many trials, as a table or a folder of trials describes it."""
    from trialseal.cli.batch import carry_out as carry_out_table

    args = session.args
    for option in ("trial", "name", "registry_id", "on", "submitted", "part", "document", "instead_of", "protocol",
                   "results", "embargo"):  # fmt: skip
        if getattr(args, option, None):
            raise UsageError(f"with --from, everything about a trial stands in the table: leave {option} out")
    return carry_out_table(session, Path(args.source), act)


def _require_same_protocol(session: Session, act: Act, file: FileReading) -> None:
    first = session.reader.history(act.about).acts[0]
    if first.subject != file.digest:
        code = act.stated["code"].rstrip(b"\0").decode()
        raise FailedError(
            f"trial {code} of this party is registered already, with another protocol: sealed was "
            f"{first.subject.hex()}, {file.path} is {file.digest.hex()}; trialseal amend seals a new version"
        )


def _under_embargo(session: Session, file: FileReading) -> FileReading:
    """The document with a nonce in it and in each endpoint, which are written to its file before anything is sent."""
    document = file.document or {}
    if document.get("kind") not in _WITH_NONCE:
        raise UsageError(
            f"{file.path} is not a protocol, an analysis plan or results of trialseal, which alone hold a nonce: leave "
            "--embargo out, and keep the file itself private"
        )
    hidden = dict(endpoints.under_embargo(document, lambda: secrets.token_bytes(32)))
    if hidden == document:
        return file
    made = of_bytes(file.path, json_bytes(hidden))
    assert made.data is not None
    if not session.args.dry_run:
        write_bytes(file.path, made.data)
        session.out.say(f"{file.path} has nonces now: keep it private and safe until the embargo ends")
    return made


def amend(session: Session) -> int:
    """Seals the next version of the protocol: the one in the folder, or its text with the amendment stated here."""
    args = session.args
    folder, file = _folder_and_protocol(session)
    trial = trial_of(session, folder)
    session.reader.load(trials=[trial], parties=[session.party])
    state = session.reader.trial(trial)
    if state is None:
        raise FailedError(
            f"{args.trial} is not registered here: run trialseal register {escaping.argument(args.trial)} first"
        )
    if args.embargo:
        file = _under_embargo(session, file)
    last = state.versions[DocumentKind.PROTOCOL]
    sealed = protocols_at_hand(session.reader.history(trial), folder.files).get(last)
    protocol = next_protocol(
        file.value(),
        file.path,
        last,
        sealed.document if sealed else None,
        reason=args.reason,
        blinding=args.blinding,
    )
    # With the amendment in it, the document has other bytes than the file: those are sealed, kept and written.
    following = of_bytes(file.path, json_bytes(protocol))
    if following.canonical == file.canonical:
        following = file
    if session.signs_only and following is not file:  # the text that is signed must be at hand
        _write_amended(session, file, following, int(protocol["version"]))
    act = trials.amend(trial, session.party, following)
    act = replace(act, shown=changed(protocol, sealed.document if sealed else None, last))
    done = do(session, [act], folder)
    if done and following is not file:
        _write_amended(session, file, following, int(protocol["version"]))
    return answer(session, done)


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
    kind = KINDS[args.kind]
    if kind in trials.WITH_MODEL and _is_document(file):
        checked_document(file, kind.word)
    if args.embargo:
        file = _under_embargo(session, file)
    act = sealing(session, trial, file, kind, Blinding.named(args.blinding))
    return answer(session, do(session, [act], folder))


def sealing(
    session: Session, trial: bytes, file: FileReading, kind: DocumentKind, blinding: Blinding, name: str = ""
) -> Act:
    """The act that seals a file as the next version of its kind, or the version that it is already.

    FailedError if it is sealed with another data state, of which the chain keeps one for each document.
    """
    session.reader.load(trials=[trial], parties=[session.party])
    state = session.reader.trial(trial)
    version = (state.versions[kind] if state else 0) + 1
    for one in session.reader.history(trial).acts if state else ():
        if isinstance(one, DocumentSealed) and one.kind is kind and one.subject in file.digests:
            version = one.version
            if one.blinding is not blinding:
                raise FailedError(
                    f"{file.path} is {kind} version {version} by act {one.number}, data state: {one.blinding}; one "
                    f"document has one data state: state the other with trialseal correct TRIAL {one.number} "
                    "--document FILE"
                )
    return trials.seal(trial, session.party, file, kind, version, blinding, name)


def add_id(session: Session) -> int:
    """Binds a registry's number to the trial."""
    if session.args.source:
        return _many(session, "add-id")
    _require(session, ("trial", "registry_id"))
    args = session.args
    trial, folder = trial_named(session, args.trial)
    return answer(
        session, do(session, [trials.claim_number(trial, session.party, args.registry_id, args.submitted)], folder)
    )


def withdraw_id(session: Session) -> int:
    """Takes back the trial's claim of a registry number."""
    trial, folder = trial_named(session, session.args.trial)
    act = trials.withdraw_number(trial, session.party, session.args.registry_id)
    return answer(session, do(session, [act], folder))


def milestone(session: Session) -> int:
    """States that something happened in the trial on a day."""
    if session.args.source:
        return _many(session, "milestone")
    _require(session, ("trial", "name", "on"))
    args = session.args
    trial, folder = trial_named(session, args.trial)
    name = code_named(Milestone, args.name, "milestone")
    if name is Milestone.CORRECTION:
        raise UsageError("a correction names the act that was made in error: use trialseal correct TRIAL ACT")
    act = trials.milestone(
        trial,
        session.party,
        name,
        args.on,
        part=part_number(folder, args.part),
        part_name=args.part or "",
        document=read(Path(args.document), keep=True) if args.document else None,
        instead_of=args.instead_of,
    )
    return answer(session, do(session, [_with_earlier(session, act, args.instead_of)], folder))


def correct(session: Session) -> int:
    """States that an earlier act of the trial was made in error; a document says what was wrong and what holds."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    document = read(Path(args.document), keep=True)
    act = trials.correct(trial, session.party, args.act, document, args.on or trials.today())
    return answer(session, do(session, [_with_earlier(session, act, args.act)], folder))


def _with_earlier(session: Session, act: Act, number: int | None) -> Act:
    """The act, which shows in words the earlier one in whose place it stands."""
    if not number:
        return act
    session.reader.load(trials=[act.about], parties=[session.party])
    if session.reader.trial(act.about) is None:
        return act
    earlier = [act_words(one) for one in session.reader.history(act.about).acts if one.number == number]
    return replace(act, shown=(f"act {number} is: {earlier[0]}" if earlier else f"the trial has no act {number}",))


def appoint(session: Session) -> int:
    """Appoints a party for named acts of the trial, or makes its appointment end earlier."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    appointee = session.find_party(args.appointee)
    if args.end:
        return answer(session, do(session, [_ending(session, trial, appointee)], folder))
    stream = _stream_id(args.stream) if args.stream else ZERO
    words = args.acts or ("open-stream" if args.stream else "milestone")
    act = trials.appoint(
        trial,
        session.party,
        appointee,
        [code_named(ActCode, word.strip(), "act") for word in words.split(",")],
        stream=stream,
        start=unix_seconds(args.start, "--from") if args.start else 0,
        until=unix_seconds(args.until, "--until") if args.until else FOR_EVER,
    )
    return answer(session, do(session, [act], folder))


def _ending(session: Session, trial: bytes, appointee: bytes) -> Act:
    args = session.args
    until = 0 if args.end == "now" else unix_seconds(args.end, "--end")
    stream = _stream_id(args.stream) if args.stream else None
    appointed = [
        act
        for act in session.reader.history(trial).acts
        if isinstance(act, Appointed) and act.subject == appointee and stream in (None, act.stream)
    ]
    if not appointed:
        raise FailedError(
            f"party {appointee.hex()[:8]}… was never appointed for this {'stream' if stream else 'trial'}"
        )
    last = appointed[-1]
    return trials.end_appointment(trial, session.party, appointee, last.index, stream=last.stream, until=until)


def role(session: Session) -> int:
    """Names a party as having a role in the trial, or as having it no longer."""
    args = session.args
    trial, folder = trial_named(session, args.trial)
    act = trials.name_role(
        trial, session.party, session.find_party(args.named), code_named(Role, args.role, "role"), held=not args.end
    )
    return answer(session, do(session, [act], folder))


def results(session: Session) -> int:
    """Reports every result of a results document: one act each, with the proof of its endpoint."""
    if session.args.source:
        return _many(session, "results")
    _require(session, ("trial",))
    args = session.args
    folder = TrialFolder.open(Path(args.trial))
    trial = trial_of(session, folder)
    file = folder.readings.kept(Path(args.results) if args.results else folder.path / RESULTS)
    document = checked_document(file, "results")
    if args.embargo:
        file = _under_embargo(session, file)
    session.reader.load(trials=[trial], parties=[session.party])
    done = do(session, _reports(session, trial, folder, file, document["results"]), folder)
    if done is not None:
        session.out.value([one.value for one in done])
    return 0


def _reports(
    session: Session, trial: bytes, folder: TrialFolder, file: FileReading, results: Iterable[Any]
) -> list[Act]:
    at_hand = protocols_at_hand(session.reader.history(trial), folder.files)
    protocols = {version: text.document for version, text in at_hand.items()}
    return [
        replace(
            trials.report_result(trial, session.party, file, one, protocols),
            shown=planned_and_reported(one, protocols),
        )
        for one in results
    ]


def _trial_of_file(session: Session, path: Path) -> tuple[TrialFolder | None, bytes]:
    if not is_file(path):
        if path.exists() and not path.is_dir():
            require_file(path)  # which says what it is: a device, a pipe
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


def _stream_id(text: str) -> bytes:
    stream = typed_id(text)
    if stream is None or not any(stream):
        raise UsageError(
            f"--stream {text} is not a stream's id: give the 64 hexadecimal digits that events open told its writer"
        )
    return stream
