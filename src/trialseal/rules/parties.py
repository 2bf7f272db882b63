"""Rules about who acted: who vouches for the party, whether others name it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trialseal import escaping
from trialseal.documents.canonical import canonical_bytes
from trialseal.escaping import quoted
from trialseal.evidence.wording import count, day, declared, listed, moment
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord, Standing
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.codes import Role
from trialseal.rules.attesting import Doubt, author_doubt, end_words
from trialseal.rules.finding import Answer, Case, does_not_apply, fails, holds, rule, undetermined

_ATTESTATIONS = "contracts/interfaces/IAttestations.sol"
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
    asks="Had a party that the verifier trusts vouched for the acting party before it acted?",
    source=f"{_ATTESTATIONS}: all about one subject are listed from state; whom to believe is the reader's choice",
    applies="where the verifier names parties whose word it trusts",
)
def party_accredited(case: Case) -> Answer:
    party, at = case.name(case.sealing.actor), case.sealing.time
    accreditations = case.evidence.accreditations
    said = [_accreditation_words(case, one) for one in accreditations]
    if not case.accreditors:
        vouching = f"{count(len(said), 'attestation')} for {party} on this chain" if said else "none on this chain"
        return does_not_apply(f"no party was named whose word is trusted ({vouching})", *said)
    if case.evidence.attested_gap:
        return undetermined(f"not everything can be seen: {case.evidence.attested_gap}", *said)
    trusted = [one for one in accreditations if one.author in case.accreditors]
    disowned = [one for one in trusted if author_doubt(case, one) is Doubt.DISOWNED]
    by_time = {one: one.at(at) for one in trusted if one not in disowned}
    in_force = [one for one, stands in by_time.items() if stands is Standing.STANDS]
    certain = [one for one in in_force if author_doubt(case, one) is None]
    if certain:
        first = certain[0]
        words = f"{party} was vouched for as {Role(first.code)} by {case.name(first.author)} {moment(first.time)}"
        words += ", before the act"
        later = next((one for one in certain if one.withdrawn_at), None)
        if later:
            words += f"; {case.name(later.author)} withdrew that later, {moment(later.withdrawn_at)}"
        elif first.until:
            words += f", until {moment(first.until)}"
        return holds(words, *said)
    if in_force:
        return undetermined(
            f"{case.name(in_force[0].author)} disagrees with itself about the key that vouched for {party}: ask it",
            *said,
        )
    if Standing.SAME_SECOND in by_time.values():
        return undetermined(f"{party} was vouched for in the very second of the act: which came first?", *said)
    ended = next((one for one, stands in by_time.items() if stands is Standing.ENDED), None)
    if ended and ended.ended_at == ended.withdrawn_at:
        return fails(
            f"{case.name(ended.author)} had withdrawn its word for {party} "
            f"{moment(ended.withdrawn_at)}, before the act",
            *said,
        )
    if ended:
        return fails(
            f"{case.name(ended.author)} had vouched for {party} until {moment(ended.until)}, which is before the act",
            *said,
        )
    if by_time:
        first = next(iter(by_time))
        return fails(
            f"{party} was vouched for by {case.name(first.author)} only {moment(first.time)}, after the act", *said
        )
    if disowned:
        return fails(
            f"{case.name(disowned[0].author)} has stated that the key which vouched for {party} was in the wrong hands "
            "by then: does it vouch for it otherwise?",
            *said,
        )
    named = listed([case.name(one) for one in sorted(case.accreditors)])
    return fails(f"{party} is not vouched for by {named}: who can confirm who it is?", *said)


def accreditation_in_words(case: Case) -> str | None:
    """'vouched for as sponsor by Demo regulator', where a trusted attestation was in force at the act."""
    at = case.sealing.time
    for one in case.evidence.accreditations:
        if one.author in case.accreditors and one.stands_at(at) and author_doubt(case, one) is None:
            return f"vouched for as {Role(one.code)} by {case.name(one.author)}" + (
                f", which withdrew that {day(one.withdrawn_at)}" if one.withdrawn_at else ""
            )
    return None


def _accreditation_words(case: Case, one: AttestationRecord) -> str:
    words = f"vouched for as {Role(one.code)} by {case.name(one.author)} {moment(one.time)}"
    return words + end_words(one)


@rule(
    "party-named",
    asks="Does the party's own web domain, or the registry's record, name the acting party?",
    source="ICMJE: the registry's record names the responsible party; anyone may create a party under any name",
    applies="where the domain was asked, or a registry record lies in the folder and no trusted party vouches",
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
            f"the registry record given names {name}, as the party calls itself",
            "a name alone is not proof: anyone may create a party under any name",
        )
    shown = [escaping.name(one) for one in sponsors]
    if not sponsors:
        return does_not_apply("neither the party's domain nor a registry record was looked at")
    facts = f"the registry record given names {listed(shown)}; the party is {name}"
    if accreditation_in_words(case):
        return does_not_apply("a trusted party vouches for it", facts)
    return undetermined(
        f"the registry record given names {listed(shown)}, not {name}: whether this party speaks for them, "
        "a party that vouches for it, or its web domain, could tell",
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
    gone = [
        f"{one.number}: claimed {moment(one.time)}, withdrawn {moment(one.withdrawn_at)}"
        for one in numbers_of(case.trial.history.acts)
        if one.withdrawn_at
    ]
    if not numbers:
        return does_not_apply("the trial claims no registry number" + (" any more" if gone else ""), *gone)
    facts = [f"{one.number}: claimed {moment(one.claim.time)}" + _submitted(one.claim.submitted) for one in numbers]
    facts += gone
    contested = [one for one in numbers if one.others]
    for one in contested:
        facts += [
            f"{one.number} is claimed by trial {other.trial.hex()} of {case.name(other.sponsor)} too"
            for other in one.others
        ]
    if gaps := [f"claims of {one.number}: {one.gap}" for one in numbers if one.gap]:
        return undetermined(f"not all claims can be seen: {gaps[0]}", *facts)
    if not contested:
        block = f" as of block {case.trial.as_of.number:,}" if case.trial.as_of else ""
        return holds(f"no other trial on this chain claims {listed([one.number for one in numbers])}{block}", *facts)
    words = f"{contested[0].number} is claimed by {count(len(contested[0].others), 'other trial')} too"
    if vouched := accreditation_in_words(case):
        return holds(f"{words}, but this one's party is {vouched}", *facts)
    return undetermined(
        f"{words}, and a chain cannot say which one speaks for it: name parties whose word you trust", *facts
    )


def _submitted(code: int) -> str:
    return f", submitted to the registry {declared(code)} as its sponsor states" if code else ""
