"""Where proofs of second clocks lie: in a trial's folder in clocks/, else beside the file that they stamp."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from trialseal import files
from trialseal.clocks import judging, opentimestamps, steps, tokens
from trialseal.clocks.judging import Basis, ClockAnswer, ClockFinding
from trialseal.clocks.steps import Proof, ProofError
from trialseal.clocks.tokens import AuthorityToken
from trialseal.errors import UsageError
from trialseal.folder import layout
from trialseal.folder.layout import FileRole
from trialseal.folder.places import Places
from trialseal.folder.trial_folder import Surroundings


class KeptProof(NamedTuple):
    """A proof as it lies in a file."""

    path: Path
    content: Proof | AuthorityToken | None
    """None of a file that cannot be read as one."""
    fault: str | None
    """Why it cannot, to follow 'FILE: '."""


def place_for(file: Path, surroundings: Surroundings) -> Path:
    """The folder that keeps the proofs of a file."""
    found = surroundings.folder_of(file)
    return found.path / layout.CLOCKS if found else file.parent


def all_in(folder: Path, places: Places | None = None) -> Iterator[Path]:
    """The proofs that lie in a folder, by their names, sorted; no link is followed."""
    places = places or Places()
    for name in places.names(folder):
        if layout.role_of(name) is FileRole.CLOCK_PROOF and places.is_file(folder / name):
            yield folder / name


class Kept:
    """The proofs in folders, by the digest that names them; each folder is listed once."""

    def __init__(self, places: Places | None = None) -> None:
        self._places = places
        self._listed: dict[Path, dict[str, list[Path]]] = {}

    def of_digest(self, digest: bytes, folders: Sequence[Path]) -> list[Path]:
        """The proofs in these folders that are named by a digest of 32 bytes."""
        return [path for folder in dict.fromkeys(folders) for path in self._in(folder).get(digest.hex(), ())]

    def _in(self, folder: Path) -> dict[str, list[Path]]:
        if folder not in self._listed:
            found = self._listed[folder] = {}
            for path in all_in(folder, self._places):
                found.setdefault(path.name.partition("-")[0], []).append(path)
        return self._listed[folder]


def keep(folder: Path, digest: bytes, clock: str, ending: str, data: bytes) -> tuple[Path, bool]:
    """Writes a proof unless one of this clock is there; where it lies, and whether it is new. UsageError."""
    path = path_of(folder, digest, clock, ending)
    if files.is_file(path, follow=False):
        return path, False
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link, which is not followed: put a folder there")
    files.write_bytes(path, data, overwrite=False)
    return path, True


def path_of(folder: Path, digest: bytes, clock: str, ending: str) -> Path:
    """Where the proof of a clock lies, or would lie."""
    return folder / layout.clock_proof_name(digest, clock, ending)


def read(path: Path, *, follow: bool = False, places: Places | None = None) -> KeptProof:
    """A proof of either kind, by its first bytes. UsageError if the file cannot be read, or the extra is missing."""
    data = (places or Places()).read(path, steps.MAX_PROOF_BYTES, follow=follow, too_large=", which no proof is")
    try:
        if data.startswith(steps.MAGIC) or path.suffix == layout.OPENTIMESTAMPS_ENDING:
            proof = steps.read_proof(data)
            opentimestamps.ends(proof.digest, proof.steps)
            return KeptProof(path, proof, None)
        return KeptProof(path, tokens.read(data), None)
    except ProofError as error:
        return KeptProof(path, None, str(error))


def judged(
    path: Path, digest: bytes, basis: Basis, *, follow: bool = False, places: Places | None = None
) -> list[ClockFinding]:
    """What a kept proof shows of a file with this SHA-256. UsageError as `read`."""
    kept = read(path, follow=follow, places=places)
    if kept.content is None:
        return [ClockFinding(ClockAnswer.FAILS, "a damaged proof", f"{kept.fault}: restore it from a copy")]
    if isinstance(kept.content, Proof):
        return judging.judge_proof(kept.content, digest, basis.headers)
    return [judging.judge_token(kept.content, digest, basis.roots)]
