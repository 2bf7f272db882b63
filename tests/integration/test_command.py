"""The command as its users run it: every act on a real local chain, done twice, done wrongly, and read back."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from trialseal import files
from trialseal.cli import main
from trialseal.cli.output import Output
from trialseal.cli.parser import build_parser
from trialseal.documents.canonical import document_digest
from trialseal.ledger import accounts, devnet, networks
from trialseal.ledger.chain import Chain
from trialseal.ledger.sending import Sender

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


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("milestone", "TRIAL", "nonsense", "--on", "2020-01-01"), 3, "there is no milestone nonsense: use one of"),
        (("milestone", "TRIAL", "data-lock", "--on", "2020-02-30"), 3, "does not exist"),
        (("milestone", "TRIAL", "data-lock", "--on", "2999-01-01"), 3, "has not begun anywhere"),
        (("milestone", "TRIAL", "data-lock", "--on", "yesterday"), 3, "is not a date"),
        (("milestone", "TRIAL", "data-lock", "--on", "2020-01-01", "--part", "none"), 3, "has no part 'none'"),
        (("add-id", "TRIAL", "NCT123"), 3, "is it NCT00000123? if it is meant, run the same command with --yes"),
        (("add-id", "TRIAL", "TCN04368728"), 3, "did you mean NCT04368728"),
        (("register", "TRIAL/nowhere"), 3, "is not a folder"),
        (("register", "TRIAL/documents"), 3, "is not a trial's folder"),
        (("history", "NCT99999999"), 1, "no trial on chain 31337 has claimed NCT99999999"),
        (("history", "NCT1"), 3, "has fewer or more zeros than its registry prints"),
        (("history", "ab" * 32), 1, "there is no trial"),
        (("seal", "TRIAL/none.pdf", "--as", "sap"), 3, "there is no file"),
        (("seal", "TRIAL/protocol.json", "--as", "protocol"), 3, "register and amend"),
        (("results", "TRIAL"), 3, "results.json"),
        (("appoint", "TRIAL", "nobody"), 3, "no single party"),
        (("appoint", "TRIAL", "Test committee", "--acts", "appoint"), 1, "cannot be given to another party"),
        (("accredit", "Test sponsor", "--as", "sponsor"), 1, "cannot accredit itself"),
        (("accredit", "Test sponsor", "--as", "king"), 3, "there is no role king: use one of"),
        (("party", "add-key", "nobody"), 3, "neither an address"),
        (("party", "veto", "committee"), 1, ""),
        (("transfer", "accept", "TRIAL", "--party", "Test committee"), 1, ""),
        (("import", "TRIAL/protocol.json"), 3, "is a document of trialseal already"),
        (("register",), 3, "--help shows"),
        (("unknown",), 3, "there is no command unknown: use one of"),
        (("history", "TRIAL", "--network", "nowhere"), 3, "nowhere"),
        (("history", "TRIAL", "--network", "http://127.0.0.1:9"), 2, "127.0.0.1:9"),
        (("milestone", "TRIAL", "data-lock", "--on", "2020-01-01", "--account", "nobody"), 3, "no account called"),
    ],
)
def test_wrong_use_gets_one_sentence_and_its_exit_code(
    user: User, registered: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    needs_key = words[0] not in ("history", "import", "unknown") and "--account" not in words and len(words) > 1
    given = [word.replace("TRIAL", str(registered)) for word in words]
    answer = user(*given, *(SPONSOR if needs_key else ()), code=code)
    assert sentence in answer.err
    assert answer.err.count("\n") == 1
    assert answer.err.startswith("trialseal: ")


def test_wrong_and_missing_passwords(user: User, registered: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("battery staple")
    words = ("milestone", registered, "data-lock", "--on", "2020-01-01", *SPONSOR, "--password-file")
    assert "password of account sponsor" in user(*words, wrong, code=3).err
    assert "cannot be read" in user(*words, tmp_path / "none", code=3).err


def test_account_without_funds_is_told_how_to_get_some(user: User, home: Path, registered: Path) -> None:
    accounts.new(home, "poor", "correct horse", light=True)
    answer = user("party", "create", "--name", "Poor", "--account", "poor", code=3)
    assert "0 ether" in answer.err
    assert "devnet fund" in answer.err


def test_contract_rule_is_named_in_words(user: User, registered: Path) -> None:
    answer = user("milestone", registered, "data-lock", "--on", "2020-01-01", "--account", "committee", code=1)
    assert "neither" in answer.err
    assert "sponsor" in answer.err


def test_key_is_never_printed(user: User, home: Path, tmp_path: Path) -> None:
    key = "11" * 32
    file = tmp_path / "key.txt"
    file.write_text(key)
    answer = user("account", "import", "imported", "--key-file", file)
    assert key not in answer.out + answer.err
    assert key not in (home / "keystore" / "imported.json").read_text()
    assert "imported" in user("account", "list").out


def test_appointee_acts_until_its_appointment_ends(user: User, registered: Path) -> None:
    stated = ("milestone", registered, "recruitment-closed", "--on", "2020-06-01", "--account", "committee")
    user(*stated, code=1)
    user("appoint", registered, "Test committee", "--acts", "milestone", *SPONSOR)
    assert (
        user("appoint", registered, "Test committee", "--acts", "milestone", *SPONSOR, "--json").value["sent"] is False
    )
    user(*stated)
    user("appoint", registered, "Test committee", "--end", *SPONSOR)
    user("milestone", registered, "data-lock", "--on", "2020-07-01", "--account", "committee", code=1)


def test_transfer_is_offered_and_accepted(user: User, registered: Path) -> None:
    code = json.loads((registered / "protocol.json").read_text())["trial"]["code"]
    user("transfer", "offer", registered, "Test committee", "--confirm", code, *SPONSOR)
    assert "nothing was sent" in user("transfer", "offer", registered, "Test committee", *SPONSOR).out
    user("transfer", "accept", registered, "--account", "regulator", code=1)
    user("transfer", "accept", registered, "--account", "committee", "--yes")
    assert "nothing was sent" in user("transfer", "accept", registered, "--account", "committee").out
    user("milestone", registered, "data-lock", "--on", "2020-07-01", *SPONSOR, code=1)
    user("milestone", registered, "data-lock", "--on", "2020-07-01", "--account", "committee")


def test_accredit_approve_and_withdraw(user: User, registered: Path) -> None:
    accredit = ("accredit", "Test sponsor", "--as", "cro", "--account", "regulator", "--json")
    assert user(*accredit).value["sent"] is True
    assert user(*accredit).value["sent"] is False
    approve = ("approve", registered, "--version", "1", "--on", "2020-04-24", "--territory", "US")
    assert user(*approve, "--account", "committee", "--json").value["sent"] is True
    assert "approved by" in user("history", registered).out
    assert user("withdraw", "Test sponsor", "--account", "regulator", "--json").value["sent"] is True
    assert user("withdraw", "Test sponsor", "--account", "regulator", "--json").value["sent"] is False
    assert "withdrawn" in user("party", "show", "Test sponsor").out


def test_keys_are_added_revoked_and_vetoed(user: User, home: Path) -> None:
    for name in ("second", "third"):
        accounts.new(home, name, "correct horse", light=True)
        user("devnet", "fund", name)
        user("party", "add-key", name, "--purposes", "manage,act", "--account", "regulator")
    assert (
        "nothing was sent"
        in user("party", "add-key", "third", "--purposes", "manage,act", "--account", "regulator").out
    )
    # Of a party with several managing keys, another one waits seven days; then it may veto what is asked for later.
    chain = Chain(networks.resolve("devnet", home))
    devnet.set_time(chain, chain.block()["timestamp"] + 8 * 86_400)  # type: ignore[index]
    digits = dict(accounts.list_accounts(home))["second"][-8:]
    user("party", "revoke-key", "second", "--account", "regulator", "--yes", code=3)  # which --yes never answers
    user("party", "revoke-key", "second", "--account", "regulator", "--confirm", digits)
    assert "not valid from" in user("party", "show", "Test regulator").out
    veto = ("party", "veto", "second", "--account", "third", "--party", "Test regulator")
    assert "vetoed" in user(*veto).out
    stated = ("party", "compromise", "second", "--since", "2026-01-01", "--account", "regulator")
    assert f"--confirm {digits}" in user(*stated, "--yes", code=3).err
    user(*stated, "--confirm", digits)
    assert "compromised since" in user("party", "show", "Test regulator").out


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
    assert asked.out.count("accredited by") == 2 and len(asked.err) < 300
    assert "name it by its id" in asked.err


def test_trials_as_a_table_and_as_csv(user: User, registered: Path, tmp_path: Path) -> None:
    assert "registered" in user("trials").out
    target = tmp_path / "trials.csv"
    user("trials", "--csv", target)
    header, *rows = target.read_text().splitlines()
    assert header.startswith("trial,registry ids,code,sponsor")
    assert len(rows) >= 1


def test_history_writes_the_timeline_page(user: User, registered: Path, tmp_path: Path) -> None:
    page = tmp_path / "timeline.html"
    user("history", registered, "--html", page)
    text = page.read_text()
    assert text.startswith("<!doctype html>")
    assert "operator sets the clock" in text


def test_receipt_of_a_devnet_made_anew_does_not_count(user: User, registered: Path) -> None:
    [folder] = (registered / "receipts").iterdir()
    folder.rename(folder.with_name("31337-00000000"))
    assert user("register", registered, *SPONSOR, "--json").value["sent"] is False
    assert len(list((registered / "receipts").iterdir())) == 2


def test_receipts_of_another_chain_are_told_apart(user: User, trial: Path) -> None:
    folder = trial / "receipts" / "1-00000000"
    folder.mkdir(parents=True)
    receipt = {
        "format": "trialseal-receipt/1", "act": "register", "number": 1, "trial": "ab" * 32, "party": "22" * 32,
        "key": "0x" + "33" * 20, "subject": "22" * 32, "details": {}, "document": None, "chain_id": 1,
        "contract": "0x" + "44" * 20, "transaction": "0x" + "55" * 32, "block": 1, "block_hash": "0x" + "66" * 32,
        "time": 1, "finality": "final",
    }  # fmt: skip
    words = ("milestone", trial, "data-lock", "--on", "2020-01-01", *SPONSOR)
    for change, sentence in (
        ({}, "is of chain 1, but"),
        ({"chain_id": 31337}, "is of contract 0x4444"),
        ({"trial": "ab"}, "trial must be 64 hexadecimal digits"),
        ({"details": {"x": "x" * (1 << 19)}}, "it is larger than 256 KiB"),
    ):
        (folder / "0001-register.json").write_text(json.dumps(receipt | change))
        answer = user(*words, code=3)
        assert sentence in answer.err and answer.err.count("\n") == 1
    for text in ("{", "[" * 100_000, "\0", '{"format": "trialseal-receipt/1", "format": 1}'):
        (folder / "0001-register.json").write_text(text)
        assert "0001-register.json is no receipt" in user(*words, code=3).err


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"{", 3, "JSON"),
        (b'{"format": "trialseal/1", "kind": "protocol"}', 1, "trial"),
        (b"\xef\xbb\xbf{}", 3, "byte order mark"),
        (b'{"a": "\xff"}', 3, "UTF-8"),
        (b'{"a": 1, "a": 2}', 3, "twice"),
        (b" " * (50 << 20), 3, "larger than"),
        (b"", 3, ""),
    ],
    ids=["truncated", "broken model", "byte order mark", "latin-1", "duplicate key", "50 MB", "empty"],
)
@pytest.mark.parametrize("command", ["validate", "import"])
def test_malformed_documents_get_one_sentence(
    user: User, tmp_path: Path, command: str, content: bytes, code: int, sentence: str
) -> None:
    file = tmp_path / "document.json"
    file.write_bytes(content)
    answer = user(command, file, code=None)
    assert answer.code == code or (command, content[:2]) == ("import", b'{"')
    assert answer.err.startswith("trialseal: ")
    assert answer.err.count("\n") == 1
    assert sentence in answer.err or command == "import"


def test_import_that_fails_writes_nothing(user: User, tmp_path: Path) -> None:
    file = tmp_path / "study.json"
    file.write_text('{"protocolSection": {"identificationModule": {"nctId": "NCT1"}}}')
    user("import", file, "--out", tmp_path / "out", code=3)
    assert not (tmp_path / "out").exists()


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


def test_the_version_told_is_the_one_sealed(user: User, registered: Path) -> None:
    for name in ("a", "b"):
        (registered / f"{name}.txt").write_text(name)
        user("seal", registered / f"{name}.txt", "--as", "icf", *SPONSOR)
    assert "consent-form version 1; sealed already" in user("seal", registered / "a.txt", "--as", "icf", *SPONSOR).out


def test_nothing_to_verify_is_not_a_good_answer(user: User, tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("x")
    assert "no file to verify" in user("verify", tmp_path, code=2).err
    assert "empty name" in user("verify", "", code=3).err


def test_a_name_without_a_voucher_is_said_to_have_none(user: User, registered: Path) -> None:
    [copy] = (registered / "documents" / "sealed").iterdir()
    assert "no party you trust vouches for it" in user("verify", copy).out
    user("accredit", "Test sponsor", "--as", "sponsor", "--account", "regulator")
    user("register", registered, *SPONSOR)
    assert "no party you trust vouches for it" in user("verify", copy).out


def test_json_may_stand_before_the_subcommand(user: User) -> None:
    assert isinstance(user("account", "--json", "list").value, list)
    assert user("devnet", "--json", "status").value["running"] is True


def test_a_trial_may_be_named_by_the_beginning_of_its_id(user: User, registered: Path) -> None:
    trial = user("history", registered, "--json").value["trial"]
    assert user("history", trial[:12], "--json").value["trial"] == trial
    assert "give more" in user("history", "00000000", code=3).err


def test_history_with_an_altered_file_does_not_exit_as_if_all_held(user: User, registered: Path) -> None:
    altered = registered / "altered.json"
    altered.write_text((registered / "protocol.json").read_text().replace("Systolic", "Diastolic", 1))
    answer = user("history", registered, "--verify", altered, "--json", code=1)
    assert answer.value["verdicts"][0]["exit_code"] == 1


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


def test_reading_path_imports_nothing_heavy() -> None:
    script = (
        "import sys, trialseal.cli.trial.reading, trialseal.report.trial.verdict\n"
        "heavy = {'pydantic', 'web3', 'eth_account', 'eth_abi', 'pandas', 'brownie'} & set(sys.modules)\n"
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


def test_second_results_leave_the_copy_of_the_first(user: User, registered: Path) -> None:
    for statement in ("one", "two"):
        text = json.dumps(results_document(registered, statement))
        (registered / "results.json").write_text(text)
        user("results", registered, *SPONSOR)
    copies = sorted((registered / "documents" / "sealed").glob("*-results-*.json"))
    assert [path.name[:15] for path in copies] == ["0002-results-v1", "0003-results-v2"]
    assert [json.loads(path.read_text())["results"][0]["statement"] for path in copies] == ["one", "two"]
    assert all("is the results document" in user("verify", path, code=None).out for path in copies)


def test_a_file_saved_while_its_block_is_awaited_changes_nothing_that_is_kept(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, saved = results_document(registered, "sealed"), results_document(registered, "saved meanwhile")
    path = registered / "results.json"
    path.write_text(json.dumps(sealed))
    before, send = path.read_bytes(), Sender.send

    def save_meanwhile(self: Sender, *arguments: Any, **words: Any) -> Any:
        sent = send(self, *arguments, **words)
        path.write_text(json.dumps(saved))
        return sent

    monkeypatch.setattr(Sender, "send", save_meanwhile)
    answer = user("results", registered, *SPONSOR, "--json").value[0]
    monkeypatch.undo()
    assert answer["receipt"]["subject"] == document_digest(sealed).hex()
    [copy] = (registered / "documents" / "sealed").glob("*-results-v1-*.json")
    assert copy.read_bytes() == before and document_digest(sealed).hex()[:8] in copy.name
    shown = user("verify", path, code=1).out
    assert "it has other content than results document 1" in shown and "only in" not in shown


def test_an_amendment_does_not_overwrite_what_was_saved_meanwhile(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = registered / "protocol.json"
    protocol = json.loads(path.read_text())
    protocol["endpoints"][0]["domain"] = "another domain"
    path.write_text(json.dumps(protocol))
    send = Sender.send

    def save_meanwhile(self: Sender, *arguments: Any, **words: Any) -> Any:
        sent = send(self, *arguments, **words)
        path.write_text(json.dumps(protocol | {"notes": ["saved meanwhile"]}))
        return sent

    monkeypatch.setattr(Sender, "send", save_meanwhile)
    shown = user("amend", registered, "--reason", "better", "--blinding", "blinded", *SPONSOR).out
    monkeypatch.undo()
    assert "was saved while the act was sent, and was left as it is" in shown
    assert json.loads(path.read_text())["notes"] == ["saved meanwhile"]
    [copy] = (registered / "documents" / "sealed").glob("*-protocol-v2-*.json")
    assert "is protocol version 2" in user("verify", copy, code=None).out


def test_the_protocol_is_read_once_by_register(user: User, trial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    descriptor_and_size = files.descriptor_and_size

    def counted(path: Any, **words: Any) -> tuple[int, int]:
        found = descriptor_and_size(path, **words)
        opened.append(Path(path).name)
        return found

    monkeypatch.setattr(files, "descriptor_and_size", counted)
    user("register", trial, *SPONSOR)
    assert opened.count("protocol.json") == 1


def test_a_copied_protocol_starts_no_second_receipts(user: User, registered: Path) -> None:
    site = registered / "data" / "site2"
    site.mkdir(parents=True)
    (site / "protocol.json").write_bytes((registered / "protocol.json").read_bytes())
    (site / "form.txt").write_text("consent")
    answer = user("seal", site / "form.txt", "--as", "icf", *SPONSOR, "--json").value
    assert Path(answer["file"]).resolve().is_relative_to(registered / "receipts")
    assert not (site / "receipts").exists()
    refused = user("milestone", site, "data-lock", "--on", "2023-01-01", *SPONSOR, code=3).err
    assert "is the folder of the same trial: name that one" in refused


def test_receipts_of_two_trials_are_not_chosen_from(user: User, registered: Path) -> None:
    [path] = (registered / "receipts").glob("*/0001-*.json")
    other = json.loads(path.read_text()) | {"trial": "ab" * 32}
    path.with_name("0000-register.json").write_text(json.dumps(other))
    refused = user("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR, code=3).err
    assert "are of 2 trials: move those of other trials away" in refused


def test_a_receipt_is_kept_before_the_act_is_spoken_of(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: Output, *words: Any) -> None:
        raise RuntimeError("the reader has gone")

    monkeypatch.setattr(Output, "say", gone)
    assert main(["milestone", str(registered), "data-lock", "--on", "2023-01-01", *SPONSOR]) == 4
    assert len(list((registered / "receipts").glob("*/0002-milestone-data-lock.json"))) == 1


def test_what_lies_in_a_folder_beside_its_documents_is_named_and_not_counted(user: User, registered: Path) -> None:
    (registered / "README.md").write_text("About this folder.")
    (registered / "dm.csv").write_text("USUBJID,AGE\n1,50\n2,51\n")
    user("dataset", "seal", registered / "dm.csv", *SPONSOR)
    os.mkfifo(registered / "pipe")
    (registered / "zero").symlink_to("/dev/zero")
    shown = user("verify", registered, code=2).out
    line = next(line for line in shown.splitlines() if line.startswith("note: not counted"))
    for part in ("README.md (a description", "(2 receipts)", "dm.csv.private.json (a private part", "dm.csv (a table"):
        assert part in line, line
    assert "pipe cannot be judged: a named pipe, not read" in shown
    assert "zero cannot be judged: a link, which is not followed" in shown
    assert "is not sealed" not in shown


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "{trial}"),
        ("verify", "{trial}/consent.md"),
        ("history", "{trial}"),
        ("register", "{trial}"),
        ("milestone", "{trial}", "data-lock", "--on", "2023-01-01", *SPONSOR),
        ("seal", "{trial}/consent.md", "--as", "icf", *SPONSOR),
        ("results", "{trial}", *SPONSOR),
        ("approve", "{trial}", *SPONSOR),
        ("dataset", "seal", "{trial}/data", *SPONSOR),
        ("events", "audit", "{trial}"),
        ("events", "anchor", "{trial}", "ae", *SPONSOR),
        ("consent", "audit", "{trial}"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_pipes_and_devices_in_a_trials_folder_keep_no_command_waiting(
    user: User, registered: Path, words: tuple[str, ...], kind: str
) -> None:
    (registered / "consent.md").write_text("consent")
    names = [
        "results.json", "sponsor.json", "parties/odd.json", "documents/odd.json", "documents/sealed/odd.json",
        "data/odd.csv", "receipts/odd.json", "receipts/31337-00000000/0001-register.json", "streams/ae/stream.json",
        "streams/ae/lock", "consent.md.seal.json",
    ]  # fmt: skip
    for name in names:
        path = registered / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")

    def ring(*_: Any) -> None:
        raise AssertionError("it waits for what never comes")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(20)
    try:
        answer = user(*(word.format(trial=registered) for word in words), code=None)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert answer.code in (0, 1, 2, 3), answer.err
    if words == ("verify", "{trial}"):
        assert answer.code == 2 and "is protocol version 1" in answer.out  # the others are judged
        assert "results.json cannot be judged" in answer.out and "odd.csv cannot be judged" in answer.out


def test_a_full_disk_in_the_folder_leaves_an_act_that_need_not_be_sent_again(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (registered / "results.json").write_text(json.dumps(results_document(registered, "one")))
    put = files.put

    def full(path: Path, *arguments: Any, **words: Any) -> None:
        if registered in path.parents:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        put(path, *arguments, **words)

    monkeypatch.setattr(files, "put", full)
    answer = user("results", registered, *SPONSOR, code=3)
    monkeypatch.undo()
    assert "act 2 stands on the chain and need not be sent again" in answer.err
    assert "cannot be written: No space left on device" in answer.err and answer.err.count("\n") == 1
    assert sorted(path.name[:4] for path in registered.rglob("*.json")) == ["0001", "0001", "prot", "resu"]
    again = user("results", registered, *SPONSOR, "--json").value[0]
    assert again["sent"] is False and Path(again["file"]).is_file()
    assert len(list((registered / "documents" / "sealed").glob("0002-results-v1-*.json"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size there")
@pytest.mark.parametrize("room", [0, 10, 100, 500])
def test_an_import_into_a_full_disk_writes_nothing(user: User, tmp_path: Path, room: int) -> None:
    import resource

    record = ROOT / "tests" / "vectors" / "documents" / "usdm-v4.json"
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        code = main(["import", str(record), "--out", str(tmp_path / "out")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert code == 3
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []
