"""The command line: one subcommand an act, each with an example. A command's arguments lie beside it."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Final

from trialseal import __version__
from trialseal.cli.arguments import Parser

_EXIT_CODES = """exit codes:
  0  every check that applies holds, and what was asked is done
  1  a check fails, a document breaks its form, or the contracts refuse an act
  2  the answer cannot be determined: the chain is out of reach, or holds no answer
  3  correct an argument, file or password, and run it again
  4  report it: a fault of this program
  130  stopped by Ctrl-C or SIGTERM; run the same command to continue

environment:
  TRIALSEAL_HOME           folder of accounts, networks.json and the practice chain (default: ~/.trialseal)
  TRIALSEAL_ACCOUNT        account that signs, where --account is not given
  TRIALSEAL_PASSWORD_FILE  file that holds its password, so that no act asks for it
  TRIALSEAL_CORE           python: do without the C core, which --version names

config.toml in that home sets network, account and whom you trust, where an option does not; docs/networks.md says how.
TRIAL is a trial's folder, a registry number that it claimed (NCT04368728), or its id of 64 hexadecimal digits.
trialseal help COMMAND, or trialseal COMMAND --help, shows a command's arguments and an example."""

# Where the arguments of which commands are, in the order of the help.
_COMMANDS: Final = {
    "network_arguments": ("devnet", "deploy", "checkpoint", "account", "backup", "restore", "doctor", "selftest"),
    "party_arguments": ("party", "vouch", "accredit", "approve", "attest", "withdraw"),
    "init.arguments": ("init", "example"),
    "trial.arguments": (
        "register", "add-id", "withdraw-id", "amend", "seal", "milestone", "correct", "role", "appoint", "transfer",
        "results", "batch",
    ),
    "dataset.arguments": ("dataset",),
    "events.arguments": ("events",),
    "consent.arguments": ("consent",),
    "kits.arguments": ("kits",),
    "share.arguments": ("share",),
    "signing.arguments": ("sign", "relay", "relayer", "outbox"),
    "trial.reading_arguments": ("import", "validate", "verify", "history", "trials", "status"),
    "registry.arguments": ("snapshot", "replay", "watch", "portfolio"),
    "due.arguments": ("due",),
    "check.arguments": ("check",),
    "bundle.arguments": ("bundle",),
    "timestamp.arguments": ("timestamp",),
    "summary.arguments": ("summary",),
}  # fmt: skip


def _grouped(prog: str) -> argparse.HelpFormatter:
    """How the help of the whole command is laid out."""
    from trialseal.cli.headings import GroupedHelp

    return GroupedHelp(prog)


class _Version(argparse.Action):
    """Prints the version and what does the work of its loops."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from trialseal.core.library import state

        print(f"trialseal {__version__}\nhashing and tables: {state().words}")
        parser.exit()


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """The whole command line; or, which is sooner, as much of it as this command needs."""
    parser = Parser(
        prog="trialseal",
        description="Seal a trial's protocol, endpoints and results on an Ethereum chain; check files against them.",
        epilog=_EXIT_CODES,
        formatter_class=_grouped,
    )
    parser.set_defaults(json=False, quiet=False, verbose=False)
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is, and what hashes")
    # Without `prog` argparse formats a usage line to find it, for which it looks at the terminal.
    commands = parser.add_subparsers(
        prog=parser.prog, dest="command", metavar="COMMAND", required=True, parser_class=Parser, title="commands"
    )
    needed = [module for module, names in _COMMANDS.items() if command in names]
    for module in needed or _COMMANDS:
        import_module(f"trialseal.cli.{module}").add(commands)
    return parser
