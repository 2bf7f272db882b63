"""Write words.json: rolled words of a subject and of a registry number, what counts in them, and folds.

    python tests/vectors/make_words.py [--check]

Like make.py it is a second implementation and imports nothing from the library.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEY = bytes.fromhex("a30a18642f643fd932f067b3ecaf785631b2bd5f")
START = 1_588_000_000  # of the first block, Unix seconds
# Keccak-256 of the events' signatures, which the interfaces have; a test holds them against the artifacts.
ATTESTED = "Attested(bytes32,bytes32,bytes32,uint256,uint8,uint8,uint16,uint32,uint40,bytes32)"
WITHDRAWN = "Withdrawn(bytes32,bytes32,bytes32,uint256)"
CLAIMED = "RegistryIdClaimed(bytes32,bytes32,bytes32,uint256,bytes32,uint32)"
UNCLAIMED = "RegistryIdWithdrawn(bytes32,bytes32,bytes32,uint256,bytes32)"
EVENTS = {
    ATTESTED: "5f25f59b58b265c129cb1598bcdfcba135f6d153b8a48d2a3292c11dd10fefce",
    WITHDRAWN: "e460c12d36f00bd96769ec46e75c3197a10285d422cb52257d2b86882d5f2971",
    CLAIMED: "681152353295f38f4a9a438e35452f3403129e727629ded8902ec36b3d528dc8",
    UNCLAIMED: "aed1afde8d6849db3237c5cc1c993dd054849b1d57503bc01196e5c0ffa52d4e",
}
SPELLINGS = {
    "NCT04368728": ["NCT04368728", "nct 04368728", "N-CT04368728", "NCT4368728", "NCT-0436-8728 "],
    "NCT40368728": ["NCT40368728"],  # another number with the same fold
    "NL7985": ["NL7985", "NL 7985", "nl-7985"],
    "DRKS00021238": ["DRKS00021238", "DRKS0002-1238"],
    "KCT0004963": ["KCT0004963", "KCT0004963/"],
    "NTR6310": ["NTR6310", "NTR06310"],
    "UMIN000040211": ["UMIN000040211", "UMIN40211"],
    "CTRI/2020/03/024402": ["CTRI/2020/03/024402", "CTRI/2020/3/24402"],
    "JRCT2031190264": ["jRCT2031190264", "JRCT20-31190264"],
    "ACTRN12620000470976": ["ACTRN12620000470976", "ACTRN1262-0000470976"],
    "2020-002641-42": ["2020-002641-42", "2020/2641/42"],
}
NO_TEXT = ["NCT04368728\x7f", "\tNCT04368728", "NCT0436\x008728"]
NOTHING_LEFT = ["", "0", "00-000/0", " "]


def hashed(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


PARTIES = {name: hashed(name.encode()) for name in ("committee", "stranger", "sponsor", "thief")}
TRIALS = {name: hashed(b"a trial of the ", name.encode()) for name in ("sponsor", "thief")}


def fold(number: str) -> bytes:
    """Letters in upper case and digits 1 to 9, left-aligned in 32 bytes."""
    kept = [one for one in number.upper() if one in "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return "".join(kept).encode("ascii").ljust(32, b"\0")


def text(number: str) -> bytes:
    return number.encode("ascii").ljust(32, b"\0")


def word(value: int) -> bytes:
    return value.to_bytes(32, "big")


class Word:
    """A rolled word that grows by one log at a time."""

    def __init__(self) -> None:
        self.value = bytes(32)
        self.logs: list[dict[str, Any]] = []

    def add(self, event: str, first: bytes, second: bytes, author: bytes, number: int, *data: bytes) -> bytes:
        """The digest of the log. `number` is the one in its stamp."""
        count = len(self.logs) + 1
        stamp = number.to_bytes(4, "big") + (START + 12 * count).to_bytes(8, "big") + KEY
        topics = [bytes.fromhex(EVENTS[event]), first, second, author]
        log = hashed(*topics, stamp, *data)
        self.value = count.to_bytes(4, "big") + hashed(self.value, author[:20], log)[:28]
        self.logs.append(
            {
                "topics": [topic.hex() for topic in topics],
                "data": b"".join((stamp, *data)).hex(),
                "author": author[:20].hex(),
                "log": log.hex(),
                "word": self.value.hex(),
            }
        )
        return log


def attestations() -> dict[str, Any]:
    """A subject's word: which attestations stand, when withdrawals are doubled, foreign, or name what is none."""
    subject, version, rolled = TRIALS["sponsor"], hashed(b"a protocol"), Word()
    committee, stranger = PARTIES["committee"], PARTIES["stranger"]

    def attest(author: bytes, code: int, until: int = 0) -> bytes:
        members = map(word, (2, code, 840, 20200420, until))
        return rolled.add(ATTESTED, subject, version, author, len(rolled.logs) + 1, *members, bytes(32))

    def withdraw(author: bytes, log: bytes) -> bytes:
        return rolled.add(WITHDRAWN, subject, log, author, len(rolled.logs) + 1)

    first, other = attest(committee, 1), attest(stranger, 1)
    withdraw(stranger, first)  # foreign: counts for nothing
    withdraw(committee, hashed(b"no log"))  # names no log
    own = withdraw(committee, first)
    withdraw(committee, first)  # doubled: the first one counts
    withdraw(committee, own)  # a withdrawal cannot be withdrawn
    attest(committee, 3, START + 86_400)
    again = attest(committee, 1)
    withdraw(committee, again)
    rolled_logs = [{**log, "counts": place in (4, 9)} for place, log in enumerate(rolled.logs)]
    return {
        "subject": subject.hex(),
        "logs": rolled_logs,
        "withdrawn": [{"attestation": 0, "by": 4}, {"attestation": 8, "by": 9}],
        "standing": [1, 7],
        "word": rolled.value.hex(),
        "stranger_attestation": other.hex(),
    }


