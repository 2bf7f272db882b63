"""What happens around a command: readers that go away, closed or full streams, signals, faults, other ways to ask."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.integration.test_command import free_port

from trialseal.acts.desk import outbox_of
from trialseal.cli import main
from trialseal.ledger import accounts, networks
from trialseal.ledger.outbox import State
from trialseal.ledger.rpc import Rpc

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "trialseal"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a devnet, the contracts and one party."""
    path = tmp_path_factory.mktemp("home")
    (path / "password").write_text("correct horse")
    settings = {"TRIALSEAL_HOME": str(path), "TRIALSEAL_PASSWORD_FILE": str(path / "password")}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in settings.items():
            patched.setenv(name, value)
        patched.delenv("TRIALSEAL_ACCOUNT", raising=False)
        try:
            assert main(["devnet", "up", "--port", str(free_port())]) == 0
            accounts.new(path, "alice", "correct horse", light=True)
            assert main(["devnet", "fund", "alice"]) == 0
            assert main(["deploy"]) == 0
            assert main(["party", "create", "--name", "Clinic"]) == 0
            yield path
        finally:
            main(["devnet", "down"])


@pytest.fixture
def trial(home: Path, tmp_path: Path) -> Path:
    """A registered trial's folder."""
    folder = tmp_path / "trial"
    folder.mkdir()
    protocol = json.loads((ROOT / "tests" / "vectors" / "documents" / "protocol-v1.json").read_text())
    protocol["trial"] = {"sponsor": "Clinic", "code": f"PIPE-{time.monotonic_ns()}"}
    (folder / "protocol.json").write_text(json.dumps(protocol))
    assert main(["register", str(folder)]) == 0
    return folder


