"""Arguments of `summary`."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command


def add(commands: Any) -> None:
    summary = command(
        commands,
        "summary",
        "summary.command:summary",
        "write what a trial sealed, when and as of which block, on one page to print",
        "summary NCT04368728 --html summary.html",
        reads=True,
    )
    summary.add_argument(
        "trial", metavar="TRIAL|FILE", help="trial's folder, registry number or id; a sealed file; or a bundle"
    )
    summary.add_argument("--html", metavar="OUT", required=True, help="page to write")
    summary.add_argument(
        "--accredited-by",
        metavar="PARTY",
        action="append",
        default=[],
        help="party whose word on others you trust; may be repeated",
    )
