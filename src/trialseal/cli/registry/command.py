"""What needs no sponsor: snapshots of registries, their histories replayed, folders watched, portfolios judged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.acts.act import Act
from trialseal.acts.attesting import attest
from trialseal.cli.attesting import attest_once, attestation_of, attestation_value
from trialseal.cli.session import Session
from trialseal.cli.trial.receipting import when
from trialseal.documents import canonical
from trialseal.documents.identifiers import date_code, date_range, normalise_registry_id, registry_id_bytes
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.files import is_file
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.registries.history import RegistryHistory, RegistryVersion
from trialseal.registries.history_merging import merged
from trialseal.registries.reading import histories_in, read_histories, read_registry, record_files
from trialseal.registries.record_document import record_document
from trialseal.rules.finding import Finding, Status, exit_code
from trialseal.rules.trial_case import TrialCase

_ZERO = bytes(32)
# So many trials are judged between two words of progress.
_MOST_TRIALS = 30
_PROGRESS_EVERY = 25


def snapshot(session: Session) -> int:
    """Notarises what a registry said on a day: an attestation about its number, with the digest of the file."""
    args, out = session.args, session.out
    path = Path(args.file)
    number, on = _what_it_is(path, args.number, args.on)
    digest = canonical.file_digest(path)
    if args.check:
        args.reads = True
        return _check(session, number, digest)
    done = attest_once(session, _notarising(session, number, digest, on), quiet=True)
    if done is None:
        return 0
    day = f" of {on}" if on else ""
    tail = "" if done.sent else ": it stands already, nothing was sent"
    out.say(f"snapshot{day} of {number}, SHA-256 {digest.hex()}, notarised {when(done.time)}{tail}")
    out.say("keep the file as it is: the chain holds its digest only")
    out.value({"sent": done.sent, "number": number, "sha256": digest, **attestation_value(attestation_of(done))})
    return 0


def _check(session: Session, number: str, digest: bytes) -> int:
    subject, reader = registry_id_bytes(number), session.reader
    if gap := reader.attested(subject).gap:
        raise UndeterminedError(f"who has notarised files about {number} cannot be told from {reader.source}: {gap}")
    found = [one for one in reader.attestations(subject, digest) if one.kind is AttestationKind.SNAPSHOT]
    session.out.value([attestation_value(one) for one in found])
    if not found:
        session.out.say(f"nobody has notarised this file about {number} on chain {reader.chain_id()}")
        return 2
    for one in found:
        withdrawn = f", withdrawn {when(one.withdrawn_at)}" if one.withdrawn_at else ""
        session.out.say(
            f"notarised about {number} {when(one.time)} by {_party(session, one)}{_said_on(one)}{withdrawn}"
        )
    return 0


def _party(session: Session, one: AttestationRecord) -> str:
    own = next((own.legal_name for own in session.parties if own.party == one.author), None)
    return escaping.name(own) if own else f"party {one.author.hex()[:8]}…"


def _said_on(one: AttestationRecord) -> str:
    from trialseal.evidence.wording import declared

    return f", as of {declared(one.date)}" if one.date else ""


def _notarising(session: Session, number: str, digest: bytes, on: str | None) -> Act:
    """The attestation that date-stamps a copy of a record."""
    return attest(
        session.party,
        AttestationKind.SNAPSHOT,
        registry_id_bytes(number),
        f"snapshot of {number}, SHA-256 {digest.hex()[:16]}…",
        date=date_code(on) if on else 0,
        digest=digest,
    )


def _what_it_is(path: Path, number: str | None, on: str | None) -> tuple[str, str | None]:
    """The number that a file is about, and the day on which the registry said so, as told or as it says itself."""
    if not is_file(path):
        raise UsageError(f"{path} is no file: name what was downloaded from the registry")
    history: RegistryHistory | None = None
    try:
        history = read_registry(path)
    except (FailedError, UsageError) as error:
        if number is None:
            raise UsageError(f"{error}; for a file of another kind, name the number with --number") from None
    if number is not None:
        number = normalise_registry_id(number)
        if history is not None and history.number != number:
            raise UsageError(f"{path} is the record of {history.number}, not of {number}: correct one of them")
    assert history is not None or number is not None
    day = on or (history.last.seen if history else None)
    if day is not None and date_range(day)[0] > datetime.now(UTC).date():
        raise UsageError(f"{day} is still to come: a snapshot is of what a registry has said")
    return number or (history.number if history else ""), day


def replay(session: Session) -> int:
    """Turns a registry's history into registry versions and runs every rule on it; makes no protocol amendment."""
    from trialseal.report.check.registry_changes import history_lines

    args, out = session.args, session.out
    history = _one_history(Path(args.history), args.number)
    as_of = as_of_day(args.as_of)
    lines = list(history_lines(history))
    written = _write_versions(session, history, Path(args.out)) if args.out else []
    findings = judged(history, as_of, args.interventional)
    whole = "all of them" if history.complete else "not known to be all"
    from trialseal.evidence.wording import count

    out.say(f"{history.number}: {count(len(history.versions), 'version')} of the record read, {whole}")
    for note in history.notes:
        out.say(f"note: {note}")
    for version, found in lines:
        out.say(_version_words(version))
        for one in found:
            out.say(f"  {one.severity.value:<8} {one.sentence}")
    say_findings(session, findings)
    for path in written:
        out.say(f"written: {path}")
    out.value(
        {
            "number": history.number,
            "complete": history.complete,
            "notes": list(history.notes),
            "versions": [
                {
                    "number": version.number,
                    "date": version.date,
                    "status": version.status,
                    "changes": [{"sentence": one.sentence, "severity": one.severity.value} for one in found],
                }
                for version, found in lines
            ],
            "findings": [finding_value(one) for one in findings],
            "written": [str(path) for path in written],
        }
    )
    return exit_code(findings)


