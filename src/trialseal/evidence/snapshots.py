"""Who notarised, on a chain, the very files from which a registry's record was read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from trialseal.documents.canonical import file_digest
from trialseal.evidence.profiles import Names
from trialseal.evidence.source import ChainSource
from trialseal.files import is_file
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind
from trialseal.registries.history import RegistryHistory
from trialseal.registries.numbers import read


class Snapshot(NamedTuple):
    """One party's statement that a registry gave this file."""

    file: str
    version: str
    """What the version of the record in it is called."""
    digest: bytes
    by: str
    """The party, by name where its profile is at hand."""
    attestation: AttestationRecord


def snapshots_of(chain: ChainSource, history: RegistryHistory, names: Names) -> tuple[Snapshot, ...]:
    """The snapshots of the files at hand, in the order of the versions; nothing for what is no file of its own."""
    return tuple(_found(chain, history, names))


def _found(chain: ChainSource, history: RegistryHistory, names: Names) -> Iterable[Snapshot]:
    for version in history.versions:
        path = Path(version.source)
        if not is_file(path):  # a line of a file of histories is none
            continue
        digest = file_digest(path)
        for one in chain.attestations(read(history.number).fold, digest):
            if one.kind == AttestationKind.SNAPSHOT:
                yield Snapshot(path.name, history.words(version), digest, names.name(one.author), one)
