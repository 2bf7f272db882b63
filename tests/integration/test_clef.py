"""`sign --signer` with Clef, the signer of go-ethereum, as `make clef` builds it: no chain is needed."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from eth_account import Account
from tests.integration.test_command import ROOT, free_port

from trialseal.acts.attesting import attest
from trialseal.acts.signed import as_json, read_signed
from trialseal.acts.signing import unsigned
from trialseal.cli import main
from trialseal.ledger.codes import AttestationKind, Decision

CLEF = ROOT / ".toolchain" / "bin" / "clef"
pytestmark = pytest.mark.skipif(not CLEF.exists(), reason="Clef is not built: make clef, which needs Go")
KEY = Account.from_key(b"\7" * 32)
PASSWORD = "correct horse"


class Clef(NamedTuple):
    """A running Clef, and whoever sits before it."""

    url: str
    approves: list[bool]
    """What is answered to what is asked next; yes where nothing is left."""
    asked: list[dict[str, Any]]
    """What it showed before it signed."""


@pytest.fixture(scope="module")
def clef(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clef]:
    """A Clef that holds one key, with this test as its screen and keyboard (--stdio-ui)."""
    place, port = tmp_path_factory.mktemp("clef"), free_port()
    (place / "keys").mkdir()
    (place / "keys" / "key").write_text(json.dumps(Account.encrypt(KEY.key, PASSWORD, kdf="pbkdf2", iterations=1000)))
    where = ["--configdir", str(place), "--keystore", str(place / "keys"), "--auditlog", ""]
    served = ["--http", "--http.addr", "127.0.0.1", "--http.port", str(port), "--ipcdisable"]
    process = subprocess.Popen(
        [str(CLEF), "--suppress-bootwarn", "--stdio-ui", "--chainid", "31337", "--nousb", *where, *served],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=place,
    )  # fmt: skip
    made, ready = Clef(f"http://127.0.0.1:{port}", [], []), threading.Event()
    threading.Thread(target=_sit, args=(process, made, ready), daemon=True).start()
    try:
        assert ready.wait(30), "Clef does not start"
        yield made
    finally:
        process.terminate()
        process.wait(10)


def _sit(process: subprocess.Popen[str], clef: Clef, ready: threading.Event) -> None:
    assert process.stdin and process.stdout
    for line in process.stdout:
        said = json.loads(line)
        if said["method"] == "ui_onSignerStartup":
            ready.set()
        if "id" not in said:
            continue
        answer: dict[str, Any] = {"text": PASSWORD}
        if said["method"] == "ui_approveSignData":
            clef.asked.append(said["params"][0])
            answer = {"approved": clef.approves.pop() if clef.approves else True}
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": said["id"], "result": answer}) + "\n")
        process.stdin.flush()


@pytest.fixture
def sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clef: Clef) -> list[str]:
    """The command that has two acts signed into signed.json."""
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    acts = [
        attest(b"\1" * 32, AttestationKind.APPROVAL, b"\2" * 32, "approved", code=Decision.APPROVED, digest=digest)
        for digest in (b"\3" * 32, b"\xff" * 32)
    ]
    key = KEY.address.lower()
    numbers = [(1 << 40) - 2, (1 << 40) - 1]  # no signer may round them
    asked = as_json(unsigned(acts, 31337, key, 2_000_000_000, numbers), None)
    Path("asked.json").write_text(json.dumps(asked))
    return ["sign", "asked.json", "--signer", clef.url, "--key", key, "-o", "signed.json", "--yes"]


def test_clef_signs_what_it_showed(sign: list[str], clef: Clef) -> None:
    assert main(sign) == 0
    acts = read_signed(Path("signed.json")).acts  # each signature is checked as it is read
    assert [[one.key for one in act.signatures] for act in acts] == [[KEY.address.lower()]] * 2
    shown = json.dumps(clef.asked[-1])
    assert "trialseal Attestations" in shown and "Attest" in shown


def test_what_clef_denies_is_not_signed(sign: list[str], clef: Clef, capsys: pytest.CaptureFixture[str]) -> None:
    clef.approves.append(False)
    assert main(sign) == 1
    assert "refuses" in capsys.readouterr().err
    assert not Path("signed.json").exists()
