"""Packages: what is packed is what is opened, and nothing else is ever opened."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialseal import age_files, files
from trialseal.documents.models import parse_document
from trialseal.documents.sharing import Package
from trialseal.errors import FailedError, UsageError
from trialseal.files import json_bytes
from trialseal.sharing import packing, small_files
from trialseal.sharing.hashed import PIECE, HashedReading, HashedWriting, pieces, threads
from trialseal.sharing.manifest import manifest_bytes, read_manifest
from trialseal.sharing.numbering import unmatched
from trialseal.sharing.opening import open_package, unwrap
from trialseal.sharing.owners import Rows, Source, read_owners, sources_in
from trialseal.sharing.packing import Contents, pack

FILES = {"a/1.txt": b"one", "a/2.txt": b"two" * 100_000, "b.bin": b"", "ü.txt": b"one"}


class Packing:
    """A folder, packed."""

    def __init__(self, place: Path) -> None:
        self.source, self.folder = place / "source", place / "package"
        for name, data in FILES.items():
            (self.source / name).parent.mkdir(parents=True, exist_ok=True)
            (self.source / name).write_bytes(data)
        self.identity, self.recipient = age_files.new_identity()
        self.made: list[Package] = []
        self.contents = self.pack(self.folder)
        self.package = self.made[0]

    def pack(self, folder: Path) -> Contents:
        owners = {name: frozenset({"aa" * 16}) for name in FILES}
        return pack(folder, sources_in(self.source, owners, "owners.csv"), self.recipient, self.document)

    def document(self, contents: Contents) -> bytes:
        value = {
            "format": "trialseal/1", "kind": "package", "trial_id": "ab" * 32, "policy": "ab" * 32,
            "files": len(contents.files), "bytes": contents.bytes, "manifest": contents.manifest,
            "root": contents.root.hex(), "recipient": self.recipient, "left_out": 0, "undetermined": 0,
            "packed": "2026-03-02T09:00:00Z", "nonce": "ab" * 32,
        }  # fmt: skip
        package = parse_document(value, "package.json")
        assert isinstance(package, Package)
        self.made.append(package)
        return json_bytes(value)

    def opened(self, out: Path) -> dict[str, bytes]:
        open_package(self.folder, self.package, self.identity, out)
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def stored(self, name: str) -> Path:
        return next(self.folder / f"{one.stored}.age" for one in self.contents.files if one.path == name)


@pytest.fixture
def packed(tmp_path: Path) -> Packing:
    return Packing(tmp_path)


def refused(packed: Packing, sentence: str, folder: Path | None = None) -> None:
    out = packed.folder.with_name("out")
    with pytest.raises(FailedError, match=sentence):
        open_package(folder or packed.folder, packed.package, packed.identity, out)
    assert not out.exists()
    assert not [one for one in out.parent.iterdir() if one.name.startswith(".out")]


def test_what_was_packed_is_opened(packed: Packing, tmp_path: Path) -> None:
    assert packed.opened(tmp_path / "out") == FILES
    assert not any(b"txt" in name.encode() for name in os.listdir(packed.folder))  # no name tells anything
    with pytest.raises(UsageError, match="is there already"):
        packed.opened(tmp_path / "out")
    with pytest.raises(UsageError, match="is there already"):
        packed.pack(packed.folder)
    (tmp_path / "file").write_text("")
    for deed in (packed.opened, packed.pack):
        with pytest.raises(UsageError, match=r"file/x cannot be made \(a folder above it is a file\): name another"):
            deed(tmp_path / "file" / "x")


@pytest.mark.parametrize("worth_core", [0, 1 << 40])
def test_many_files_of_sizes_about_the_largest_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, worth_core: int
) -> None:
    monkeypatch.setattr(small_files, "_WORTH_CORE", worth_core)
    monkeypatch.setattr(small_files, "LARGEST", 1000)
    monkeypatch.setattr(packing, "LARGEST", 1000)
    made = {f"{size}/{number}": os.urandom(size) for size in (0, 1, 999, 1000, 1001) for number in range(5)}
    monkeypatch.setitem(globals(), "FILES", made)
    several = Packing(tmp_path)
    assert several.opened(tmp_path / "out") == made
    assert [one.path for one in several.contents.files] == sorted(made)
    assert all(one.sha256 == sha256(made[one.path]).hexdigest() for one in several.contents.files)


def test_a_package_is_not_opened_into_itself(packed: Packing) -> None:
    before = sorted(os.listdir(packed.folder))
    for out in (packed.folder / "out", packed.folder.parent / "elsewhere" / ".." / packed.folder.name / "a" / "b"):
        with pytest.raises(UsageError, match="lies in the package, which may be given on as it is: name a folder"):
            packed.opened(out)
    assert sorted(os.listdir(packed.folder)) == before


def test_a_flipped_byte_anywhere_is_found(packed: Packing) -> None:
    for path in packed.folder.glob("*.age"):
        data = path.read_bytes()
        for place in sorted({0, 30, len(data) // 2, len(data) - 1}):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            refused(packed, "not the file that was packed: ask for the package again")
        path.write_bytes(data)


def test_dropped_swapped_renamed_and_doubled_files(packed: Packing) -> None:
    one, other = packed.stored("a/1.txt"), packed.stored("ü.txt")  # of the same content
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    refused(packed, "is not the file that was packed")
    one.write_bytes(first)
    other.unlink()
    refused(packed, "ü.txt is missing")
    other.with_name("0" * 64 + ".age").write_bytes(second)
    refused(packed, "ü.txt is missing")
    other.write_bytes(second)
    assert open_package(packed.folder, packed.package, packed.identity, packed.folder.with_name("all")).foreign == (
        "0" * 64 + ".age",
    )
    (packed.folder / f"{packed.package.manifest}.age").unlink()
    refused(packed, "lacks its list of files")


def test_a_list_of_another_package_is_not_this_ones(packed: Packing) -> None:
    """A host that has the package's public key alone can encrypt what it likes to it."""
    rows = [*packed.contents.files[:-1]]
    path = packed.folder / "new"
    age_files.encrypt_to(path, lambda file: bool(file.write(manifest_bytes(rows))) and None, [packed.recipient])
    path.replace(packed.folder / f"{packed.package.manifest}.age")
    refused(packed, "is not the file that was packed")


