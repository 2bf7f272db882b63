"""The arguments of `trialseal share`."""

from __future__ import annotations

import argparse
from typing import Any

from trialseal.cli.arguments import command, network_option, signing_options, sub, trust_options

_SHARE = """A package is a folder of files, each encrypted by age to a key that the package alone has. A permit's
file is that key, encrypted to the recipient's; the chain holds when the permit ends, and nothing of who may open what.
Keys that went out cannot be called back, and what is read elsewhere is not seen.

example:
  trialseal share pack my-trial my-trial/data/adsl.csv --subject USUBJID --policy policy.json --out adsl-2026"""
_TRIAL = "the trial's folder"
_PACKAGE = "the package's folder"


def add(commands: Any) -> None:
    """Adds `share` and its commands."""
    share = command(
        commands,
        "share",
        None,
        "share data for a time and a purpose, and see who got what under which permit",
        "share audit my-trial",
        network=False,
    )
    share.epilog = _SHARE
    group = share.add_subparsers(
        dest="share_command", metavar="request|list|key|pack|permit|open|revoke|audit", required=True
    )
    _register(group)
    _pack(group)
    _permit(group)
    _open(group)
    _audit(group)


def _register(group: Any) -> None:
    key = sub(
        group, "key", "make a key to which others encrypt", "share key my.key --profile me.json", "share.keys:key"
    )
    key.add_argument("file", metavar="FILE", help="where the key is to lie; keep it, and a copy of it")
    key.add_argument("--profile", metavar="FILE", help="your party's profile, into which it is written")
    request = sub(
        group,
        "request",
        "enter an application for data, or that it was refused",
        "share request my-trial application.json",
        "share.requesting:request",
    )
    request.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    request.add_argument("file", metavar="FILE", help="the application")
    request.add_argument("--from", dest="asks", metavar="PARTY", help="party that asks, if the file does not say")
    request.add_argument("--refuse", action="store_true", help="it was refused")
    request.add_argument("--reason", metavar="TEXT", help="why, in a few words that name nobody")
    listing = sub(
        group,
        "list",
        "list who asked for data, what was decided, and until when it holds",
        "share list my-trial",
        "share.requesting:listing",
    )
    listing.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    listing.add_argument("--folder", metavar="FOLDER", action="append", default=[], help=argparse.SUPPRESS)
    for one in (request, listing):
        network_option(one)
    _stream(request)
    trust_options(listing)


def _pack(group: Any) -> None:
    pack = sub(
        group,
        "pack",
        "encrypt a table or a folder, without the data of participants who withdrew",
        "share pack my-trial scans --owners owners.csv --policy policy.json --out scans-2026",
        "share.packing:pack",
    )
    pack.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    pack.add_argument("source", metavar="SOURCE", help="table in CSV, or folder")
    pack.add_argument("--policy", metavar="FILE", required=True, help="the terms on which it is shared")
    pack.add_argument("--out", metavar="FOLDER", required=True, help="where the package is to lie")
    owner = pack.add_mutually_exclusive_group(required=True)
    owner.add_argument("--subject", metavar="COLUMN", help="column that names the participant of each row")
    owner.add_argument(
        "--owners", metavar="FILE", help="CSV with file,subject: the participant of each file; - for none"
    )
    pack.add_argument(
        "--ids", metavar="FILE", help="CSV with participant,in_table: each one's number in the streams and in SOURCE"
    )
    pack.add_argument("--delimiter", choices=[",", ";", "|", "tab"], default=",", help="between cells of a table [,]")
    pack.add_argument(
        "--folder", metavar="FOLDER", action="append", default=[], help="folder with more stores; may be repeated"
    )
    pack.add_argument(
        "--consents-at-hand", action="store_true", help="assume that streams you did not give hold no withdrawals"
    )
    pack.add_argument(
        "--numbers-checked",
        action="store_true",
        help="participants who are in no stream given are not those who withdrew, under another number",
    )
    pack.add_argument("--deidentified-by", metavar="TEXT", help="office that states that nothing in it names a person")
    pack.add_argument("--site-key", metavar="FILE", help="key of the site's pseudonyms [site-key in the home]")
    network_option(pack)


def _permit(group: Any) -> None:
    permit = sub(
        group,
        "permit",
        "let a party open a package until a time: on the chain, in the stream, then as a file",
        "share permit my-trial adsl-2026 --application application.json --until 2027-06-30 --account dac",
        "share.permitting:permit",
    )
    permit.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    permit.add_argument("package", metavar="PACKAGE", nargs="?", help=_PACKAGE)
    permit.add_argument("--application", metavar="FILE", help="the application that is granted")
    permit.add_argument(
        "--list",
        metavar="FILE",
        help="give many at once: CSV or Excel with the columns application, package, until and file; a row each",
    )
    permit.add_argument(
        "--until", metavar="TIME", help="last day, or time when it ends [the last day that was asked for]"
    )
    permit.add_argument("--file", metavar="FILE", help="where the permit is to lie [PACKAGE-RECIPIENT.permit]")
    revoke = sub(
        group,
        "revoke",
        "withdraw permits of a package",
        "share revoke my-trial adsl-2026 --to 1a2b3c4d --account dac",
        "share.permitting:revoke",
    )
    revoke.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    revoke.add_argument("package", metavar="PACKAGE", help=_PACKAGE)
    revoke.add_argument("--to", metavar="PARTY", required=True, help="party whose permit ends")
    for one in (permit, revoke):
        _stream(one)
        network_option(one)
        signing_options(one, apart=False)


def _stream(one: argparse.ArgumentParser) -> None:
    one.add_argument("--stream", metavar="STREAM", default="access", help="stream of accesses [access]")
    one.add_argument("--by", metavar="CODE", help="who does it, by their code")
    one.add_argument("--decided-by", metavar="CODE", default="DAC", help="who decided, by their code [DAC]")


def _open(group: Any) -> None:
    one = sub(
        group,
        "open",
        "open a package by a permit that stands, and check every file",
        "share open adsl-2026 --permit adsl-2026.permit --key my.key --out adsl",
        "share.opening:open_",
    )
    one.add_argument("package", metavar="PACKAGE", help=_PACKAGE)
    one.add_argument("--permit", metavar="FILE", required=True, help="the permit; its document lies beside it")
    one.add_argument("--key", metavar="FILE", required=True, help="your key")
    one.add_argument("--out", metavar="FOLDER", required=True, help="where the files are to lie")
    network_option(one)
    trust_options(one)


def _audit(group: Any) -> None:
    one = sub(
        group,
        "audit",
        "check every permit and hand-over, and ask about what is not in order",
        "share audit my-trial --csv sharing.csv",
        "share.auditing:audit",
    )
    one.add_argument("trial", metavar="TRIAL", help=_TRIAL)
    one.add_argument(
        "--folder", metavar="FOLDER", action="append", default=[], help="folder with more stores; may be repeated"
    )
    one.add_argument(
        "--documents", metavar="FOLDER", action="append", default=[], help="folder with more documents; may be repeated"
    )
    one.add_argument(
        "--streams-at-hand", action="store_true", help="assume that streams you did not give hold nothing about sharing"
    )
    one.add_argument("--as-of", metavar="TIME", help="judge by what the chain held then: later entries are left out")
    one.add_argument("--all", action="store_true", help="list what holds too")
    one.add_argument("--csv", metavar="FILE", help="write every finding as a table")
    one.add_argument("--html", metavar="FILE", help="write a page: what is asked, and who may open what until when")
    network_option(one)
    trust_options(one)
