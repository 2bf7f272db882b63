"""`timestamp` as it is typed: stamped, upgraded and checked on this computer, and what it says."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.unit.clocks.clock_servers import (
    GENESIS_HASH,
    GENESIS_HEADER,
    GENESIS_TRANSACTION,
    authority,
    calendar,
    serving,
)

from trialseal.cli import main
from trialseal.clocks.steps import SHA256, Bitcoin, Operation, Proof, write_proof
from trialseal.folder.collecting import collect
from trialseal.folder.layout import FileRole

CLOCKS = (Path(__file__).parents[3] / "docs" / "clocks.md").read_text(encoding="utf-8")


class Said(NamedTuple):
    code: int
    out: str
    err: str


Type = Callable[..., Said]


@pytest.fixture
def type_(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Type:
    monkeypatch.chdir(tmp_path)

    def run(*words: Any) -> Said:
        code = main(["timestamp", *map(str, words)])
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "protocol.txt"
    path.write_bytes(b"a protocol")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A trial's folder with two files."""
    made = tmp_path / "trial"
    (made / "documents").mkdir(parents=True)
    (made / "protocol.json").write_text('{"format": "trialseal/1", "kind": "protocol"}')
    (made / "documents" / "plan.txt").write_text("a plan")
    return made


def test_a_file_is_stamped_upgraded_and_checked(type_: Type, file: Path) -> None:
    digest = sha256(b"a protocol").digest()
    with calendar() as here:
        said = type_(file, "--calendar", here.url)
        assert said.code == 0 and "the content with random numbers" in said.out
        [kept] = file.parent.glob("*.ots")
        assert kept.name == f"{digest.hex()}-127.0.0.1-{here.url.rpartition(':')[2]}.ots"
        assert len(here.learnt) == 1 and here.learnt[0] != digest
        before = kept.read_bytes()
        assert "stamped already" in type_(file, "--calendar", here.url).out and len(here.learnt) == 1
        said = type_(file, "--check")
        assert said.code == 2 and f"--upgrade --calendar {here.url}" in said.out.replace('"', "")
        assert "no block yet" in type_(file, "--upgrade", "--calendar", here.url).out
        here.height = 800_000
        said = type_(file, "--upgrade", "--calendar", here.url)
        assert said.code == 0 and "Bitcoin block 800,000, as the calendar says" in said.out
        assert kept.read_bytes() == before and len(list(file.parent.glob("*-bitcoin-800000.ots"))) == 1
        assert "kept already" in type_(file, "--upgrade", "--calendar", here.url).out
    said = type_(file, "--check")
    assert said.code == 2 and "compare it with a block explorer's for block 800000" in said.out
    assert "does not show who wrote them" in said.out
    said = type_(file, "--check", "--bitcoin-header", f"800000={GENESIS_HEADER.hex()}")
    assert said.code == 1 and "does not lead to the header" in said.out


def test_only_a_calendar_that_was_named_is_asked(type_: Type, file: Path) -> None:
    with calendar() as here, calendar() as other:
        type_(file, "--calendar", here.url)
        here.height = 1
        said = type_(file, "--upgrade", "--calendar", other.url)
    assert said.code == 0 and "which you did not name" in said.out and len(list(file.parent.glob("*.ots"))) == 1


def test_the_first_block_dates_its_transaction(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "transaction").write_bytes(GENESIS_TRANSACTION)
    proof = Proof(sha256(GENESIS_TRANSACTION).digest(), (Operation(SHA256), Bitcoin(0)))
    (tmp_path / "sent.ots").write_bytes(write_proof(proof))
    words = ["transaction", "--check", "--proof", "sent.ots", "--bitcoin-header", GENESIS_HEADER.hex(), "--json"]
    said = type_(*words)
    [found] = json.loads(said.out)["files"][0]["proofs"]
    assert (
        said.code == 0 and (found["answer"], found["time"]) == ("holds", 1231006505) and GENESIS_HASH in found["words"]
    )
    (tmp_path / "transaction").write_bytes(GENESIS_TRANSACTION + b"\n")
    assert type_(*words).code == 1


