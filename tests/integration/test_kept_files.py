"""What an act keeps: copies, receipts, working copies; full disks, pipes and copied folders in its way."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_command import ROOT, SPONSOR, User, home, registered, results_document, trial, user

from trialseal import files
from trialseal.cli import main
from trialseal.cli.output import Output
from trialseal.documents.canonical import document_digest
from trialseal.ledger.sending import Sender

__all__ = ["home", "registered", "trial", "user"]


def test_second_results_leave_the_copy_of_the_first(user: User, registered: Path) -> None:
    for statement in ("one", "two"):
        text = json.dumps(results_document(registered, statement))
        (registered / "results.json").write_text(text)
        user("results", registered, *SPONSOR)
    copies = sorted((registered / "documents" / "sealed").glob("*-results-*.json"))
    assert [path.name[:15] for path in copies] == ["0002-results-v1", "0003-results-v2"]
    assert [json.loads(path.read_text())["results"][0]["statement"] for path in copies] == ["one", "two"]
    assert all("is the results document" in user("verify", path, code=None).out for path in copies)


def test_a_file_saved_while_its_block_is_awaited_changes_nothing_that_is_kept(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, saved = results_document(registered, "sealed"), results_document(registered, "saved meanwhile")
    path = registered / "results.json"
    path.write_text(json.dumps(sealed))
    before, send = path.read_bytes(), Sender.send

    def save_meanwhile(self: Sender, *arguments: Any, **words: Any) -> Any:
        sent = send(self, *arguments, **words)
        path.write_text(json.dumps(saved))
        return sent

    monkeypatch.setattr(Sender, "send", save_meanwhile)
    answer = user("results", registered, *SPONSOR, "--json").value[0]
    monkeypatch.undo()
    assert answer["receipt"]["subject"] == document_digest(sealed).hex()
    [copy] = (registered / "documents" / "sealed").glob("*-results-v1-*.json")
    assert copy.read_bytes() == before and document_digest(sealed).hex()[:8] in copy.name
    shown = user("verify", path, code=1).out
    assert "it has other content than results document 1" in shown and "only in" not in shown


def test_an_amendment_does_not_overwrite_what_was_saved_meanwhile(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = registered / "protocol.json"
    protocol = json.loads(path.read_text())
    protocol["endpoints"][0]["domain"] = "another domain"
    path.write_text(json.dumps(protocol))
    send = Sender.send

    def save_meanwhile(self: Sender, *arguments: Any, **words: Any) -> Any:
        sent = send(self, *arguments, **words)
        path.write_text(json.dumps(protocol | {"notes": ["saved meanwhile"]}))
        return sent

    monkeypatch.setattr(Sender, "send", save_meanwhile)
    shown = user("amend", registered, "--reason", "better", "--blinding", "blinded", *SPONSOR).out
    monkeypatch.undo()
    assert "was saved while the act was sent, and was left as it is" in shown
    assert json.loads(path.read_text())["notes"] == ["saved meanwhile"]
    [copy] = (registered / "documents" / "sealed").glob("*-protocol-v2-*.json")
    assert "is protocol version 2" in user("verify", copy, code=None).out


def test_the_protocol_is_read_once_by_register(user: User, trial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    descriptor_and_size = files.descriptor_and_size

    def counted(path: Any, **words: Any) -> tuple[int, int]:
        found = descriptor_and_size(path, **words)
        opened.append(Path(path).name)
        return found

    monkeypatch.setattr(files, "descriptor_and_size", counted)
    user("register", trial, *SPONSOR)
    assert opened.count("protocol.json") == 1


def test_a_copied_protocol_starts_no_second_receipts(user: User, registered: Path) -> None:
    site = registered / "data" / "site2"
    site.mkdir(parents=True)
    (site / "protocol.json").write_bytes((registered / "protocol.json").read_bytes())
    (site / "form.txt").write_text("consent")
    answer = user("seal", site / "form.txt", "--as", "icf", *SPONSOR, "--json").value
    assert Path(answer["file"]).resolve().is_relative_to(registered / "receipts")
    assert not (site / "receipts").exists()
    refused = user("milestone", site, "data-lock", "--on", "2023-01-01", *SPONSOR, code=3).err
    assert "is the folder of the same trial: name that one" in refused


def test_receipts_of_two_trials_are_not_chosen_from(user: User, registered: Path) -> None:
    [path] = (registered / "receipts").glob("*/0001-*.json")
    other = json.loads(path.read_text()) | {"trial": "ab" * 32}
    path.with_name("0000-register.json").write_text(json.dumps(other))
    refused = user("milestone", registered, "data-lock", "--on", "2023-01-01", *SPONSOR, code=3).err
    assert "are of 2 trials: move those of other trials away" in refused


def test_a_receipt_is_kept_before_the_act_is_spoken_of(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: Output, *words: Any) -> None:
        raise RuntimeError("the reader has gone")

    monkeypatch.setattr(Output, "say", gone)
    assert main(["milestone", str(registered), "data-lock", "--on", "2023-01-01", *SPONSOR]) == 4
    assert len(list((registered / "receipts").glob("*/0002-milestone-data-lock.json"))) == 1


def test_what_lies_in_a_folder_beside_its_documents_is_named_and_not_counted(user: User, registered: Path) -> None:
    (registered / "README.md").write_text("About this folder.")
    (registered / "dm.csv").write_text("USUBJID,AGE\n1,50\n2,51\n")
    user("dataset", "seal", registered / "dm.csv", *SPONSOR)
    os.mkfifo(registered / "pipe")
    (registered / "zero").symlink_to("/dev/zero")
    shown = user("verify", registered, code=2).out
    line = next(line for line in shown.splitlines() if line.startswith("note: not counted"))
    for part in ("README.md (a description", "(2 receipts)", "dm.csv.private.json (a private part", "dm.csv (a table"):
        assert part in line, line
    assert "pipe cannot be judged: a named pipe, not read" in shown
    assert "zero cannot be judged: a link, which is not followed" in shown
    assert "is not sealed" not in shown


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "{trial}"),
        ("verify", "{trial}/consent.md"),
        ("history", "{trial}"),
        ("register", "{trial}"),
        ("milestone", "{trial}", "data-lock", "--on", "2023-01-01", *SPONSOR),
        ("seal", "{trial}/consent.md", "--as", "icf", *SPONSOR),
        ("results", "{trial}", *SPONSOR),
        ("approve", "{trial}", *SPONSOR),
        ("dataset", "seal", "{trial}/data", *SPONSOR),
        ("events", "audit", "{trial}"),
        ("events", "anchor", "{trial}", "ae", *SPONSOR),
        ("consent", "audit", "{trial}"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_pipes_and_devices_in_a_trials_folder_keep_no_command_waiting(
    user: User, registered: Path, words: tuple[str, ...], kind: str
) -> None:
    (registered / "consent.md").write_text("consent")
    names = [
        "results.json", "sponsor.json", "parties/odd.json", "documents/odd.json", "documents/sealed/odd.json",
        "data/odd.csv", "receipts/odd.json", "receipts/31337-00000000/0001-register.json", "streams/ae/stream.json",
        "streams/ae/lock", "consent.md.seal.json",
    ]  # fmt: skip
    for name in names:
        path = registered / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")

    def ring(*_: Any) -> None:
        raise AssertionError("it waits for what never comes")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(20)
    try:
        answer = user(*(word.format(trial=registered) for word in words), code=None)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert answer.code in (0, 1, 2, 3), answer.err
    if words == ("verify", "{trial}"):
        assert answer.code == 2 and "is protocol version 1" in answer.out  # the others are judged
        assert "results.json cannot be judged" in answer.out and "odd.csv cannot be judged" in answer.out


def test_a_full_disk_in_the_folder_leaves_an_act_that_need_not_be_sent_again(
    user: User, registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (registered / "results.json").write_text(json.dumps(results_document(registered, "one")))
    put = files.put

    def full(path: Path, *arguments: Any, **words: Any) -> None:
        if registered in path.parents:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        put(path, *arguments, **words)

    monkeypatch.setattr(files, "put", full)
    answer = user("results", registered, *SPONSOR, code=3)
    monkeypatch.undo()
    assert "act 2 stands on the chain and need not be sent again" in answer.err
    assert "cannot be written: No space left on device; mend that and run the same command again" in answer.err
    assert answer.err.count("\n") == 1
    assert sorted(path.name[:4] for path in registered.rglob("*.json")) == ["0001", "0001", "prot", "resu"]
    again = user("results", registered, *SPONSOR, "--json").value[0]
    assert again["sent"] is False and Path(again["file"]).is_file()
    assert len(list((registered / "documents" / "sealed").glob("0002-results-v1-*.json"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size there")
@pytest.mark.parametrize("room", [0, 10, 100, 500])
def test_an_import_into_a_full_disk_writes_nothing(user: User, tmp_path: Path, room: int) -> None:
    import resource

    record = ROOT / "tests" / "vectors" / "documents" / "usdm-v4.json"
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        code = main(["import", str(record), "--out", str(tmp_path / "out")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert code == 3
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []
