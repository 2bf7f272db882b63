"""What differs between two outcomes that belong together, by what is said and not by how.

Structured fields decide where both sides have them; where only words are given, the concepts read from them do.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator

from trialseal.outcomes.contrasts import Contrast, contrasts, named_in
from trialseal.outcomes.exchanged import exchanged, meant, qualified
from trialseal.outcomes.model import ChangeCode, Field, Outcome, OutcomeChange, TextSpan
from trialseal.outcomes.rarity import weight
from trialseal.outcomes.readings import Mention, OutcomeReading
from trialseal.outcomes.times import Time, without_times
from trialseal.outcomes.words import spelt, squashed, tokens

# The weight of words without which nothing can have been said of a method.
_TELLING = 1.0
_UNIT_SIGNS = string.ascii_lowercase + "µ/%"


def differences(before: OutcomeReading, after: OutcomeReading, i: int, j: int) -> list[OutcomeChange]:
    """All changes between outcome `i` of the one set and outcome `j` of the other but that of the role; REWORDED or
    LAYOUT if the words differ and nothing that they say does."""
    one, other = before.outcome, after.outcome
    changes = [
        *_time(before, after, i, j),
        *_measure(before, after, i, j),
        *_mentioned("metrics", before, after, i, j),
        *_mentioned("aggregations", before, after, i, j),
        *_thresholds(before, after, i, j),
        *_components(before, after, i, j),
        *_estimands(one, other),
    ]
    if changes:
        return changes
    fields: tuple[Field, ...] = ("measure", "description", "time_frame")
    if all(one.text(field) == other.text(field) for field in fields):
        return []
    if all(squashed(one.text(field)) == squashed(other.text(field)) for field in fields):
        return [_made(ChangeCode.LAYOUT, "Only letters' case, white space or punctuation differ.")]
    return [_made(ChangeCode.REWORDED, "The words differ; nothing was found that they say otherwise.")]


def _made(
    code: ChangeCode, sentence: str, before: Iterable[TextSpan] = (), after: Iterable[TextSpan] = ()
) -> OutcomeChange:
    return OutcomeChange(code, code.severity, sentence, tuple(before), tuple(after))


# ----- time -----


def _time(before: OutcomeReading, after: OutcomeReading, i: int, j: int) -> Iterator[OutcomeChange]:
    mine, theirs = before.times.follow_up, after.times.follow_up
    # A time that the other side gives in another of its fields is neither new nor gone.
    gone = [point for point in mine if not any(point.is_like(other) for other in (*theirs, *after.every_time))]
    new = [point for point in theirs if not any(point.is_like(other) for other in (*mine, *before.every_time))]
    if not mine and theirs:
        yield _made(ChangeCode.TIME_ADDED, f"No time was given; {_listed(theirs)} is.", (), _spans(after, j, theirs))
    elif mine and not theirs:
        yield _made(ChangeCode.TIME_OMITTED, f"{_listed(mine)} was given; no time is.", _spans(before, i, mine))
    elif (gone and new) or ((gone or new) and not _same_last(before, after) and _moved(before, after)):
        sentence = f"The time was {_listed(mine)} and is {_listed(theirs)}."
        yield _made(ChangeCode.TIME_CHANGED, sentence, _spans(before, i, gone or mine), _spans(after, j, new or theirs))
    elif new:
        yield _made(ChangeCode.TIME_ADDED, f"{_listed(new)} was added.", (), _spans(after, j, new))
    elif gone:
        yield _made(ChangeCode.TIME_OMITTED, f"{_listed(gone)} was left out.", _spans(before, i, gone))


def _moved(before: OutcomeReading, after: OutcomeReading) -> bool:
    """Whether the last time of either side is one that the other gives nowhere."""
    for reading, other in ((before, after), (after, before)):
        last = _last(reading)
        said = (*other.every_time, *other.times.follow_up)
        if not any(last.is_like(point) for point in said):
            return True
    return False


def of_two_times(before: OutcomeReading, after: OutcomeReading) -> bool:
    """Whether one side gives the last time of the other outside its own time frame: it gave two, of which one stands,
    and a person must say whether that is a change."""
    for reading, other in ((before, after), (after, before)):
        if reading.times.follow_up and other.times.follow_up:
            last = _last(reading)
            framed = any(last.is_like(point) for point in other.times.follow_up)
            if not framed and any(last.is_like(point) for point in other.every_time):
                return True
    return False


def _last(reading: OutcomeReading) -> Time:
    return max(reading.times.follow_up, key=lambda point: point.days)


def _same_last(before: OutcomeReading, after: OutcomeReading) -> bool:
    both = before.times.follow_up and after.times.follow_up
    return bool(both) and _last(before).is_like(_last(after))


def _spans(reading: OutcomeReading, index: int, points: Iterable[Time]) -> list[TextSpan]:
    if reading.time_field is None:
        return []
    return [TextSpan(index, reading.time_field, point.begin, point.end) for point in points]


def _listed(points: Iterable[Time]) -> str:
    return ", ".join(dict.fromkeys(f"'{point.words}'" for point in points))


# ----- measure, metric, aggregation -----

_CODES = {
    "metrics": (ChangeCode.METRIC_CHANGED, ChangeCode.METRIC_ADDED, ChangeCode.METRIC_OMITTED, "metric"),
    "aggregations": (
        ChangeCode.AGGREGATION_CHANGED,
        ChangeCode.AGGREGATION_ADDED,
        ChangeCode.AGGREGATION_OMITTED,
        "aggregation",
    ),
}
_STRUCTURED = {"metrics": "analysis_metric", "aggregations": "aggregation"}


def _mentioned(kind: str, before: OutcomeReading, after: OutcomeReading, i: int, j: int) -> Iterator[OutcomeChange]:
    changed, added, omitted, name = _CODES[kind]
    stated = getattr(before.outcome, _STRUCTURED[kind]), getattr(after.outcome, _STRUCTURED[kind])
    if stated[0] and stated[1]:
        if squashed(stated[0]) != squashed(stated[1]):
            yield _made(changed, f"The {name} was '{stated[0]}' and is '{stated[1]}'.")
        return
    mine, theirs = before.concepts(kind), after.concepts(kind)
    if mine & theirs or mine == theirs:
        return
    befores = [mention for mention in getattr(before, kind) if mention.concept in mine - theirs]
    afters = [mention for mention in getattr(after, kind) if mention.concept in theirs - mine]
    quoted = _quoted(before.outcome, befores), _quoted(after.outcome, afters)
    spans = [_span(mention, i) for mention in befores], [_span(mention, j) for mention in afters]
    if not mine:
        yield _made(added, f"No {name} was named; {quoted[1]} is.", (), spans[1])
    elif not theirs:
        yield _made(omitted, f"The {name} was {quoted[0]}; none is named.", spans[0])
    else:
        yield _made(changed, f"The {name} was {quoted[0]} and is {quoted[1]}.", *spans)


def _measure(before: OutcomeReading, after: OutcomeReading, i: int, j: int) -> Iterator[OutcomeChange]:
    one, other = before.outcome, after.outcome
    if one.measurement_variable and other.measurement_variable:
        if squashed(one.measurement_variable) != squashed(other.measurement_variable):
            sentence = f"The variable was '{one.measurement_variable}' and is '{other.measurement_variable}'."
            yield _made(ChangeCode.MEASURE_CHANGED, sentence)
        return
    for one_name in _contrasts(before, after):
        sentence = f"What is measured was {_or(one_name.before)} and is {_or(one_name.after)}."
        yield _made(ChangeCode.MEASURE_CHANGED, sentence)
    was, became = (each.description if _only_described(before, after) else each.measure for each in (one, other))
    if _exchanged(before, after):
        sentence = f"One word stands in another's place: '{was}' was said, and '{became}' is."
        yield _made(ChangeCode.MEASURE_CHANGED, sentence)
    elif _qualified(before, after):
        sentence = f"One narrows or denies what the other names: '{was}' was said, and '{became}' is."
        yield _made(ChangeCode.MEASURE_CHANGED, sentence)
    new, gone = (
        after.concepts("methods") - before.concepts("methods"),
        before.concepts("methods") - after.concepts("methods"),
    )
    telling = {"by", "using", "scale", "defined", "formula"}
    # A method that is said in other words is not one that is new, or gone.
    said_more = weight(after.all_forms - before.all_forms) >= _TELLING
    said_less = weight(before.all_forms - after.all_forms) >= _TELLING and not before.acronyms & after.acronyms
    if said_more and new & telling and not before.concepts("methods") & telling:
        mentions = [mention for mention in after.methods if mention.concept in new & telling]
        sentence = f"How it is measured or defined was not said; {_quoted(other, mentions)} now begins to say it."
        yield _made(ChangeCode.MEASURE_ADDED, sentence, (), [_span(mention, j) for mention in mentions])
    elif said_less and gone & telling and not after.concepts("methods") & telling:
        mentions = [mention for mention in before.methods if mention.concept in gone & telling]
        sentence = f"How it is measured or defined was said, {_quoted(one, mentions)}; it is not any more."
        yield _made(ChangeCode.MEASURE_OMITTED, sentence, [_span(mention, i) for mention in mentions])


def _only_described(before: OutcomeReading, after: OutcomeReading) -> bool:
    """Whether the titles are the same, so that the descriptions alone say what is measured."""
    one, other = before.outcome, after.outcome
    return bool(one.description and other.description) and squashed(one.measure) == squashed(other.measure)


def _contrasts(before: OutcomeReading, after: OutcomeReading) -> Iterator[Contrast]:
    yield from contrasts(before.named, after.named)
    if _only_described(before, after):
        mine, theirs = (named_in(each.outcome.description, each.outcome.measure) for each in (before, after))
        yield from contrasts(mine, theirs)


def _qualified(before: OutcomeReading, after: OutcomeReading) -> bool:
    """Whether nothing differs but a word that narrows or denies, which the other side does not say elsewhere either."""
    described = before.outcome.description or after.outcome.description
    return (
        (not described or _only_described(before, after))
        and not any(_contrasts(before, after))
        and qualified(*_without_told_times(before, after))
    )


def _without_told_times(before: OutcomeReading, after: OutcomeReading) -> tuple[str, str]:
    """Both measures without the times that are compared elsewhere; with their descriptions where these alone differ."""
    texts = []
    described = _only_described(before, after)
    for one, other in ((before, after), (after, before)):
        told = None if one.time_field == "measure" else other.measure_times.points
        more = f" {without_times(one.outcome.description)}" if described else ""
        texts.append(without_times(one.outcome.measure, told) + more)
    return texts[0], texts[1]


def _exchanged(before: OutcomeReading, after: OutcomeReading) -> tuple[str, str] | None:
    """One word in another's place, unless a name or threshold that is told of already."""
    if any(_contrasts(before, after)) or before.concepts("thresholds") != after.concepts("thresholds"):
        return None
    if (found := exchanged(*_without_told_times(before, after))) is None:
        return None
    gone, new = map(meant, found)
    if _only_described(before, after):
        # Of the many words of a description, only names of instruments and the like leave no other reading.
        named = (_capitals(each.outcome.description) for each in (before, after))
        return found if all(names & set(words.split()) for names, words in zip(named, found, strict=True)) else None
    # What the other side's description says is not gone; 'with' and 'without' mean nothing by themselves.
    return None if (gone and gone <= after.all_forms) or (new and new <= before.all_forms) else found