def run(*words: str | Path, shell: str | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; `shell` is what a shell makes of it, with "$@" for the command."""
    command = [*COMMAND, *map(str, words)]
    if shell:
        command = ["bash", "-c", shell, "bash", *command]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **settings}
    )


def test_every_way_to_lose_the_output_keeps_the_code_of_the_answer(trial: Path) -> None:
    right, wrong = trial / "protocol.json", trial / "other.json"
    wrong.write_text("{}")
    for file in (right, wrong):
        words = ("verify", file, "--verbose")
        code = run(*words).returncode
        for shell in (
            '"$@" | true; exit ${PIPESTATUS[0]}',
            '"$@" | head -1 >/dev/null; exit ${PIPESTATUS[0]}',
            '"$@" >&-',
            '"$@" >&- 2>&-',
            '"$@" <&- >&- 2>&-',
            '"$@" --json | true; exit ${PIPESTATUS[0]}',
        ):
            answer = run(*words, shell=shell)
            complaints = re.sub(r"^(?:asked the node: |took ).*\n", "", answer.stderr, flags=re.MULTILINE)
            assert (answer.returncode, complaints) == (code, ""), shell
    assert run("verify", wrong).returncode != 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_answer_that_could_not_be_written_is_no_success(trial: Path) -> None:
    answer = run("verify", trial / "protocol.json", shell='"$@" >/dev/full')
    assert (answer.returncode, answer.stderr.count("\n")) == (3, 1)
    assert answer.stderr.startswith("trialseal: writing the answer: No space left on device: ")
    (trial / "unlike.json").write_text("{}")
    for words in (("verify", trial / "unlike.json"), ("verify", "--json", trial / "unlike.json")):
        failing = run(*words, shell='"$@" >/dev/full')
        assert failing.returncode == run(*words).returncode != 0
        assert failing.stderr == answer.stderr  # nor is a failing one lost without a word


@pytest.mark.parametrize(
    "shell", ['"$@" | true; exit ${PIPESTATUS[0]}', '"$@" >&-', '"$@" >&- 2>&-', '"$@" >/dev/full']
)
def test_an_act_keeps_its_receipt_whoever_listens(trial: Path, shell: str) -> None:
    (trial / "sap.txt").write_text("the plan")
    run("seal", trial / "sap.txt", "--as", "sap", shell=shell)
    receipts = list((trial / "receipts").glob("*/0002-*.json"))
    assert len(receipts) == 1
    assert json.loads(receipts[0].read_text())["number"] == 2


def started(*words: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def until(true: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_a_block_is_awaited_loses_nothing(home: Path, trial: Path, number: signal.Signals) -> None:
    rpc = Rpc(networks.resolve(None, home).url)
    act = ("milestone", trial, "first-participant-enrolled", "--on", "2021-01-01", "--yes")
    rpc.call("evm_setAutomine", [False])
    try:
        process = started(*act)
        until(lambda: outbox_of(home).sendings(State.WAITING))
        time.sleep(0.3)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    finally:
        rpc.call("evm_setAutomine", [True])
        rpc.call("evm_mine")
    assert (process.returncode, out, err) == (130, "", "trialseal: stopped: run the same command to continue\n")
    assert not list((trial / "receipts").glob("*/0002-*.json"))
    again = run(*act)
    assert again.returncode == 0, again.stderr
    assert "act 2" in again.stdout
    assert len(list((trial / "receipts").glob("*/0002-*.json"))) == 1
    assert "complete: 2 acts" in run("history", trial).stdout


def test_ctrl_c_at_a_prompt_is_one_line(home: Path, tmp_path: Path) -> None:
    new_home = tmp_path / "new"
    process, terminal = pty.fork()
    if process == 0:
        os.environ["TRIALSEAL_HOME"] = str(new_home)
        os.environ.pop("TRIALSEAL_PASSWORD_FILE")
        os.execv(sys.executable, [*COMMAND, "account", "new", "bob"])
    shown = b""
    while b"Password" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, b"\x03")
    try:
        while more := os.read(terminal, 1000):
            shown += more
    except OSError:  # the other end is closed
        pass
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 130
    lines = [line for line in shown.decode().replace("^C", "").splitlines() if line.strip()]
    assert lines[1:] == ["trialseal: stopped: run the same command to continue"]
    assert not (new_home / "keystore").exists() or not list((new_home / "keystore").iterdir())


def test_a_fault_of_the_program_has_a_code_of_its_own_and_tells_nothing_private(tmp_path: Path) -> None:
    program = (
        "import sys; from trialseal.cli import main, networks as part\n"
        "def account(session): raise KeyError('NCT-PRIVATE')\n"
        "part.account = account\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    for more in ([], ["--json"]):
        answer = subprocess.run(
            [sys.executable, "-c", program, "account", "list", *more], capture_output=True, text=True, check=False
        )
        assert answer.returncode == 4
        assert answer.stderr.startswith("trialseal: a fault of this program (KeyError at cli/__init__.py:")
        assert answer.stderr.count("\n") == 1
        assert "report" in answer.stderr
        assert "PRIVATE" not in answer.stderr + answer.stdout
        if more:
            assert json.loads(answer.stdout)["exit_code"] == 4


def test_help_is_found_in_each_way_that_people_try() -> None:
    whole = run("--help").stdout
    assert "TRIALSEAL_PASSWORD_FILE" in whole and "TRIALSEAL_HOME" in whole and "  4  " in whole
    for words in ((), ("help",), ("-h",)):
        answer = run(*words)
        assert (answer.returncode, answer.stdout) == (0, whole)
    assert run("help", "party", "create").stdout == run("party", "create", "--help").stdout
    with_installed = shutil.which("trialseal", path=str(Path(sys.executable).parent))
    assert with_installed is None or "usage" in run().stdout


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("verfy", "x"), "verify"),
        (("party", "crate"), "create"),
        (("verify", "x", "--verbos"), "--verbose"),
        (("milestone", "x", "data-lock", "--onn", "2020-01-01"), "--on"),
        (("seal", "x", "--as", "dataste"), "dataset"),
        (("devnet", "stat"), "status"),
    ],
)
def test_a_mistyped_word_is_told_what_was_meant(words: tuple[str, ...], meant: str) -> None:
    answer = run(*words)
    assert (answer.returncode, answer.stdout) == (3, "")
    assert f": did you mean {meant}?" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_mistyped_code_is_told_what_was_meant(trial: Path) -> None:
    answer = run("milestone", trial, "first-participant-enroled", "--on", "2021-01-01")
    assert answer.returncode == 3
    assert "did you mean first-participant-enrolled?" in answer.stderr


def test_validate_shows_every_fault(tmp_path: Path) -> None:
    file = tmp_path / "protocol.json"
    protocol = json.loads((ROOT / "tests" / "vectors" / "documents" / "protocol-v1.json").read_text())
    del protocol["trial"]
    protocol["versoin"] = 1
    protocol["endpoints"][0]["role"] = "first"
    file.write_text(json.dumps(protocol))
    answer = run("validate", file)
    assert answer.returncode == 1
    for words in ("trial is missing", "versoin is not a known field: did you mean version?", "endpoints[0].role is"):
        assert words in answer.stdout
    assert len(json.loads(run("validate", file, "--json").stdout)["faults"]) == 3


def test_a_node_that_drips_is_given_up(tmp_path: Path) -> None:
    """What a script sees: one line, code 2, in bounded time."""
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            try:
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.5)
            except OSError:
                pass

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        program = (
            "import sys; from trialseal.ledger import rpc, chain\n"
            "chain.Chain.__init__.__kwdefaults__['timeout'] = 1.0\n"
            "from trialseal.cli import main; sys.exit(main(sys.argv[1:]))"
        )
        began = time.monotonic()
        answer = subprocess.run(
            [sys.executable, "-c", program, "trials", "--network", url], capture_output=True, text=True, check=False
        )
    assert answer.returncode == 2
    assert "does not finish its answer within 2 seconds" in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert time.monotonic() - began < 10
