"""The arguments of `trialseal events`."""

from __future__ import annotations

import argparse
from typing import Any

from trialseal.cli.arguments import command, network_option, signing_options, sub, trust_options
from trialseal.cli.erasing import erasing_options

CORRECTION_SOURCES = (
    "query", "source-data-verification", "participant", "investigator", "laboratory", "device", "coding",
    "reconciliation", "export", "other",
)  # fmt: skip
"""As the models have them, which are too heavy to load for an option."""
_EVENTS = """TRIAL is the trial's folder: stream NAME lies in TRIAL/streams/NAME and never leaves the site. On the chain
go the salted digest of its name, and heads: how many entries there are, and the root of the tree over them.

example:
  trialseal events append my-trial adverse-events today.csv"""


def add(commands: Any) -> None:
    """Adds `events` and its commands."""
    events = command(
        commands,
        "events",
        None,
        "keep, anchor and prove what happens in a trial, event by event",
        "events append my-trial adverse-events today.csv",
        network=False,
    )
    events.epilog = _EVENTS
    group = events.add_subparsers(
        dest="events_command",
        metavar="open|append|anchor|prove|verify|contest|forget|audit|intake|types|map|who",
        required=True,
    )
    _open(group)
    _append(group)
    _anchor(group)
    _prove(group)
    _verify(group)
    _forget(group)
    _audit(group)
    _intake(group)
    _types(group)
    _map(group)
    _who(group)
    _contest(group)


def _open(group: Any) -> None:
    one = sub(
        group,
        "open",
        "open a stream: make its store here, and seal the opening",
        "events open my-trial adverse-events",
        "events.opening:open_stream",
    )
    one.add_argument("trial", metavar="TRIAL", help="the trial's folder; or with --folder its number or id")
    _stream(one)
    one.add_argument("--folder", metavar="FOLDER", help="folder for the store [TRIAL]")
    one.add_argument("--every", metavar="PERIOD", help="anchor at fixed times only, like 7d, 12h, 30m (blinded trials)")
    one.add_argument(
        "--pad",
        metavar="N",
        type=int,
        help="anchor exactly N entries at a time, filled with padding (blinded trials)",
    )
    one.add_argument("--start", metavar="TIME", help="time when the fixed times begin [now]")
    _chain(one)


def _append(group: Any) -> None:
    one = sub(
        group,
        "append",
        "append events from a file: all of them, or none",
        "events append my-trial adverse-events export.csv --map sdtm-ae --cumulative",
        "events.appending:append",
    )
    _trial(one)
    _stream(one)
    one.add_argument(
        "file", metavar="FILE", help="CSV, NDJSON, Parquet; with --map also FHIR and tables; - for standard input"
    )
    one.add_argument("--map", metavar="MAP", help="which columns are which members: a file of TOML, or a shipped map")
    one.add_argument(
        "--set",
        metavar="MEMBER=VALUE",
        action="append",
        default=[],
        help="a member that the file does not tell, for every event that has it",
    )
    one.add_argument("--epcis", action="store_true", help="say that FILE is a document of EPCIS 2.0 (JSON-LD)")
    one.add_argument(
        "--follow", action="store_true", help="go on as the file grows, from where the last run stopped; Ctrl-C ends it"
    )
    one.add_argument(
        "--stop-after", metavar="SECONDS", type=float, help="stop after SECONDS without new lines (with --follow)"
    )
    one.add_argument(
        "--before-registration", action="store_true", help="take events dated before the trial's registration too"
    )
    one.add_argument(
        "--pseudonyms",
        action="store_true",
        help="say that FILE has pseudonyms already, not participants' numbers",
    )
    one.add_argument(
        "--running-ids", action="store_true", help="say that ids are only row numbers and identify no participant"
    )
    one.add_argument(
        "--wait", metavar="SECONDS", type=float, help="wait up to SECONDS for another process that is writing"
    )
    one.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be stored, skipped, corrected and refused; append nothing",
    )
    _written(one)
    _corrections(one)
    _site_key(one)
    _list_members(one)


