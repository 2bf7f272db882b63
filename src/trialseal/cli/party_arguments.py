"""Arguments of the commands of parties: party, vouch (also accredit), approve, attest, withdraw."""

from __future__ import annotations

import argparse
from typing import Any

from trialseal.cli.arguments import command, network_option, signing_options, sub, trust_options


def add(commands: Any) -> None:
    party = command(
        commands,
        "party",
        None,
        "create a party, change its keys, show it",
        'party create --name "Example University Hospital" --account alice',
        network=False,
    )
    group = party.add_subparsers(
        dest="party_command",
        metavar="create|add-key|revoke-key|rotate|veto|compromise|contest|profile|show",
        required=True,
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
    revoke.add_argument(
        "--compromised-since", metavar="TIME", help="say too that it was in the wrong hands since then, like 2026-03-01"
    )
    rotate = sub(
        group,
        "rotate",
        "put a new key in the place of one: add it with the same purposes, revoke the other",
        "party rotate alice alice-2027 --account alice",
        "parties:rotate",
    )
    rotate.add_argument("key", metavar="OLD", help="key to be revoked: address, or account of this computer")
    rotate.add_argument("new", metavar="NEW", help="key to take its place")
    rotate.add_argument(
        "--compromised-since",
        metavar="TIME",
        help="say too that the old key was in the wrong hands since then, like 2026-03-01",
    )
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
    for one in (add, revoke, rotate, veto, compromise, contest, profile):
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
    trust_options(show)
    show.add_argument("--account", help=argparse.SUPPRESS)

    vouching = []
    for name, words in (("vouch", "vouch for a party in a role"), ("accredit", "the former name of vouch")):
        vouch = command(
            commands, name, "attesting:accredit", words, f"{name} 1a2b3c4d --as sponsor --account regulator"
        )
        vouch.add_argument("subject", metavar="PARTY", help="party to vouch for")
        vouch.add_argument(
            "--as",
            dest="role",
            required=True,
            metavar="ROLE",
            help="role: sponsor, cro, site, ethics-committee, regulator, …",
        )
        vouch.add_argument(
            "--profile", metavar="FILE", help="profile that the party gave you: its name is shown if it is the party's"
        )
        vouching.append(vouch)
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
    attest.add_argument("--code", help="role (kind accreditation) or decision (kind approval)")
    attest.add_argument("--digest", help="the document's digest")
    for one in (*vouching, approve, attest):
        one.add_argument("--on", metavar="DATE", help="day of the decision, like 2020-04-24")
        one.add_argument("--until", metavar="TIME", help="when it ends, like 2030-12-31 [never]")
        one.add_argument("--territory", metavar="COUNTRY", help="ISO 3166-1 code, like US")
        one.add_argument("--letter", metavar="FILE", help="document that says so; only its digest is sealed")
        signing_options(one)
        stated = one.add_argument_group("what the signer states, where readers ask for it")
        stated.add_argument("--meaning", choices=("author", "reviewer", "approver"), help="what the signature means")
        stated.add_argument("--signer-role", metavar="TEXT", help="office of who signs, like 'chair'; no person's name")
        stated.add_argument("--statement", metavar="FILE", help="file to write both to; only its digest is sealed")
    withdraw = command(
        commands,
        "withdraw",
        "withdrawing:withdraw",
        "withdraw your party's attestation",
        "withdraw 1a2b3c4d --account regulator",
    )
    withdraw.add_argument("subject", metavar="SUBJECT", help="party, trial or registry number that it is about")
    withdraw.add_argument("--digest", help="the document's digest")
    withdraw.add_argument("--number", type=int, help="number of the attestation, if there are several")
    signing_options(withdraw)
