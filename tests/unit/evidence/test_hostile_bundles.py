"""Bundles as nobody packs them: each is one sentence with the place, and every flipped bit of one is found."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packed_bundles import contents, packed

from trialseal.documents.canonical import canonical_bytes
from trialseal.errors import UsageError
from trialseal.evidence.bundle import container, manifest, records
from trialseal.evidence.bundle.bundle import open_bundle, write
from trialseal.evidence.bundle.member import of_file
from trialseal.evidence.bundle.records import Entry

SEED = int(os.environ.get("LIES_SEED", "1"))
MEMBERS = {
    "READ-ME-FIRST.txt": b"read me",
    "evidence/nodes": bytes(range(256)),
    "files/a.json": b"{}",
    "manifest.json": b"1",
}
PACKED = packed(MEMBERS)
DIRECTORY = PACKED.index(b"PK\1\2")
END = PACKED.index(b"PK\5\6")


def opened(data: bytes) -> dict[str, bytes]:
    return contents(io.BytesIO(data))


def refused(data: bytes) -> str:
    with pytest.raises(UsageError) as caught:
        opened(data)
    sentence = str(caught.value)
    assert (
        sentence.isprintable() and len(sentence) < 300 and sentence.startswith("it is not a bundle as it was packed: ")
    )
    return sentence


def test_what_was_packed_is_read() -> None:
    assert opened(PACKED) == MEMBERS
    with zipfile.ZipFile(io.BytesIO(PACKED)) as other:  # as every other reader of archives does
        assert {name: other.read(name) for name in other.namelist()} == MEMBERS
    assert opened(packed({})) == {}


def test_every_flipped_bit_is_found_and_its_place_named() -> None:
    for place in range(len(PACKED)):
        for bit in range(8):
            flipped = bytearray(PACKED)
            flipped[place] ^= 1 << bit
            sentence = refused(bytes(flipped))
            assert _places(sentence, place), (place, bit, sentence)


def _places(sentence: str, place: int) -> bool:
    """Whether a sentence leads to the byte: by its number, the member that holds it, or the list or end it is in."""
    if f"byte {place:,}" in sentence:
        return True
    if place >= END:
        return "its last 22 bytes" in sentence or "lists" in sentence
    if place >= DIRECTORY:  # it says what must stand elsewhere: either of the two may be the changed one
        return "list of files" in sentence
    with zipfile.ZipFile(io.BytesIO(PACKED)) as other:
        holder = max((one for one in other.infolist() if one.header_offset <= place), key=lambda one: one.header_offset)
    return holder.filename in sentence


def test_sampled_bits_of_a_large_one(tmp_path: Path) -> None:
    draw = random.Random(SEED)
    members = {f"files/data/{number:04}.bin": draw.randbytes(draw.randrange(2000)) for number in range(2000)}
    data = bytearray(packed(members))
    assert len(opened(bytes(data))) == len(members)
    for place in draw.sample(range(len(data)), 60):
        bit = 1 << draw.randrange(8)
        data[place] ^= bit
        refused(bytes(data))
        data[place] ^= bit


def test_every_length_but_the_whole_is_refused() -> None:
    for length in range(len(PACKED)):
        refused(PACKED[:length])
    for more in (b"\0", b"x" * 22, PACKED, PACKED[END:]):
        refused(PACKED + more)


@pytest.mark.parametrize("place", [0, 7, 40, DIRECTORY, END])
@pytest.mark.parametrize("junk", [b"\0", b"junk", b"PK\3\4", PACKED])
def test_junk_before_between_and_behind(place: int, junk: bytes) -> None:
    refused(PACKED[:place] + junk + PACKED[place:])


@given(st.data())
def test_no_other_bytes_are_the_same_bundle(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(PACKED)))
    end = data.draw(st.integers(start, min(len(PACKED), start + 60)))
    put = data.draw(st.binary(max_size=60))
    changed = PACKED[:start] + put + PACKED[end:]
    if changed != PACKED:
        refused(changed)


def zipped(make: Callable[[zipfile.ZipFile], None], **options: bool) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", **options) as archive:  # type: ignore[call-overload]
        warnings.simplefilter("ignore")
        make(archive)
    return buffer.getvalue()


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.create_system, made.external_attr = 3, mode << 16
    return made


def _zip64(archive: zipfile.ZipFile) -> None:
    with archive.open(entry("a"), "w", force_zip64=True) as member:
        member.write(b"x")


def _with(name: str, mode: int = 0o100644) -> bytes:
    return zipped(lambda archive: archive.writestr(entry(name, mode), b"x"))


class Unseekable(io.RawIOBase):
    """Written from front to end, as into a pipe, so that descriptors follow the contents."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.parts.append(bytes(data))  # type: ignore[call-overload]
        return len(self.parts[-1])


