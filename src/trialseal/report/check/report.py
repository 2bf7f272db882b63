"""From a trial's case to what its report shows: findings by item, outcomes side by side, questions, a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from trialseal.evidence.wording import count
from trialseal.manuscripts import Paper
from trialseal.outcomes.judgement import Answer as JudgedAs
from trialseal.outcomes.judgement import judge_versions
from trialseal.outcomes.measured import Compared, measured
from trialseal.outcomes.model import ChangeCode, Field, Outcome, OutcomeChange, Pair, Severity, TextSpan
from trialseal.report.check.questions import OUTCOME_RULES, RECORD_RULE, Asked, addressee, questions, rules_of
from trialseal.report.check.summary import summary_of
from trialseal.report.check.timeline import timeline_of
from trialseal.report.check.view import (
    ChangeView,
    CheckView,
    FactView,
    FindingView,
    ItemView,
    OutcomeRow,
    OutcomeText,
    PhaseView,
    Pieces,
    QuoteView,
    SourceView,
)
from trialseal.report.check.words import ORDER, code_words, headline
from trialseal.report.trial.view import Answer
from trialseal.rules.finding import Finding, Status, exit_code
from trialseal.rules.outcome_changes import PHASE_WORDS, phase_changes
from trialseal.rules.registered_and_reported import RegisteredAndReported, registered_and_reported
from trialseal.rules.registration import record_numbers
from trialseal.rules.reported_outcomes import explanations_of
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.trial_catalogue import ITEMS

_ANSWERS: Mapping[Status, Answer] = {
    Status.HOLDS: "holds",
    Status.FAILS: "fails",
    Status.UNDETERMINED: "undetermined",
    Status.DOES_NOT_APPLY: "does-not-apply",
}
_MOST_KINDRED = 2
_GRAVE = Severity.MODERATE.rank
_WHOLE = frozenset(
    {
        ChangeCode.PRIMARY_DROPPED, ChangeCode.PRIMARY_ADDED, ChangeCode.PRIMARY_REPLACED, ChangeCode.SECONDARY_DROPPED,
        ChangeCode.SECONDARY_ADDED, ChangeCode.OTHER_DROPPED, ChangeCode.OTHER_ADDED,
    }
)  # fmt: skip
_TITLES: Mapping[str, tuple[str, str]] = {"20a": ("16b", "Blinding: who was blinded")}
"""Items of CONSORT 2025 to which no rule belongs, each with the item that it stands behind."""
_ANSWERS_OF_JUDGING: Mapping[str, str] = {
    "question": "Where trialseal asks the authors about a primary outcome",
    "reader": "Where it asks for a reader",
    "holds": "Where it finds no difference in substance",
}


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
    unknown = [one for one in findings if one.status is Status.UNDETERMINED and addressee(one.rule) == "authors"]
    unsettled = (*outcomes_open, *([f"{count(len(unknown), 'check')} cannot be determined"] if unknown else ()))
    failing = frozenset(one.rule for one in findings if one.status is Status.FAILS)
    rows = _outcome_rows(case, compared, brought) if compared else ()
    rows = tuple(_as_judged(row, failing) for row in rows)
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
        measured=tuple(_measured(case, compared, rows)),
        summary=summary_of(case, compared, rows, phases),
        manuscript=_manuscript(case),
    )


def _manuscript(case: TrialCase) -> str:
    report = case.reported
    if report is None:
        return ""
    return f"{report.source}, {f'submitted {report.submitted}' if report.submitted else 'its date not given'}"


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


def _measured(case: TrialCase, compared: RegisteredAndReported | None, rows: Sequence[OutcomeRow]) -> Iterable[str]:
    """How often answers such as those given here were wrong when they were measured, one sentence a kind."""
    kinds: dict[tuple[Compared, JudgedAs], None] = {}
    if compared and compared.judgement:
        # What people see counts: a row for a reader is no 'no difference', whatever was judged of all together.
        shown = {row.answer for row in rows if row.primary and not row.outside_scope}
        answer: JudgedAs = (
            "question" if "fails" in shown else "reader" if "undetermined" in shown else compared.judgement.answer
        )
        kinds["confirmed" if compared.sure else "unconfirmed", answer] = None
    if case.registry and len(case.registry.versions) > 1:
        for one in phase_changes(case.registry, case.reported.submitted if case.reported else None):
            kinds["versions", judge_versions(*one.outcomes(case.registry), one.comparison).answer] = None
    where = {"versions": "between versions of a record", "confirmed": "in outcomes that a person confirmed",
             "unconfirmed": "in outcomes that patterns found"}  # fmt: skip
    for compared_what, answer in kinds:
        if found := measured(compared_what, answer):
            yield f"{_ANSWERS_OF_JUDGING[answer]}, {where[compared_what]}: {found.words}."


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


# ----- outcomes -----


def _outcome_rows(case: TrialCase, compared: RegisteredAndReported, brought: Brought) -> tuple[OutcomeRow, ...]:
    rows = [_row(case, pair, compared, brought) for pair in compared.comparison.pairs]
    rows += [_outside(one, brought) for one in compared.outside]
    roles = ("primary", "secondary", "other")

    def place(row: OutcomeRow) -> tuple[bool, int, int]:
        texts = (*row.reported, *row.registered)
        return row.outside_scope, min(roles.index(one.role) for one in texts), ORDER.index(row.answer)

    return tuple(sorted(rows, key=place))


def _row(case: TrialCase, pair: Pair, compared: RegisteredAndReported, brought: Brought) -> OutcomeRow:
    before, after = compared.registered, compared.reported
    primary = compared.sets.primary(pair)
    grave = [one for one in pair.changes if one.severity.rank >= _GRAVE]
    # Where the report speaks of this very change, a reader sees first whether that explains it.
    said = explanations_of(case, compared, pair) if grave else []
    declared = bool(said)
    named = any(one.role != "other" for one in compared.sets.of(pair))
    asks = named and any(compared.asks(pair, one) for one in grave)
    unsure = primary and bool(grave) and not asks and not declared
    reader = compared.needs_reader(pair) or pair in compared.doubted or unsure
    kindred = compared.kindred(pair) if reader else []
    answer = _row_answer(pair, primary, reader, declared)
    return OutcomeRow(
        answer="undetermined" if answer == "fails" and not asks else answer,
        label="another number in its time" if compared.unread(pair) else _row_label(pair),
        registered=tuple(_text(before[i], i, pair.changes, "before", brought) for i in pair.before),
        reported=tuple(_text(after[j], j, pair.changes, "after", brought) for j in pair.after),
        changes=tuple(_change(one) for one in pair.changes),
        needs_reader=reader,
        perhaps=tuple(one.measure for one in kindred[:_MOST_KINDRED]),
        confidence=round(pair.confidence, 2),
        primary=primary,
        explained=tuple(QuoteView(str(one).strip("“”"), one.source) for one in said),
    )


def _as_judged(row: OutcomeRow, failing: frozenset[str]) -> OutcomeRow:
    """The row; it raises a question only where a rule fails of it, as the verdict counts."""
    if row.answer != "fails" or not failing.isdisjoint(rules_of(row)):
        return row
    return replace(row, answer="undetermined")


def _outside(one: Outcome, brought: Brought) -> OutcomeRow:
    """A registered outcome of a part that the report is not about."""
    text = _text(one, 0, (), "before", brought)
    label = "of another part of the trial"
    return OutcomeRow("does-not-apply", label, (text,), (), outside_scope=True, primary=one.role == "primary")


def _of(pair: Pair, before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Outcome]:
    return [before[i] for i in pair.before] + [after[j] for j in pair.after]


def _row_answer(pair: Pair, primary: bool, needs_reader: bool, declared: bool = False) -> Answer:
    """As the rules judge it: only what is certain raises a question, and a secondary outcome may be given elsewhere."""
    if pair.severity.rank < Severity.MODERATE.rank and not needs_reader:
        return "holds"
    if needs_reader or declared or (not pair.after and not primary):
        return "undetermined"
    return "fails"


def _row_label(pair: Pair) -> str:
    real = [one for one in pair.changes if one.severity is not Severity.NONE]
    if not real:
        return "no difference in substance found" if pair.changes else "as registered"
    gravest = max(real, key=lambda one: one.severity.rank)
    if gravest.severity is Severity.MINOR and pair.before and pair.after:
        return f"the same; {code_words(gravest.code)}"
    return code_words(gravest.code)


def _change(one: OutcomeChange, *, within_record: bool = False) -> ChangeView:
    return ChangeView(
        one.code.value, code_words(one.code, within_record=within_record), one.severity.value, one.sentence
    )


def _text(one: Outcome, index: int, changes: Sequence[OutcomeChange], side: str, brought: Brought) -> OutcomeText:
    spans = [
        span
        for change in changes
        if change.code not in _WHOLE  # to mark all of a text marks nothing
        for span in (change.before_spans if side == "before" else change.after_spans)
    ]
    quote = brought.quotes.get(one.measure, "") if side == "after" else ""
    return OutcomeText(
        one.role,
        one.source if side == "after" else "",
        _pieces(one, index, "measure", spans),
        _pieces(one, index, "time_frame", spans),
        _pieces(one, index, "description", spans),
        quote,
    )


def _pieces(one: Outcome, index: int, field: Field, spans: Sequence[TextSpan]) -> Pieces:
    """A field's text cut at the ends of the spans that lie in it."""
    text = one.text(field)
    marked = [False] * len(text)
    for span in spans:
        if span.outcome == index and span.field == field:
            for at in range(max(span.start, 0), min(span.end, len(text))):
                marked[at] = True
    pieces: list[tuple[str, bool]] = []
    for character, mark in zip(text, marked, strict=True):
        if pieces and pieces[-1][1] == mark:
            pieces[-1] = (pieces[-1][0] + character, mark)
        else:
            pieces.append((character, mark))
    return tuple(pieces)


