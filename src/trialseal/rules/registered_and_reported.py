"""Registered and reported outcomes put side by side: which belong together, and what is said of the rest."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property, lru_cache

from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import Judgement, Models, judge_published
from trialseal.outcomes.learnt import model
from trialseal.outcomes.model import ChangeCode, Comparison, Outcome, OutcomeChange, Pair, Severity
from trialseal.outcomes.pointers import says_no_measure
from trialseal.outcomes.readings import OutcomeReading, read_all
from trialseal.outcomes.words import content, stem
from trialseal.rules.finding import Answer, does_not_apply, undetermined
from trialseal.rules.outcome_sets import OutcomeSets, named_parts, outcomes_of, parts_of
from trialseal.rules.registration import NO_RECORD
from trialseal.rules.trial_case import TrialCase

MOST_NAMED = 4
_LETTERS = re.compile(r"[^\W\d_]{3,}")
# Words that outcomes of any trial may share; what is left tells what an outcome is about.
_GENERAL = frozenset(
    token.form
    for token in content(
        "about after all and any are assessed at before between by change day days defined dose doses each either end "
        "first following for from group in incidence injection least less level levels mean measured median month "
        "months more number occurrence of onset or outcome over participants part patients percent percentage period "
        "phase point proportion rate rates score scores scale second secondary primary start starting study subjects "
        "than that the third this through time to total treatment until up use using value vaccination week weeks when "
        "which who with within without year years baseline analysis assessment per disease efficacy safety against"
    )
)
OTHER_ROLE = frozenset({ChangeCode.PRIMARY_PROMOTED, ChangeCode.PRIMARY_DEMOTED})
NOT_REGISTERED = OTHER_ROLE | {ChangeCode.PRIMARY_ADDED, ChangeCode.PRIMARY_REPLACED, ChangeCode.SECONDARY_ADDED}
CHANGE_WORDS = {
    ChangeCode.PRIMARY_ADDED: "primary, not found in the record",
    ChangeCode.SECONDARY_ADDED: "secondary, not found in the record",
    ChangeCode.PRIMARY_PROMOTED: "primary, in another role in the record",
    ChangeCode.PRIMARY_DEMOTED: "not primary, primary in the record",
    ChangeCode.PRIMARY_REPLACED: "primary, in place of another",
}
# What an outcome is, how and when it is measured; not in which list it stands.
SUBSTANCE = frozenset(
    {
        ChangeCode.TIME_CHANGED, ChangeCode.MEASURE_CHANGED, ChangeCode.METRIC_CHANGED, ChangeCode.AGGREGATION_CHANGED,
        ChangeCode.ESTIMAND_CHANGED, ChangeCode.COMPONENT_CHANGED, ChangeCode.THRESHOLD_CHANGED,
    }
)  # fmt: skip

# Papers and registries word these so differently ("incidence", "number of participants with") that words alone prove
# nothing.
_SAID_IN_MANY_WAYS = frozenset({ChangeCode.MEASURE_CHANGED, ChangeCode.METRIC_CHANGED, ChangeCode.AGGREGATION_CHANGED})


class RegisteredAndReported:
    """The outcomes of a report beside those of the record that it is held against."""

    def __init__(
        self,
        registered: Sequence[Outcome],
        reported: Sequence[Outcome],
        parts: frozenset[str],
        source: str,
        sure: bool,
        quotes: Sequence[str] = (),
    ) -> None:
        """`parts` are those that the report speaks of, `source` names the version of the record, `sure` says whether a
        person confirmed the reported outcomes, `quotes` are the sentences that state them."""
        self._spoken = parts | parts_of(reported)
        # An outcome of another part must not be taken for one of this part, however alike they are.
        self.outside = [one for one in registered if self._apart(one)]
        """Registered outcomes of parts that the report does not speak of."""
        self.registered = self.of_its_parts(registered)
        self.reported = list(reported)
        self.source = source
        self.sure = sure
        self._quotes = quotes

    def of_its_parts(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Those that are not of a part that the report does not speak of."""
        return [one for one in outcomes if not self._apart(one)]

    def _apart(self, one: Outcome) -> bool:
        return bool(self._spoken and (named := parts_of([one])) and not named & self._spoken)

    @cached_property
    def comparison(self) -> Comparison:
        """What became of each registered outcome of these parts."""
        return compare(self.registered, self.reported)

    @property
    def sets(self) -> OutcomeSets:
        """Both sets, as the comparison numbers them."""
        return OutcomeSets(self.registered, self.reported)

    @cached_property
    def _readings(self) -> tuple[list[OutcomeReading], list[OutcomeReading]]:
        return read_all(self.registered, self.reported), read_all(self.reported, self.registered)

    @cached_property
    def _alone(self) -> tuple[frozenset[int], frozenset[int]]:
        """The registered and the reported outcomes that were matched to none."""
        pairs = self.comparison.pairs
        return (
            frozenset(i for pair in pairs if not pair.after for i in pair.before),
            frozenset(j for pair in pairs if not pair.before for j in pair.after),
        )

    def kindred(self, pair: Pair) -> list[Outcome]:
        """Outcomes that speak of the same matter as a pair and might be meant instead.

        For an outcome that was matched to none, or put in the place of another, all of the other side; for a pair,
        those of the other side that were matched to none. The likeliest come first.
        """
        registered, reported = self._readings
        left, right = self._alone
        replaced = any(change.code is ChangeCode.PRIMARY_REPLACED for change in pair.changes)
        found: dict[Outcome, int] = {}
        for j in pair.after:
            rivals: Collection[int] = range(len(registered)) if replaced or not pair.before else left - set(pair.before)
            found |= {self.registered[i]: shared for i in rivals if (shared := _akin(reported[j], registered[i]))}
        for i in pair.before:
            rivals = range(len(reported)) if replaced or not pair.after else right - set(pair.after)
            found |= {self.reported[j]: shared for j in rivals if (shared := _akin(registered[i], reported[j]))}
        return sorted(found, key=lambda one: -found[one])

    @cached_property
    def certain(self) -> list[tuple[Pair, OutcomeChange]]:
        """Changes of primary outcomes of which the texts leave no doubt."""
        return [
            (pair, change)
            for pair in self.comparison.pairs
            if self.sets.primary(pair)
            for change in pair.changes
            if change.severity.rank >= Severity.MODERATE.rank and not self.doubtful(pair, change)
        ]

    def _registered_as_primary(self, pair: Pair) -> list[Outcome]:
        """Registered primary outcomes that speak of the same matter as a primary one of the report."""
        registered, reported = self._readings
        return [
            one.outcome
            for j in pair.after
            if self.reported[j].role == "primary"
            for one in registered
            if one.outcome.role == "primary" and _akin(reported[j], one)
        ]

    def doubtful(self, pair: Pair, change: OutcomeChange) -> bool:
        """Whether a person must read both sides before it is asked about a change."""
        if change.code in OTHER_ROLE and self.of_safety(pair):
            return True
        return self.needs_reader(pair) or (change.code in SUBSTANCE and bool(self.kindred(pair)))

    def of_safety(self, pair: Pair) -> bool:
        """Whether the report calls the outcome one of safety: a 'primary safety outcome' agrees with either role."""
        return any((self.reported[j].domain or "").casefold() == "safety" for j in pair.after)

    def asks(self, pair: Pair, change: OutcomeChange) -> bool:
        """Whether a question is asked about a change: it is certain, and if it is of a primary outcome, what was
        learnt from human raters agrees."""
        if self.doubtful(pair, change):
            return False
        return not self.sets.primary(pair) or (self.judgement is not None and self.judgement.answer == "question")

    @cached_property
    def doubted(self) -> list[Pair]:
        """Pairs of primary outcomes that a person must read though no grave difference was found."""
        if self.judgement is None or self.judgement.answer == "holds":
            return []
        pairs = [pair for pair in self.comparison.pairs if self.sets.primary(pair)]
        if any(pair.severity.rank >= Severity.MODERATE.rank for pair in pairs):
            return []
        return [pair for pair in pairs if pair.changes] or pairs

    def judged(self, models: Models = model) -> Judgement | None:
        """What is said of the primary outcomes; None where one side names none."""
        certain = max((pair.confidence for pair, _ in self.certain), default=0.0)
        return judge_published(self.registered, self.reported, " ".join(self._quotes), self.comparison, certain, models)

    @cached_property
    def judgement(self) -> Judgement | None:
        """The same, with the weights that are shipped."""
        return self.judged()

    def unread(self, pair: Pair) -> bool:
        """Whether both sides give a time in a script whose times are not understood, with other numbers."""
        if len(pair.before) != 1 or len(pair.after) != 1:
            return False
        if any(change.code is ChangeCode.TIME_CHANGED for change in pair.changes):
            return False
        some, others = self.registered[pair.before[0]].time_frame, self.reported[pair.after[0]].time_frame
        numbers, other_numbers = set(re.findall(r"\d+", some)), set(re.findall(r"\d+", others))
        foreign = any(letter.isalpha() and letter > "\u02af" for letter in some + others)
        return bool(foreign and numbers and other_numbers and numbers != other_numbers)

    def needs_reader(self, pair: Pair) -> bool:
        """Whether a person must read both sides before anything is asked about a pair."""
        if self.unread(pair):
            return True
        if pair.severity.rank < Severity.MODERATE.rank:
            return False
        grave = {change.code for change in pair.changes if change.severity.rank >= Severity.MODERATE.rank}
        rivals = self.kindred(pair)
        if any(says_no_measure(one) for one in self.sets.of(pair)):
            return True
        if grave & OTHER_ROLE:
            # Only another primary outcome could show that the role is the same on both sides; a paper states one in
            # several places, so that one which has its match already counts too.
            rivals = [one for one in rivals if one.role == "primary"]
            rivals += self._registered_as_primary(pair)
        return not self.sure or pair.needs_reader or grave <= _SAID_IN_MANY_WAYS or bool(rivals)


