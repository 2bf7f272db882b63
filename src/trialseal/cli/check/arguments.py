"""The arguments of `check`."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import sub, trust_options

_EPILOG = """
Where to get the record and its history (download them, nothing is fetched from here):
  https://clinicaltrials.gov/api/v2/studies/NCT04368728         the record; save it as NCT04368728.json
  https://clinicaltrials.gov/api/int/studies/NCT04368728?history=true
                        the day of every version, and the outcomes as first registered, in one file; /history/0,
                        /history/1 … give each version: put them into a folder and name it with --history.
                        These addresses are the site's own and may change; dated copies of the record serve as well.
  https://trialsearch.who.int
                        WHO ICTRP: the trials of every registry, as XML or CSV. ISRCTN and ANZCTR XML, EU Clinical
                        Trials Register text, CTIS and DRKS JSON, the site's JSON, CSV and old XML, and cthist's CSV are
                        read too. What a download leaves out is taken for unknown.

A manuscript is read on this computer only: it is not sent anywhere, and nothing of it is sealed.

exit codes: 0 all checks that apply hold, 1 one raises a question, 2 one cannot be determined,
3 correct an argument or file, 4 a fault of this program"""


def add(commands: Any) -> None:
    """Adds `check`."""
    check = sub(
        commands,
        "check",
        "compare what is reported with what was registered, for a journal",
        "check NCT04368728.json --reported paper.pdf --html check.html --query letter.md",
        "check.command:check",
        verbose="list every check with its facts",
    )
    check.epilog = f"{check.epilog}\n{_EPILOG}"
    check.add_argument(
        "record",
        metavar="RECORD",
        nargs="?",
        help="the registry's record as a file, or its number, for NUMBER.json (.xml, .csv, .txt) in this folder "
        "(default: the number that the manuscript names)",
    )
    check.add_argument(
        "--reported",
        metavar="FILE",
        help="what is reported: a manuscript (PDF, Word, JATS XML, text), a CSV or JSON file of outcomes, or a "
        "ClinicalTrials.gov record with results",
    )
    check.add_argument(
        "--batch",
        metavar="FOLDER",
        help="check each manuscript in a folder against the record of the number that it names, in RECORD (a folder "
        "or a download of many trials; default: the same folder); --outcomes, --outcomes-out, --html, --markdown, "
        "--query and --sponsor-note name folders then, with a file for each manuscript",
    )
    check.add_argument(
        "--outcomes",
        metavar="FILE",
        help="outcomes that count instead of those found in the manuscript: the file that --outcomes-out wrote, "
        "corrected, with yes under `confirmed` in each row that you read beside the manuscript",
    )
    check.add_argument(
        "--outcomes-out", metavar="FILE", help="write the outcomes found in the manuscript, as CSV or .json, to correct"
    )
    check.add_argument(
        "--interactive", action="store_true", help="confirm or correct each outcome at the terminal before it counts"
    )
    check.add_argument("--history", metavar="FILE", help="earlier versions of the record: a file or a folder of them")
    check.add_argument(
        "--part",
        action="append",
        default=[],
        metavar="PART",
        help="the part of the trial that the paper is about, as the record names it: 'phase 2/3' (may be repeated)",
    )
    check.add_argument(
        "--interventional",
        action="store_true",
        help="the trial assigns an intervention, as you know, where a history does not say it",
    )
    check.add_argument("--submitted", metavar="DATE", help="when the manuscript was submitted or published")
    check.add_argument(
        "--stage",
        choices=("submitted", "published"),
        help="whether it is under review or published: the letter asks accordingly",
    )
    check.add_argument("--revision", metavar="NAME", help="the manuscript's version, as your journal calls it: R1")
    check.add_argument("--as-of", metavar="DATE", help="the day for which deadlines are judged (default: today)")
    check.add_argument("--reply", metavar="FILE", help="the authors' answer; it travels with the report")
    chain = check.add_argument_group("the chain")
    where = chain.add_mutually_exclusive_group()
    where.add_argument("--network", metavar="NET", help="ask this chain too: devnet, a name, or an RPC address")
    where.add_argument("--offline", action="store_true", help="ask no chain (as without --network)")
    chain.add_argument("--trial", metavar="TRIAL", help="the trial on the chain (default: the one claiming the number)")
    chain.add_argument("--folder", metavar="FOLDER", help="the trial's folder, with its sealed documents")
    chain.add_argument(
        "--accredited-by",
        action="append",
        default=[],
        metavar="PARTY",
        help="a party whose word on others you trust (may be repeated)",
    )
    trust_options(check)
    written = check.add_argument_group("what is written")
    written.add_argument("--html", metavar="FILE", help="the report as a page that prints well")
    written.add_argument("--markdown", metavar="FILE", help="the same as Markdown, for a decision letter")
    written.add_argument("--query", metavar="FILE", help="a draft of the questions to the authors")
    written.add_argument(
        "--sponsor-note", metavar="FILE", help="a draft of the questions about the sponsor's own duties"
    )
    written.add_argument("--csv", metavar="FILE", help="with --batch: a row for each manuscript; - for standard output")
