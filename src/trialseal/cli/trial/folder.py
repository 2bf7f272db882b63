"""A trial as a folder: protocol.json, documents/, data/, results.json, parties/, receipts/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trialseal import escaping
from trialseal.cli.session import Session
from trialseal.documents.canonical import canonical_bytes, read_json
from trialseal.documents.identifiers import normalise_registry_id, registry_id_bytes, trial_id
from trialseal.errors import FailedError, UsageError
from trialseal.files import write_bytes

# No file system has longer names; asking for one is an error of its own kind.
_LONGEST_NAME = 255


class TrialFolder:
    """A folder with a protocol.json; UsageError if it is none."""

    def __init__(self, path: Path) -> None:
        if len(path.name) > _LONGEST_NAME or not path.is_dir():
            raise UsageError(f"{path} is not a folder: name the trial's folder, or a registry number")
        if not (path / "protocol.json").is_file():
            raise UsageError(
                f"{path} is not a trial's folder: it has no protocol.json; "
                "trialseal import FILE --out FOLDER makes one from a registry record or a USDM file"
            )
        self.path = path

    def protocol(self, given: str | None = None) -> tuple[Path, dict[str, Any]]:
        """The protocol document, checked against its model: its path and its JSON."""
        path = Path(given) if given else self.path / "protocol.json"
        return path, checked_document(path, "protocol")

    def sealed_copy(self, kind: str, version: int) -> Path:
        """Where the exact version that was sealed is kept, since the working copy is edited on."""
        return self.path / "documents" / f"{kind}-v{version}.json"

    def require_no_other_copy(self, kind: str, version: int, document: dict[str, Any], *, sealed: bool) -> None:
        """FailedError if another document stands where the copy of this version goes, and `sealed` says it is one."""
        path = self.sealed_copy(kind, version)
        if sealed and path.exists() and canonical_bytes(read_json(path)) != canonical_bytes(document):
            raise FailedError(f"{path} is another document than the one given, and version {version} is sealed already")

    def keep_sealed_copy(self, kind: str, version: int, document: dict[str, Any]) -> None:
        """Writes the copy of a version, now that it is sealed."""
        path = self.sealed_copy(kind, version)
        if path.exists() and canonical_bytes(read_json(path)) == canonical_bytes(document):
            return
        write_bytes(path, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode())

    def sealed_protocols(self) -> dict[int, dict[str, Any]]:
        """The protocol versions kept in documents/, by number."""
        found: dict[int, dict[str, Any]] = {}
        for path in sorted((self.path / "documents").glob("protocol-v*.json")):
            number = path.stem.removeprefix("protocol-v")
            if number.isdigit():
                document = read_json(path)
                if isinstance(document, dict):
                    found[int(number)] = document
        return found

    def receipts(self, session: Session) -> Path:
        """The folder of receipts from this very chain."""
        return self.path / "receipts" / session.chain_name

    def trial(self, session: Session) -> bytes:
        """The trial's id: from a receipt of any chain, since ids are the same on all, or from party and code."""
        for path in self._receipt_files():
            try:
                receipt = json.loads(path.read_text(encoding="utf-8"))
                trial, chain_id = bytes.fromhex(receipt["trial"]), int(receipt["chain_id"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if session.chain.trial(trial) is None:
                raise UsageError(
                    f"the receipts in {self.path / 'receipts'} are of chain {chain_id}, and chain "
                    f"{session.chain.chain_id()} at {session.chain.rpc.shown} has no such trial (or is a devnet that "
                    "was made anew): name the chain with --network, or register the trial here too"
                )
            return trial
        code = read_json(self.path / "protocol.json")
        try:
            return trial_id(session.party, code["trial"]["code"])  # type: ignore[index]
        except (KeyError, TypeError):
            raise FailedError(f"{self.path / 'protocol.json'} names no trial code: give it trial.code") from None

    def notes(self) -> list[str]:
        """What the protocol says of itself for every reader, such as that it is an example."""
        protocol = read_json(self.path / "protocol.json")
        notes = protocol.get("notes") if isinstance(protocol, dict) else None
        return [str(note) for note in notes] if isinstance(notes, list) else []

    def profile_folders(self) -> list[Path]:
        """Where profiles of parties may lie."""
        return [self.path, self.path / "parties"]

    def _receipt_files(self) -> Iterator[Path]:
        folder = self.path / "receipts"
        return iter(sorted(folder.glob("*/*.json"))) if folder.is_dir() else iter(())


def folder_of(file: Path) -> TrialFolder | None:
    """The trial's folder in which a file lies, if it lies in one."""
    for parent in file.resolve().parents:
        if (parent / "protocol.json").is_file():
            try:
                shown = parent.relative_to(Path.cwd())
            except ValueError:
                shown = parent
            return TrialFolder(shown)
    return None


def checked_document(path: Path, kind: str) -> dict[str, Any]:
    """A document that passes its model, as JSON; FailedError or UsageError in one sentence if it does not."""
    from trialseal.documents import models

    value = read_json(path)
    document = models.parse_document(value, str(path))
    if document.kind != kind:
        raise UsageError(f"{path} is a document of kind {document.kind}, not {kind}")
    assert isinstance(value, dict)  # parse_document refuses everything else
    return value


def trial_named(session: Session, named: str) -> tuple[bytes, TrialFolder | None]:
    """The trial that TRIAL means: a folder, a registry number, or an id, of which 8 hexadecimal digits may do."""
    path = Path(named)
    if len(path.name) <= _LONGEST_NAME and path.is_dir():
        folder = TrialFolder(path)
        return folder.trial(session), folder
    text = named.removeprefix("0x").lower()
    if 8 <= len(text) <= 64 and all(c in "0123456789abcdef" for c in text):
        return _trial_beginning(session, text), None
    if path.exists() or "\\" in named or named.startswith((".", "/")) or named.endswith("/"):
        raise UsageError(f"{named} is not a folder: name the trial's folder, or a registry number")
    try:
        number = normalise_registry_id(named)
    except UsageError as error:
        raise UsageError(f"there is no folder {named}, and {error}") from None
    claimants = session.chain.claimants(registry_id_bytes(number))
    if not claimants:
        raise FailedError(f"no trial on chain {session.chain.chain_id()} has claimed {number}")
    if len(claimants) > 1:
        ids = "; ".join(_claimant_words(session, trial) for trial in claimants)
        raise UsageError(f"{len(claimants)} trials have claimed {number}, and anyone may: name one by its id ({ids})")
    return claimants[0], None


def _trial_beginning(session: Session, digits: str) -> bytes:
    """The trial whose id begins so; a whole id need not be on this chain."""
    if len(digits) == 64:
        return bytes.fromhex(digits)
    found = [act.trial for act in session.chain.trials() if act.trial.hex().startswith(digits)]
    if len(found) == 1:
        return found[0]
    many = "several trials begin" if found else "no trial begins"
    raise UsageError(f"{many} with {digits} on chain {session.chain.chain_id()}: give more of its 64 digits")


def _claimant_words(session: Session, trial: bytes) -> str:
    """A trial's id, with who sponsors it and how many vouch for that party."""
    state = session.chain.trial(trial)
    if state is None:
        return trial.hex()
    vouching = [one for one in session.chain.attestations(state.sponsor) if one.kind == 1 and not one.withdrawn_at]
    own = next((p.legal_name for p in session.parties if p.party == state.sponsor), None)
    name = escaping.name(own) if own else f"party {state.sponsor.hex()[:8]}…"
    return f"{trial.hex()} by {name}, accredited by {len(vouching)}"
