"""Receipts: what a submitter keeps of an act, a JSON file that binds chain and contract.

A receipt is a claim. Anyone can write or edit one, so nothing in it counts until the chain has said the same: it only
tells which trial to ask for, and what a file was called.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal import files
from trialseal.documents.canonical import parse_json
from trialseal.documents.versions import LaterVersion, format_of, version_of
from trialseal.errors import FailedError, UndeterminedError, UsageError
from trialseal.folder import layout
from trialseal.folder.places import Places
from trialseal.ledger.acts import Act, RegistryIdClaimed, RegistryIdWithdrawn
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import ActCode, Code, act_words_of_mask
from trialseal.ledger.contracts import contract
from trialseal.ledger.moments import iso_time
from trialseal.ledger.reader import Reader
from trialseal.values import Value, kinds, members

if TYPE_CHECKING:
    from trialseal.ledger.chain import Chain

_FAMILY = "trialseal-receipt"
# A receipt has two dozen short members; whatever is larger is none.
LARGEST = 1 << 18
# More receipts than a trial has acts are not read.
_MOST = 100_000
# What two receipts of one place have in common, whatever a reorganisation did: `number` of act or head.
_ONE_PLACE = ("format", "chain_id", "contract", "trial", "number")
_DROPPED = "dropped"
_ABOUT_A_NUMBER = (ActCode.CLAIM_REGISTRY_ID.word, ActCode.WITHDRAW_REGISTRY_ID.word)


class Receipt(Value):
    """One act as its sender saw it recorded. Ids and digests are 64 lower-case hexadecimal digits."""

    act: str  # the word of a codes.ActCode
    number: int  # of the act in its trial, from 1
    trial: str
    party: str  # that acted
    key: str  # address that acted
    subject: str  # a digest, a registry number as it was stated, or a party
    details: dict[str, Any]  # kind, version, milestone, date …
    document: str | None  # name of the file, if the act is about one
    chain_id: int
    contract: str
    transaction: str
    block: int
    block_hash: str
    time: int  # the block's, Unix seconds
    finality: str  # when the receipt was written

    @property
    def trial_id(self) -> bytes:
        """The trial that it is about."""
        return bytes.fromhex(self.trial)

    @property
    def digest(self) -> bytes | None:
        """The digest that the act is about; None if it is about something else."""
        return bytes.fromhex(self.subject) if re.fullmatch("[0-9a-f]{64}", self.subject) else None


class OtherFormat(UsageError):
    """A JSON file that does not call itself a receipt."""


class Claim(NamedTuple):
    """A receipt where it lies."""

    path: Path
    receipt: Receipt


class Claims(NamedTuple):
    """The receipts in a folder, by path, and what is wrong with those that are none."""

    all: tuple[Claim, ...]
    faults: tuple[str, ...]

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """What they say, by path."""
        return tuple(one.receipt for one in self.all)

    @property
    def trials(self) -> frozenset[bytes]:
        """The trials that they say they are about: as a rule one."""
        return frozenset(receipt.trial_id for receipt in self.receipts)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the trials whose registration they say they are of."""
        return frozenset(code for one in self.receipts if isinstance(code := one.details.get("code"), str))

    @property
    def last_about(self) -> Callable[[str], Claim | None]:
        """What gives the last one about a file of a name."""
        last = {one.receipt.document: one for one in self.all}
        return lambda name: last.get(_as_text(name))


def of_act(chain: Chain, act: Act, file: Path | None = None) -> Receipt:
    """The receipt of an act that a chain shows; UndeterminedError if nothing says where it stands there."""
    if act.block is None or act.block_hash is None or act.transaction is None:
        raise UndeterminedError(f"in which block act {act.number} stands is not known: ask a node for its receipt")
    name = act.act_code.word
    # As stated: the chain lists claims by a fold that drops each 0, so that several numbers share one.
    number_stated = act.number_text if isinstance(act, RegistryIdClaimed | RegistryIdWithdrawn) else None
    return Receipt(
        act=name,
        number=act.number,
        trial=act.trial.hex(),
        party=act.actor.hex(),
        key=act.key,
        subject=act.subject.hex() if number_stated is None else number_stated,
        details=_in_words(act),
        document=_as_text(file.name) if file else None,
        chain_id=chain.chain_id(),
        contract=contract("TrialRegistry").address,
        transaction=act.transaction,
        block=act.block,
        block_hash=act.block_hash,
        time=act.time,
        finality=chain.finality(act.block),
    )


def as_json(receipt: Receipt) -> dict[str, Any]:
    """The receipt as it is written to a file; the time in words stands beside the one in seconds."""
    return {"format": format_of(_FAMILY), **members(receipt), "recorded": iso_time(receipt.time)}


def file_name(receipt: Receipt) -> str:
    """What a receipt's file is called: 0003-milestone-first-participant-enrolled.json."""
    details = receipt.details
    if receipt.act in _ABOUT_A_NUMBER:
        words = [receipt.subject]
    else:
        words = [str(details[key]) for key in ("kind", "milestone") if key in details]
        if "version" in details:
            words.append(f"v{details['version']}")
    return layout.receipt_name(receipt.number, receipt.act, words)


def path_for(folder: Path, receipt: Receipt) -> Path:
    """Where a receipt belongs in a chain's folder of receipts."""
    return folder / file_name(receipt)


