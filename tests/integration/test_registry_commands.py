"""snapshot, replay, watch and portfolio as their users run them: without any sponsor, twice, and wrongly."""

from __future__ import annotations

import copy
import json
import os
import socket
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from trialseal.cli import main
from trialseal.ledger import accounts, networks
from trialseal.ledger.chain import Chain
from trialseal.registries import numbers

STUDY = Path(__file__).parents[1] / "vectors" / "documents" / "ctgov-v2.json"
NUMBER = "NCT99999901"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a devnet and one party: a journal, which sponsors nothing."""
    path = tmp_path_factory.mktemp("home")
    (path / "password").write_text("correct horse")
    settings = {"TRIALSEAL_HOME": str(path), "TRIALSEAL_PASSWORD_FILE": str(path / "password")}
    before = {name: os.environ.get(name) for name in (*settings, "TRIALSEAL_ACCOUNT")}
    os.environ.update(settings)
    os.environ.pop("TRIALSEAL_ACCOUNT", None)
    try:
        assert main(["devnet", "up", "--port", str(free_port())]) == 0
        accounts.new(path, "journal", "correct horse", light=True)
        assert main(["devnet", "fund", "journal"]) == 0
        assert main(["deploy", "--account", "journal"]) == 0
        assert main(["party", "create", "--name", "Test journal", "--account", "journal"]) == 0
        yield path
    finally:
        main(["devnet", "down"])
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command and gives what it printed; `code` is the exit code that it must have."""

    def run(*words: object, code: int = 0) -> str:
        capsys.readouterr()
        answered = main([str(word) for word in words])
        captured = capsys.readouterr()
        assert answered == code, captured.out + captured.err
        assert "Traceback" not in captured.err
        return captured.out + captured.err

    return run


def put(folder: Path, day: str, changed: Callable[[dict[str, Any]], None] = lambda study: None) -> Path:
    value = copy.deepcopy(json.loads(STUDY.read_text()))
    value["protocolSection"]["statusModule"]["lastUpdateSubmitDate"] = day
    changed(value)
    path = folder / f"{NUMBER}__{day}.json"
    path.write_text(json.dumps(value))
    return path


def dropped(study: dict[str, Any]) -> None:
    study["protocolSection"]["outcomesModule"]["primaryOutcomes"] = [
        {"measure": "Deaths from any cause", "timeFrame": "5 years"}
    ]


# ----- snapshots -----


def test_anyone_date_stamps_what_a_registry_said_without_any_trial(home: Path, run: Run, tmp_path: Path) -> None:
    file = put(tmp_path, "2020-07-01")
    said = run("snapshot", file)
    digest = sha256(file.read_bytes())
    assert digest.hexdigest() in said and "of 2020-07-01" in said
    [one] = Chain(networks.resolve(None, home)).attestations(numbers.read(NUMBER).fold, digest.digest())
    assert (one.kind, one.date, one.digest) == (3, 20200701, digest.digest())
    assert "already recorded, nothing was sent" in run("snapshot", file)
    assert len(Chain(networks.resolve(None, home)).attestations(numbers.read(NUMBER).fold, digest.digest())) == 1


def test_who_date_stamped_a_file_can_be_asked_without_a_key(home: Path, run: Run, tmp_path: Path) -> None:
    file = put(tmp_path, "2020-07-02")
    assert "nobody has date-stamped this file" in run("snapshot", file, "--check", code=2)
    run("snapshot", file)
    assert 'by "Test journal", as of 2020-07-02' in run("snapshot", file, "--check")
    file.write_bytes(file.read_bytes() + b" ")  # one byte more is another file
    run("snapshot", file, "--check", code=2)


def test_a_check_says_who_date_stamped_the_record(home: Path, run: Run, tmp_path: Path) -> None:
    file = put(tmp_path, "2020-07-04")
    run("snapshot", file)
    checked = json.loads(run("check", file, "--network", "devnet", "--json", code=2))
    [found] = [one for item in checked["items"] for one in item["findings"] if one["rule"] == "record-notarised"]
    assert found["answer"] == "holds"
    assert 'by a party that calls itself "Test journal"' in found["sentence"]


def test_a_page_of_any_kind_needs_its_number(home: Path, run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>")
    assert "name the number with --number" in run("snapshot", page, code=3)
    assert "ISRCTN50189673" in run("snapshot", page, "--number", "isrctn50189673", "--on", "2020-07-01")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{file}", "--number", "NCT00000001"], "is the record of NCT99999901, not of NCT00000001"),
        (["{file}", "--on", "2999-01-01"], "is still to come"),
        (["nowhere.json"], "is not a file"),
        (["{folder}"], "is not a file"),
    ],
)
def test_a_snapshot_of_what_it_is_not(home: Path, run: Run, tmp_path: Path, words: list[str], said: str) -> None:
    file = put(tmp_path, "2020-07-03")
    assert said in run("snapshot", *(word.format(file=file, folder=tmp_path) for word in words), code=3)


