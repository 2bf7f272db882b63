"""Which files are meant, and their digests: whatever lies in a folder, and however it is written."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from trialseal.documents.canonical import MAX_DOCUMENT_BYTES, document_digest, file_digest, file_digests
from trialseal.errors import UsageError
from trialseal.evidence import folders
from trialseal.evidence.files import collect, digests_of

DOCUMENT = b'{"kind": "results", "format": "trialseal/1"}'


@pytest.mark.parametrize("size", [0, 1, 4096, 1 << 20, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_BYTES + 1])
def test_digest_is_that_of_sha256sum(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (tmp_path / "f").write_bytes(data)
    file = digests_of(tmp_path / "f")
    assert (file.raw, file.size, file.canonical) == (sha256(data).digest(), size, None)


def test_documents_have_a_canonical_digest(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(DOCUMENT)
    file = digests_of(tmp_path / "f.json")
    assert file.canonical == document_digest({"format": "trialseal/1", "kind": "results"})
    assert file.digests == (file.canonical, sha256(DOCUMENT).digest())
    assert file.kind == "results"


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"inner": {"format": "trialseal/1"}}',
        b'["trialseal/1"]',
        b'{"format": "trialseal/1"',
        b'\xef\xbb\xbf{"format": "trialseal/1"}',
        b'{"format": "trialseal/1", "a": 1, "a": 2}',
        b'"trialseal/1" \xff\xfe',
        b"[" * 100_000 + b'"trialseal/1"',
    ],
)
def test_what_is_no_document_is_bytes(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "f.json").write_bytes(data)
    file = digests_of(tmp_path / "f.json")
    assert (file.raw, file.canonical, file.document) == (sha256(data).digest(), None, None)


def test_fault_of_a_document_is_kept(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(DOCUMENT[:-1])
    assert "is cut off" in str(digests_of(tmp_path / "f.json").fault)


def test_named_pipe_does_not_keep_us_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="is no ordinary file"):
        digests_of(tmp_path / "pipe")
    assert collect([tmp_path]) == []


@pytest.mark.parametrize("name", ["absent", "null\0character"])
def test_path_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        collect([tmp_path / name])
    with pytest.raises(UsageError, match="cannot be read"):
        digests_of(tmp_path / name)


def test_folders_are_read_sorted_without_receipts_and_hidden_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b.txt", "receipts/1/r.json", "a/receipts/r.json", ".git/x", ".hidden"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    names = ["a/b.txt", "a/z.txt", "b.txt"]
    assert collect([tmp_path]) == [tmp_path / name for name in names]
    named = tmp_path / "receipts" / "1" / "r.json"
    assert collect([named, tmp_path, tmp_path / "b.txt"]) == [named, *(tmp_path / name for name in names)]


def test_links_that_lead_back_are_not_followed_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_text("f")
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert [path.name for path in collect([tmp_path])] == ["f"]


def test_many_files_are_hashed_in_order_whatever_their_sizes(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(40)]
    for number, file in enumerate(files):
        file.write_bytes(bytes([number]) * ((1 << 20) * (number % 3) + number))
    assert file_digests(files) == [sha256(file.read_bytes()).digest() for file in files]
    assert file_digests([]) == []
    files[17].unlink()
    with pytest.raises(UsageError, match="17 does not exist"):
        file_digests(files)


def test_large_files_are_read_ahead_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [tmp_path / str(number) for number in range(4)]
    for number, file in enumerate(files[:3]):
        with file.open("wb") as empty:
            empty.truncate(MAX_DOCUMENT_BYTES + number)
    cache, read = folders.FileCache(), []
    monkeypatch.setattr(folders, "digests_of", lambda path: read.append(path) or digests_of(path))
    cache.read_ahead(files)
    assert sorted(read) == files[1:3]
    assert [cache.digests(file).raw for file in files[:3]] == [file_digest(file) for file in files[:3]]
    assert sorted(read) == files[:3]
    with pytest.raises(UsageError, match="cannot be read"):
        cache.digests(files[3])