def test_a_document_that_is_not_of_its_files(packed: Packing) -> None:
    whole = packed.package
    for members in ({"root": "12" * 32}, {"files": 3}):
        packed.package = whole.model_copy(update=members)
        refused(packed, "are not those of its package.json")


def test_permits_of_others(packed: Packing, tmp_path: Path) -> None:
    mine, my_recipient = age_files.new_identity()
    other, _ = age_files.new_identity()
    theirs = age_files.recipient_of(other)
    permit = tmp_path / "x.permit"
    age_files.encrypt_to(permit, lambda file: bool(file.write(packed.identity.encode())) and None, [my_recipient])
    assert unwrap(permit, my_recipient, [other, mine], packed.package) == packed.identity
    with pytest.raises(FailedError, match=r"x.permit is a permit for another key: name yours with --key"):
        unwrap(permit, my_recipient, [other], packed.package)
    # Whose permit has ended has the wrap all the same, and the document of another's that stands.
    with pytest.raises(FailedError, match=r"x.permit is a permit for another key"):
        unwrap(permit, theirs, [mine], packed.package)
    with pytest.raises(FailedError, match="encrypted for another key"):
        unwrap(permit, theirs, [other], packed.package)
    foreign, nothing = tmp_path / "y.permit", tmp_path / "z.permit"
    age_files.encrypt_to(foreign, lambda file: bool(file.write(other.encode())) and None, [my_recipient])
    with pytest.raises(FailedError, match="a permit of another package"):
        unwrap(foreign, my_recipient, [mine], packed.package)
    age_files.encrypt_to(nothing, lambda file: bool(file.write(b"hello")) and None, [my_recipient])
    with pytest.raises(FailedError, match="holds no key of a package"):
        unwrap(nothing, my_recipient, [mine], packed.package)


