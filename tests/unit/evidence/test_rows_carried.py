"""Many rows of a table in one file of a bundle: told, refused where they are forged, and never all in memory."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from tests.packed_bundles import contents, packed

from trialseal import api
from trialseal.cli import main
from trialseal.documents.canonical import canonical_bytes
from trialseal.errors import UsageError
from trialseal.evidence.bundle import manifest
from trialseal.evidence.bundle.bundle import open_bundle
from trialseal.evidence.bundle.member import of_bytes
from trialseal.folder.held import Held
from trialseal.folder.reading import Readings, read
from trialseal.report.trial.verifying import verified

KEPT = Path(__file__).parents[2] / "vectors" / "bundles" / "2026-11-rows.trialseal"
ROWS = "files/rows/dm.csv.rows"
HASH = json.loads(KEPT.with_suffix(".json").read_text())["block_hash"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))


def kept() -> dict[str, bytes]:
    with KEPT.open("rb") as file:
        return contents(file)


def test_its_rows_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(KEPT), "--block-hash", HASH]) == 0
    said = capsys.readouterr().out
    assert "dm.csv.rows is the proof of 4 rows of the 11 of the sealed table dm: 2 to 3, 6, 9;" in said
    assert "is dataset version 1 of trial" in said
    assert main(["dataset", "verify", str(KEPT), "--block-hash", HASH, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(one["row"], one["cells"]["WEIGHT"]) for one in rows] == [(2, 73), (3, 74.5), (6, 79), (9, 83.5)]
    assert {one["file"] for one in rows} == {"rows/dm.csv.rows"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [(b'"s-3",33', b'"s-3",34', "lead to another root"), (b"[3,", b"[4,", "should follow"), (b"]\n[", b"][", "line 3")],
)
def test_forged_rows_do_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: bytes, new: bytes, words: str
) -> None:
    members = kept()
    members[ROWS] = members[ROWS].replace(old, new, 1)
    said = json.loads(members[manifest.NAME])
    said["files"][ROWS] = sha256(members[ROWS]).hexdigest()
    path = tmp_path / "forged.trialseal"
    path.write_bytes(packed(members | {manifest.NAME: canonical_bytes(said)}))
    assert main(["verify", str(path), "--block-hash", HASH]) == 1
    told = capsys.readouterr().out
    assert "dm.csv.rows is the proof of rows of a table, which does not hold" in told and words in told
    assert main(["dataset", "verify", str(path), "--block-hash", HASH]) == 1
    told = capsys.readouterr().out
    assert words in told and "AGE" not in told  # not one row is shown before all of them are proven


def test_rows_of_a_later_version_cannot_be_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "later.rows"
    path.write_bytes(kept()[ROWS].replace(b"trialseal-rows/1", b"trialseal-rows/2", 1))
    assert main(["verify", str(path), "--bundle", str(KEPT), "--block-hash", HASH]) == 2
    assert "was made by a later version of trialseal (trialseal-rows/2)" in capsys.readouterr().out


def test_rows_on_disk_are_judged_by_a_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "some.rows"
    path.write_bytes(kept()[ROWS])
    assert main(["verify", str(path), "--bundle", str(KEPT), "--block-hash", HASH]) == 0
    assert "some.rows is the proof of 4 rows" in capsys.readouterr().out
    reading = read(path)
    path.write_bytes(b"other")
    with pytest.raises(UsageError, match="was written to while it was read"):
        list(reading.pieces())


def test_very_many_rows_are_not_held_in_memory(tmp_path: Path) -> None:
    members, size = kept(), 12 << 20
    beginning = members[ROWS].splitlines(keepends=True)[0]
    data = beginning + (b'"%s"\n' % (b"ab" * 32)) * (size // 67)
    path = tmp_path / "many.trialseal"
    members[ROWS] = data
    said = json.loads(members[manifest.NAME])
    said["files"][ROWS] = sha256(data).hexdigest()
    path.write_bytes(packed(members | {manifest.NAME: canonical_bytes(said)}))
    held = Held(path)
    tracemalloc.start()
    try:
        open_bundle(path, "it", held)
        assert tracemalloc.get_traced_memory()[1] < size / 2
    finally:
        tracemalloc.stop()
    reading = Readings(held).of(Path(held.root) / "rows/dm.csv.rows")
    assert reading.has_rows and (reading.size, reading.data, reading.row) == (len(data), None, None)


def test_a_file_of_rows_that_is_larger_than_a_document_is_known_as_one(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield kept()[ROWS]
        for _ in range(17):
            yield bytes(1 << 20)

    path = tmp_path / "large.rows"
    path.write_bytes(b"".join(chunks()))
    reading = read(path)
    assert reading.has_rows and reading.raw == sha256(path.read_bytes()).digest()
    path.write_bytes(path.read_bytes()[1:])
    assert not read(path).has_rows


def test_of_many_files_those_that_hold_are_counted(tmp_path: Path) -> None:
    first = KEPT.with_name("2026-11.trialseal")
    known = json.loads(first.with_suffix(".json").read_text())
    chain = api.bundle(first, block_hash=known["block_hash"])
    held = Held(first)
    open_bundle(first, "it", held)
    held.add("x.bin", 1, sha256(b"x").digest(), b"x", b"x", lambda: iter((b"x",)))
    places, trial = [Path(held.root)], bytes.fromhex(known["trial"])
    every = verified(chain, places, trial=trial, readings=Readings(held)).verdicts
    assert sorted(one.exit_code for one in every) == [0, 1, 2, 2, 2]
    for most in range(5):
        some = verified(chain, places, trial=trial, readings=Readings(held), most=most)
        codes = [one.exit_code for one in some.verdicts]
        assert (codes.count(0), codes.count(1), codes.count(2)) == (0, min(most, 1), min(most, 3))
        assert {code: codes.count(code) + some.counted.get(code, 0) for code in (0, 1, 2)} == {0: 1, 1: 1, 2: 3}
        of_code_2 = [one for one in every if one.exit_code == 2]
        assert [one for one in some.verdicts if one.exit_code == 2] == of_code_2[:most]
    assert verified(chain, places, trial=trial, readings=Readings(held), most=5).verdicts == every


def test_what_is_written_for_a_bundle_is_given_again() -> None:
    from trialseal.evidence.bundle.member import of_written

    found = of_written(lambda file: file.write(b"abc" * 1_000_000))
    assert found[:3] == of_bytes(b"abc" * 1_000_000)[:3]
    assert found.read() == found.read() == b"abc" * 1_000_000
