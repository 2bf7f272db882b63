"""The command line is read as a whole, or as much of it as one command needs: the same either way."""

from __future__ import annotations

import argparse

import pytest

from trialseal import __version__
from trialseal.cli import main, reference
from trialseal.cli.headings import HEADINGS
from trialseal.cli.output import Output
from trialseal.cli.parser import build_parser
from trialseal.core.library import state


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parser of each command."""
    [group] = [action for action in parser._actions if action.dest == "command"]
    return dict(group.choices)  # type: ignore[call-overload]


WHOLE = commands(build_parser())


@pytest.mark.parametrize("command", WHOLE)
def test_a_command_has_the_same_arguments_by_itself(command: str) -> None:
    alone = commands(build_parser(command))
    assert alone[command].format_help() == WHOLE[command].format_help()
    assert len(alone) < len(WHOLE)


@pytest.mark.parametrize("word", ["verfy", "--help", ""])
def test_what_is_no_command_is_read_by_the_whole(word: str) -> None:
    assert commands(build_parser(word)).keys() == WHOLE.keys()


def test_the_version_names_what_hashes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["--version"])
    lines = capsys.readouterr().out.splitlines()
    assert (ended.value.code, lines) == (0, [f"trialseal {__version__}", f"hashing and tables: {state().words}"])


def test_each_command_has_one_heading() -> None:
    assert sorted(name for names in HEADINGS.values() for name in names) == sorted(WHOLE)


@pytest.mark.parametrize("columns", ["40", "100"])
def test_the_help_lists_each_command_once_within_a_terminal(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    pages = []
    for words in ([], ["help"], ["--help"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        pages.append(capsys.readouterr().out)
        assert ended.value.code == 0
    assert len(set(pages)) == 1
    listed = pages[0].partition("\ncommands:\n")[2].partition("\nexit codes:\n")[0]
    assert max(map(len, listed.splitlines())) <= int(columns)
    named = [line.split()[0] for line in listed.splitlines() if line.startswith("    ") and line[4] != " "]
    assert named == [name for names in HEADINGS.values() for name in names]


def test_help_of_a_command_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["help", "events", "append"], ["events", "append", "--help"]):
        with pytest.raises(SystemExit):
            main(words)
        assert capsys.readouterr().out.startswith("usage: trialseal events append ")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("verfy", "there is no command verfy: did you mean verify?"),
        ("qqqqq", "there is no command qqqqq"),
        ("help evnts", "there is no command evnts: did you mean events?"),
        ("account nwe", "there is no command nwe: did you mean new?"),
        ("account qqq", "there is no command qqq: use one of new, import, list"),
    ],
)
def test_a_mistyped_command_is_told_what_was_meant(typed: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(typed.split()) == 3
    above = "trialseal account" if "account" in typed else "trialseal"
    assert capsys.readouterr().err == f"trialseal: {said}; {above} --help shows how to use it\n"


@pytest.mark.parametrize("words", [("amend", "x"), ("seal", "x", "--as", "sap")])
def test_blinding_is_not_the_masking_of_the_trial(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--blinding", "open"]) == 3
    told = capsys.readouterr().err
    assert "--blinding does not take open: use one of blinded, unblinded, not-stated; it says whether those who" in told
    assert "(not the trial's masking)" in told


def test_the_page_of_commands_is_what_their_help_says() -> None:
    page = reference.page()
    assert reference.PAGE.read_text(encoding="utf-8") == page, "run python -m trialseal.cli.reference"
    assert all(f"### `trialseal {name}`\n" in page for name in WHOLE)


def test_quiet_leaves_out_what_the_answer_does_not_need(capsys: pytest.CaptureFixture[str]) -> None:
    for quiet in (False, True):
        out = Output(as_json=False, quiet=quiet)
        out.remark("beside")
        out.remark("needed", always=True)
        out.say("answer")
        assert capsys.readouterr().out.split() == (["needed", "answer"] if quiet else ["beside", "needed", "answer"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["milestone", "t", "data-lock", "--on", "2021-03-01", "--account", ""], "--account has an empty value"),
        (["verify", "f", "--block-hash="], "--block-hash has an empty value"),
        (["party", "revoke-key", "a", "--compromised-since", ""], "--compromised-since has an empty value"),
        (["outbox", "cancel", "9" * 26], "NUMBER needs a whole number of at most 18 digits, not 9999"),
        (["trials", "--page", "1_0"], '--page needs a whole number of at most 18 digits, not 1_0'),
        (["trials", "--page", "１"], "--page needs a whole number"),
        (["events", "append", "t", "s", "f", "--follow", "--stop-after", "nan"], "--stop-after needs a number such"),
        (["events", "append", "t", "s", "f", "--wait", "inf"], '--wait needs a number such as 2.5, not inf'),
    ],
)  # fmt: skip
def test_values_that_nobody_means_are_refused(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 3
    assert sentence in capsys.readouterr().err
