"""Rules about who acted: who vouches for the party, whether others name it, who approved what it sealed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trialseal import escaping
from trialseal.documents.canonical import canonical_bytes
from trialseal.escaping import quoted
from trialseal.evidence.seals import APPROVAL, MILESTONE, RESULTS
from trialseal.evidence.wording import count, day, declared, listed, moment
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import Decision, Role
from trialseal.ledger.moments import territory
from trialseal.rules.finding import Answer, Case, does_not_apply, fails, holds, rule, undetermined

_ATTESTATIONS = "contracts/interfaces/IAttestations.sol"
_APPROVING = {Role.ETHICS_COMMITTEE, Role.REGULATOR}
_APPROVED = {Decision.APPROVED, Decision.APPROVED_WITH_CONDITIONS, Decision.WAIVED}
# How companies end their names; two spellings of one name mostly differ in these.
_LEGAL_FORMS = frozenset(
    [
        "ab",
        "ag",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "kg",
        "kgaa",
        "limited",
        "llc",
        "ltd",
        "nv",
        "oy",
        "plc",
        "sa",
        "sarl",
        "se",
        "spa",
        "the",
    ]
)


@rule(
    "party-accredited",
    asks="Had a party that the verifier trusts accredited the acting party before it acted?",
    source=f"{_ATTESTATIONS}: all about one subject are listed from state; whom to believe is the reader's choice",
    applies="where the verifier names parties whose accreditation it trusts",
)
def party_accredited(case: Case) -> Answer:
    party, at = case.name(case.sealing.actor), case.sealing.time
    accreditations = case.evidence.accreditations
    said = [_accreditation_words(case, one) for one in accreditations]
    if not case.accreditors:
        vouching = (
            f"{count(len(said), 'accreditation')} of {party} on this chain" if said else "nobody accredits it here"
        )
        return does_not_apply(f"no accreditor was named as trusted ({vouching})", *said)
    if case.evidence.attested_gap:
        return undetermined(f"not everything can be seen: {case.evidence.attested_gap}", *said)
    trusted = [one for one in accreditations if one.author in case.accreditors]
    in_force = [one for one in trusted if one.stands_at(at)]
    if in_force:
        first = in_force[0]
        role = Role(first.code)
        words = f"{party} was accredited as {role} by {case.name(first.author)} {moment(first.time)}, before the act"
        later = next((one for one in in_force if one.withdrawn_at), None)
        if later:
            words += f"; {case.name(later.author)} withdrew that later, {moment(later.withdrawn_at)}"
        elif first.until:
            words += f", until {moment(first.until)}"
        return holds(words, *said)
    if any(one.time == at for one in trusted):
        return undetermined(f"{party} was accredited in the very second of the act: which came first?", *said)
    ended = next((one for one in trusted if one.time < at), None)
    if ended and ended.ended_at == ended.withdrawn_at:
        return fails(
            f"{case.name(ended.author)} had withdrawn its accreditation of {party} "
            f"{moment(ended.withdrawn_at)}, before the act",
            *said,
        )
    if ended:
        return fails(
            f"{case.name(ended.author)} had accredited {party} until {moment(ended.until)}, which is before the act",
            *said,
        )
    if trusted:
        return fails(
            f"{party} was accredited by {case.name(trusted[0].author)} only {moment(trusted[0].time)}, after the act",
            *said,
        )
    named = listed([case.name(one) for one in sorted(case.accreditors)])
    return fails(f"{party} is not accredited by {named}: who can confirm who it is?", *said)


def accreditation_in_words(case: Case) -> str | None:
    """'accredited as sponsor by Demo regulator', where a trusted accreditation was in force at the act."""
    at = case.sealing.time
    for one in case.evidence.accreditations:
        if one.author in case.accreditors and one.stands_at(at):
            return f"accredited as {Role(one.code)} by {case.name(one.author)}" + (
                f", which withdrew that {day(one.withdrawn_at)}" if one.withdrawn_at else ""
            )
    return None


def _accreditation_words(case: Case, one: AttestationRecord) -> str:
    words = f"accredited as {Role(one.code)} by {case.name(one.author)} {moment(one.time)}"
    return words + _end_words(one)


def _end_words(one: AttestationRecord) -> str:
    """', until 2021-01-01 00:00 UTC, withdrawn 2020-06-01 12:00 UTC', as far as there is an end."""
    until = f", until {moment(one.until)}" if one.until else ""
    return until + (f", withdrawn {moment(one.withdrawn_at)}" if one.withdrawn_at else "")


@rule(
    "party-named",
    asks="Does the party's own web domain, or the registry's record, name the acting party?",
    source="ICMJE: the registry's record names the responsible party; anyone may create a party under any name",
    applies="where the domain was asked, or a registry record lies in the folder and no trusted accreditor vouches",
)
def party_named(case: Case) -> Answer:
    party = case.sealing.actor
    name, profile = case.name(party), case.names.profile(party)
    asked = case.domains.get(profile.domain) if profile and profile.domain else None
    if asked is not None:
        if party.hex() in asked.parties:
            return holds(f"{quoted(asked.domain)} names {name} as its own")
        if asked.fault:
            return undetermined(f"whether {quoted(asked.domain)} names {name} cannot be told: {asked.fault}")
        return fails(
            f"{asked.domain}, the domain that {name} gives as its own, does not name it: does it speak for that "
            "organisation?",
            f"asked: https://{asked.domain}/.well-known/trialseal.json",
        )
    records = [file for file in case.trial.registry_records if file.document]
    naming = [file for file in records if _names_id(file, party, case.trial.trial)]
    if naming:
        return holds(f"the registry record {quoted(naming[0].path.name)} holds the id of this party or trial")
    sponsors = sorted({one for file in records for one in _organisations(file)})
    if profile and any(_same_name(profile.legal_name, one) for one in sponsors):
        return holds(
            f"the registry record at hand names {name}, as the party calls itself",
            "a name alone is no proof: anyone may create a party under any name",
        )
    shown = [escaping.name(one) for one in sponsors]
    if not sponsors:
        return does_not_apply("neither the party's domain nor a registry record was looked at")
    facts = f"the registry record at hand names {listed(shown)}; the party is {name}"
    if accreditation_in_words(case):
        return does_not_apply("a trusted accreditor vouches for the party", facts)
    return undetermined(
        f"the registry record at hand names {listed(shown)}, not {name}: whether this party speaks for them, "
        "an accreditation or its web domain could tell",
        facts,
    )


def _names_id(file: FileReading, party: bytes, trial: bytes) -> bool:
    text = canonical_bytes(file.document).lower()
    return party.hex().encode() in text or trial.hex().encode() in text


def _organisations(file: FileReading) -> Iterable[str]:
    """Sponsor and collaborators in a registry record."""
    document = file.document or {}
    others = document.get("secondary_sponsors")
    named = [document.get("trial"), *(others if isinstance(others, list) else ())]
    for one, key in zip(named, ("sponsor", *["name"] * len(named)), strict=False):
        name = one.get(key) if isinstance(one, dict) else None
        if isinstance(name, str):
            yield name


def _same_name(one: str, other: str) -> bool:
    return _plain_name(one) == _plain_name(other) != ()


def _plain_name(name: str) -> tuple[str, ...]:
    return tuple(word for word in re.findall(r"\w+", name.casefold()) if word not in _LEGAL_FORMS)


@rule(
    "number-claimants",
    asks="Is this the only trial on the chain that claims its registry numbers?",
    source="contracts/interfaces/ITrialRegistry.sol: anyone may claim a number, and every claimant is listed",
    applies="where the trial claims a registry number",
)
def number_claimants(case: Case) -> Answer:
    numbers = case.trial.numbers
    if not numbers:
        return does_not_apply("the trial claims no registry number")
    facts = [f"{one.number}: claimed {moment(one.claim.time)}" + _submitted(one.claim.submitted) for one in numbers]
    contested = [one for one in numbers if one.others]
    for one in contested:
        facts += [
            f"{one.number} is claimed by trial {other.trial.hex()} of {case.name(other.sponsor)} too"
            for other in one.others
        ]
    if gaps := [f"claims of {one.number}: {one.gap}" for one in numbers if one.gap]:
        return undetermined(f"not all claims can be seen: {gaps[0]}", *facts)
    if not contested:
        return holds(f"no other trial on this chain claims {listed([one.number for one in numbers])}", *facts)
    words = f"{contested[0].number} is claimed by {count(len(contested[0].others), 'other trial')} too"
    if vouched := accreditation_in_words(case):
        return holds(f"{words}, but this one's party is {vouched}", *facts)
    return undetermined(
        f"{words}, and a chain cannot say which one speaks for it: name accreditors whom you trust", *facts
    )


def _submitted(code: int) -> str:
    return f", submitted to the registry {declared(code)}" if code else ""


@rule(
    "approvals",
    asks="What did ethics committees and regulators decide on this very version?",
    source="Declaration of Helsinki, 23; an approval names the version by its digest",
    applies="to protocols, analysis plans and files that somebody has decided on",
)
def approvals(case: Case) -> Answer:
    decisions = [one for one in case.evidence.attestations if one.kind == APPROVAL]
    if case.sealing.kind in (RESULTS, MILESTONE) or not decisions:
        return does_not_apply("no decision on this version is on the chain")
    facts = [decision_words(case, one) for one in decisions]
    trusted = [one for one in decisions if may_decide(case, one)]
    if not case.accreditors:
        return does_not_apply(f"{count(len(decisions), 'decision')} on it; no accreditor was named as trusted", *facts)
    if case.evidence.attested_gap:
        return undetermined(f"not everything can be seen: {case.evidence.attested_gap}", *facts)
    if not trusted:
        return does_not_apply(
            f"{count(len(decisions), 'decision')} on it, by nobody accredited by whom you trust", *facts
        )
    now = case.trial.as_of.time if case.trial.as_of else None
    standing = [one for one in trusted if not one.withdrawn_at and (now is None or not 0 < one.until <= now)]
    against = [one for one in standing if not is_approval(one.code)]
    if against:
        return fails(f"{decision_words(case, against[0])}: was it used all the same?", *facts)
    if not standing:
        return fails(f"{decision_words(case, trusted[0])}: does another decision stand?", *facts)
    return holds(decision_words(case, standing[0]), *facts)


def may_decide(case: Case, decision: AttestationRecord) -> bool:
    """Whether, when a decision was made, a trusted accreditor called its author an ethics committee or a regulator, or
    the reader trusts the author itself. What came later changes nothing about it."""
    return decision.author in case.accreditors or any(
        one.author in case.accreditors and one.code in _APPROVING and one.stands_at(decision.time)
        for one in case.evidence.author_accreditations.get(decision.author, ())
    )


def is_approval(decision: int) -> bool:
    """Whether a decision lets the trial go on: approved, approved with conditions, or waived."""
    return decision in _APPROVED


def decision_words(case: Case, one: AttestationRecord) -> str:
    """'approved by Example Ethics Committee on 2020-04-24, sealed …'."""
    words = f"{Decision(one.code)} by {case.name(one.author)}"
    words += f" on {declared(one.date)}" if one.date else ""
    words += f" for {territory(one.territory)}" if one.territory else ""
    return words + f", sealed {moment(one.time)}" + _end_words(one)
