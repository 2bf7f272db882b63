"""A bundle's files looked at as if it were a folder: whatever is asked of places, a folder on disk answers the same."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from trialseal.documents.canonical import MAX_DOCUMENT_BYTES
from trialseal.errors import UsageError
from trialseal.files import json_bytes
from trialseal.folder import clock_proofs
from trialseal.folder.collecting import collect
from trialseal.folder.held import Held
from trialseal.folder.places import Places
from trialseal.folder.reading import Readings
from trialseal.folder.trial_folder import Surroundings

PROTOCOL = json_bytes({"format": "trialseal/1", "kind": "protocol", "notes": ["an example"], "trial": {"code": "T-1"}})
CLOCK = f"clocks/{'ab' * 32}-calendar.example.ots"
FILES = {
    "protocol.json": PROTOCOL,
    "README.md": b"what it is",
    "documents/plan.pdf": b"plan",
    "documents/sealed/0001-protocol-v1-1a2b3c4d.json": PROTOCOL,
    "receipts/31337-a/0001-register.json": b"{}",
    "streams/s/stream.json": b"{}",
    "streams/s/head.json": b"{}",
    CLOCK: b"proof",
}


@pytest.fixture
def both(tmp_path: Path) -> tuple[Places, Path, Held, Path]:
    """The same files in a folder, and as a bundle that lies in another trial's folder."""
    folder, outer = tmp_path / "folder", tmp_path / "outer"
    outer.mkdir()
    (outer / "protocol.json").write_bytes(PROTOCOL)
    (outer / "it.trialseal").write_bytes(b"a bundle")
    held = Held(outer / "it.trialseal")
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        held.add(name, len(data), sha256(data).digest(), data, data, lambda data=data: iter((data,)))  # type: ignore[misc]
    return Places(), folder, held, outer / "it.trialseal"


def test_what_lies_there_is_the_same(both: tuple[Places, Path, Held, Path]) -> None:
    disk, folder, held, bundle = both
    for name in ("", "documents", "documents/sealed", "protocol.json", "documents/plan.pdf", "none", "none/at/all"):
        here, there = folder / name, bundle / name
        assert held.names(there) == disk.names(here)
        assert held.is_folder(there) == disk.is_folder(here)
        assert held.is_file(there) == disk.is_file(here)
        assert held.lies(there) == disk.lies(here)
        assert held.folders(there) == [bundle / one.relative_to(folder) for one in disk.folders(here)]
        assert not held.is_link(there)
    entries = [(one.name, one.is_dir(), one.is_file()) for one in held.entries(str(bundle))]
    assert entries == [(one.name, one.is_dir(), one.is_file()) for one in disk.entries(str(folder))]
    assert held.entries(str(bundle / "none")) == []
    assert (held.is_named_folder(bundle), held.size(bundle / "README.md")) == (True, 10)


def test_files_are_collected_and_read_as_from_a_folder(both: tuple[Places, Path, Held, Path]) -> None:
    disk, folder, held, bundle = both
    meant, other = collect([folder], disk), collect([bundle], held)
    assert [one.relative_to(folder) for one in meant.files] == [one.relative_to(bundle) for one in other.files]
    assert [(one.path.relative_to(folder), one.role) for one in meant.aside] == [
        (one.path.relative_to(bundle), one.role) for one in other.aside
    ]
    for one, two in zip(
        Readings(disk).read_all(meant.places, meant.was_found),
        Readings(held).read_all(other.places, other.was_found),
        strict=True,
    ):
        assert not isinstance(one, UsageError) and not isinstance(two, UsageError)
        assert (one.raw, one.canonical, one.document, one.size) == (two.raw, two.canonical, two.document, two.size)
        assert one.again() == two.again() is not None