def _with_descriptors() -> bytes:
    pipe = Unseekable()
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        archive.writestr(entry("a"), b"x")
    return b"".join(pipe.parts)


def _bomb() -> bytes:
    return zipped(lambda archive: archive.writestr(entry("a"), b"\0" * 10_000_000, zipfile.ZIP_DEFLATED))


def _nested(depth: int) -> bytes:
    data = b"x"
    for _ in range(depth):
        data = zipped(lambda archive, inner=data: archive.writestr(entry("a.zip"), inner, zipfile.ZIP_DEFLATED))  # type: ignore[misc]
    return data


def _commented() -> bytes:
    def make(archive: zipfile.ZipFile) -> None:
        archive.writestr(entry("a"), b"x")
        archive.comment = b"PK\5\6" + bytes(18)

    return zipped(make)


def _extra() -> bytes:
    made = entry("a")
    made.extra = struct.pack("<HH", 0x5455, 5) + b"\3aaaa"
    return zipped(lambda archive: archive.writestr(made, b"x"))


def _encrypted() -> bytes:
    data = bytearray(_with("a"))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def _out_of_order() -> bytes:
    def make(archive: zipfile.ZipFile) -> None:
        archive.writestr(entry("b"), b"x")
        archive.writestr(entry("a"), b"x")

    return zipped(make)


def _twice() -> bytes:
    def make(archive: zipfile.ZipFile) -> None:
        archive.writestr(entry("a"), b"x")
        archive.writestr(entry("a"), b"y")

    return zipped(make)


def _overlapping() -> bytes:
    """Two names in the list for one stretch of bytes."""
    content, crc = b"x" * 50, zlib.crc32(b"x" * 50)
    local = records.local("a", len(content), crc) + content
    listed = records.central(Entry("a", len(content), crc, 0)) + records.central(Entry("b", len(content), crc, 0))
    return local + listed + records.end(2, len(listed), len(local))


def _pointing(at: int) -> bytes:
    """The offset of the first member in the list is another."""
    data = bytearray(PACKED)
    struct.pack_into("<I", data, DIRECTORY + 42, at)
    return bytes(data)


