"""A file of a bundle gives the bytes of which its digest speaks, or none at all."""

from __future__ import annotations

import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from trialseal.errors import UsageError
from trialseal.evidence.bundle import bundle
from trialseal.evidence.bundle.member import CHUNK, Stretch, of_bytes, of_file


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 1])
def test_a_member_is_its_file_in_pieces(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    (tmp_path / "f").write_bytes(b"before" + data + b"behind")
    assert b"".join(Stretch(tmp_path / "f", 6, size, sha256(data).digest())()) == data
    (tmp_path / "f").write_bytes(data)
    made, same = of_file(tmp_path / "f"), of_bytes(data)
    assert made[:3] == same[:3] == (size, zlib.crc32(data), sha256(data).digest())
    assert made.read() == same.read() == made.read() == data
    assert max(map(len, made.chunks()), default=0) <= CHUNK


@pytest.mark.parametrize("digest", [bytes(32), b"\xff" * 32])
def test_a_file_that_was_written_to_meanwhile_is_refused(tmp_path: Path, digest: bytes) -> None:
    (tmp_path / "f").write_bytes(b"other")
    with pytest.raises(UsageError, match="was written to while it was read: run the command again"):
        list(Stretch(tmp_path / "f", 0, 5, digest)())


def test_a_file_that_is_shorter_now_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"whole")
    made = of_file(tmp_path / "f")
    (tmp_path / "f").write_bytes(b"whol")
    with pytest.raises(UsageError, match="was written to while it was read"):
        made.read()


KEPT = next((Path(__file__).parents[2] / "vectors").rglob("*.trialseal"))


class Seen(dict[str, tuple[int, bytes, bytes, bytes | None, bytes]]):
    """What is seen of a bundle's files: size, digest, first bytes, bytes as they pass by, bytes again."""

    def add(
        self,
        name: str,
        size: int,
        digest: bytes,
        beginning: bytes,
        data: bytes | None,
        chunks: Callable[[], Iterator[bytes]],
    ) -> None:
        self[name] = size, digest, beginning, data, b"".join(chunks())


@pytest.mark.parametrize("largest", [9, 10, 11])
def test_files_are_seen_as_they_pass_by_unless_they_are_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    monkeypatch.setattr(bundle, "MAX_DOCUMENT_BYTES", largest)
    held, path, seen = bundle.open_bundle(KEPT, "it"), tmp_path / "it.trialseal", Seen()
    with path.open("wb") as file:
        bundle.write(held._replace(files={"a.txt": of_bytes(b"x" * 10), "data/b.txt": of_bytes(b"y" * 11)}), file)
    opened = bundle.open_bundle(path, "it", seen)
    assert opened.evidence == held.evidence and set(opened.files) == set(seen) == {"a.txt", "data/b.txt"}
    for name, data in (("a.txt", b"x" * 10), ("data/b.txt", b"y" * 11)):
        passing = data if len(data) <= largest else None
        assert seen[name] == (len(data), sha256(data).digest(), data, passing, data)
        assert opened.files[name].read() == data


def test_each_of_many_files_takes_little_memory(tmp_path: Path) -> None:
    held, number = bundle.open_bundle(KEPT, "it"), 2_000
    with (tmp_path / "many").open("wb") as file:
        bundle.write(held._replace(files={f"d-{n}": of_bytes(b"%d" % n) for n in range(number)}), file)
    tracemalloc.start()
    try:
        opened = bundle.open_bundle(tmp_path / "many", "it")
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(opened.files) == number and taken / number < 420, taken / number
