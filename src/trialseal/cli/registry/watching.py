"""`watch`: the snapshots in a folder, date-stamped, and what changed from one to the next."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from trialseal.cli.attesting import attest_once
from trialseal.cli.registry.findings import finding_value, judged
from trialseal.cli.registry.snapshot import date_stamp
from trialseal.cli.session import Session
from trialseal.documents import canonical
from trialseal.documents.identifiers import date_range
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.registries.history import RegistryHistory, RegistryVersion
from trialseal.registries.history_merging import merged
from trialseal.registries.reading import read_registry, record_files
from trialseal.rules.finding import Finding, Status


def watch(session: Session) -> int:
    """Date-stamps each snapshot in a folder that is not yet, and says what changed since the one before."""
    from trialseal.evidence.wording import count
    from trialseal.report.check.registry_changes import changes, summed_up

    args, out = session.args, session.out
    folder = Path(args.folder)
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder: name the one where snapshots are put")
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
                act = date_stamp(session, number, canonical.file_digest(path), one.last.seen)
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
            said = ", date-stamped" if sent else ""
            since = f": since the one before, {summed_up(differences)}" if before else ": the first found"
            if sent is not False:  # of what was date-stamped before, the changes were told then
                out.say(f"{number}, {path.name}, seen {one.last.seen or 'on a day not stated'}{said}{since}")
                for finding in asked:
                    out.say(f"  raises a question now, {finding.rule}: {finding.sentence}")
            before = one.last
    for sentence in unreadable:
        out.say(f"skipped: {sentence}")
    sent_now = sum(1 for row in rows if row["sent"])
    known = sum(1 for row in rows if row["sent"] is False)
    out.say(
        f"{count(len(rows), 'snapshot')} of {count(len(snapshots), 'trial')}; {sent_now} date-stamped now, "
        f"{known} before"
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