def test_a_full_disk_leaves_nothing(packed: Packing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(plain: Any, out: Any, recipient: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packing.age_files, "encrypt_stream", full)
    before = set(tmp_path.iterdir())
    with pytest.raises(UsageError, match="No space left on device.*nothing was packed"):
        packed.pack(tmp_path / "second")
    assert set(tmp_path.iterdir()) == before


def test_a_disk_that_fills_up_in_the_middle_of_a_file_leaves_nothing(
    packed: Packing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = files.write_all
    pieces = []

    def full(descriptor: int, data: bytes) -> None:
        pieces.append(len(data))
        if sum(pieces) > 2 << 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        written(descriptor, data)

    monkeypatch.setattr(files, "write_all", full)
    (tmp_path / "large").write_bytes(bytes(5 << 20))
    before = set(tmp_path.iterdir())
    source = Source("large", tmp_path / "large", ())
    with pytest.raises(UsageError, match="No space left on device.*nothing was packed"):
        packing.pack(tmp_path / "second", [source], packed.package.recipient, lambda contents: b"")
    assert set(tmp_path.iterdir()) == before


def test_a_row_without_an_owner_leaves_nothing(packed: Packing, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("WHO,WHAT\nA,1\n,2\n")
    before = set(tmp_path.iterdir())
    with pytest.raises(FailedError, match="row 3: WHO is empty"):
        pack(tmp_path / "third", [("table.csv", Rows(path, "WHO", str, set()))], packed.recipient, packed.document)
    assert set(tmp_path.iterdir()) == before


def row(**members: Any) -> dict[str, Any]:
    return {"path": "a", "sha256": "ab" * 32, "bytes": 1, "stored": "cd" * 32, "subjects": [], **members}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([row(path="../a")], "not below its folder"),
        ([row(path="/a")], "not below its folder"),
        ([row(path="a/../../b")], "not below its folder"),
        ([row(path="C:a")], "not below its folder"),
        ([row(path="")], "not below its folder"),
        ([row(), row(stored="ef" * 32)], "names a twice"),
        ([row(), row(path="b")], "names b twice"),
        ([row(sha256="ab")], "is not one"),
        ([row(bytes="1")], "is not one"),
        ([{}], "is not one"),
        ({}, "holds none"),
    ],
)
def test_lists_that_are_none(rows: Any, sentence: str) -> None:
    with pytest.raises(FailedError, match=sentence):
        read_manifest(json_bytes({"files": rows}))


def test_files_without_owners_stop_the_packing(tmp_path: Path) -> None:
    source, owners = tmp_path / "source", tmp_path / "owners.csv"
    source.mkdir()
    (source / "1").write_bytes(b"")
    (source / "2").write_bytes(b"")
    owners.write_text("file,subject\n1,S-1\n1,S-2\n")
    read = read_owners(owners, str.lower)
    assert read == {"1": {"s-1", "s-2"}}
    with pytest.raises(FailedError, match="2 has no owner in owners.csv: add a row.*nothing was packed"):
        sources_in(source, read, "owners.csv")
    owners.write_text("file,subject\n1,S-1\n2,-\n")
    assert [one.subjects for one in sources_in(source, read_owners(owners, str.lower), "")] == [("s-1",), ()]
    owners.write_text("file,subject\n1,S-1\n2,-\n3,-\n")
    with pytest.raises(FailedError, match="names 3, which is not below"):
        sources_in(source, read_owners(owners, str.lower), "owners.csv")
    for text, sentence in (
        ("file\n1\n", "lacks a column: write file,subject in its first line$"),
        ("file;subject\n", r"in its first line \(it has semicolons: save it with commas\)"),
        ("file,subject\n1,\n", "line 2: file or subject is empty"),
    ):
        owners.write_text(text)
        with pytest.raises(FailedError, match=sentence):
            read_owners(owners, str.lower)
    (source / "link").symlink_to(source / "1")
    with pytest.raises(FailedError, match="link.*only ordinary files"):
        sources_in(source, {}, "owners.csv")


CELL = st.text(st.sampled_from("aü,; '\n"), max_size=5)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABC"), CELL), max_size=20), st.sets(st.sampled_from("ABC")))
def test_rows_of_whoever_withdrew_and_no_others_are_left_out(rows: list[tuple[str, str]], gone: set[str]) -> None:
    import tempfile

    lines = [f'{who},"{cell}"\r\n'.encode() for who, cell in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(b"WHO,WHAT\r\n" + b"".join(lines))
        kept = Rows(path, "WHO", str, gone)
        expected = [line for line, (who, _) in zip(lines, rows, strict=True) if who not in gone]
        assert b"".join(kept) == b"WHO,WHAT\r\n" + b"".join(expected)
    everybody = {who for who, _ in rows}
    assert (kept.subjects, kept.dropped) == (everybody - gone, everybody & gone)


def test_rows_without_an_owner_stop_the_packing(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for text, sentence in (
        ("WHO,WHAT\nA,1\n,2\n", "row 3: WHO is empty"),
        ("WHO,WHAT\nA\n", "row 2: WHO is empty, or the row has not as many cells"),
        ("WHAT\nA\n", "has no column WHO"),
        ("WHO,WHAT\nA,\xff\n", "row 2: it is not CSV in UTF-8"),
    ):
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(FailedError, match=sentence):
            list(Rows(path, "WHO", str, set()))


AGE = shutil.which("age") or shutil.which("rage")


@pytest.mark.skipif(AGE is None, reason="neither age nor rage is on this machine")
def test_stock_age_opens_a_package(packed: Packing, tmp_path: Path) -> None:
    assert AGE is not None
    key = tmp_path / "key"
    key.write_text(packed.identity + "\n")
    listed = subprocess.run(
        [AGE, "-d", "-i", str(key), str(packed.folder / f"{packed.package.manifest}.age")],
        check=True, capture_output=True, timeout=20,
    ).stdout  # fmt: skip
    for one in read_manifest(listed):
        told = subprocess.run(
            [AGE, "-d", "-i", str(key), str(packed.folder / f"{one.stored}.age")],
            check=True, capture_output=True, timeout=20,
        ).stdout  # fmt: skip
        assert told == FILES[one.path]


def test_what_comes_in_pieces_is_read_as_it_is_asked_for() -> None:
    read = pieces([b"ab", b"", b"cdef"])
    assert [read(3), read(2), read(9), read(1)] == [b"abc", b"de", b"f", b""]
    assert pieces([b"ab", b"c"])(-1) == b"abc"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5 * PIECE), st.integers(1, 2 * PIECE))
def test_what_passes_is_hashed_as_it_passes(size: int, asked: int) -> None:
    data, out = os.urandom(size), bytearray()
    with threads() as hashing:
        reading = HashedReading(pieces([data]), hashing.reading)
        writing = HashedWriting(out.extend, hashing.writing)
        while piece := reading.read(asked):
            assert len(piece) <= asked and writing.write(piece) == len(piece)
        writing.flush()
        digest = sha256(data).hexdigest()
        assert (reading.digest.hexdigest(), writing.digest.hexdigest(), reading.count) == (digest, digest, size)
    assert out == data


@pytest.mark.parametrize("size", [10, 3 << 20])
def test_a_file_that_changes_while_it_is_packed_is_found(
    packed: Packing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    place = tmp_path / "large"
    place.write_bytes(bytes(size))
    stream, small = age_files.encrypt_stream, age_files.encrypting_to

    def written(*given: Any) -> None:
        with place.open("ab") as file:
            file.write(b"more")

    def changed_first(*given: Any) -> None:
        written()
        stream(*given)

    monkeypatch.setattr(age_files, "encrypt_stream", changed_first)
    monkeypatch.setattr(age_files, "encrypting_to", lambda one: lambda data: written() or small(one)(data))
    before = set(tmp_path.iterdir())
    with pytest.raises(FailedError, match="large changed while it was packed.*nothing was packed"):
        packing.pack(tmp_path / "second", [Source("large", place, ())], packed.recipient, lambda contents: b"")
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"USUBJID;AGE\n1;2\n", "has no column USUBJID: .*parted by another sign, say --delimiter ';'"),
        (b"PK\x03\x04", "is a workbook: save the sheet as CSV"),
        (b"USUBJID\n\xfc\n", "row 2: it is not CSV in UTF-8: save it as that"),
        (b"SUBJID,AGE\n1,2\n", "has no column USUBJID: it has SUBJID, AGE"),
    ],
)
def test_a_table_that_cannot_be_read_says_what_to_do(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(FailedError, match=why):
        list(Rows(tmp_path / "t.csv", "USUBJID", str, set()))


def _number(text: str) -> str:
    return f"pseudonym of {text}"


@pytest.mark.parametrize(
    ("inside", "gone", "known", "said"),
    [
        (("1001", "1002"), ("1001",), ("1001",), None),  # found, and left out
        (("1002",), ("1001",), ("1001", "1002"), None),  # all are known: 1001 has no data
        (("1003",), (), (), None),
        (("SALT-01-1001",), ("1001",), ("1001",), "such as SALT-01-1001; SALT-01-1001 may be 1001, who withdrew"),
        (("DE-01/1001", "1002"), ("1001",), ("1001", "1002"), "and 1 in it are in no stream .* may be 1001,"),
        (("01001",), ("1001",), ("1001",), "01001 may be 1001, who withdrew"),
        (("SALT-01-001",), ("01-001",), ("01-001",), "SALT-01-001 may be 01-001, who withdrew"),
        (("A", "B", "C", "D"), ("1",), ("1",), "and 4 in it are in no stream given, such as A, B, C$"),
    ],
)
def test_who_withdrew_may_be_in_the_table_under_another_number(
    inside: tuple[str, ...], gone: tuple[str, ...], known: tuple[str, ...], said: str | None
) -> None:
    found = unmatched({_number(one): one for one in inside}, set(map(_number, gone)), set(map(_number, known)), _number)
    assert (found is None) == (said is None)
    if found and said:
        assert re.search(said, found.words("t.csv"))
