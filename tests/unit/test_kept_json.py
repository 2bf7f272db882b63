"""What the program keeps for itself is read back as a value, or is one kind of error, whatever became of the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trialseal.acts.own import Own
from trialseal.errors import UsageError
from trialseal.kept_json import value_of
from trialseal.ledger import accounts, networks

DAMAGED = [b"", b"\0", b"\xff", b"{", b"[" * 100_000, b"[NaN]", b"[-Infinity]", b"[1e999]"]


@pytest.mark.parametrize("data", DAMAGED)
def test_whatever_is_no_value_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        value_of(data)


def test_a_value_comes_back() -> None:
    assert value_of(b'{"a": [1, 2.5, null, "\\u00e9"]}') == {"a": [1, 2.5, None, "é"]}


PARTY = {"party": "ab" * 32, "account": "alice", "legal_name": "Example Hospital"}


@pytest.mark.parametrize(
    "data",
    [
        *DAMAGED, b"{}", b"null", b"5", b'["x"]', b"[[]]", *(
            json.dumps([PARTY | change]).encode()
            for change in ({"party": "ab"}, {"party": 5}, {"account": None}, {"legal_name": ["x"]})
        ),
    ],
)  # fmt: skip
def test_damaged_parties_are_not_taken_for_none(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "parties.json").write_bytes(json.dumps([PARTY]).encode())
    [one] = Own(tmp_path).parties
    assert (one.party.hex(), one.account, one.legal_name) == tuple(PARTY.values())
    (tmp_path / "parties.json").write_bytes(data)
    with pytest.raises(UsageError, match="cannot be read: restore it"):
        _ = Own(tmp_path).parties


def test_a_link_that_leads_nowhere_is_not_taken_for_no_party(tmp_path: Path) -> None:
    assert Own(tmp_path).parties == []
    (tmp_path / "parties.json").symlink_to("parties.json")
    with pytest.raises(UsageError, match="cannot be read: restore it"):
        _ = Own(tmp_path).parties


@pytest.mark.parametrize("data", DAMAGED)
def test_a_damaged_key_file_or_network_file_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "keystore").mkdir()
    (tmp_path / "keystore" / "alice.json").write_bytes(data)
    with pytest.raises(UsageError, match=r"alice\.json is no encrypted key that can be read"):
        accounts.list_accounts(tmp_path)
    (tmp_path / "networks.json").write_bytes(data)
    with pytest.raises(UsageError, match=r"networks\.json is not JSON"):
        networks.resolve("ours", tmp_path)
