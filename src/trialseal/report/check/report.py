"""From a trial's case to what its report shows: findings by item, outcomes side by side, questions, a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from trialseal.evidence.wording import count
from trialseal.manuscripts import Paper
from trialseal.outcomes.judgement import Answer as JudgedAs
from trialseal.outcomes.model import Severity
from trialseal.report.answers_measured import Kind, how_often_wrong, of_versions
from trialseal.report.check.outcome_rows import outcome_rows, record_row
from trialseal.report.check.promised import promised_of
from trialseal.report.check.questions import OUTCOME_RULES, RECORD_RULE, Asked, addressee, questions
from trialseal.report.check.summary import shortened, summary_of
from trialseal.report.check.timeline import timeline_of
from trialseal.report.check.view import (
    CheckView,
    FactView,
    FindingView,
    ItemView,
    OutcomeRow,
    PhaseView,
    QuoteView,
    SourceView,
)
from trialseal.report.check.words import ORDER, headline
from trialseal.report.trial.view import Answer
from trialseal.rules.finding import Finding, Status, exit_code
from trialseal.rules.outcome_changes import PHASE_WORDS, phase_changes
from trialseal.rules.outcome_sets import OutcomeSets
from trialseal.rules.registered_and_reported import RegisteredAndReported, registered_and_reported
from trialseal.rules.registration import record_numbers
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.trial_catalogue import ITEMS

_ANSWERS: Mapping[Status, Answer] = {
    Status.HOLDS: "holds",
    Status.FAILS: "fails",
    Status.UNDETERMINED: "undetermined",
    Status.DOES_NOT_APPLY: "does-not-apply",
}
_TITLES: Mapping[str, tuple[str, str]] = {"20a": ("16b", "Blinding: who was blinded")}
"""Items of CONSORT 2025 to which no rule belongs, each with the item that it stands behind."""


class Brought(NamedTuple):
    """What the caller knows beside the case: what was read, and what is to be said of that."""

    sources: tuple[SourceView, ...] = ()
    paper: Paper | None = None
    quotes: Mapping[str, str] = {}
    """The manuscript's sentence for an outcome, by its measure."""
    notices: tuple[str, ...] = ()
    outcomes_file: str | None = None
    reply_source: str = ""


def check_view(case: TrialCase, findings: Sequence[Finding], brought: Brought) -> CheckView:
    """Everything that the report of a check shows."""
    counts = tuple((answer, sum(1 for one in findings if _ANSWERS[one.status] == answer)) for answer in ORDER)
    both = registered_and_reported(case)
    compared = both if isinstance(both, RegisteredAndReported) else None
    outcomes_open = tuple(_unsettled(case, both))
    unsettled = (*outcomes_open, *_unknown(findings))
    failing = frozenset(one.rule for one in findings if one.status is Status.FAILS)
    paired = outcome_rows(case, compared, brought.quotes, failing) if compared else ()
    rows = tuple(row for _, row in paired)
    phases = tuple(_phases(case))
    title = case.registry.title if case.registry else None
    asked = Asked(case, rows, compared.source if compared else "the record", phases, brought.sources)
    answer = _worst([_ANSWERS[one.status] for one in findings]) or "does-not-apply"
    code = exit_code(findings)
    if outcomes_open and case.reported and code == 0:  # what nobody compared or confirmed holds for nobody
        answer, code = "undetermined", 2
    confirmed = compared is not None and compared.sure
    return CheckView(
        title=title or f"Trial {case.number or 'without a number'}",
        number=case.number or "",
        numbers=_numbers(case),
        as_of=case.as_of.isoformat(),
        record_date=(case.registry.last.date or "") if case.registry else "",
        answer=answer,
        headline=headline(counts, sum(1 for row in rows if row.primary and row.needs_reader), outcomes_open),
        counts=counts,
        sources=brought.sources,
        items=_items(findings, brought.paper),
        questions=questions(findings, asked),
        outcomes=rows,
        compared=f"{compared.source} with {case.reported.source}" if compared and case.reported else "",
        phases=phases,
        timeline=timeline_of(case, title or case.number or "the trial"),
        notices=brought.notices,
        outcomes_file=brought.outcomes_file,
        reply=case.reply,
        reply_source=brought.reply_source,
        exit_code=code,
        unsettled=unsettled,
        read_by_a_person=confirmed,
        measured=tuple(how_often_wrong(_kinds(case, compared, rows))),
        summary=summary_of(case, compared, rows, phases),
        manuscript=_manuscript(case),
        stage=case.reported.stage if case.reported else None,
        promised=promised_of(case, compared, paired) if compared else None,
    )


def _manuscript(case: TrialCase) -> str:
    report = case.reported
    if report is None:
        return ""
    title = f"“{shortened(report.title)}”" if report.title else ""
    revision = f"version {report.revision}" if report.revision else ""
    when = f"{report.stage or 'submitted or published'} {report.submitted}" if report.submitted else ""
    known = [title, report.source, revision, when or report.stage or "", "" if when else "its date not given"]
    return ", ".join(one for one in known if one)


