"""Folders of stores that a reading command is given, and documents about sharing, as they should not be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trialseal import age_files
from trialseal.cli.share.own import read_document
from trialseal.cli.stores_given import stores_given
from trialseal.cli.trial.streams_drawn import named_streams
from trialseal.documents.sharing import AccessPolicy
from trialseal.errors import FailedError, UsageError
from trialseal.report.trial.stream_entries import NamedStream
from trialseal.streams.config import StreamConfig
from trialseal.streams.store import create_stream


def test_a_folder_that_is_none_is_not_passed_over(tmp_path: Path) -> None:
    assert stores_given(bytes(32), tmp_path, []) == []
    with pytest.raises(UsageError, match="holds no stream: name with --folder the folder in whose streams/ it lies"):
        stores_given(bytes(32), tmp_path, [tmp_path])
    with pytest.raises(UsageError, match="absent is not a folder: name with --folder"):
        stores_given(bytes(32), tmp_path, [tmp_path / "absent"])


def test_a_document_of_another_kind_is_told_by_its_kind(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"format": "trialseal/1", "kind": "access-policy", "permission": "GRU"}))
    assert read_document(policy, AccessPolicy)[0].permission == "GRU"
    for text, error, sentence in (
        (
            '{"format": "trialseal/1", "kind": "permit"}',
            UsageError,
            "is of kind permit, not access-policy",
        ),
        ('{"format": "trialseal/1", "kind": 3}', FailedError, "kind is 3"),
        ("[1]", FailedError, r"holds \[1\], not a document"),
    ):
        policy.write_text(text)
        with pytest.raises(error, match=sentence):
            read_document(policy, AccessPolicy)


def test_a_key_that_is_not_whole_is_told_by_its_line_and_not_repeated(tmp_path: Path) -> None:
    identity, recipient = age_files.new_identity()
    path = tmp_path / "my.key"
    path.write_bytes(age_files.key_file(identity, recipient, "2026-01-01T00:00:00Z"))
    assert age_files.identities_in(path) == [identity]
    path.write_text(f"# mine\n{identity[:-3]}\n")
    with pytest.raises(UsageError, match=r"my.key, line 2: the identity is not whole: restore") as refused:
        age_files.identities_in(path)
    assert identity[:-3] not in str(refused.value)


def test_a_damaged_store_takes_no_timeline_away(tmp_path: Path) -> None:
    assert named_streams(bytes(32), tmp_path) == ({}, ())
    config = StreamConfig(
        trial=bytes(32), writer=b"w" * 32, name="kits", salt=b"s" * 32, registered_at=0, created_at=0, schedule=None
    )
    create_stream(tmp_path / "streams" / "kits", config)
    assert named_streams(bytes(32), tmp_path) == ({(config.writer, config.id): NamedStream("kits", False)}, ())
    (tmp_path / "streams" / "kits" / "stream.json").write_text("{")
    known, [notice] = named_streams(bytes(32), tmp_path)
    assert known == {} and notice.startswith("Streams are drawn without their names, since a store cannot be read: ")
