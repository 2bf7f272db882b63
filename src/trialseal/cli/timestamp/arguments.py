"""Arguments of `timestamp`."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command


def add(commands: Any) -> None:
    stamp = command(
        commands,
        "timestamp",
        "timestamp.command:timestamp",
        "have a second clock date files, or check what it said",
        "timestamp protocol.json --calendar https://calendar.example",
        network=False,
    )
    stamp.add_argument("paths", metavar="FILE|FOLDER", nargs="+", help="files, or folders of files")
    asked = stamp.add_argument_group("clocks to ask")
    asked.add_argument(
        "--calendar",
        metavar="URL",
        action="append",
        default=[],
        help="calendar of OpenTimestamps, which dates by Bitcoin; may be repeated",
    )
    asked.add_argument(
        "--authority",
        metavar="URL",
        action="append",
        default=[],
        help="time-stamping authority (RFC 3161); may be repeated",
    )
    asked.add_argument("--upgrade", action="store_true", help="ask the calendars for the blocks that they promised")
    checked = stamp.add_argument_group("what to rest on when checking; no network is used")
    checked.add_argument("--check", action="store_true", help="check the proofs kept for the files")
    checked.add_argument(
        "--proof", metavar="FILE", action="append", default=[], help="check this proof too, of the one file named"
    )
    basis_options(checked)


def basis_options(group: Any) -> None:
    """Adds what the reader rests on when proofs of second clocks are judged."""
    group.add_argument(
        "--bitcoin-header",
        metavar="[HEIGHT=]HEX",
        action="append",
        default=[],
        help="80 bytes of the header of a Bitcoin block that you trust; may be repeated",
    )
    group.add_argument(
        "--tsa-root",
        metavar="FILE",
        action="append",
        default=[],
        help="root certificate of an authority that you trust, PEM or DER; may be repeated",
    )