def _unknown(findings: Sequence[Finding]) -> Iterable[str]:
    """How many checks are open, as the page counts them; nothing where those of the sponsor's duties alone are."""
    whose = [addressee(one.rule) for one in findings if one.status is Status.UNDETERMINED]
    if "authors" in whose:
        duties = whose.count("sponsor")
        yield f"{count(len(whose), 'check')} cannot be determined" + (
            f", {duties} of them about the sponsor's duties" if duties else ""
        )


def _unsettled(case: TrialCase, both: object) -> Iterable[str]:
    """What must be done before anybody can say that there is no question about the outcomes."""
    report = case.reported
    if report is None:
        yield "no manuscript was given, so no outcome was compared with the record"
        return
    if not report.outcomes:
        yield f"no outcome of {report.source} was compared: write its outcomes into a CSV file, given as --outcomes"
        return
    if not isinstance(both, RegisteredAndReported):
        yield f"the outcomes of {report.source} were not compared with a record: give a record that shows outcomes"
        return
    if not both.sure:
        yield f"nobody has confirmed the outcomes found in {report.source}"
    if both.judgement is None:
        side = "the record" if not any(one.role == "primary" for one in both.registered) else report.source
        yield f"no primary outcome of {side} was compared"
    elif both.judgement.answer == "question":
        yield "primary outcomes differ by their texts"
    elif both.judgement.answer == "reader":
        yield "primary outcomes may differ: a person must read both texts"
    elif unread := [pair for pair in both.comparison.pairs if both.needs_reader(pair)]:
        yield f"{count(len(unread), 'outcome')} in other words: a person must read both texts"


def _kinds(case: TrialCase, compared: RegisteredAndReported | None, rows: Sequence[OutcomeRow]) -> Iterable[Kind]:
    """Which kinds of answers are given here."""
    if compared and compared.judgement:
        # What people see counts: a row for a reader is no 'no difference', whatever was judged of all together.
        shown = {row.answer for row in rows if row.primary and not row.outside_scope}
        answer: JudgedAs = (
            "question" if "fails" in shown else "reader" if "undetermined" in shown else compared.judgement.answer
        )
        yield "confirmed" if compared.sure else "unconfirmed", answer
    yield from of_versions(case.registry, case.reported.submitted if case.reported else None)


def _worst(answers: Iterable[Answer]) -> Answer | None:
    there = set(answers)
    return next((answer for answer in ORDER if answer in there), None)


def _numbers(case: TrialCase) -> tuple[str, ...]:
    numbers = [case.number] if case.number else []
    return tuple(dict.fromkeys([*numbers, *(record_numbers(case.registry) if case.registry else ())]))


# ----- items -----


def _items(findings: Sequence[Finding], paper: Paper | None) -> tuple[ItemView, ...]:
    from trialseal.manuscripts.statements import ITEMS as SUBJECTS

    items = []
    for number, title in _all_items():
        here = tuple(_finding(one) for one in findings if (one.item if one.item in ITEMS else "") == number)
        subjects = [subject for subject, item in SUBJECTS.items() if item and _group(item) == number]
        quotes = tuple(
            QuoteView(one.quote, one.place) for subject in subjects for one in (paper.on(subject)[:2] if paper else ())
        )
        if here or quotes:
            ordered = tuple(sorted(here, key=lambda one: ORDER.index(one.answer)))
            items.append(ItemView(number, title, _worst(one.answer for one in here), ordered, quotes))
    return tuple(items)


def _all_items() -> Iterable[tuple[str, str]]:
    for number, title in ITEMS.items():
        yield number, title
        yield from ((own, words) for own, (behind, words) in _TITLES.items() if behind == number)


def _group(item: str) -> str:
    """The item under which a sentence is shown: 21d under 21."""
    return item if item in ITEMS or item in _TITLES else item.rstrip("abcd")


def _finding(one: Finding) -> FindingView:
    facts = tuple(FactView(str(fact), getattr(fact, "source", "")) for fact in one.facts)
    if one.rule in (*OUTCOME_RULES, RECORD_RULE) and facts:
        # Each pair stands in the table of outcomes, with both texts.
        facts = tuple(fact for fact in facts if " → " not in fact.text and not fact.text.startswith("outside scope"))
    return FindingView(one.rule, _ANSWERS[one.status], one.sentence, facts, one.source)


# ----- the record's own history -----


def _phases(case: TrialCase) -> Iterable[PhaseView]:
    if case.registry is None or len(case.registry.versions) < 2:
        return
    for one in phase_changes(case.registry, case.reported.submitted if case.reported else None):
        before, after = one.outcomes(case.registry)
        changed = [pair for pair in one.comparison.pairs if pair.severity is not Severity.NONE]
        rows = tuple(record_row(pair, OutcomeSets(before, after)) for pair in changed)
        words = f"{PHASE_WORDS[one.phase]}, between {one.before.words} and {one.after.words}"
        versions = (case.registry.words(one.before), case.registry.words(one.after))
        yield PhaseView(words, rows, len(one.comparison.pairs) - len(changed), *versions)