def claims() -> dict[str, Any]:
    """A fold's word: claims doubled, by two trials, taken back in another spelling, and of another number."""
    rolled = Word()
    acts = dict.fromkeys(TRIALS, 1)  # the registration of each

    def add(event: str, trial: str, number: str, *data: bytes) -> None:
        acts[trial] += 1
        rolled.add(event, TRIALS[trial], fold(number), PARTIES[trial], acts[trial], text(number), *data)

    add(CLAIMED, "thief", "NCT04368728", word(20200401))
    add(CLAIMED, "sponsor", "NCT04368728", word(20200427))
    add(CLAIMED, "sponsor", "nct 04368728", word(20200426))  # corrects the day: the last statement stands
    add(CLAIMED, "sponsor", "NCT40368728", word(20200301))  # the same fold, another number
    add(UNCLAIMED, "thief", "NCT4368728")  # takes back the thief's own claim, whatever its spelling
    add(CLAIMED, "sponsor", "NCT04368728", word(0))
    add(UNCLAIMED, "sponsor", "NCT04368728")
    add(UNCLAIMED, "sponsor", "NCT04368728")  # nothing is left to take back
    add(CLAIMED, "sponsor", "NCT04368728", word(20200427))  # stands again
    return {
        "fold": fold("NCT04368728").hex(),
        "trials": {name: trial.hex() for name, trial in TRIALS.items()},
        "logs": rolled.logs,
        "standing": [
            {"trial": "sponsor", "number": "NCT04368728", "claim": 8, "submitted": 20200427},
            {"trial": "sponsor", "number": "NCT40368728", "claim": 3, "submitted": 20200301},
        ],
        "word": rolled.value.hex(),
    }


def words() -> dict[str, Any]:
    return {
        "events": EVENTS,
        "attestations": attestations(),
        "claims": claims(),
        "folds": [
            {"number": number, "spellings": spellings, "fold": fold(number).hex()}
            for number, spellings in SPELLINGS.items()
        ],
        "no_text": NO_TEXT,
        "nothing_left": NOTHING_LEFT,
    }


def main() -> int:
    file = HERE / "words.json"
    written = json.dumps(words(), indent=2, ensure_ascii=True) + "\n"
    if "--check" in sys.argv[1:]:
        if not file.exists() or file.read_text(encoding="utf-8") != written:
            print("words.json is not up to date: run python tests/vectors/make_words.py")
            return 1
        return 0
    file.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
