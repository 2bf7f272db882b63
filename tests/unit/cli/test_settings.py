"""The reader's own settings: what they do, what goes before them, and which files are not believed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from trialseal.acts.own import Own
from trialseal.cli import main
from trialseal.cli.settings import Settings, settings_of
from trialseal.errors import UsageError
from trialseal.ledger import accounts

ROOT = Path(__file__).parents[3]
BUNDLE = ROOT / "tests" / "vectors" / "bundles" / "2026-11.trialseal"
RECORD = ROOT / "tests" / "vectors" / "documents" / "ctgov-v2.json"
NOWHERE = "http://127.0.0.1:9"
WHOLE = """
network = "sepolia"
account = "alice"
password_file = "secret.txt"
accredited_by = ["AB"]
checkpoints = ["a.json", "/b.json"]
checkpoint_keys = ["0x01"]
checkpoint_parties = ["CD"]
checkpoint_block = "0x02"
quorum = 2
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "home"
    found.mkdir(mode=0o700)
    monkeypatch.setenv("TRIALSEAL_HOME", str(found))
    for name in ("TRIALSEAL_ACCOUNT", "TRIALSEAL_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    return found


def write(home: Path, text: str, mode: int = 0o600) -> Path:
    path = home / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_every_setting_is_read(home: Path) -> None:
    assert settings_of(home) == Settings()
    write(home, WHOLE)
    assert settings_of(home) == Settings(
        network="sepolia",
        account="alice",
        password_file=str(home / "secret.txt"),
        accredited_by=("AB",),
        checkpoints=(str(home / "a.json"), "/b.json"),
        checkpoint_keys=("0x01",),
        checkpoint_parties=("CD",),
        checkpoint_block="0x02",
        quorum=2,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('acount = "a"', "there is no setting acount: did you mean account?"),
        ("zzz = 1", "there is no setting zzz: use one of network, account, "),
        ('[account]\nname = "a"', "account is not a text"),
        ('network = ""', "network is not a text"),
        ("quorum = true", "quorum is not a number"),
        ('quorum = "2"', "quorum is not a number"),
        ('checkpoints = "a.json"', "checkpoints is not a list of files' names"),
        ("accredited_by = [1]", "accredited_by is not a list of parties"),
        ("network = ", "is not TOML"),
        pytest.param("network = " + "[" * 10_000, "is not TOML (it nests too deep)", id="deep"),
        ('"a\\u001b[2J" = 1', r"a\x1b[2J"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(text: str, said: str, home: Path) -> None:
    write(home, text)
    with pytest.raises(UsageError) as error:
        settings_of(home)
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_refused(mode: int, home: Path) -> None:
    path = write(home, WHOLE, mode)
    with pytest.raises(UsageError, match="can be written by others"):
        settings_of(home)
    path.chmod(mode & ~0o022)
    assert settings_of(home).account == "alice"


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_file_in_a_home_that_others_can_write_is_refused(mode: int, home: Path) -> None:
    write(home, WHOLE)
    home.chmod(mode)
    with pytest.raises(UsageError, match="home can be written by others"):
        settings_of(home)
    home.chmod(0o755)
    assert settings_of(home).account == "alice"


def test_a_file_of_another_user_is_refused_but_for_the_administrator(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = write(home, WHOLE).stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner:
        with pytest.raises(UsageError, match="belongs to another user"):
            settings_of(home)
    else:
        assert settings_of(home).account == "alice"
        os.chown(home / "config.toml", 12345, -1)
        with pytest.raises(UsageError, match="belongs to another user"):
            settings_of(home)


def test_a_pipe_or_a_folder_is_refused(home: Path) -> None:
    os.mkfifo(home / "config.toml")
    with pytest.raises(UsageError, match="named pipe"):
        settings_of(home)


def test_no_other_place_is_looked_at(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = tmp_path / "trial"
    trial.mkdir()
    for place in (tmp_path, trial):
        write(place, "quorum = 2\nnonsense = 1")
    monkeypatch.chdir(trial)
    assert main(["verify", str(trial), "--bundle", str(BUNDLE)]) != 3


def trust(**typed: Any) -> argparse.Namespace:
    nothing: dict[str, Any] = {
        "trust_node": False, "block_hash": None, "checkpoints": [], "checkpoint_key": [], "checkpoint_party": [],
        "checkpoint_block": None, "quorum": None,
    }  # fmt: skip
    return argparse.Namespace(**nothing | typed)


def test_whom_to_trust_is_replaced_by_what_is_typed(home: Path) -> None:
    write(home, WHOLE)
    settings = settings_of(home)
    mine = settings.trusting(trust())
    assert (mine.checkpoints, mine.checkpoint_key) == ([str(home / "a.json"), "/b.json"], ["0x01"])
    assert (mine.checkpoint_party, mine.checkpoint_block, mine.quorum) == (["CD"], "0x02", 2)
    for typed in (trust(trust_node=True), trust(block_hash="0x1"), trust(checkpoints=["c"]), trust(quorum=3)):
        found = settings.trusting(typed)
        assert (found.checkpoints, found.quorum) == (typed.checkpoints, typed.quorum)
        assert (found.trust_node, found.block_hash) == (typed.trust_node, typed.block_hash)
        assert found.checkpoint_key == ["0x01"]
    other = settings.trusting(trust(checkpoints=["c"], checkpoint_key=["0x09"], checkpoint_party=["EF"]))
    assert (other.checkpoint_key, other.checkpoint_party) == (["0x09"], ["EF"])


def test_the_network_is_asked_by_what_asks_one_and_by_nothing_else(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(home, f'network = "{NOWHERE}"')
    assert main(["trials"]) == 2 and "127.0.0.1:9" in capsys.readouterr().err
    assert main(["trials", "--network", "http://127.0.0.1:7"]) == 2 and "127.0.0.1:7" in capsys.readouterr().err
    for words in (["verify", str(BUNDLE)], ["trials", "--bundle", str(BUNDLE)], ["check", str(RECORD)]):
        main(words)
        assert "127.0.0.1:9" not in capsys.readouterr().err


def test_parties_that_count_are_sought_as_typed_ones(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home, 'accredited_by = ["nobody"]')
    assert main(["verify", str(BUNDLE)]) == 3 and "no single party is called" in capsys.readouterr().err
    assert main(["verify", str(BUNDLE), "--accredited-by", "ab" * 32]) == 2


def test_the_doctor_says_what_is_set(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--network", NOWHERE])
    assert "config.toml: none: network, account" in capsys.readouterr().out
    write(home, 'network = "http://me:secret@127.0.0.1:9/key"\naccount = "alice"\n')
    main(["doctor"])
    said = capsys.readouterr().out
    assert "config.toml: network: 127.0.0.1:9; account: alice" in said
    assert "secret" not in said and "/key" not in said
    write(home, "acount = 1")
    assert main(["doctor", "--network", NOWHERE]) == 1
    assert "fails  settings: " in capsys.readouterr().out


def test_an_account_is_the_typed_one_then_the_variable_then_the_setting(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, 'account = "set"')
    line = ["party", "create", "--name", "X", "--network", NOWHERE, "--dry-run"]
    assert main(line) == 3 and "no account called set" in capsys.readouterr().err
    monkeypatch.setenv("TRIALSEAL_ACCOUNT", "told")
    assert main(line) == 3 and "no account called told" in capsys.readouterr().err
    assert main([*line, "--account", "typed"]) == 3 and "no account called typed" in capsys.readouterr().err


class Fault(Exception):
    """What a keyring raises."""


@pytest.mark.parametrize("locked", [False, True])
def test_a_password_is_looked_for_in_the_keyring(locked: bool, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(service: str, name: str) -> str | None:
        if locked:
            raise Fault
        return "from the keyring" if (service, name) == ("trialseal", "alice") else None

    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    keyring.get_password, errors.KeyringError = kept, Fault  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    own = Own(home)
    if locked:
        with pytest.raises(UsageError, match="no password for account alice"):
            own.password("alice")
    else:
        assert own.password("alice") == "from the keyring"
        with pytest.raises(UsageError, match="no password for account bob"):
            own.password("bob")
    accounts.new(home, "carol", "x", light=True)
    (home / "secret.txt").write_text("from the file\n")
    assert Own(home, password_file=str(home / "secret.txt")).password("alice") == "from the file"
