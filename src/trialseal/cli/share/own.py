"""What a holder of data keeps of what it shares, in the trial's folder: documents, lists of files, packages' keys."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args

from trialseal import escaping
from trialseal.cli.events.stores import chain_time
from trialseal.cli.session import Session
from trialseal.documents import models
from trialseal.documents.canonical import document_digest, parse_json
from trialseal.documents.events import event_form, parse_event
from trialseal.documents.sharing import AccessPolicy, Application, Package, Permit
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UsageError
from trialseal.files import is_file, json_bytes, read_file, write_bytes, write_json
from trialseal.files_together import write_together
from trialseal.sharing.manifest import DOCUMENT, Packed, manifest_bytes, read_manifest

if TYPE_CHECKING:
    from trialseal.streams.batch import Row
    from trialseal.streams.store import StreamStore

SHARING = "sharing"
WAIT: Final = 30.0
"""Seconds for which another process that writes to the stream is waited for: what is logged has happened."""
_DOCUMENTS, _LISTS, _KEYS = "documents", "lists", "keys"
_LARGEST, _LARGEST_LIST = 1 << 24, 1 << 28
Shared = AccessPolicy | Application | Package | Permit
S = TypeVar("S", AccessPolicy, Application, Package, Permit)


def read_document(path: Path, kind: type[S]) -> tuple[S, bytes]:
    """A document of this kind and its digest; FailedError or UsageError in one sentence if it is none."""
    return checked(parse_json(read_file(path, _LARGEST), escaping.path(path)), kind, escaping.path(path))


def checked(value: object, kind: type[S], name: str) -> tuple[S, bytes]:
    """As `read_document`, for a value that was parsed."""
    (wanted,) = get_args(kind.model_fields["kind"].annotation)
    stated = value.get("kind", wanted) if isinstance(value, dict) else wanted
    if isinstance(stated, str) and stated != wanted:
        raise UsageError(f"{name} is of kind {escaping.quoted(stated)}, not {wanted}: name another file")
    document = models.parse_document(value, name)
    assert isinstance(document, kind)
    return document, document_digest(value)


def package_folder(given: str) -> Path:
    """A package's folder, which is meant where its document is named, too."""
    path = Path(given)
    return path.parent if path.name == DOCUMENT and is_file(path) else path


class Sharing:
    """The folder sharing/ of a trial's folder."""

    def __init__(self, trial: Path) -> None:
        self.path = trial / SHARING

    def keep(self, document: Shared) -> bytes:
        """Keeps a document under its digest, which is returned."""
        value = models.dump(document)
        digest = document_digest(value)
        write_json(self.path / _DOCUMENTS / f"{digest.hex()}.json", value, 0o600)
        return digest

    def keep_all(self, documents: Mapping[bytes, Shared]) -> None:
        """Keeps documents under their digests, as far as they are not kept."""
        places = {self.path / _DOCUMENTS / f"{digest.hex()}.json": one for digest, one in documents.items()}
        new = [(path, json_bytes(models.dump(one))) for path, one in places.items() if not is_file(path)]
        write_together(new, 0o600)

    def keep_package(self, package: Package, packed: tuple[Packed, ...], identity: bytes) -> None:
        """Keeps what a package needs so that permits can be made of it, and that it can be audited."""
        digest = document_digest(models.dump(package)).hex()
        write_bytes(self.path / _KEYS / f"{digest}.key", identity, 0o600, overwrite=False)
        write_bytes(self.path / _LISTS / f"{digest}.json", manifest_bytes(packed), 0o600)
        self.keep(package)

    def key_of(self, package: bytes) -> Path:
        """Where a package's identity lies; UsageError if it is not here."""
        path = self.path / _KEYS / f"{package.hex()}.key"
        if not path.is_file():
            raise UsageError(
                f"{escaping.path(self.path / _KEYS)} holds no key of this package: only who packed it can let others "
                "open it; name the folder of the trial for which it was packed"
            )
        return path

    def documents(self, more: list[Path]) -> dict[str, Shared]:
        """Every document about sharing here and in other folders, by its digest; those of other kinds are left out."""
        found: dict[str, Shared] = {}
        for folder in (self.path / _DOCUMENTS, *more):
            for path in sorted(folder.glob("*.json")):
                value = parse_json(read_file(path, _LARGEST, follow=False), escaping.path(path))
                if isinstance(value, dict) and value.get("kind") in (
                    "access-policy",
                    "application",
                    "package",
                    "permit",
                ):
                    document = models.parse_document(value, escaping.path(path))
                    found[document_digest(value).hex()] = cast(Shared, document)
        return found

    def owners(self, documents: Mapping[str, Shared]) -> dict[str, frozenset[str]]:
        """By package, to whom its files belong; FailedError for a list that is not that of its package."""
        from trialseal.sharing.manifest import root_of

        found = {}
        for path in sorted((self.path / _LISTS).glob("*.json")):
            package = documents.get(path.stem)
            if not isinstance(package, Package):
                continue
            packed = read_manifest(read_file(path, _LARGEST_LIST, follow=False))
            if root_of(package.manifest, [one.stored for one in packed]).hex() != package.root:
                raise FailedError(f"{escaping.path(path)} is not the list of its package: restore it from a backup")
            found[path.stem] = frozenset(subject for one in packed for subject in one.subjects)
        return found


def judged_at(session: Session) -> int:
    """As of when a reading command judges: as it was told, else now; of a devnet by its own clock. Unix seconds."""
    reader = session.reader
    if reader.at is not None:
        return reader.at
    if reader.as_of().carried:
        return max(reader.as_of().time, 0 if reader.is_devnet() else int(time.time()))
    return max(reader.as_of().time, chain_time(session))


def access_row(id: str, at: str, action: str, members: Mapping[str, Any]) -> Row:
    """An event of access, to be appended; members that are empty are left out."""
    from trialseal.streams.batch import Row

    event = {"format": FORMAT, "kind": "event", "type": "access", "id": id, "at": at, "action": action}
    event |= {key: value for key, value in members.items() if value}
    parse_event(event, "the event")
    return Row(id, None, event_form(event), type="access")


def log_access(stream: StreamStore, id: str, at: str, action: str, members: Mapping[str, Any]) -> bool:
    """Appends an event of access, which is on disk then; whether it was not there already."""
    if stream.find(id) is not None:
        return False
    stream.append([access_row(id, at, action, members)], wait=WAIT)
    return True
