"""The box above a check: what was promised, reported and changed, and what nobody can tell, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialseal.evidence.wording import count, listed
from trialseal.outcomes.model import Outcome
from trialseal.report.check.view import OutcomeRow, PhaseView
from trialseal.rules.registered_and_reported import RegisteredAndReported
from trialseal.rules.trial_case import TrialCase

_MOST_NAMED = 2
_LONGEST = 110


def summary_of(
    case: TrialCase,
    compared: RegisteredAndReported | None,
    rows: Sequence[OutcomeRow],
    phases: Sequence[PhaseView],
) -> tuple[str, ...]:
    """At most six sentences, each of which somebody who never read a protocol understands."""
    return tuple(_sentences(case, compared, rows, phases))


def _sentences(
    case: TrialCase,
    compared: RegisteredAndReported | None,
    rows: Sequence[OutcomeRow],
    phases: Sequence[PhaseView],
) -> Iterable[str]:
    if compared is not None:
        yield f"The registry says that the trial would mainly measure {_named(compared.registered)}."
        confirmed = "" if compared.sure else ", as far as a program could read it,"
        yield f"The report{confirmed} says that it mainly measured {_named(compared.reported)}."
        primary = [row for row in rows if row.primary and not row.outside_scope]
        asked = sum(1 for row in primary if row.answer == "fails")
        open_ = sum(1 for row in primary if row.answer == "undetermined")
        if asked:
            yield f"{count(asked, 'main measurement')} differ{'s' if asked == 1 else ''}, and no explanation was found."
        elif open_:
            yield f"Whether {count(open_, 'main measurement')} changed, a person must read to tell."
        elif primary:
            yield "No difference in the main measurements was found."
    changed = [one for one in phases if any(row.primary and row.answer != "holds" for row in one.rows)]
    if changed:
        when = listed(list(dict.fromkeys(one.words.partition(",")[0] for one in changed)))
        yield f"The registry's own text on the main measurements was edited {when}."
    if case.registry is not None or compared is not None:
        yield "Why something changed, and whether anyone had seen results before, no comparison of texts can tell."


def _named(outcomes: Sequence[Outcome]) -> str:
    primary = [one.measure for one in outcomes if one.role == "primary"]
    if not primary:
        return "nothing that is called a primary outcome"
    names = [f"“{_short(one)}”" for one in primary[:_MOST_NAMED]]
    more = len(primary) - len(names)
    return listed([*names, f"{more} more"] if more else names)


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"
