"""A participant is erased from a sealed table: what is gone, what stays, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from tables import rows
from test_sealing import TABLE, Answer, document, run

from trialseal.documents import erasing
from trialseal.documents.canonical import canonical_bytes
from trialseal.files import put_and_blank
from trialseal.tables import forgetting, sealing

__all__ = ["run"]

Run = Callable[..., Answer]
WHY = ("--by", "Data protection office", "--reason", "entered by mistake", "--legal-basis", "GDPR 17(1)(d)")
ERASE = (*WHY, "--yes")


@pytest.fixture
def sealed(run: Run) -> Path:
    """table.csv, sealed, with a copy in full.csv."""
    for name in ("table.csv", "full.csv"):
        Path(name).write_text(TABLE)
    assert run("seal", "table.csv", "--offline").code == 0
    return Path("table.csv")


def forms(text: str) -> list[str]:
    """The canonical rows of TABLE."""
    Path("forms.csv").write_text(text)
    return [canonical_bytes(row).decode() for row in rows(Path("forms.csv"))]


def test_what_is_erased_is_gone_and_what_is_left_is_compared_and_proven(run: Run, sealed: Path) -> None:
    assert run("open", "table.csv", "--row", "5").code == 0
    before = document("table.csv.private.json")
    kept, secret = Path("table.csv.private.rows").read_bytes(), before["subjects"]['"s-2"']
    proof = document("table.csv.row-5.json")

    answer = run("forget", "table.csv", "--participant", "s-2", *ERASE)
    assert "erased from table table, 2 rows (2, 3); proofs of all other rows hold" in answer.out
    assert sealed.read_text() == "USUBJID,AGE,WEIGHT,NOTE\ns-1,34,70.5,\n,20,60.25,y\ns-3,99,1,z\n"
    private = document("table.csv.private.json")
    assert private["format"] == "trialseal-private/2" and list(private["subjects"]) == ['"s-1"', '"s-3"']
    assert not {"nonce", "content", "bytes"} & set(private) and secret not in json.dumps(private)
    assert Path("table.csv.private.rows").read_bytes() == kept[:8] + bytes(16) + kept[24:]
    [tombstone] = private["erased"]
    assert tombstone["rows"] == [2, 3] and tombstone["by"] == "Data protection office" and "s-2" not in str(tombstone)

    said = run("verify", "table.csv", "--offline")
    assert said.code == 2 and "without 2 rows that were erased: all other 3 agree" in said.out
    assert "by Data protection office: 2 rows (2, 3); entered by mistake (GDPR 17(1)(d)" in said.out
    assert run("verify", "table.csv.row-5.json", "--offline").code == 2  # handed out before
    assert run("open", "table.csv", "--row", "5", "--out", "again.json").code == 0
    assert document("again.json") == proof
    assert "row 2 of table was erased" in run("open", "table.csv", "--row", "2").err
    assert "still is what it seals" in run("seal", "table.csv", "--offline").out.replace("is still", "still is")


def test_nothing_that_is_left_tests_a_guess_at_an_erased_row(run: Run, sealed: Path) -> None:
    texts = forms(TABLE)
    assert run("forget", "table.csv", "--participant", "s-2", *ERASE).code == 0
    seal = sealing.read_seal(Path("table.csv.seal.json"))
    private, salting = seal.needed(), seal.salting()
    left = [one for path in Path().glob("table.csv*") for one in [path.read_bytes()]]
    known = {private.own, private.salt, *private.subjects.values()}
    for text in texts[1:3]:
        for guess in (sha256(b"\0" + text.encode()).digest(), sha256(text.encode()).digest()):
            assert not any(guess[:8] in one or guess[:8].hex().encode() in one for one in left)
        for key in known:  # whoever has all that is left cannot make the erased leaves
            tried = replace(salting, own=key, secrets={})
            leaves = {sha256(b"\0" + tried.nonce("x", row) + text.encode()).digest() for row in (2, 3)}
            assert not leaves & set(private.erased[0].leaves)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("60.25", "61", "not the sealed table table: row 2 differs"),
        ("s-3,99,1,z\n", "", "3 rows were sealed, 2 are here: row 3 is missing"),
        ("60.25", "sixty", "row 2, column WEIGHT holds 'sixty'"),
        ("WEIGHT", "MASS", "lacks the column WEIGHT"),
    ],
)
def test_what_differs_in_what_is_left_is_named(run: Run, sealed: Path, old: str, new: str, words: str) -> None:
    assert run("forget", "table.csv", "--participant", "s-2", *ERASE).code == 0
    Path("other.csv").write_text(sealed.read_text().replace(old, new))
    answer = run("verify", "other.csv", "--seal", "table.csv.seal.json", "--offline")
    assert answer.code == 1 and words in answer.out and "2 rows (2, 3); entered by mistake" in answer.out


def test_a_copy_that_holds_the_erased_rows_is_said_to_and_proves_nothing_of_them(run: Run, sealed: Path) -> None:
    run("forget", "table.csv", "--participant", "s-2", *ERASE)
    for full in (TABLE, TABLE.replace("says so", "says no")):
        Path("full.csv").write_text(full)
        answer = run("verify", "full.csv", "--seal", "table.csv.seal.json", "--offline")
        assert answer.code == 2 and "2 rows (2, 3) that were erased still are in it" in answer.out
    Path("full.csv").write_text(TABLE.replace("60.25", "61"))
    assert run("verify", "full.csv", "--seal", "table.csv.seal.json", "--offline").code == 1


def test_several_are_erased_one_after_the_other(run: Run, sealed: Path) -> None:
    for one, left in (("s-1", 4), ("s-3", 3)):
        assert run("forget", "table.csv", "--participant", one, *ERASE).code == 0
        assert f"all other {left} agree" in run("verify", "table.csv", "--offline").out
    assert sealed.read_text() == "USUBJID,AGE,WEIGHT,NOTE\ns-2,007,81,says so\ns-2,51,,x\n,20,60.25,y\n"
    assert run("open", "table.csv", "--row", "2").code == 0


@pytest.mark.parametrize("step", ["_blank", "_cut"])
def test_a_crash_after_the_tombstone_is_made_good_by_the_same_command(
    run: Run, sealed: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, step, killed)
        with pytest.raises(Killed):
            run("forget", "table.csv", "--participant", "s-2", *ERASE)
    assert sealed.read_text() == TABLE and '"s-2"' not in document("table.csv.private.json")["subjects"].values()
    assert "still are in it" in run("verify", "table.csv", "--offline").out
    answer = run("forget", "table.csv", "--participant", "s-2", *ERASE)
    assert answer.code == 0 and "2 rows (2, 3) that an earlier erasing left in the file" in answer.out
    assert "s-2" not in sealed.read_text()
    assert len(document("table.csv.private.json")["erased"]) == 1
    assert Path("table.csv.private.rows").read_bytes()[8:24] == bytes(16)


def test_it_first_says_what_goes_and_what_must_be_kept_and_asks(run: Run, sealed: Path) -> None:
    before = {path: path.read_bytes() for path in Path().iterdir()}
    answer = run("forget", "table.csv", "--participant", "s-2", *WHY)
    assert answer.code == 3 and "run the same command with --yes; nothing was erased" in answer.err
    answer = run("forget", "table.csv", "--participant", "s-2", *WHY, "--dry-run")
    assert answer.code == 0 and "table.csv: 2 rows (2, 3) of 5" in answer.out
    for one in erasing.KEPT:
        assert one.what in answer.out and one.source in answer.out
    for words, told in (
        (("--participant", "s-9", *ERASE), "check the participant's number"),
        (("--participant", "s-2", *ERASE[:-2], "consent", "--yes"), "--legal-basis does not take"),
    ):
        answer = run("forget", "table.csv", *words)
        assert answer.code == 3 and told in answer.err
    answer = run("forget", "table.csv", "--participant", "s-2", *(one.replace("mistake", "s-2") for one in ERASE))
    assert answer.code == 1 and "the tombstone: reason" in answer.err
    Path("table.csv").write_text(TABLE.replace("60.25", "61"))
    answer = run("forget", "table.csv", "--participant", "s-2", *ERASE)
    assert answer.code == 1 and "is not the table that" in answer.err
    Path("table.csv").write_text(TABLE)
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


def test_a_table_about_nobody_has_nobody_to_erase(run: Run) -> None:
    Path("x.csv").write_text("a,b\n1,2\n")
    run("seal", "x.csv", "--offline")
    answer = run("forget", "x.csv", "--participant", "1", *ERASE)
    assert answer.code == 3 and "rows are of no participant in particular" in answer.err


def test_rows_with_line_ends_quotes_and_empty_lines_are_cut_byte_for_byte(run: Run) -> None:
    text = b'note\r\n"USUBJID";"T"\r\na;"x\r\ny;""z"""\r\n\r\nb;caf\xe9\ra;1\nb;"2\n3"\r\n'
    Path("x.csv").write_bytes(text)
    options = ("--delimiter", ";", "--encoding", "latin-1", "--names-row", "2")
    assert run("seal", "x.csv", "--offline", *options).code == 0
    assert run("forget", "x.csv", "--participant", "b", *ERASE).code == 0
    assert Path("x.csv").read_bytes() == b'note\r\n"USUBJID";"T"\r\na;"x\r\ny;""z"""\r\n\r\na;1\n'
    assert "all other 2 agree" in run("verify", "x.csv", "--offline").out


