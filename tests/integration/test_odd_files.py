"""Pipes, sockets, devices and links in what somebody received: no command opens one, and none waits for ever."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from trialseal.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "trials" / "fictitious-outcome-switch"
RECORD = ROOT / "tests" / "vectors" / "documents" / "ctgov-v2.json"
SECONDS = 20


class TooLong(BaseException):
    """A command waits for what never comes."""


@contextmanager
def in_time() -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def plug(path: Path) -> None:
    # Names of sockets are short, whatever the folder's is.
    here = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def pipe_behind_a_link(path: Path) -> None:
    os.mkfifo(path.with_name(f".{path.name}.pipe"))
    path.symlink_to(f".{path.name}.pipe")


ODD = (pipe, device, plug, pipe_behind_a_link)


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    return shutil.copytree(EXAMPLE, tmp_path / "trial")


# What is named by itself: a sentence, and the code of wrong use.
NAMED = (
    ("validate",),
    ("import",),
    ("check",),
    ("replay",),
    ("portfolio",),
    ("events", "verify", "--offline"),
    ("dataset", "seal", "--offline"),
    ("dataset", "verify", "--offline"),
    ("dataset", "diff", "{data}"),
    ("dataset", "open", "--row", "1"),
    ("check", "{record}", "--reported"),
    ("check", "{record}", "--reply"),
)


@pytest.mark.parametrize("words", NAMED, ids=" ".join)
@pytest.mark.parametrize("ending", ["json", "csv"])
@pytest.mark.parametrize("odd", ODD, ids=lambda one: one.__name__)
def test_a_named_one_is_refused_in_a_sentence(
    trial: Path, words: tuple[str, ...], ending: str, odd: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = trial / f"odd.{ending}"
    odd(path)  # type: ignore[operator]
    places = {"data": str(trial / "data" / "simulated-participants.csv"), "record": str(RECORD)}
    with in_time():
        code = main([*(word.format(**places) for word in words), str(path)])
    shown = capsys.readouterr()
    assert code in (1, 2, 3) and "Traceback" not in shown.err
    assert path.name in shown.err + shown.out


# What is found in a folder stops nobody.
FOUND = (
    "protocol.json", "results.json", "sponsor.json", "parties/odd.json", "documents/odd.json", "documents/odd.md",
    "documents/sealed/odd.json", "data/odd.csv", "data/simulated-participants.csv.seal.json",
    "data/simulated-participants.csv.private.json", "receipts/31337-00000000/0001-register.json", "receipts/odd.json",
    "streams/ae/stream.json", "streams/ae/head.json", "streams/ae/entries.ndjson", "registry/odd.json", "odd.jsonl",
)  # fmt: skip
FOLDER_COMMANDS = (
    ("validate", "{trial}"),
    ("portfolio", "{trial}"),
    ("check", "{trial}"),
    ("replay", "{trial}"),
    ("import", "{trial}/protocol.json"),
    ("dataset", "seal", "{trial}/data", "--offline"),
    ("dataset", "verify", "{trial}/data/simulated-participants.csv", "--offline"),
    ("watch", "{trial}", "--report-only"),
)


@pytest.mark.parametrize("words", FOLDER_COMMANDS, ids=lambda words: " ".join(words[:2]))
@pytest.mark.parametrize("odd", ODD, ids=lambda one: one.__name__)
def test_one_found_in_a_folder_keeps_no_command_waiting(
    trial: Path, words: tuple[str, ...], odd: object, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in FOUND:
        path = trial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        odd(path)  # type: ignore[operator]
    with in_time():
        code = main([word.format(trial=trial) for word in words])
    assert code in (0, 1, 2, 3)
    assert "Traceback" not in capsys.readouterr().err


def test_portfolio_names_what_it_passes_over_and_judges_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(RECORD, tmp_path / "a.json")
    os.mkfifo(tmp_path / "b.json")
    (tmp_path / "c.json").symlink_to("/dev/zero")
    with in_time():
        assert main(["portfolio", str(tmp_path)]) == 2
    shown = capsys.readouterr().out
    assert "1 trial, judged for" in shown
    assert "b.json is a named pipe, and was not read" in shown
    assert "c.json is a link, which is not followed, and was not read" in shown


def test_no_network_is_taken_from_the_folder_under_examination(
    trial: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (trial / ".trialseal").mkdir()
    for place in (trial, trial / ".trialseal"):
        (place / "networks.json").write_text('{"theirs": {"url": "http://127.0.0.1:1", "chain_id": 1}}')
        (place / "parties.json").write_text("[]")
    monkeypatch.chdir(trial)
    for words in (("verify", "results.json"), ("history", ".")):
        assert main([*words, "--network", "theirs"]) == 3
        assert "there is no network called theirs" in capsys.readouterr().err
