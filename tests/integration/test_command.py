"""The command as its users run it: every act on a real local chain, done twice, done wrongly, and read back."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from trialseal.cli import main
from trialseal.cli.parser import build_parser
from trialseal.documents.canonical import document_digest
from trialseal.ledger import accounts

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "tests" / "vectors" / "documents" / "protocol-v1.json"


@dataclass
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


class User:
    """A person at a terminal with a home of their own."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capsys = capsys

    def __call__(self, *words: str | Path, code: int | None = 0) -> Answer:
        self._capsys.readouterr()
        answered = main([str(word) for word in words])
        captured = self._capsys.readouterr()
        assert code is None or answered == code, captured.err + captured.out
        assert "Traceback" not in captured.err
        return Answer(answered, captured.out, captured.err)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a running devnet, the contracts on it, and three funded accounts with their parties."""
    path = tmp_path_factory.mktemp("home")
    password = path / "password"
    password.write_text("correct horse")
    settings = {"TRIALSEAL_HOME": str(path), "TRIALSEAL_PASSWORD_FILE": str(password)}
    before = {name: os.environ.get(name) for name in (*settings, "TRIALSEAL_ACCOUNT")}
    os.environ.update(settings)
    os.environ.pop("TRIALSEAL_ACCOUNT", None)
    try:
        assert main(["devnet", "up", "--port", str(free_port())]) == 0
        for name in ("sponsor", "committee", "regulator"):
            accounts.new(path, name, "correct horse", light=True)
            assert main(["devnet", "fund", name]) == 0
        assert main(["deploy", "--account", "sponsor"]) == 0
        for name in ("sponsor", "committee", "regulator"):
            assert main(["party", "create", "--name", f"Test {name}", "--account", name]) == 0
        yield path
    finally:
        main(["devnet", "down"])
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@pytest.fixture
def user(home: Path, capsys: pytest.CaptureFixture[str]) -> User:
    return User(home, capsys)


@pytest.fixture
def trial(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A trial's folder with a code of its own."""
    folder = tmp_path / "trial"
    (folder / "documents").mkdir(parents=True)
    protocol = json.loads(PROTOCOL.read_text())
    protocol["trial"] = {"sponsor": "Test sponsor", "code": sha256(request.node.nodeid.encode()).hexdigest()[:20]}
    (folder / "protocol.json").write_text(json.dumps(protocol, indent=2))
    return folder


SPONSOR = ("--account", "sponsor")


@pytest.fixture
def registered(user: User, trial: Path) -> Path:
    user("register", trial, *SPONSOR)
    return trial


def test_every_command_has_an_example_in_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    parser = build_parser()
    [group] = [action for action in parser._actions if action.dest == "command"]
    names = list(group.choices)  # type: ignore[call-overload]
    assert {"devnet", "deploy", "account", "party", "attest", "import", "register", "verify"} <= set(names)
    for name in names:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        shown = capsys.readouterr().out
        assert f"trialseal {name}" in shown.split("example:")[1]


def test_register_twice_says_so_and_sends_nothing(user: User, trial: Path) -> None:
    first = user("register", trial, *SPONSOR, "--json").value
    again = user("register", trial, *SPONSOR, "--json").value
    assert first["sent"] is True
    assert again["sent"] is False
    assert again["receipt"]["transaction"] == first["receipt"]["transaction"]


def test_receipt_binds_chain_contract_block_and_digest(user: User, trial: Path) -> None:
    answer = user("register", trial, *SPONSOR, "--json").value
    receipt = json.loads(Path(answer["file"]).read_text())
    assert receipt["chain_id"] == 31337
    assert receipt["contract"].startswith("0x")
    assert receipt["block"] > 0
    assert len(receipt["block_hash"]) == 66
    assert len(receipt["transaction"]) == 66
    assert len(receipt["subject"]) == 64
    assert "operator sets the clock" in receipt["finality"]


def test_sealed_version_is_kept_beside_the_working_copy(registered: Path) -> None:
    [copy] = (registered / "documents" / "sealed").iterdir()
    digest = document_digest(json.loads((registered / "protocol.json").read_text())).hex()
    assert copy.name == f"0001-protocol-v1-{digest[:8]}.json"
    kept = json.loads(copy.read_text())
    assert kept == json.loads((registered / "protocol.json").read_text())


def test_another_protocol_under_the_same_code_is_told_to_amend(user: User, registered: Path) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "another domain"
    (registered / "protocol.json").write_text(json.dumps(protocol))
    answer = user("register", registered, *SPONSOR, code=1)
    assert "registered already" in answer.err
    assert "amend" in answer.err


def test_amend_states_reason_and_blinding_in_the_document(user: User, registered: Path) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "another domain"
    (registered / "protocol.json").write_text(json.dumps(protocol))
    words = ("amend", registered, "--reason", "a better measure", "--blinding", "blinded", *SPONSOR, "--json")
    first = user(*words).value
    assert (first["sent"], first["receipt"]["details"]["version"]) == (True, 2)
    assert first["receipt"]["details"]["blinding"] == "blinded"
    amended = json.loads((registered / "protocol.json").read_text())
    assert amended["version"] == 2
    assert amended["amendment"] == {"reason": "a better measure", "blinding": "blinded"}
    assert user(*words).value["sent"] is False


