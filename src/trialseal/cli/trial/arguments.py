"""Arguments of the acts of a trial."""

from __future__ import annotations

from typing import Any

from trialseal.cli.arguments import command, network_option, signing_options, sub


def add(commands: Any) -> None:
    register = command(
        commands,
        "register",
        "trial.acts:register",
        "register a trial with version 1 of its protocol",
        "register trials/my-trial --account alice",
    )
    register.add_argument("trial", metavar="FOLDER", nargs="?", help="trial's folder")
    register.add_argument("--protocol", metavar="FILE", help="protocol [FOLDER/protocol.json]")
    add_id = command(
        commands,
        "add-id",
        "trial.acts:add_id",
        "bind a registry's number to the trial",
        "add-id trials/my-trial NCT04368728 --submitted 2020-04-27",
    )
    add_id.add_argument("trial", metavar="TRIAL", nargs="?")
    add_id.add_argument(
        "registry_id",
        metavar="NUMBER",
        nargs="?",
        help="registry number, like NCT04368728, ISRCTN50189673, 2020-002641-42",
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
        help="whether those who made it had seen unblinded or interim data (not the trial's masking)",
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
        help="whether those who made it had seen unblinded data (not the trial's masking) [not-stated]",
    )
    milestone = command(
        commands,
        "milestone",
        "trial.acts:milestone",
        "state that something happened in the trial",
        "milestone trials/my-trial first-participant-enrolled --on 2020-04-29",
    )
    milestone.add_argument("trial", metavar="TRIAL", nargs="?")
    milestone.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        help="milestone: first-participant-enrolled, data-lock, unblinding, completion, …",
    )
    milestone.add_argument("--on", metavar="DATE", help="date, like 2020-04-29, or 2020-04 if the day is not known")
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
    appoint.add_argument("--until", metavar="TIME", help="time when it ends [when you end it]")
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
        "trial.transferring:transfer",
    )
    accept = sub(
        group,
        "accept",
        "accept the sponsorship offered to your party",
        "transfer accept NCT04368728 --account bob",
        "trial.transferring:transfer",
    )
    veto = sub(
        group,
        "veto",
        "stop an offer of your party's trial, within seven days",
        "transfer veto trials/my-trial --account carol",
        "trial.transferring:transfer",
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
    results.add_argument("trial", metavar="FOLDER", nargs="?", help="trial's folder")
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
        help="CSV with columns act, trial and what the acts need; or one JSON object a line, like "
        '{"act": "milestone", "trial": "trials/my-trial", "milestone": "data-lock", "on": "2021-03-01"}',
    )
    for one, columns in (
        (register, "protocol"), (add_id, "id, submitted"), (milestone, "milestone, on, part, document"),
        (results, "results"),
    ):  # fmt: skip
        folder = ", or a folder of trials' folders" if one in (register, results) else ""
        one.add_argument(
            "--from",
            dest="source",
            metavar="TABLE",
            help=f"many at once, in few transactions: a CSV with columns trial, {columns}{folder}",
        )
    for one in (register, amend, seal, results):
        one.add_argument(
            "--embargo",
            action="store_true",
            help="put nonces into the document first, so that its text cannot be guessed from its fingerprint",
        )
    for one in (batch, register, add_id, withdraw_id, amend, seal, milestone, correct, role, appoint, results):
        signing_options(one)
