"""Keys that leave with people, computers that are lost: drills for both."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pyrage
import pytest
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.cli import main
from trialseal.ledger import accounts

__all__ = ["home", "registered", "trial", "user"]


@pytest.fixture(scope="module")
def spare(home: Path) -> None:
    for name in ("next", "third", "fourth", "fresh"):
        accounts.new(home, name, "correct horse", light=True)
        assert main(["devnet", "fund", name]) == 0


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "backup-password"
    path.write_text("battery staple\n")
    return path


# ----- keys -----


def party_of(user: User, name: str, account: str, *also: str) -> str:
    words = [word for one in also for word in ("--also-key", one)]
    user("party", "create", "--name", name, "--account", account, *words)
    rows = json.loads((user.home / "parties.json").read_text())
    return next(row["party"] for row in rows if row["legal_name"] == name)


def test_few_managing_keys_are_remarked_on(user: User, spare: None) -> None:
    assert "best are three managing keys" in user("party", "create", "--name", "One key", "--account", "next").out
    three = user(
        "party", "create", "--name", "Three", "--account", "next", "--also-key", "third", "--also-key", "fourth"
    )
    assert "best are three managing keys" not in three.out


def test_a_key_is_put_in_the_place_of_another(user: User, spare: None) -> None:
    party = party_of(user, "Rotating", "next")
    said = user("party", "rotate", "next", "fresh", "--account", "next", "--party", party, "--yes", "--confirm",
                dict(accounts.list_accounts(user.home))["next"][-8:].lower()).out  # fmt: skip
    assert "added" in said and "revoked" in said
    shown = user("party", "show", party).out
    assert "(fresh)" in shown and "not valid from" in shown
    again = user("party", "rotate", "next", "fresh", "--account", "next", "--party", party, "--yes", code=None)
    assert "Traceback" not in again.err


def test_a_rotation_is_signed_whole_for_others_to_send(user: User, spare: None, tmp_path: Path) -> None:
    """And a dry run of it says nothing was added."""
    party = party_of(user, "Rotating without ether", "next")
    words = ("party", "rotate", "next", "fresh", "--account", "next", "--party", party, "--yes")
    dry = user(*words, "--dry-run", code=2)
    assert "would be sent: key" in dry.out and "is added cannot be asked before" in dry.err
    file = tmp_path / "rotation.json"
    confirm = ("--confirm", dict(accounts.list_accounts(user.home))["next"][-8:].lower())
    user(*words, *confirm, "--sign-only", "-o", file)
    rows = user("relay", file, "--account", "third", "--json").value
    assert [(row["sent"], row["refused"]) for row in rows] == [(True, None), (True, None)]
    assert "not valid from" in user("party", "show", party).out


def test_a_stolen_key_is_revoked_and_said_to_be_stolen_in_one_go(user: User, spare: None) -> None:
    party = party_of(user, "Robbed", "third", "fourth:act")
    address = dict(accounts.list_accounts(user.home))["fourth"].lower()
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86_400))
    words = ("--compromised-since", day, "--confirm", address[-8:])
    early = user("party", "revoke-key", "fourth", "--account", "third", "--party", party, "--yes", *words, code=None)
    assert early.code in (0, 1)
    shown = user("party", "show", party, code=None).out
    assert "not valid from" in shown or "begun" in early.err


# ----- backups -----


def test_an_office_is_restored_on_an_empty_computer(
    user: User, registered: Path, tmp_path: Path, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user("events", "open", registered, "visits", *SPONSOR)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    (tmp_path / "visits.csv").write_text(f"id,type,at,subject,visit\nV1,visit,{now},1001,1\n")
    user("events", "append", registered, "visits", tmp_path / "visits.csv")
    user("events", "anchor", registered, "visits", *SPONSOR)
    look = ("interim-look", *SPONSOR, "--yes", "--sign-only", "--on")
    user("milestone", registered, *look, "2026-01-02", "-o", tmp_path / "before.json")
    file = tmp_path / "office.age"
    said = user("backup", registered, "-o", file, "--password-file", password).out
    assert "1 trial" in said and file.read_bytes().startswith(b"age-encryption.org/v1")
    assert json.loads((user.home / "last-backup.json").read_text())["file"] == str(file)

    user("milestone", registered, *look, "2026-01-03", "-o", tmp_path / "after.json")

    empty = tmp_path / "empty" / "home"
    url = user("devnet", "status", "--json").value["url"]
    network = ("--network", url, "--trust-node")
    monkeypatch.setenv("TRIALSEAL_HOME", str(empty))
    said = user("restore", file, "--into", tmp_path / "restored", "--home", "--password-file", password).out
    assert "restored, each as its backup lists it" in said and (empty / "keystore").is_dir()
    back = tmp_path / "restored" / "trials" / registered.name
    audited = user("events", "audit", back, *network, code=None)
    assert "visits" in audited.out and audited.code == 0
    assert user("account", "list", "--json").value
    password_file = tmp_path / "password"
    password_file.write_text("correct horse")
    done = user("milestone", back, "data-lock", "--on", "2026-01-01", "--yes", "--network", url, *SPONSOR,
                "--password-file", password_file)  # fmt: skip
    assert "milestone data-lock" in done.out
    # What the first computer signed after the backup, and what the second signs now, can both be recorded.
    password_file = ("--password-file", password_file)
    user("milestone", back, *look, "2026-01-04", "-o", tmp_path / "there.json", "--network", url, *password_file)
    files = [tmp_path / f"{name}.json" for name in ("before", "after", "there")]
    rows = user("relay", *files, "--account", "sponsor", "--network", url, *password_file, "--json").value
    assert [row["sent"] for row in rows] == [True] * 3


def test_a_backup_for_a_key_is_opened_by_its_identity_and_no_other(
    user: User, registered: Path, tmp_path: Path
) -> None:
    keys = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for number, key in enumerate(keys):
        (tmp_path / f"key-{number}.txt").write_text(f"# a comment\n{key}\n")
    file = tmp_path / "office.age"
    user("backup", registered, "-o", file, "--to", str(keys[0].to_public()))
    user("restore", file, "--into", tmp_path / "a", "--identity", tmp_path / "key-0.txt")
    copied = (tmp_path / "a" / "trials" / registered.name / "protocol.json").read_bytes()
    assert copied == (registered / "protocol.json").read_bytes()
    refused = user("restore", file, "--into", tmp_path / "b", "--identity", tmp_path / "key-1.txt", code=1).err
    assert "encrypted for another key, or is damaged" in refused
    assert not (tmp_path / "b").exists() or not any((tmp_path / "b").iterdir())


def test_what_is_wrong_with_a_backup_is_one_sentence(
    user: User, registered: Path, tmp_path: Path, password: Path
) -> None:
    file = tmp_path / "office.age"
    user("backup", registered, "-o", file, "--password-file", password)
    assert "is there already" in user("backup", "-o", file, "--password-file", password, code=3).err
    inside = user("backup", "-o", registered / "x.age", registered, "--password-file", password, code=3).err
    assert "which it is a backup of" in inside
    wrong = tmp_path / "wrong"
    wrong.write_text("another")
    assert (
        "the password is another"
        in user("restore", file, "--into", tmp_path / "c", "--password-file", wrong, code=1).err
    )
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "damaged.age").write_bytes(bytes(data))
    damaged = user(
        "restore", tmp_path / "damaged.age", "--into", tmp_path / "d", "--password-file", password, code=1
    ).err
    assert "is damaged" in damaged
    assert "not empty" in user("restore", file, "--into", registered, "--password-file", password, code=3).err
    here = user("restore", file, "--into", tmp_path / "e", "--home", "--password-file", password, code=3).err
    assert "is there already: leave --home out" in here
    assert "is no recipient of age" in user("backup", "-o", tmp_path / "f.age", "--to", "age1x", code=3).err
    assert not (tmp_path / "f.age").exists()
