"""Whether what is asked for lies within the terms: permission by the ontology's hierarchy, each modifier by its value.

What only people can judge is undetermined, and says that it is for the committee.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Final, NamedTuple, Self

from trialseal.documents.identifiers import date_range
from trialseal.documents.sharing import AccessPolicy, Application, Modifier
from trialseal.documents.territories import territory_number
from trialseal.escaping import quoted
from trialseal.evidence.wording import listed
from trialseal.rules.finding import Answer, Status, fails, holds, undetermined
from trialseal.sharing.ontology import allows, words


class Use(NamedTuple):
    """From which day to which the data may be used, both included."""

    first: date
    last: date

    @classmethod
    def between(cls, since: int, until: int) -> Self:
        """The days of UTC from a time on and before another, Unix seconds."""
        return cls(datetime.fromtimestamp(since, UTC).date(), datetime.fromtimestamp(until - 1, UTC).date())


class TermAnswer(NamedTuple):
    """Whether an application keeps one of the terms."""

    code: str
    answer: Answer


def within(policy: AccessPolicy, application: Application, use: Use) -> tuple[TermAnswer, ...]:
    """One answer for the permission and one for each modifier of the terms, for data used in this time."""
    return (
        TermAnswer(policy.permission, _permission(policy, application)),
        *(TermAnswer(one.code, _modifier(one, application, use)) for one in policy.modifiers),
    )


def overall(answers: Iterable[Status]) -> Status:
    """All together: fails if one does, else undetermined if one is, else holds."""
    found = set(answers)
    return next((one for one in (Status.FAILS, Status.UNDETERMINED) if one in found), Status.HOLDS)


def _permission(policy: AccessPolicy, application: Application) -> Answer:
    may, asked = policy.permission, application.permission
    if not allows(may, asked):
        return fails(f"the terms allow {words(may)}; it asks for {words(asked)}: which of them is meant?")
    if may != "DS":
        return holds(f"{words(asked)} is within {words(may)}")
    other = [one for one in application.diseases if one not in policy.diseases]
    if not other:
        return holds(f"it is about {listed(list(map(quoted, application.diseases)))}, as the terms allow")
    return undetermined(
        f"for the committee: whether {listed(list(map(quoted, other)))} belongs to "
        f"{listed(list(map(quoted, policy.diseases)))}, which the terms allow"
    )


def _modifier(term: Modifier, application: Application, use: Use) -> Answer:
    return _JUDGED.get(term.code, _accepted)(term, application, use)


def _accepted(term: Modifier, application: Application, use: Use) -> Answer:
    """What the recipient must accept; who must vouch for it is asked elsewhere."""
    accepted = {one.code for one in application.modifiers}
    # NPUNCU is both: an organisation not for profit, and a use not for profit.
    if term.code in accepted or (term.code in ("NPU", "NCU") and "NPUNCU" in accepted):
        return holds(f"it accepts {words(term.code)}")
    if term.code == "NPUNCU" and {"NPU", "NCU"} <= accepted:
        return holds(f"it accepts {words(term.code)}, as NPU and NCU")
    return fails(f"the terms ask for {words(term.code)}, which it does not accept: does the recipient accept it?")


def _no_methods(term: Modifier, application: Application, use: Use) -> Answer:
    return _without(application, ("method-development",), term)


def _no_ancestry(term: Modifier, application: Application, use: Use) -> Answer:
    if application.permission == "POA":
        return fails(f"the terms exclude it by {words(term.code)}, and it asks for {words('POA')}: which is meant?")
    return _without(application, ("population", "ancestry"), term)


def _without(application: Application, excluded: tuple[str, ...], term: Modifier) -> Answer:
    found = [one for one in application.research if one in excluded]
    if found:
        return fails(f"it is {listed(found)} research, which {words(term.code)} excludes: can it do without?")
    if not application.research:
        return undetermined(f"it does not say which research it is, and {words(term.code)} excludes some: ask it")
    return holds(
        f"the application is for {listed(list(application.research))} research, which {words(term.code)} allows"
    )


def _genetic(term: Modifier, application: Application, use: Use) -> Answer:
    if "genetic" in application.research:
        return holds("it is genetic research")
    if not application.research:
        return undetermined(f"it does not say which research it is, and the terms ask for {words('GSO')}: ask it")
    return fails(f"the terms allow genetic research only, and it is {listed(list(application.research))}: is it both?")


def _place(term: Modifier, application: Application, use: Use) -> Answer:
    allowed = listed(list(term.territories))
    if application.territory is None:
        return undetermined(f"it does not say where the data will be used; the terms allow {allowed}: ask it")
    if territory_number(application.territory) in {territory_number(one) for one in term.territories}:
        return holds(f"they will be used in {application.territory}, as the terms allow")
    return fails(f"they would be used in {application.territory}; the terms allow {allowed}: where will they be?")


def _time(term: Modifier, application: Application, use: Use) -> Answer:
    assert term.months is not None
    last = _after(use.first, term.months)
    if use.last <= last:
        return holds(f"they may be used up to {use.last}, within {term.months} months")
    return fails(f"they may be used up to {use.last}, and {term.months} months end on {last}: can it be shorter?")


def _after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _moratorium(term: Modifier, application: Application, use: Use) -> Answer:
    given = next((one for one in application.modifiers if one.code == "MOR"), None)
    if given is None or given.date is None or term.date is None:
        return fails(f"nothing may be published before {term.date}, and it does not say so: does it accept that?")
    if date_range(given.date)[0] >= date_range(term.date)[0]:
        return holds(f"it publishes nothing before {given.date}")
    return fails(f"nothing may be published before {term.date}; it says {given.date}: can it wait?")


def _named(term: Modifier, application: Application, use: Use) -> Answer:
    if any(one.code == term.code and one.named == term.named for one in application.modifiers):
        return holds(f"it names {quoted(str(term.named))}, as the terms do")
    return undetermined(f"for the committee: whether it is {quoted(str(term.named))}, by {words(term.code)}")


def _care(term: Modifier, application: Application, use: Use) -> Answer:
    return holds("clinical care is allowed too")


_JUDGED: Final[dict[str, Callable[[Modifier, Application, Use], Answer]]] = {
    "NMDS": _no_methods,
    "NPOA": _no_ancestry,
    "GSO": _genetic,
    "GS": _place,
    "TS": _time,
    "MOR": _moratorium,
    "RS": _named,
    "US": _named,
    "PS": _named,
    "IS": _named,
    "CC": _care,
}


def open_lines(answers: tuple[TermAnswer, ...]) -> Iterator[str]:
    """What does not hold, a line each."""
    for one in answers:
        if one.answer.status is not Status.HOLDS:
            yield f"{one.answer.status.value:<14} {one.code:<7} {one.answer.sentence}"