def keep(path: Path, entry: dict[str, Any], also: Iterable[Path] = ()) -> None:
    """Writes a receipt of any format, whole or not at all, unless it is there.

    One in its place, or in `also`, that names another transaction or block is of a block that a reorganisation dropped:
    it goes to the folder dropped/ beside it, where it claims nothing any more. Any other file stays as it is.
    """
    for one in (path, *also):
        if block := _block_dropped(one, entry):
            _set_aside(one, block)
    if os.path.lexists(path):
        return
    try:
        files.write_json(path, entry, overwrite=False)
    except UsageError:
        if not files.is_file(path, follow=False):  # else another process was first, with the same receipt
            raise


def _block_dropped(path: Path, entry: dict[str, Any]) -> str | None:
    """The hash of the block that a file names, if it is a receipt like `entry` of another block or transaction."""
    try:
        there = parse_json(files.read_small(path, LARGEST, follow=False), str(path))
    except (OSError, ValueError, UsageError):
        return None
    if not isinstance(there, dict) or any(there.get(name) != entry.get(name) for name in _ONE_PLACE):
        return None
    block = there.get("block_hash")
    same = (there.get("transaction"), block) == (entry["transaction"], entry["block_hash"])
    return None if same or not isinstance(block, str) or not re.fullmatch("0x[0-9a-f]{64}", block) else block


def _set_aside(path: Path, block: str) -> None:
    aside = path.parent / _DROPPED / f"{path.stem}_{block[2:10]}{path.suffix}"
    try:
        aside.parent.mkdir(exist_ok=True)
        path.replace(aside)
        files.sync_folder(aside.parent)
    except FileNotFoundError:  # another process was first
        return
    except OSError as error:
        raise UsageError(f"{path} cannot be moved to {aside}: {error.strerror or error}") from None


def load(path: Path, places: Places | None = None) -> Receipt:
    """A receipt from its file; UsageError in a sentence if it is none."""
    try:
        data = (places or Places()).small(path, LARGEST)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{path} cannot be read: {reason}") from None
    try:
        entry = parse_json(data, str(path))
    except UsageError as error:
        raise UsageError(f"{path} is no receipt: {str(error).removeprefix(f'{path} ')}") from None
    try:
        if not isinstance(entry, dict):
            raise FailedError
        version_of(entry.get("format"), _FAMILY, str(path))
    except FailedError:
        raise OtherFormat(f"{path} is no receipt: its format is not {format_of(_FAMILY)}") from None
    except LaterVersion as later:
        raise UsageError(str(later)) from None
    for name, kind in kinds(Receipt).items():
        if name not in entry:
            raise UsageError(f"{path} is no whole receipt: {name} is missing")
        wanted = {"int": int, "str": str, "dict[str, Any]": dict}.get(kind, (str, type(None)))
        if not isinstance(entry[name], wanted) or isinstance(entry[name], bool):
            raise UsageError(f"{path} is no receipt: {name} is of the wrong type")
    for name, digits in (("trial", 64), ("party", 64), ("key", 40), ("contract", 40), ("transaction", 64)):
        prefix = "" if name in ("trial", "party") else "0x"
        if not re.fullmatch(f"{prefix}[0-9a-f]{{{digits}}}", entry[name]):
            raise UsageError(f"{path} is no receipt: {name} must be {prefix}{digits} hexadecimal digits")
    return Receipt(**{name: entry[name] for name in kinds(Receipt)})


def is_one(path: Path, places: Places | None = None) -> bool:
    """Whether a file calls itself a receipt."""
    try:
        return f'"{_FAMILY}/'.encode() in (places or Places()).small(path, LARGEST)
    except (OSError, ValueError):
        return False


def load_folder(folder: Path, places: Places | None = None) -> Claims:
    """Every receipt in a folder of receipts: those beside it, and those of each chain, by path."""
    places = places or Places()
    found, faults = [], []
    for path in _paths(folder, places):
        try:
            found.append(Claim(path, load(path, places)))
        except OtherFormat:  # something else that lies there
            continue
        except UsageError as error:
            faults.append(str(error))
    return Claims(tuple(found), tuple(faults))


def require_chain(receipt: Receipt, chain: Reader) -> None:
    """UsageError if a receipt is of another chain or contract than `chain` has."""
    if receipt.chain_id != chain.chain_id():
        raise UsageError(
            f"the receipt of act {receipt.number} is of chain {receipt.chain_id}, but {chain.source} "
            f"serves chain {chain.chain_id()}: name that chain with --network"
        )
    if receipt.contract != contract("TrialRegistry").address:
        raise UsageError(
            f"the receipt of act {receipt.number} is of contract {receipt.contract}, which is not the one "
            "that this version of trialseal reads: use the version that wrote it"
        )


def _paths(folder: Path, places: Places) -> Iterator[Path]:
    count = 0
    for place in (folder, *places.folders(folder)):
        for name in places.names(place):
            path = place / name
            if name.endswith(".json") and not name.startswith(".") and not places.is_folder(path):
                count += 1
                if count > _MOST:
                    return
                yield path


def _as_text(name: str) -> str:
    """A file's name; one that is no text, which some file systems allow, is written down readably."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def _in_words(act: Act) -> dict[str, Any]:
    """The details of an act as plain JSON, codes in words."""
    details: dict[str, Any] = {}
    for name, value in act.members.items():
        if isinstance(value, Code):
            value = value.word
        elif name == "acts":
            value = act_words_of_mask(value)
        elif name == "code":
            value = value.rstrip(b"\0").decode("ascii", "backslashreplace")
        elif isinstance(value, bytes):
            value = value.hex()
        details[name] = value
    return details
