"""Keys on this computer: encrypted, for the owner's eyes only, never told."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from eth_account import Account

from trialseal.errors import UsageError
from trialseal.ledger import accounts

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"


def test_a_key_comes_back_with_its_password_only(tmp_path: Path) -> None:
    address = accounts.new(tmp_path, "alice", "correct horse", light=True)
    assert accounts.list_accounts(tmp_path) == [("alice", address)]
    assert accounts.unlock(tmp_path, "alice", "correct horse").address.lower() == address
    with pytest.raises(UsageError, match="wrong password for account alice"):
        accounts.unlock(tmp_path, "alice", "correct horse ")


def test_files_are_for_their_owner(tmp_path: Path) -> None:
    accounts.new(tmp_path, "alice", "x", light=True)
    folder = tmp_path / "keystore"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "alice.json").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["alice.json"]


def test_an_imported_key_is_the_one_that_other_wallets_know(tmp_path: Path) -> None:
    address = accounts.import_key(tmp_path, "bob", f" 0x{KEY.upper()}\n", "x", light=True)
    assert address == Account.from_key(KEY).address.lower()
    assert KEY not in (tmp_path / "keystore" / "bob.json").read_text().lower()


@pytest.mark.parametrize("key", ["", "0x", KEY[:-1], KEY + "0", "g" * 64, "0" * 64, "f" * 64])
def test_what_is_no_key_is_refused_without_repeating_it(tmp_path: Path, key: str) -> None:
    with pytest.raises(UsageError, match="no private key") as caught:
        accounts.import_key(tmp_path, "bob", key, "x", light=True)
    assert not key or key not in str(caught.value)
    assert not (tmp_path / "keystore" / "bob.json").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    accounts.new(tmp_path, "alice", "x", light=True)
    before = (tmp_path / "keystore" / "alice.json").read_bytes()
    for again in (accounts.new, lambda *words, **how: accounts.import_key(*words[:2], KEY, *words[2:], **how)):
        with pytest.raises(UsageError, match="exists already"):
            again(tmp_path, "alice", "y", light=True)
    assert (tmp_path / "keystore" / "alice.json").read_bytes() == before


@pytest.mark.parametrize("name", ["", "Alice", "../alice", "a/b", ".hidden", "a" * 64, "ä", "a b", "a\n"])
def test_a_name_that_cannot_be_a_file_everywhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be an account's name"):
        accounts.new(tmp_path, name, "x", light=True)


def test_an_empty_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="password that is not empty"):
        accounts.new(tmp_path, "alice", "", light=True)


def test_an_unknown_account_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no account called carol \(known: none\)"):
        accounts.unlock(tmp_path, "carol", "x")
    accounts.new(tmp_path, "alice", "x", light=True)
    with pytest.raises(UsageError, match=r"known: alice"):
        accounts.require(tmp_path, "carol")


@pytest.mark.parametrize(
    "damage",
    [
        lambda entry: "not JSON",
        lambda entry: json.dumps([]),
        lambda entry: json.dumps({"address": entry["address"]}),
        lambda entry: json.dumps({**entry, "version": 9}),
        lambda entry: json.dumps({**entry, "crypto": {**entry["crypto"], "kdf": "none"}}),
        lambda entry: json.dumps({**entry, "crypto": {**entry["crypto"], "ciphertext": "zz"}}),
        lambda entry: json.dumps({**entry, "crypto": {**entry["crypto"], "kdfparams": {"n": 1}}}),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    accounts.new(tmp_path, "alice", "x", light=True)
    path = tmp_path / "keystore" / "alice.json"
    path.write_text(damage(json.loads(path.read_text())))
    with pytest.raises(UsageError, match="restore it from a copy|wrong password for account alice"):
        accounts.unlock(tmp_path, "alice", "x")
