"""What needs no key: import, validate, verify, history, trials."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.cli.trial.folder import TrialFolder, folder_of, trial_named
from trialseal.cli.trial.receipting import when
from trialseal.documents import canonical
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.wording import count
from trialseal.ledger import codes
from trialseal.ledger.acts import Act, History
from trialseal.report.trial import view
from trialseal.spreadsheets import csv_text
from trialseal.tables.names import SEAL_ENDING, sealed_path

if TYPE_CHECKING:
    from trialseal.report.trial.verdict import Verdict


def import_file(session: Session) -> int:
    """Turns a registry's or a study builder's file into a trialseal document, and says what it left out."""
    from trialseal.documents.models import dump
    from trialseal.files import write_json
    from trialseal.registries.importers import import_file as imported_from

    args, out = session.args, session.out
    imported = imported_from(args.file)
    document = dump(imported.document)
    name = {"protocol": "protocol.json", "registry-record": "registry-record.json"}[str(document["kind"])]
    target = Path(args.out) / name if args.out else None
    if (
        target
        and target.exists()
        and canonical.canonical_bytes(canonical.read_json(target)) != canonical.canonical_bytes(document)
    ):
        raise UsageError(f"{target} is there already, with other content: move it away or choose another --out")
    if target:
        write_json(target, document)
    endpoints = document.get("endpoints", [])
    assert isinstance(endpoints, list)
    out.say(
        f"{escaping.path(args.file)} imported as {document['kind']} with {count(len(endpoints), 'endpoint')}"
        + (f": {target}" if target else "; nothing was written (--out FOLDER writes it)")
    )
    if imported.left_out:
        out.say("left out, because the model does not hold it:")
        for sentence in imported.left_out:
            out.say(f"  - {sentence}")
    out.value({"document": document, "left_out": list(imported.left_out), "file": str(target) if target else None})
    return 0


def validate(session: Session) -> int:
    """Checks every document of a trial's folder, or one file, against its model."""
    from trialseal.documents import models
    from trialseal.documents.endpoints import endpoint_root

    out = session.out
    path = Path(session.args.trial)
    files = _documents_of(TrialFolder(path)) if path.is_dir() else [path]
    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    protocols: dict[int, models.Protocol] = {}
    for file in files:
        try:
            value = canonical.read_json(file)
            document = models.parse_document(value, str(file))
            if isinstance(document, models.Results):
                for version in sorted({r.protocol_version for r in document.results if r.protocol_version}):
                    if version in protocols:
                        models.check_results(document, protocols[version])
        except FailedError as error:
            faults += error.faults
            continue
        if isinstance(document, models.Protocol):
            protocols[document.version] = document
        digest = canonical.document_digest(value).hex()
        row: dict[str, Any] = {"file": str(file), "kind": document.kind, "digest": digest}
        words = f"{escaping.path(file)}: {document.kind}"
        if isinstance(value, dict) and value.get("endpoints"):
            row["endpoints"], row["endpoint_root"] = len(value["endpoints"]), endpoint_root(value).hex()
            words += f" with {count(row['endpoints'], 'endpoint')}"
        out.say(f"{words}; SHA-256 of its canonical form {digest}")
        if isinstance(document, models.Protocol | models.RegistryRecord):
            row["who_trds"] = _who_items(session, document)
        rows.append(row)
    if len(faults) > 1:
        for fault in faults:
            out.say(fault)
        raise FailedError(f"{escaping.path(path)} has {len(faults)} faults: correct each", tuple(faults))
    if faults:
        raise FailedError(faults[0])
    out.say("every document has the form of its kind; a check of form cannot tell whether what it says is true")
    out.value(rows)
    return 0


def _who_items(session: Session, document: Any) -> list[dict[str, Any]]:
    """Which items of the WHO data set a document states; says those that it does not."""
    from trialseal.registries.who_items import answers

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


