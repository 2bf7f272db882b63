"""The arguments of `due`."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command


def add(commands: Any) -> None:
    """Adds the command."""
    due = command(
        commands,
        "due",
        "due.command:due",
        "what do my trials owe, and by when? updates, notices, results, heads, attestations that end",
        "due trials/ --within 60 --calendar due.ics",
        reads=True,
    )
    due.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="a trial's folder, a folder of such folders, a registry record, or a folder of records",
    )
    due.add_argument("--as-of", metavar="DATE", help="day for which it is asked (default: today)")
    due.add_argument("--within", metavar="DAYS", type=int, help="leave out what falls due later than in DAYS days")
    due.add_argument("--offline", action="store_true", help="ask no chain: what the records say, and nothing else")
    due.add_argument("--csv", metavar="FILE", help="write a CSV file, one line a duty (- for standard output)")
    due.add_argument("--html", metavar="FILE", help="write a page, by month, the overdue first")
    due.add_argument("--calendar", metavar="FILE", help="write an iCalendar file, which any calendar imports")
    due.add_argument(
        "--done", metavar="DUTY", help="state that this duty of the one trial named was met, and take it off the list"
    )
    due.add_argument("--on", metavar="DATE", help="with --done: the day on which it was met (default: today)")
    due.add_argument("--since", metavar="TEXT", help="with --done: which one, where several are called so")
    due.add_argument("--by", metavar="NAME", help="with --done: who says so")
