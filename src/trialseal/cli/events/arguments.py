"""The arguments of `trialseal events`."""

from __future__ import annotations

import argparse
from typing import Any

from trialseal.cli.arguments import command, network_option, signing_options, sub, trust_options
from trialseal.cli.erasing import erasing_options

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
        dest="events_command", metavar="open|append|anchor|prove|verify|forget|audit", required=True
    )
    _open(group)
    _append(group)
    _anchor(group)
    _prove(group)
    _verify(group)
    _forget(group)
    _audit(group)


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
        "events append my-trial adverse-events today.csv",
        "events.appending:append",
    )
    _trial(one)
    _stream(one)
    one.add_argument("file", metavar="FILE", help="CSV, NDJSON or Parquet; - for standard input")
    one.add_argument("--format", choices=["csv", "ndjson", "parquet"], help="form of the file [by its name]")
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
    _site_key(one)
    _list_members(one)


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
    _stream(one)
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
    network_option(one)
    trust_options(one)


def _trial(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("trial", metavar="TRIAL", help="the folder that holds streams/")


def _stream(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stream", metavar="STREAM", help="the stream's name")


def _site_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--site-key",
        metavar="FILE",
        help="the key of the site's pseudonyms (default: site-key in trialseal's home, made on first use)",
    )


def _chain(parser: argparse.ArgumentParser) -> None:
    network_option(parser)
    signing_options(parser)