def test_bytes_are_given_again_and_kept_when_asked(both: tuple[Places, Path, Held, Path]) -> None:
    _, _, held, bundle = both
    readings = Readings(held)
    assert readings.of(bundle / "documents" / "plan.pdf").data is None
    assert readings.kept(bundle / "documents" / "plan.pdf").data == b"plan"
    assert held.small(bundle / "documents" / "plan.pdf", 4) == b"plan"
    assert held.read(bundle / CLOCK, 5, follow=False, too_large="!") == b"proof"
    with pytest.raises(OSError, match="larger than 3 bytes"):
        held.small(bundle / "documents" / "plan.pdf", 3)
    for name in ("none", "none/at/all", "documents"):
        with pytest.raises(FileNotFoundError):
            held.small(bundle / name, 9)
    with pytest.raises(UsageError, match="does not exist"):
        held.read(bundle / "none", 9, follow=False, too_large="!")


def test_what_lies_around_the_bundle_is_no_part_of_it(both: tuple[Places, Path, Held, Path]) -> None:
    _, folder, held, bundle = both
    found = Surroundings(Readings(held)).folder_around(bundle / "documents" / "sealed")
    assert found is not None and found.path == bundle and found.notes == ["an example"]
    assert [one.name for one in found.files] == [
        "README.md", "protocol.json", "plan.pdf", "0001-protocol-v1-1a2b3c4d.json",
    ]  # fmt: skip
    # A file of the disk is looked for on the disk.
    on_disk = Surroundings(Readings(held)).folder_around(bundle.parent)
    assert on_disk is not None and on_disk.path == bundle.parent
    assert held.names(folder) == sorted(os.listdir(folder)) and held.small(folder / "README.md", 10) == b"what it is"
    assert held.is_file(folder / "README.md") and held.size(folder / "README.md") == 10
    (bundle.parent / "zz.txt").write_bytes(b"a file behind it")
    assert held.is_named_folder(folder) and not held.is_named_folder(bundle.parent / "zz.txt")
    (bundle.parent / "aa.txt").write_bytes(b"a file before it")
    assert not held.is_named_folder(bundle.parent / "aa.txt")
    assert held.read(folder / CLOCK, 5, follow=False, too_large="!") == b"proof"
    assert len(held.entries(str(folder))) == len(os.listdir(folder))


def test_proofs_of_clocks_are_found_in_it(both: tuple[Places, Path, Held, Path]) -> None:
    _, _, held, bundle = both
    assert list(clock_proofs.all_in(bundle / "clocks", held)) == [bundle / CLOCK]
    assert clock_proofs.Kept(held).of_digest(bytes.fromhex("ab" * 32), [bundle / "clocks"]) == [bundle / CLOCK]
    assert clock_proofs.read(bundle / CLOCK, places=held).fault is not None


def test_a_large_file_is_known_by_its_digest(tmp_path: Path) -> None:
    held = Held(tmp_path / "it.trialseal")
    held.add("data/large.bin", MAX_DOCUMENT_BYTES + 1, bytes(32), b"large", None, lambda: iter((b"large",)))
    reading = Readings(held).of(held_path := tmp_path / "it.trialseal" / "data" / "large.bin")
    assert (reading.raw, reading.size, reading.again()) == (bytes(32), MAX_DOCUMENT_BYTES + 1, None)
    assert Readings(held).kept(held_path).data is None


def test_a_bundle_is_found_by_a_relative_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    held = Held("./it.trialseal")
    held.add("a.txt", 1, sha256(b"a").digest(), b"a", b"a", lambda: iter((b"a",)))
    assert held.root == str(tmp_path / "it.trialseal")
    assert held.is_file("it.trialseal/a.txt") and not held.is_file("it.trialseal/b.txt")
    assert held.names(Path("it.trialseal")) == ["a.txt"] and held.names(Path("it.trialseal2")) == []
    (tmp_path / "it.trialseal2").mkdir()
    (tmp_path / "it.trialseal2" / "c.txt").write_bytes(b"c")
    assert held.names(Path("it.trialseal2")) == ["c.txt"]
