"""`share open`."""

from __future__ import annotations

from pathlib import Path

from trialseal import age_files, escaping
from trialseal.cli.session import Session
from trialseal.cli.share.granting import document_path
from trialseal.cli.share.own import judged_at, package_folder, read_document
from trialseal.cli.times import when
from trialseal.documents.sharing import Package, Permit
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.evidence.wording import count
from trialseal.files import is_file
from trialseal.ledger.codes import AttestationKind
from trialseal.rules.attesting import end_words
from trialseal.sharing.manifest import DOCUMENT
from trialseal.sharing.opening import open_package, unwrap


def open_(session: Session) -> int:
    """Opens a package by a permit that stands on the chain; each file is held against what was packed."""
    args, out = session.args, session.out
    folder, path = package_folder(args.package), _permit_file(Path(args.permit))
    package, package_digest = read_document(folder / DOCUMENT, Package)
    if not is_file(document_path(path)):
        raise UsageError(
            f"{escaping.path(document_path(path))} is missing: a permit has two files, ask who gave it for this one"
        )
    permit, digest = read_document(document_path(path), Permit)
    if permit.package != package_digest.hex():
        raise FailedError(
            f"{escaping.path(path)} is a permit of another package, or {DOCUMENT} is not as it was: name the permit "
            "that came with this package, or ask for the package again"
        )
    trial = bytes.fromhex(permit.trial_id)
    reader = session.reader
    reader.load(subjects=[trial])
    if gap := reader.attested(trial).gap:
        raise UndeterminedError(f"whether the permit stands cannot be told: {gap}; nothing was opened")
    now = judged_at(session)
    given = [
        one
        for one in reader.attestations(trial, package_digest)
        if one.kind is AttestationKind.PERMIT and one.document == digest
    ]
    if not given:
        raise FailedError(f"the chain holds no such permit: ask who gave {escaping.path(path)}; nothing was opened")
    standing = [one for one in given if one.stands_in_block(now)]
    if not standing:
        raise FailedError(f"the permit ended {when(given[-1].ended_at)}: ask for a new one; nothing was opened")
    identity = unwrap(path, permit.recipient_key, age_files.identities_in(Path(args.key)), package)
    opened = open_package(folder, package, identity, Path(args.out), out.progress)
    one = standing[0]
    out.say(f"permit {one.number}, given {when(one.time)} by party {one.author.hex()[:8]}…{end_words(one)}, stands")
    out.say(
        f"{count(len(opened.files), 'file')} opened into {escaping.path(args.out)}; each is the file that was packed"
    )
    for name in opened.foreign[:5]:
        out.say(f"note: {escaping.path(name)} is in the package's folder but does not belong to the package")
    if permit.at_end:
        out.say(f"when the permit ends, {permit.at_end} them and say so to whoever gave it")
    out.value({"permit": one.number, "files": len(opened.files), "foreign": list(opened.foreign)})
    return 0


def _permit_file(given: Path) -> Path:
    """The permit's file, also where the document beside it is named."""
    file = given.with_suffix("")
    return file if document_path(file) == given and is_file(file) else given