def _capitals(text: str) -> frozenset[str]:
    """The words that are written with a capital, in one spelling."""
    written = (token.written for token in tokens(text) if token.written != token.written.casefold())
    return frozenset(word for one in written for word in spelt(one, written_out=False))


def _thresholds(before: OutcomeReading, after: OutcomeReading, i: int, j: int) -> Iterator[OutcomeChange]:
    mine, theirs = before.concepts("thresholds", "measure"), after.concepts("thresholds", "measure")
    everywhere = before.concepts("thresholds"), after.concepts("thresholds")
    if _only_described(before, after):
        mine, theirs = everywhere
    gone, new = _unlike(mine, everywhere[1]), _unlike(theirs, everywhere[0])
    if gone and new:
        befores = [mention for mention in before.thresholds if mention.concept in gone]
        afters = [mention for mention in after.thresholds if mention.concept in new]
        sentence = f"The threshold was {_quoted(before.outcome, befores)} and is {_quoted(after.outcome, afters)}."
        spans = [_span(mention, i) for mention in befores], [_span(mention, j) for mention in afters]
        yield _made(ChangeCode.THRESHOLD_CHANGED, sentence, *spans)


def _unlike(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """Thresholds that the others do not have; where one names no unit, the number decides."""
    bare = {one.rstrip(_UNIT_SIGNS) for one in others}
    unitless = {one for one in others if one == one.rstrip(_UNIT_SIGNS)}
    return frozenset(
        one
        for one in some - others
        if (number := one.rstrip(_UNIT_SIGNS)) not in unitless and not (number == one and number in bare)
    )


def _components(before: OutcomeReading, after: OutcomeReading, i: int, j: int) -> Iterator[OutcomeChange]:
    if before.components and after.components and before.components != after.components:
        gone, new = sorted(before.components - after.components), sorted(after.components - before.components)
        said = [f"without {', '.join(gone)}"] * bool(gone) + [f"with {', '.join(new)}"] * bool(new)
        yield _made(ChangeCode.COMPONENT_CHANGED, f"The composite is now {' and '.join(said)}.")
        return
    # Of alternatives ('death or stroke'), only those beyond what both sides name are gone or new.
    mine, theirs = before.alternatives, after.alternatives
    if mine and theirs and (mine < theirs or theirs < mine):
        word = "with" if mine < theirs else "without"
        beyond = ", ".join(sorted(mine ^ theirs))
        yield _made(ChangeCode.COMPONENT_CHANGED, f"The outcome is now {word} {beyond}.")


def _estimands(one: Outcome, other: Outcome) -> Iterator[OutcomeChange]:
    mine, theirs = {e.id: e for e in one.estimands}, {e.id: e for e in other.estimands}
    for name in mine.keys() & theirs.keys():
        changed = [
            field
            for field in type(mine[name]).model_fields
            if getattr(mine[name], field) != getattr(theirs[name], field)
        ]
        if changed:
            fields = ", ".join(field.replace("_", " ") for field in changed)
            yield _made(ChangeCode.ESTIMAND_CHANGED, f"The estimand '{name}' has another {fields}.")


def _or(names: Iterable[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


def _span(mention: Mention, index: int) -> TextSpan:
    return TextSpan(index, mention.field, mention.start, mention.end)


def _quoted(outcome: Outcome, mentions: Iterable[Mention]) -> str:
    said = dict.fromkeys(" ".join(outcome.text(m.field)[m.start : m.end].split()).casefold() for m in mentions)
    return ", ".join(f"'{words}'" for words in list(said)[:3])
