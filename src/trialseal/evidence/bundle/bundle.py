"""A bundle as one value: packed from evidence and documents, opened again without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from trialseal.errors import UsageError
from trialseal.evidence.bundle import container, manifest
from trialseal.evidence.bundle.carried_evidence import HEADER, LOGS, NODES, evidence_from, members_of
from trialseal.evidence.bundle.read_me import READ_ME, READ_ME_FIRST
from trialseal.files import open_file
from trialseal.ledger.evidence import Evidence

_MEMBERS = {READ_ME_FIRST, HEADER, NODES, LOGS}
FILES = "files/"
"""Before the names of documents, receipts, profiles and proofs, which lie as in a trial's folder."""


class Bundle(NamedTuple):
    """What a bundle holds. None of it is believed before it is proven."""

    trial: bytes
    evidence: Evidence
    devnet: bool
    files: Mapping[str, bytes]
    """Documents, receipts, profiles and proofs, by their names in a trial's folder."""


def pack(bundle: Bundle) -> bytes:
    """The bundle's bytes, which follow from what it holds alone."""
    members = {READ_ME_FIRST: READ_ME, **members_of(bundle.evidence)}
    members |= {FILES + name: content for name, content in bundle.files.items()}
    made = manifest.manifest_bytes(bundle.trial, bundle.evidence.chain_id, bundle.devnet, members)
    return container.pack(members | {manifest.NAME: made})


def open_bundle(path: Path, shown: str) -> Bundle:
    """What a file holds that is a bundle; UsageError in one sentence, with the place, if it is none or was changed."""
    with open_file(path) as file:
        read = container.contents(file, shown)
    if manifest.NAME not in read:
        raise UsageError(f"{shown} holds no {manifest.NAME}: it is not a bundle of trialseal")
    said = manifest.manifest_from(read[manifest.NAME], shown)
    others = read.keys() - {manifest.NAME}
    if others != said.files.keys():
        odd = sorted(others ^ said.files.keys())[0]
        raise UsageError(f"{shown}: {odd} is {'not in' if odd in others else 'only in'} its manifest")
    for name, digest in said.files.items():
        if sha256(read[name]).hexdigest() != digest:
            raise UsageError(f"{shown}: {name} is not what its manifest says: ask for the bundle again")
        if name not in _MEMBERS and not name.startswith(FILES):
            raise UsageError(f"{shown} holds {name}, which no bundle of this version has: ask for it again")
    if read.get(READ_ME_FIRST) != READ_ME:
        raise UsageError(f"{shown}: {READ_ME_FIRST} is another text than such bundles have: do not go by it")
    evidence = evidence_from(read, said.chain_id, shown)
    files = {name.removeprefix(FILES): content for name, content in read.items() if name.startswith(FILES)}
    return Bundle(said.trial, evidence, said.devnet, files)
