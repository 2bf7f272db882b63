"""Which files go into a bundle, and under which names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from trialseal.documents.endpoint_proof import make_proof
from trialseal.evidence.bundle import container
from trialseal.evidence.bundle.bundle import FILES
from trialseal.evidence.bundle.member import Member, of_bytes, of_file
from trialseal.evidence.profiles import Names
from trialseal.evidence.trials import protocols_at_hand
from trialseal.files import json_bytes
from trialseal.folder import clock_proofs, layout
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import ResultReported
from trialseal.ledger.records import History
from trialseal.ledger.standing import standing
from trialseal.report.trial.verdict import Verdict
from trialseal.rules.finding import Status

PROFILE, EVENT, ROW, ENDPOINT = "profile", "event-proof", "row-proof", "endpoint-proof"
ENDPOINTS = "endpoints/"
"""Where proofs of endpoints lie beside a bundle's other files."""


def add_files(
    kept: dict[str, Member],
    folder: TrialFolder | None,
    found: Iterable[Verdict],
    trial: bytes,
    with_documents: bool,
) -> None:
    """Adds what goes into the bundle, by its name in the trial's folder: what it sealed, profiles, receipts, clocks."""
    for one in found:
        is_proof = any(holds(one, rule) for rule in (EVENT, ROW, ENDPOINT))
        if holds(one, PROFILE) or (one.trial == trial and (with_documents or is_proof)):
            _add(kept, _name(folder, one.file, one.digest), one.file)
    if folder is not None:
        for claim in folder.claims.all:
            name = _name(folder, claim.path, None)
            if name.startswith(layout.RECEIPTS):
                _add(kept, name, claim.path)
        for proof in clock_proofs.all_in(folder.path / layout.CLOCKS):
            _add(kept, _name(folder, proof, None), proof)


def add_profiles(kept: dict[str, Member], names: Names, parties: Iterable[bytes]) -> None:
    """Adds who these parties say they are, as far as it is known and not there already: the chain holds but a digest.

    A reader elsewhere, who has only the bundle, could else give none of them a name.
    """
    there = {one.digest for one in kept.values()}
    for party in sorted(parties):
        profile = names.profile(party)
        if profile is not None and profile.path is not None:
            content = of_file(profile.path)
            if content.digest not in there:
                kept[f"{layout.PARTIES}/{party.hex()[:16]}.json"] = content


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


def endpoint_proofs(history: History, folder: TrialFolder) -> tuple[dict[str, Member], int]:
    """The proof of each endpoint for which a result was reported, by its name; and how many are left out.

    Those are left out that have a nonce: their protocol is under embargo.
    """
    made: dict[str, Member] = {}
    hidden: set[bytes] = set()
    versions = {} if history.gap else protocols_at_hand(history, folder.files)
    for act in standing(history.acts):
        text = versions.get(act.protocol_version) if isinstance(act, ResultReported) else None
        if text is None or not isinstance(act, ResultReported) or not text.set_agrees:
            continue
        if text.leaves[act.index] != act.endpoint:
            continue
        endpoint = text.document["endpoints"][act.index]
        if "nonce" in endpoint:
            hidden.add(act.endpoint)
            continue
        name = f"{ENDPOINTS}v{text.version}-{endpoint['id']}.json"
        if not container.is_name(FILES + name):
            name = f"{ENDPOINTS}v{text.version}-{act.endpoint.hex()[:16]}.json"
        proof = make_proof(history.state.trial, text.version, endpoint, act.index, text.leaves)
        made[name] = of_bytes(json_bytes(proof))
    return made, len(hidden)