def test_all_files_of_a_trial_need_one_question(type_: Type, folder: Path) -> None:
    with calendar() as here:
        said = type_(folder, "--calendar", here.url, "--json")
    kept = sorted((folder / "clocks").iterdir())
    assert said.code == 0 and len(kept) == 2 and len(here.learnt) == 1
    assert len(json.loads(said.out)["kept"]) == 2
    meant = collect([folder])
    assert len(meant.files) == 2 and {one.role for one in meant.aside} == {FileRole.CLOCK_PROOF}
    assert type_(folder, "--check").out.count("cannot be determined") == 2


def test_an_authority_stamps_and_is_checked_without_a_network(type_: Type, folder: Path, tmp_path: Path) -> None:
    here = authority(tmp_path / "tsa")
    plan = folder / "documents" / "plan.txt"
    with serving(here.answer) as url:
        said = type_(plan, "--authority", url)
    assert said.code == 0 and "who guesses the content can recognise it" in said.out
    [kept] = (folder / "clocks").iterdir()
    assert kept.suffix == ".tsr"
    assert type_(plan, "--check").code == 2
    said = type_(plan, "--check", "--tsa-root", here.root)
    assert said.code == 0 and "these bytes existed by 20" in said.out
    data = bytearray(kept.read_bytes())
    data[-1] ^= 1
    kept.write_bytes(data)
    assert type_(plan, "--check", "--tsa-root", here.root).code == 1
    kept.write_bytes(data[:100])
    said = type_(plan, "--check", "--tsa-root", here.root)
    assert said.code == 1 and "restore it from a copy" in said.out


def test_a_clock_that_fails_keeps_no_other_from_being_asked(type_: Type, file: Path) -> None:
    with serving(lambda *_: (500, b"")) as broken, calendar() as here:
        said = type_(file, "--calendar", broken, "--calendar", here.url)
    assert said.code == 2 and "HTTP 500" in said.out and len(list(file.parent.glob("*.ots"))) == 1


def test_a_proof_under_another_files_name_fails(type_: Type, file: Path) -> None:
    with calendar() as here:
        type_(file, "--calendar", here.url)
    [kept] = file.parent.glob("*.ots")
    file.write_bytes(b"another protocol")
    assert "no proof of a second clock found" in type_(file, "--check").out
    kept.rename(kept.with_name(sha256(b"another protocol").hexdigest() + "-clock.ots"))
    said = type_(file, "--check")
    assert said.code == 1 and "stamps other bytes" in said.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "name a clock"),
        (["--upgrade"], "--upgrade asks the calendars"),
        (["--upgrade", "--calendar", "http://a", "--authority", "http://a"], "and no authority"),
        (["--proof", "x"], "add --check"),
        (["--check", "--bitcoin-header", "00"], "160 hexadecimal digits"),
        (["--check", "--bitcoin-header", "00" * 80], "no block of Bitcoin ever had"),
        (["--check", "--tsa-root", "missing.pem"], "missing.pem"),
        (["--check", "--proof", "missing.ots"], "missing.ots"),
        (["--calendar", "clock"], "--calendar does not take clock"),
    ],
)
def test_wrong_use_is_one_sentence(type_: Type, file: Path, words: list[str], sentence: str) -> None:
    said = type_(file, *words)
    assert said.code == 3 and sentence in said.err and said.err.count("\n") == 1


def test_the_four_lines_as_written(type_: Type, folder: Path, tmp_path: Path) -> None:
    here = authority(tmp_path / "tsa")
    (tmp_path / "root.pem").write_bytes(here.root.read_bytes())
    (folder / "results.json").write_text("{}")
    folder.rename(tmp_path / "my-trial")
    section = CLOCKS.partition("\n## In four lines\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^trialseal timestamp (.*?)  +#", section, re.MULTILINE)
    codes = []
    with calendar() as calendars, serving(here.answer) as url:
        for line in lines:
            calendars.height = 800_000 if "--upgrade" in line else None
            codes.append(type_(*line.replace("CALENDAR", calendars.url).replace("AUTHORITY", url).split()).code)
    assert codes == [0, 0, 0, 2]  # no header of a block is given in the last
    names = [path.name for path in (tmp_path / "my-trial" / "clocks").iterdir()]
    assert len(names) == 7 and sum(name.endswith(".tsr") for name in names) == 1


def test_a_missing_extra_is_said_before_anybody_is_asked(
    type_: Type, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with calendar() as here:
        said = type_(file, "--calendar", here.url, "--authority", "http://127.0.0.1:1")
    assert said.code == 3 and 'pip install "trialseal[timestamp]"' in said.err and not here.learnt
