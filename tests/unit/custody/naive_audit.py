"""A second audit of products, written from docs/custody.md and docs/verdicts.md alone: slow, plain, and sharing nothing
with the first but the entries. It gives which rule asks about which kit or lot, and what is on hand where."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

RANKS = [
    "made", "quality-released", "sponsor-released", "extended", "decommissioned", "relabelled", "found", "received",
    "assessed", "quarantine-ended", "counted", "dispensed", "returned", "shipped", "quarantined", "recalled", "lost",
    "destroyed",
]  # fmt: skip
HOUR = timedelta(hours=1)


class E(NamedTuple):
    """An entry."""

    stream: str
    index: int
    action: str
    at: str
    place: str | None
    event: dict[str, Any]


def interval(at: str) -> tuple[datetime, datetime]:
    """What a time may mean, in UTC."""
    if len(at) > 10:
        moment = datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(UTC)
        return moment, moment
    parts = [int(part) for part in at.split("-")]
    year, month, day = [*parts, 1, 1][:3]
    if len(parts) == 1:
        last = date(year, 12, 31)
    elif len(parts) == 2:
        last = date(year, month, calendar.monthrange(year, month)[1])
    else:
        last = date(year, month, day)
    first = datetime(year, month, day, tzinfo=UTC) - timedelta(hours=14)
    return first, datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(hours=36)


def middle(at: str) -> datetime:
    first, end = interval(at)
    return first + (end - first) / 2


def days(at: str) -> tuple[date, date]:
    """The first and last day of a time as it was written."""
    parts = [int(part) for part in at[:10].split("-")]
    if len(parts) == 3:
        one = date(*parts)
        return one, one
    if len(parts) == 2:
        return date(*parts, 1), date(*parts, calendar.monthrange(*parts)[1])
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def surely_before(one: E, other: E) -> bool:
    """Certainly before, by the dates."""
    zoned = [at for at in (one.at, other.at) if at.endswith("Z")]
    if one.stream == other.stream and min(len(one.at), len(other.at)) <= 10 and not zoned:
        return days(one.at)[1] < days(other.at)[0]
    (_, end), (first, _) = interval(one.at), interval(other.at)
    return end < first or (end == first and len(one.at) <= 10)


def before(one: E, other: E) -> bool:
    """Before, where before is as it should be."""
    if surely_before(one, other):
        return True
    if surely_before(other, one) or (len(one.at) > 10 and len(other.at) > 10):
        return False
    length = min(len(one.at), 10)
    return one.at[:length] < other.at[:length]


def sensible(state: tuple[str, str | None], e: E) -> bool:
    where, place = state
    if e.action == "made":
        return where == "nowhere"
    if e.action == "received":
        return where == "nowhere" or (where == "under way" and place == e.place)
    if e.action == "dispensed":
        return where == "on hand" and e.place in (None, place)
    if e.action in ("shipped", "destroyed", "counted"):
        return where == "on hand" and place == e.place
    if e.action == "lost":
        return where == "under way" or (where == "on hand" and place == e.place)
    if e.action == "returned":
        return where == "participant"
    if e.action == "found":
        return where == "lost"
    return True


def after(state: tuple[str, str | None], e: E) -> tuple[str, str | None]:
    if e.action in ("made", "received", "returned", "found"):
        return "on hand", e.place
    if e.action == "shipped":
        return "under way", e.event["destination"]
    if e.action == "dispensed":
        return "participant", e.place
    if e.action in ("lost", "destroyed"):
        return e.action, e.place
    return state


def by_time(entries: list[E]) -> list[E]:
    return sorted(entries, key=lambda e: (middle(e.at), RANKS.index(e.action), e.stream, e.index))


def in_order(entries: list[E]) -> list[E]:
    left = by_time(entries)
    state: tuple[str, str | None] = ("nowhere", None)
    for e in left:
        if not sensible(state, e):
            break
        state = after(state, e)
    else:
        return left
    if len(left) > 64:
        return left
    made, state = [], ("nowhere", None)
    while left:
        free = [e for e in left if not any(must_be_first(other, e) for other in left if other is not e)]
        fitting = [e for e in free if sensible(state, e)]
        e = (fitting or free or left)[0]
        left.remove(e)
        made.append(e)
        state = after(state, e)
    return made


def must_be_first(one: E, other: E) -> bool:
    if not surely_before(one, other):
        return False
    if (one.action, other.action) == ("received", "shipped") and one.stream != other.stream:
        numbers = [e.event["shipment"] for e in (one, other) if "shipment" in e.event]
        if other.event["destination"] == one.place and not (len(numbers) == 2 and numbers[0] != numbers[1]):
            return False
    both_timed = len(one.at) > 10 and len(other.at) > 10
    return not (one.stream != other.stream and both_timed and middle(other.at) - middle(one.at) <= HOUR)


def entries_of(events: list[tuple[str, dict[str, Any]]]) -> list[E]:
    """Of (stream, event) pairs, those about products."""
    counted: defaultdict[str, int] = defaultdict(int)
    found = []
    for stream, event in events:
        index = counted[stream]
        counted[stream] += 1
        if event["type"] == "custody":
            found.append(E(stream, index, event["action"], event["at"], event["place"], event))
        elif event["type"] == "dispensing":
            found.append(E(stream, index, "dispensed", event["at"], event.get("site"), event))
    return found


def audit(
    events: list[tuple[str, dict[str, Any]]], listed: dict[str, tuple[str | None, str | None]]
) -> tuple[set[tuple[str, str]], dict[str, int]]:
    """Which rule fails for which kit; and how many kits are on hand at each place. Every stream is taken as given."""
    every = entries_of(events)
    kits: defaultdict[str, list[E]] = defaultdict(list)
    for e in every:
        if "kit" in e.event:
            kits[e.event["kit"]].append(e)
    asked: set[tuple[str, str]] = set()
    on_hand: defaultdict[str, int] = defaultdict(int)
    actions = {e.action for e in every}
    for kit, own in kits.items():
        lot = listed.get(kit, (None, None))[0] or next((e.event["lot"] for e in by_time(own) if "lot" in e.event), None)
        said = [
            e for e in every if "kit" not in e.event and "quantity" not in e.event and e.event.get("lot") == lot and lot
        ]
        asked |= {(rule, kit) for rule in one_kit(kit, in_order(own), said, listed, actions)}
        state: tuple[str, str | None] = ("nowhere", None)
        for e in in_order(own):
            state = after(state, e)
        if state[0] == "on hand":
            on_hand[str(state[1])] += 1
    return asked, dict(on_hand)


def one_kit(
    kit: str, own: list[E], said: list[E], listed: dict[str, tuple[str | None, str | None]], actions: set[str]
) -> set[str]:
    rules = set()
    if kit not in listed:
        rules.add("kit-listed")
    state: tuple[str, str | None] = ("nowhere", None)
    last: E | None = None
    for e in own:
        if not sensible(state, e) and not any(len(one.at) < 10 for one in (e, last) if one):
            where, place = state
            repeated = (
                e.action == "made"
                or (e.action == "received" and where == "on hand" and place == e.place)
                or (e.action == "dispensed" and where == "participant")
            )
            if repeated:
                rules.add("kit-once")
            else:
                rules.add({
                    "received": "kit-received-where-sent", "dispensed": "kit-dispensed-where-held",
                    "returned": "kit-returned-by-its-participant", "counted": "kit-counted",
                }.get(e.action, "kit-handled-where-held"))  # fmt: skip
        if sensible(state, e) and last is not None:
            by = e.event.get("subject")
            if e.action == "returned" and by not in (None, last.event["subject"]):
                rules.add("kit-returned-by-its-participant")
            if e.action in ("received", "lost") and state[0] == "under way" and surely_before(e, last):
                rules.add("kit-clocks")
        if e.action == "destroyed" and not ("certificate" in e.event and "authorisation" in e.event):
            rules.add("kit-destroyed-with-papers")
        if after(state, e) != state or e.action in ("made", "received", "returned", "found", "shipped", "dispensed"):
            last = e
        state = after(state, e)
    everything = own + said
    for e in own:
        if e.action == "dispensed":
            rules |= handed_out(kit, e, everything, listed)
    used = [e for e in own if e.action == "dispensed" or (e.action == "shipped" and not held_back(e, everything)[1])]
    for action in ("quality-released", "sponsor-released"):
        if action in actions and used:
            first, releases = used[0], [e for e in everything if e.action == action]
            if all(surely_before(first, e) for e in releases) and not (not releases and len(first.at) < 10):
                rules.add("kit-released")
    return rules


def held_back(e: E, everything: list[E]) -> tuple[bool, bool]:
    """Whether a quarantine or recall surely, and perhaps, stands when something happens."""
    surely = perhaps = False
    for start in everything:
        if start.action not in ("quarantined", "recalled") or surely_before(e, start):
            continue
        ends = [x for x in everything if x.action == "quarantine-ended"]
        possible = [x for x in ends if not surely_before(x, start) and not surely_before(e, x)]
        if any(before(start, x) and before(x, e) for x in possible):
            continue
        perhaps = True
        if not possible and surely_before(start, e) and len(start.at) >= 10 and len(e.at) >= 10:
            surely = True
    return surely, perhaps


def handed_out(kit: str, e: E, everything: list[E], listed: dict[str, tuple[str | None, str | None]]) -> set[str]:
    rules = set()
    if held_back(e, everything)[0]:
        rules.add("kit-out-of-quarantine")
    ordered = by_time(everything)
    changes = [x for x in ordered if x.action in ("extended", "relabelled") and "expires" in x.event]
    stated = [x for x in ordered if x.action not in ("extended", "relabelled") and "expires" in x.event]
    first = listed.get(kit, (None, None))[1] or (stated[0].event["expires"] if stated else None)
    known = [x for x in changes if before(x, e)]
    unsure = [x for x in changes if not before(x, e) and not surely_before(e, x)]
    base = known[-1].event["expires"] if known else first
    possible = [x for x in [base, *(x.event["expires"] for x in unsure)] if x]
    if possible and all(days(e.at)[0] > days(x)[1] for x in possible) and len(e.at) >= 10:
        rules.add("kit-in-date")
    bad = [x for x in ordered if x.action != "assessed" and x.event.get("condition") in ("damaged", "excursion")]
    bad = [x for x in bad if surely_before(x, e)]
    if bad:
        decisions = [x for x in ordered if x.action == "assessed" and not surely_before(x, bad[-1])]
        taken = [x for x in decisions if before(x, e)]
        unsure = [x for x in decisions if not before(x, e) and not surely_before(e, x)]
        if taken:
            if taken[-1].event["condition"] != "ok":
                rules.add("kit-excursion-decided")
        elif not unsure and len(e.at) >= 10 and len(bad[-1].at) >= 10:
            rules.add("kit-excursion-decided")
    return rules
