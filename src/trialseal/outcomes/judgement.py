"""What is said of two sets of outcomes: a question only where it is sure, nothing only where it is sure, else a reader.

One judgement for versions of a record and for a paper beside its record. It joins what the comparison found and what
was learnt from published human ratings, and says in words which difference decided. `docs/evaluation.md` says how
often each answer was wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from trialseal.outcomes.compare import compare
from trialseal.outcomes.contrasts import exclude_each_other, named_in
from trialseal.outcomes.exchanged import exchanged
from trialseal.outcomes.features import UNDOUBTED, concerned_pairs, primary_features
from trialseal.outcomes.languages import in_another_language
from trialseal.outcomes.learnt import Judged, LearntModel, Name, model
from trialseal.outcomes.model import FIELDS, ChangeCode, Comparison, Outcome, OutcomeChange, Pair, Severity
from trialseal.outcomes.pointers import is_pointer
from trialseal.outcomes.published import published_features, stated
from trialseal.outcomes.times import times, without_times
from trialseal.outcomes.unspoken import unspoken
from trialseal.outcomes.words import spelt, squashed

Answer = Literal["question", "reader", "holds"]
Models = Callable[[Name], LearntModel]
"""Where the weights come from: those that are shipped, or others in their place when they are scored."""


class Judgement(NamedTuple):
    """What is said of the primary outcomes of two sets."""

    answer: Answer
    any_change: Judged
    """How probably human raters would call anything changed."""
    major_change: Judged
    """How probably they would say that other outcomes are primary now."""
    certain: bool
    """Whether the texts themselves leave no doubt that something differs."""
    doubted: bool
    """Whether the texts say something of substance differently, for sure or not: then nothing is said to hold."""
    differences: tuple[str, ...]
    """In words, the gravest first: `added`, `time frame`, `metric` …; what a reader should look at."""

    @property
    def major(self) -> bool:
        """Whether it is a major change: another set of primary outcomes."""
        return self.answer != "holds" and self.major_change.holds


_NONE = Judged(0.0, False, ())
_NOTHING = frozenset({ChangeCode.LAYOUT, ChangeCode.REORDERED})
HOLDS = Judgement("holds", _NONE, _NONE, False, False, ())

_WORDS = {
    ChangeCode.PRIMARY_DROPPED: "removed",
    ChangeCode.PRIMARY_ADDED: "added",
    ChangeCode.PRIMARY_REPLACED: "one in place of another",
    ChangeCode.PRIMARY_DEMOTED: "role",
    ChangeCode.PRIMARY_PROMOTED: "role",
    ChangeCode.ROLE_CHANGED: "role",
    ChangeCode.SPLIT: "split",
    ChangeCode.MERGED: "merged",
    ChangeCode.TIME_CHANGED: "time frame",
    ChangeCode.TIME_ADDED: "time frame added",
    ChangeCode.TIME_OMITTED: "time frame left out",
    ChangeCode.MEASURE_CHANGED: "measure",
    ChangeCode.MEASURE_ADDED: "how it is measured, added",
    ChangeCode.MEASURE_OMITTED: "how it is measured, left out",
    ChangeCode.METRIC_CHANGED: "metric",
    ChangeCode.METRIC_ADDED: "metric added",
    ChangeCode.METRIC_OMITTED: "metric left out",
    ChangeCode.AGGREGATION_CHANGED: "aggregation",
    ChangeCode.AGGREGATION_ADDED: "aggregation added",
    ChangeCode.AGGREGATION_OMITTED: "aggregation left out",
    ChangeCode.THRESHOLD_CHANGED: "threshold",
    ChangeCode.COMPONENT_CHANGED: "components",
    ChangeCode.ESTIMAND_CHANGED: "estimand",
    ChangeCode.REWORDED: "wording",
}


def judge_versions(
    before: Sequence[Outcome],
    after: Sequence[Outcome],
    comparison: Comparison | None = None,
    models: Models = model,
) -> Judgement:
    """Two versions of a record: their primary outcomes, beside the secondary ones. Equal words, and words that only
    point to results, are no change, whatever is learnt."""
    if settled(before, after):
        return HOLDS
    comparison = comparison or compare(before, after)
    pairs = concerned_pairs(before, after, comparison)
    features = primary_features(before, after, comparison)
    judged = _judged(
        models("versions-any").judge(features),
        models("versions-major").judge(features),
        models("versions-any"),
        pairs,
        certain=any(not pair.needs_reader for pair in pairs if _real(pair)),
        doubted=any(map(_real, pairs)),
    )
    return _in_words_not_read(judged, (*before, *after), pairs)


def settled(before: Sequence[Outcome], after: Sequence[Outcome]) -> bool:
    """Whether there is nothing to judge: no primary outcome, the same words, or words that point to results."""
    mine, theirs = _primaries(before), _primaries(after)
    return _texts(mine) == _texts(theirs) or any(map(is_pointer, (*mine, *theirs))) or _spelt_alike(mine, theirs)


def _spelt_alike(before: Sequence[Outcome], after: Sequence[Outcome]) -> bool:
    """Whether outcomes differ in spelling alone: 'BMI after a year' and 'Body mass index, 12 months' do not."""
    mine, theirs = (sorted(map(_spelt, outcomes)) for outcomes in (before, after))
    return len(mine) == len(theirs) and all(
        one.words == other.words
        and len(one.days) == len(other.days)
        and all(abs(day - another) <= _A_DAY for day, another in zip(one.days, other.days, strict=True))
        for one, other in zip(mine, theirs, strict=True)
    )


class _Spelt(NamedTuple):
    """An outcome in one spelling, its times apart."""

    words: tuple[tuple[str, ...], ...]
    days: tuple[float, ...]


def _spelt(outcome: Outcome) -> _Spelt:
    words: list[tuple[str, ...]] = []
    days: list[float] = []
    for field in FIELDS:
        text = outcome.text(field)
        words.append(spelt(without_times(text)))
        days += [number for point in times(text).points for number in (point.start or 0.0, point.days)]
    return _Spelt(tuple(words), tuple(days))


# '26 weeks' and '6 months' are one time; '12 weeks' and '3 months' are a week apart.
_A_DAY = 1.01


def judge_published(
    registered: Sequence[Outcome],
    reported: Sequence[Outcome],
    words: str = "",
    comparison: Comparison | None = None,
    certain: float = 0.0,
    models: Models = model,
) -> Judgement | None:
    """Registered outcomes beside those that a paper states, and the paper's sentences that state them.

    `certain` is the confidence of the surest pair of which somebody confirmed the words and the texts leave no doubt:
    at 0 nothing is asked, and near 1 what was learnt does not count. None where no primary outcome is registered, or
    none of any kind reported: then nothing can be said.
    """
    if not _primaries(registered) or not reported:
        return None
    comparison = comparison or compare(registered, reported)
    pairs = concerned_pairs(registered, reported, comparison)
    if all(change.code in _NOTHING for pair in pairs for change in pair.changes):
        return HOLDS
    words = words or spoken(reported)
    missing = unspoken(registered, stated(words))
    features = published_features(registered, words)
    features[UNDOUBTED] = certain
    judged = _judged(
        models("published-any").judge(features),
        models("published-major").judge(features),
        models("published-any"),
        pairs,
        certain=certain > 0,
        # A difference that the comparison sees is often only unsaid. What must be said, however, is asked for, and
        # another measure was not left unsaid.
        doubted=certain > 0 or bool(missing) or any(_is_another(one, registered, reported) for one in pairs),
        missing=missing,
    )
    if judged.answer == "holds" and not _primaries(reported):
        return judged._replace(answer="reader")
    return _in_words_not_read(judged, (*registered, *reported), pairs)


def _is_another(pair: Pair, registered: Sequence[Outcome], reported: Sequence[Outcome]) -> bool:
    """Whether a pair's words say that something else was measured, and not only less."""
    codes = {change.code for change in pair.changes}
    if ChangeCode.PRIMARY_REPLACED not in codes:
        return bool(codes & {ChangeCode.MEASURE_CHANGED, ChangeCode.THRESHOLD_CHANGED})
    both = ((registered[i], reported[j]) for i in pair.before for j in pair.after)
    return any(
        exclude_each_other(*(named_in(one.measure, one.description) for one in two))
        or exchanged(two[0].measure, two[1].measure) is not None
        for two in both
    )


