"""The arguments of `trialseal consent`."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command, network_option, sub, trust_options

_CONSENT = """Every enrolled participant, by pseudonym: consented before enrolment, to the form in force at their site;
asked again where an amendment required it; left alone after they withdrew. Each finding names the entries that it rests
on. What counts is what stands: corrected entries and those entered in error do not.

example:
  trialseal consent audit my-trial --plot consents.svg"""


def add(commands: Any) -> None:
    """Adds `consent` and its command."""
    consent = command(
        commands,
        "consent",
        None,
        "check the consents in a trial's streams",
        "consent audit my-trial --plot consents.svg",
        network=False,
    )
    consent.epilog = _CONSENT
    group = consent.add_subparsers(dest="consent_command", metavar="audit", required=True)
    audit = sub(
        group,
        "audit",
        "check every participant's consent against enrolment, forms in force, amendments and withdrawals",
        "consent audit my-trial --folder from-site-2 --plot consents.svg --proofs proofs",
        "consent.command:audit",
    )
    audit.add_argument("trial", metavar="TRIAL", help="the trial's folder, a registry number, or its id")
    audit.add_argument(
        "--folder", metavar="FOLDER", action="append", default=[], help="folder with more stores; may be repeated"
    )
    audit.add_argument(
        "--consents-at-hand",
        action="store_true",
        help="assume that streams you did not give (of other parties, of the unblinded) hold no consents",
    )
    audit.add_argument(
        "--as-of",
        metavar="TIME",
        help="judge by what the chain held then: later entries, corrections and approvals are left out",
    )
    audit.add_argument(
        "--accredited-by",
        metavar="PARTY",
        action="append",
        default=[],
        help="party whose word on ethics committees you trust; may be repeated",
    )
    audit.add_argument("--all", action="store_true", help="list every finding, not only those that are open")
    audit.add_argument("--csv", metavar="FILE", help="write every finding as a table")
    audit.add_argument(
        "--plot",
        metavar="FILE",
        help="draw enrolled, consented, asked again, withdrawn and what fails over time, as SVG",
    )
    audit.add_argument(
        "--proofs", metavar="FOLDER", help="write the proof of each entry that a listed finding rests on"
    )
    network_option(audit)
    trust_options(audit)
