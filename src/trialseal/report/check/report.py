"""From a trial's case to what its report shows: findings by item, outcomes side by side, questions, a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from trialseal.evidence.wording import listed
from trialseal.manuscripts import Paper
from trialseal.outcomes.model import Change, Code, Field, Outcome, Pair, Severity, Span
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
    Question,
    QuoteView,
    SourceView,
)
from trialseal.report.check.words import ORDER, code_words, headline
from trialseal.report.trial.view import Answer
from trialseal.rules.finding import Finding, Status, exit_code
from trialseal.rules.outcome_changes import PHASE_WORDS, phase_changes
from trialseal.rules.reported_outcomes import RegisteredAndReported, registered_and_reported
from trialseal.rules.trial_case import TrialCase
from trialseal.rules.trial_catalogue import ITEMS

_ANSWERS: Mapping[Status, Answer] = {
    Status.HOLDS: "holds",
    Status.FAILS: "fails",
    Status.UNDETERMINED: "undetermined",
    Status.DOES_NOT_APPLY: "does-not-apply",
}
_RECORD_RULE = "registered-outcomes-kept"
_MOST_KINDRED = 2
_GRAVE = Severity.MODERATE.rank
_WHOLE = frozenset(
    {
        Code.PRIMARY_DROPPED, Code.PRIMARY_ADDED, Code.PRIMARY_REPLACED, Code.SECONDARY_DROPPED, Code.SECONDARY_ADDED,
        Code.OTHER_DROPPED, Code.OTHER_ADDED,
    }
)  # fmt: skip
# These compare outcomes one by one; the questions are put pair by pair, so that each has both texts.
_OUTCOME_RULES = frozenset({"reported-were-registered", "registered-were-reported", "reported-as-registered"})


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
    declared = case.reported is not None and bool(case.reported.explanations)
    rows = _outcome_rows(compared, brought, declared) if compared else ()
    phases = tuple(_phases(case))
    record = next((v.record for v in reversed(case.registry.versions) if v.record), None) if case.registry else None
    titles = record.titles if record else None
    title = (titles.public or titles.scientific) if titles else None
    return CheckView(
        title=title or f"Trial {case.number or 'without a number'}",
        number=case.number or "",
        numbers=_numbers(case),
        as_of=case.as_of.isoformat(),
        answer=_worst([_ANSWERS[one.status] for one in findings]) or "does-not-apply",
        headline=headline(counts, sum(1 for row in rows if row.primary and row.needs_reader)),
        counts=counts,
        sources=brought.sources,
        items=_items(findings, brought.paper),
        questions=tuple(_questions(case, findings, rows, compared, phases, brought)),
        outcomes=rows,
        compared=f"{compared.source} with {case.reported.source}" if compared and case.reported else "",
        phases=phases,
        timeline=timeline_of(case, title or case.number or "the trial"),
        notices=brought.notices,
        outcomes_file=brought.outcomes_file,
        reply=case.reply,
        reply_source=brought.reply_source,
        exit_code=exit_code(findings),
    )


def _worst(answers: Iterable[Answer]) -> Answer | None:
    there = set(answers)
    return next((answer for answer in ORDER if answer in there), None)


def _numbers(case: TrialCase) -> tuple[str, ...]:
    numbers = [case.number] if case.number else []
    for version in reversed(case.registry.versions) if case.registry else ():
        if version.record:
            numbers += version.record.trial.registry_ids
            break
    return tuple(dict.fromkeys(numbers))


# ----- items -----


def _items(findings: Sequence[Finding], paper: Paper | None) -> tuple[ItemView, ...]:
    from trialseal.manuscripts.statements import ITEMS as SUBJECTS

    items = []
    for number, title in ITEMS.items():
        here = tuple(_finding(one) for one in findings if (one.item if one.item in ITEMS else "") == number)
        subjects = [subject for subject, item in SUBJECTS.items() if item and _group(item) == number]
        quotes = tuple(
            QuoteView(one.quote, one.place) for subject in subjects for one in (paper.on(subject)[:2] if paper else ())
        )
        if here or quotes:
            ordered = tuple(sorted(here, key=lambda one: ORDER.index(one.answer)))
            items.append(ItemView(number, title, _worst(one.answer for one in here), ordered, quotes))
    return tuple(items)


def _group(item: str) -> str:
    """The item under which a sentence is shown: 21d under 21, 20a (blinding) under 10, which asks who knew."""
    if item in ITEMS:
        return item
    return "10" if item == "20a" else item.rstrip("abcd")


def _finding(one: Finding) -> FindingView:
    facts = tuple(FactView(str(fact), getattr(fact, "source", "")) for fact in one.facts)
    if one.rule in (*_OUTCOME_RULES, _RECORD_RULE) and facts:
        # Each pair stands in the table of outcomes, with both texts.
        facts = tuple(fact for fact in facts if " → " not in fact.text and not fact.text.startswith("outside scope"))
    return FindingView(one.rule, _ANSWERS[one.status], one.sentence, facts, one.source)


# ----- outcomes -----


def _outcome_rows(compared: RegisteredAndReported, brought: Brought, declared: bool) -> tuple[OutcomeRow, ...]:
    """`declared`: the report speaks of changes, so that a reader sees first whether it speaks of these."""
    rows = [_row(pair, compared, brought, declared) for pair in compared.comparison.pairs]
    rows += [_outside(one, brought) for one in compared.outside]
    roles = ("primary", "secondary", "other")

    def place(row: OutcomeRow) -> tuple[bool, int, int]:
        texts = (*row.reported, *row.registered)
        return row.outside_scope, min(roles.index(one.role) for one in texts), ORDER.index(row.answer)

    return tuple(sorted(rows, key=place))


def _row(pair: Pair, compared: RegisteredAndReported, brought: Brought, declared: bool) -> OutcomeRow:
    before, after = compared.registered, compared.reported
    reader = compared.needs_reader(pair)
    primary = compared.sets.primary(pair)
    kindred = compared.kindred(pair) if reader else []
    return OutcomeRow(
        answer=_row_answer(pair, primary, reader, declared),
        label="another number in its time" if compared.unread(pair) else _row_label(pair),
        registered=tuple(_text(before[i], i, pair.changes, "before", brought) for i in pair.before),
        reported=tuple(_text(after[j], j, pair.changes, "after", brought) for j in pair.after),
        changes=tuple(_change(one) for one in pair.changes),
        needs_reader=reader,
        perhaps=tuple(one.measure for one in kindred[:_MOST_KINDRED]),
        confidence=round(pair.confidence, 2),
        primary=primary,
    )


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


def _change(one: Change, *, within_record: bool = False) -> ChangeView:
    return ChangeView(
        one.code.value, code_words(one.code, within_record=within_record), one.severity.value, one.sentence
    )


def _text(one: Outcome, index: int, changes: Sequence[Change], side: str, brought: Brought) -> OutcomeText:
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


def _pieces(one: Outcome, index: int, field: Field, spans: Sequence[Span]) -> Pieces:
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


# ----- questions -----

_ASKS: Mapping[Code, str] = {
    Code.PRIMARY_DROPPED: "Where is this outcome reported? If it was taken out, when and why, and had anyone seen the "
    "data by group?",
    Code.PRIMARY_ADDED: "Was this outcome planned before the data were seen, and where is that on record?",
    Code.SECONDARY_ADDED: "Was this outcome planned before the data were seen, and where is that on record? If not, "
    "could it be called post hoc?",
    Code.PRIMARY_PROMOTED: "When and why did this outcome become a primary one, and had anyone seen the data by group?",
    Code.PRIMARY_DEMOTED: "When and why did this outcome cease to be a primary one, and had anyone seen the data by "
    "group?",
    Code.PRIMARY_REPLACED: "When and why was the primary outcome replaced, and had anyone seen the data by group?",
}
_ASK_OTHERWISE = "Is this the same outcome? If it was changed, when and why, and had anyone seen the data by group?"


def _questions(
    case: TrialCase,
    findings: Sequence[Finding],
    rows: Sequence[OutcomeRow],
    compared: RegisteredAndReported | None,
    phases: Sequence[PhaseView],
    brought: Brought,
) -> Iterable[Question]:
    for one in findings:
        if one.status is Status.FAILS and one.rule == _RECORD_RULE:
            yield from _of_phases(phases)
        elif one.status is Status.FAILS and one.rule not in _OUTCOME_RULES:
            yield _of_finding(one, case)
    explained = _explanation(case, brought)
    record = compared.source if compared else "the record"
    for row in rows:
        if row.answer == "fails":
            yield _of_row(row, case, record, explained)
    unsure = [row for row in rows if row.primary and row.needs_reader]
    if unsure:
        yield _of_unsure(unsure, case, record)


def _of_finding(one: Finding, case: TrialCase) -> Question:
    facts = [(str(fact), getattr(fact, "source", "")) for fact in one.facts]
    paper = case.reported.source if case.reported else ""
    said = tuple(QuoteView(text, source) for text, source in facts if paper and source.startswith(paper))
    record = tuple(QuoteView(text, source) for text, source in facts if not (paper and source.startswith(paper)))
    topic = ITEMS.get(one.item, "") or "Beside CONSORT"
    return Question(topic, one.item, record, said, "", _sentence(one.sentence))


def _of_phases(phases: Sequence[PhaseView]) -> Iterable[Question]:
    """What the record's own primary outcomes became: one question a phase, with both texts."""
    for phase in phases:
        quotes = [
            QuoteView(_whole(one), version)
            for row in phase.rows
            if row.answer == "fails" and row.primary
            for version, texts in ((phase.before, row.registered), (phase.after, row.reported))
            for one in texts
        ]
        if quotes:
            topic = f"Primary outcomes in the record, {phase.words.partition(',')[0]}"
            ask = "Why were they changed, where is that declared, and had anyone seen the data by group?"
            yield Question(topic, "10", tuple(quotes), (), "", ask)


