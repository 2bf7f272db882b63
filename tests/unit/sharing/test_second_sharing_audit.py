"""The audit of sharing and a second, naive one, written from the documentation, agree on histories of any kind."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import Any

from tests.unit.sharing import naive_sharing
from tests.unit.sharing.sharing_trials import (
    COMMITTEE,
    ETHICS,
    KEY,
    RECIPIENTS,
    REGULATOR,
    SPONSOR,
    START,
    History,
    at,
    seconds,
)  # fmt: skip

from trialseal.evidence.sharing import Held
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.codes import AttestationKind, Decision, Role
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.rolling import SUPPOSED
from trialseal.rules.finding import Status
from trialseal.values import replace

HISTORIES = int(os.environ.get("TRIALSEAL_HISTORIES", "300"))
"""How many random histories: TRIALSEAL_HISTORIES=10000 asks for more."""
OTHER_KEY = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
NOW = 200
SCOPES = ("data-use", "data-use", "treatment")


def any_history(chance: random.Random) -> History:
    """A lawful history, then anything: other times, dated to a second, a day or a month; things left out or added."""
    history = History(chance.randrange(1, 4), chance.randrange(2**32))
    for _ in range(chance.randrange(1, 7)):
        chance.choice(CHANGES)(history, chance)
    return history


def when(chance: random.Random, lowest: int = 0, highest: int = NOW) -> str:
    """A time near one that matters, as precisely as anybody writes it."""
    time = START + timedelta(days=chance.randrange(lowest, highest), seconds=chance.choice((0, 0, 1, 43200)))
    text = time.strftime("%Y-%m-%dT%H:%M:%SZ")
    return chance.choice((text, text, text[:10], text[:10], text[:7]))


def moved_entry(history: History, chance: random.Random) -> None:
    entry = chance.choice(history.accesses)
    permits = [one for one in history.permits if one.document.hex() == entry.get("permit")]
    if permits and chance.random() < 0.5:
        known = [time for one in permits for time in (one.time, one.ended_at) if time]
        day = (chance.choice(known) + chance.choice((-1, 0, 1)) - seconds(0)) / 86400
        entry["at"] = at(day)[: chance.choice((20, 20, 10))]
    else:
        entry["at"] = when(chance)
    bound = chance.choice((None, -61, -60, 0, 100))
    first = naive_sharing.span(entry["at"])[0] - seconds(0)
    history.anchored[entry["id"]] = None if bound is None else (first + bound) / 86400 + 1e-9


def lost_entry(history: History, chance: random.Random) -> None:
    del history.accesses[chance.randrange(len(history.accesses))]
    if not history.accesses:
        history.logs("told-of-withdrawal", 5, package=history.package, recipient=RECIPIENTS[0].hex())


def another_entry(history: History, chance: random.Random) -> None:
    permit = chance.choice(history.permits).document.hex() if history.permits else "55" * 32
    recipient = chance.choice(RECIPIENTS[:3]).hex()
    action = chance.choice(("destroyed", "returned", "told-of-withdrawal", "told-of-withdrawal", "handed-over"))
    named: dict[str, Any] = {"permit": permit}
    if action in ("told-of-withdrawal", "handed-over"):
        named = {"package": history.package, "recipient": recipient} | (named if action == "handed-over" else {})
    history.logs(action, chance.randrange(NOW), **named)
    if chance.random() < 0.5:
        history.accesses[-1]["at"] = when(chance)


def withdraws(history: History, chance: random.Random) -> None:
    reach = chance.choice((None, None, "new-data", "sharing", "all-uses"))
    history.withdraws(chance.randrange(7), 1, **({"reach": reach} if reach else {"scope": chance.choice(SCOPES)}))
    history.people[-1]["at"] = when(chance, 5, 20)


def erased(history: History, chance: random.Random) -> None:
    who = chance.randrange(7)
    history.people.append({"type": "erasure", "id": "E", "at": when(chance, 5, 20), "subject": f"{who:032x}"})


def consents(history: History, chance: random.Random) -> None:
    who = chance.choice(history.people)["subject"]
    event = {"type": "consent", "id": f"C-{len(history.people)}", "at": when(chance, 5, 25), "subject": who}
    event |= {"status": chance.choice(("given", "assent", "refused", "waived"))}
    event |= chance.choice(({}, {"covers": ["treatment"]}, {"covers": ["treatment", "data-use"]}))
    history.people.append(event)


def unknown_people(history: History, chance: random.Random) -> None:
    history.people = [one for one in history.people if one["subject"] not in history.owners] or history.people


def another_permit(history: History, chance: random.Random) -> None:
    if history.permits:
        one = replace(chance.choice(history.permits), withdrawn_at=0, number=99)
        day = seconds(chance.randrange(9, 60))
        history.permits.append(replace(one, time=min(day, one.until - 1) if one.until else day))


def changed_permit(history: History, chance: random.Random) -> None:
    if not history.permits:
        return
    place = chance.randrange(len(history.permits))
    if chance.random() < 0.1:
        del history.permits[place]
        return
    one = history.permits[place]
    day = chance.randrange(9, NOW)
    made = min(seconds(day), one.ended_at - 1) if one.ended_at else seconds(day)
    changes: tuple[dict[str, Any], ...] = (
        {"until": max(seconds(day), one.time + 1)}, {"until": 0}, {"withdrawn_at": max(seconds(day), one.time)},
        {"time": made}, {"author": chance.choice((SPONSOR, COMMITTEE, ETHICS))}, {"digest": b"\x77" * 32},
    )  # fmt: skip
    history.permits[place] = replace(one, **chance.choice(changes))


def changed_document(history: History, chance: random.Random) -> None:
    digest = chance.choice(sorted(history.documents))
    one = history.documents[digest]
    if chance.random() < 0.15:
        del history.documents[digest]
        return
    new: dict[str, Any] = {}
    if one.kind == "application":
        new = chance.choice((
            {"permission": chance.choice(("GRU", "HMB", "POA"))}, {"recipient": RECIPIENTS[5].hex()},
            {"until": chance.choice(("2026-03-06", "2026-04-14", "2026-12-31"))},
            {"modifiers": one.modifiers[: chance.randrange(2)]},
            {"permission": "DS", "diseases": chance.choice((("MONDO:1",), ("MONDO:1", "MONDO:2")))},
        ))  # fmt: skip
    elif one.kind == "permit":
        new = chance.choice((
            {"at_end": "return"}, {"at_end": None}, {"recipient": RECIPIENTS[4].hex()}, {"recipient_key": OTHER_KEY},
            {"until": at(60)}, {"package": "66" * 32}, {"policy": "44" * 32},
        ))  # fmt: skip
    elif one.kind == "access-policy":
        months = [replace_months(each, chance) for each in one.modifiers]
        new = chance.choice((
            {"legal_basis": chance.choice((None, "public-interest"))}, {"modifiers": tuple(months)},
            {"permission": chance.choice(("NRES", "GRU", "POA"))}, {"permission": "DS", "diseases": ("MONDO:1",)},
        ))  # fmt: skip
    history.documents[digest] = one.model_copy(update=new)


def replace_months(modifier: Any, chance: random.Random) -> Any:
    return modifier.model_copy(update={"months": chance.randrange(1, 6)}) if modifier.code == "TS" else modifier


def changed_keys(history: History, chance: random.Random) -> None:
    party = chance.choice(RECIPIENTS[:3])
    spans: list[dict[str, str]] = []
    for _ in range(chance.randrange(3)):
        begin = chance.choice(({}, {"since": at(chance.randrange(35))}))
        end = chance.choice(({}, {"until": at(chance.randrange(10, 40))}))
        spans.append({"recipient": chance.choice((KEY, KEY, OTHER_KEY)), **begin, **end})
    history.keys[party] = chance.choice((tuple(spans), tuple(spans), None))


def decides(history: History, chance: random.Random) -> None:
    if history.permits and (shown := history.documents.get(chance.choice(history.permits).document.hex())):
        until = chance.choice((0, 0, seconds(chance.randrange(60, NOW))))
        history.approve(shown.application, chance.randrange(5, 45), chance.choice(list(Decision)), until=until)
        if chance.random() < 0.3:
            day = chance.randrange(45, 60)
            history.approvals[-1] = replace(history.approvals[-1], author=SPONSOR, withdrawn_at=seconds(day))
        for entry in history.accesses:
            if entry["action"] == "handed-over" and chance.random() < 0.3:
                history.approvals[-1] = replace(history.approvals[-1], time=int(naive_sharing.span(entry["at"])[0]))


def accredits(history: History, chance: random.Random) -> None:
    party = chance.choice(RECIPIENTS[:3])
    own = history.accredited.setdefault(party, [])
    if own and chance.random() < 0.5:
        del own[-1]
        return
    until = chance.choice((0, seconds(chance.randrange(46, 90))))
    role = chance.choice((Role.COLLABORATOR, Role.AUDITOR))
    kind, day = AttestationKind.ACCREDITATION, chance.randrange(5, 45)
    own.append(history.attested(kind, party, REGULATOR, day, code=role, until=until))


def who_may(history: History, chance: random.Random) -> None:
    place = chance.randrange(2)
    one = history.held[place]
    until = chance.choice((None, seconds(chance.randrange(12, 40))))
    history.held[place] = Held(one.party, seconds(chance.randrange(20)), until, one.words)


def disowns(history: History, chance: random.Random) -> None:
    party = chance.choice((SPONSOR, COMMITTEE))
    since, contested = seconds(chance.randrange(1, 40)), chance.choice((0, seconds(150)))
    key = KeyRecord("0xkey", 15, 0, 0, compromised_since=since, contested_at=contested)
    record = PartyRecord(party, 1, 0, bytes(32), (key,), SUPPOSED)
    history.more.setdefault("authors", {})[party] = record


def not_at_hand(history: History, chance: random.Random) -> None:
    history.more |= chance.choice((
        {"unseen": "1 opened stream is not at hand"}, {"attested_gap": "attestation 3 cannot be seen"}, {"owners": {}},
    ))  # fmt: skip


CHANGES = (
    moved_entry, moved_entry, moved_entry, lost_entry, another_entry, another_entry, withdraws, withdraws, withdraws,
    erased, consents, unknown_people, consents,
    another_permit, changed_permit, changed_permit, changed_document, changed_document,
    changed_keys, decides, decides, accredits, who_may, disowns, not_at_hand,
)  # fmt: skip


def known(history: History) -> naive_sharing.Known:
    """What the second audit is told: no object of the first."""
    bound = [history.anchored.get(str(one["id"])) for one in history.accesses]
    authors: dict[bytes, PartyRecord] = history.more.get("authors", {})
    owners = history.more.get("owners", {history.package: history.owners})
    return naive_sharing.Known(
        now=seconds(NOW),
        permits=list(map(attested, history.permits)),
        decisions=list(map(attested, history.approvals)),
        accreditations={party.hex(): list(map(attested, those)) for party, those in history.accredited.items()},
        keys={
            party.hex(): None if keys is None else [dict(one) for one in keys] for party, keys in history.keys.items()
        },
        may=[(one.party.hex(), one.since, one.until) for one in history.held],
        disowned={
            party.hex(): (one.keys[0].compromised_since, bool(one.keys[0].contested_at))
            for party, one in authors.items()
        },
        documents={
            digest: one.model_dump(mode="json", exclude_none=True) for digest, one in history.documents.items()
        },
        owners={package: set(who) for package, who in owners.items()},
        log=[
            (one, None if day is None else seconds(day)) for one, day in zip(history.accesses, bound, strict=True)
        ],
        people=history.people,
        unseen="unseen" in history.more,
        gap="attested_gap" in history.more,
    )  # fmt: skip


def attested(one: AttestationRecord) -> naive_sharing.Attested:
    return naive_sharing.Attested(
        one.author.hex(), one.time, one.until, one.withdrawn_at, one.code, one.digest.hex(), one.document.hex(),
        one.number,
    )  # fmt: skip


def agree(history: History) -> set[tuple[str, str, str]]:
    ours = set()
    for one in history.audit(shuffled=True).findings:
        if one.finding.status in (Status.FAILS, Status.UNDETERMINED):
            about = one.permit if one.finding.rule.startswith("permit-") else one.package
            if one.entry:
                about = one.entry.event["id"]
            if one.finding.rule == "handover-condition":
                about = f"{about} {one.finding.sentence.split(' ')[0]}"
            ours.add((one.finding.rule, str(about), one.finding.status.value))
    second = naive_sharing.audit(known(history))
    assert ours == second, (ours ^ second, history.accesses, history.people, history.permits)
    return ours


def test_both_agree_on_sharing_of_any_kind() -> None:
    seen = set()
    for seed in range(HISTORIES):
        seen |= {(rule, answer) for rule, _, answer in agree(any_history(random.Random(seed)))}
    # All kinds came up: two that agree on nothing would agree always.
    assert len({rule for rule, _ in seen}) == 10
