"""Rules about registered and reported outcomes, asked so that nobody is accused where a reader is needed.

A pair raises a question only if it is certain: a person confirmed the reported outcomes, the comparison is sure of the
pair, and no other outcome speaks of the same matter in other words. All else is shown and left to a reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from trialseal.documents.protocol import Protocol
from trialseal.escaping import quoted
from trialseal.evidence.wording import count, listed
from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import Judgement, Models, judge_published
from trialseal.outcomes.learnt import model
from trialseal.outcomes.model import Change, Code, Comparison, Outcome, Pair, Severity
from trialseal.outcomes.pointers import says_no_measure
from trialseal.outcomes.readings import Reading, read_all
from trialseal.outcomes.sources import of_endpoints
from trialseal.outcomes.words import content, stem
from trialseal.rules.finding import Answer, Fact, Standard, does_not_apply, fails, holds, rule, undetermined
from trialseal.rules.outcome_sets import OutcomeSets, change_words, named_parts, outcomes_of, parts_of, text_of
from trialseal.rules.registration import NO_RECORD
from trialseal.rules.trial_case import TrialCase

_MOST_NAMED = 4
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
_OTHER_ROLE = frozenset({Code.PRIMARY_PROMOTED, Code.PRIMARY_DEMOTED})
_NOT_REGISTERED = _OTHER_ROLE | {Code.PRIMARY_ADDED, Code.PRIMARY_REPLACED, Code.SECONDARY_ADDED}
_WORDS = {
    Code.PRIMARY_ADDED: "primary, not found in the record",
    Code.SECONDARY_ADDED: "secondary, not found in the record",
    Code.PRIMARY_PROMOTED: "primary, in another role in the record",
    Code.PRIMARY_DEMOTED: "not primary, primary in the record",
    Code.PRIMARY_REPLACED: "primary, in place of another",
}
# What an outcome is, how and when it is measured; not in which list it stands.
_SUBSTANCE = frozenset(
    {
        Code.TIME_CHANGED, Code.MEASURE_CHANGED, Code.METRIC_CHANGED, Code.AGGREGATION_CHANGED, Code.ESTIMAND_CHANGED,
        Code.COMPONENT_CHANGED, Code.THRESHOLD_CHANGED,
    }
)  # fmt: skip

# Papers and registries word these so differently ("incidence", "number of participants with") that words alone prove
# nothing.
_SAID_IN_MANY_WAYS = frozenset({Code.MEASURE_CHANGED, Code.METRIC_CHANGED, Code.AGGREGATION_CHANGED})


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
        # An outcome of another part must not be taken for one of this part, however alike they are.
        spoken = parts | parts_of(reported)
        apart = [bool(spoken and (named := parts_of([one])) and not named & spoken) for one in registered]
        self.outside = [one for one, out in zip(registered, apart, strict=True) if out]
        """Registered outcomes of parts that the report does not speak of."""
        self.registered = [one for one, out in zip(registered, apart, strict=True) if not out]
        self.reported = list(reported)
        self.source = source
        self.sure = sure
        self._quotes = quotes

    @cached_property
    def comparison(self) -> Comparison:
        """What became of each registered outcome of these parts."""
        return compare(self.registered, self.reported)

    @property
    def sets(self) -> OutcomeSets:
        """Both sets, as the comparison numbers them."""
        return OutcomeSets(self.registered, self.reported)

    @cached_property
    def _readings(self) -> tuple[list[Reading], list[Reading]]:
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
        replaced = any(change.code is Code.PRIMARY_REPLACED for change in pair.changes)
        found: dict[Outcome, int] = {}
        for j in pair.after:
            rivals: Collection[int] = range(len(registered)) if replaced or not pair.before else left - set(pair.before)
            found |= {self.registered[i]: shared for i in rivals if (shared := _akin(reported[j], registered[i]))}
        for i in pair.before:
            rivals = range(len(reported)) if replaced or not pair.after else right - set(pair.after)
            found |= {self.reported[j]: shared for j in rivals if (shared := _akin(registered[i], reported[j]))}
        return sorted(found, key=lambda one: -found[one])

    @cached_property
    def certain(self) -> list[tuple[Pair, Change]]:
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

    def doubtful(self, pair: Pair, change: Change) -> bool:
        """Whether a person must read both sides before it is asked about a change."""
        if change.code in _OTHER_ROLE and self.of_safety(pair):
            return True
        return self.needs_reader(pair) or (change.code in _SUBSTANCE and bool(self.kindred(pair)))

    def of_safety(self, pair: Pair) -> bool:
        """Whether the report calls the outcome one of safety: a 'primary safety outcome' agrees with either role."""
        return any((self.reported[j].domain or "").casefold() == "safety" for j in pair.after)

    def asks(self, pair: Pair, change: Change) -> bool:
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
        if any(change.code is Code.TIME_CHANGED for change in pair.changes):
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
        if grave & _OTHER_ROLE:
            # Only another primary outcome could show that the role is the same on both sides; a paper states one in
            # several places, so that one which has its match already counts too.
            rivals = [one for one in rivals if one.role == "primary"]
            rivals += self._registered_as_primary(pair)
        return not self.sure or pair.needs_reader or grave <= _SAID_IN_MANY_WAYS or bool(rivals)


def _akin(one: Reading, other: Reading) -> int:
    """How many telling words two outcomes share in their measures, and abbreviations anywhere."""
    mine, theirs = _telling(one), _telling(other)
    shared = mine & theirs if mine and theirs else _wordy(one) & _wordy(other)
    return len(shared) + 2 * len(one.acronyms & other.acronyms)


def _telling(reading: Reading) -> frozenset[str]:
    """What an outcome is about, in stems; a name is also known by its letters, so that COVID-19 is Covid 19."""
    letters = {stem(word) for token in content(reading.outcome.measure) for word in _LETTERS.findall(token.written)}
    return frozenset(form for form in (reading.forms | letters) - _GENERAL if not form.replace(".", "").isdigit())


def _wordy(reading: Reading) -> frozenset[str]:
    return frozenset(form for form in reading.forms if len(form) > 4 and not re.search(r"\d", form))


def registered_and_reported(case: TrialCase) -> RegisteredAndReported | Answer:
    """The outcomes of both sides; or why they are not compared."""
    report = case.reported
    if report is None or not (report.outcomes or report.searched):
        return does_not_apply("no reported outcome is at hand")
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
            return RegisteredAndReported(registered, reported, parts, source, report.confirmed, report.quotes)
    return undetermined("no version at hand shows outcomes")


@rule(
    "reported-were-registered",
    asks="Is every reported outcome among the registered ones, in the same role?",
    source=Standard("CONSORT 2025", "items 10, 14 and 26", "2025", "outcomes not prespecified are called so"),
    applies="where reported outcomes and a record that shows outcomes are at hand",
    needs="the reported outcomes and a registry record",
    item="26",
)
def reported_were_registered(case: TrialCase) -> Answer:
    both = registered_and_reported(case)
    if isinstance(both, Answer):
        return both
    facts: list[Fact] = []
    questions: list[tuple[Pair, Change]] = []
    for pair, change in _changes(both, _NOT_REGISTERED):
        if change.code in _OTHER_ROLE and both.of_safety(pair):
            facts.append(both.sets.fact(pair, change))
            continue
        if change.code is not Code.PRIMARY_DEMOTED and all(both.reported[j].role == "other" for j in pair.after):
            continue
        facts.append(both.sets.fact(pair, change))
        if change.code is Code.SECONDARY_ADDED and (where := _in_protocol(case, both.reported[pair.after[0]])):
            facts.append(Fact(f"{text_of(both.reported[pair.after[0]])} is in it", where))
        else:
            questions.append((pair, change))
    if not questions:
        asked = sum(1 for one in both.reported if one.role != "other")
        return holds(f"each of {count(asked, 'reported outcome')} is registered or in the protocol", *facts)
    return _asked(case, both, questions, facts)


@rule(
    "registered-were-reported",
    asks="Is every registered outcome of the part that the paper is about reported?",
    source=Standard("CONSORT 2025", "item 26", "2025", "results for each outcome; COMPare counts each of them"),
    applies="where reported outcomes and a record that shows outcomes are at hand",
    needs="the reported outcomes and a registry record; the part, where a trial has several",
    item="26",
)
def registered_were_reported(case: TrialCase) -> Answer:
    both = registered_and_reported(case)
    if isinstance(both, Answer):
        return both
    facts = [Fact(f"outside scope: {text_of(one)}", one.source) for one in both.outside]
    left = [
        (pair, change)
        for pair in both.comparison.pairs
        for change in pair.changes
        if (not pair.after or change.code is Code.PRIMARY_REPLACED)
        and both.registered[pair.before[0]].role != "other"
        and change.severity is not Severity.NONE
    ]
    facts += [both.sets.fact(pair, change) for pair, change in left]
    certain = [one for one in left if both.sets.primary(one[0]) and both.asks(*one)]
    if certain:
        names = _registered_names(both, certain)
        return fails(f"{both.source} names {names}; the report does not: is it reported elsewhere?", *facts)
    if left:
        return undetermined(
            f"{count(len(left), 'registered outcome')} not in the report, or there in other words "
            f"({_registered_names(both, left)}): reported elsewhere, or still to come?",
            *facts,
        )
    return holds(f"every outcome of {both.source} that is in scope is reported", *facts)


@rule(
    "reported-as-registered",
    asks="Is each reported outcome measured, summed up and timed as it was registered?",
    source=Standard(
        "CONSORT 2025", "items 10 and 14", "2025", "measurement variable, analysis metric, aggregation and time point"
    ),
    applies="to primary and secondary outcomes that are both registered and reported",
    needs="the reported outcomes and a registry record",
    item="14",
)
def reported_as_registered(case: TrialCase) -> Answer:
    both = registered_and_reported(case)
    if isinstance(both, Answer):
        return both
    matched = [
        pair
        for pair in both.comparison.pairs
        if pair.before
        and pair.after
        and any(one.role != "other" for one in both.sets.of(pair))
        # One in place of another is not the same outcome, and nothing is said of how it is measured.
        and not any(change.code is Code.PRIMARY_REPLACED for change in pair.changes)
    ]
    if not matched:
        return does_not_apply("no outcome is found on both sides")
    differing = [(pair, change) for pair, change in _changes(both, _SUBSTANCE) if pair in matched]
    unread = [pair for pair in matched if both.unread(pair)]
    if not differing and not unread and (doubted := both.doubted):
        facts = [both.sets.fact(pair, change) for pair in doubted for change in pair.changes]
        return undetermined(_may_differ(both, doubted), *facts)
    if not differing and unread:
        names = _some([quoted(both.reported[pair.after[0]].measure) for pair in unread])
        return undetermined(f"the times of {names} need a reader: they are in words that are not understood here")
    if not differing:
        return holds(f"no difference in substance was found in {count(len(matched), 'outcome')} found on both sides")
    facts = [both.sets.fact(pair, change) for pair, change in differing]
    return _asked(case, both, differing, facts)


def _changes(both: RegisteredAndReported, codes: frozenset[Code]) -> list[tuple[Pair, Change]]:
    return [(pair, change) for pair in both.comparison.pairs for change in pair.changes if change.code in codes]


def _asked(
    case: TrialCase, both: RegisteredAndReported, questions: Sequence[tuple[Pair, Change]], facts: Sequence[Fact]
) -> Answer:
    """A question where it is certain and the report does not speak of changes; else something for a reader."""
    certain = [(pair, change) for pair, change in questions if both.asks(pair, change)]
    if not certain:
        names = _names(both, questions)
        why = "a person must read both texts" if both.sure else "what was found in the manuscript is not confirmed"
        return undetermined(f"the report and {both.source} may differ: {names}; {why}", *facts)
    explained = [one for one in certain if explanations_of(case, both, one[0])]
    if explained and len(explained) == len(certain):
        said = dict.fromkeys(fact for pair, _ in explained for fact in explanations_of(case, both, pair))
        names = _names(both, certain)
        return undetermined(
            f"the report and {both.source} differ: {names}; the report speaks of such a change, which a person must "
            "read",
            *said,
            *facts,
        )
    names = _names(both, [one for one in certain if one not in explained])
    return fails(
        f"the report and {both.source} differ: {names}; no explanation found in what was searched: is there one?",
        *facts,
    )


# 'amended', a year or a reason: what tells of a change, whatever the outcome is called there.
_TOLD = re.compile(
    r"\bamend\w*|\bprotocol\b|\b(?:19|20)\d\d\b|\bbecause\b|\bowing to\b|\bdue to\b|\b(?:before|after|during)\b"
    r"|\bsince\b|\bsteering committee\b|\bregistr\w+",
    re.IGNORECASE,
)


def explanations_of(case: TrialCase, both: RegisteredAndReported, pair: Pair) -> list[Fact]:
    """The sentences of the report that speak of the change of a pair: they name its outcome, or no outcome by name
    but when or why outcomes were changed."""
    if case.reported is None:
        return []
    outcomes = read_all(both.sets.of(pair))
    others = read_all([one for one in (*both.registered, *both.reported) if one not in both.sets.of(pair)])
    found = []
    for fact in case.reported.explanations:
        words = {token.form for token in content(fact)}
        if any(_telling(one) & words for one in outcomes) or (
            _TOLD.search(fact) and not any(_telling(one) <= words for one in others if _telling(one))
        ):
            found.append(fact)
    return found


def _may_differ(both: RegisteredAndReported, pairs: Sequence[Pair]) -> str:
    names = _some([quoted(both.sets.of(pair)[-1].measure) for pair in pairs])
    differing = listed(list(both.judgement.differences)) if both.judgement else ""
    return f"the report and {both.source} may differ in {names} ({differing}): a person must read both texts"


def _names(both: RegisteredAndReported, pairs: Sequence[tuple[Pair, Change]]) -> str:
    return _some(
        [
            f"{quoted((both.reported[pair.after[0]] if pair.after else both.registered[pair.before[0]]).measure)} "
            f"({_WORDS.get(change.code) or change_words(change.code)})"
            for pair, change in pairs
        ]
    )


def _registered_names(both: RegisteredAndReported, pairs: Sequence[tuple[Pair, Change]]) -> str:
    registered = [both.registered[pair.before[0]] for pair, _ in pairs]
    return _some([f"{quoted(one.measure)} (registered as {one.role})" for one in registered])


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return listed([*names[:_MOST_NAMED], *more])


def _in_protocol(case: TrialCase, outcome: Outcome) -> str | None:
    """The protocol at hand that holds an outcome, whatever the registry says."""
    for document in case.documents:
        if isinstance(document, Protocol):
            planned = [one._replace(id=None) for one in of_endpoints(document.endpoints)]
            found = compare(planned, [outcome._replace(id=None)])
            if any(pair.before and pair.after and not pair.needs_reader for pair in found.pairs):
                return f"protocol version {document.version}"
    return None
