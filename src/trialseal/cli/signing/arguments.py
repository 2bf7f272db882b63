"""Arguments of the commands about signed acts: sign, relay, relayer, outbox."""

from __future__ import annotations

import argparse
from typing import Any, Final

from trialseal.cli.arguments import command, network_option, sub

_MOST_A_DAY: Final = 1_000_000
_MOST_GWEI: Final = 1e9


def add(commands: Any) -> None:
    """Adds the commands."""
    sign = command(
        commands,
        "sign",
        "signing.command:sign",
        "sign the acts of a file that somebody made for your key; needs no network",
        "sign act.json --account chair -o signed.json",
        network=False,
    )
    sign.add_argument("file", metavar="FILE", help="file that --sign-only wrote")
    sign.add_argument("--output", "-o", metavar="FILE", required=True, help="file to write, with your signature in it")
    sign.add_argument("--account", metavar="NAME", help="account of this computer that signs (default: the only one)")
    sign.add_argument(
        "--password-file",
        metavar="FILE",
        help="file that holds its password (default: $TRIALSEAL_PASSWORD_FILE, else you are asked)",
    )
    sign.add_argument(
        "--signer", metavar="URL", help="signer that signs typed data, like Clef or Web3Signer; then name --key"
    )
    sign.add_argument("--key", metavar="0x…", help="the key that this signer is to sign with")
    sign.add_argument("--safe", action="store_true", help="sign as an owner of the Safe that is the acts' key")
    sign.add_argument("--yes", action="store_true", help="sign without being asked")
    sign.add_argument(
        "--serve",
        action="store_true",
        help="show the acts and their documents on a page of this computer, and sign there; it prints the address",
    )
    sign.add_argument("--open", action="store_true", help="with --serve: open that page in this computer's browser")

    relay = command(
        commands,
        "relay",
        "signing.command:relay",
        "send acts that others signed, and pay for them",
        "relay act.json --account payer",
    )
    relay.add_argument("files", metavar="FILE", nargs="+", help="files of signed acts")
    relay.add_argument(
        "--account",
        metavar="NAME",
        help="account of this computer that pays (default: the only one, or $TRIALSEAL_ACCOUNT)",
    )
    relay.add_argument(
        "--password-file",
        metavar="FILE",
        help="file that holds its password (default: $TRIALSEAL_PASSWORD_FILE, else you are asked)",
    )
    relay.add_argument("--yes", action="store_true", help="as other acts take it; relaying asks nothing")
    relay.add_argument(
        "--dry-run",
        action="store_true",
        help="send nothing: say what is in it, what the rules say of it now, and what would happen",
    )
    relay.add_argument(
        "--folder", metavar="FOLDER", help="trial's folder, by whose documents a dry run also judges [the chain alone]"
    )
    _add_relayer(commands)
    outbox = command(
        commands,
        "outbox",
        None,
        "what was signed on this computer, and what became of it",
        "outbox retry",
        network=False,
    )
    group = outbox.add_subparsers(dest="outbox_command", metavar="list|retry|cancel", required=True)
    listed = sub(group, "list", "list what waits, and what is not final yet", "outbox list --all", "outbox:outbox")
    retry = sub(group, "retry", "bring what waits to its end; what fell out of the chain is sent again",
                "outbox retry", "outbox:outbox")  # fmt: skip
    cancel = sub(group, "cancel", "give up what waits: an empty transaction takes its place", "outbox cancel 3",
                 "outbox:outbox")  # fmt: skip
    cancel.add_argument("number", metavar="NUMBER", type=int, help="its number, as trialseal outbox list shows it")
    for one in (listed, retry, cancel):
        one.add_argument("--all", action="store_true", help="list the past too")
        one.add_argument("--password-file", metavar="FILE", help="file that holds the account's password")
        network_option(one)


def _add_relayer(commands: Any) -> None:
    relayer = command(
        commands,
        "relayer",
        "signing.relayer:relayer",
        "take signed acts by HTTP, send them, and pay for them",
        "relayer --account payer --max-fee 30 --quota 100",
    )
    relayer.add_argument(
        "--account",
        metavar="NAME",
        help="account of this computer that pays (default: the only one, or $TRIALSEAL_ACCOUNT)",
    )
    relayer.add_argument(
        "--password-file",
        metavar="FILE",
        help="file that holds its password (default: $TRIALSEAL_PASSWORD_FILE, else you are asked)",
    )
    relayer.add_argument(
        "--listen",
        metavar="ADDRESS:PORT",
        default="127.0.0.1:8550",
        help="where it listens, plain HTTP for a proxy with TLS [127.0.0.1:8550]",
    )
    relayer.add_argument(
        "--quota", metavar="N", type=_count, default=100, help="acts that each party may hand in a day (UTC) [100]"
    )
    relayer.add_argument(
        "--total", metavar="N", type=_count, default=10_000, help="acts of all parties together a day [10000]"
    )
    relayer.add_argument(
        "--max-fee", metavar="GWEI", type=_gwei, help="most that a unit of gas may cost; what costs more waits"
    )


def _count(text: str) -> int:
    """A number of acts."""
    number = int(text)
    if not 1 <= number <= _MOST_A_DAY:
        raise argparse.ArgumentTypeError(f"{text} is not a number of acts: use 1 to {_MOST_A_DAY}")
    return number


def _gwei(text: str) -> float:
    """A price of gas."""
    price = float(text)
    if not 0 < price < _MOST_GWEI:
        raise argparse.ArgumentTypeError(f"{text} is not a price of gas: use a number above 0")
    return price
