"""What was promised beside what was reported: each outcome that was ever primary, at each stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trialseal.outcomes.compare import compare
from trialseal.outcomes.model import ChangeCode, Outcome, Pair
from trialseal.report.check.outcome_rows import record_answer
from trialseal.report.check.view import Lane, OutcomeRow, PromisedView, Stage, Standing
from trialseal.report.check.words import ORDER
from trialseal.report.trial.view import Answer
from trialseal.rules.outcome_sets import OutcomeSets, outcomes_of
from trialseal.rules.registered_and_reported import RegisteredAndReported
from trialseal.rules.trial_case import TrialCase

Paired = Sequence[tuple[Pair | None, OutcomeRow]]


def promised_of(case: TrialCase, compared: RegisteredAndReported, rows: Paired) -> PromisedView | None:
    """The stages and what became of each outcome; None where no outcome was ever primary."""
    history, report = case.registry, case.reported
    if history is None or report is None:
        return None
    shown = [one for one in history.versions if one.outcomes]
    first, last = shown[0], shown[-1]
    reported = Stage("Reported", report.submitted or "")
    pairs = [(half, row) for pair, row in rows if pair is not None for half in _halves(pair)]
    if first is last:
        lanes = [_lane(row, (), pair, row.answer, compared) for pair, row in pairs]
        stages: tuple[Stage, ...] = (Stage("Registered", last.date or last.words), reported)
    else:
        # What the first version says of parts that the report is not about is left out, as of the last.
        began = compared.of_its_parts(outcomes_of(history, first))
        lanes = [*_lanes(began, pairs, compared)]
        stages = (
            Stage("Registered first", first.date or first.words),
            Stage("Registered last", last.date or last.words),
            reported,
        )
    lanes = [lane for lane in lanes if "primary" in lane.standings]
    return PromisedView(stages, tuple(lanes)) if lanes else None


def _halves(pair: Pair) -> tuple[Pair, ...]:
    """A pair; where one outcome came in the place of another, each of the two by itself: they are no one outcome."""
    if any(change.code is ChangeCode.PRIMARY_REPLACED for change in pair.changes):
        return pair._replace(after=()), pair._replace(before=())
    return (pair,)


def _lanes(
    began: Sequence[Outcome], pairs: Sequence[tuple[Pair, OutcomeRow]], compared: RegisteredAndReported
) -> Iterator[Lane]:
    sets = OutcomeSets(began, compared.registered)
    earlier = [half for pair in compare(sets.before, sets.after).pairs for half in _halves(pair)]
    for pair, row in pairs:
        before = [one for one in earlier if not set(one.after).isdisjoint(pair.before)]
        step = _worst(record_answer(one, sets) for one in before)
        first = [began[i] for one in before for i in one.before]
        yield _lane(row, (first,), pair, row.answer, compared, step)
    for one in earlier:
        if not one.after:
            gone = [began[i] for i in one.before]
            yield Lane(gone[0].measure, (_standing(gone), "absent", "absent"), (record_answer(one, sets), "holds"))


def _lane(
    row: OutcomeRow,
    earlier: tuple[Sequence[Outcome], ...],
    pair: Pair,
    answer: Answer,
    compared: RegisteredAndReported,
    *steps: Answer,
) -> Lane:
    registered = [compared.registered[i] for i in pair.before]
    reported = [compared.reported[j] for j in pair.after]
    sides = (*earlier, registered, reported)
    words = next(one.measure for side in sides for one in side)
    return Lane(words, tuple(_standing(side) for side in sides), (*steps, answer))


def _standing(outcomes: Sequence[Outcome]) -> Standing:
    if not outcomes:
        return "absent"
    return "primary" if any(one.role == "primary" for one in outcomes) else "other"


def _worst(answers: Iterable[Answer]) -> Answer:
    there = set(answers)
    return next((one for one in ORDER if one in there), "holds")
