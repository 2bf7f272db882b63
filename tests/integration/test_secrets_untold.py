"""Passwords, keys and the tokens in a node's address: in no answer, no error and no file, whatever is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account
from tests.integration.test_command import SPONSOR, Answer, User, home, registered, trial, user

from trialseal.ledger import accounts, networks, sending

__all__ = ["home", "registered", "trial", "user"]
PASSWORD, WRONG = "unguessable-battery-staple", "not-the-battery-staple"
KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
TOKEN = "tok3n-of-the-provider"
SECRETS = {
    "the password": PASSWORD,
    "a password that was typed wrongly": WRONG,
    "the key": KEY,
    "the node's token": TOKEN,
}
BY = ("--account", "keeper")


@pytest.fixture(scope="module")
def place(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the secrets are kept on purpose, which is not searched."""
    accounts.import_key(home, "keeper", KEY, PASSWORD, light=True)
    made = tmp_path_factory.mktemp("kept")
    for name, text in (("password", PASSWORD), ("wrong", WRONG), ("key", KEY)):
        (made / name).write_text(text + "\n")
    return made


def typed(user: User, place: Path, out: Path, trial: Path) -> list[Answer]:
    """Commands that hold secrets, rightly and wrongly, in words and as JSON; each with what it said."""
    good, bad = ("--password-file", place / "password"), ("--password-file", place / "wrong")
    url = networks.resolve("devnet", user.home).url
    dead = f"http://user:{TOKEN}@127.0.0.1:9/{TOKEN}?key={TOKEN}"
    live = f"{url}/?key={TOKEN}"
    act = ("milestone", trial, "data-lock", "--on", "2021-03-01")
    lines: list[tuple[str | Path, ...]] = [
        ("account", "import", "keeper", "--key-file", place / "key", *good),
        ("account", "import", "broken", "--key-file", place / "wrong", *good),
        ("account", "list"),
        ("devnet", "fund", "keeper"),
        ("party", "create", "--name", "Keeper", *BY, *bad),
        ("party", "create", "--name", "Keeper", *BY, *good),
        ("party", "create", "--name", "Other", *BY, *good, "--network", dead),
        ("party", "create", "--name", "Other", *BY, *bad, "--network", live, "--sign-only", "-o", out / "a.json"),
        ("party", "create", "--name", "Other", *BY, *good, "--network", live, "--sign-only", "-o", out / "a.json"),
        ("relay", out / "a.json", *SPONSOR, "--network", dead),
        ("relay", out / "a.json", *BY, *bad),
        ("relay", out / "a.json", *BY, *good, "--network", live, "--dry-run"),
        ("relay", out / "a.json", *BY, *good, "--network", live),
        ("sign", out / "a.json", "--signer", dead, "--key", "0x" + "12" * 20, "-o", out / "b.json", "--yes"),
        ("relayer", *BY, *bad, "--listen", "127.0.0.1:0"),
        ("relayer", *BY, *good, "--network", dead),
        (*act, *BY, *good, "--yes"),
        (*act, *BY, *bad, "--yes"),
        ("outbox", "list", "--all", "--network", live),
        ("history", trial, "--network", live),
        ("doctor", "--network", live),
        ("doctor", "--network", dead),
    ]
    return [user(*line, *json_too, code=None) for line in lines for json_too in ((), ("--json",))]


def test_no_answer_and_no_file_holds_a_secret(
    user: User, registered: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    answers = typed(user, place, out, registered)
    assert [one.code for one in answers].count(4) == 0
    assert sum(one.code == 0 for one in answers) > 12, "most of it is refused: nothing would be shown"

    def fault(*_: object, **__: object) -> None:
        raise RuntimeError(f"{PASSWORD} {KEY} {TOKEN}")

    monkeypatch.setattr(sending.Sender, "send", fault)
    monkeypatch.setattr(sending.Sender, "transact", fault)
    monkeypatch.setattr(sending.Sender, "transact_all", fault)
    act = ("milestone", registered, "recruitment-closed", "--on", "2021-02-01", *SPONSOR, "--yes")
    answers.append(user(*act, code=4))
    answers.append(user(*act, "--json", code=4))
    for name, secret in SECRETS.items():
        for one in answers:
            assert secret not in one.out + one.err, f"{name} is told: {one}"
    bits = {name: (secret.encode(), secret.upper().encode()) for name, secret in SECRETS.items()}
    bits["the key's bytes"] = (bytes.fromhex(KEY), bytes.fromhex(KEY))
    searched = [path for folder in (user.home, tmp_path) for path in folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in searched)
    for path in searched:
        content = path.read_bytes()
        for name, forms in bits.items():
            assert not any(form in content for form in forms), f"{name} is in {path}"
    address = json.loads((user.home / "keystore" / "keeper.json").read_text())["address"]
    assert Account.from_key(KEY).address.lower().endswith(address.lower().removeprefix("0x"))  # it was that very key
