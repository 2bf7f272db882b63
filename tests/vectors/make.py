"""Write the vectors of this project's own formats, or say with --check whether the files are up to date.

    python tests/vectors/make.py [--check]

It is a second implementation on purpose: from the library under test it imports nothing, only hashlib and the
package rfc8785, and it builds trees by the recursion of RFC 9162 as the RFC writes it.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from hashlib import sha256
from pathlib import Path

import rfc8785

HERE = Path(__file__).parent


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), root(leaves[k:])]
    return [*path(index - k, leaves[k:]), root(leaves[:k])]


def subproof(old: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """RFC 9162, 2.1.4.1; PROOF is this with `known` true, which says that the verifier has the root of `leaves`."""
    if old == len(leaves):
        return [] if known else [root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*subproof(old, leaves[:k], known), root(leaves[k:])]
    return [*subproof(old - k, leaves[k:], False), root(leaves[:k])]


def hexes(values: list[bytes]) -> list[str]:
    return [value.hex() for value in values]


def trees() -> dict[str, object]:
    """Every proof of the trees over Certificate Transparency's first one to eight entries."""
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in entries]
    sizes = range(1, len(leaves) + 1)
    return {
        "source": "RFC 9162, 2.1 (as RFC 6962, 2.1): the eight entries and roots of the Certificate Transparency "
        "reference implementation, and every proof of those trees",
        "entries": entries,
        "empty_root": root([]).hex(),
        "roots": [root(leaves[:size]).hex() for size in sizes],
        "inclusion": [
            {"index": index, "size": size, "proof": hexes(path(index, leaves[:size]))}
            for size in sizes
            for index in range(size)
        ],
        "consistency": [
            {"old_size": old, "new_size": new, "proof": hexes(subproof(old, leaves[:new], True))}
            for new in sizes
            for old in range(1, new + 1)
        ],
    }


def ids() -> dict[str, object]:
    """Parties, trials, codes, dates."""
    address = bytes.fromhex("7e5f4552091a69125d5dfcb7b8c2659029395bdf")
    parties = []
    for salt in (bytes(32), bytes(range(32))):
        parties.append({"address": address.hex(), "salt": salt.hex(), "party": sha256(address + salt).hexdigest()})
    trials = []
    for code in ("C4591001", "05-1109", "A", "EORTC 1553/BIG 16-05", "x" * 32):
        padded = code.encode("ascii") + bytes(32 - len(code))
        party = bytes.fromhex(str(parties[0]["party"]))
        trials.append(
            {
                "party": party.hex(),
                "code": code,
                "code_bytes": padded.hex(),
                "trial": sha256(party + padded).hexdigest(),
            }
        )
    dates = {"2020": 20200000, "2020-05": 20200500, "2020-05-12": 20200512, "2024-02-29": 20240229}
    no_dates = [
        "2020-13",
        "2020-02-30",
        "2023-02-29",
        "2020-00",
        "2020-05-00",
        "20-05-12",
        "2020-5-1",
        "12.5.2020",
    ]
    no_dates += ["1899", "0000", "2020-05-12T10:00", "", "２０２０"]
    return {
        "parties": parties,
        "trials": trials,
        "dates": [{"text": text, "code": code} for text, code in dates.items()],
        "refused_dates": no_dates,
    }


def documents() -> dict[str, object]:
    """Digests, endpoint leaves, roots and proofs of the documents beside, and digests of private files."""
    found = []
    for file in sorted((HERE / "documents").glob("*.json")):
        raw = file.read_bytes()
        value = json.loads(raw)
        if "kind" not in value:
            continue  # a foreign format, for the importers
        one: dict[str, object] = {
            "file": f"documents/{file.name}",
            "file_digest": sha256(raw).hexdigest(),
            "canonical_length": len(rfc8785.dumps(value)),
            "document_digest": sha256(rfc8785.dumps(value)).hexdigest(),
        }
        if "endpoints" in value:
            leaves = [leaf_hash(rfc8785.dumps(endpoint)) for endpoint in value["endpoints"]]
            one["endpoint_leaves"] = hexes(leaves)
            one["endpoint_root"] = root(leaves).hex()
            one["endpoint_proofs"] = [hexes(path(index, leaves)) for index in range(len(leaves))]
        found.append(one)
    private = []
    for text in ("", "abc"):
        nonce = bytes(range(32))
        digest = sha256(text.encode()).digest()
        private.append(
            {
                "text": text,
                "nonce": nonce.hex(),
                "file_digest": digest.hex(),
                "private_digest": sha256(nonce + digest).hexdigest(),
            }
        )
    return {"documents": found, "private_files": private}


def step(before: bytes, author: bytes, log: bytes) -> bytes:
    """SHA-256(before ‖ first 20 bytes of the acting party's id ‖ digest of the log)."""
    return sha256(before + author[:20] + log).digest()


