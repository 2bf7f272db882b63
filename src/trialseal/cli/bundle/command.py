"""`bundle`: what is known of a trial, with its documents, in one file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from trialseal import escaping, files
from trialseal.cli.bundle import updating
from trialseal.cli.bundle.opening import unpacked
from trialseal.cli.bundle.proofs import event_proofs
from trialseal.cli.session import Session
from trialseal.cli.trial.naming import trial_named
from trialseal.errors import UsageError
from trialseal.evidence.bundle import container
from trialseal.evidence.bundle.bundle import FILES, Bundle, write
from trialseal.evidence.bundle.member import Member, of_file
from trialseal.evidence.wording import count
from trialseal.folder import clock_proofs, layout
from trialseal.folder.trial_folder import TrialFolder
from trialseal.report.trial.verdict import Verdict, verified
from trialseal.rules.finding import Status


class Old(NamedTuple):
    """A bundle that is updated, and where its files lie for the moment."""

    bundle: Bundle
    place: Path


def bundle(session: Session) -> int:
    """Packs a trial: evidence of the whole history, and of each file; documents, profiles and receipts as they lie."""
    args = session.args
    target = Path(args.out)
    if target.suffix != container.ENDING:
        raise UsageError(f"a bundle's name ends in {container.ENDING}: {escaping.path(target)} does not")
    old = updating.opened(session, target) if args.update else None
    if args.trial is None and old is None:
        raise UsageError("name the trial: its folder, registry number, or id")
    trial, folder = trial_named(session, args.trial) if args.trial else (old.trial if old else b"", None)
    if old is not None and trial != old.trial:
        raise UsageError(f"{escaping.path(args.update)} is of trial {old.trial.hex()[:8]}…: name that one, or none")
    if old is not None:
        with unpacked(old) as place:
            return _packed(session, trial, folder, target, Old(old, place))
    if args.bundle and folder is None and session.opened_bundle.trial == trial:
        with unpacked(session.opened_bundle) as place:
            return _packed(session, trial, TrialFolder(place), target)
    return _packed(session, trial, folder, target)


def _packed(session: Session, trial: bytes, folder: TrialFolder | None, target: Path, old: Old | None = None) -> int:
    args, out, reader = session.args, session.out, session.reader
    named = [Path(file) for file in args.files]
    places = [*(named or ([folder.path] if folder else [])), *([old.place] if old else [])]
    # What is read from here on is what the bundle proves: the same that `history` and `verify` will ask of it.
    from trialseal.report.trial.trial_view import timeline_view

    timeline_view(reader, session.home, trial, folder)
    found = _verified(session, trial, places)
    kept = dict(old.bundle.files) if old else {}
    here = [one for one in found if old is None or not one.file.is_relative_to(old.place)]
    _add_files(kept, folder, here, trial, args.holding == "documents")
    kept |= event_proofs(session, trial, folder)
    earlier = updating.earlier(session, old.bundle) if old else session.opened_bundle.earlier if args.bundle else ()
    evidence = reader.evidence()
    made = Bundle(trial, evidence, reader.is_devnet(), kept, earlier)
    files.write_with(target, partial(write, made))
    size = target.stat().st_size
    sealed = sum(one.trial == trial for one in found)
    proof = sum(map(len, evidence.nodes))
    out.say(
        f"{escaping.path(target)}: {files.size_words(size)}, {count(len(kept), 'file')} and evidence of "
        f"{files.size_words(proof)} as of block {reader.as_of().number:,}"
    )
    if named and (others := len(found) - sealed):
        out.say(f"note: not sealed in this trial: {count(others, 'file')} named with --for")
    out.say(f"  whoever has it can check it without a node: trialseal verify {escaping.path(target)}")
    out.value(
        {
            "trial": trial,
            "file": str(target),
            "bytes": size,
            "evidence_bytes": proof,
            "files": sorted(kept),
            "block": reader.as_of().number,
            "block_hash": reader.as_of().hash,
        }
    )
    return 0


def _verified(session: Session, trial: bytes, places: Sequence[Path]) -> list[Verdict]:
    if not places:
        return []
    return verified(
        session.reader,
        places,
        trial=trial,
        accreditors=[session.find_party(named) for named in session.args.accredited_by],
        profile_folders=[session.home / "parties"],
        progress=session.out.progress,
    ).verdicts


def _add_files(
    kept: dict[str, Member],
    folder: TrialFolder | None,
    found: Iterable[Verdict],
    trial: bytes,
    with_documents: bool,
) -> None:
    """Adds what goes into the bundle, by its name in the trial's folder: what it sealed, profiles, receipts, clocks."""
    for one in found:
        is_profile = any(finding.rule == "profile" for finding in one.findings)
        is_proof = any(finding.rule == "event-proof" and finding.status is Status.HOLDS for finding in one.findings)
        if is_profile or (one.trial == trial and (with_documents or is_proof)):
            _add(kept, _name(folder, one.file, one.digest), one.file)
    if folder is not None:
        for claim in folder.claims.all:
            name = _name(folder, claim.path, None)
            if name.startswith(layout.RECEIPTS):
                _add(kept, name, claim.path)
        for proof in clock_proofs.all_in(folder.path / layout.CLOCKS):
            _add(kept, _name(folder, proof, None), proof)


def _add(kept: dict[str, Member], name: str, file: Path) -> None:
    """Adds a file, by a name of its own where another file has its name: in another folder, or in an earlier bundle."""
    content = of_file(file)
    if name in kept and kept[name].digest != content.digest:
        name = _by_digest(file, content.digest)
    kept[name] = content


def _name(folder: TrialFolder | None, file: Path, digest: bytes | None) -> str:
    """A file's name as in the folder; where that is none that a bundle can hold, its digest."""
    try:
        name = file.absolute().relative_to(folder.path.absolute()).as_posix() if folder else file.name
    except ValueError:
        name = file.name
    if container.is_name(FILES + name):
        return name
    return _by_digest(file, digest)


def _by_digest(file: Path, digest: bytes | None) -> str:
    suffix = file.suffix if container.is_name("x" + file.suffix) else ""
    return f"{layout.DOCUMENTS}/{(digest or b'').hex()[:16] or 'file'}{suffix}"
