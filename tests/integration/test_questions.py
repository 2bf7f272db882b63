"""What is asked before an act, who answers, and what is shown before: approvals, dry runs, questions, passwords."""

from __future__ import annotations

import json
import os
import pty
import sys
import time
from pathlib import Path

import pytest
from tests.integration.test_acting import COMMITTEE, acts_of, numbered
from tests.integration.test_command import SPONSOR, User, home, registered, results_document, trial, user

from trialseal.ledger import networks

__all__ = ["home", "numbered", "registered", "trial", "user"]


def test_approve_shows_the_document_in_hand(user: User, registered: Path, tmp_path: Path) -> None:
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "Arterial pressure"
    (registered / "protocol.json").write_text(json.dumps(protocol))
    user("amend", registered, "--reason", "a better word", "--blinding", "blinded", *SPONSOR)
    shown = user("approve", registered, *COMMITTEE).out
    assert "protocol version 2" in shown and "A fictitious parallel-group trial of salt substitution" in shown
    assert "primary endpoint P1: " in shown and "a better word" in shown
    assert 'endpoint P1: domain was "Blood pressure", is "Arterial pressure"' in shown


def test_approving_unseen_is_asked_about(user: User, registered: Path, tmp_path: Path) -> None:
    trial = user("history", registered, "--json").value["trial"]
    blind = ("approve", trial, "--version", "1", *COMMITTEE)
    assert "is not in hand" in user(*blind, code=3).err
    [copy] = (registered / "documents" / "sealed").glob("0001-*.json")
    assert "Systolic" in user(*blind, "--file", copy).out
    other = tmp_path / "other.json"
    other.write_text(json.dumps(json.loads(copy.read_text()) | {"notes": ["changed"]}))
    assert "is not protocol version 1 as it was sealed" in user(*blind, "--file", other, code=1).err
    assert "no act of this trial seals" in user("approve", trial, "--file", other, *COMMITTEE, code=3).err


def test_approving_what_is_superseded_decided_or_was_not_sealed_yet_is_told(user: User, registered: Path) -> None:
    first = user("approve", registered, "--version", "1", "--on", "2020-04-24", *COMMITTEE).out
    assert (
        "note: 2020-04-24 lies before this version was sealed, which was 20" in first
        and "superseded" not in first
        and "decided" not in first
    )
    protocol = json.loads((registered / "protocol.json").read_text())
    protocol["endpoints"][0]["domain"] = "Arterial pressure"
    (registered / "protocol.json").write_text(json.dumps(protocol))
    user("amend", registered, "--reason", "a better word", "--blinding", "blinded", *SPONSOR)
    again = user("approve", registered, "--version", "1", *COMMITTEE, "--dry-run").out
    assert "note: it is superseded: version 2 was sealed on 20" in again and "lies before" not in again
    assert "your party has decided on it already: approved 20" in again and "attestation 1" in again
    refused = user("approve", registered, "--decision", "refused", *COMMITTEE, "--dry-run").out
    assert "to be refused: protocol version 2" in refused and "superseded" not in refused
    assert "this stays: the decision, under your party" in refused


def test_what_is_attested_by_hand_is_asked_of_a_person(user: User, home: Path, registered: Path) -> None:
    sponsor = next(
        one["party"] for one in json.loads((home / "parties.json").read_text()) if one["account"] == "sponsor"
    )
    for words, named in (
        (["approve", str(registered), *COMMITTEE], "A fictitious parallel-group trial"),
        (["vouch", sponsor, "--as", "sponsor", *COMMITTEE], 'which calls itself "Test sponsor"'),
        (["withdraw", sponsor, *COMMITTEE], 'which calls itself "Test sponsor"'),
    ):
        if words[0] == "withdraw":
            user("vouch", sponsor, "--as", "sponsor", *COMMITTEE)
        ended, shown = typed(home, words, b"n\n")
        assert (ended, "answered no: nothing was sent" in shown) == (3, True), shown
        assert named in shown and "this stays: the " in shown
        if words[0] != "approve":
            assert sponsor in shown.replace("\r\n", "")


