"""Arguments of init and example."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command


def add(commands: Any) -> None:
    """Adds the commands."""
    init = command(
        commands,
        "init",
        "init.starting:init",
        "begin a trial's folder: asks what its protocol says",
        "init my-trial",
    )
    init.add_argument(
        "folder", metavar="FOLDER", nargs="?", help="new folder, or one that init began: then it goes on; of many "
        "trials, the folder that theirs are made in [here]"
    )  # fmt: skip
    init.add_argument("--answers", metavar="FILE", help="answers as CSV, one item and answer a row; nothing is asked")
    init.add_argument("--endpoints", metavar="FILE", help="sheet of endpoints, CSV or .xlsx, to begin with")
    init.add_argument(
        "--from",
        dest="source",
        metavar="RECORD",
        help="registry record or USDM file to draft from; you confirm each endpoint. Of a folder of a registry's "
        "downloads, each trial gets a folder",
    )
    init.add_argument("--each", action="store_true", help="so does each trial of a download that holds many")
    init.add_argument("--csv", metavar="FILE", help="write what became of each trial (- for standard output)")
    init.add_argument("--number", metavar="NUMBER", help="the trial meant, where RECORD holds several")
    example = command(
        commands,
        "example",
        "init.examples:example",
        "lay out files to try commands on; list them",
        "example first-use",
        network=False,
    )
    example.add_argument("name", metavar="NAME", nargs="?", help="example to lay out [none: list them]")
    example.add_argument("folder", metavar="FOLDER", nargs="?", help="new folder for it [NAME]")
