"""Arguments of the commands that read a trial: import, validate, verify, history, trials."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command
from trialseal.cli.timestamp.arguments import basis_options


def add(commands: Any) -> None:
    bring = command(
        commands,
        "import",
        "trial.reading:import_file",
        "turn a ClinicalTrials.gov or USDM file into a document",
        "import NCT99999901.json --out my-trial",
        network=False,
    )
    bring.add_argument("file", metavar="FILE")
    bring.add_argument("--out", metavar="FOLDER", help="folder to write the document to")
    validate = command(
        commands,
        "validate",
        "trial.validating:validate",
        "list every fault of a trial's documents and sheets; make protocol.json of the sheets",
        "validate trials/my-trial",
        network=False,
    )
    validate.add_argument("trial", metavar="TRIAL", help="trial's folder, or one document")
    validate.add_argument(
        "--trds-version", default="1.3.1", metavar="VERSION", help="version of the WHO data set: 1.3.1 or 1.2.1 [1.3.1]"
    )
    verify = command(
        commands,
        "verify",
        "trial.verifying:verify",
        "say what files are, and which checks they meet",
        "verify results.json --network https://rpc.example.org",
        reads=True,
        verbose="show each finding under its file",
    )
    verify.add_argument("files", metavar="FILE", nargs="+", help="files or folders")
    verify.add_argument("--trial", metavar="TRIAL", help="trial that they should belong to [found by digest]")
    verify.add_argument(
        "--accredited-by",
        metavar="PARTY",
        action="append",
        default=[],
        help="party whose word on others you trust; may be repeated",
    )
    verify.add_argument(
        "--check-domain",
        action="store_true",
        help="ask the party's own web domain whether it names the party",
    )
    verify.add_argument("--all", action="store_true", help="show a line for every file, however many")
    basis_options(verify.add_argument_group("what to rest on for proofs of second clocks; no network is used"))
    history = command(
        commands,
        "history",
        "trial.reading:history",
        "show everything done in a trial, and whether that is all",
        "history NCT04368728 --html timeline.html",
        reads=True,
    )
    history.add_argument("trial", metavar="TRIAL", help="trial's folder, registry number or id; or a bundle")
    history.add_argument("--html", metavar="FILE", help="write the timeline as a page")
    history.add_argument("--verify", metavar="FILE", nargs="+", default=[], help="show the verdicts of these files too")
    trials = command(
        commands,
        "trials",
        "trial.listing:trials",
        "list every trial on the chain",
        "trials --csv trials.csv",
        reads=True,
    )
    trials.add_argument("--csv", metavar="FILE", help="write a CSV file (- for standard output)")
    trials.add_argument("--page", metavar="N", type=int, help="list only the Nth 1,000 trials, by registration")
    trials.add_argument(
        "--of", metavar="FILE", help="list only the trials of this table, which --csv wrote, and look for no others"
    )
    status = command(
        commands,
        "status",
        "trial.status:status",
        "how a trial stands: sealed acts, next steps, keys, last backup, cost",
        "status my-trial --html status.html",
        reads=True,
    )
    status.add_argument("trial", metavar="FOLDER", help="trial's folder")
    status.add_argument("--html", metavar="FILE", help="write a page")
    status.set_defaults(offline=False, paths=())
