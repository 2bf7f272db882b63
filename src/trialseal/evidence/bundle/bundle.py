"""A bundle as one value: packed from evidence and documents, opened again without asking anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from trialseal.documents.canonical import MAX_DOCUMENT_BYTES
from trialseal.errors import UsageError
from trialseal.evidence.bundle import container, manifest, signature
from trialseal.evidence.bundle.carried_evidence import (
    earlier_from,
    earlier_members,
    evidence_from,
    is_evidence,
    members_of,
)
from trialseal.evidence.bundle.member import Member, Stretch, of_bytes
from trialseal.evidence.bundle.read_me import READ_ME, READ_ME_FIRST
from trialseal.evidence.bundle.records import Entry
from trialseal.evidence.bundle.signature import Packer, Signing
from trialseal.files import open_file
from trialseal.ledger.evidence import Evidence
from trialseal.tables.row_text import begins_run

FILES = "files/"
"""Before the names of documents, receipts, profiles and proofs, which lie as in a trial's folder."""
NO_TRIAL = bytes(32)
"""In the place of a trial's id in a bundle that holds only what is attested about a subject."""
# Evidence and manifest are in memory, and no trial's come near.
_MOST_HELD = 1 << 30


class Bundle(NamedTuple):
    """What a bundle holds. None of it is believed before it is proven."""

    trial: bytes
    evidence: Evidence
    devnet: bool
    files: Mapping[str, Member]
    """Documents, receipts, profiles and proofs, by their names in a trial's folder."""
    earlier: tuple[Evidence, ...] = ()
    """As of earlier blocks, in their order, if the bundle was updated."""
    packer: Packer | None = None
    """Who signed that it was packed so; what is made of it is not signed any more."""


def write(bundle: Bundle, file: BinaryIO, signing: Signing | None = None) -> int:
    """Writes a bundle, whose bytes follow from what it holds and who signs it alone; how many bytes."""
    held = {READ_ME_FIRST: READ_ME, **members_of(bundle.evidence), **earlier_members(bundle.earlier)}
    members = {name: of_bytes(content) for name, content in held.items()}
    members |= {FILES + name: one for name, one in bundle.files.items()}
    made = manifest.manifest_bytes(bundle.trial, bundle.evidence.chain_id, bundle.devnet, members)
    members[manifest.NAME] = of_bytes(made)
    if signing is not None:
        members[signature.NAME] = of_bytes(signature.signature_bytes(signing, made))
    return container.write(file, members)


class Seeing(Protocol):
    """Whoever sees each file of a bundle as its bytes pass by, long before they are all known to be as packed."""

    def add(
        self,
        name: str,
        size: int,
        digest: bytes,
        beginning: bytes,
        data: bytes | None,
        chunks: Callable[[], Iterator[bytes]],
    ) -> None:
        """A file by its name in a trial's folder, with its SHA-256 and how it begins; its bytes, if it is no larger
        than a document may be, and none of very many rows; and what gives them again."""


class _Read(NamedTuple):
    """A member as it was read once."""

    member: Member
    content: bytes
    """Of what is no file; empty of files, which may be large."""


def open_bundle(path: Path, shown: str, seeing: Seeing | None = None) -> Bundle:
    """What a file holds that is a bundle; UsageError in one sentence, with the place, if it is none or was changed.

    After that, nothing of what `seeing` saw counts.
    """

    def keep(entry: Entry, chunks: Iterator[bytes]) -> _Read:
        is_file = entry.name.startswith(FILES)
        if not is_file and entry.size > _MOST_HELD:
            raise UsageError(f"{shown}: {entry.name} is larger than any is: ask for another bundle")
        beginning = next(chunks, b"")
        is_document = entry.size <= MAX_DOCUMENT_BYTES and not begins_run(beginning)
        is_kept = not is_file or (seeing is not None and is_document)
        data = b""
        if is_kept:
            data = b"".join((beginning, *chunks))
            found = sha256(data).digest()
        else:
            digest = sha256(beginning)
            for chunk in chunks:
                digest.update(chunk)
            found = digest.digest()
        again = Stretch(path, entry.at, entry.size, found)
        if is_file and seeing is not None:
            name = entry.name.removeprefix(FILES)
            seeing.add(name, entry.size, found, beginning, data if is_kept else None, again)
        return _Read(Member(entry.size, entry.crc, found, again), b"" if is_file else data)

    with open_file(path) as file:
        read = container.contents(file, shown, keep)
    if manifest.NAME not in read:
        raise UsageError(f"{shown} holds no {manifest.NAME}: it is not a bundle of trialseal")
    said = manifest.manifest_from(read[manifest.NAME].content, shown)
    others = read.keys() - {manifest.NAME, signature.NAME}
    if others != said.files.keys():
        odd = sorted(others ^ said.files.keys())[0]
        raise UsageError(f"{shown}: {odd} is {'not in' if odd in others else 'only in'} its manifest")
    for name, digest in said.files.items():
        if read[name].member.digest.hex() != digest:
            raise UsageError(f"{shown}: {name} is not what its manifest says: ask for the bundle again")
        if not (name == READ_ME_FIRST or name.startswith(FILES) or is_evidence(name)):
            raise UsageError(f"{shown} holds {name}, which no bundle of this version has: ask for it again")
    held = {name: one.content for name, one in read.items() if not name.startswith(FILES)}
    if held.get(READ_ME_FIRST) != READ_ME:
        raise UsageError(f"{shown}: {READ_ME_FIRST} is another text than such bundles have: do not go by it")
    evidence = evidence_from(held, said.chain_id, shown)
    files = {name.removeprefix(FILES): one.member for name, one in read.items() if name.startswith(FILES)}
    packer = signature.packer_from(held[signature.NAME], held[manifest.NAME], shown) if signature.NAME in held else None
    return Bundle(said.trial, evidence, said.devnet, files, earlier_from(held, evidence, shown), packer)
