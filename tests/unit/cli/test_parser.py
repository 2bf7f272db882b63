"""The command line is read as a whole, or as much of it as one command needs: the same either way."""

from __future__ import annotations

import argparse

import pytest

from trialseal import __version__
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
