"""`bundle`: what is known of a trial, with its documents, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from trialseal import escaping, files
from trialseal.cli.bundle import updating
from trialseal.cli.bundle.at_hand import folder_or_bundle
from trialseal.cli.bundle.gathering import ROW, add_files, add_profiles, endpoint_proofs, holds
from trialseal.cli.bundle.opening import unpacked
from trialseal.cli.bundle.proofs import event_proofs, left_out
from trialseal.cli.bundle.replacing import require_place
from trialseal.cli.bundle.rows import keep_rows, rows_shown
from trialseal.cli.bundle.signing import signing_of
from trialseal.cli.bundle.streams import load_streams
from trialseal.cli.session import Session
from trialseal.cli.trial.naming import trial_named
from trialseal.errors import UsageError
from trialseal.evidence.bundle.bundle import Bundle, write
from trialseal.evidence.profiles import around, find_names
from trialseal.evidence.wording import count
from trialseal.folder.layout import BUNDLE_ENDING
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.claims import numbers_of
from trialseal.registries.numbers import fold
from trialseal.report.trial.verdict import Verdict
from trialseal.report.trial.verifying import verified


class Old(NamedTuple):
    """A bundle that is updated, and where its files lie for the moment."""

    bundle: Bundle
    place: Path


def bundle(session: Session) -> int:
    """Packs a trial: evidence of the whole history, and of each file; documents, profiles and receipts as they lie."""
    args = session.args
    target = Path(args.out)
    if target.suffix != BUNDLE_ENDING:
        raise UsageError(f"a bundle's name ends in {BUNDLE_ENDING}: {escaping.path(target)} does not")
    if args.attested:
        from trialseal.cli.bundle.attested import pack_attested

        return pack_attested(session, target)
    old = updating.opened(session, target) if args.update else None
    if args.trial is None and old is None:
        raise UsageError("name the trial: its folder, registry number, or id")
    trial, folder = trial_named(session, args.trial) if args.trial else (old.trial if old else b"", None)
    if old is not None and trial != old.trial:
        raise UsageError(f"{escaping.path(args.update)} is of trial {old.trial.hex()[:8]}…: name that one, or none")
    if old is not None:
        with unpacked(old) as place:
            return _packed(session, trial, folder, target, Old(old, place))
    with folder_or_bundle(session, trial, folder) as at_hand:
        return _packed(session, trial, at_hand, target, from_bundle=at_hand is not folder)


def _packed(
    session: Session,
    trial: bytes,
    folder: TrialFolder | None,
    target: Path,
    old: Old | None = None,
    from_bundle: bool = False,
) -> int:
    require_place(target, trial)
    args, out, reader = session.args, session.out, session.reader
    named = [Path(file) for file in args.files]
    places = [*(named or ([folder.path] if folder else [])), *([old.place] if old else [])]
    # What is read from here on is what the bundle proves: the same that `history` and `verify` will ask of it.
    from trialseal.report.trial.trial_view import timeline_view

    timeline_view(reader, session.home, trial, folder)
    # Who date-stamped the records of its registry numbers, `check` and `snapshot --check` ask.
    reader.load(subjects=[fold(one.number_text) for one in numbers_of(reader.history(trial).acts)])
    if args.streams:
        heads = load_streams(reader, trial, folder)
        out.say(
            f"heads of {count(heads, 'stream')}, for audits of who holds them: --bundle {escaping.argument(target)}"
        )
    found = _verified(session, trial, places)
    kept = dict(old.bundle.files) if old else {}
    # Whoever opened a row beside its table has not said that it may go into a bundle.
    here = [
        one
        for one in found
        if not (old and one.file.is_relative_to(old.place))
        and (not holds(one, ROW) or from_bundle or one.file in named)
    ]
    add_files(kept, folder, here, trial, args.holding == "documents")
    known = find_names(reader, [session.home / "parties", *(folder.profile_folders if folder else [])])
    concerned = around(reader, trial)
    add_profiles(kept, known, concerned.parties)
    if folder is not None and args.holding == "digests":
        proofs, hidden = endpoint_proofs(reader.history(trial), folder)
        kept |= proofs
        if hidden:
            out.say(f"note: under embargo, and left out: {count(hidden, 'endpoint')} with a result")
    if from_bundle:
        for name in left_out(session, kept):
            del kept[name]
        if args.rows:
            keep_rows(session, kept)
    else:
        kept |= event_proofs(session, trial, folder) | rows_shown(session, trial)
    earlier = updating.earlier(session, old.bundle) if old else session.opened_bundle.earlier if args.bundle else ()
    signing = signing_of(session)
    evidence = reader.evidence()
    made = Bundle(trial, evidence, reader.is_devnet(), kept, earlier)
    files.write_with(target, partial(write, made, signing=signing))
    size = target.stat().st_size
    sealed = sum(one.trial == trial for one in found)
    proof = sum(map(len, evidence.nodes))
    out.say(
        f"{escaping.path(target)}: {files.size_words(size)}, {count(len(kept), 'file')} and evidence of "
        f"{files.size_words(proof)} as of block {reader.as_of().number:,}"
    )
    if named and (others := len(found) - sealed):
        out.say(f"note: not sealed in this trial: {count(others, 'file')} named with --for")
    out.say(f"  whoever has it can check it without a node: trialseal verify {escaping.argument(target)}")
    out.value(
        {
            "trial": trial,
            "file": str(target),
            "bytes": size,
            "evidence_bytes": proof,
            "files": sorted(kept),
            "block": reader.as_of().number,
            "block_hash": reader.as_of().hash,
            "gap": concerned.gap,
        }
    )
    if concerned.gap:
        out.remark(f"it may not hold all about the trial: {concerned.gap}: pack it again from another source")
    return 2 if concerned.gap else 0


def _verified(session: Session, trial: bytes, places: Sequence[Path]) -> list[Verdict]:
    if not places:
        return []
    return verified(
        session.reader,
        places,
        trial=trial,
        accreditors=session.trusted,
        profile_folders=[session.home / "parties"],
        progress=session.out.progress,
    ).verdicts
