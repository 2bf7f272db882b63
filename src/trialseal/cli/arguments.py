"""What the argument parsers of all commands share."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from trialseal.errors import UsageError


class Parser(argparse.ArgumentParser):
    """Wrong arguments are wrong use, in one sentence like every other error."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["allow_abbrev"] = False  # a new option must not change what an old script says
        super().__init__(*args, **kwargs)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; {self.prog} --help shows how to use it")


def command(
    commands: Any, name: str, run: str | None, words: str, example: str, *, network: bool = True
) -> argparse.ArgumentParser:
    """A command on a chain: as `sub`, with `--network` unless it needs none."""
    parser = sub(commands, name, words, example, run)
    if network:
        network_option(parser)
    return parser


def sub(group: Any, name: str, words: str, example: str, run: str | None = None) -> argparse.ArgumentParser:
    """A command, or one of a command's own: `run` is module:function of this room, `example` follows the name."""
    parser: argparse.ArgumentParser = group.add_parser(
        name,
        help=words,
        description=words[0].upper() + words[1:] + ("" if words.endswith("?") else "."),
        epilog=f"example:\n  trialseal {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if run:
        parser.set_defaults(run=run)
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON value instead of words"
    )
    return parser


def network_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--network`."""
    parser.add_argument(
        "--network", metavar="NET", help="devnet (default), a name from networks.json, or an RPC address"
    )


def signing_options(parser: argparse.ArgumentParser, *, party: bool = True) -> None:
    """Adds who signs: account, password file and, for what a party does, the party."""
    group = parser.add_argument_group("who signs")
    group.add_argument(
        "--account",
        metavar="NAME",
        help="account of this computer (default: the only one, or $TRIALSEAL_ACCOUNT)",
    )
    group.add_argument(
        "--password-file", metavar="FILE", help="file that holds its password (default: it is asked for)"
    )
    if party:
        group.add_argument("--party", metavar="PARTY", help="party to act for (default: the account's only one)")


def port(text: str) -> int:
    """A port's number."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: use 1 to 65535")
    return number
