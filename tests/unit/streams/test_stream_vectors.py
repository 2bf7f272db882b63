"""The published vectors of streams, which a second implementation wrote, against the room and a store of its own."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from trialseal.documents import nonces
from trialseal.documents.events import event_form, parse_event
from trialseal.merkle import tree
from trialseal.streams import subject_secrets
from trialseal.streams.batch import Row
from trialseal.streams.config import StreamConfig, stream_id
from trialseal.streams.lines import subject_of
from trialseal.streams.pseudonyms import Pseudonyms, pseudonym
from trialseal.streams.store import create_stream

GIVEN = json.loads((Path(__file__).parents[2] / "vectors" / "streams.json").read_text(encoding="utf-8"))
TRIAL, SALT, STREAM = (bytes.fromhex(GIVEN[name]) for name in ("trial", "salt", "stream"))


def test_stream_id() -> None:
    assert stream_id(SALT, GIVEN["name"]) == STREAM


@pytest.mark.parametrize("one", GIVEN["pseudonyms"], ids=lambda one: ascii(one["number"]))
def test_pseudonyms(one: dict[str, str]) -> None:
    key = bytes.fromhex(GIVEN["site_key"])
    assert pseudonym(key, one["number"]) == one["pseudonym"] == Pseudonyms(key).of(one["number"])


@pytest.mark.parametrize("index", range(len(GIVEN["entries"])))
def test_nonces_forms_and_leaves(index: int) -> None:
    one = GIVEN["entries"][index]
    parse_event(one["event"], "the vector")
    secret, nonce = bytes.fromhex(one["secret"]), bytes.fromhex(one["nonce"])
    assert event_form(one["event"]) == one["form"].encode()
    assert nonces.nonce(secret, TRIAL, STREAM, index) == nonce
    assert nonces.Nonces(secret, TRIAL, STREAM).at(index) == nonce
    assert nonces.salted_leaf(nonce, one["form"].encode()).hex() == one["leaf"]
    assert tree.leaf_hash(nonce + one["form"].encode()).hex() == one["leaf"]


def test_a_store_with_these_secrets_is_the_vector_byte_by_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Row(one["event"]["id"], subject_of(one["event"]), one["form"].encode()) for one in GIVEN["entries"]]
    new = dict.fromkeys(one["secret"] for one, row in zip(GIVEN["entries"], rows, strict=True) if row.subject)
    secrets = iter([GIVEN["entries"][0]["secret"], *new])
    chosen = SimpleNamespace(token_bytes=lambda count: bytes.fromhex(next(secrets)))
    monkeypatch.setattr(subject_secrets, "secrets", chosen)
    stream = create_stream(tmp_path / "s", StreamConfig(TRIAL, bytes(32), GIVEN["name"], SALT, 0, 0))
    for row in rows:
        stream.append([row])
    assert (stream.folder / "tree").read_bytes().hex() == "".join(GIVEN["nodes"])
    assert (stream.folder / "entries.ndjson").read_text(encoding="utf-8").splitlines() == [
        one["form"] for one in GIVEN["entries"]
    ]
    for head in GIVEN["heads"]:
        assert stream.root(head["size"]).hex() == head["root"]
    for index, proof in enumerate(GIVEN["inclusion_proofs"]):
        assert [one.hex() for one in stream.inclusion_proof(index)] == proof
