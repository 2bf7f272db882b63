"""What a signer states of their role and of the meaning of their signature: made for an attestation, and read again.

The chain holds one digest of the document that goes with an attestation. Where role and meaning are stated, that is the
statement, which names the letter in turn. The same words make the same bytes, so that an act done twice is one act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from trialseal import escaping
from trialseal.acts.act import ZERO, Act
from trialseal.documents.canonical import canonical_bytes
from trialseal.documents.models import SigningStatement, dump, parse_document
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UsageError
from trialseal.files import write_bytes
from trialseal.folder.reading import FileReading, of_bytes, read

KIND: Final = "signing-statement"
_LONGEST_ROLE: Final = 120


class Meant(NamedTuple):
    """What a signer states of themselves, and where that is kept."""

    meaning: str
    role: str
    path: Path


def meant_by(meaning: str | None, role: str | None, path: str | None) -> Meant | None:
    """What was typed of it; None if nothing was.

    Raises UsageError if a part of it is left out, or the role is long or seems to name a person.
    """
    if not (meaning or role or path):
        return None
    if not (meaning and role and path):
        raise UsageError("--meaning, --signer-role and --statement FILE go together: give all three, or none")
    from trialseal.documents.privacy import text_fault

    if len(role) > _LONGEST_ROLE:
        raise UsageError(f"--signer-role has more than {_LONGEST_ROLE} characters: give the office alone")
    if fault := text_fault(role):
        raise UsageError(f"--signer-role {fault}: name the office, not the person")
    return Meant(meaning, role, Path(path))


def with_statement(act: Act, meant: Meant) -> Act:
    """The attestation with the statement in the place of its letter, which the statement then names."""
    struct = list(act.arguments[0])
    names = list(act.stated)
    value = {"format": FORMAT, "kind": KIND, "subject": act.about.hex(), "meaning": meant.meaning, "role": meant.role}
    for name, member in (("digest", "digest"), ("letter", "document")):
        if act.stated[member] != ZERO:
            value[name] = act.stated[member].hex()
    try:
        document = dump(parse_document(value, "the signer's statement"))
    except FailedError as error:
        raise UsageError(str(error)) from None
    statement = of_bytes(meant.path, canonical_bytes(document))
    struct[names.index("document")] = statement.digest
    words = f"{act.words}, signed as {meant.meaning} in the role {escaping.quoted(meant.role)}"
    return replace(act, arguments=(tuple(struct), *act.arguments[1:]), words=words, statement=statement)


def keep(statement: FileReading) -> bool:
    """Whether its file had to be written; UsageError if the file is there and holds something else."""
    path = statement.path
    if path.exists():
        if read(path).digest == statement.digest:
            return False
        raise UsageError(f"{escaping.path(path)} is there already and holds something else: name another file")
    assert statement.data is not None
    write_bytes(path, statement.data, overwrite=False)
    return True


def statement_of(act: Act, texts: Mapping[bytes, FileReading], where: str) -> FileReading | None:
    """The statement that an act names, among documents that came with it; UsageError if it is about something else."""
    stated = act.stated
    text = texts.get(stated.get("document", ZERO))
    if act.function != "attest" or text is None or text.kind != KIND:
        return None
    try:
        said = parse_document(text.document, text.name)
    except FailedError as error:
        raise UsageError(f"{where}: {error}") from None
    assert isinstance(said, SigningStatement)
    if (said.subject, said.digest or ZERO.hex()) != (stated["subject"].hex(), stated["digest"].hex()):
        raise UsageError(f"{where}: the signer's statement in it is about something else: have the file written again")
    return text