def rolling() -> dict[str, object]:
    """The digest over three invented acts of a trial, by two parties."""
    trial, key = sha256(b"a trial").digest(), bytes.fromhex("a30a18642f643fd932f067b3ecaf785631b2bd5f")
    parties = [sha256(text).digest() for text in (b"a party", b"another party")]
    digest, acts = bytes(32), []
    for number, party in enumerate((parties[0], parties[1], parties[0]), start=1):
        topics = [sha256(f"signature {number}".encode()).digest(), trial, bytes(31) + bytes([number]), party]
        data = number.to_bytes(4, "big") + (1_588_000_000 + number).to_bytes(8, "big") + key
        data += b"\xab" * 32 * (number - 1)
        log = sha256(b"".join(topics) + data).digest()
        digest = step(digest, party, log)
        acts.append({"topics": hexes(topics), "data": data.hex(), "log": log.hex(), "rolling": digest.hex()})
    return {"trial": trial.hex(), "acts": acts}


def heads() -> dict[str, object]:
    """The digest over three invented heads of a stream's log."""
    key = bytes.fromhex("a30a18642f643fd932f067b3ecaf785631b2bd5f")
    trial, stream, writer = (sha256(text).digest() for text in (b"a trial", b"a stream", b"a party"))
    # Keccak-256 of HeadExtended(bytes32,bytes32,bytes32,uint256,uint64,bytes32), which the interface's event has.
    event = bytes.fromhex("0e6dbe22bace973c9830a77369857a59c36e31855dbf2b25c38984a9f9bf3e78")
    digest, found = bytes(32), []
    for number, size in enumerate((1, 1000, 2**32 + 1000), start=1):
        time, root = 1_588_000_000 + number, sha256(b"root of %d" % size).digest()
        data = number.to_bytes(4, "big") + time.to_bytes(8, "big") + key + size.to_bytes(32, "big") + root
        log = sha256(event + trial + stream + writer + data).digest()
        digest = step(digest, writer, log)
        head = {"number": number, "time": time, "key": "0x" + key.hex(), "size": size, "root": root.hex()}
        words = {"topics": hexes([event, trial, stream, writer]), "data": data.hex(), "log": log.hex()}
        found.append({**head, **words, "rolling": digest.hex()})
    return {"trial": trial.hex(), "stream": stream.hex(), "writer": writer.hex(), "heads": found}


def streams() -> dict[str, object]:
    """A stream of nine entries about two subjects and a site, heads, proofs, and a subject's pseudonyms."""
    salt, name = bytes(range(100, 132)), "adverse-events"
    trial = sha256(b"a trial").digest()
    stream = sha256(salt + name.encode()).digest()
    site_key = bytes(range(200, 232))
    pseudonyms = []
    for number in ("1001", "0001001", "S-17/é", "S-17/e\u0301"):
        composed = unicodedata.normalize("NFC", number).encode("utf-8")
        pseudonyms.append({"number": number, "pseudonym": mac(site_key, composed)[:16].hex()})
    subjects = {pseudonyms[0]["pseudonym"]: bytes(range(32)), pseudonyms[2]["pseudonym"]: bytes(range(1, 33))}
    own = bytes(range(2, 34))
    first, second = subjects
    common = {"format": "trialseal/1", "kind": "event"}
    events: list[dict[str, object]] = [
        {"type": "consent-form-in-force", "id": "F-1", "at": "2020-05-01", "site": "01", "form_version": "1.0"},
        {"type": "consent", "id": "C-1", "at": "2020-05-12T09:30:00+02:00", "status": "given", "form_version": "1.0"},
        {"type": "enrolment", "id": "E-1", "at": "2020-05-12"},
        {"type": "adverse-event", "id": "AE-1", "at": "2020-05-14T07:00Z", "seriousness": "serious", "grade": 3},
        {"type": "device-reading", "id": "R-1", "at": "2020-05-14", "quantity": "SpO₂", "value": 97.5, "unit": "%"},
        {"type": "padding", "id": "padding-00", "at": "2020-05-15T00:00:00Z"},
        {
            "type": "erasure",
            "id": "erasure-00",
            "at": "2020-06-01",
            "subject": second,
            "by": "Data protection office",
            "reason": "asked for it",
            "legal_basis": "GDPR 17(1)(b)",
            "counts": {"device-reading": 1},
            "indices": [4],
        },
    ]
    events += [
        {
            "type": "adverse-event", "id": "AE-2", "at": "2020-05-13T07:00Z", "seriousness": "serious", "grade": 2,
            "corrects": "AE-1", "corrected_by": "CRC-2", "corrected_at": "2020-06-02T08:00Z",
            "correction_source": "source-data-verification", "correction_reason": "read from the wrong line",
        },
        {
            "type": "entered-in-error", "id": "X-1", "at": "2020-06-03", "corrects": "E-1", "corrected_by": "CRC-2",
            "correction_source": "query", "correction_reason": "entered for another visit",
        },
    ]  # fmt: skip
    about = [None, first, first, first, second, None, None, first, first]
    entries, leaves = [], []
    for index, (event, subject) in enumerate(zip(events, about, strict=True)):
        event |= common
        if subject:
            event["subject"] = subject
        # What is about nobody takes the stream's own secret; a tombstone does too, since it outlives the subject's.
        secret = subjects[subject] if subject else own
        nonce = mac(secret, trial + stream + index.to_bytes(8, "big"))
        form = rfc8785.dumps(event)
        leaves.append(leaf_hash(nonce + form))
        entries.append(
            {
                "event": event,
                "secret": secret.hex(),
                "nonce": nonce.hex(),
                "form": form.decode("utf-8"),
                "leaf": leaves[-1].hex(),
            }
        )
    # What the file of nodes holds: of each leaf, it and the subtrees that are complete with it, lowest first.
    nodes = []
    for size in range(1, len(leaves) + 1):
        width = 1
        while size % width == 0:
            nodes.append(root(leaves[size - width : size]))
            width *= 2
    return {
        "salt": salt.hex(),
        "name": name,
        "stream": stream.hex(),
        "trial": trial.hex(),
        "site_key": site_key.hex(),
        "pseudonyms": pseudonyms,
        "entries": entries,
        "heads": [{"size": size, "root": root(leaves[:size]).hex()} for size in range(1, len(leaves) + 1)],
        "inclusion_proofs": [hexes(path(index, leaves)) for index in range(len(leaves))],
        "nodes": hexes(nodes),
        "corrections": corrections(),
    }