# ----- the record's own history -----


def _phases(case: TrialCase) -> Iterable[PhaseView]:
    if case.registry is None or len(case.registry.versions) < 2:
        return
    for one in phase_changes(case.registry, case.reported.submitted if case.reported else None):
        before, after = one.outcomes(case.registry)
        changed = [pair for pair in one.comparison.pairs if pair.severity is not Severity.NONE]
        rows = tuple(
            OutcomeRow(
                answer=_row_answer(
                    pair, _is_primary(pair, before, after), pair.needs_reader and pair.severity.rank >= _GRAVE
                ),
                label="; ".join(dict.fromkeys(code_words(change.code, within_record=True) for change in pair.changes)),
                registered=tuple(_text(before[i], i, pair.changes, "before", Brought()) for i in pair.before),
                reported=tuple(
                    replace(_text(after[j], j, pair.changes, "after", Brought()), place="") for j in pair.after
                ),
                changes=tuple(_change(change, within_record=True) for change in pair.changes),
                needs_reader=pair.needs_reader,
                confidence=round(pair.confidence, 2),
                primary=_is_primary(pair, before, after),
            )
            for pair in changed
        )
        words = f"{PHASE_WORDS[one.phase]}, between {one.before.words} and {one.after.words}"
        versions = (case.registry.words(one.before), case.registry.words(one.after))
        yield PhaseView(words, rows, len(one.comparison.pairs) - len(changed), *versions)


def _is_primary(pair: Pair, before: Sequence[Outcome], after: Sequence[Outcome]) -> bool:
    return any(one.role == "primary" for one in _of(pair, before, after))
