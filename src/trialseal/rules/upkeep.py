"""What a trial's own plan on the chain asks for: heads at their times, attestations renewed before they end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from trialseal import escaping
from trialseal.evidence.wording import entries
from trialseal.ledger.moments import day, moment
from trialseal.ledger.records import HeadState
from trialseal.rules.duties import Duty
from trialseal.rules.finding import Standard
from trialseal.streams.schedule import Schedule

STREAM: Final = Standard("the stream's own plan", "", "", "what is not anchored, nobody can hold the sponsor to")
ATTESTATION: Final = Standard("the attestation's own end", "", "", "from that second on it holds no more")


class StreamAtHand(NamedTuple):
    """A stream's store beside what the chain has of it."""

    name: str
    size: int
    head: HeadState | None
    schedule: Schedule | None
    opened: int
    """When it was opened on the chain, Unix seconds."""


class Ending(NamedTuple):
    """An attestation that stands and has an end."""

    what: str
    """'attestation as sponsor of the sponsor, by party 1a2b3c4d…'."""
    until: int
    """The first second in which it no longer holds, Unix seconds."""
    made: int


def stream_duties(streams: Iterable[StreamAtHand], now: int) -> list[Duty]:
    """Which heads are due; `now` in Unix seconds, by the chain's clock."""
    found = []
    for one in streams:
        anchored = one.head.size if one.head else 0
        since = f"head of {moment(one.head.time)}" if one.head else f"opened {moment(one.opened)}"
        what = f"anchor stream {one.name} (trialseal events anchor TRIAL {escaping.argument(one.name)})"
        if one.schedule is not None:
            last = one.schedule.last(now)
            missed = last is not None and (one.head is None or one.head.time < last)
            at = last if missed and last is not None else one.schedule.next(now)
            on = date.fromisoformat(day(at))
            found.append(Duty(f"anchor-{one.name}", f"{what}, at {moment(at)}", since, STREAM, on, on))
        elif one.size > anchored:
            waiting = f"{entries(one.size - anchored)} not anchored"
            found.append(Duty(f"anchor-{one.name}", f"{what}: {waiting}", since, STREAM))
    return found


def ending_duties(endings: Iterable[Ending]) -> list[Duty]:
    """Which attestations end and may have to be renewed; each is due on the day before the one in which it ends."""
    found = []
    for one in endings:
        last = date.fromisoformat(day(one.until - 1))
        found.append(
            Duty(
                "attestation-ends", f"have it renewed, if it is still needed: {one.what}",
                f"{one.what}, made {moment(one.made)}, ends {moment(one.until)}", ATTESTATION, last, last,
            )
        )  # fmt: skip
    return found