def test_whoever_is_vouched_for_without_a_known_name_is_shown_by_all_digits(
    user: User, home: Path, tmp_path: Path
) -> None:
    parties = {one["account"]: one["party"] for one in json.loads((home / "parties.json").read_text())}
    profile = home / "parties" / f"{parties['sponsor']}.json"
    kept = profile.read_bytes()
    profile.unlink()
    try:
        words = ("vouch", parties["sponsor"], "--as", "cro", *COMMITTEE, "--dry-run")
        shown = user(*words).out
        (given := tmp_path / "sponsor.json").write_bytes(kept)
        assert 'which calls itself "Test sponsor"' in user(*words, "--profile", given).out
        other = home / "parties" / f"{parties['committee']}.json"
        assert "is not the profile that party" in user(*words, "--profile", other, code=1).err
        (tmp_path / "note.json").write_text("{}")
        assert "is not a party's profile" in user(*words, "--profile", tmp_path / "note.json", code=3).err
        assert "does not exist" in user(*words, "--profile", tmp_path / "none.json", code=3).err
    finally:
        profile.write_bytes(kept)
    assert "its name is not known here: compare all 64 digits" in shown and parties["sponsor"] in shown
    assert "this counts from now on" in shown


def test_a_dry_run_says_all_and_leaves_nothing(user: User, home: Path, numbered: Path) -> None:
    trial = numbered
    files = snapshot(trial) | snapshot(home / "receipts")
    for words in (
        ("milestone", trial, "first-participant-enrolled", "--on", "2019-05-04"),
        ("add-id", trial, "NCT04368728"),
        ("transfer", "offer", trial, "Test committee"),
        ("approve", trial),
        ("party", "compromise", "sponsor", "--since", "2026-01-01"),
    ):
        shown = user(*words, *SPONSOR, "--dry-run").out
        assert "would be sent: " in shown and " gas, about " in shown and "nothing was sent" in shown
    assert "open question" in user("add-id", trial, "NCT04368728", *SPONSOR, "--dry-run").out
    assert len(acts_of(user, trial)) == 1
    assert snapshot(trial) | snapshot(home / "receipts") == files


def test_a_dry_run_needs_no_password_but_a_node(user: User, home: Path, registered: Path) -> None:
    missing = home / "no-password"
    words = ("milestone", registered, "data-lock", "--on", "2023-01-01", "--dry-run", *SPONSOR)
    user(*words, "--password-file", missing)
    refused = user(*words, "--network", "http://127.0.0.1:9", code=2)
    assert refused.err.count("\n") == 1 and "127.0.0.1:9" in refused.err


def test_a_dry_run_of_what_the_contract_refuses_says_why(user: User, registered: Path) -> None:
    words = ("milestone", registered, "data-lock", "--on", "2023-01-01", *COMMITTEE, "--dry-run")
    assert "neither the sponsor nor appointed" in user(*words, code=1).err


