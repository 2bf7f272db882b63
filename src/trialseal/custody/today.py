"""What is to be done today: what expires soon, what is under way, what is in quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from trialseal.custody.accounts import UNDER_WAY, Line
from trialseal.custody.expiry import in_force, last_day
from trialseal.custody.life import Life
from trialseal.custody.order import by_time
from trialseal.custody.position import Whereabouts
from trialseal.evidence.custody import CustodyEvidence

SOON: Final = timedelta(days=60)


class Due(NamedTuple):
    """Kits, or a quantity of a lot, that somebody should look at today."""

    what: str
    """expired, expires, under way, quarantine or recalled."""
    place: str
    """Where it is; where it was sent to."""
    since: str
    """The day on which it expires, or since when it is so."""
    items: tuple[str, ...]
    """Kits by number, or lots."""
    lot: str | None = None


def due(lives: Iterable[Life], evidence: CustodyEvidence, today: date) -> list[Due]:
    """What is to be done, the most urgent first: like things at one place are one."""
    grouped: dict[tuple[str, str, str, str | None], list[str]] = {}
    for life in lives:
        for what, place, since in _due(life, evidence, today):
            grouped.setdefault((what, place, since, life.lot), []).append(life.kit)
    found = [Due(what, place, since, tuple(kits), lot) for (what, place, since, lot), kits in grouped.items()]
    return sorted(found, key=_urgency)


_FIRST = ("expired", "recalled", "quarantine", "under way", "expires")


def _urgency(one: Due) -> tuple[int, str, str, str]:
    return _FIRST.index(one.what), one.since, one.place, one.lot or ""


def _due(life: Life, evidence: CustodyEvidence, today: date) -> Iterator[tuple[str, str, str]]:
    now = life.now
    if now.where is Whereabouts.UNDER_WAY and now.since is not None:
        yield "under way", str(now.place), now.since.at[:10]
    if now.where is not Whereabouts.HELD:
        return
    place = str(now.place)
    starts = sorted(life.of("quarantined", "recalled", "quarantine-ended"), key=by_time)
    if starts and starts[-1].action != "quarantine-ended":
        yield "recalled" if starts[-1].action == "recalled" else "quarantine", place, starts[-1].at[:10]
    expires = in_force(life, evidence)
    if expires is not None and last_day(expires) - today <= SOON:
        yield "expired" if last_day(expires) < today else "expires", place, expires


def stock_due(lines: Iterable[Line], lives: Iterable[Life], evidence: CustodyEvidence, today: date) -> list[Due]:
    """The same of stock without numbers: `lives` are those of lots."""
    by_lot = {life.kit: life for life in lives}
    found = []
    for line in lines:
        if line.lot is None or line.on_hand <= 0:
            continue
        item = f"{line.on_hand:g} {line.unit} of lot {line.lot}"
        if line.place == UNDER_WAY:
            found.append(Due("under way", UNDER_WAY, "", (item,), line.lot))
            continue
        life = by_lot.get(line.lot)
        expires = in_force(life, evidence) if life else None
        if expires is not None and last_day(expires) - today <= SOON:
            what = "expired" if last_day(expires) < today else "expires"
            found.append(Due(what, line.place, expires, (item,), line.lot))
    return sorted(found, key=_urgency)
