"""The stores that a reading command is given, and what it writes of the entries that its findings rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal import escaping
from trialseal.cli.events.stores import stores_in
from trialseal.cli.session import Session
from trialseal.cli.times import when
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.wording import count
from trialseal.folder.layout import STREAMS
from trialseal.ledger.contracts import contract
from trialseal.outputs import first_lines, write_output

if TYPE_CHECKING:
    from trialseal.evidence.consents import Entry
    from trialseal.evidence.stores_read import StoreAtHand
    from trialseal.streams.store import StreamStore


def stores_given(trial: bytes, place: Path, more: Sequence[Path]) -> list[StreamStore]:
    """The stores of a trial in its folder and in others, as they are now; UsageError for one that holds none."""
    at_hand = stores_in([place] if (place / STREAMS).is_dir() else [])
    for folder in more:
        if not folder.is_dir():
            raise UsageError(f"{escaping.path(folder)} is not a folder: name with --folder those that hold stores")
        if not (here := stores_in([folder])):
            raise UsageError(
                f"{escaping.path(folder)} holds no stream: name with --folder the folder in whose {STREAMS}/ it lies"
            )
        at_hand += here
    found = {one.folder.resolve(): one for one in at_hand}
    stores = [one for one in found.values() if one.config.trial == trial]
    for one in stores:
        with suppress(FailedError, OSError):  # what a crash left half done; the walk over it tells what is wrong
            one.recover()
        one.refresh()
    return stores


def none_given(trial: bytes, args: Any) -> UsageError:
    """Why there is nothing to audit, and what to do."""
    return UsageError(
        f"no stream of trial {trial.hex()[:8]}… lies in {STREAMS}/ of {args.trial}"
        + (f" or {', '.join(args.folder)}" if args.folder else "")
        + ": name the folders that hold the stores with --folder"
    )


def write_proofs(session: Session, stores: Mapping[str, StoreAtHand], entries: Iterable[Entry]) -> list[str]:
    """A file for each entry that is anchored; says which are not."""
    from trialseal.streams.proof import file_bytes, make_proof

    address = bytes.fromhex(contract("TrialLog").address.removeprefix("0x"))
    folder, files, waiting = Path(session.args.proofs), [], 0
    for name, index in sorted({(entry.stream, entry.index) for entry in entries}):
        store = stores[name]
        if not store.heads or store.heads[-1].size <= index:
            waiting += 1
            continue
        head = store.heads[-1]
        proof = make_proof(store.stream, index, head.size, head.root, session.reader.chain_id(), address)
        path = folder / f"{name.replace(' ', '-')}-{index}.json"
        data = file_bytes(proof)
        write_output(path, data, first_lines(data, 2))
        files.append(str(path))
    session.out.say(
        f"{count(len(files), 'proof')} written to {folder} (trialseal events verify checks them)"
        + (f"; {waiting} of entries that are not anchored yet are not" if waiting else "")
    )
    return files


def entry_value(entry: Entry, stores: Mapping[str, StoreAtHand], *, proven: bool) -> dict[str, Any]:
    """Where an entry stands; for what is open, with its proof against the newest head that holds it."""
    store = stores[entry.stream]
    value: dict[str, Any] = {
        "stream": entry.stream,
        "index": entry.index,
        "id": entry.event["id"],
        "anchored": when(entry.anchored) if entry.anchored is not None else None,
    }
    if proven and entry.anchored is not None:
        head = store.heads[-1]
        value |= {
            "leaf": store.stream.tree.leaves(entry.index, entry.index + 1)[0],
            "size": head.size,
            "root": head.root,
            "proof": store.stream.inclusion_proof(entry.index, head.size),
        }
    return value
