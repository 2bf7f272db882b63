"""A trial as a folder: protocol.json, documents/, data/, results.json, parties/, receipts/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trialseal.cli.session import Session
from trialseal.documents.canonical import canonical_bytes, read_json
from trialseal.documents.identifiers import normalise_registry_id, registry_id_bytes, trial_id
from trialseal.errors import FailedError, UsageError
from trialseal.ledger.files import write_bytes


class TrialFolder:
    """A folder with a protocol.json; UsageError if it is none."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
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

    def keep_sealed_copy(self, kind: str, version: int, document: dict[str, Any]) -> None:
        """Writes the sealed copy; FailedError if another document stands there under this version."""
        path = self.sealed_copy(kind, version)
        if path.exists():
            if canonical_bytes(read_json(path)) != canonical_bytes(document):
                raise FailedError(
                    f"{path} is another document than the one to be sealed as version {version}: "
                    "move it away, or seal it"
                )
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
    """The trial that TRIAL means: a folder, a registry number, or an id of 64 hexadecimal digits."""
    path = Path(named)
    if path.is_dir():
        folder = TrialFolder(path)
        return folder.trial(session), folder
    text = named.removeprefix("0x").lower()
    if len(text) == 64 and all(c in "0123456789abcdef" for c in text):
        return bytes.fromhex(text), None
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
        ids = ", ".join(trial.hex() for trial in claimants)
        raise UsageError(
            f"{len(claimants)} trials have claimed {number}, and anyone may: name one by its id ({ids}); "
            "trialseal trials shows who stands behind each"
        )
    return claimants[0], None