def _written(parser: argparse.ArgumentParser) -> None:
    """Adds how a file is written."""
    group = parser.add_argument_group("how FILE is written")
    group.add_argument("--format", metavar="FORM", help="form of the file: csv, ndjson, parquet, xpt, … [by its name]")
    group.add_argument("--encoding", help="of text, like windows-1252 [utf-8]")
    group.add_argument("--delimiter", metavar="SIGN", help="between cells: ';', tab … [,]")
    group.add_argument("--names-row", metavar="N", type=int, help="line that holds the names of columns [1]")
    group.add_argument("--decimal", choices=[".", ","], help="what stands before decimals [.]")
    group.add_argument("--missing", metavar="WORD", action="append", default=[], help="word for nothing, like NA")
    group.add_argument("--dates", choices=["ymd", "dmy", "mdy", "unix", "unix-ms"], help="order of dates [ymd]")
    group.add_argument("--zone", metavar="ZONE", help="zone of times without offset, like Europe/Berlin or +02:00")
    group.add_argument(
        "--repeated-hour", choices=["first", "second"], help="which is meant of the hour that clocks show twice"
    )


def _corrections(parser: argparse.ArgumentParser) -> None:
    """Adds who says why rows changed."""
    group = parser.add_argument_group("rows that changed, are gone, or are refused")
    group.add_argument(
        "--cumulative", action="store_true", help="FILE holds all rows ever exported: list those that are missing"
    )
    group.add_argument("--corrected-by", metavar="CODE", help="who corrected, by their code in the delegation log")
    group.add_argument("--correction-reason", metavar="TEXT", help="why, in a few words that name nobody")
    group.add_argument(
        "--correction-source",
        choices=CORRECTION_SOURCES,
        default="export",
        help="what brought the errors to light [export]",
    )
    group.add_argument(
        "--withdraw-gone", action="store_true", help="state events as entered in error that FILE has no more"
    )
    group.add_argument("--skip-refused", action="store_true", help="append the other rows where some are refused")


def _list_members(parser: argparse.ArgumentParser) -> None:
    """Puts the types of events and their members behind the help, made only when that is asked for."""
    plain = parser.format_help

    def format_help() -> str:
        from trialseal.documents.events.describing import help_text

        return f"{plain()}\n{help_text()}\n"

    parser.format_help = format_help  # type: ignore[method-assign]


def _anchor(group: Any) -> None:
    one = sub(
        group,
        "anchor",
        "anchor the stream's head: an entry dropped or edited later is then found",
        "events anchor my-trial adverse-events",
        "events.anchoring:anchor",
    )
    _trial(one)
    one.add_argument("stream", metavar="STREAM", nargs="?", help="the stream's name")
    one.add_argument(
        "--all", action="store_true", help="every stream of TRIAL that is due, or of every trial in the folder TRIAL"
    )
    one.add_argument("--wait", action="store_true", help="wait for the next fixed time, then anchor")
    _chain(one)


def _prove(group: Any) -> None:
    one = sub(
        group,
        "prove",
        "write the proof that one entry is in the stream",
        "events prove my-trial adverse-events --id AE-0042 --out proof.json",
        "events.reading:prove",
    )
    _trial(one)
    _stream(one)
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("--index", metavar="N", type=int, help="entry's place, from 0")
    which.add_argument("--id", help="event's id")
    one.add_argument("--out", metavar="FILE", help="file to write it to [standard output]")
    network_option(one)


def _verify(group: Any) -> None:
    one = sub(
        group,
        "verify",
        "check the proof of an entry: arithmetic here, then its head on the chain",
        "events verify proof.json --network https://rpc.example.org",
        "events.reading:verify",
    )
    one.add_argument("proofs", metavar="PROOF", nargs="+", help="files that events prove wrote")
    one.add_argument(
        "--trial", metavar="TRIAL", help="the trial that it must be of: a registry number, its folder, or its id"
    )
    one.add_argument("--offline", action="store_true", help="check arithmetic only; the answer stays undetermined")
    network_option(one)
    trust_options(one)


def _forget(group: Any) -> None:
    one = sub(
        group,
        "forget",
        "erase one participant from this stream; every proof of others still holds",
        'events forget my-trial adverse-events 1001 --by "Data protection office" '
        '--reason "entered by mistake" --legal-basis "GDPR 17(1)(d)"',
        "events.erasing:forget",
    )
    _trial(one)
    _stream(one)
    one.add_argument("subject", metavar="SUBJECT", help="the participant's number at the site, or pseudonym")
    erasing_options(one)
    _site_key(one)