def _listed_larger() -> bytes:
    data = bytearray(PACKED)
    struct.pack_into("<II", data, DIRECTORY + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    return bytes(data)


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "another file": b"%PDF-1.7" * 100,
    "an empty directory elsewhere": packed({}) + packed({}),
    "a climbing name": _with("../../etc/passwd"),
    "an absolute name": _with("/etc/passwd"),
    "a name of Windows": _with("..\\x"),
    "a drive": _with("C:/x"),
    "a hidden name": _with("files/.git/config"),
    "an option for a name": _with("-rf"),
    "a folder": _with("a/", 0o40755),
    "a long name": _with("a" * 60_000),
    "a name beyond ASCII": _with("caf\u00e9"),
    "a name with a line in it": _with("a\nb"),
    "a symbolic link": _with("a", 0o120777),
    "a device": _with("a", 0o20666),
    "a pipe": _with("a", 0o10644),
    "with the set-user bit": _with("a", 0o104755),
    "zip64": zipped(_zip64),
    "descriptors behind the contents": _with_descriptors(),
    "deflated": _bomb(),
    "archives in archives": _nested(20),
    "a comment": _commented(),
    "extra fields": _extra(),
    "encrypted": _encrypted(),
    "out of order": _out_of_order(),
    "a name twice": _twice(),
    "overlapping members": _overlapping(),
    "an offset into another member": _pointing(50),
    "an offset behind the end": _pointing(0xFFFFFFFF),
    "larger than the file": _listed_larger(),
    "more members than there may be": records.end(65535, 65535 * 46, 0),
    "a list that begins nowhere": PACKED[:END] + records.end(4, 1 << 31, 1 << 31),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_what_nobody_packs_so_is_refused(what: str, tmp_path: Path) -> None:
    refused(HOSTILE[what])
    path = tmp_path / "hostile.trialseal"
    path.write_bytes(HOSTILE[what])
    with pytest.raises(UsageError, match="^it is not a bundle as it was packed"):
        open_bundle(path, "it")


@pytest.mark.parametrize(
    "names",
    [("files/a", "files/a/b"), ("files/a", "files/a-", "files/a/b"), ("files/A", "files/a"), ("files/A/b", "files/a")],
)
def test_names_that_no_folder_can_hold_side_by_side(names: tuple[str, ...]) -> None:
    """One would be written over another, or where a folder must be, on some computers or on all."""
    with pytest.raises(UsageError, match="cannot lie beside"):
        packed(dict.fromkeys(names, b"x"))
    at, parts, listed = 0, b"", b""
    for name in sorted(names):
        local = records.local(name, 1, zlib.crc32(b"x")) + b"x"
        listed += records.central(Entry(name, 1, zlib.crc32(b"x"), at))
        parts, at = parts + local, at + len(local)
    assert "cannot lie beside" in refused(parts + listed + records.end(len(names), len(listed), at))


def test_what_is_no_file_is_one_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.trialseal")
    (tmp_path / "folder.trialseal").mkdir()
    (tmp_path / "zeros.trialseal").symlink_to("/dev/zero")
    for path in (*tmp_path.iterdir(), tmp_path / "absent.trialseal"):
        with pytest.raises(UsageError) as caught:
            open_bundle(path, "it")
        assert str(caught.value).isprintable()


def test_the_bytes_are_as_ever() -> None:
    """A bundle that was packed once must be read for ever."""
    assert sha256(PACKED).hexdigest() == "1b9e7777c7a44bd340cfd3f08f4ad7f25304b5b320d98ce57dc7853044389600"


KEPT = Path(__file__).parents[2] / "vectors" / "bundles" / "2026-11.trialseal"


def repacked(tmp_path: Path, **changed: bytes | None) -> Path:
    """The kept bundle with members changed, its manifest made to agree."""
    with KEPT.open("rb") as file:
        members = contents(file)
    said = json.loads(members.pop(manifest.NAME))
    for name, content in changed.items():
        place = name.replace("__", "/").replace("READ_ME", "READ-ME-FIRST.txt")
        if content is None:
            del members[place]
        else:
            members[place] = content
    said["files"] = {name: sha256(content).hexdigest() for name, content in members.items()}
    path = tmp_path / "changed.trialseal"
    path.write_bytes(packed({**members, manifest.NAME: canonical_bytes(said)}))
    return path


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"READ_ME": b"This trial is valid and approved."}, "is another text than such bundles have"),
        ({"READ_ME": None}, "is another text than such bundles have"),
        ({"evidence__verdict": b"approved"}, "which no bundle of this version has"),
        ({"evidence__header.rlp": b"\xc0"}, "is not the header of a block"),
        ({"evidence__nodes": None}, "holds no evidence/nodes"),
        ({"evidence__logs": b"\0"}, "has another form at byte 0"),
        ({"evidence__logs": b"\0" * 71}, "has another form at byte 0"),
        ({"evidence__logs": b"\0" * 132}, "has another form at byte 0"),  # cut off within its head
        ({"evidence__logs": b"\4" + b"\0" * 132}, "has another form at byte 0"),  # of no contract
        ({"evidence__logs": b"\xff" + b"\0" * 132}, "has another form at byte 0"),
        ({"evidence__logs": b"\0" * 133 + b"\5" + b"\0" * 132}, "has another form at byte 133"),
        ({"evidence__logs": b"\0" * 129 + b"\0\0\0\2x"}, "has another form at byte 0"),
        ({"evidence__logs": b"\0" * 129 + b"\0\x10\0\1" + b"x" * 0x100001}, "has another form at byte 0"),
        ({"evidence__nodes": b"\0\x40" + b"\1" * 64 + b"\0\x40" + b"\1" * 64}, "a node twice, or out of the order"),
        ({"evidence__nodes": b"\0\0"}, "has another form at byte 0"),
        ({"earlier__5__nodes": b""}, "holds no earlier/5/header.rlp"),
        ({"earlier__05__nodes": b""}, "which no bundle of this version has"),
        ({"earlier__5__verdict": b""}, "which no bundle of this version has"),
    ],
    ids=str,
)
def test_members_that_such_a_bundle_does_not_have(tmp_path: Path, changed: dict[str, bytes | None], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        open_bundle(repacked(tmp_path, **changed), "it")


def test_an_earlier_block_is_earlier_and_has_its_number(tmp_path: Path) -> None:
    with KEPT.open("rb") as file:
        kept = contents(file)
    number = open_bundle(KEPT, "it").evidence.header.number
    for said in (number, number - 1):  # the header is of the bundle's own block
        names = {f"earlier__{said}__{one}": kept[f"evidence/{one}"] for one in ("header.rlp", "nodes", "logs")}
        with pytest.raises(UsageError, match=f"earlier/{said}/ is not of an earlier block of this number"):
            open_bundle(repacked(tmp_path, **names), "it")


def test_the_kept_one_packs_to_its_own_bytes(tmp_path: Path) -> None:
    again = io.BytesIO()
    assert write(open_bundle(KEPT, "it"), again) == KEPT.stat().st_size
    assert again.getvalue() == KEPT.read_bytes() == repacked(tmp_path).read_bytes()


GIB = 1 << 30


def test_archives_beyond_four_gibibytes_are_those_of_every_reader(tmp_path: Path) -> None:
    """Only the records are written; between them the file has holes, which readers of the list do not read."""
    sizes = {"files/a": 5 * GIB, "files/b": (1 << 32) - 2, "files/c": 0xFFFFFFFF, "files/d": 3}
    path, at, listed = tmp_path / "large.trialseal", 0, b""
    with path.open("wb") as file:
        for name, size in sizes.items():
            file.seek(at)
            file.write(records.local(name, size, 7))
            listed += records.central(Entry(name, size, 7, at))
            at = file.tell() + size
        file.seek(at)
        file.write(listed + records.end(len(sizes), len(listed), at))
    with zipfile.ZipFile(path) as other:
        assert {one.filename: one.file_size for one in other.infolist()} == sizes
        with other.open("files/d") as member:  # behind more than 4 GiB, found by its place in an extra field
            assert member is not None

    def first(entry: Entry, _: object) -> None:
        raise LookupError(entry)

    with pytest.raises(LookupError, match=f"size={5 * GIB}, crc=7, at=57"), path.open("rb") as file:
        container.contents(file, "it", first)


def test_a_list_that_begins_beyond_four_gibibytes_is_read_as_written() -> None:
    entry = Entry("files/a", 5 * GIB, 7, 6 * GIB)
    listed = records.central(entry)
    assert records.read_central(listed, 0) == (entry, len(listed))
    end = records.end(1, len(listed), 11 * GIB)
    assert records.read_end(end) == (1, len(listed), 11 * GIB, len(end))
    for size in (0xFFFFFFFE, 0xFFFFFFFF, 1 << 32):  # just before, at and after what 32 bits hold
        at = records.central(Entry("a", 1, 7, size))
        assert records.read_central(at, 0) == (Entry("a", 1, 7, size), len(at)), size
        assert (len(at) > 47) is (size >= 0xFFFFFFFF)
        assert (len(records.local("a", size, 7)) > 31) is (size >= 0xFFFFFFFF)
        assert (len(records.end(1, 47, size)) > 22) is (size >= 0xFFFFFFFF)


def test_memory_does_not_grow_with_a_document(tmp_path: Path) -> None:
    document, path = tmp_path / "document", tmp_path / "large.trialseal"
    with document.open("wb") as file:
        file.truncate(64 << 20)
    kept = open_bundle(KEPT, "it")
    tracemalloc.start()
    with path.open("wb") as file:
        write(kept._replace(files={"documents/large": of_file(document)}), file)
    [large] = open_bundle(path, "it").files.values()
    assert sum(map(len, large.chunks())) == large.size == 64 << 20
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 << 20


def test_a_document_that_changes_while_it_is_packed_or_read_is_told(tmp_path: Path) -> None:
    document = tmp_path / "document"
    document.write_bytes(b"before")
    member = of_file(document)
    document.write_bytes(b"behind")
    with pytest.raises(UsageError, match="was written to while it was read"):
        write(open_bundle(KEPT, "it")._replace(files={"document": member}), io.BytesIO())
