"""A second audit of sharing, written from docs/sharing.md, docs/verdicts.md and docs/events.md alone: slow, plain, and
sharing nothing with the first but documents, entries and what the chain attests."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

FAILS, OPEN, FINE = "fails", "undetermined", "fine"
WORST = [FINE, OPEN, FAILS]
BELOW = {
    "NRES": {"NRES", "GRU", "HMB", "DS", "POA"},
    "GRU": {"GRU", "HMB", "DS", "POA"},
    "HMB": {"HMB", "DS"},
    "DS": {"DS"},
    "POA": {"POA"},
}
REFUSED, WITHDRAWN, COLLABORATOR = 3, 4, 11


class Attested(NamedTuple):
    """What the chain holds of one attestation; `until` and `withdrawn` are 0 for none."""

    author: str
    time: int
    until: int
    withdrawn: int
    code: int
    digest: str
    document: str
    number: int

    def end(self) -> float:
        return min([t for t in (self.until, self.withdrawn) if t], default=float("inf"))


class Known(NamedTuple):
    """All that an auditor holds, as of `now`."""

    now: int
    permits: list[Attested]
    decisions: list[Attested]  # about the trial, each naming an application
    accreditations: dict[str, list[Attested]]  # by recipient
    keys: dict[str, list[dict[str, str]] | None]  # by recipient; None: its profile is not given
    may: list[tuple[str, int, int | None]]  # who was sponsor or committee, from, until
    disowned: dict[
        str, tuple[int, bool]
    ]  # by party: since when its key was in the wrong hands, and if it contests that
    documents: dict[str, dict[str, Any]]
    owners: dict[str, set[str]]
    log: list[tuple[dict[str, Any], int | None]]  # entries of type access; when the chain bound each
    people: list[dict[str, Any]]  # consents, withdrawals and erasures
    unseen: bool = False  # a stream was opened that is not given
    gap: bool = False  # an attestation of the trial cannot be seen


def span(at: str) -> tuple[float, float]:
    """The first second that a time may mean, and the last: a day may be that of any place on Earth."""
    if len(at) > 10:
        second = datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()
        return second, second
    year, month, day = [*(int(part) for part in at.split("-")), 0, 0][:3]
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=14)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(hours=36)
    return begin.timestamp(), end.timestamp() - 1


def surely_before(one: str, other: str) -> bool:
    return span(one)[1] < span(other)[0]


def stood(one: Attested, at: str) -> str:
    """Whether it stood throughout, never, or perhaps: of two things in one second nobody can tell the order."""
    first, last = span(at)
    if last < one.time or first >= one.end():
        return FAILS
    return FINE if first > one.time and last < one.end() else OPEN


def worst(answers: list[str]) -> str:
    return max(answers, key=WORST.index)


def best(answers: list[str]) -> str:
    return min(answers, key=WORST.index)


def audit(k: Known) -> set[tuple[str, str, str]]:
    """(rule, about what, answer), of those answers that do not hold."""
    out = set()
    handed = [(e, bound) for e, bound in k.log if e["action"] == "handed-over"]
    for permit in k.permits:
        about, shown = permit.document, k.documents.get(permit.document)
        out.add(("permit-entitled", about, entitled(k, permit)))
        if shown is None:
            out.add(("permit-shown", about, OPEN))
            continue
        same = span(shown["until"])[0] == permit.until and shown["package"] == permit.digest
        out.add(("permit-shown", about, FINE if same else FAILS))
        out.add(("permit-within-terms", about, within(k, permit, shown)))
        out.add(("permit-end-kept", about, end_kept(k, about, shown)))
    for e, bound in handed:
        about = e["id"]
        out.add(("handover-permitted", about, permitted(k, e)))
        if bound is None:
            out.add(("handover-logged", about, OPEN))
        elif bound + 60 < span(e["at"])[0]:
            out.add(("handover-logged", about, FAILS))
        shown = k.documents.get(e["permit"])
        if shown is None:
            continue
        out.add(("handover-key", about, key_then(k, shown, e["at"])))
        policy = k.documents.get(shown["policy"])
        for need in policy["vouching"] if policy else []:
            out.add(("handover-condition", f"{about} {need['condition']}", vouched(k, need, shown, e["at"])))
    for package in {p.digest for p in k.permits} | {e["package"] for e, _ in handed}:
        got = {e["recipient"] for e, _ in handed if e["package"] == package}
        out |= {(rule, package, answer) for rule, answer in people(k, package, got).items()}
    return {one for one in out if one[2] != FINE}


def entitled(k: Known, permit: Attested) -> str:
    since, contested = k.disowned.get(permit.author, (permit.time + 1, False))
    if permit.time >= since and not contested:
        return FAILS
    could = [who for who, a, z in k.may if who == permit.author and a <= permit.time and (z is None or permit.time < z)]
    return FAILS if not could else OPEN if permit.time >= since else FINE


def within(k: Known, permit: Attested, shown: dict[str, Any]) -> str:
    asked, terms = k.documents.get(shown["application"]), k.documents.get(shown["policy"])
    if asked is None or terms is None:
        return OPEN
    package = k.documents.get(shown["package"])
    last_asked = datetime.fromisoformat(asked["until"]).replace(tzinfo=UTC) + timedelta(days=1)
    if (
        asked["recipient"] != shown["recipient"]
        or (package and package["policy"] != shown["policy"])
        or not 0 < permit.until <= last_asked.timestamp()
        or asked["permission"] not in BELOW[terms["permission"]]
    ):
        return FAILS
    answers = [FINE]
    if terms["permission"] == "DS":
        answers.append(FINE if set(asked["diseases"]) <= set(terms["diseases"]) else OPEN)
    accepted = {one["code"] for one in asked["modifiers"]}
    if "NPUNCU" in accepted:
        accepted |= {"NPU", "NCU"}
    if {"NPU", "NCU"} <= accepted:
        accepted |= {"NPUNCU"}
    for one in terms["modifiers"]:
        if one["code"] == "TS":
            begun = datetime.fromtimestamp(permit.time, UTC)
            month = begun.month - 1 + one["months"]
            year, month = begun.year + month // 12, month % 12 + 1
            most = date(year, month, min(begun.day, calendar.monthrange(year, month)[1]))
            answers.append(FINE if datetime.fromtimestamp(permit.until - 1, UTC).date() <= most else FAILS)
        elif one["code"] not in accepted:
            answers.append(FAILS)
    return worst(answers)


def end_kept(k: Known, about: str, shown: dict[str, Any]) -> str:
    if "at_end" not in shown or any(one.end() > k.now for one in k.permits if one.document == about):
        return FINE
    own = [e for e, _ in k.log if e.get("permit") == about]
    handed = [e["at"] for e in own if e["action"] == "handed-over"]
    enough = ["destroyed"] if shown["at_end"] == "destroy" else ["destroyed", "returned"]
    done = [e["at"] for e in own if e["action"] in enough]
    if not handed or any(all(not surely_before(at, hand) for hand in handed) for at in done):
        return FINE
    return OPEN if k.unseen else FAILS


def permitted(k: Known, e: dict[str, Any]) -> str:
    on_chain = [one for one in k.permits if one.document == e["permit"] and one.digest == e["package"]]
    if not on_chain:
        return OPEN if k.gap else FAILS
    shown = k.documents.get(e["permit"])
    if shown and e["recipient"] != shown["recipient"]:
        return FAILS
    return best([stood(one, e["at"]) for one in on_chain])


def key_then(k: Known, shown: dict[str, Any], at: str) -> str:
    keys = k.keys.get(shown["recipient"])
    if keys is None:
        return OPEN
    first, last = span(at)
    answers = [FAILS]
    for one in keys:
        if one["recipient"] == shown["recipient_key"]:
            begin = span(one["since"])[0] if "since" in one else float("-inf")
            end = span(one["until"])[0] if "until" in one else float("inf")
            inside, apart = begin <= first and last < end, last < begin or first >= end
            answers.append(FINE if inside else FAILS if apart else OPEN)
    return best(answers)


def vouched(k: Known, need: dict[str, Any], shown: dict[str, Any], at: str) -> str:
    """Of one party the last that it decided by then counts; one party that says yes is enough."""
    if "role" in need:
        said = [one for one in k.accreditations.get(shown["recipient"], []) if one.code == COLLABORATOR]
        answers = [stood(one, at) for one in said if one.author in need["by"]]
        return best(answers) if answers else OPEN
    answers = []
    for author in need["by"]:
        own = [one for one in k.decisions if one.digest == shown["application"] and one.author == author]
        own.sort(key=lambda one: (one.time, one.number))
        sure = [one for one in own if stood(one, at) == FINE]
        perhaps = [one for one in own if stood(one, at) == OPEN]
        yes_then = bool(sure) and sure[-1].code not in (REFUSED, WITHDRAWN)
        yes_perhaps = any(one.code not in (REFUSED, WITHDRAWN) for one in perhaps)
        no_perhaps = any(one.code in (REFUSED, WITHDRAWN) for one in perhaps)
        if yes_then and not no_perhaps:
            answers.append(FINE)
        elif yes_then or yes_perhaps:
            answers.append(OPEN)
        elif sure or any(one.code not in (REFUSED, WITHDRAWN) for one in own):
            answers.append(FAILS)
    if k.gap and FINE not in answers:
        return OPEN
    return best(answers) if answers else OPEN


def people(k: Known, package: str, got: set[str]) -> dict[str, str]:
    shown = k.documents.get(package)
    if shown is None or package not in k.owners:
        return {"package-without-withdrawn": OPEN}
    terms = k.documents.get(shown["policy"])
    basis = terms.get("legal_basis") if terms else None
    without, told, packed = [OPEN if k.unseen else FINE], [FINE], shown["packed"]
    for e in k.people:
        if e["subject"] not in k.owners[package]:
            continue
        sure = FAILS
        if e["type"] == "withdrawal" and e["scope"] == "data-use":
            if e.get("reach") == "new-data" or ("reach" not in e and basis not in (None, "consent")):
                continue
            sure = FAILS if "reach" in e or basis == "consent" else OPEN
        elif e["type"] != "erasure":
            continue
        again = [
            c["at"] for c in k.people
            if c["type"] == "consent" and c["subject"] == e["subject"] and c["status"] in ("given", "assent")
            and "data-use" in c.get("covers", ["data-use"]) and surely_before(e["at"], c["at"])
            and e["type"] != "erasure"
        ]  # fmt: skip
        if surely_before(packed, e["at"]):
            if again:
                continue
            for party in got:
                heard = [
                    t["at"] for t, _ in k.log
                    if t["action"] == "told-of-withdrawal" and t["package"] == package and t["recipient"] == party
                ]  # fmt: skip
                if not any(span(at)[0] >= span(e["at"])[1] for at in heard):
                    told.append(sure if all(surely_before(at, e["at"]) for at in heard) else OPEN)
        elif not any(surely_before(at, packed) for at in again):
            without.append(sure if surely_before(e["at"], packed) else OPEN)
    gone = [e for e in k.people if e["type"] == "erasure" or (e["type"], e.get("scope")) == ("withdrawal", "data-use")]
    inside = k.owners[package]
    if gone and inside and not inside & {e["subject"] for e in k.people}:
        without.append(OPEN)
    return {"package-without-withdrawn": worst(without), "package-recipients-told": worst(told)}
