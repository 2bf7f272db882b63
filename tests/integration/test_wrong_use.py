"""Wrong arguments, passwords, documents, receipts and folders are one sentence each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.integration.test_command import SPONSOR, User, home, registered, trial, user

from trialseal.ledger import accounts

__all__ = ["home", "registered", "trial", "user"]


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
        (
            ("history", "TRIAL", "--html", "TRIAL/protocol.json"),
            3,
            "is not what this command writes: it was left as it is",
        ),
        (("seal", "/dev/null", "--as", "sap"), 3, "it is a device, not a file"),
        (("history", "ab" * 32), 1, "there is no trial"),
        (("seal", "TRIAL/none.pdf", "--as", "sap"), 3, "there is no file"),
        (("seal", "TRIAL/protocol.json", "--as", "protocol"), 3, "register and amend"),
        (("results", "TRIAL"), 3, "results.json"),
        (("appoint", "TRIAL", "nobody"), 3, "no single party"),
        (("appoint", "TRIAL", "Test committee", "--acts", "appoint"), 1, "cannot be given to another party"),
        (("accredit", "Test sponsor", "--as", "sponsor"), 1, "cannot vouch for itself"),
        (("accredit", "Test sponsor", "--as", "king"), 3, "there is no role king: use one of"),
        (("party", "add-key", "nobody"), 3, "neither an address"),
        (("party", "veto", "committee"), 1, ""),
        (("transfer", "accept", "TRIAL", "--party", "Test committee"), 1, ""),
        (("import", "TRIAL/protocol.json"), 3, "is a document of trialseal already"),
        (("register",), 3, "--help shows"),
        (("unknown",), 3, "there is no command unknown; trialseal --help"),
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
    assert "wrong password for account sponsor" in user(*words, wrong, code=3).err
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