def test_parquet_is_written_anew_and_other_forms_are_said_to_hold_the_rows_still(run: Run, sealed: Path) -> None:
    frame = pd.read_csv("table.csv", dtype={"AGE": str})
    frame.to_parquet("p.parquet")
    frame.to_excel("x.xlsx", index=False)
    for name in ("p.parquet", "x.xlsx"):
        assert run("seal", name, "--offline").code == 0
    answer = run("forget", "p.parquet", "x.xlsx", "--participant", "s-2", *ERASE)
    assert "p.parquet: the participant is erased" in answer.out
    assert list(pd.read_parquet("p.parquet")["AGE"]) == ["34", "20", "99"]
    assert "the rows still are in this Excel file, which is not written here" in answer.out
    assert "all other 3 agree" in run("verify", "p.parquet", "--offline").out
    assert "still are in it" in run("verify", "x.xlsx", "--offline").out
    frame[frame["USUBJID"] != "s-2"].to_excel("x.xlsx", index=False)
    answer = run("verify", "x.xlsx", "--offline")
    assert "all other 3 agree" in answer.out and "still are" not in answer.out


def test_a_patient_is_erased_from_resources(run: Run) -> None:
    patient = '{"resourceType":"Patient","id":"%s"}'
    about = '{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/2"}}'
    lines = [patient % 1, "", about, patient % 2, patient % 3]
    Path("r.ndjson").write_text("\n".join(lines))
    assert "participants: 3 in column subject" in run("seal", "r.ndjson", "--offline").out
    assert "2 rows (2, 3)" in run("forget", "r.ndjson", "--participant", "Patient/2", *ERASE).out
    assert Path("r.ndjson").read_text() == "\n".join([patient % 1, "", patient % 3])
    assert "all other 2 agree" in run("verify", "r.ndjson", "--offline").out