@lru_cache(maxsize=4)
def _both(
    registered: tuple[Outcome, ...],
    reported: tuple[Outcome, ...],
    parts: frozenset[str],
    source: str,
    sure: bool,
    quotes: tuple[str, ...],
) -> RegisteredAndReported:
    """Several rules and the page ask of the same outcomes: they are compared once."""
    return RegisteredAndReported(registered, reported, parts, source, sure, quotes)


def _akin(one: OutcomeReading, other: OutcomeReading) -> int:
    """How many telling words two outcomes share in their measures, and abbreviations anywhere."""
    mine, theirs = telling(one), telling(other)
    shared = mine & theirs if mine and theirs else _wordy(one) & _wordy(other)
    return len(shared) + 2 * len(one.acronyms & other.acronyms)


def telling(reading: OutcomeReading) -> frozenset[str]:
    """What an outcome is about, in stems; a name is also known by its letters, so that COVID-19 is Covid 19."""
    letters = {stem(word) for token in content(reading.outcome.measure) for word in _LETTERS.findall(token.written)}
    return frozenset(form for form in (reading.forms | letters) - _GENERAL if not form.replace(".", "").isdigit())


def _wordy(reading: OutcomeReading) -> frozenset[str]:
    return frozenset(form for form in reading.forms if len(form) > 4 and not re.search(r"\d", form))


def registered_and_reported(case: TrialCase) -> RegisteredAndReported | Answer:
    """The outcomes of both sides; or why they are not compared."""
    report = case.reported
    if report is None or not (report.outcomes or report.searched):
        return does_not_apply("no reported outcome is given")
    if not report.outcomes:
        return undetermined(f"no outcome was found in {report.source}, so none was compared: which does it state?")
    history = case.registry
    if history is None:
        return undetermined(NO_RECORD)
    for version in reversed(history.versions):
        if version.outcomes:
            parts = frozenset(part for text in report.parts for part in named_parts(text) or {text.casefold().strip()})
            reported = [one._replace(id=None) for one in report.outcomes]
            registered = outcomes_of(history, version)
            source = history.words(version)
            return _both(tuple(registered), tuple(reported), parts, source, report.confirmed, tuple(report.quotes))
    return undetermined("no version given shows outcomes")
