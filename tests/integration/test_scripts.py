"""The scripts, each as README and its own first line call it, on a chain that has the contracts."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.integration.test_command import free_port

from trialseal.ledger import accounts, devnet, networks
from trialseal.ledger.chain import Chain

ROOT = Path(__file__).parents[2]
Script = Callable[..., str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a devnet, and one account with money."""
    path = tmp_path_factory.mktemp("home")
    (path / "password").write_text("correct horse")
    before = dict(os.environ)
    os.environ |= {"TRIALSEAL_HOME": str(path), "TRIALSEAL_PASSWORD_FILE": str(path / "password")}
    os.environ.pop("TRIALSEAL_ACCOUNT", None)
    try:
        devnet.up(path, port=free_port())
        accounts.new(path, "alice", "correct horse", light=True)
        devnet.fund(Chain(networks.resolve("devnet", path)), dict(accounts.list_accounts(path))["alice"], 100)
        yield path
    finally:
        devnet.down(path)
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def script(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Script:
    """Runs a script's main as brownie does, where brownie is connected to the devnet; what it printed."""
    monkeypatch.syspath_prepend(str(ROOT))
    url = networks.resolve("devnet", home).url
    active = importlib.import_module("scripts.active_network")
    connected = SimpleNamespace(web3=SimpleNamespace(provider=SimpleNamespace(endpoint_uri=url)))
    monkeypatch.setattr(active, "network", connected)

    def run(name: str, *words: str | Path, code: int = 0) -> str:
        capsys.readouterr()
        ended = 0
        try:
            importlib.import_module(f"scripts.{name}").main(*map(str, words))
        except SystemExit as error:
            ended = int(error.code or 0)
        shown = capsys.readouterr()
        assert ended == code, shown.out + shown.err
        return shown.out + shown.err

    return run


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    folder = shutil.copytree(ROOT / "trials" / "fictitious-outcome-switch", tmp_path / "trial")
    shutil.rmtree(folder / "receipts", ignore_errors=True)
    copy = next((folder / "documents" / "sealed").glob("0001-protocol-v1-*.json"))
    shutil.copy(copy, folder / "protocol.json")
    shutil.rmtree(folder / "documents" / "sealed")
    return Path(folder)


def test_every_script_does_its_act(script: Script, trial: Path, home: Path, tmp_path: Path) -> None:
    assert script("deploy").count("deployed") == 6
    assert "Example Hospital" in script("create_party", "Example Hospital")
    assert "act 1: trial" in script("register_protocol", trial)
    assert "sealed already" in script("register_protocol", trial)
    assert "act 2: registry number NCT99999911" in script("add_registry_id", trial, "NCT99999911")
    assert "open question" not in script("record_milestone", trial, "recruitment-closed", "2021-06-30")
    assert "act 4: milestone data-lock on 2021-07-01" in script("record_milestone", trial, "data-lock", "on=2021-07-01")
    plan = next((trial / "documents").glob("consent-form-v1.md"))
    assert "act 5: consent-form-v1.md as consent-form" in script("seal_document", trial, plan, "consent-form")
    protocol = json.loads((trial / "protocol.json").read_text())
    protocol |= {"version": 2, "amendment": {"reason": "clearer", "blinding": "blinded"}}
    protocol["endpoints"][0]["domain"] = "written more clearly"
    (trial / "protocol.json").write_text(json.dumps(protocol))
    assert "act 6: protocol version 2" in script("amend_protocol", trial, "yes=yes")
    result = {"endpoint": protocol["endpoints"][0]["id"], "protocol_version": 2, "planning": "planned"}
    result |= {"stage": "interim", "statement": "no difference was seen"}
    document = {"format": "trialseal/1", "kind": "results", "trial": protocol["trial"], "version": 1}
    (trial / "results.json").write_text(json.dumps({**document, "results": [result]}))
    assert "act 7: endpoint" in script("submit_results", trial, "yes=yes")
    table = tmp_path / "trial" / "dm.csv"
    table.write_text("USUBJID,AGE\nS-1,34\n")
    assert "act 8: dm as dataset version 1" in script("seal_dataset", trial, table)
    assert "complete: 8 acts" in script("show_history", trial)
    [copy] = (trial / "documents" / "sealed").glob("*-protocol-v2-*.json")
    assert "is protocol version 2" in script("verify_results", copy, code=2)


def test_streams_parties_and_transfers(script: Script, trial: Path, home: Path, tmp_path: Path) -> None:
    from trialseal.cli import main

    script("deploy", "account=alice")
    protocol = json.loads((trial / "protocol.json").read_text())
    protocol["trial"]["code"] = "SECOND"
    (trial / "protocol.json").write_text(json.dumps(protocol))
    accounts.new(home, "bob", "correct horse", light=True)
    devnet.fund(Chain(networks.resolve("devnet", home)), dict(accounts.list_accounts(home))["bob"], 100)
    script("create_party", "Another Hospital", "account=bob")
    script("create_party", "Sponsoring Hospital", "account=alice")
    ours = ("account=alice", "party=Sponsoring Hospital")
    script("register_protocol", trial, *ours)
    assert "appointed for milestone" in script("appoint_party", trial, "Another Hospital", "milestone", *ours)
    assert "review about" in script("attest", "review", "Another Hospital", *ours)
    assert main(["events", "open", str(trial), "care", "--account", "alice", "--party", "Sponsoring Hospital"]) == 0
    events = tmp_path / "events.csv"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    members = "id,type,at,subject,seriousness,term,grade"
    events.write_text(f"{members}\nAE-1,adverse-event,{now},1001,serious,Rash,3\n")
    assert "1 event appended" in script("append_events", trial, "care", events)
    assert "head of stream care" in script("anchor_events", trial, "care", *ours)
    assert "anchored already" in script("anchor_events", trial, "care", *ours)
    assert "confirm it with --confirm SECOND" in script("transfer_trial", trial, "Another Hospital", *ours, code=3)
    script("transfer_trial", trial, "Another Hospital", "confirm=SECOND", *ours)
    assert "the sponsorship accepted" in script("transfer_trial", trial, "account=bob", "yes=yes")


def test_wrong_words_are_one_sentence(script: Script, trial: Path) -> None:
    assert "give FOLDER NAME [DATE]" in script("record_milestone", trial, code=3)
    script("deploy", "account=alice")
    script("create_party", "Third Hospital", "account=alice")
    ours = ("account=alice", "party=Third Hospital")
    assert "there is no milestone nonsense" in script(
        "record_milestone", trial, "nonsense", "2021-01-01", *ours, code=3
    )
    assert "is not registered" in script("record_milestone", trial, "data-lock", "2021-01-01", *ours, code=1)


def test_one_dropped_event_is_refused_by_chain_and_audit(capfd: pytest.CaptureFixture[str]) -> None:
    import subprocess

    shown = subprocess.run(
        [sys.executable, "scripts/demo_streams.py", "300", "3"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "Neither the chain nor the audit accepted it." in shown.stdout
    assert shown.stdout.count("the forged head") == 2


def test_no_script_calls_the_command() -> None:
    calling = [path.name for path in (ROOT / "scripts").glob("*.py") if "cli import main" in path.read_text()]
    assert calling == []