def test_the_old_file_is_overwritten_but_not_under_another_name(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"secret")
    other.hardlink_to(path)
    with path.open("rb") as old:
        put_and_blank(path, lambda file: file.write(b"new") and None, 0o600)
        assert old.read() == b"secret" and other.read_bytes() == b"secret"
    with path.open("rb") as old:
        put_and_blank(path, lambda file: file.write(b"newer") and None, 0o600)
        assert old.read() == bytes(3)
    assert path.read_bytes() == b"newer" and len(list(tmp_path.iterdir())) == 2


def test_tombstones_that_say_nothing_are_damage(run: Run, sealed: Path) -> None:
    run("forget", "table.csv", "--participant", "s-2", *ERASE)
    private = document("table.csv.private.json")
    for change in ({"rows": [3, 2]}, {"rows": [2]}, {"leaves": ["00", "11"]}, {"by": None}):
        wrong = {**private, "erased": [{**private["erased"][0], **change}]}
        Path("table.csv.private.json").write_text(json.dumps(wrong))
        answer = run("verify", "table.csv", "--offline")
        assert answer.code == 1 and "table.csv.private.json is damaged" in answer.out
    # A tombstone of rows that nobody was erased from does not hide a change: the sealed root decides.
    private["erased"][0]["leaves"].reverse()
    Path("table.csv.private.json").write_text(json.dumps(private))
    assert run("verify", "table.csv", "--offline").code == 1


def test_the_page_is_made_from_the_lists() -> None:
    assert erasing.PAGE.read_text(encoding="utf-8") == erasing.page(), "run python -m trialseal.documents.erasing"
