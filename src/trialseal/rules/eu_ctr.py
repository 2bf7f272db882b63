"""Rules of Regulation (EU) 536/2014: which notices and results were due when. What CTIS holds, no other source tells.

So these rules never fail: they give the dates and say where to look.
"""

from __future__ import annotations

from collections.abc import Iterator

from trialseal.documents.identifiers import date_text
from trialseal.errors import UsageError
from trialseal.evidence.wording import listed, milestone_words, moment
from trialseal.ledger.acts import MilestoneRecorded
from trialseal.ledger.standing import standing
from trialseal.registries.dates import RegistryDate
from trialseal.registries.history import RegistryVersion
from trialseal.registries.number_forms import CTIS, EU_CTR
from trialseal.registries.numbers import read
from trialseal.rules.deadlines import (
    EU_CTR_ALONE,
    EU_CTR_NOTICES,
    EU_CTR_RESULTS,
    EU_END,
    EU_HALT,
    EU_HALT_IS_END,
    EU_RECRUITMENT_END,
    EU_RESULTS,
    EU_START,
    Deadline,
)
from trialseal.rules.finding import Answer, Fact, Status, does_not_apply, rule, undetermined
from trialseal.rules.registration import has_come, none_enrolled, record_numbers
from trialseal.rules.trial_case import TrialCase, on_chain, stated

_CLOCKS: dict[str, tuple[str, Deadline]] = {
    "recruitment-opened": ("start", EU_START),
    "first-participant-enrolled": ("first enrolment", EU_START),
    "recruitment-closed": ("end of recruitment", EU_RECRUITMENT_END),
    "halted": ("halt", EU_HALT),
    "resumed": ("restart", EU_HALT),
    "terminated": ("early termination", EU_END),
    "completion": ("end of the trial", EU_END),
}
_ENDS = ("completion", "terminated")
APPLIES = "to trials with a CTIS number: those authorised under the Regulation"


def _numbers(case: TrialCase) -> set[str]:
    """Every registry number of the trial that is given."""
    found = set(record_numbers(case.registry)) if case.registry else set()
    return found | {one.number for one in case.sealed.evidence.numbers} if case.sealed else found


def _outside(case: TrialCase) -> Answer | None:
    """Why the Regulation is not asked; None where the trial has a CTIS number."""
    names = {read(one).registry for one in _numbers(case)}
    if CTIS in names:
        return None
    if EU_CTR in names:
        ended = case.registry.last.completion if case.registry else None
        if ended is None or ended.certainty == "estimated" or ended.last > EU_CTR_ALONE:
            return undetermined(
                "it has an EudraCT number and no CTIS number here: if it went on in the EU after 30 January 2025, it "
                "moved to the Regulation; look for it in CTIS, by its EudraCT number"
            )
        return does_not_apply("it has an EudraCT number and no CTIS number: authorised under Directive 2001/20/EC")
    return does_not_apply("no European number of the trial is given")


def _clocks(case: TrialCase) -> Iterator[tuple[str, str, RegistryDate, Fact]]:
    """What started a clock, as milestones and the record say: the milestone, its words, its date, the fact."""
    for act in standing(case.sealed.evidence.history.acts) if case.sealed else ():
        if not isinstance(act, MilestoneRecorded) or not act.date:
            continue
        word = act.milestone.word
        if word in _CLOCKS:
            try:
                on = RegistryDate(date_text(act.date), "actual")
            except UsageError:
                continue
            said = f"{milestone_words(act.milestone)} {on.text}, stated {moment(act.time)}"
            yield word, _CLOCKS[word][0], on, on_chain(case, said)
    if case.registry is None:
        return
    last: RegistryVersion = case.registry.last
    if last.start and has_come(last) and not none_enrolled(case.registry):
        yield "first-participant-enrolled", "first enrolment", last.start, _fact(case, f"start {last.start.words}")
    if last.completion and last.completion.certainty == "actual":
        word = "terminated" if last.status == "TERMINATED" else "completion"
        yield word, _CLOCKS[word][0], last.completion, _fact(case, f"completion {last.completion.words}")


def _fact(case: TrialCase, text: str) -> Fact:
    assert case.registry is not None
    return stated(case.registry, case.registry.last, text)


@rule(
    "eu-notices",
    asks="Which notices to the Member States were due by when?",
    source=EU_CTR_NOTICES,
    applies=APPLIES,
    needs="milestones on the chain or a record; CTIS holds the notices themselves",
    item="23",
)
def eu_notices(case: TrialCase) -> Answer:
    if outside := _outside(case):
        if outside.status is Status.UNDETERMINED:  # one open point is asked once, where results are
            return does_not_apply(
                "it has no CTIS number here; whether it moved to the Regulation is asked of its results"
            )
        return outside
    clocks = list(_clocks(case))
    if not clocks:
        return does_not_apply("nothing that a notice is due of is stated so far")
    facts = [fact for _, _, _, fact in clocks]
    dates = list(
        dict.fromkeys(f"{words} {on.text} by {_CLOCKS[word][1].due(on.last)}" for word, words, on, _ in clocks)
    )
    return undetermined(f"notices were due: {listed(dates)}; whether they were given, CTIS tells", *facts)


@rule(
    "eu-results",
    asks="Was a summary of results due, a year from the end of the trial?",
    source=EU_CTR_RESULTS,
    applies=APPLIES,
    needs="the end of the trial, as milestones on the chain or the record give it; CTIS holds the summary",
    item="26",
)
def eu_results(case: TrialCase) -> Answer:
    if outside := _outside(case):
        return outside
    clocks = list(_clocks(case))
    facts = [fact for _, _, _, fact in clocks]
    ends = [(words, on) for word, words, on, _ in clocks if word in _ENDS]
    if not ends and (halt := _halt(case, [(word, on) for word, _, on, _ in clocks])):
        ends = [("end of the trial, two years after a halt that is not resumed", halt)]
    if not ends:
        return does_not_apply("no end of the trial is stated so far", *facts)
    words, end = ends[-1]
    due = EU_RESULTS.due(end.last)
    if not case.over(due):
        return does_not_apply(f"{words} {end.text}: a summary of results is not due before {due}", *facts)
    return undetermined(
        f"{words} {end.text}: a summary of results, whatever the outcome, was due by {due} if that was the end in "
        "all Member States; CTIS tells whether it is there",
        *facts,
    )


def _halt(case: TrialCase, clocks: list[tuple[str, RegistryDate]]) -> RegistryDate | None:
    """When a halt that was not resumed became the end of the trial; None if none did by the day asked for."""
    halts = [(word, on) for word, on in clocks if word in ("halted", "resumed")]
    if not halts or halts[-1][0] != "halted":
        return None
    ended = EU_HALT_IS_END.due(halts[-1][1].last)
    return RegistryDate(ended.isoformat(), "actual") if case.over(ended) else None
