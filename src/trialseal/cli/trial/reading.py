"""What needs no key: import, history, trials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.cli.trial.naming import trial_named
from trialseal.cli.trial.verifying import verified
from trialseal.documents import canonical
from trialseal.errors import UsageError
from trialseal.evidence.wording import count
from trialseal.folder import layout
from trialseal.ledger.acts import Act, DocumentSealed, MilestoneRecorded
from trialseal.ledger.codes import Code, DocumentKind
from trialseal.ledger.moments import declared_date
from trialseal.ledger.standing import corrections
from trialseal.values import replace

if TYPE_CHECKING:
    from trialseal.report.trial.trial_view import TrialView
    from trialseal.report.trial.verdict import Verdict


def import_file(session: Session) -> int:
    """Turns a registry's or a study builder's file into a trialseal document, and says what it left out."""
    from trialseal.documents.models import dump
    from trialseal.files import write_json
    from trialseal.registries.importers import import_file as imported_from

    args, out = session.args, session.out
    imported = imported_from(args.file)
    document = dump(imported.document)
    name = {"protocol": layout.PROTOCOL, "registry-record": layout.REGISTRY_RECORD}[str(document["kind"])]
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


# How much of a title or note is shown.
_LONGEST_TEXT = 300


def history(session: Session) -> int:
    """Everything that was done in a trial: what, who, declared date, block time; and whether that is all."""
    from trialseal.cli.bundle.at_hand import folder_or_bundle
    from trialseal.report.trial.trial_view import timeline_view
    from trialseal.report.trial.verdict import as_json, as_of_value, as_shown

    args, out = session.args, session.out
    trial, folder = trial_named(session, args.trial)
    with folder_or_bundle(session, trial, folder) as at_hand:
        shown = timeline_view(session.reader, session.home, trial, at_hand)
    verdicts = _verdicts(session, [Path(file) for file in args.verify], trial)
    if args.html:
        from trialseal.cli.trial.streams_drawn import with_streams
        from trialseal.outputs import write_output
        from trialseal.report.trial.timeline import timeline_html

        page = with_streams(session, trial, Path(args.trial) if folder else None, shown)
        page = replace(page, verdicts=tuple(as_shown(one) for one in verdicts))
        write_output(Path(args.html), timeline_html(page).encode())
    out.say(escaping.name(shown.page.title, _LONGEST_TEXT))
    for sentence in shown.page.summary:
        out.say(escaping.visible(sentence))
    for notice in shown.page.notices:
        out.say(f"the protocol notes: {escaping.name(notice, _LONGEST_TEXT)}")
    rows = _rows(shown)
    if shown.history.gap:
        out.say(f"note: any of the acts below may be false or missing: {shown.history.gap}")
    out.table(rows)
    for line in _changed(shown):
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
            "gap": shown.history.gap or None,
            "rolling_digest": shown.history.state.rolling_digest,
            "as_of": as_of_value(session.reader.as_of()),
            "acts": [_act_value(act) for act in shown.history.acts],
            "attestations": shown.attestation_lines,
            "parties": {party.hex(): name for party, name in shown.names.parties.items()},
            "changed": {str(one): list(text.changes) for one, text in shown.versions.items() if text.since},
            "notes": list(shown.page.notices),
            "verdicts": [as_json(one) for one in verdicts],
        }
    )
    if any(one.exit_code == 1 for one in verdicts):
        return 1
    return 0 if shown.page.complete else 2


def _changed(shown: TrialView) -> Iterator[str]:
    """What each later version of the protocol changed, or that its text is not at hand."""
    for act in shown.history.acts:
        if not isinstance(act, DocumentSealed) or act.kind is not DocumentKind.PROTOCOL or act.version == 1:
            continue
        text = shown.versions.get(act.version)
        if text is None or text.since is None:
            yield (
                f"what protocol version {act.version} (act {act.number}) changed is not shown, since its text or that "
                "of the version before was not given: name the trial's folder, or a bundle with documents"
            )
            continue
        yield f"protocol version {act.version} (act {act.number}) says otherwise than {text.since}:"
        yield from (f"  {one}" for one in text.changes or ("nothing but its number",))


def _rows(shown: TrialView) -> list[dict[str, str]]:
    """Acts and attestations in one order of time; only acts of the trial have a number."""
    from trialseal.report.words import act_words, attestation_words, corrected_words

    corrected = corrections(shown.history.acts)
    rows: list[tuple[int, dict[str, str]]] = []
    for act in shown.history.acts:
        after = f" ({shown.after[act.number]})" if act.number in shown.after else ""
        what = act_words(act, shown.names) + after + corrected_words(corrected.get(act.number))
        rows.append(
            (act.time, _row(str(act.number), act.time, shown.declared(act), shown.names.party(act.actor), what))
        )
    for one, about in shown.attestations:
        what, who = attestation_words(one, shown.names, about), shown.names.party(one.author)
        rows.append((one.time, _row("", one.time, declared_date(one.date), who, what)))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _row(number: str, time: int, declared: str | None, who: str, what: str) -> dict[str, str]:
    return {"act": number, "block time": when(time), "declared": declared or "", "who": who, "what": what}


def _verdicts(session: Session, files: list[Path], trial: bytes | None) -> list[Verdict]:
    """What the files are on the chain."""
    return verified(session, files, trial).verdicts if files else []


def _act_value(act: Act) -> dict[str, Any]:
    members = {name: value.word if isinstance(value, Code) else value for name, value in act.members.items()}
    if isinstance(act, MilestoneRecorded):
        members["instead_of"] = members.pop("act")  # the key `act` is taken
    return {
        "number": act.number,
        "act": act.event,
        "time": act.time,
        "key": act.key,
        "actor": act.actor,
        "subject": act.subject,
        "block": act.block,
        "block_hash": act.block_hash,
        "transaction": act.transaction,
        **members,
    }
