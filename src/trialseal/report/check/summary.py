"""The box above a check: what was promised, reported and changed, and what nobody can tell, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialseal.evidence.wording import count, listed
from trialseal.outcomes.model import Outcome
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryHistory, RegistryVersion
from trialseal.report.check.view import OutcomeRow, PhaseView
from trialseal.rules.outcome_sets import outcomes_of
from trialseal.rules.registered_and_reported import RegisteredAndReported
from trialseal.rules.registration import has_come, none_enrolled
from trialseal.rules.trial_case import TrialCase

_MOST_NAMED = 2
_LONGEST = 110
_CANNOT_TELL = "Comparing texts cannot tell why something changed, or whether anyone had seen results before."
_UNCHANGED = "Comparing texts cannot tell whether it was done as planned, or whether all of it was reported."


def summary_of(
    case: TrialCase,
    compared: RegisteredAndReported | None,
    rows: Sequence[OutcomeRow],
    phases: Sequence[PhaseView],
) -> tuple[str, ...]:
    """At most six sentences, each of which somebody who never read a protocol understands."""
    if case.registry is None:
        return ()
    said = [_promised(case.registry, compared), _edited(phases)]
    if compared is not None:
        program = "" if compared.sure else ", as far as a program could read it,"
        said += [
            f"The report{program} says that it mainly measured {_named(compared.reported)}.",
            *_differences([row for row in rows if row.primary and not row.outside_scope]),
        ]
    same = compared is not None and not said[1] and all(row.answer == "holds" for row in rows if row.primary)
    return tuple(one for one in (*said, _UNCHANGED if same else _CANNOT_TELL) if one)


def _promised(history: RegistryHistory, compared: RegisteredAndReported | None) -> str:
    """What the first version given says, and whether that was before anybody took part."""
    first = next((one for one in history.versions if one.outcomes), None)
    if first is None:
        return ""
    outcomes = outcomes_of(history, first)
    named = _named(compared.of_its_parts(outcomes) if compared else outcomes)
    if len(history.versions) == 1:
        return (
            f"The registry says that the trial would mainly measure {named}; what it said before"
            f"{f' {first.date}' if first.date else ''} was not looked at."
        )
    day = f"On {first.date}" if first.date else "At first"
    return f"{day}{_relative(history, first)} the registry said that the trial would mainly measure {named}."


def _relative(history: RegistryHistory, first: RegistryVersion) -> str:
    """', before the first participant joined,' where both days are known."""
    start = history.known("start")
    if not isinstance(start, RegistryDate) or not first.date or not has_come(history.last) or none_enrolled(history):
        return ""
    day = RegistryDate(first.date)
    if day.last < start.first:
        return ", before the first participant joined,"
    return ", after the first participant had joined," if day.first > start.last else ""


def _edited(phases: Sequence[PhaseView]) -> str:
    changed = [one for one in phases if any(row.primary and row.answer != "holds" for row in one.rows)]
    when = list(dict.fromkeys(one.words.partition(",")[0] for one in changed))
    return f"What the registry says of the main measurements was edited {listed(when)}." if when else ""


def _differences(primary: Sequence[OutcomeRow]) -> Iterable[str]:
    asked = [row for row in primary if row.answer == "fails"]
    unread = [row for row in primary if row.answer == "undetermined"]
    if asked:
        verb = "differs" if len(asked) == 1 else "differ"
        more = f"; a person must read both texts to tell whether {len(unread)} more changed" if unread else ""
        yield f"{count(len(asked), 'main measurement')} {verb}, and no explanation was found{more}."
    elif unread:
        yield f"A person must read both texts to tell whether {count(len(unread), 'main measurement')} changed."
    elif primary:
        yield "No difference in the main measurements was found."
    if reasons := [quote for row in primary for quote in row.explained]:
        yield f"The report speaks of a change: “{shortened(reasons[0].text)}”"


def _named(outcomes: Sequence[Outcome]) -> str:
    primary = [one.measure for one in outcomes if one.role == "primary"]
    if not primary:
        return "nothing that is called a primary outcome"
    names = [f"“{shortened(one)}”" for one in primary[:_MOST_NAMED]]
    more = len(primary) - len(names)
    return listed([*names, f"{more} more"] if more else names)


def shortened(words: str) -> str:
    """The words in one line, cut where they are long."""
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"