def test_amend_without_a_change_is_refused(user: User, registered: Path) -> None:
    answer = user("amend", registered, "--reason", "nothing", "--blinding", "blinded", *SPONSOR, code=3)
    assert "is the same as sealed version 1" in answer.err


def test_amend_before_register_is_told_to_register(user: User, trial: Path) -> None:
    answer = user("amend", trial, "--reason", "x", "--blinding", "blinded", *SPONSOR, code=1)
    assert "trialseal register" in answer.err


@pytest.mark.parametrize("kind", ["sap", "icf", "charter", "other", "protocol", "dataset"])
def test_seal_every_kind_of_file(user: User, registered: Path, kind: str) -> None:
    file = registered / "documents" / f"{kind}.txt"
    file.write_text(f"a file of kind {kind}")
    assert user("seal", file, "--as", kind, *SPONSOR, "--json").value["sent"] is True
    assert user("seal", file, "--as", kind, *SPONSOR, "--json").value["sent"] is False


def test_milestones_with_parts_dates_and_documents(user: User, registered: Path) -> None:
    user("milestone", registered, "first-participant-enrolled", "--on", "2020-05", "--yes", *SPONSOR)
    user("milestone", registered, "first-participant-enrolled", "--on", "2020-05-04", "--yes", *SPONSOR)
    value = user("history", registered, "--json").value
    dates = [act["date"] for act in value["acts"] if act["act"] == "MilestoneRecorded"]
    assert dates == [20200500, 20200504]
    assert value["complete"] is True


def test_results_prove_each_endpoint_and_mark_the_post_hoc(user: User, registered: Path) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    endpoint = protocol["endpoints"][0]["id"]
    results = {
        "format": "trialseal/1",
        "kind": "results",
        "trial": protocol["trial"],
        "version": 1,
        "results": [
            {
                "endpoint": endpoint,
                "protocol_version": 1,
                "planning": "planned",
                "stage": "final",
                "statement": "as measured",
            },
            {"planning": "post-hoc", "stage": "final", "statement": "seen afterwards"},
        ],
    }
    (registered / "results.json").write_text(json.dumps(results))
    user("results", registered, *SPONSOR)
    acts = [act for act in user("history", registered, "--json").value["acts"] if act["act"] == "ResultReported"]
    assert [act["protocolVersion"] for act in acts] == [1, 0]
    assert user("results", registered, *SPONSOR).out.count("nothing was sent") == 2


