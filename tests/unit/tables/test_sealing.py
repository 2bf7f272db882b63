"""Seals of tables and folders, as their users make and check them; no chain is asked."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import struct
import tempfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from tables import rows, write_csv
from test_xpt import transport

from trialseal.cli import main
from trialseal.documents.canonical import canonical_bytes, document_digest
from trialseal.errors import UsageError
from trialseal.tables import sealing
from trialseal.tables.reading import open_table

TABLE = "USUBJID,AGE,WEIGHT,NOTE\ns-1,34,70.5,\ns-2,007,81,says so\ns-2,51,,x\n,20,60.25,y\ns-3,99,1,z\n"


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Runs `trialseal dataset` in an empty folder."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def command(*words: str) -> Answer:
        capsys.readouterr()
        code = main(["dataset", *words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Answer(code, captured.out, captured.err)

    return command


@pytest.fixture
def sealed(run: Callable[..., Answer]) -> Path:
    """table.csv, sealed."""
    Path("table.csv").write_text(TABLE)
    assert run("seal", "table.csv", "--offline").code == 0
    return Path("table.csv")


def document(name: str = "table.csv.seal.json") -> dict[str, Any]:
    value: dict[str, Any] = json.loads(Path(name).read_text())
    return value


def test_the_seal_holds_nothing_that_can_be_guessed_at(sealed: Path) -> None:
    seal = document()
    private = document("table.csv.private.json")
    digest, nonce = sha256(sealed.read_bytes()).digest(), bytes.fromhex(private["nonce"])
    assert seal["bytes"] == sha256(nonce + digest).hexdigest()
    assert seal["content"] == sha256(nonce + bytes.fromhex(private["content"])).hexdigest()
    text = Path("table.csv.seal.json").read_text()
    assert private["content"] not in text and digest.hex() not in text and private["nonce"] not in text
    assert seal["id"] == sha256(bytes.fromhex(private["salt"]) + b"table").hexdigest()
    for name in ("table.csv.private.json", "table.csv.private.rows"):
        assert stat.S_IMODE(os.stat(name).st_mode) == 0o600
    assert list(private["subjects"]) == ['"s-1"', '"s-2"', '"s-3"']


def test_what_is_kept_of_a_row_tests_no_guess_once_its_participants_secret_is_gone(sealed: Path) -> None:
    kept = Path("table.csv.private.rows").read_bytes()
    prefixes = [kept[place : place + 8] for place in range(0, len(kept), 8)]
    salting = sealing.read_seal(Path("table.csv.seal.json")).salting()
    forms = [canonical_bytes(row).decode() for row in rows(sealed)]
    assert [salting.prefix(form) for form in forms] == prefixes  # the secrets find rows, wherever they stand
    erased = replace(salting, secrets={name: one for name, one in salting.secrets.items() if name != '"s-2"'})
    for form in forms[1:3]:
        guesses = {sha256(b"\0" + form.encode()).digest()[:8], sha256(form.encode()).digest()[:8], erased.prefix(form)}
        assert not guesses & set(prefixes)
    assert [erased.prefix(form) for form in (forms[0], *forms[3:])] == [prefixes[0], *prefixes[3:]]


def test_a_participant_is_known_however_their_number_is_written(run: Callable[..., Answer]) -> None:
    text = "ID,V\n7.0,1\n7,2\n7.00 ,3\n,4\n.,5\n8.5,6\n8.50,7\n7,8\n"
    Path("t.csv").write_text(text)
    assert run("seal", "t.csv", "--subject", "ID", "--type", "ID=number", "--offline").code == 0
    sealed = sealing.read_seal(Path("t.csv.seal.json"))
    assert list(sealed.needed().subjects) == ["7", "8.5"]
    forms = ["[7,1]", "[7,2]", "[7,3]", "[null,4]", "[null,5]", "[8.5,6]", "[8.5,7]", "[7,8]"]
    assert b"".join(map(sealed.salting().prefix, forms)) == Path("t.csv.private.rows").read_bytes()
    Path("u.csv").write_text(text + "seven,1\n")
    said = run("seal", "u.csv", "--subject", "ID", "--type", "ID=number", "--offline")
    assert "row 9, column ID" in said.err
    pd.DataFrame({"ID": ["a", None, "a "]}).to_parquet("p.parquet")
    assert run("seal", "p.parquet", "--subject", "ID", "--offline").code == 0
    assert list(document("p.parquet.private.json")["subjects"]) == ['"a"']


def test_two_seals_of_one_table_have_nothing_in_common(run: Callable[..., Answer], sealed: Path) -> None:
    first = document()
    for part in ("seal.json", "private.json", "private.rows"):
        Path(f"table.csv.{part}").unlink()
    run("seal", "table.csv", "--offline")
    assert not {first[name] for name in ("id", "root", "content", "bytes")} & set(map(str, document().values()))


def test_sealing_again_changes_nothing(run: Callable[..., Answer], sealed: Path) -> None:
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    assert "made before" in run("seal", "table.csv", "--offline").out
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before
    sealed.write_text(TABLE + "s-4,1,1,w\n")
    answer = run("seal", "table.csv", "--offline")
    assert answer.code == 3 and "seals other content" in answer.err
    Path("table.csv.seal.json").unlink()
    assert "needs table.csv.seal.json beside it" in run("seal", "table.csv", "--offline").err


def test_a_table_that_cannot_be_read_leaves_nothing_behind(run: Callable[..., Answer]) -> None:
    Path("bad.csv").write_text('a,b\n1,2\n3,"4\n')
    answer = run("seal", "bad.csv", "--offline")
    assert answer.code == 1 and "an odd number: it is cut short in a cell" in answer.err
    assert [path.name for path in Path().iterdir()] == ["bad.csv"]


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_a_name_that_is_no_utf_8_is_refused(run: Callable[..., Answer]) -> None:
    Path("t\udcff.csv").write_text(TABLE)
    answer = run("seal", "t\udcff.csv", "--offline")
    assert answer.code == 3 and r"the name t\udcff.csv is not UTF-8" in answer.err


def test_a_seal_is_never_overwritten_nor_left_half_written(
    run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("table.csv").write_text(TABLE)
    where = Path("table.csv.seal.json")
    one, other = (sealing.make(open_table(Path("table.csv")), subject="USUBJID") for _ in range(2))
    sealing.keep(one, where)
    before = {file: file.read_bytes() for file in Path().iterdir() if file.name != other.rows.name}
    with pytest.raises(UsageError, match=r"private.json is there already: it was left as it is"):
        sealing.keep(other, where)
    assert {file: file.read_bytes() for file in Path().iterdir()} == before

    def full(path: Path, *rest: Any, **how: Any) -> None:
        if path.name.endswith(".seal.json"):
            raise UsageError(f"{path} cannot be written: No space left on device")
        written(path, *rest, **how)

    written = sealing.write_bytes
    monkeypatch.setattr(sealing, "write_bytes", full)
    Path("second.csv").write_text(TABLE)
    answer = run("seal", "second.csv", "--offline")
    assert answer.code == 3 and "second.csv.seal.json cannot be written: No space left on device" in answer.err
    assert sorted(file.name for file in Path().iterdir() if "second" in file.name) == ["second.csv"]


@pytest.mark.skipif(os.name != "posix" or not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_a_seal_may_lie_on_another_file_system_than_its_table(run: Callable[..., Answer]) -> None:
    Path("table.csv").write_text(TABLE)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        assert run("seal", "table.csv", "--offline", "--out", folder).code == 0
        assert sorted(os.listdir(folder)) == [
            f"table.csv.{one}" for one in ("private.json", "private.rows", "seal.json")
        ]
    assert os.listdir() == ["table.csv"]


def test_types_are_said_and_can_be_stated(run: Callable[..., Answer], sealed: Path) -> None:
    assert document()["columns"] == [
        {"name": "USUBJID", "type": "text"},
        {"name": "AGE", "type": "text"},
        {"name": "WEIGHT", "type": "number"},
        {"name": "NOTE", "type": "text"},
    ]
    Path("other.csv").write_text(TABLE)
    answer = run("seal", "other.csv", "--offline", "--type", "AGE=integer", "--type", "WEIGHT=decimal:2")
    assert "integer: AGE; decimal with 2 digits: WEIGHT" in answer.out
    assert document("other.csv.seal.json")["columns"][2] == {"name": "WEIGHT", "type": "decimal", "decimals": 2}
    assert run("verify", "other.csv", "--offline").code == 2
    Path("third.csv").write_text(TABLE)
    assert run("seal", "third.csv", "--offline", "--schema", "other.csv.seal.json").code == 0
    assert document("third.csv.seal.json")["columns"] == document("other.csv.seal.json")["columns"]
    for wrong in ("AGE=float", "AGE", "X=text", "AGE=integer:2"):
        Path("fourth.csv").write_text(TABLE)
        assert run("seal", "fourth.csv", "--offline", "--type", wrong).code == 3


def test_another_form_of_the_same_content(run: Callable[..., Answer], sealed: Path) -> None:
    assert "bytes and content agree, 5 rows" in run("verify", "table.csv", "--offline").out
    Path("copy").mkdir()
    Path("copy/table.csv").write_bytes(b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").replace("81,", '"81.0",').encode())
    answer = run("verify", "copy/table.csv", "--seal", "table.csv.seal.json", "--offline")
    assert answer.code == 2 and "content agrees, 5 rows; the bytes differ in what is not a cell" in answer.out
    pd.read_csv("table.csv", dtype={"AGE": str}).to_parquet("table.parquet")
    assert run("verify", "table.parquet", "--offline").code == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("81,says", "82,says", "row 2, column WEIGHT: 81 became 82"),
        ("007", "7", 'row 2, column AGE: "007" became "7"'),
        ("70.5,", "70.5,0", 'row 1, column NOTE: missing became "0"'),
        ("s-3,99,1,z\n", "", "5 rows were sealed, 4 are here: row 5 is missing"),
        ("s-3,99,1,z\n", "s-3,99,1,z\ns-4,1,1,w\n", "5 rows were sealed, 6 are here: row 6 was not sealed"),
        ("60.25", "sixty", "row 4, column WEIGHT holds 'sixty', which is not a number"),
        ("WEIGHT", "MASS", "lacks the column WEIGHT and has besides the column MASS"),
        ("s-1", "s-9", 'row 1, column USUBJID: "s-1" became "s-9"'),
    ],
)
def test_what_differs_is_named_with_its_cell(
    run: Callable[..., Answer], sealed: Path, old: str, new: str, words: str
) -> None:
    Path("other.csv").write_text(TABLE.replace(old, new))
    answer = run("verify", "other.csv", "--seal", "table.csv.seal.json", "--offline")
    assert answer.code == 1 and f"not the sealed table table: {words}" in answer.out, answer.out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("81,says", "82,says", "row 2 differs"),
        ("s-1,34,70.5,\n", "", "5 rows were sealed, 4 are here: row 1 is missing"),
        ("s-2,51,,x\n,20,60.25,y\n", "", "5 rows were sealed, 3 are here: rows 3 to 4 are missing"),
        ("s-2,007", "s-9,1,1,q\ns-2,007", "5 rows were sealed, 6 are here: row 2 was not sealed"),
        ("s-2,007,81,says so\ns-2,51,,x\n", "s-2,51,,x\ns-2,007,81,says so\n", "the same rows stand in another order"),
    ],
)
def test_rows_that_differ_are_named_without_the_sealed_file(
    run: Callable[..., Answer], sealed: Path, old: str, new: str, words: str
) -> None:
    sealed.write_text(TABLE.replace(old, new))
    answer = run("verify", "table.csv", "--offline")
    assert answer.code == 1 and words in answer.out, answer.out
    Path("table.csv.private.rows").unlink()
    told = run("verify", "table.csv", "--offline").out
    assert "its rows differ; table.csv.private.rows or the sealed file would show which" in told


def test_rows_that_came_went_or_moved_are_said_to_have_though_the_sealed_file_is_at_hand(
    run: Callable[..., Answer], sealed: Path
) -> None:
    first, *body = TABLE.splitlines(keepends=True)
    for lines, words in (
        (body[1:], "5 rows were sealed, 4 are here: row 1 is missing"),
        (body[::-1], "the same rows stand in another order, from row 1 on"),
    ):
        Path("other.csv").write_text("".join([first, *lines]))
        answer = run("verify", "other.csv", "--seal", "table.csv.seal.json", "--offline")
        assert answer.code == 1 and words in answer.out and "became" not in answer.out
        assert "trialseal dataset diff table.csv other.csv --key USUBJID lists what changed" in answer.out


def test_bytes_that_differ_in_what_is_no_cell_are_said_to(run: Callable[..., Answer], sealed: Path) -> None:
    Path("other.csv").write_text(TABLE.replace("\n", "\r\n"), newline="")
    answer = run("verify", "other.csv", "--seal", "table.csv.seal.json", "--offline")
    assert answer.code == 2 and "content agrees, 5 rows; the bytes differ in what is not a cell" in answer.out


def test_columns_in_another_order_are_said_to_be(run: Callable[..., Answer], sealed: Path) -> None:
    pd.read_csv("table.csv", dtype=str)[["AGE", "USUBJID", "NOTE", "WEIGHT"]].to_csv("other.csv", index=False)
    answer = run("verify", "other.csv", "--seal", "table.csv.seal.json", "--offline")
    assert answer.code == 1
    assert "its columns stand in another order; in the sealed order every row agrees" in answer.out


def test_what_a_form_loses_is_named_with_its_cell(run: Callable[..., Answer]) -> None:
    """Dataset-JSON, CSV and Parquet have one missing value, SAS has 28; NFC against NFD."""
    missing = b"".join(code.ljust(8, b"\0") for code in (b"A", b".")) + struct.pack(">Q", 0x4110 << 48)
    Path("x.xpt").write_bytes(transport([("X", 1, 8, "")], missing * 9))
    assert run("seal", "x.xpt", "--offline").code == 0
    write_csv(Path("x.csv"), ["X"], [['""' if cell is None else cell for cell in row] for row in rows(Path("x.xpt"))])
    Path("x.csv").write_text("X\n" + "\n".join([".A", '""', "1"] * 9) + "\n")
    assert run("verify", "x.csv", "--offline").code == 2
    Path("x.csv").write_text("X\n" + "\n".join(['""', '""', "1", *[".A", '""', "1"] * 8]) + "\n")
    words = "row 1, column X: missing (.A) became missing"
    assert words in run("verify", "x.csv", "--offline").out
    Path("x.xpt").unlink()
    answer = run("verify", "x.csv", "--offline")
    assert "row 1 differs" in answer.out and "row 1, column X: missing (.A) was sealed, missing is here" in answer.out
    Path("y.csv").write_text("a,b\ncaf\u00e9,1\nx,2\n")
    run("seal", "y.csv", "--offline")
    Path("y.csv").write_text("a,b\ncafe\u0301,1\nx,2\n")
    assert "column a" in run("verify", "y.csv", "--offline").out


def test_without_its_private_part_a_seal_tells_nothing(run: Callable[..., Answer], sealed: Path) -> None:
    Path("table.csv.private.json").rename("elsewhere.json")
    answer = run("verify", "table.csv", "--offline")
    assert answer.code == 2 and "table.csv.private.json is not there" in answer.out
    assert run("open", "table.csv", "--row", "1").code == 2
    Path("table.csv.private.json").write_text("{")
    answer = run("verify", "table.csv", "--offline")
    assert answer.code == 1 and "table.csv.private.json is damaged" in answer.out
    private = document("elsewhere.json")
    Path("table.csv.private.json").write_text(json.dumps({**private, "seal": "00" * 32}))
    assert "belongs to another seal document" in run("verify", "table.csv", "--offline").out
    Path("unknown.csv").write_text(TABLE)
    assert run("verify", "unknown.csv", "--offline").code == 2


@pytest.mark.parametrize("member", ["root", "content", "bytes"])
def test_a_seal_document_that_its_private_part_does_not_bear_out(
    run: Callable[..., Answer], sealed: Path, member: str
) -> None:
    """Whoever seals may not say one thing to the chain and another to the reviewer."""
    forged = {**document(), member: "11" * 32}
    Path("table.csv.seal.json").write_text(json.dumps(forged))
    private = {**document("table.csv.private.json"), "seal": document_digest(forged).hex()}
    Path("table.csv.private.json").write_text(json.dumps(private))
    answer = run("verify", "table.csv", "--offline")
    assert answer.code == 1 and f"the seal document's {member} is of something else" in answer.out


# ----- folders -----


def test_a_folder_is_a_list_of_its_files(run: Callable[..., Answer]) -> None:
    folder = Path("scans")
    (folder / "site 1").mkdir(parents=True)
    (folder / "a.dcm").write_bytes(b"DICM")
    (folder / "site 1" / "cafe\u0301.pdf").write_bytes(b"scan")
    (folder / "site 1" / "empty").write_bytes(b"")
    (folder / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    (folder / "odd\\ name ").write_bytes(b"x")
    answer = run("seal", "scans", "--offline")
    assert (
        answer.code == 0 and "link: a link, not followed" in answer.out and "pipe: a named pipe, not read" in answer.out
    )
    manifest = list(csv.reader(io.StringIO(Path("scans.private.csv").read_text())))
    assert manifest == [
        ["path", "size", "sha256", "note"],
        ["a.dcm", "4", sha256(b"DICM").hexdigest(), ""],
        ["link", "", "", "a link, not followed"],
        ["odd\\\\ name\\x20", "1", sha256(b"x").hexdigest(), ""],
        ["pipe", "", "", "a named pipe, not read"],
        ["site 1/caf\u00e9.pdf", "4", sha256(b"scan").hexdigest(), ""],
        ["site 1/empty", "0", sha256(b"").hexdigest(), ""],
    ]
    assert stat.S_IMODE(os.stat("scans.private.csv").st_mode) == 0o600
    assert run("verify", "scans", "--offline").code == 2
    assert run("open", "scans", "--file", "site 1/caf\u00e9.pdf", "--out", "proof.json").code == 0
    assert run("verify", "proof.json", "--offline").code == 2
    assert run("open", "scans", "--file", "nothing").code == 3

    (folder / "a.dcm").write_bytes(b"DICN")
    (folder / "new").write_bytes(b"")
    (folder / "site 1" / "empty").unlink()
    out = run("verify", "scans", "--offline").out
    assert 'row 1 (path "a.dcm"), column sha256' in out
    assert 'row 6 (path "site 1/empty") was dropped' in out and 'row 3 (path "new") was added' in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_a_folder_with_what_cannot_be_read_is_not_sealed(run: Callable[..., Answer]) -> None:
    Path("scans").mkdir()
    Path("scans/secret").write_bytes(b"x")
    os.chmod("scans/secret", 0)
    answer = run("seal", "scans", "--offline")
    assert answer.code == 3 and "secret cannot be read, so the folder was not sealed" in answer.err


def test_names_in_capitals_are_told(run: Callable[..., Answer]) -> None:
    Path("t.csv").write_text("id,age\n1,2\n")
    run("seal", "t.csv", "--offline")
    Path("u.csv").write_text("ID,AGE\n1,2\n")
    answer = run("verify", "u.csv", "--seal", "t.csv.seal.json", "--offline")
    assert answer.code == 1 and "calls columns otherwise, by capitals and small letters: ID, AGE" in answer.out


def test_a_seal_is_not_taken_for_one_of_other_options(run: Callable[..., Answer]) -> None:
    Path("t.csv").write_text('a;b\n"1,5";x\n')
    run("seal", "t.csv", "--offline", "--delimiter", ";")
    answer = run("seal", "t.csv", "--offline", "--delimiter", ";", "--decimal", ",")
    assert answer.code == 3 and "without these options" in answer.err and "remove t.csv.seal.json" in answer.err
    assert run("seal", "t.csv", "--offline", "--type", "a=decimal").code == 3
    for same in ((), ("--delimiter", ";"), ("--type", "b=text")):
        assert "made before" in run("seal", "t.csv", "--offline", *same).out
