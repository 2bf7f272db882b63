"""The arguments of the commands about registries: snapshot, replay, watch, portfolio."""

from __future__ import annotations

import argparse
from typing import Any

from trialseal.cli.arguments import command, signing_options, trust_options


def add(commands: Any) -> None:
    """Adds the commands."""
    snapshot = command(
        commands,
        "snapshot",
        "registry.snapshot:snapshot",
        "date-stamp what a registry said on a day; needs no sponsor",
        "snapshot NCT04368728__2026-07-02.json --account journal",
    )
    snapshot.add_argument("file", metavar="FILE", help="what was downloaded from the registry; it stays here")
    snapshot.add_argument(
        "--number", metavar="NUMBER", help="registry number it is about (default: the one in the record)"
    )
    snapshot.add_argument(
        "--on", metavar="DATE", help="day on which the registry said so (default: in the file's name or record)"
    )
    snapshot.add_argument(
        "--check", action="store_true", help="send nothing: say who has date-stamped this very file, and when"
    )
    signing_options(snapshot, bundle=False)
    trust_options(snapshot)
    snapshot.set_defaults(reads=False)  # but with --check

    replay = command(
        commands,
        "replay",
        "registry.replaying:replay",
        "run all rules on a registry's version history",
        "replay NCT00163267.jsonl --interventional",
        network=False,
    )
    replay.add_argument("history", metavar="HISTORY", help="file or folder of a trial's record in its versions")
    replay.add_argument("--number", metavar="NUMBER", help="the trial meant, where the file holds several")
    replay.add_argument("--out", metavar="FOLDER", help="write each version as a registry-record document")

    watch = command(
        commands,
        "watch",
        "registry.watching:watch",
        "date-stamp a folder of snapshots, and say what changed since the last",
        "watch snapshots/ --account journal",
    )
    watch.add_argument("folder", metavar="FOLDER", help="folder of files downloaded from the registry")
    watch.add_argument("--report-only", action="store_true", help="send nothing: only say what changed")
    signing_options(watch, apart=False)

    portfolio = command(
        commands,
        "portfolio",
        "registry.portfolio:portfolio",
        "run all rules on many trials: a table, a page of plots",
        "portfolio records/ --csv trials.csv --html trials.html",
        network=False,
    )
    portfolio.add_argument("paths", metavar="PATH", nargs="+", help="files and folders of records and histories")
    portfolio.add_argument("--csv", metavar="FILE", help="write a CSV file, one line a trial (- for standard output)")
    portfolio.add_argument("--html", metavar="FILE", help="write a page: open questions first, then plots")
    portfolio.add_argument(
        "--replies",
        metavar="FILE",
        help="the sponsors' answers, to stand beside the questions: a CSV file with number, reply and perhaps date",
    )
    for one in (replay, portfolio):
        _judging_options(one)


def _judging_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", metavar="DATE", help="day for which deadlines are judged (default: today)")
    parser.add_argument(
        "--interventional",
        action="store_true",
        help="take a history that gives no type of study for one of a trial with an intervention",
    )
