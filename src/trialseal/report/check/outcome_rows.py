"""Outcomes side by side: each pair as a row of the table, with what became of it and the words that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trialseal.outcomes.model import ChangeCode, Field, Outcome, OutcomeChange, Pair, Severity, TextSpan
from trialseal.report.check.questions import rules_of
from trialseal.report.check.view import ChangeView, OutcomeRow, OutcomeText, Pieces, QuoteView
from trialseal.report.check.words import ORDER, code_words
from trialseal.report.trial.view import Answer
from trialseal.rules.outcome_sets import OutcomeSets, parts_of
from trialseal.rules.registered_and_reported import RegisteredAndReported
from trialseal.rules.reported_outcomes import explanations_of
from trialseal.rules.trial_case import TrialCase

_MOST_KINDRED = 2
_GRAVE = Severity.MODERATE.rank
# These are about whole outcomes or their roles: to mark all of a text marks nothing.
_WHOLE = frozenset(
    {
        ChangeCode.PRIMARY_DROPPED, ChangeCode.PRIMARY_ADDED, ChangeCode.PRIMARY_REPLACED, ChangeCode.SECONDARY_DROPPED,
        ChangeCode.SECONDARY_ADDED, ChangeCode.OTHER_DROPPED, ChangeCode.OTHER_ADDED,
        ChangeCode.PRIMARY_DEMOTED, ChangeCode.PRIMARY_PROMOTED, ChangeCode.ROLE_CHANGED,
    }
)  # fmt: skip
_ROLES = ("primary", "secondary", "other")


def outcome_rows(
    case: TrialCase, compared: RegisteredAndReported, quotes: Mapping[str, str], failing: frozenset[str]
) -> tuple[tuple[Pair | None, OutcomeRow], ...]:
    """Each pair with its row, in the order of the table; then what is of other parts, which has no pair.

    `quotes` are the manuscript's sentences by measure; `failing` are the rules that fail.
    """
    rows: list[tuple[Pair | None, OutcomeRow]] = [
        (pair, _as_judged(_row(case, pair, compared, quotes), failing)) for pair in compared.comparison.pairs
    ]
    rows += [(None, _outside(one)) for one in compared.outside]

    def place(numbered: tuple[Pair | None, OutcomeRow]) -> tuple[bool, int, int]:
        row = numbered[1]
        texts = (*row.reported, *row.registered)
        return row.outside_scope, min(_ROLES.index(one.role) for one in texts), ORDER.index(row.answer)

    return tuple(sorted(rows, key=place))


def record_row(pair: Pair, sets: OutcomeSets) -> OutcomeRow:
    """A pair of two versions of one record."""
    primary = sets.primary(pair)
    return OutcomeRow(
        answer=record_answer(pair, sets),
        label="; ".join(dict.fromkeys(code_words(change.code, within_record=True) for change in pair.changes)),
        registered=tuple(_text(sets.before[i], i, pair.changes, "before") for i in pair.before),
        reported=tuple(replace(_text(sets.after[j], j, pair.changes, "after"), place="") for j in pair.after),
        changes=tuple(_change(change, within_record=True) for change in pair.changes),
        needs_reader=pair.needs_reader,
        confidence=round(pair.confidence, 2),
        primary=primary,
    )


def record_answer(pair: Pair, sets: OutcomeSets) -> Answer:
    """What became of a pair between two versions of one record."""
    return _row_answer(pair, sets.primary(pair), pair.needs_reader and pair.severity.rank >= _GRAVE)


def _row(case: TrialCase, pair: Pair, compared: RegisteredAndReported, quotes: Mapping[str, str]) -> OutcomeRow:
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
        registered=tuple(_text(before[i], i, pair.changes, "before") for i in pair.before),
        reported=tuple(_text(after[j], j, pair.changes, "after", quotes) for j in pair.after),
        changes=tuple(_change(one) for one in pair.changes),
        needs_reader=reader,
        perhaps=tuple(one.measure for one in kindred[:_MOST_KINDRED]),
        confidence=round(pair.confidence, 2),
        primary=primary,
        explained=tuple(QuoteView(str(one).strip("“”"), one.source) for one in said),
        parts=_parts(compared.sets.of(pair)),
    )


def _as_judged(row: OutcomeRow, failing: frozenset[str]) -> OutcomeRow:
    """The row; it raises a question only where a rule fails of it, as the verdict counts."""
    if row.answer != "fails" or not failing.isdisjoint(rules_of(row)):
        return row
    return replace(row, answer="undetermined")


def _outside(one: Outcome) -> OutcomeRow:
    """A registered outcome of a part that the report is not about."""
    text = _text(one, 0, (), "before")
    label = "of another part of the trial"
    primary = one.role == "primary"
    return OutcomeRow("does-not-apply", label, (text,), (), outside_scope=True, primary=primary, parts=_parts([one]))


def _parts(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    return tuple(sorted(parts_of(outcomes) | {one.part.casefold() for one in outcomes if one.part}))


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


def _text(
    one: Outcome, index: int, changes: Sequence[OutcomeChange], side: str, quotes: Mapping[str, str] | None = None
) -> OutcomeText:
    spans = [
        span
        for change in changes
        if change.code not in _WHOLE
        for span in (change.before_spans if side == "before" else change.after_spans)
    ]
    quote = quotes.get(one.measure, "") if quotes and side == "after" else ""
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