# ----- watching -----


def test_a_folder_is_watched(home: Path, run: Run, tmp_path: Path) -> None:
    put(tmp_path, "2020-08-01")
    put(tmp_path, "2020-09-01", dropped)
    first = run("watch", tmp_path)
    assert "2 snapshots of 1 trial; 2 date-stamped now, 0 before" in first
    assert "primary-replaced" in first or "primary-dropped" in first
    assert "0 date-stamped now, 2 before" in run("watch", tmp_path)
    put(tmp_path, "2020-10-01", dropped)
    again = run("watch", tmp_path)
    assert "2020-10-01.json, seen 2020-10-01, date-stamped: since the one before, nothing in dates" in again
    assert "2020-09-01.json" not in again
    assert "1 date-stamped now, 2 before" in again


def test_what_cannot_be_read_is_passed_over_and_said(home: Path, run: Run, tmp_path: Path) -> None:
    put(tmp_path, "2020-11-01")
    (tmp_path / "broken.json").write_text("{")
    assert "skipped: " in run("watch", tmp_path, "--report-only", code=2)
    (tmp_path / "empty").mkdir()
    assert "holds no registry record" in run("watch", tmp_path / "empty", code=2)
    run("watch", tmp_path / "nowhere", code=3)


# ----- replaying and portfolios: no chain -----


def histories(folder: Path, *numbers: str) -> Path:
    outcomes = [{"section": "Primary Outcome Measures", "text": "Pain [ Time Frame: 12 weeks ]"}]
    lines = [
        {
            "trial_id": number,
            "versions": [
                {"date": day, "overall_status": "Recruiting", "start_date": "2010-02-01", "outcomes": outcomes}
                for day in ("2010-01-10", "2010-06-10")
            ],
        }
        for number in numbers
    ]
    path = folder / "histories.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_a_history_is_replayed(run: Run, tmp_path: Path) -> None:
    path = histories(tmp_path, "NCT00000001")
    said = run("replay", path, "--out", tmp_path / "out", "--interventional", code=2)
    assert "holds        registered-before-enrolment: first submitted 2010-01-10" in said
    assert "between versions of a record: of 100 such answers about " in said
    documents = sorted((tmp_path / "out").iterdir())
    assert [one.name for one in documents] == ["nct00000001-v001.json", "nct00000001-v002.json"]
    assert {json.loads(one.read_text())["kind"] for one in documents} == {"registry-record"}
    run("replay", path, "--out", tmp_path / "out", code=2)  # twice is no fault
    documents[0].write_text("{}")
    assert "is there already, with other content" in run("replay", path, "--out", tmp_path / "out", code=3)
    value = json.loads(run("replay", path, "--json", code=2))
    assert (value["number"], len(value["versions"]), value["complete"]) == ("NCT00000001", 2, True)
    assert {"rule", "item", "status", "sentence", "source", "facts"} == set(value["findings"][0])
    assert len(value["measured"]) == 1 and value["measured"][0] in said


def test_one_of_several_histories_must_be_named(run: Run, tmp_path: Path) -> None:
    path = histories(tmp_path, "NCT00000001", "NCT00000002")
    assert "name one with --number" in run("replay", path, code=3)
    assert "NCT00000002: 2 versions" in run("replay", path, "--number", "NCT00000002", code=2)
    assert "holds no record of NCT00000003" in run("replay", path, "--number", "NCT00000003", code=3)
    run("replay", tmp_path / "nowhere", code=3)
    assert "not a single day" in run("replay", path, "--number", "NCT00000002", "--as-of", "2020-05", code=3)


def test_a_portfolio_is_a_table_and_a_page(run: Run, tmp_path: Path) -> None:
    histories(tmp_path, "NCT00000001", "NCT00000002")
    put(tmp_path, "2020-07-01")
    out = tmp_path / "out"
    said = run("portfolio", tmp_path, "--csv", out / "t.csv", "--html", out / "t.html", "--as-of", "2026-01-01")
    assert "3 trials, judged for 2026-01-01" in said
    assert (out / "t.csv").read_text().count("\n") == 4
    assert "<svg " in (out / "t.html").read_text()
    assert run("portfolio", tmp_path, "--csv", "-").startswith("number,registry,")
    printed = run("portfolio", tmp_path, "--json")
    assert "NaN" not in printed
    assert len(json.loads(printed)["trials"]) == 3
    (tmp_path / "broken.json").write_text("[")
    assert "skipped: " in run("portfolio", tmp_path, code=2)
    assert "no registry record was found" in run("portfolio", tmp_path / "broken.json", code=2)
    run("portfolio", tmp_path / "nowhere", code=3)
    run("portfolio", tmp_path, "--csv", "-", "--json", code=3)
