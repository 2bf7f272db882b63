"""The command's arguments: one subcommand an act, each with an example."""

from __future__ import annotations

import argparse
from typing import Any

from trialseal import __version__
from trialseal.cli.arguments import Parser, command, network_option, port, signing_options, sub
from trialseal.cli.check import arguments as check_arguments
from trialseal.cli.consent import arguments as consent_arguments
from trialseal.cli.dataset import arguments as dataset_arguments
from trialseal.cli.events import arguments as event_arguments
from trialseal.cli.registry import arguments as registry_arguments

_EXIT_CODES = """exit codes:
  0  every check that applies holds, and what was asked is done
  1  a check fails, a document breaks its form, or the contracts refuse an act
  2  the answer cannot be determined: the chain is out of reach, or holds no answer
  3  correct an argument, file or password, and run it again
  4  report it: a fault of this program
  130  stopped by Ctrl-C or SIGTERM; run the same command to continue

environment:
  TRIALSEAL_HOME           folder of accounts, networks.json and the practice chain (default: ~/.trialseal)
  TRIALSEAL_ACCOUNT        account that signs, where --account is not given
  TRIALSEAL_PASSWORD_FILE  file that holds its password, so that no act asks for it

TRIAL is a trial's folder, a registry number that it claimed (NCT04368728), or its id of 64 hexadecimal digits.
trialseal help COMMAND, or trialseal COMMAND --help, shows a command's arguments and an example."""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(
        prog="trialseal",
        description="Seal a trial's protocol, endpoints and results on an Ethereum chain; check files against them.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(json=False)
    parser.add_argument("--version", action="version", version=f"trialseal {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    _chain_commands(commands)
    _party_commands(commands)
    _trial_commands(commands)
    dataset_arguments.add(commands)
    event_arguments.add(commands)
    consent_arguments.add(commands)
    _reading_commands(commands)
    registry_arguments.add(commands)
    check_arguments.add(commands)
    return parser


def _chain_commands(commands: Any) -> None:
    devnet = command(
        commands,
        "devnet",
        "networks:devnet",
        "start, stop or fund a practice chain on this computer",
        "devnet up",
        network=False,
    )
    group = devnet.add_subparsers(dest="devnet", metavar="up|down|status|fund", required=True)
    up = sub(group, "up", "start it with the state that it had", "devnet up")
    up.add_argument("--port", type=port, default=8545, help="port on this computer [8545]")
    sub(group, "down", "stop it and keep its state", "devnet down")
    sub(group, "status", "say whether it runs", "devnet status")
    fund = sub(group, "fund", "give an account ether to pay with", "devnet fund alice")
    fund.add_argument("name", metavar="ACCOUNT", help="account of this computer, or address")
    fund.add_argument("--ether", type=int, default=100, help="amount to give [100]")

    deploy = command(
        commands,
        "deploy",
        "networks:deploy",
        "deploy the contracts on a chain",
        "deploy --network devnet --account alice",
    )
    signing_options(deploy, party=False)

    account = command(
        commands,
        "account",
        "networks:account",
        "make, import or list keys",
        "account new alice",
        network=False,
    )
    group = account.add_subparsers(dest="account_command", metavar="new|import|list", required=True)
    new = sub(group, "new", "make a new key, encrypted with a password", "account new alice")
    bring = sub(
        group,
        "import",
        "import a key, typed unseen or from a file",
        "account import alice --key-file key.txt",
    )
    bring.add_argument("--key-file", metavar="FILE", help="file that holds the private key")
    for one in (new, bring):
        one.add_argument("name", metavar="NAME", help="name for the account")
        one.add_argument("--password-file", metavar="FILE", help="file that holds the password")
    sub(group, "list", "list accounts and their addresses", "account list")


def _party_commands(commands: Any) -> None:
    party = command(
        commands,
        "party",
        None,
        "create a party, change its keys, show it",
        'party create --name "Example University Hospital" --account alice',
        network=False,
    )
    group = party.add_subparsers(
        dest="party_command", metavar="create|add-key|revoke-key|veto|compromise|contest|profile|show", required=True
    )
    create = sub(
        group,
        "create",
        "create a party: an organisation that acts",
        'party create --name "Example University Hospital" --domain example.org --account alice',
        "parties:create",
    )
    create.add_argument(
        "--also-key",
        metavar="KEY[:PURPOSES]",
        action="append",
        default=[],
        help="further key, with its purposes joined by commas; twice at most [all purposes]",
    )
    network_option(create)
    signing_options(create, party=False)
    profile = sub(
        group,
        "profile",
        "name another profile of the party",
        'party profile --name "Example University Hospital" --domain example.org --account alice',
        "parties:profile",
    )
    for one in (create, profile):
        one.add_argument("--name", help="legal name of the organisation")
        one.add_argument("--ror", help="ROR id, like https://ror.org/02mhbdp94")
        one.add_argument("--lei", help="Legal Entity Identifier")
        one.add_argument("--domain", help="web domain, which can name the party back")
        one.add_argument("--profile", metavar="FILE", help="profile document, instead of these")
    add = sub(
        group,
        "add-key",
        "add a key",
        "party add-key bob --purposes act --account alice",
        "parties:add_key",
    )
    add.add_argument("key", metavar="KEY", help="address, or account of this computer")
    add.add_argument("--purposes", default="act", help="purposes: manage, act, stream, attest, joined by commas [act]")
    revoke = sub(
        group,
        "revoke-key",
        "revoke a key; a managing key after seven days",
        "party revoke-key bob --account alice",
        "parties:revoke_key",
    )
    revoke.add_argument("key", metavar="KEY", help="address, or account of this computer")
    veto = sub(
        group,
        "veto",
        "stop the addition or removal of a managing key, within seven days",
        "party veto bob --account carol",
        "parties:veto",
    )
    veto.add_argument("key", metavar="KEY", help="key that is to be added or removed")
    compromise = sub(
        group,
        "compromise",
        "report a key as compromised since a time",
        "party compromise bob --since 2026-03-01 --account alice",
        "parties:compromise",
    )
    compromise.add_argument("key", metavar="KEY", help="address, or account of this computer")
    compromise.add_argument(
        "--since", required=True, metavar="TIME", help="time, like 2026-03-01 or 2026-03-01T12:00:00+00:00"
    )
    contest = sub(
        group,
        "contest",
        "contest a report that a key is compromised, within seven days",
        "party contest bob --account bob",
        "parties:contest",
    )
    contest.add_argument("key", metavar="KEY", help="address, or account of this computer")
    for one in (add, revoke, veto, compromise, contest, profile):
        network_option(one)
        signing_options(one)
    show = sub(group, "show", "show a party's keys and who vouches for it", "party show 1a2b3c4d", "parties:show")
    show.add_argument(
        "shown",
        metavar="PARTY",
        nargs="?",
        help="id, its beginning, or a name known here [your own]",
    )
    network_option(show)
    show.add_argument("--account", help=argparse.SUPPRESS)

    accredit = command(
        commands,
        "accredit",
        "attesting:accredit",
        "vouch for a party in a role",
        "accredit 1a2b3c4d --as sponsor --account regulator",
    )
    accredit.add_argument("subject", metavar="PARTY", help="party to vouch for")
    accredit.add_argument(
        "--as",
        dest="role",
        required=True,
        metavar="ROLE",
        help="role: sponsor, cro, site, ethics-committee, regulator, …",
    )
    approve = command(
        commands,
        "approve",
        "attesting:approve",
        "approve a version of a protocol or a document",
        "approve NCT04368728 --file protocol-v2.json --on 2020-07-24 --territory US --account committee",
    )
    approve.add_argument("trial", metavar="TRIAL")
    approve.add_argument(
        "--file", metavar="FILE", help="document to approve, which is shown [the one in the trial's folder]"
    )
    approve.add_argument(
        "--before",
        metavar="FILE",
        action="append",
        default=[],
        help="version before it, to show what changed [the one in the trial's folder]",
    )
    approve.add_argument("--version", type=int, help="protocol version to approve [the last one sealed]")
    approve.add_argument(
        "--decision",
        default="approved",
        help="decision: approved, approved-with-conditions, refused, waived [approved]",
    )
    attest = command(
        commands,
        "attest",
        "attesting:attest",
        "make any attestation",
        "attest review NCT04368728 --letter review.pdf --account auditor",
    )
    attest.add_argument("kind", metavar="KIND", help="kind: accreditation, approval, snapshot or review")
    attest.add_argument("subject", metavar="SUBJECT", help="party, trial's folder or id, or registry number")
    attest.add_argument("--code", help="role (accreditation) or decision (approval)")
    attest.add_argument("--digest", help="the document's digest")
    for one in (accredit, approve, attest):
        one.add_argument("--on", metavar="DATE", help="day of the decision, like 2020-04-24")
        one.add_argument("--until", metavar="TIME", help="when it ends, like 2030-12-31 [never]")
        one.add_argument("--territory", metavar="COUNTRY", help="ISO 3166-1 code, like US")
        one.add_argument("--letter", metavar="FILE", help="document that says so; only its digest is sealed")
        signing_options(one)
    withdraw = command(
        commands,
        "withdraw",
        "attesting:withdraw",
        "withdraw your party's attestation",
        "withdraw 1a2b3c4d --account regulator",
    )
    withdraw.add_argument("subject", metavar="SUBJECT", help="party, trial or registry number that it is about")
    withdraw.add_argument("--digest", help="the document's digest")
    withdraw.add_argument("--number", type=int, help="number of the attestation, if there are several")
    signing_options(withdraw)


def _trial_commands(commands: Any) -> None:
    register = command(
        commands,
        "register",
        "trial.acts:register",
        "register a trial with version 1 of its protocol",
        "register trials/my-trial --account alice",
    )
    register.add_argument("trial", metavar="FOLDER", help="trial's folder")
    register.add_argument("--protocol", metavar="FILE", help="protocol [FOLDER/protocol.json]")
    register.add_argument(
        "--embargo",
        action="store_true",
        help="put nonces into the protocol first, so that its digest cannot be guessed",
    )
    add_id = command(
        commands,
        "add-id",
        "trial.acts:add_id",
        "bind a registry's number to the trial",
        "add-id trials/my-trial NCT04368728 --submitted 2020-04-27",
    )
    add_id.add_argument("trial", metavar="TRIAL")
    add_id.add_argument(
        "registry_id", metavar="NUMBER", help="registry number, like NCT04368728, ISRCTN50189673, 2020-002641-42"
    )
    add_id.add_argument("--submitted", metavar="DATE", help="day of first submission to that registry")
    withdraw_id = command(
        commands,
        "withdraw-id",
        "trial.acts:withdraw_id",
        "withdraw a registry's number from the trial",
        "withdraw-id trials/my-trial NCT04368728",
    )
    withdraw_id.add_argument("trial", metavar="TRIAL")
    withdraw_id.add_argument("registry_id", metavar="NUMBER", help="registry number that the trial claims")
    amend = command(
        commands,
        "amend",
        "trial.acts:amend",
        "seal the next version of the protocol",
        'amend trials/my-trial --reason "dose-finding is over" --blinding blinded',
    )
    amend.add_argument("trial", metavar="FOLDER", help="trial's folder")
    amend.add_argument("--reason", help="reason for the amendment")
    amend.add_argument(
        "--blinding",
        choices=["blinded", "unblinded", "not-stated"],
        help="whether those who decided had seen unblinded or interim data",
    )
    amend.add_argument("--protocol", metavar="FILE", help="new version [FOLDER/protocol.json]")
    seal = command(
        commands,
        "seal",
        "trial.acts:seal",
        "seal a file of the trial",
        "seal trials/my-trial/documents/sap.pdf --as sap",
    )
    seal.add_argument("file", metavar="FILE")
    seal.add_argument(
        "--as",
        dest="kind",
        required=True,
        choices=["protocol", "sap", "icf", "charter", "dataset", "registry", "other"],
        help="kind of document",
    )
    seal.add_argument("--trial", metavar="TRIAL", help="trial [the one whose folder holds the file]")
    seal.add_argument(
        "--blinding",
        choices=["blinded", "unblinded", "not-stated"],
        default="not-stated",
        help="whether those who wrote it had seen unblinded data [not-stated]",
    )
    milestone = command(
        commands,
        "milestone",
        "trial.acts:milestone",
        "state that something happened in the trial",
        "milestone trials/my-trial first-participant-enrolled --on 2020-04-29",
    )
    milestone.add_argument("trial", metavar="TRIAL")
    milestone.add_argument(
        "name", metavar="NAME", help="milestone: first-participant-enrolled, data-lock, unblinding, completion, …"
    )
    milestone.add_argument(
        "--on", required=True, metavar="DATE", help="date, like 2020-04-29, or 2020-04 if the day is not known"
    )
    milestone.add_argument("--part", help="part of the trial [the whole trial]")
    milestone.add_argument("--document", metavar="FILE", help="document about it; only its digest is sealed")
    milestone.add_argument(
        "--instead-of", type=int, metavar="ACT", help="number of the earlier act in whose place this statement stands"
    )
    correct = command(
        commands,
        "correct",
        "trial.acts:correct",
        "state that an earlier act of the trial was made in error",
        "correct trials/my-trial 4 --document correction.pdf",
    )
    correct.add_argument("trial", metavar="TRIAL")
    correct.add_argument("act", metavar="ACT", type=int, help="number of the act, as trialseal history shows it")
    correct.add_argument(
        "--document", required=True, metavar="FILE", help="document that says what was wrong and what holds"
    )
    correct.add_argument("--on", metavar="DATE", help="day on which it was found [today]")
    role = command(
        commands,
        "role",
        "trial.acts:role",
        "name a party as having a role in the trial",
        "role trials/my-trial 1a2b3c4d --as co-sponsor",
    )
    role.add_argument("trial", metavar="TRIAL")
    role.add_argument("named", metavar="PARTY", help="party that has the role")
    role.add_argument(
        "--as", dest="role", required=True, metavar="ROLE", help="role: co-sponsor, collaborator, cro, site, …"
    )
    role.add_argument("--end", action="store_true", help="say that it has the role no longer")
    appoint = command(
        commands,
        "appoint",
        "trial.acts:appoint",
        "let another party do named acts of the trial",
        "appoint trials/my-trial 1a2b3c4d --acts milestone,results --until 2027-01-01",
    )
    appoint.add_argument("trial", metavar="TRIAL")
    appoint.add_argument("appointee", metavar="PARTY")
    appoint.add_argument(
        "--acts",
        help="acts: seal, milestone, results, claim-registry-id, joined by commas [milestone]",
    )
    appoint.add_argument("--stream", metavar="ID", help="stream that it may open and write, named by its salted digest")
    appoint.add_argument("--from", dest="start", metavar="TIME", help="time when it begins [now]")
    appoint.add_argument("--until", default="9999-12-31", metavar="TIME", help="time when it ends [when it is ended]")
    appoint.add_argument(
        "--end",
        metavar="TIME",
        nargs="?",
        const="now",
        help="end the last appointment at this time [now]",
    )
    transfer = command(
        commands,
        "transfer",
        None,
        "hand the sponsorship over",
        "transfer offer trials/my-trial 1a2b3c4d",
        network=False,
    )
    group = transfer.add_subparsers(dest="transfer", metavar="offer|accept|veto", required=True)
    offer = sub(
        group,
        "offer",
        "offer the sponsorship to another party",
        "transfer offer trials/my-trial 1a2b3c4d",
        "trial.acts:transfer",
    )
    accept = sub(
        group,
        "accept",
        "accept the sponsorship offered to your party",
        "transfer accept NCT04368728 --account bob",
        "trial.acts:transfer",
    )
    veto = sub(
        group,
        "veto",
        "stop an offer of your party's trial, within seven days",
        "transfer veto trials/my-trial --account carol",
        "trial.acts:transfer",
    )
    for one in (offer, accept, veto):
        one.add_argument("trial", metavar="TRIAL")
        network_option(one)
        signing_options(one)
    offer.add_argument("to", metavar="PARTY", nargs="?")
    offer.add_argument("--withdraw", action="store_true", help="withdraw the offer")
    results = command(
        commands,
        "results",
        "trial.acts:results",
        "report results, each with the proof of its endpoint",
        "results trials/my-trial",
    )
    results.add_argument("trial", metavar="FOLDER", help="trial's folder")
    results.add_argument("--results", metavar="FILE", help="results document [FOLDER/results.json]")
    batch = command(
        commands,
        "batch",
        "batch:batch",
        "carry out the acts of a file in few transactions",
        "batch acts.ndjson --dry-run",
    )
    batch.add_argument(
        "file",
        metavar="FILE",
        help='one JSON object a line, like {"act": "milestone", "trial": "trials/my-trial", "milestone": "data-lock", '
        '"on": "2021-03-01"}',
    )
    for one in (batch, register, add_id, withdraw_id, amend, seal, milestone, correct, role, appoint, results):
        signing_options(one)


def _reading_commands(commands: Any) -> None:
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
        "trial.reading:validate",
        "check the documents of a trial's folder",
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
        "trial.reading:verify",
        "say what files are, and which checks they meet",
        "verify results.json --network https://rpc.example.org",
    )
    verify.add_argument("files", metavar="FILE", nargs="+", help="files or folders")
    verify.add_argument("--trial", metavar="TRIAL", help="trial that they should belong to [found by digest]")
    verify.add_argument(
        "--accredited-by",
        metavar="PARTY",
        action="append",
        default=[],
        help="party whose accreditation you trust; may be repeated",
    )
    verify.add_argument(
        "--check-domain",
        action="store_true",
        help="ask the party's own web domain whether it names the party",
    )
    verify.add_argument("--all", action="store_true", help="show a line for every file, however many")
    verify.add_argument("-v", "--verbose", action="store_true", help="show each finding under its file")
    history = command(
        commands,
        "history",
        "trial.reading:history",
        "show everything done in a trial, and whether that is all",
        "history NCT04368728 --html timeline.html",
    )
    history.add_argument("trial", metavar="TRIAL")
    history.add_argument("--html", metavar="FILE", help="write the timeline as a page")
    history.add_argument("--verify", metavar="FILE", nargs="+", default=[], help="show the verdicts of these files too")
    trials = command(
        commands, "trials", "trial.reading:trials", "list every trial on the chain", "trials --csv trials.csv"
    )
    trials.add_argument("--csv", metavar="FILE", help="write a CSV file (- for standard output)")
