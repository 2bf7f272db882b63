"""Which files are meant, and their digests: whatever lies in a folder, and however it is written."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from trialseal.documents.canonical import MAX_DOCUMENT_BYTES, document_digest, file_digest, file_digests
from trialseal.errors import UsageError
from trialseal.folder import reading
from trialseal.folder.collecting import aside_words, collect
from trialseal.folder.reading import Readings, of_bytes, read

DOCUMENT = b'{"kind": "results", "format": "trialseal/1"}'


@pytest.mark.parametrize("size", [0, 1, 4096, 1 << 20, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_BYTES + 1])
def test_digest_is_that_of_sha256sum(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (tmp_path / "f").write_bytes(data)
    file = read(tmp_path / "f")
    assert (file.raw, file.size, file.canonical) == (sha256(data).digest(), size, None)


def test_documents_have_a_canonical_digest(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(DOCUMENT)
    file = read(tmp_path / "f.json")
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
    file = read(tmp_path / "f.json")
    assert (file.raw, file.canonical, file.document) == (sha256(data).digest(), None, None)


def test_fault_of_a_document_is_kept(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(DOCUMENT[:-1])
    assert "is cut off" in str(read(tmp_path / "f.json").fault)


def test_named_pipe_does_not_keep_us_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="it is a named pipe, not a file"):
        read(tmp_path / "pipe")
    meant = collect([tmp_path])
    assert [(one.path.name, one.why) for one in meant.odd] == [("pipe", "a named pipe, not read")]
    assert meant.files == ()


@pytest.mark.parametrize("name", ["absent", "null\0character"])
def test_path_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        collect([tmp_path / name])
    with pytest.raises(UsageError, match="does not exist|cannot be read"):
        read(tmp_path / name)


def test_folders_are_read_sorted_without_receipts_and_hidden_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b.txt", "receipts/1/r.json", "a/receipts/r.json", ".git/x", ".hidden"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    names = ["a/b.txt", "a/z.txt", "b.txt"]
    assert list(collect([tmp_path]).files) == [tmp_path / name for name in names]
    named = tmp_path / "receipts" / "1" / "r.json"
    meant = collect([named, tmp_path, tmp_path / "b.txt"])
    assert list(meant.files) == [named, *(tmp_path / name for name in names)]


def test_links_in_a_folder_are_named_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_text("f")
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "out").symlink_to("/etc/hostname")
    meant = collect([tmp_path])
    assert [path.name for path in meant.files] == ["f"]
    assert sorted((one.path.name, one.why) for one in meant.odd) == [
        (name, "a link, which is not followed") for name in ("back", "dangling", "out", "self", "zero")
    ]


def test_a_link_that_the_user_names_is_followed_to_a_file_only(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("f")
    (tmp_path / "link").symlink_to("f")
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert read(tmp_path / "link").raw == sha256(b"f").digest()
    with pytest.raises(UsageError, match="it is a link, which is not followed"):
        read(tmp_path / "link", follow=False)
    with pytest.raises(UsageError, match="it is a device, not a file"):
        read(tmp_path / "zero")


def test_what_is_no_document_is_named_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "receipts" / "1").mkdir(parents=True)
    (tmp_path / "streams" / "ae").mkdir(parents=True)
    for name in ("README.md", "a.csv", "a.csv.seal.json", "a.csv.private.json", "receipts/1/0001-register.json"):
        (tmp_path / name).write_text("x")
    for name in ("stream.json", "head.json", "entries.ndjson"):
        (tmp_path / "streams" / "ae" / name).write_text("x")
    meant = collect([tmp_path])
    assert [path.name for path in meant.files] == ["README.md", "a.csv.seal.json"]  # a README may be sealed
    words = aside_words(meant.aside)
    assert words is not None
    for part in ("receipts/1 (a receipt)", "streams/ae (a stream's store)", "a.csv.private.json (a private part"):
        assert part in words
    assert "head.json" not in words


def test_what_was_read_stays_what_was_read(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"first")
    readings = Readings()
    first = readings.kept(path)
    path.write_bytes(b"second")
    assert readings.kept(path) is first and first.data == b"first"
    assert readings.of(Path(os.path.relpath(path))).raw == first.raw
    assert of_bytes(path, b"first").raw == first.raw
    forgetful = read(path)
    assert forgetful.data is None and forgetful.again() == b"second"
    path.write_bytes(b"third")
    assert forgetful.again() is None


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
    cache, done = Readings(), []
    monkeypatch.setattr(reading, "read", lambda path, **words: done.append(path) or read(path, **words))
    found = cache.read_all([*files, files[1]])
    assert sorted(done) == [files[1], files[1], files[2]] or sorted(done) == files[1:3]
    assert [one.raw for one in found[:3] if not isinstance(one, UsageError)] == [file_digest(one) for one in files[:3]]
    assert "does not exist" in str(found[3]) and found[4] == found[1]
    done.clear()
    assert [cache.of(file).raw for file in files[:3]] == [file_digest(file) for file in files[:3]]
    assert not done
    with pytest.raises(UsageError, match="does not exist"):
        cache.of(files[3])


def test_a_link_that_was_found_is_not_followed_among_many(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    paths = [tmp_path / "a", tmp_path / "link"]
    [_, refused] = Readings().read_all(paths, found=lambda path: True)
    assert isinstance(refused, UsageError)
    [_, followed] = Readings().read_all(paths)
    assert not isinstance(followed, UsageError) and followed.path == tmp_path / "link"


def test_a_file_that_grows_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "log").write_bytes(b"x")
    monkeypatch.setattr(os, "read", lambda descriptor, count: b"x" * min(count, 1 << 20))
    with pytest.raises(UsageError, match="it grew beyond 16 MiB while it was read"):
        read(tmp_path / "log")
