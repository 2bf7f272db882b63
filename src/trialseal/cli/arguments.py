"""What the argument parsers of all commands share."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

from trialseal import escaping
from trialseal.errors import UsageError
from trialseal.nearest import meant

DETAIL = "say on standard error what the node was asked, and how long it took"
"""What -v does with every command."""
# So many choices are listed in a sentence.
_FEW = 24
# int and float also take other alphabets' digits, 1_000, inf and nan; no number of a command has more digits.
_NUMERALS = {int: re.compile(r"[+-]?[0-9]{1,18}"), float: re.compile(r"[0-9]{1,18}(\.[0-9]*)?")}


class Parser(argparse.ArgumentParser):
    """Wrong arguments are one sentence like every other error, with what was probably meant."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["allow_abbrev"] = False  # a new option must not change what an old script says
        super().__init__(*args, **kwargs)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; {self.prog} --help shows how to use it")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, but an unknown option ends it here, where the command's options are known."""
        words = list(sys.argv[1:] if args is None else args)
        if self._subparsers is None:
            for word in words[: words.index("--")] if "--" in words else words:
                option = word.partition("=")[0]
                if option.startswith("--") and option not in self._option_string_actions:
                    self.error(
                        f"there is no option {escaping.quoted(option)}{meant(option, self._option_string_actions)}"
                    )
        known, more = super().parse_known_args(words, namespace)
        if more:
            self.error(f"{escaping.quoted(more[0])} is one argument too many")
        return known, more

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        # Of a script's variable that is not set: whoever wrote --account "$ACCOUNT" did not mean any account.
        if action.option_strings and "" in arg_strings:
            self.error(f"{action.option_strings[0]} has an empty value: give one, or leave the option out")
        return super()._get_values(action, arg_strings)

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        if action.type in _NUMERALS and not _NUMERALS[action.type].fullmatch(arg_string):
            name = action.option_strings[0] if action.option_strings else str(action.metavar)
            kind = "a whole number of at most 18 digits" if action.type is int else "a number such as 2.5"
            self.error(f"{name} needs {kind}, not {escaping.quoted(arg_string)}")
        return super()._get_value(action, arg_string)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            choices = [str(one) for one in action.choices]
            what = f"there is no command {escaping.quoted(value)}"
            if action.option_strings:
                what = f"{action.option_strings[0]} does not take {escaping.quoted(value)}"
            listed = f": use one of {', '.join(choices)}" if len(choices) <= _FEW else ""
            told = (action.help or "").partition(" [")[0]
            if listed and told.startswith("whether "):  # a word such as open may have been meant for something else
                listed += f"; it says {told}"
            self.error(what + (meant(str(value), choices) or listed))


def command(
    commands: Any,
    name: str,
    run: str | None,
    words: str,
    example: str,
    *,
    network: bool = True,
    reads: bool = False,
    verbose: str = "",
) -> argparse.ArgumentParser:
    """A command on a chain: as `sub`, with `--network` unless it needs none, and whom to trust if it only `reads`."""
    parser = sub(commands, name, words, example, run, verbose=verbose)
    if network:
        network_option(parser)
    if reads:
        trust_options(parser)
    return parser


def sub(
    group: Any, name: str, words: str, example: str, run: str | None = None, *, verbose: str = ""
) -> argparse.ArgumentParser:
    """A command, or one of a command's own: `run` is module:function of this room, `example` follows the name.

    `verbose` is what the answer itself says more of with -v.
    """
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
    more_or_less = parser.add_mutually_exclusive_group()
    more_or_less.add_argument(
        "-q", "--quiet", action="store_true", default=argparse.SUPPRESS, help="leave out progress and remarks"
    )
    detail = f"{verbose}; {DETAIL}" if verbose else DETAIL
    more_or_less.add_argument("-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help=detail)
    return parser


def network_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--network`."""
    parser.add_argument(
        "--network", metavar="NET", help="name from networks.json, or RPC address (default: devnet, the practice chain)"
    )


def trust_options(parser: argparse.ArgumentParser) -> None:
    """Adds whom the reader trusts for the block as of which a chain is read."""
    parser.set_defaults(reads=True)
    group = parser.add_argument_group("who vouches for the block as of which the chain is read")
    group.add_argument("--bundle", metavar="FILE", help="read the chain out of this bundle; no node is asked")
    group.add_argument(
        "--at",
        metavar="DATE|BLOCK",
        help="show everything as recorded by the end of that day (UTC), at 2020-04-27T12:00:00Z, or in that block",
    )
    group.add_argument("--trust-node", action="store_true", help="the node that is asked is your own")
    group.add_argument("--block-hash", metavar="0x…", help="read as of the block with this hash, which you know")
    group.add_argument(
        "--checkpoints",
        metavar="FILE",
        action="append",
        default=[],
        help="signed checkpoints, or a bundle of those attested on another chain; may be repeated",
    )
    group.add_argument(
        "--checkpoint-key",
        metavar="0x…",
        action="append",
        default=[],
        help="address of a key whose checkpoints you trust; may be repeated",
    )
    group.add_argument(
        "--checkpoint-party",
        metavar="PARTY",
        action="append",
        default=[],
        help="id of a party whose attested checkpoints you trust; may be repeated",
    )
    group.add_argument("--checkpoint-block", metavar="0x…", help="hash of that bundle's own block, which you know")
    group.add_argument(
        "--quorum", metavar="K", type=int, help="number of the network's nodes that must name the same block"
    )


def signing_options(
    parser: argparse.ArgumentParser, *, party: bool = True, apart: bool = True, bundle: bool = True
) -> None:
    """Adds who signs: account, password file and, for what a party does, the party.

    `apart`: the acts may be signed here and sent by others; `bundle`: then the chain may be read out of a bundle.
    """
    group = parser.add_argument_group("who signs")
    group.add_argument(
        "--account",
        metavar="NAME",
        help="account of this computer (default: the only one, or $TRIALSEAL_ACCOUNT)",
    )
    group.add_argument(
        "--password-file",
        metavar="FILE",
        help="file that holds its password (default: $TRIALSEAL_PASSWORD_FILE, else you are asked)",
    )
    asked = parser.add_argument_group("before it is sent")
    asked.add_argument(
        "--dry-run", action="store_true", help="say what would be sent, what the rules say, and the cost"
    )
    asked.add_argument("--yes", action="store_true", help="answer yes to what would be asked")
    asked.add_argument(
        "--confirm", metavar="TEXT", help="the text that would have to be typed, which --yes never answers"
    )
    if apart:
        signed = parser.add_argument_group("signed here, sent and paid for by others")
        signed.add_argument("--sign-only", action="store_true", help="send nothing: write the signed acts to a file")
        signed.add_argument("--output", "-o", metavar="FILE", help="that file, which anybody can send with relay")
        signed.add_argument(
            "--good-until", metavar="TIME", help="when it must be recorded by, like 2027-01-31 [30 days from now]"
        )
        signed.add_argument(
            "--for-key",
            metavar="0x…",
            help="leave it unsigned, for this key: another computer's, or a contract account",
        )
        if bundle:
            signed.add_argument("--bundle", metavar="FILE", help="read the chain out of this bundle; no node is asked")
    if party:
        group.add_argument("--party", metavar="PARTY", help="party to act for (default: the account's only one)")


def port(text: str) -> int:
    """A port's number."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: use 1 to 65535")
    return number
