"""Stores that are copies, that cannot be read, of which nodes show less; lost keys."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_command import User
from tests.integration.test_event_commands import SPONSOR, events, home, opened, trial, user

from trialseal.ledger.chain import Chain
from trialseal.ledger.logs import Log, Wanted

__all__ = ["home", "opened", "trial", "user"]


def test_a_store_copied_elsewhere_is_not_written_to_and_hides_no_other(
    user: User, opened: Path, tmp_path: Path
) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    user("events", "anchor", opened, "ae", *SPONSOR)
    streams = opened / "streams"
    shutil.copytree(streams / "ae", streams / "visits")
    refused = user("events", "append", opened, "visits", events(tmp_path, 2, 3), code=3)
    assert "holds stream ae, not visits" in refused.err
    shutil.rmtree(streams / "visits")
    other = tmp_path / "other"
    shutil.copytree(opened, other)
    for path in (other / "receipts").glob("*/*.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"trial": "11" * 32}))
    for words in (("append", other, "ae", events(tmp_path, 2, 3)), ("anchor", other, "ae", *SPONSOR)):
        assert "is the folder of another" in user("events", *words, code=3).err
    # One of two copies lacks an entry: the other must not answer for it.
    assert "are two copies of stream ae" in user("events", "audit", opened, "--folder", other, code=3).err
    assert "all hold" in user("events", "audit", opened, "--folder", opened).out


def test_one_store_that_cannot_be_read_does_not_keep_others_from_being_audited(
    user: User, opened: Path, tmp_path: Path
) -> None:
    user("events", "open", opened, "visits", *SPONSOR)
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    user("events", "anchor", opened, "ae", *SPONSOR)
    path = opened / "streams" / "visits" / "stream.json"
    path.write_text(path.read_text().replace('"created_at": 1', '"created_at": 2'))
    audited = user("events", "audit", opened, code=1).out
    assert f"FAILS: {path} is damaged or was edited" in audited
    assert "the store agrees with every one, 2 entries" in audited
    assert "2 streams were ever opened" in audited
    assert str(path) in user("events", "audit", opened, "--json", code=1).value["damaged"][0]


def test_a_lost_site_key_is_not_replaced(user: User, home: Path, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    (home / "site-key").rename(home / "kept")
    try:
        refused = user("events", "append", opened, "ae", events(tmp_path, 2, 3), code=3)
        assert "there is no key of the site's pseudonyms" in refused.err
        assert not (home / "site-key").exists()
    finally:
        (home / "kept").rename(home / "site-key")


def test_a_proof_file_cannot_write_the_answer(user: User, opened: Path, tmp_path: Path) -> None:
    user("events", "append", opened, "ae", events(tmp_path, 0, 2))
    user("events", "anchor", opened, "ae", *SPONSOR)
    path = tmp_path / "proof.json"
    user("events", "prove", opened, "ae", "--index", "1", "--out", path)
    whole = json.loads(path.read_text())
    trial = whole["trial"]
    answer = user("events", "verify", path, "--trial", trial).out
    assert trial in answer
    assert whole["writer"] in answer
    assert "NOT PROVEN" in user("events", "verify", path, "--trial", "22" * 32, code=1).out
    whole["event"]["id"] = "AE-1\nreal.json: adverse-event AE-2: in the stream\x1b[2K"
    path.write_text(json.dumps(whole))
    lines = user("events", "verify", path, code=1).out.splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]


def test_a_node_that_does_not_show_all_heads_proves_nothing_against_a_store(
    user: User, opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (0, 2):
        user("events", "append", opened, "ae", events(tmp_path, number, number + 2))
        user("events", "anchor", opened, "ae", *SPONSOR)
    path = tmp_path / "proof.json"
    user("events", "prove", opened, "ae", "--index", "1", "--out", path)
    shown = Chain._checked

    def hide(self: Chain, one: Wanted, *given: Any) -> list[Log]:
        logs = shown(self, one, *given)
        return logs[:1] if one.contract == "TrialLog" else logs

    monkeypatch.setattr(Chain, "_checked", hide)
    audited = user("events", "audit", opened, code=2)
    assert "cannot be determined: the contract counts 2 heads" in audited.out
    assert "FAILS" not in audited.out
    assert "whether that head is anchored cannot be told here" in user("events", "verify", path, code=2).err