def test_cost_is_shown_in_the_currency_of_the_network(user: User, home: Path, registered: Path) -> None:
    entry = {"url": networks.resolve("devnet", home).url, "currency": "EUR", "per_ether": 2500}
    (home / "networks.json").write_text(json.dumps({"priced": entry}))
    words = ("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR, "--dry-run", "--network", "priced")
    assert " EUR)" in user(*words).out
    (home / "networks.json").write_text(json.dumps({"priced": {"url": entry["url"], "currency": "EUR"}}))
    assert "needs both currency and per_ether" in user(*words, code=3).err
    (home / "networks.json").unlink()


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def typed(home: Path, words: list[str], answer: bytes) -> tuple[int, str]:
    """A command at a terminal where one line is typed when it asks; exit code and what was shown."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-m", "trialseal.cli", *words])
    shown = b""
    deadline = time.monotonic() + 30
    while b"[y/N]" not in shown and b"to go on:" not in shown and time.monotonic() < deadline:
        shown += os.read(terminal, 4096)
    time.sleep(0.3)  # a signal just before the command waits would not end its waiting
    os.write(terminal, answer)
    try:
        while more := os.read(terminal, 4096):
            shown += more
    except OSError:  # the other end is closed
        pass
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (b"y\n", 0, "act 2: "),
        (b"n\n", 3, "answered no: nothing was sent"),
        (b"\n", 3, "answered no: nothing was sent"),
        (b"\x04", 3, "answered no: nothing was sent"),
        (b"\x03", 130, "stopped: run the same command to continue"),
    ],
)
def test_a_question_at_a_terminal(user: User, home: Path, numbered: Path, answer: bytes, code: int, said: str) -> None:
    registered = numbered
    words = ["add-id", str(numbered), "NCT04368728", *SPONSOR]
    ended, shown = typed(home, words, answer)
    assert (ended, said in shown) == (code, True), shown
    assert "to be sent: registry number NCT04368728" in shown
    assert len(acts_of(user, registered)) == (2 if code == 0 else 1)
    user(*words, "--yes")
    assert len(acts_of(user, registered)) == 2


def test_what_yes_never_answers_is_typed(user: User, home: Path, registered: Path) -> None:
    code = json.loads((registered / "protocol.json").read_text())["trial"]["code"]
    words = ["transfer", "offer", str(registered), "Test committee", *SPONSOR]
    assert f"--confirm {code}" in user(*words, "--yes", code=3).err
    assert "is not" in user(*words, "--confirm", "another", code=3).err
    assert typed(home, words, b"another\n")[0] == 3
    ended, shown = typed(home, words, code.encode() + b"\n")
    assert ended == 0 and "offered to party" in shown


def test_the_password_is_asked_once_for_all_acts_of_a_command(
    user: User, home: Path, registered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = results_document(registered, "one")
    document["results"] += [{**document["results"][0], "statement": more} for more in ("two", "three")]
    (registered / "results.json").write_text(json.dumps(document))
    parties = json.loads((home / "parties.json").read_text())
    [regulator] = [one for one in parties if one["legal_name"] == "Test regulator"]
    lines = [
        {"act": "milestone", "trial": str(registered), "milestone": "data-lock", "on": "2023-01-01"},
        {"act": "accredit", "party": regulator["party"], "as": "auditor"},
    ]
    (tmp_path / "acts.ndjson").write_text("\n".join(map(json.dumps, lines)))
    asked: list[str] = []

    def typed_unseen(prompt: str) -> str:
        asked.append(prompt)
        return "correct horse"

    monkeypatch.delenv("TRIALSEAL_PASSWORD_FILE")
    monkeypatch.setattr("getpass.getpass", typed_unseen)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for words, acts in ((("results", registered), 3), (("batch", tmp_path / "acts.ndjson"), 2)):
        asked.clear()
        rows = user(*words, "--yes", *SPONSOR, "--json").value
        assert [row["sent"] for row in rows] == [True] * acts
        assert asked == ["Password of account sponsor: "]


def test_dry_runs_of_streams_tables_and_contracts_write_nothing(
    user: User, home: Path, registered: Path, tmp_path: Path
) -> None:
    assert "already deployed" in user("deploy", "--dry-run", *SPONSOR).out
    assert "nothing is left to deploy\nchain 31337: nothing was sent" in user("deploy", "--plan", *SPONSOR).out
    before = snapshot(registered)
    assert "would be sent: stream care" in user("events", "open", registered, "care", "--dry-run", *SPONSOR).out
    table = tmp_path / "dm.csv"
    table.write_text("USUBJID,AGE\ns-1,34\n")
    words = ("dataset", "seal", table, "--trial", registered, *SPONSOR, "--dry-run")
    assert "is not made yet" in user(*words, code=3).err
    assert snapshot(registered) == before and [one.name for one in tmp_path.glob("dm*")] == ["dm.csv"]
    user("events", "open", registered, "care", *SPONSOR)
    assert "nothing to anchor" in user("events", "anchor", registered, "care", "--dry-run", *SPONSOR).out