def _one_history(path: Path, number: str | None) -> RegistryHistory:
    if not path.exists():
        raise UsageError(f"there is no {path}: name the file or folder of a registry's history")
    found = histories_in(path) if path.is_dir() else _by_number(list(read_histories(path)))
    if number is not None:
        wanted = normalise_registry_id(number)
        found = [one for one in found if one.number == wanted]
        if not found:
            raise UsageError(f"{path} holds no record of {wanted}")
    if not found:
        raise UsageError(f"{path} holds no registry record: put the files downloaded from the registry there")
    if len(found) > 1:
        raise UsageError(
            f"{path} holds the histories of {len(found)} trials: name one with --number, or use trialseal portfolio"
        )
    return found[0]


def _by_number(histories: list[RegistryHistory]) -> list[RegistryHistory]:
    groups: dict[str, list[RegistryHistory]] = {}
    for one in histories:
        groups.setdefault(one.number, []).append(one)
    return [merged(group) for group in groups.values()]


def _version_words(version: RegistryVersion) -> str:
    """'version 3 of 2012-03-29: active not recruiting, start 2011-08, 1 primary and 6 secondary outcomes'."""
    roles = [one.role for one in version.outcomes or ()]
    said = [(version.status or "status not stated").lower().replace("_", " ")]
    if version.start:
        said.append(f"start {version.start.words}")
    said.append(
        f"{roles.count('primary')} primary and {roles.count('secondary')} secondary outcomes"
        if version.outcomes is not None
        else "outcomes not shown"
    )
    return f"{version.words}: {', '.join(said)}"


def _write_versions(session: Session, history: RegistryHistory, folder: Path) -> list[Path]:
    from trialseal.files import write_json

    documents = {
        folder / f"{history.number.lower().replace('/', '-')}-v{version.number:03}.json": record_document(
            history, version
        )
        for version in history.versions
    }
    for path, document in documents.items():
        if path.exists() and canonical.canonical_bytes(canonical.read_json(path)) != canonical.canonical_bytes(
            document
        ):
            raise UsageError(f"{path} is there already, with other content: choose another --out")
    for path, document in documents.items():
        write_json(path, document)
    return list(documents)