CHAINS: list[list[tuple[str, str, str, str | None]]] = [
    # id, type, participant, corrects
    [("a", "visit", "1", None), ("b", "visit", "1", "a"), ("c", "visit", "2", None), ("d", "visit", "1", "b")],
    [("a", "visit", "1", None), ("b", "entered-in-error", "1", "a"), ("c", "visit", "1", "b")],
    [("a", "visit", "1", None), ("b", "visit", "1", "a"), ("c", "entered-in-error", "1", "b")],
]
REFUSED_CORRECTIONS: list[list[tuple[str, str, str, str | None]]] = [
    [("a", "visit", "1", None), ("b", "visit", "1", "z")],
    [("a", "visit", "1", "b"), ("b", "visit", "1", None)],
    [("a", "visit", "1", None), ("b", "visit", "1", "a"), ("c", "visit", "1", "a")],
    [("a", "visit", "1", None), ("b", "visit", "2", "a")],
    [("a", "visit", "1", None), ("b", "consent", "1", "a")],
    [("a", "visit", "1", None), ("b", "entered-in-error", "1", "a"), ("c", "entered-in-error", "1", "b")],
    [("a", "padding", "", None), ("b", "entered-in-error", "", "a")],
]


def corrections() -> dict[str, object]:
    """Which entries stand after each of some chains of corrections, and the last of which entries is refused."""
    found = []
    for chain in CHAINS:
        stands: list[list[str]] = []
        for size in range(1, len(chain) + 1):
            seen = chain[:size]
            replaced = {corrects for *_, corrects in seen if corrects}
            stands.append([id for id, type, *_ in seen if id not in replaced and type != "entered-in-error"])
        found.append({"entries": [entry(one) for one in chain], "stand": stands})
    return {"chains": found, "refused": [[entry(one) for one in chain] for chain in REFUSED_CORRECTIONS]}


def entry(one: tuple[str, str, str, str | None]) -> dict[str, str]:
    given = dict(zip(("id", "type", "subject", "corrects"), one, strict=True))
    return {key: value for key, value in given.items() if value}


def versions() -> dict[str, object]:
    """What a reader of trialseal/1 makes of a format."""
    known = ["trialseal/1"]
    later = ["trialseal/2", "trialseal/10", "trialseal/999999"]
    none = ["", "trialseal", "trialseal/", "trialseal/0", "trialseal/01", "trialseal/1 ", "Trialseal/2", "other/2"]
    return {"read": known, "made_by_a_later_version": later, "no_format": none}


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 by the words of RFC 2104, for keys of up to 64 bytes."""
    padded = key.ljust(64, b"\0")
    inner = sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def main(arguments: list[str]) -> int:
    stale = []
    for name, vectors in (
        ("rfc9162", trees()),
        ("ids", ids()),
        ("documents", documents()),
        ("rolling", rolling()),
        ("heads", heads()),
        ("streams", streams()),
        ("versions", versions()),
    ):
        text = json.dumps(vectors, indent=2, ensure_ascii=True) + "\n"
        file = HERE / f"{name}.json"
        if arguments == ["--check"]:
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                stale.append(file.name)
        else:
            file.write_text(text, encoding="utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run python tests/vectors/make.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