def verify(session: Session) -> int:
    """Says of each file what it is on the chain, and exits with the worst answer."""
    from trialseal.report.trial import verdict

    args, out = session.args, session.out
    if "" in args.files:
        raise UsageError("one of the files has an empty name: name a file or a folder (. for this one)")
    trial = trial_named(session, args.trial)[0] if args.trial else None
    verdicts = _verdicts(session, [Path(file) for file in args.files], trial)
    if not verdicts:
        raise UndeterminedError(
            "there is no file to verify in what was named: names that begin with a dot, and receipts, are passed over"
        )
    shown = verdicts
    if not args.all and len(verdicts) > _MANY:
        shown = sorted((one for one in verdicts if one.exit_code), key=lambda one: one.exit_code)[:_MANY]
    for one in shown:
        out.say(one.sentence)
        if args.verbose:
            for finding in one.findings:
                out.say(f"  {finding.status.value:<16} {finding.rule}: {finding.sentence}")
    tables = sum(one.file.name.endswith(SEAL_ENDING) and sealed_path(one.file).exists() for one in verdicts)
    if tables:
        out.say(
            f"note: seal documents of tables or folders: {tables}; trialseal dataset verify compares those with them"
        )
    folders = {folder.path: folder for one in shown if (folder := folder_of(one.file))}
    for folder, note in dict.fromkeys((one, note) for one in folders.values() for note in one.notes()):
        protocol = escaping.path(folder.path / "protocol.json")
        out.say(f"{protocol} notes: {escaping.name(note, _LONGEST_TEXT)}")
    counts = {code: sum(1 for one in verdicts if one.exit_code == code) for code in (0, 1, 2)}
    if len(verdicts) > 1:
        out.say(
            f"{len(verdicts)} files: {counts[0]} hold, {counts[1]} do not, "
            f"{counts[2]} could not be determined"
            + ("" if len(shown) == len(verdicts) else " (--all lists every file)")
        )
    if out.as_json:
        out.value([verdict.as_json(one) for one in verdicts])
    return 1 if counts[1] else 2 if counts[2] else 0


# More lines than this nobody reads: of many files, those that do not hold are listed first, the rest is counted.
_MANY = 40
# How much of a title or note is shown.
_LONGEST_TEXT = 300


def history(session: Session) -> int:
    """Everything that was done in a trial: what, who, declared date, block time; and whether that is all."""
    from trialseal.cli.trial.timeline import timeline_view
    from trialseal.report.trial.verdict import as_json
    from trialseal.report.words import act_words

    args, out = session.args, session.out
    trial, folder = trial_named(session, args.trial)
    shown = timeline_view(session, trial, folder)
    verdicts = _verdicts(session, [Path(file) for file in args.verify], trial)
    if args.html:
        from trialseal.files import write_bytes
        from trialseal.report.trial.timeline import timeline_html

        page = replace(shown.page, verdicts=tuple(_shown(one) for one in verdicts))
        write_bytes(Path(args.html), timeline_html(page).encode())
    out.say(escaping.name(shown.page.title, _LONGEST_TEXT))
    for notice in shown.page.notices:
        out.say(f"the protocol notes: {escaping.name(notice, _LONGEST_TEXT)}")
    rows = [
        {
            "act": str(act.number),
            "block time": when(act.time),
            "declared": shown.declared(act) or "",
            "who": shown.names.party(act.actor),
            "what": act_words(act, shown.names),
        }
        for act in shown.history.acts
    ]
    out.table(rows)
    for line in shown.attestation_lines:
        out.say(line)
    out.say(shown.page.completeness)
    out.say(shown.page.chain)
    for one in verdicts:
        out.say(one.sentence)
    if args.html:
        out.say(f"timeline written to {args.html}")
    out.value(
        {
            "trial": trial,
            "sponsor": shown.history.state.sponsor,
            "complete": shown.history.complete,
            "gap": shown.history.gap,
            "rolling_digest": shown.history.state.rolling_digest,
            "acts": [_act_value(act) for act in shown.history.acts],
            "attestations": shown.attestation_lines,
            "parties": {party.hex(): name for party, name in shown.names.parties.items()},
            "notes": list(shown.page.notices),
            "verdicts": [as_json(one) for one in verdicts],
        }
    )
    return max([0 if shown.history.complete else 1, *(1 for one in verdicts if one.exit_code == 1)])