def _audit(group: Any) -> None:
    one = sub(
        group,
        "audit",
        "check every stream of a trial, whole, against every head ever anchored",
        "events audit my-trial",
        "events.reading:audit",
    )
    one.add_argument("trial", metavar="TRIAL", help="the trial's folder, a registry number, or its id")
    one.add_argument(
        "--folder", metavar="FOLDER", action="append", default=[], help="folder with more stores; may be repeated"
    )
    group = one.add_argument_group("the audit trail, for an inspector")
    group.add_argument(
        "--trail",
        metavar="FILE",
        action="append",
        default=[],
        help="write what was entered, corrected, by whom, when, why, under which head: .html or .csv; may be repeated",
    )
    group.add_argument("--stream", metavar="STREAM", help="only this stream [all]")
    group.add_argument(
        "--participant", metavar="SUBJECT", help="only this participant, by number or pseudonym, over all streams"
    )
    group.add_argument("--plot", metavar="FILE", help="draw the participant's entries over time, as SVG")
    _site_key(group)
    network_option(one)
    trust_options(one)


def _types(group: Any) -> None:
    one = sub(
        group,
        "types",
        "list the types of events, or the members of one",
        "events types adverse-event --template adverse-events.csv",
        "events.types:types",
    )
    one.add_argument("type", metavar="TYPE", nargs="?", help="type to explain")
    one.add_argument("--template", metavar="FILE", help="write a CSV with its columns and an example row")


def _intake(group: Any) -> None:
    one = sub(
        group,
        "intake",
        "list what a stream took in by week: stored, skipped, corrected, gone, refused",
        "events intake my-trial adverse-events --plot intake.svg",
        "events.overview:intake",
    )
    _trial(one)
    _stream(one)
    one.add_argument("--plot", metavar="FILE", help="draw it as SVG")


def _map(group: Any) -> None:
    one = sub(
        group,
        "map",
        "draft a map for a file: which columns are which members; asks what the file does not tell",
        "events map export.csv --out my-map.toml",
        "events.drafting:draft",
    )
    one.add_argument("file", metavar="FILE", help="an export to look at")
    one.add_argument("--type", metavar="TYPE", help="type of its events [by its columns]")
    one.add_argument("--out", metavar="FILE", help="file to write the draft to [standard output]")
    _written(one)


def _who(group: Any) -> None:
    one = sub(
        group,
        "who",
        "say a participant's pseudonym, or whose pseudonym one is, with the site's key",
        "events who 1001 5f2c0d9a8b7e6f5a4c3b2d1e0f9a8b7c --list screening.csv",
        "events.naming:who",
    )
    one.add_argument("names", metavar="NAME", nargs="+", help="a participant's number at the site, or a pseudonym")
    one.add_argument(
        "--list",
        metavar="FILE",
        action="append",
        default=[],
        help="CSV in which the participants' numbers stand [numbers of up to 6 digits]; may be repeated",
    )
    _site_key(one)


def _contest(group: Any) -> None:
    one = sub(
        group,
        "contest",
        "state in a stream of your own what you hold against an entry of another party's",
        'events contest my-trial monitoring proof.json --holds "grade 3" --reason "source says grade 3" '
        "--source source-data-verification",
        "events.contesting:contest",
    )
    _trial(one)
    _stream(one)
    one.add_argument("proof", metavar="PROOF", help="proof of the entry, as events prove wrote it")
    one.add_argument("--holds", required=True, metavar="TEXT", help="what holds instead, naming nobody")
    one.add_argument("--reason", required=True, metavar="TEXT", help="why it is contested")
    one.add_argument("--source", required=True, choices=CORRECTION_SOURCES, help="what brought the difference to light")
    one.add_argument("--agreed-by", metavar="CODE", help="who of the other party agreed, by their code")
    one.add_argument("--id", help="id of the new event [made from the entry's leaf]")


def _trial(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("trial", metavar="TRIAL", help="the folder that holds streams/")


def _stream(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stream", metavar="STREAM", help="the stream's name")


def _site_key(parser: Any) -> None:
    parser.add_argument(
        "--site-key",
        metavar="FILE",
        help="the key of the site's pseudonyms (default: site-key in trialseal's home, made on first use)",
    )


def _chain(parser: argparse.ArgumentParser) -> None:
    network_option(parser)
    signing_options(parser)
