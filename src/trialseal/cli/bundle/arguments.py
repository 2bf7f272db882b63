"""Arguments of `bundle`."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command


def add(commands: Any) -> None:
    bundle = command(
        commands,
        "bundle",
        "bundle.command:bundle",
        "put a trial's documents and evidence into one file that needs no node",
        "bundle trials/my-trial --out my-trial.trialseal",
        reads=True,
    )
    bundle.add_argument(
        "trial", metavar="TRIAL", nargs="?", help="trial's folder, registry number, or id; not needed with --update"
    )
    bundle.add_argument("--out", "-o", metavar="FILE", required=True, help="bundle to write; it ends in .trialseal")
    bundle.add_argument(
        "--update",
        metavar="FILE",
        help="add a later block to this bundle, in a new file, if the later history extends the earlier",
    )
    bundle.add_argument(
        "--with",
        dest="holding",
        choices=["documents", "digests"],
        default="documents",
        help="put the documents in, or leave them out and prove digests only [documents]",
    )
    bundle.add_argument(
        "--for",
        dest="files",
        metavar="FILE",
        nargs="+",
        default=[],
        help="only what these files need [all of the trial]",
    )
    bundle.add_argument(
        "--events",
        metavar="STREAM:ID",
        nargs="+",
        action="extend",
        default=[],
        help="put in the proof of each of these entries, by the event's id",
    )
    bundle.add_argument(
        "--streams",
        action="store_true",
        help="put in all heads of the trial's streams, so that who holds the streams can audit them without a node",
    )
    bundle.add_argument(
        "--rows",
        metavar="FILE:N-M",
        nargs="+",
        action="extend",
        default=[],
        help="put in these rows of a sealed table (N, N-M or N,M), with what proves them; it discloses them",
    )
    bundle.add_argument(
        "--attested",
        metavar="ID",
        help="no trial, but all that is attested about this subject, such as checkpoints about a chain's genesis hash",
    )
    bundle.add_argument(
        "--accredited-by",
        metavar="PARTY",
        action="append",
        default=[],
        help="put in what shows whether this party vouched for those who acted; may be repeated",
    )
    signer = bundle.add_argument_group("who says that they packed it")
    signer.add_argument(
        "--signed-by", metavar="ACCOUNT", help="sign it with this account: says who packed it, not that it is true"
    )
    signer.add_argument("--party", metavar="PARTY", help="party that packs (default: the account's only one, if any)")
    signer.add_argument(
        "--password-file",
        metavar="FILE",
        help="file that holds its password (default: $TRIALSEAL_PASSWORD_FILE, else you are asked)",
    )
