"""Which files go into a bundle, and under which names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from trialseal.evidence.bundle import container
from trialseal.evidence.bundle.bundle import FILES
from trialseal.evidence.bundle.member import Member, of_file
from trialseal.folder import clock_proofs, layout
from trialseal.folder.trial_folder import TrialFolder
from trialseal.report.trial.verdict import Verdict
from trialseal.rules.finding import Status

PROFILE, EVENT, ROW = "profile", "event-proof", "row-proof"


def add_files(
    kept: dict[str, Member],
    folder: TrialFolder | None,
    found: Iterable[Verdict],
    trial: bytes,
    with_documents: bool,
) -> None:
    """Adds what goes into the bundle, by its name in the trial's folder: what it sealed, profiles, receipts, clocks."""
    for one in found:
        is_proof = holds(one, EVENT) or holds(one, ROW)
        if holds(one, PROFILE) or (one.trial == trial and (with_documents or is_proof)):
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


def holds(one: Verdict, rule: str) -> bool:
    """Whether this was found of a file, and holds."""
    return any(finding.rule == rule and finding.status is Status.HOLDS for finding in one.findings)
