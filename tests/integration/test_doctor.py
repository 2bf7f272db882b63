"""`doctor`: what works, what does not, and what to type; it changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.integration.test_command import User, home, registered, trial, user

from trialseal.ledger import accounts

__all__ = ["home", "registered", "trial", "user"]


def seen(user: User, *words: str, code: int = 0) -> dict[str, tuple[str, str]]:
    return {one["what"]: (one["health"], one["words"]) for one in user("doctor", *words, "--json", code=code).value}


def test_an_office_that_works(user: User) -> None:
    found = seen(user)
    assert found["contracts"][0] == found["network"][0] == found["outbox"][0] == "works"
    assert found["ether of sponsor"][0] == "works" and "your own" in found["who vouches for it"][1]
    assert found["backup"][0] == "look" and "trialseal backup" in found["backup"][1]
    assert found['party "Test sponsor"'] == (
        "look", "1 managing key: three are best (trialseal party add-key KEY --purposes manage)",
    )  # fmt: skip


def test_a_node_of_others_needs_somebody_who_vouches(user: User) -> None:
    url = user("devnet", "status", "--json").value["url"]
    assert seen(user, "--network", url)["who vouches for it"][0] == "look"
    assert seen(user, "--network", url, "--trust-node")["who vouches for it"][0] == "works"


def test_a_node_that_is_left_for_another_is_told(user: User) -> None:
    url = user("devnet", "status", "--json").value["url"]
    entry = {"url": "http://127.0.0.1:9", "endpoints": [{"url": url, "operator": "Hospital B"}]}
    networks = user.home / "networks.json"
    networks.write_text(json.dumps({"two": entry}))
    try:
        found = seen(user, "--network", "two")
    finally:
        networks.unlink()
    assert found["network"] == ("works", f"two, chain 31337, at the node at {url}")
    health, words = found["another node"]
    assert health == "look" and words.endswith(f'; going on with {url} ("Hospital B")')


def test_what_fails_is_said_and_the_rest_is_looked_at(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALSEAL_ACCOUNT", "nobody")
    found = seen(user, "--network", "http://127.0.0.1:9", code=1)
    assert found["network"][0] == found["TRIALSEAL_ACCOUNT"][0] == "fails"
    assert found["trialseal"][0] == "works"
    monkeypatch.setenv("TRIALSEAL_PASSWORD_FILE", "/nowhere")
    assert "the password file cannot be read" in str(seen(user, code=1))


def test_a_home_without_access_is_said_and_the_rest_is_looked_at(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(home: Path) -> list[tuple[str, str]]:
        raise PermissionError(13, "Permission denied", str(home / "keystore"))

    monkeypatch.setattr(accounts, "list_accounts", refused)
    found = seen(user, code=1)
    assert found["accounts"] == (
        "fails",
        f"{user.home}/keystore: Permission denied: give access to it, or name another place with TRIALSEAL_HOME",
    )
    assert found["contracts"][0] == "works"


def test_a_new_computer(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "new"))
    said = user("doctor", "--network", "http://127.0.0.1:9", code=1).out
    assert "is not there yet" in said and "trialseal account new NAME" in said
    assert not (tmp_path / "new").exists()
