"""Proofs of single entries of streams, made for a bundle, or chosen from one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from trialseal.cli.session import Session
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.bundle import container
from trialseal.evidence.bundle.bundle import FILES
from trialseal.evidence.bundle.member import Member, of_bytes
from trialseal.folder.trial_folder import TrialFolder

PROOFS = "proofs/"
"""Where they lie beside a bundle's other files."""


def event_proofs(session: Session, trial: bytes, folder: TrialFolder | None) -> dict[str, Member]:
    """The proof of each entry that `--events` names, by its name in the bundle; their heads are read on the way.

    UsageError for a name of another form, UndeterminedError for an entry that is not anchored, FailedError for one
    whose proof does not hold.
    """
    made: dict[str, Member] = {}
    for named in session.args.events:
        stream, id = _entry(named)
        if folder is None or session.args.bundle:
            raise UsageError("--events needs the stream's store: name the trial's folder, and no --bundle")
        name, content = _made(session, trial, folder, stream, id)
        if made.setdefault(name, content).digest != content.digest:
            raise UsageError(f"--events {named}: another entry has the same name in a bundle: make two bundles")
    return made


def left_out(session: Session, kept: Mapping[str, Member]) -> set[str]:
    """The proofs of entries in a bundle that a smaller one lacks, because `--events` names others.

    UsageError for one that the bundle does not hold.
    """
    names: set[str] = set()
    if session.args.events:
        names |= {name for name in kept if name.startswith(PROOFS)} - {
            _proof_of_entry(named, kept) for named in session.args.events
        }
    return names


def _proof_of_entry(named: str, kept: Mapping[str, Member]) -> str:
    from trialseal.streams.proof import parse_proof

    stream, id = _entry(named)
    for name, content in kept.items():
        if re.fullmatch(rf"{PROOFS}{re.escape(stream)}-[0-9]+\.json", name):
            event = parse_proof(content.read(), Path(name)).event
            if isinstance(event, dict) and event.get("id") == id:
                return name
    raise UsageError(f"--events {named}: the bundle holds no proof of it: name an entry that it has")


def _entry(named: str) -> tuple[str, str]:
    stream, colon, id = named.partition(":")
    if not (stream and colon and id):
        raise UsageError(f"--events {named}: name each entry as STREAM:ID")
    return stream, id


def _made(session: Session, trial: bytes, folder: TrialFolder, stream: str, id: str) -> tuple[str, Member]:
    from trialseal.cli.events.reading import entry_named, proof_of
    from trialseal.cli.events.stores import store_of
    from trialseal.evidence.event_proofs import anchored
    from trialseal.streams.proof import file_bytes

    store = store_of(session, folder.path, stream)
    index = entry_named(store, id)
    proof, _ = proof_of(session, store, index)
    try:
        anchored(session.reader, proof, trial)
    except FailedError as error:
        raise FailedError(f"the proof of {stream}:{id} does not hold, and nothing was packed: {error}") from None
    name = f"{PROOFS}{stream}-{index}.json"
    if not container.is_name(FILES + name):
        name = f"{PROOFS}{proof.stream.hex()[:16]}-{index}.json"
    return name, of_bytes(file_bytes(proof))
