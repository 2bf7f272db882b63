"""`validate`: every fault of a trial's sheets and documents, none left for the next run; and what is open still."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.documents import canonical, models
from trialseal.documents.endpoints import endpoint_root
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count
from trialseal.folder import sheets
from trialseal.folder.layout import PROTOCOL, SYNOPSIS
from trialseal.folder.reading import FileReading, Readings
from trialseal.folder.trial_folder import TrialFolder
from trialseal.registries.who_items import answers

_MOST_CHANGES = 20
# Of an endpoint's words.
_LONGEST = 200


def validate(session: Session) -> int:
    """Checks every document of a trial's folder, or one file, against its model; makes protocol.json of the sheets.

    2 where drafted endpoints wait for somebody to confirm them.
    """
    out = session.out
    path = Path(session.args.trial)
    faults: list[str] = []
    errors: list[FailedError | UsageError] = []
    rows: list[dict[str, Any]] = []
    protocols: dict[int, models.Protocol] = {}
    open_ones = 0

    def add(error: FailedError | UsageError) -> None:
        errors.append(error)
        faults.extend(error.faults if isinstance(error, FailedError) else [str(error)])

    if path.is_dir():
        try:
            say_followed(session, path, sheets.follow_sheets(path))
        except (FailedError, UsageError) as error:
            add(error)
    try:
        files = _files(path)
    except UsageError:
        if not errors:
            raise
        files = []  # the sheets' faults keep protocol.json from being made
    for file in files:
        try:
            value, document = _document(file, protocols)
        except (FailedError, UsageError) as error:
            add(error)
            continue
        rows.append(_row(session, file, value, document))
        if isinstance(document, models.Protocol):
            protocols[document.version] = document
            open_ones += _say_unconfirmed(session, file, document)
            _say_two_wordings(session, file, document)
    if len(faults) > 1:
        for fault in faults:
            out.say(fault)
        raise FailedError(f"{escaping.path(path)} has {len(faults)} faults: correct each", tuple(faults))
    if errors:
        raise errors[0]
    out.say("every document has the form of its kind; a check of form cannot tell whether what it says is true")
    out.value(rows)
    return 2 if open_ones else 0


def say_followed(session: Session, folder: Path, found: sheets.Followed | None) -> None:
    """Says what the sheets changed in protocol.json, and what has no answer yet."""
    if found is None:
        return
    out = session.out
    path = escaping.path(folder / PROTOCOL)
    if found.is_new:
        out.say(f"{path} is made of {SYNOPSIS} and {found.sheet}")
    elif found.changes:
        out.say(f"{path} now says what {SYNOPSIS} and {found.sheet} say, which are its source:")
        for change in found.changes[:_MOST_CHANGES]:
            out.say(f"  {change}")
        if len(found.changes) > _MOST_CHANGES:
            out.say(f"  and {len(found.changes) - _MOST_CHANGES} more changes")
    if found.later:
        out.say(f"left for later in {SYNOPSIS}: {', '.join(found.later)}")


def _files(path: Path) -> Sequence[FileReading]:
    """The trialseal documents meant, results last, so that they can be held against the protocols."""
    readings = Readings()
    if not path.is_dir():
        return [readings.kept(path)]
    found = TrialFolder.open(path, readings).documents
    return sorted(found, key=lambda one: ("results" in one.path.name, one.path))


def _document(file: FileReading, protocols: dict[int, models.Protocol]) -> tuple[Any, models.Document]:
    """A file's value and document; FailedError with every fault, those against the protocols among them."""
    if file.fault:
        raise UsageError(file.fault)
    value = file.value()
    document = models.parse_document(value, str(file.path))
    wrong: list[str] = []
    if isinstance(document, models.Results):
        for version in sorted({one.protocol_version for one in document.results if one.protocol_version}):
            if version in protocols:
                try:
                    models.check_results(document, protocols[version])
                except FailedError as error:
                    wrong += error.faults
    if wrong:
        raise FailedError(wrong[0], tuple(wrong))
    return value, document


def _row(session: Session, file: FileReading, value: Any, document: models.Document) -> dict[str, Any]:
    """Says what a document is; the same for a program."""
    digest = canonical.document_digest(value).hex()
    row: dict[str, Any] = {"file": str(file.path), "kind": document.kind, "digest": digest}
    words = f"{escaping.path(file.path)}: {document.kind}"
    if isinstance(value, dict) and value.get("endpoints"):
        row["endpoints"], row["endpoint_root"] = len(value["endpoints"]), endpoint_root(value).hex()
        words += f" with {count(row['endpoints'], 'endpoint')}"
    session.out.say(f"{words}; SHA-256 of its canonical form {digest}")
    if isinstance(document, models.Protocol | models.RegistryRecord):
        row["who_trds"] = _who_items(session, document)
    return row


def _say_unconfirmed(session: Session, file: FileReading, protocol: models.Protocol) -> int:
    """Says how many drafted endpoints nobody has confirmed; how many that are."""
    found = 0
    for source in protocol.drafted_from:
        found += len(source.unconfirmed)
        when = f" of {source.date}" if source.date else ""
        if source.unconfirmed:
            session.out.say(
                f"{escaping.path(file.path)}: {len(source.unconfirmed)} of "
                f"{count(len(protocol.endpoints), 'endpoint')} drafted from {escaping.name(source.record)}{when} and "
                "not confirmed against the protocol's own text"
            )
    return found


def _say_two_wordings(session: Session, file: FileReading, protocol: models.Protocol) -> None:
    """Says where an endpoint's own words and its registry's differ in substance: one of the two may be mistaken."""
    from trialseal.outcomes.compare import compare
    from trialseal.outcomes.model import ChangeCode, Severity
    from trialseal.outcomes.sources import own_and_registered

    for endpoint in protocol.endpoints:
        if (both := own_and_registered(endpoint)) is None:
            continue
        own, registered = both
        found = [one for one in compare([registered], [own]).changes if one.severity.rank >= Severity.MODERATE.rank]
        if found:
            another = any(one.code is ChangeCode.PRIMARY_REPLACED or "-dropped" in one.code for one in found)
            what = "they may be two outcomes" if another else found[0].sentence.rstrip(".")
            mine, theirs = (escaping.name(one.measure, _LONGEST) for one in both)
            session.out.say(
                f"{escaping.path(file.path)}: endpoint {escaping.name(endpoint.id)}, {mine}, says other than its "
                f"registry's words, {theirs}: {what}; see which of the two the protocol's text says"
            )


def _who_items(session: Session, document: Any) -> list[dict[str, Any]]:
    """Which items of the WHO data set a document states; says those that it does not."""
    version = session.args.trds_version
    given = answers(document, version)
    open_items = [one for one in given if one.status != "stated"]
    session.out.say(f"  WHO data set {version}: {len(given) - len(open_items)} of {len(given)} items stated")
    for one in open_items:
        due = {"later": " (due later)", "if any": " (if any)"}.get(one.item.due, "")
        note = f": {one.note}" if one.note else ""
        session.out.say(f"    {one.item.number:2} {one.item.name}: {one.status}{due}{note}")
    return [
        {"item": one.item.number, "name": one.item.name, "status": one.status, "due": one.item.due, "note": one.note}
        for one in given
    ]