def _shown(one: Verdict) -> view.Verdict:
    """A verdict as the page shows it."""
    answers: dict[int, view.Answer] = {0: "holds", 1: "fails", 2: "undetermined"}
    return view.Verdict(str(one.file), one.sentence, answers[one.exit_code])


def _verdicts(session: Session, files: list[Path], trial: bytes | None) -> list[Verdict]:
    """What the files are on the chain; profiles of parties known on this computer give names."""
    from trialseal.report.trial import verdict

    if not files:
        return []
    return verdict.verify(
        session.chain,
        files,
        trial=trial,
        accreditors=[session.find_party(named) for named in getattr(session.args, "accredited_by", [])],
        check_domain=getattr(session.args, "check_domain", False),
        profile_folders=[session.home / "parties"],
        progress=session.out.progress,
    )


def trials(session: Session) -> int:
    """Every trial on the chain, with what was done in it."""
    import pandas as pd

    if session.args.csv == "-" and session.args.json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    out, chain = session.out, session.chain
    rows = []
    registered = chain.trials()
    for number, first in enumerate(registered, 1):
        out.progress(f"reading trial {number} of {len(registered)} …")
        rows.append(_trial_row(session, first, chain.history(first.trial)))
    columns = [
        "trial",
        "registry ids",
        "code",
        "sponsor",
        "registered",
        "protocols",
        "milestones",
        "results",
        "acts",
        "complete",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    counted = chain.trial_count()
    if session.args.csv:
        text = csv_text(columns, frame.itertuples(index=False))
        if session.args.csv == "-":
            out.text(text)
            return 0
        from trialseal.files import write_bytes

        write_bytes(Path(session.args.csv), text.encode())
        out.say(f"{len(frame)} trials written to {session.args.csv}")
    elif rows:
        shown = frame.assign(trial=frame["trial"].str.slice(0, 12) + "…").astype(str)
        out.table(shown.to_dict("records"))  # type: ignore[arg-type]
    else:
        out.say(f"no trial is registered on chain {chain.chain_id()}")
    if counted == len(rows):
        out.say(f"complete: the contract counts {counted} trial{'' if counted == 1 else 's'}, all of them here")
    else:
        out.say(f"not complete: the contract counts {counted} trials, and this node shows {len(rows)}")
    out.value(rows)
    return 0 if counted == len(rows) else 2


def _trial_row(session: Session, first: Act, history: History) -> dict[str, Any]:
    from trialseal.report.words import registry_number, trial_code

    names = [act.name for act in history.acts]
    numbers = [registry_number(act.subject) for act in history.acts if act.name == "RegistryIdClaimed"]
    sponsor = history.state.sponsor
    own = next((p.legal_name for p in session.parties if p.party == sponsor), None)
    return {
        "trial": first.trial.hex(),
        "registry ids": " ".join(numbers),
        "code": trial_code(first.details["code"]),
        "sponsor": escaping.name(own) if own else f"party {sponsor.hex()[:8]}…",
        "registered": when(first.time),
        "protocols": history.state.versions[1],
        "milestones": names.count("MilestoneRecorded"),
        "results": names.count("ResultReported"),
        "acts": len(names),
        "complete": history.complete,
    }


def _documents_of(folder: TrialFolder) -> list[Path]:
    """The trialseal documents of a folder, protocols first, so that results can be held against them."""
    candidates = [
        *folder.path.glob("*.json"),
        *folder.path.glob("documents/*.json"),
        *folder.path.glob("parties/*.json"),
    ]
    files = [path for path in sorted(candidates) if b'"trialseal/1"' in path.read_bytes()]
    return sorted(files, key=lambda path: "results" in path.name)


def _act_value(act: Act) -> dict[str, Any]:
    value = {
        "number": act.number,
        "act": act.name,
        "time": act.time,
        "key": act.key,
        "actor": act.actor,
        "subject": act.subject,
        "block": act.block,
        "block_hash": act.block_hash,
        "transaction": act.transaction,
        **act.details,
    }
    if "kind" in act.details:
        value["kind"] = codes.KINDS[act.details["kind"]]
    if "milestone" in act.details:
        value["milestone"] = codes.MILESTONES[act.details["milestone"]]
    return value
