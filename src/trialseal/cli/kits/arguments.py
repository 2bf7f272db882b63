"""The arguments of `trialseal kits`."""

from __future__ import annotations

import argparse
from typing import Any

from trialseal.cli.arguments import command, network_option, sub, trust_options

_KITS = """What happens to kits and to stock without numbers is in streams, as events of the types custody and
dispensing: one stream for each party that handles them. Nothing here says what is in a kit.

example:
  trialseal kits audit my-trial --list kits.csv --html kits.html"""

_TRIAL = "the trial's folder, a registry number, or its id"


def add(commands: Any) -> None:
    """Adds `kits` and its commands."""
    kits = command(
        commands,
        "kits",
        None,
        "say where every kit is, whether it adds up, and what is to be asked",
        "kits audit my-trial --list kits.csv --html kits.html",
        network=False,
    )
    kits.epilog = _KITS
    group = kits.add_subparsers(dest="kits_command", metavar="audit|trace", required=True)
    _audit(group)
    _trace(group)


def _audit(group: Any) -> None:
    one = sub(
        group,
        "audit",
        "account for every kit and lot, place by place, and ask about what does not add up",
        "kits audit my-trial --list kits.csv --html kits.html --csv accountability.csv",
        "kits.command:audit",
    )
    one.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    _common(one)
    one.add_argument(
        "--transit-days", metavar="DAYS", type=int, help="how long a shipment may be under way by the trial's plan"
    )
    one.add_argument(
        "--accredited-by",
        metavar="PARTY",
        action="append",
        default=[],
        help="party whose word on suppliers you trust; may be repeated",
    )
    one.add_argument(
        "--unblinded",
        metavar="FILE",
        help="list with a column arm: ask too whether anything in the events, or the order of numbers, tells the arms",
    )
    one.add_argument("--csv", metavar="FILE", help="write the account of every place as a table")
    one.add_argument("--findings", metavar="FILE", help="write every finding that is open as a table")
    one.add_argument("--html", metavar="FILE", help="write the audit as a page")
    one.add_argument("--proofs", metavar="FOLDER", help="write the proof of each entry that an open finding rests on")
    network_option(one)
    trust_options(one)


def _trace(group: Any) -> None:
    one = sub(
        group,
        "trace",
        "tell where a kit is, or which kits of a lot are where, and how they got there",
        "kits trace my-trial K-0017",
        "kits.tracing:trace",
    )
    one.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("kit", metavar="KIT", nargs="?", help="the kit's number, or its GTIN and serial number")
    which.add_argument("--lot", metavar="LOT", help="every kit and all stock of this lot")
    one.add_argument("--html", metavar="FILE", help="write it as a page")
    _common(one)
    network_option(one)
    trust_options(one)


def _common(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--folder", metavar="FOLDER", action="append", default=[], help="folder with more stores; may be repeated"
    )
    one.add_argument(
        "--list",
        metavar="FILE",
        dest="kits",
        help="blinded list of kits (kit, lot, expires, gtin, serial): a table, or its seal document",
    )
    one.add_argument(
        "--kits-at-hand",
        action="store_true",
        help="assume that streams you did not give hold nothing about products",
    )
    one.add_argument(
        "--as-of", metavar="TIME", help="judge by what the chain held then: later entries and corrections are left out"
    )
