"""A bundle whose archive is whole, and whose manifest lies or is none: refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.packed_bundles import contents, packed

from trialseal.documents.canonical import canonical_bytes
from trialseal.errors import UsageError
from trialseal.evidence.bundle import manifest
from trialseal.evidence.bundle.bundle import open_bundle
from trialseal.evidence.bundle.member import of_bytes
from trialseal.evidence.bundle.read_me import READ_ME_FIRST

KEPT = Path(__file__).parents[2] / "vectors" / "bundles" / "2026-11.trialseal"
LIES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another digest": (lambda m: m["files"].update({READ_ME_FIRST: "0" * 64}), "is not what its manifest says"),
    "a file that is not there": (lambda m: m["files"].update({"files/x": "0" * 64}), "files/x is only in its manifest"),
    "a file less": (lambda m: m["files"].pop(READ_ME_FIRST), f"{READ_ME_FIRST} is not in its manifest"),
    "itself": (lambda m: m["files"].update({manifest.NAME: "0" * 64}), "manifest.json is only in its manifest"),
    "another form of digest": (lambda m: m["files"].update({READ_ME_FIRST: "A" * 64}), "members of another form"),
    "files in a list": (lambda m: m.update(files=[]), "members of another form"),
    "a verdict": (lambda m: m.update(verdict="approved"), "members of another form"),
    "no trial": (lambda m: m.pop("trial"), "members of another form"),
    "a short trial": (lambda m: m.update(trial="ab"), "members of another form"),
    "a chain without a number": (lambda m: m.update(chain_id="1"), "members of another form"),
    "a chain that is true": (lambda m: m.update(chain_id=True), "members of another form"),
    "chain 0": (lambda m: m.update(chain_id=0), "members of another form"),
    "a devnet in words": (lambda m: m.update(devnet="no"), "members of another form"),
    "a later version": (lambda m: m.update(format="trialseal-bundle/3"), "was made by a later version of trialseal"),
    "the version of bundles with rows": (lambda m: m.update(format="trialseal-bundle/2"), "members of another form"),
    "another format": (
        lambda m: m.update(format="bundle"),
        "is not of the form trialseal-bundle/1 or trialseal-bundle/2",
    ),
}


def test_any_chain_whose_number_every_reader_can_tell_has_bundles() -> None:
    largest = (1 << 53) - 1
    assert manifest.manifest_from(manifest.manifest_bytes(bytes(32), largest, True, {}), "it").chain_id == largest


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("files/rows/dm.csv.rows", 2), ("files/rows/.rows", 1), ("files/rows/dm.csv.row-2.json", 1),
        ("files/data/dm.csv.rows", 1), ("files/rows/a/dm.csv.rows", 1),
    ],
)  # fmt: skip
def test_only_bundles_with_rows_are_of_the_second_version(name: str, version: int) -> None:
    made = manifest.manifest_bytes(bytes(32), 1, True, {name: of_bytes(b"")})
    assert json.loads(made)["format"] == f"trialseal-bundle/{version}"
    assert manifest.manifest_from(made, "it").files.keys() == {name}
    # Bundles of the first version stay readable, whatever names they have.
    first = canonical_bytes(json.loads(made) | {"format": "trialseal-bundle/1"})
    assert manifest.manifest_from(first, "it").files.keys() == {name}


@pytest.mark.parametrize("what", sorted(LIES))
def test_manifests_that_lie_are_refused(tmp_path: Path, what: str) -> None:
    lie, words = LIES[what]
    with KEPT.open("rb") as file:
        members = contents(file)
    said = json.loads(members[manifest.NAME])
    lie(said)
    path = tmp_path / "lying.trialseal"
    path.write_bytes(packed({**members, manifest.NAME: canonical_bytes(said)}))
    with pytest.raises(UsageError, match=words):
        open_bundle(path, "it")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "manifest.json"),
        (b"[]", "is not of the form"),
        (b"[" * 100_000, "manifest.json"),
        (b"{}\n", "of the form"),
    ],
    ids=["nothing", "a list", "deep", "empty"],
)
def test_manifests_that_are_none_are_refused(tmp_path: Path, data: bytes, words: str) -> None:
    with KEPT.open("rb") as file:
        members = contents(file)
    path = tmp_path / "odd.trialseal"
    spaced = json.dumps(json.loads(members[manifest.NAME]), indent=1).encode()
    for content, expected in ((data, words), (spaced, "members of another form")):
        path.write_bytes(packed({**members, manifest.NAME: content}))
        with pytest.raises(UsageError, match=expected) as caught:
            open_bundle(path, "it")
        assert str(caught.value).isprintable()
    del members[manifest.NAME]
    path.write_bytes(packed(members))
    with pytest.raises(UsageError, match="holds no manifest.json"):
        open_bundle(path, "it")