def watch(session: Session) -> int:
    """Notarises each snapshot in a folder that is not yet, and says what changed since the one before."""
    from trialseal.evidence.wording import count
    from trialseal.report.check.registry_changes import changes, summed_up

    args, out = session.args, session.out
    folder = Path(args.folder)
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: name the one where snapshots are put")
    found, odd = record_files(folder)
    files = [path for path in found if path.suffix.lower() == ".json"]
    unreadable = [f"{path} is {kind}, and was not read" for path, kind in odd]
    snapshots: dict[str, list[tuple[Path, RegistryHistory]]] = {}
    for path in files:
        try:
            one = read_registry(path)
        except (FailedError, UsageError) as error:
            unreadable.append(str(error))
            continue
        snapshots.setdefault(one.number, []).append((path, one))
    if not snapshots:
        raise UndeterminedError(f"{folder} holds no registry record that can be read")
    rows: list[dict[str, Any]] = []
    for place, (number, ones) in enumerate(sorted(snapshots.items()), 1):
        out.progress(f"watching trial {place} of {len(snapshots)} …")
        ones.sort(key=lambda pair: (pair[1].seen or "", pair[0].name))
        before: RegistryVersion | None = None
        for at, (path, one) in enumerate(ones):
            sent = None
            if not args.report_only:
                act = _notarising(session, number, canonical.file_digest(path), one.last.seen)
                done = attest_once(session, act, quiet=True)
                sent = done.sent if done else None
            differences = changes(before, one.last) if before else []
            asked = _newly_failing(ones[:at], one) if before else []
            rows.append(
                {
                    "number": number,
                    "file": str(path),
                    "seen": one.last.seen,
                    "sent": sent,
                    "changes": [{"sentence": c.sentence, "severity": c.severity.value} for c in differences],
                    "asked": [finding_value(finding) for finding in asked],
                }
            )
            said = ", notarised" if sent else ""
            since = f": since the one before, {summed_up(differences)}" if before else ": the first at hand"
            if sent is not False:  # of what was notarised before, the changes were told then
                out.say(f"{number}, {path.name}, seen {one.last.seen or 'on a day not stated'}{said}{since}")
                for finding in asked:
                    out.say(f"  raises a question now, {finding.rule}: {finding.sentence}")
            before = one.last
    for sentence in unreadable:
        out.say(f"passed over: {sentence}")
    sent_now = sum(1 for row in rows if row["sent"])
    known = sum(1 for row in rows if row["sent"] is False)
    out.say(
        f"{count(len(rows), 'snapshot')} of {count(len(snapshots), 'trial')}; {sent_now} notarised now, {known} before"
    )
    out.value({"snapshots": rows, "passed_over": unreadable})
    return 2 if unreadable else 0


def _newly_failing(before: list[tuple[Path, RegistryHistory]], now: RegistryHistory) -> list[Finding]:
    """What fails by the snapshots up to this one and did not by those before, each as of the day it was seen."""
    earlier, later = [one for _, one in before], [*(one for _, one in before), now]
    failing = [
        {one.rule: one for one in judged(merged(ones), _last_seen(ones)) if one.status is Status.FAILS}
        for ones in (earlier, later)
    ]
    return [one for rule, one in failing[1].items() if rule not in failing[0]]


def _last_seen(histories: list[RegistryHistory]) -> date:
    days = [date_range(one.seen)[1] for one in histories if one.seen]
    return max(days, default=datetime.now(UTC).date())