def spoken(reported: Iterable[Outcome]) -> str:
    """Outcomes as a paper would state them, where its own sentences are not known."""
    return " ".join(
        f"The {one.role} outcome was {' '.join(filter(None, (one.measure, one.description, one.time_frame)))}."
        for one in reported
    )


def _in_words_not_read(judged: Judgement, outcomes: Iterable[Outcome], pairs: Sequence[Pair]) -> Judgement:
    """The judgement, or a reader's where texts of another language than English differ: nothing was learnt of them."""
    differ = any(change.code not in _NOTHING for pair in pairs for change in pair.changes)
    return judged._replace(answer="reader") if differ and in_another_language(outcomes) else judged


def _judged(
    any_change: Judged,
    major: Judged,
    asked: LearntModel,
    pairs: Sequence[Pair],
    *,
    certain: bool,
    doubted: bool,
    missing: Sequence[ChangeCode] = (),
) -> Judgement:
    found = [change for pair in pairs for change in pair.changes if change.code in _WORDS]
    answer = decided(any_change.probability, major.holds or doubted, certain, asked.threshold, asked.sure)
    return Judgement(answer, any_change, major, certain, doubted, _named(found, missing))


def decided(probability: float, doubted: bool, certain: bool, threshold: float, sure: float) -> Answer:
    """The answer: both what was compared and what was learnt must be sure of a question, and neither may doubt that
    nothing changed."""
    if certain and probability >= sure:
        return "question"
    return "reader" if certain or doubted or probability >= threshold else "holds"


def _named(changes: Sequence[OutcomeChange], missing: Sequence[ChangeCode]) -> tuple[str, ...]:
    ordered = sorted(changes, key=lambda one: -one.severity.rank)
    codes = [*(one.code for one in ordered if one.severity.rank >= Severity.MODERATE.rank), *missing]
    codes += [one.code for one in ordered]
    return tuple(dict.fromkeys(_WORDS[code] for code in codes)) or (_WORDS[ChangeCode.REWORDED],)


def _real(pair: Pair) -> bool:
    return pair.severity.rank >= Severity.MODERATE.rank


def _primaries(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.role == "primary"]


def _texts(outcomes: Sequence[Outcome]) -> list[str]:
    return sorted(squashed(f"{one.measure} {one.description} {one.time_frame}") for one in outcomes)
