"""Bundles whose evidence was altered, and packed again with right digests: no verdict gets better, or fails for it."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests import packed_bundles
from tests.integration.test_command import home
from tests.integration.test_lies_to_commands import believes, commands, do, run
from tests.packed_bundles import contents

from trialseal.documents.canonical import canonical_bytes, parse_json
from trialseal.errors import TrialsealError, UsageError
from trialseal.evidence.bundle import manifest
from trialseal.evidence.bundle.bundle import FILES, open_bundle
from trialseal.ledger import networks
from trialseal.ledger.chain import Chain

__all__ = ["commands", "home"]

SEED = int(os.environ.get("LIES_SEED", "1"))
LIES = int(os.environ.get("LIES", "8000")) // 80
Members = dict[str, bytes]
NODES, LOGS, HEADER = "evidence/nodes", "evidence/logs", "evidence/header.rlp"


@pytest.fixture(scope="module")
def bundles(home: Path, commands: dict[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A trial's bundle, and that of another trial of the same chain."""
    place = tmp_path_factory.mktemp("bundles")
    one, other = place / "one.trialseal", place / "other.trialseal"
    folder = Path(commands["history"][1])
    do("bundle", folder, "--out", one)
    do("bundle", folder.parent / "other", "--out", other)
    return one, other


def members_of(path: Path) -> Members:
    with path.open("rb") as file:
        return contents(file)


def packed(members: Members, **claimed: Any) -> bytes:
    """A bundle with these members and a manifest that agrees with them, but for what it claims otherwise."""
    said = parse_json(members[manifest.NAME], "it")
    assert isinstance(said, dict)
    rest = {name: content for name, content in members.items() if name != manifest.NAME}
    said["files"] = {name: sha256(content).hexdigest() for name, content in rest.items()}
    return packed_bundles.packed(rest | {manifest.NAME: canonical_bytes(said | claimed)})


def parts(data: bytes, head: int, at: int) -> list[bytes]:
    """Nodes or logs, each with its length in front: `at` bytes into its head of `head` bytes."""
    found, place = [], 0
    while place < len(data):
        end = place + head + int.from_bytes(data[place + at : place + head], "big")
        found.append(data[place:end])
        place = end
    return found


def lists_changed(own: list[bytes], others: list[bytes], draw: random.Random, bits: int) -> Iterator[list[bytes]]:
    """A list that loses, gains, doubles, swaps, and holds a member in which one bit is flipped."""
    yield []
    yield own[::-1]
    yield own + others
    for number, one in enumerate(own):
        yield own[:number] + own[number + 1 :]
        yield [*own[:number], one, one, *own[number + 1 :]]
        if others:
            yield [*own[:number], draw.choice(others), *own[number + 1 :]]
            yield [*own[:number], draw.choice(others), *own[number:]]
        swapped = own.copy()
        other = draw.randrange(len(own))
        swapped[number], swapped[other] = swapped[other], swapped[number]
        yield swapped
        for place in draw.sample(range(len(one)), min(bits, len(one))):
            flipped = bytearray(one)
            flipped[place] ^= 1 << draw.randrange(8)
            yield [*own[:number], bytes(flipped), *own[number + 1 :]]


