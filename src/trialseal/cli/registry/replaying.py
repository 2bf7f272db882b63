"""`replay`: a registry's history as versions, and every rule on it."""

from __future__ import annotations

from pathlib import Path

from trialseal.cli.registry.findings import finding_value, judged, say_findings
from trialseal.cli.session import Session
from trialseal.cli.times import as_of_day
from trialseal.documents import canonical
from trialseal.errors import UsageError
from trialseal.registries.history import RegistryHistory, RegistryVersion
from trialseal.registries.history_merging import merged
from trialseal.registries.numbers import read
from trialseal.registries.reading import histories_in, read_histories
from trialseal.registries.record_document import record_document
from trialseal.rules.finding import exit_code


def replay(session: Session) -> int:
    """Turns a registry's history into registry versions and runs every rule on it; makes no protocol amendment."""
    from trialseal.report.answers_measured import how_often_wrong, of_versions
    from trialseal.report.check.registry_changes import history_lines

    args, out = session.args, session.out
    history = _one_history(Path(args.history), args.number)
    as_of = as_of_day(args.as_of)
    lines = list(history_lines(history))
    written = _write_versions(session, history, Path(args.out)) if args.out else []
    findings = judged(history, as_of, args.interventional)
    wrong = list(how_often_wrong(of_versions(history)))
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
    for sentence in wrong:
        out.say(sentence)
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
            "measured": wrong,
            "written": [str(path) for path in written],
        }
    )
    return exit_code(findings)


def _one_history(path: Path, number: str | None) -> RegistryHistory:
    if not path.exists():
        raise UsageError(f"there is no {path}: name the file or folder of a registry's history")
    found = histories_in(path) if path.is_dir() else _by_number(list(read_histories(path)))
    if number is not None:
        wanted = read(number)
        found = [one for one in found if read(one.number) == wanted]
        if not found:
            raise UsageError(f"{path} holds no record of {wanted.number}")
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