def test_every_claimant_of_a_number_is_named(user: User, registered: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(registered, other, ignore=shutil.ignore_patterns("receipts", "documents"))
    protocol = json.loads((other / "protocol.json").read_text())
    protocol["trial"]["code"] += "-2"
    (other / "protocol.json").write_text(json.dumps(protocol))
    user("register", other, *SPONSOR)
    user("add-id", registered, "ISRCTN50189673", *SPONSOR)
    assert "1 other trial claims ISRCTN50189673 too" in user("add-id", other, "isrctn 50189673", *SPONSOR).out
    asked = user("history", "ISRCTN50189673", code=2)
    assert "2 trials claim ISRCTN50189673, and anyone may:" in asked.out
    assert asked.out.count(", vouched for by nobody") == 2 and len(asked.err) < 300
    assert "name it by its id" in asked.err


def test_a_register_that_failed_leaves_nothing_in_the_way_of_the_corrected_one(
    user: User, home: Path, trial: Path
) -> None:
    accounts.new(home, "broke", "correct horse", light=True)
    user("register", trial, "--account", "broke", "--party", "Test sponsor", code=1)
    assert not (trial / "documents" / "sealed").exists()
    protocol = json.loads((trial / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "corrected"
    (trial / "protocol.json").write_text(json.dumps(protocol))
    user("register", trial, *SPONSOR)


def test_an_amendment_that_was_sent_but_not_written_down_is_found_again(user: User, registered: Path) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "another domain"
    before = json.dumps(protocol)
    (registered / "protocol.json").write_text(before)
    words = ("amend", registered, "--reason", "better", "--blinding", "blinded", *SPONSOR, "--json")
    assert user(*words).value["sent"] is True
    (registered / "protocol.json").write_text(before)
    assert user(*words).value["sent"] is False
    assert json.loads((registered / "protocol.json").read_text())["version"] == 2


def test_three_processes_at_once_record_one_act(home: Path, registered: Path, user: User) -> None:
    words = [sys.executable, "-m", "trialseal.cli", "milestone", str(registered), "unblinding", "--on", "2023-01-01"]
    running = [subprocess.Popen([*words, *SPONSOR], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    shown = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sum("nothing was sent" in one for one in shown) == 2
    acts = user("history", registered, "--json").value["acts"]
    assert [act["act"] for act in acts].count("MilestoneRecorded") == 1


def test_results_are_one_json_value(user: User, registered: Path) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    result = {"planning": "post-hoc", "stage": "final"}
    document = {"format": "trialseal/1", "kind": "results", "trial": protocol["trial"], "version": 1}
    document["results"] = [{**result, "statement": "one"}, {**result, "statement": "two"}]
    (registered / "results.json").write_text(json.dumps(document))
    assert [one["sent"] for one in user("results", registered, *SPONSOR, "--json").value] == [True, True]


def test_a_file_name_that_is_no_text_is_sealed_and_receipted(user: User, registered: Path) -> None:
    file = os.fsdecode(os.fsencode(registered) + b"/bad\xff.txt")
    Path(file).write_text("content")
    answer = user("seal", file, "--as", "other", *SPONSOR, "--json").value
    assert answer["receipt"]["document"] == "bad\\xff.txt"


def test_accrediting_a_party_that_does_not_exist_is_refused(user: User) -> None:
    assert "does not exist" in user("accredit", "ab" * 32, "--as", "cro", "--account", "regulator", code=1).err


def test_attestations_leave_a_receipt_in_the_home(user: User, home: Path) -> None:
    user("accredit", "Test committee", "--as", "ethics-committee", "--account", "regulator")
    [kept] = list((home / "receipts").glob("*/*-attest.json"))[-1:]
    receipt = json.loads(kept.read_text())
    assert len(receipt["transaction"]) == 66
    assert receipt["chain_id"] == 31337


def test_a_folder_without_access_is_one_sentence(user: User, tmp_path: Path) -> None:
    answer = user("register", tmp_path / ("a" * 300), *SPONSOR, code=3)
    assert "is not a folder" in answer.err


def test_interrupt_is_one_sentence(user: User, registered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trialseal.ledger.sending import Sender

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Sender, "send", interrupted)
    answer = user("milestone", registered, "data-lock", "--on", "2020-01-02", *SPONSOR, code=130)
    assert "stopped: run the same command to continue" in answer.err


@pytest.mark.parametrize("module", ["trial.reading", "trial.verifying", "dataset.sealing", "dataset.verifying"])
def test_what_may_need_no_node_and_no_key_imports_nothing_heavy(module: str) -> None:
    script = (
        f"import sys, trialseal.cli.{module}, trialseal.report.trial.verdict\n"
        "heavy = {'pydantic', 'web3', 'eth_account', 'eth_abi', 'pandas', 'brownie', 'pyarrow', 'http.client', 'ssl'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_a_dataset_from_seal_to_a_disclosed_row(user: User, registered: Path, tmp_path: Path) -> None:
    data = registered / "data"
    data.mkdir()
    table = data / "dm.csv"
    table.write_text("USUBJID,AGE\ns-1,34\ns-2,51\ns-3,\n")
    answer = user("dataset", "seal", table, *SPONSOR)
    assert "dataset dm as dataset version 1" in answer.out and "receipts" in answer.out
    assert "nothing was sent" in user("dataset", "seal", table, *SPONSOR).out
    assert "is dataset version 1 of trial" in user("dataset", "verify", table).out
    other = tmp_path / "dm.csv"
    other.write_text("USUBJID,AGE\r\ns-1,34\r\ns-2,51\r\ns-3,\r\n")
    seal = data / "dm.csv.seal.json"
    [value] = user("dataset", "verify", other, "--seal", seal, "--json").value
    assert (value["bytes"], value["content"], value["sealed"]) == (False, True, True)
    proof = tmp_path / "proof.json"
    user("dataset", "open", table, "--row", 2, "--out", proof)
    assert 'USUBJID "s-2", AGE 51' in user("dataset", "verify", proof).out
    # Of another size or table the proof may hold, but not its seal document.
    forged = json.loads(proof.read_text())
    forged["seal"]["name"] = "other"
    proof.write_text(json.dumps(forged))
    assert '"the seal document of other" is not sealed here' in user("dataset", "verify", proof, code=1).out
    assert "dataset version 1" in user("verify", registered).out

    # Made without a chain, sealed later by the same command.
    later = data / "later.csv"
    later.write_text("a,b\n1,x\n")
    user("dataset", "seal", later, "--offline")
    made = (data / "later.csv.seal.json").read_bytes()
    assert "is not sealed here" in user("dataset", "verify", later, code=1).out
    assert "dataset later as dataset version 2" in user("dataset", "seal", later, *SPONSOR).out
    assert (data / "later.csv.seal.json").read_bytes() == made
    assert user("dataset", "verify", later, "--trial", registered).code == 0
    loose = tmp_path / "loose.csv"
    loose.write_text("a,b\n1,x\n")
    assert "say which trial it belongs to with --trial" in user("dataset", "seal", loose, *SPONSOR, code=3).err
    assert "dataset version 3" in user("dataset", "seal", loose, "--trial", registered, *SPONSOR).out


# ----- what is kept in the folder -----


def results_document(folder: Path, statement: str) -> dict[str, Any]:
    trial = json.loads((folder / "protocol.json").read_text())["trial"]
    result = {"planning": "post-hoc", "stage": "final", "statement": statement}
    return {"format": "trialseal/1", "kind": "results", "trial": trial, "version": 1, "results": [result]}
