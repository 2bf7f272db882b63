"""Where things lie in a trial's folder, and what a name there means. The one place that knows these words."""

from __future__ import annotations

import re
from enum import Enum

from trialseal.tables.names import PRIVATE_ENDINGS

PROTOCOL = "protocol.json"
"""The working copy of the protocol, edited from version to version."""
REGISTRY_RECORD = "registry-record.json"
"""What a registry said of the trial; sealed beside the protocol, never as one."""
SYNOPSIS = "synopsis.csv"
"""What the protocol's synopsis says, item by item: protocol.json is made of it and of the sheet of endpoints."""
ENDPOINT_SHEETS = ("endpoints.csv", "endpoints.xlsx")
"""The sheet of endpoints, under one of these names; the first is how it is written."""
RESULTS = "results.json"
SPONSOR = "sponsor.json"
"""The sponsor's profile."""
DOCUMENTS = "documents"
"""What the sponsor writes: plans, consent forms, charters."""
SEALED = "sealed"
"""In documents/: each document of trialseal exactly as it was sealed, written by the acts and never again."""
PARTIES = "parties"
"""Profiles of other parties."""
RECEIPTS = "receipts"
"""One folder a chain, one file an act."""
STREAMS = "streams"
"""One folder a stream: its store."""
CLOCKS = "clocks"
"""Proofs of second clocks, each named by the SHA-256 of what it stamps, and its clock; never written over."""
DATA = "data"
LAST_BACKUP = "last-backup.json"
"""In the home: when it was last backed up, and where to."""

OPENTIMESTAMPS_ENDING = ".ots"
TOKEN_ENDING = ".tsr"
BUNDLE_ENDING = ".trialseal"
_CLOCK_PROOF = re.compile(r"[0-9a-f]{64}-[A-Za-z0-9.-]+\.(ots|tsr)")

RECEIPT_NAME = re.compile(r"\d{4,}-.*\.json")
_DESCRIPTIONS = r"(readme|licen[cs]e|copying|notice|changelog|changes)(\.(md|txt|rst|html?))?"
_DESCRIPTIONS_BEGIN = frozenset("rlcnRLCN")


class FileRole(Enum):
    """What a file in a folder is, where it is none that acts seal; the value says it in words, one and several."""

    DESCRIPTION = ("a description of the folder", "descriptions of folders")
    RECEIPT = ("a receipt", "receipts")
    STREAM = ("a stream's store", "streams' stores")
    PRIVATE = ("a private part of a sealed table", "private parts of sealed tables")
    TABLE = ("a table that its seal document stands for", "tables that their seal documents stand for")
    EVENT_PROOF = ("a proof of an event", "proofs of events")
    CLOCK_PROOF = ("a proof of a second clock", "proofs of second clocks")
    SHEET = ("a sheet that the protocol is made of", "sheets that the protocol is made of")
    REPLAY = ("a list of acts to be replayed", "lists of acts to be replayed")
    BUNDLE = ("a bundle: name it to verify by it", "bundles")
    HIDDEN = ("a hidden name", "hidden names")

    def words(self, count: int) -> str:
        """'a receipt', '14 receipts'."""
        one, several = self.value
        return one if count == 1 else f"{count:,} {several}"


def role_of(name: str) -> FileRole | None:
    """What a file is by its name alone; None for one that acts may have sealed."""
    if name[:1] == ".":
        return FileRole.HIDDEN
    if name.endswith(PRIVATE_ENDINGS):
        return FileRole.PRIVATE
    if name.endswith(BUNDLE_ENDING):
        return FileRole.BUNDLE
    if name.endswith((OPENTIMESTAMPS_ENDING, TOKEN_ENDING)) and _CLOCK_PROOF.fullmatch(name):
        return FileRole.CLOCK_PROOF
    described = name[:1] in _DESCRIPTIONS_BEGIN and re.fullmatch(_DESCRIPTIONS, name, re.IGNORECASE)
    return FileRole.DESCRIPTION if described else None


def receipt_name(number: int, act: str, words: list[str]) -> str:
    """0003-milestone-first-participant-enrolled.json: act number, what was done, and what about."""
    return _plain("-".join([f"{number:04}", act, *words])) + ".json"


def copy_name(number: int, kind: str, version: int, digest: bytes, digits: int = 8) -> str:
    """0007-results-v2-1a2b3c4d.json: act number, kind, version as the chain counts it, beginning of the digest."""
    return _plain(f"{number:04}-{kind}-v{version}-{digest.hex()[:digits]}") + ".json"


def clock_proof_name(digest: bytes, clock: str, ending: str) -> str:
    """1a2b…-calendar.example.ots: SHA-256 of what is stamped, the clock, and the form."""
    return f"{digest.hex()}-{_plain(clock) or 'clock'}{ending}"


def _plain(name: str) -> str:
    """A name that stays in its folder, whatever was chosen by others."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name)


FORMS = {
    "trialseal-event-proof/1": FileRole.EVENT_PROOF,
    "trialseal-receipt/1": FileRole.RECEIPT,
    "trialseal-acts/1": FileRole.REPLAY,
}
"""What a file is that calls itself so."""
