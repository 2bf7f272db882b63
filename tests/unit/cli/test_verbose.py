"""`-v` is taken by every command, and says what was done on standard error alone."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from trialseal.cli import main
from trialseal.cli.output import Output
from trialseal.cli.parser import build_parser

RECORD = Path(__file__).parents[3] / "trials" / "first-use" / "NCT99999901.json"


def leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield parser
    for action in below:
        for one in action.choices.values():
            yield from leaves(one)


def test_every_command_takes_it() -> None:
    commands = list(leaves(build_parser()))
    assert len(commands) > 80
    options = ("-v", "--verbose", "-q", "--quiet", "--json")
    assert not [one.prog for one in commands for option in options if option not in one._option_string_actions]


@pytest.mark.parametrize("as_json", [False, True])
def test_the_answer_is_the_same(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["replay", str(RECORD), *(["--json"] if as_json else [])]
    code = main(words)
    plain = capsys.readouterr()
    assert main([*words, "-v"]) == code
    more = capsys.readouterr()
    assert more.out == plain.out and plain.err == ""
    assert re.fullmatch(r"took \d+\.\d\d s\n", more.err)


def test_a_command_that_fails_says_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "nowhere.json", "-v"]) == 3
    assert re.match(r"took \d+\.\d\d s\ntrialseal: ", capsys.readouterr().err)


def test_more_and_less_at_once_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(RECORD), "-q", "-v"]) == 3
    assert "not allowed with argument" in capsys.readouterr().err


def test_each_exchange_and_what_they_come_to(capsys: pytest.CaptureFixture[str]) -> None:
    for verbose in (False, True):
        out = Output(as_json=True, verbose=verbose)
        out.exchange("eth_getProof ×2", 0.25, 1000)
        out.exchange("eth_call", 0.5, 2000)
        out.spent()
    said = capsys.readouterr()
    first, second, last = said.err.splitlines()
    assert said.out == ""
    assert first == "asked the node: eth_getProof ×2; 1,000 bytes in 0.250 s"
    assert second == "asked the node: eth_call; 2,000 bytes in 0.500 s"
    assert last.endswith(" s, 0.75 s of it for 2 exchanges with the node, 3,000 bytes")
