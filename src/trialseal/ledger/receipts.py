"""Receipts: what a submitter keeps of an act, a JSON file that binds the chain and the contract."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from trialseal.errors import UsageError
from trialseal.files import write_json
from trialseal.ledger.acts import Act
from trialseal.ledger.chain import Chain
from trialseal.ledger.codes import Code, act_words_of_mask
from trialseal.ledger.contracts import contract
from trialseal.ledger.moments import iso_time

FORMAT = "trialseal-receipt/1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One act as its sender saw it recorded. Ids and digests are 64 lower-case hexadecimal digits."""

    act: str  # the word of a codes.ActCode
    number: int  # of the act in its trial, from 1
    trial: str
    party: str  # that acted
    key: str  # address that acted
    subject: str  # a digest, a registry number in ASCII, or a party
    details: dict[str, Any]  # kind, version, milestone, date …
    document: str | None  # name of the file, if the act is about one
    chain_id: int
    contract: str
    transaction: str
    block: int
    block_hash: str
    time: int  # the block's, Unix seconds
    finality: str  # when the receipt was written
    text_digest: str | None = None  # of the file's text, blind to line ends and byte order mark
    canonical: str | None = None  # of the file's RFC 8785 form, if it is JSON that has one


def of_act(chain: Chain, act: Act, file: Path | None = None) -> Receipt:
    """The receipt of an act that a chain shows."""
    name = act.act_code.word
    subject = act.subject.hex()
    if name == "claim-registry-id":
        subject = act.subject.rstrip(b"\0").decode("ascii", "backslashreplace")
    return Receipt(
        act=name,
        number=act.number,
        trial=act.trial.hex(),
        party=act.actor.hex(),
        key=act.key,
        subject=subject,
        details=_in_words(act),
        # A name that is no text, which some file systems allow, is written down readably.
        document=os.fsencode(file.name).decode("utf-8", "backslashreplace") if file else None,
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
    return {"format": FORMAT, **asdict(receipt), "recorded": iso_time(receipt.time)}


def path_for(folder: Path, receipt: Receipt) -> Path:
    """Where a receipt belongs: 0003-milestone-first-participant-enrolled.json."""
    details = receipt.details
    words = [f"{receipt.number:04}", receipt.act]
    if receipt.act == "claim-registry-id":
        words.append(receipt.subject)
    else:
        words += [str(details[key]) for key in ("kind", "milestone") if key in details]
        if "version" in details:
            words.append(f"v{details['version']}")
    return folder / (re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join(words)) + ".json")


def write(path: Path, receipt: Receipt) -> None:
    """Writes a receipt, whole or not at all."""
    write_json(path, as_json(receipt))


def load(path: Path) -> Receipt:
    """A receipt from its file; UsageError if it is none."""
    try:
        entry = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise UsageError(f"{path} is no receipt: it is not JSON") from None
    if not isinstance(entry, dict) or entry.get("format") != FORMAT:
        raise UsageError(f"{path} is no receipt: its format is not {FORMAT}")
    for field in fields(Receipt):
        if field.name not in entry:
            raise UsageError(f"{path} is no whole receipt: {field.name} is missing")
        wanted = {"int": int, "str": str, "dict[str, Any]": dict}.get(str(field.type), (str, type(None)))
        if not isinstance(entry[field.name], wanted) or isinstance(entry[field.name], bool):
            raise UsageError(f"{path} is no receipt: {field.name} is of the wrong type")
    for name, digits in (("trial", 64), ("party", 64), ("key", 40), ("contract", 40), ("transaction", 64)):
        if not re.fullmatch(f"(0x)?[0-9a-f]{{{digits}}}", entry[name]):
            raise UsageError(f"{path} is no receipt: {name} must be {digits} hexadecimal digits")
    return Receipt(**{field.name: entry[field.name] for field in fields(Receipt)})


def load_folder(folder: Path) -> list[Receipt]:
    """Every receipt in a folder and the folders in it, by path; other JSON files are passed over."""
    receipts = []
    for path in sorted(folder.rglob("*.json")):
        try:
            if json.loads(path.read_bytes()).get("format") != FORMAT:
                continue
        except (OSError, ValueError, AttributeError):
            continue
        receipts.append(load(path))
    return receipts


def require_chain(receipt: Receipt, chain: Chain) -> None:
    """UsageError if a receipt is of another chain or contract than `chain` has."""
    if receipt.chain_id != chain.chain_id():
        raise UsageError(
            f"the receipt of act {receipt.number} is of chain {receipt.chain_id}, but {chain.rpc.shown} "
            f"serves chain {chain.chain_id()}: name that chain with --network"
        )
    if receipt.contract != contract("TrialRegistry").address:
        raise UsageError(
            f"the receipt of act {receipt.number} is of contract {receipt.contract}, which is not the one "
            "that this version of trialseal reads: use the version that wrote it"
        )


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
