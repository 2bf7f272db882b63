"""Write slots.json: where the contracts keep the words that readers prove, for some keys.

    python tests/vectors/make_slots.py [--check]

Like make.py it imports nothing from the library: the slots are those of the contracts' source, in the order of their
variables, and Keccak-256 is eth-utils'.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

FILE = Path(__file__).parent / "slots.json"


def mapping(slot: int, *keys: bytes | int) -> int:
    """The slot of a mapping's value."""
    at = slot.to_bytes(32, "big")
    for key in keys:
        at = keccak((key.to_bytes(32, "big") if isinstance(key, int) else key.rjust(32, b"\0")) + at)
    return int.from_bytes(at, "big")


def words(contract: str, first: int, count: int = 1) -> list[list[str]]:
    """Some words from a slot on."""
    return [[contract, ((first + more) % 2**256).to_bytes(32, "big").hex()] for more in range(count)]


def slots() -> dict[str, Any]:
    """What the file holds."""
    trial, party, stream, digest = (sha256(name.encode()).digest() for name in ("trial", "party", "stream", "digest"))
    fold, kind, number = b"NCT4368728".ljust(32, b"\0"), 2, 300
    item = int.from_bytes(keccak((5).to_bytes(32, "big")), "big") + number - 1
    return {
        "keys": {
            "trial": trial.hex(),
            "party": party.hex(),
            "stream": stream.hex(),
            "digest": digest.hex(),
            "fold": fold.hex(),
            "kind": kind,
            "number": number,
        },
        "slots": {
            "trial": words("TrialRegistry", mapping(3, trial), 2),
            "document": words("TrialRegistry", mapping(4, trial, kind, digest)),
            "trials_word": words("TrialRegistry", 6),
            "number_word": words("TrialRegistry", mapping(7, fold)),
            "stream_opened": words("TrialRegistry", mapping(11, trial, party, stream)),
            "party": words("Parties", mapping(3, party), 2),
            "party_numbered": words("Parties", item),
            "subject_word": words("Attestations", mapping(3, party)),
            "head": words("TrialLog", mapping(3, trial, party, stream), 3),
        },
    }


if __name__ == "__main__":
    text = json.dumps(slots(), indent=2) + "\n"
    if "--check" in sys.argv[1:]:
        sys.exit(0 if FILE.is_file() and FILE.read_text(encoding="utf-8") == text else "slots.json is out of date")
    FILE.write_text(text, encoding="utf-8")
