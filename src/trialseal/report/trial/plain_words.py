"""The box above a trial's timeline: what was promised, changed and reported, in words for everyone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from trialseal.evidence.version_text import measured
from trialseal.evidence.wording import count, day, listed
from trialseal.ledger.acts import Act, DocumentSealed, MilestoneRecorded, ResultReported, TrialRegistered
from trialseal.ledger.codes import DocumentKind, Milestone
from trialseal.ledger.moments import declared_date
from trialseal.ledger.standing import standing

_MOST_NAMED = 2
_LONGEST = 110


def plain_words(
    acts: Sequence[Act], plans: Mapping[int, Mapping[str, Any]], *, complete: bool, approved: str = ""
) -> tuple[str, ...]:
    """At most six sentences. `plans` are the sealed protocols that are known, by version; `complete` says whether these
    are all the acts, so that what is not among them was not done on this chain; `approved` says which was approved."""
    registered = next((act for act in acts if isinstance(act, TrialRegistered)), None)
    if registered is None:
        return ()
    return tuple(_sentences(acts, registered, plans, complete, f"; {approved}" if approved else ""))


def _sentences(
    acts: Sequence[Act],
    registered: TrialRegistered,
    plans: Mapping[int, Mapping[str, Any]],
    complete: bool,
    approved: str,
) -> Iterator[str]:
    yield f"On {day(registered.time)} a plan for this trial was sealed: its fingerprint was put on a chain."
    if named := _named(plans.get(1, {})):
        yield f"It would mainly measure {named}."
    if enrolled := _first_enrolled(acts):
        yield f"The first participant joined on {enrolled}, as the sponsor states{_before(enrolled, registered.time)}."
    changes = [
        act for act in acts if isinstance(act, DocumentSealed) and act.kind is DocumentKind.PROTOCOL and act.version > 1
    ]
    # Results are sealed by an act for each endpoint; a document of them may have an act of its own, too.
    reported = [act for act in acts if isinstance(act, ResultReported)]
    results = [act.time for act in acts if isinstance(act, DocumentSealed) and act.kind is DocumentKind.RESULTS]
    results += [act.time for act in reported]
    if changes:
        days = list(dict.fromkeys(day(act.time) for act in changes))
        when = f"on {listed(days)}" if len(days) <= _MOST_NAMED else f"the last on {days[-1]}"
        last = _named(plans.get(max(act.version for act in changes), {}))
        since = f"; since then it would mainly measure {last}" if named and last and last != named else ""
        yield f"The plan was changed {_times(len(changes))}, {when}{since}{approved}."
    elif complete:
        yield f"No change of the plan was sealed{approved}."
    if results:
        unplanned = sum(1 for act in reported if not act.protocol_version)
        said = f"; {count(unplanned, 'result')} {'was' if unplanned == 1 else 'were'} not planned" if unplanned else ""
        yield f"Results were sealed on {day(min(results))}{said}."
    elif complete:
        yield "No results have been sealed so far."
    yield "No chain can tell whether what was sealed is true, or why something was changed."


def _named(first: Mapping[str, Any]) -> str:
    """What the trial promised to measure mainly, where its first protocol is known."""
    primary = [one for one in first.get("endpoints") or () if one["role"] == "primary"]
    names = [measured(one) or str(one["id"]) for one in primary]
    if not names:
        return ""
    shown = [f"“{_short(one)}”" for one in names[:_MOST_NAMED]]
    more = len(names) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown)


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"


def _first_enrolled(acts: Sequence[Act]) -> str | None:
    """The earliest day that stands as that of a first enrolment, as precise as it was stated."""
    days = [
        stated
        for act in standing(acts)
        if isinstance(act, MilestoneRecorded)
        and act.milestone is Milestone.FIRST_PARTICIPANT_ENROLLED
        and (stated := declared_date(act.date))
    ]
    return min(days, default=None)


def _before(enrolled: str, sealed: int) -> str:
    """How long before the plan was sealed somebody had joined; empty where that is not so, or not known."""
    if enrolled >= day(sealed)[: len(enrolled)]:
        return ""
    if len(enrolled) < len("2020-04-29"):
        return ": before the plan was sealed"
    days = (date.fromisoformat(day(sealed)) - date.fromisoformat(enrolled)).days
    return f": {days:,} {'day' if days == 1 else 'days'} before the plan was sealed"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