def altered(one: Members, other: Members, draw: random.Random) -> Iterator[tuple[str, bytes]]:
    """The bundle with one thing changed, in words and packed again."""
    for name, head, at in ((NODES, 2, 0), (LOGS, 133, 129)):
        own, others = parts(one[name], head, at), parts(other[name], head, at)
        for number, changed in enumerate(lists_changed(own, others, draw, 24)):
            yield f"{name} {number}", packed(one | {name: b"".join(changed)})
    for place in range(len(one[HEADER])):
        flipped = bytearray(one[HEADER])
        flipped[place] ^= 1 << draw.randrange(8)
        yield f"{HEADER} {place}", packed(one | {HEADER: bytes(flipped)})
    for name in (NODES, LOGS, HEADER):
        yield f"another trial's {name}", packed(one | {name: other[name]})
        yield f"without {name}", packed({key: value for key, value in one.items() if key != name})
        yield f"half of {name}", packed(one | {name: one[name][: len(one[name]) // 2]})
    for name in [name for name in one if name.startswith(FILES)]:
        yield f"without {name}", packed({key: value for key, value in one.items() if key != name})
        for _ in range(8):
            flipped = bytearray(one[name])
            flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
            yield f"{name} changed", packed(one | {name: bytes(flipped)})
    other_trial = parse_json(other[manifest.NAME], "it")
    assert isinstance(other_trial, dict)
    for claims in (
        {"trial": other_trial["trial"]}, {"trial": "00" * 32}, {"trial": ""}, {"trial": None}, {"chain_id": 1},
        {"chain_id": 0}, {"chain_id": -1}, {"chain_id": True}, {"chain_id": "31337"}, {"chain_id": 1 << 70},
        {"devnet": False}, {"devnet": None}, {"format": "trialseal-bundle/2"}, {"format": 1}, {"more": 1},
        {"files": {}}, {"files": []}, {"files": {"a": "00" * 32}},
    ):  # fmt: skip
        try:
            yield f"{claims}", packed(one, **claims)
        except TrialsealError:  # a number that has no canonical form
            continue


def test_no_altered_bundle_is_believed(home: Path, bundles: tuple[Path, Path], tmp_path: Path) -> None:
    block = Chain(networks.resolve("devnet", home)).block()
    assert block is not None
    trial = open_bundle(bundles[0], "it").trial.hex()
    path = tmp_path / "altered.trialseal"
    trust = ("--json", "--block-hash", block["hash"])
    asked = {
        "verify": ("verify", str(path), *trust),
        "history": ("history", trial, "--bundle", str(path), *trust),
    }
    path.write_bytes(bundles[0].read_bytes())
    honest = {name: run(*words) for name, words in asked.items()}
    assert {one.code for one in honest.values()} == {0}, honest
    draw = random.Random(f"{SEED} bundles")
    lies = list(altered(members_of(bundles[0]), members_of(bundles[1]), draw))
    believed: list[str] = []
    for what, data in draw.sample(lies, min(len(lies), LIES)):
        path.write_bytes(data)
        for name, words in asked.items():
            if wrong := of_a_bundle(what, run(*words), honest[name]):
                believed.append(f"{name}, {what}: {wrong}")
    assert not believed, f"{len(believed)} (LIES_SEED={SEED}):\n" + "\n".join(believed[:20])


def of_a_bundle(what: str, said: Any, honest: Any) -> str:
    if said.code == 3:  # no bundle at all
        return "" if said.err.count("\n") == 1 and "Traceback" not in said.err else said.err[:300]
    if what.startswith((FILES, f"without {FILES}")):  # a changed file is another file
        return "" if said.code in (0, 1, 2) else f"{said.code}: {said.err[:200]}"
    return believes(said, honest)


def test_truncated_evidence_is_one_sentence(bundles: tuple[Path, Path], tmp_path: Path) -> None:
    data, path = bundles[0].read_bytes(), tmp_path / "cut.trialseal"
    draw = random.Random(SEED)
    for length in draw.sample(range(len(data)), 100):
        path.write_bytes(data[:length])
        said = run("verify", path)
        assert said.code == 3 and said.err.count("\n") == 1, (length, said)


def test_every_flipped_bit_is_found(bundles: tuple[Path, Path]) -> None:
    """Of a bundle as it is sent to an editor; every bit of a small one is flipped in test_hostile_bundles."""
    data = bytearray(bundles[0].read_bytes())
    for place in range(0, len(data), 5):
        data[place] ^= 1 << place % 8
        with pytest.raises(UsageError, match="not a bundle as it was packed"):
            contents(io.BytesIO(bytes(data)))
        data[place] ^= 1 << place % 8
