"""`check` of a trial whose sponsor sealed it, on a real local chain, beside its registry record."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_check import AS_REGISTERED, write_outcomes, write_record
from trials_on_chain import TrialOnChain, World, world

from trialseal.cli import main


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with world(tmp_path_factory.mktemp("home"), port) as made:
        yield made


@pytest.fixture(scope="module")
def trial(w: World, tmp_path_factory: pytest.TempPathFactory) -> TrialOnChain:
    sponsor = w.party("Test sponsor")
    w.attest(w.party("Test regulator"), "accreditation", "sponsor", sponsor.id)
    made = TrialOnChain(w, sponsor, tmp_path_factory.mktemp("trial") / "t", "MADE-UP-1", "NCT01234567")
    made.register()
    made.claim(w.day())
    w.wait(5)
    made.milestone("first-participant-enrolled", w.day())
    return made


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, Any]:
    capsys.readouterr()
    code = main(["check", *map(str, words), "--json"])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, json.loads(captured.out)


def answers(value: Any) -> dict[str, str]:
    return {one["rule"]: one["answer"] for item in value["items"] for one in item["findings"]}


def test_a_sealed_trial_is_found_by_its_number(
    w: World, trial: TrialOnChain, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = write_record(tmp_path / "NCT01234567.json")
    outcomes = write_outcomes(tmp_path / "o.csv", *AS_REGISTERED)
    _, value = run(
        capsys, record, "--reported", outcomes, "--network", w.url, "--folder", trial.folder, "--html", "c.html"
    )
    found = answers(value)
    assert found["sealed-before-enrolment"] == "holds"
    assert found["acts-complete"] == "holds"
    chain = next(one for one in value["sources"] if one["what"] == "chain")
    assert "whose operator sets its clock" in chain["detail"]
    assert "protocol version 1 sealed" in (tmp_path / "c.html").read_text(encoding="utf-8")


def test_a_trial_that_nobody_sealed_is_judged_by_its_record(
    w: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record = write_record(tmp_path / "r.json")
    study = json.loads(record.read_text(encoding="utf-8"))
    study["protocolSection"]["identificationModule"]["nctId"] = "NCT07654321"
    record.write_text(json.dumps(study), encoding="utf-8")
    _, value = run(capsys, record, "--network", w.url)
    found = answers(value)
    assert found["sealed-before-enrolment"] == "does-not-apply"
    assert found["registered-before-enrolment"] == "holds"
    assert any(one["detail"] == "no trial on it claims the number" for one in value["sources"])


def test_a_chain_out_of_reach_cannot_be_determined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = write_record(tmp_path / "r.json")
    code, value = run(capsys, record, "--network", "http://127.0.0.1:9")
    assert (code, value["exit_code"]) == (2, 2)
