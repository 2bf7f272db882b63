"""Which expiry of a kit was in force on a day: the list's, or the first that is stated, until it was extended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from trialseal.custody.life import Life
from trialseal.custody.order import by_time
from trialseal.custody.reading import HOLDS, KitCase, absent, before, step_fact, step_words
from trialseal.custody.steps import Step
from trialseal.documents.identifiers import date_range
from trialseal.evidence.custody import CustodyEvidence
from trialseal.rules.finding import Answer, undetermined

_CHANGES: Final = ("extended", "relabelled")


@lru_cache(maxsize=1 << 12)
def last_day(expires: str) -> date:
    """The last day of an expiry: of a month, its end."""
    return date_range(expires)[1]


def first_stated(life: Life, evidence: CustodyEvidence) -> str | None:
    """The expiry before any extension."""
    listed = (evidence.kits or {}).get(life.kit)
    if listed is not None and listed.expires is not None:
        return listed.expires
    stated = [one for one in (*life.steps, *life.of_lot) if one.action not in _CHANGES and one.member("expires")]
    return min(stated, key=by_time).member("expires") if stated else None


def changes(life: Life) -> list[Step]:
    """What changed the expiry, in order."""
    return sorted((one for one in life.of(*_CHANGES) if one.member("expires")), key=by_time)


def in_force(life: Life, evidence: CustodyEvidence) -> str | None:
    """The expiry that is in force after all that is known."""
    changed = changes(life)
    return changed[-1].member("expires") if changed else first_stated(life, evidence)


def expired(case: KitCase, step: Step) -> Answer | None:
    """Whether a kit was past its expiry at a step; None where no expiry is known."""
    changed = changes(case.life)
    certain, perhaps = before(step, changed)
    first = first_stated(case.life, case.context.evidence)
    base = certain[-1].member("expires") if certain else first
    possible = [one for one in (base, *(one.member("expires") for one in perhaps)) if one is not None]
    if not possible:
        return None
    past = {_is_past(step.at, one) for one in possible}
    if past == {False}:
        return HOLDS
    about = f"{case.life.called} was {step_words(step)}, and its expiry was {possible[0]}"
    if past == {True}:
        later = [one for one in changed if one not in certain]
        words = f"; it was {step_words(later[0])}" if later else ""
        return absent(case, f"{about}{words}", "had it been extended by then?", step, *_sources(case, certain, later))
    return undetermined(
        f"{about}: the days of its extension and of its dispensing do not tell", *map(step_fact, (step, *perhaps))
    )


_days = lru_cache(maxsize=1 << 12)(date_range)


def _is_past(at: str, expires: str) -> bool | None:
    """None where a month or a year does not tell."""
    first, last = _days(at[:10])
    end = last_day(expires)
    return True if first > end else False if last <= end else None


def _sources(case: KitCase, certain: Sequence[Step], later: Sequence[Step]) -> list[Step]:
    stated = [one for one in case.life.steps if one.member("expires")]
    return [*(certain[-1:] or stated[:1]), *later[:1]]