def portfolio(session: Session) -> int:
    """All rules on many trials: a data frame, as CSV and as a page of plots."""
    from trialseal.files import write_bytes
    from trialseal.report.portfolio.table import portfolio_csv, portfolio_frame, records_of

    args, out = session.args, session.out
    if args.csv == "-" and session.args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    as_of = as_of_day(args.as_of)
    files, unreadable = _records_named([Path(path) for path in args.paths])
    out.progress(f"reading {len(files)} files …")
    histories = histories_in(".", unreadable, files)
    if not histories:
        why = f": {unreadable[0]}" if unreadable else ""
        raise UndeterminedError(f"no registry record was found in what was named{why}")

    def progress(done: int) -> None:
        if done % _PROGRESS_EVERY == 0:
            out.progress(f"judging trial {done} of {len(histories)} …")

    frame = portfolio_frame(histories, as_of, interventional=args.interventional, progress=progress)
    if args.csv:
        text = portfolio_csv(frame)
        if args.csv == "-":
            out.text(text)
        else:
            write_bytes(Path(args.csv), text.encode())
    if args.html:
        from trialseal.report.portfolio.page import portfolio_html

        write_bytes(Path(args.html), portfolio_html(frame, as_of, unreadable).encode())
    if args.csv != "-":
        _say_portfolio(session, frame, unreadable)
    out.value({"as_of": as_of, "trials": records_of(frame), "passed_over": unreadable})
    return 2 if unreadable else 0


def _say_portfolio(session: Session, frame: Any, unreadable: list[str]) -> None:
    from trialseal.report.portfolio.table import open_trials, status_counts

    args, out = session.args, session.out
    out.say(f"{len(frame)} trials, judged for {frame.attrs['as_of']}")
    asked = [one for one in open_trials(frame) if one.questions]
    verb = "has" if len(asked) == 1 else "have"
    out.say(f"{len(asked)} of {len(frame)} {verb} open questions" + (":" if asked else ""))
    for one in asked[:_MOST_TRIALS]:
        out.say(f"  {one.number}, record of {one.seen}: {', '.join(rule for rule, _ in one.questions)}")
    if len(asked) > _MOST_TRIALS:
        out.say(f"  … and {len(asked) - _MOST_TRIALS} more (--csv FILE or --html FILE lists all)")
    out.table(status_counts(frame))
    for sentence in unreadable:
        out.say(f"passed over: {sentence}")
    for what, path in (("table", args.csv), ("plots", args.html)):
        if path:
            out.say(f"{what} written to {path}")


def _records_named(paths: list[Path]) -> tuple[list[Path], list[str]]:
    """The files that are meant, and a sentence for each thing in a folder that is no ordinary file."""
    files: list[Path] = []
    unreadable: list[str] = []
    for path in paths:
        if path.is_dir():
            found, odd = record_files(path)
            files += found
            unreadable += [f"{one} is {kind}, and was not read" for one, kind in odd]
        elif is_file(path):
            files.append(path)
        else:
            raise UsageError(f"there is no file or folder {path}: name files and folders of registry records")
    return files, unreadable


# ----- findings in a command's words -----


def as_of_day(text: str | None) -> date:
    """The day that `--as-of` names, or today in UTC; UsageError for one that is not known to the day."""
    if text is None:
        return datetime.now(UTC).date()
    first, last = date_range(text)
    if first != last:
        raise UsageError(f"--as-of {text} is no single day: write 2026-01-31")
    return first


def judged(history: RegistryHistory, as_of: date, interventional: bool = False) -> tuple[Finding, ...]:
    """Every rule's finding about a registry's record alone."""
    from trialseal.rules.trial_catalogue import judge_trial

    return judge_trial(TrialCase(as_of=as_of, registry=history, interventional=interventional))


def say_findings(session: Session, findings: tuple[Finding, ...]) -> None:
    """The findings that apply, by CONSORT item; how many do not."""
    from trialseal.rules.trial_catalogue import ITEMS

    shown = None
    for one in findings:
        if one.status is Status.DOES_NOT_APPLY:
            continue
        if one.item != shown:
            shown = one.item
            session.out.say(f"CONSORT 2025 item {one.item}, {ITEMS[one.item]}" if one.item else ITEMS[""])
        session.out.say(f"  {one.status.value:<12} {one.rule}: {one.sentence}")
    passed = sum(one.status is Status.DOES_NOT_APPLY for one in findings)
    session.out.say(f"{passed} other rules do not apply here")


def finding_value(one: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "rule": one.rule,
        "item": one.item,
        "status": one.status.value,
        "sentence": one.sentence,
        "source": one.source,
        "facts": [{"text": str(fact), "source": getattr(fact, "source", "")} for fact in one.facts],
    }