def _sentence(text: str) -> str:
    if "." not in text.partition(" ")[0]:  # the name of a file is no word of a sentence
        text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".?!" else f"{text}."


def _of_row(row: OutcomeRow, case: TrialCase, record: str, explained: str) -> Question:
    real = [one for one in row.changes if one.severity in ("major", "moderate")]
    gravest = max(real, key=lambda one: one.severity == "major", default=None)
    role = "Primary outcome" if row.primary else "Secondary outcome"
    topic = f"{role}: {gravest.words}" if gravest else role
    ask = _ASKS.get(Code(gravest.code), _ASK_OTHERWISE) if gravest else _ASK_OTHERWISE
    registered = tuple(QuoteView(_whole(one), f"{record}, {one.role} outcome") for one in row.registered)
    name = case.reported.source if case.reported else "the report"
    reported = tuple(
        QuoteView(one.quote or _whole(one), f"{name}, {one.place or f'{one.role} outcome'}") for one in row.reported
    )
    return Question(topic, "26" if not row.registered else "10", registered, reported, explained, ask)


def _of_unsure(rows: Sequence[OutcomeRow], case: TrialCase, record: str) -> Question:
    """One question for all primary outcomes that only a reader can match."""
    registered = tuple(QuoteView(_whole(one), f"{record}, {one.role}") for row in rows for one in row.registered)
    name = case.reported.source if case.reported else "the report"
    reported = tuple(QuoteView(_whole(one), f"{name}, {one.place or one.role}") for row in rows for one in row.reported)
    ask = "Which reported outcome stands for each registered one, and was any of them changed?"
    searched = "Words alone do not tell whether these are the same outcomes."
    return Question("Primary outcomes in other words", "14", registered, reported, searched, ask, needs_reader=True)


def _whole(one: OutcomeText) -> str:
    measure, time_frame = ("".join(text for text, _ in pieces) for pieces in (one.measure, one.time_frame))
    return f"{measure} [{time_frame}]" if time_frame and time_frame not in measure else measure


def _explanation(case: TrialCase, brought: Brought) -> str:
    """Where an explanation was looked for, and the sentences that may be one."""
    said = brought.paper.on("changes") if brought.paper else ()
    if said:
        quotes = "; ".join(f"“{one.quote}” ({one.place})" for one in said[:2])
        return f"The manuscript speaks of changes: {quotes}. Whether that explains this needs a reader."
    files = [name.rpartition("/")[2] for one in brought.sources if one.what != "chain" for name in one.name.split(", ")]
    return f"No explanation found in {listed(files)}." if files else "No explanation found."
