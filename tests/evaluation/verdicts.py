"""What `check` and `replay` say of each rated case: a question, something for a reader, or that nothing differs.

Papers are read as the command reads a plain text: the words that raters quoted stand under the heading Methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from learning import FOLDS, Floats, Held
from numpy.typing import NDArray
from shares import Published, Versions

from trialseal.manuscripts.paper import read_paper
from trialseal.manuscripts.plain_text import read_plain
from trialseal.outcomes.compare import compare
from trialseal.outcomes.judgement import Answer, Judgement, Models, decided, judge_versions
from trialseal.outcomes.learnt import LearntModel, Name, model
from trialseal.outcomes.model import Outcome
from trialseal.rules.registered_and_reported import RegisteredAndReported

Flags = NDArray[np.bool_]
_RESAMPLINGS = 2000
_NORMAL = 1.96


class Aims(NamedTuple):
    """What thresholds are chosen for, on cases other than those that are scored."""

    recall: float
    """Of real changes, how many must get a question or a reader."""
    precision: float
    """Of questions, how many must be about a real change."""


# Above what is wanted, since a threshold does a little worse on trials that it was not chosen on.
VERSIONS = Aims(0.97, 0.93)
PUBLISHED = Aims(0.82, 0.80)
# No question is asked below: what is certain was looked at on these very cases and will be less so on others. And
# nothing is said to hold above.
_EVEN = 0.5


class Seen(NamedTuple):
    """What the judgement rests on: one line a seed, one column a case."""

    probability: Floats
    major: Flags
    doubted: Flags
    certain: Flags
    judged: Flags
    """Cases of which something is said by judging; the rest has equal words, or no outcome on one side."""
    labels: Flags
    majors: Flags
    groups: list[str]


class Said(NamedTuple):
    """The answers, and what they rest on."""

    answers: NDArray[np.str_]
    seen: Seen


def of_versions(cases: Sequence[Versions], held: Sequence[Mapping[str, Held]]) -> Seen:
    """What is seen of versions, for each of some sets of weights by trial."""
    compared = [compare(case.before, case.after) for case in cases]
    lines = []
    for weights in held:
        some = [
            judge_versions(case.before, case.after, comparison, _models(weights, case.trial))
            for case, comparison in zip(cases, compared, strict=True)
        ]
        lines.append([_flags(one) for one in some])
    return _seen(lines, [case.any_change for case in cases], [case.major for case in cases], [c.trial for c in cases])


def of_published(cases: Sequence[Published], held: Sequence[Mapping[str, Held]], *, confirmed: bool) -> Seen:
    """What is seen of papers, for each of some sets of weights by trial."""
    both = [_both(case, confirmed) for case in cases]
    lines = []
    for weights in held:
        some = [one and one.judged(_models(weights, case.trial)) for case, one in zip(cases, both, strict=True)]
        lines.append([_flags(one) for one in some])
    return _seen(lines, [case.any_change for case in cases], [case.major for case in cases], [c.trial for c in cases])


def _flags(one: Judgement | None) -> tuple[float, bool, bool, bool, bool]:
    if one is None:
        return 0.0, False, False, False, False
    return one.any_change.probability, one.major_change.holds, one.doubted, one.certain, True


def _seen(
    lines: list[list[tuple[float, bool, bool, bool, bool]]], labels: list[bool], majors: list[bool], groups: list[str]
) -> Seen:
    table = np.array(lines, dtype=float)
    return Seen(
        table[:, :, 0],
        table[:, :, 1] > 0,
        table[:, :, 2] > 0,
        table[:, :, 3] > 0,
        table[:, :, 4] > 0,
        np.array(labels, dtype=bool),
        np.array(majors, dtype=bool),
        groups,
    )


def _models(weights: Mapping[str, Held], trial: str) -> Models:
    def chosen(name: Name) -> LearntModel:
        held = weights.get(name)
        return model(name) if held is None else held.of(trial)

    return chosen


@cache
def stated_by(words: str) -> tuple[tuple[Outcome, ...], str]:
    """The outcomes that are found in a paper's words, and the passages that state them."""
    if not words.strip():
        return (), ""
    paper = read_paper(read_plain(f"Methods\n{words}".encode(), "paper"))
    found = paper.outcomes.outcomes
    outcomes = tuple(Outcome(one.role, one.measure, one.description, one.time_frame, source=one.place) for one in found)
    return outcomes, paper.passage(one.quote for one in found)


def _both(case: Published, confirmed: bool) -> RegisteredAndReported | None:
    outcomes, passages = stated_by(case.words)
    if not outcomes:
        return None
    return RegisteredAndReported(case.registered, outcomes, frozenset(), "the record", confirmed, (passages,))


# ----- thresholds and answers -----


def answers(seen: Seen, aims: Aims, chosen_on: Seen | None = None) -> Said:
    """The answers, with thresholds that are chosen on the cases of other trials: of these, or of those given."""
    on = chosen_on or seen
    names = sorted({*seen.groups, *on.groups})
    fold = {name: place % FOLDS for place, name in enumerate(names)}
    said = np.empty(seen.probability.shape, dtype="<U8")
    for number in range(FOLDS):
        mine = np.array([fold[group] == number for group in seen.groups])
        others = np.array([fold[group] != number for group in on.groups])
        if mine.any():
            threshold, sure = thresholds(on, others, aims)
            said[:, mine] = _said(seen, threshold, sure)[:, mine]
    return Said(said, seen)


def answers_at(seen: Seen, threshold: float, sure: float) -> Said:
    """The answers at given thresholds."""
    return Said(_said(seen, threshold, sure), seen)


def _said(seen: Seen, threshold: float, sure: float) -> NDArray[np.str_]:
    def one(probability: float, doubted: bool, certain: bool, judged: bool) -> Answer:
        return decided(probability, doubted, certain, threshold, sure) if judged else "reader"

    return np.vectorize(one, otypes=["<U8"])(seen.probability, seen.major | seen.doubted, seen.certain, seen.judged)


def thresholds(seen: Seen, use: Flags, aims: Aims) -> tuple[float, float]:
    """From which probability on nothing is said to hold, and from which on a question may be asked.

    The highest, up to an even chance, with which as many real changes are marked as the aims say; and the lowest, from
    an even chance, with which as many questions are about real changes, or the one with which most are.
    """
    steps = np.round(np.arange(0.1, 0.96, 0.01), 2)
    labels = np.tile(seen.labels, (len(seen.probability), 1))
    scored = np.tile(use, (len(seen.probability), 1))
    real, within = labels & scored, scored & seen.judged
    threshold = float(steps[0])
    for step in steps[steps <= _EVEN]:
        # What cannot be judged gets a reader.
        marked = (seen.probability >= step) | seen.major | seen.doubted | seen.certain | ~seen.judged
        if (marked & real).sum() >= aims.recall * real.sum():
            threshold = float(step)
    best, sure = -1.0, float(steps[-1])
    for step in steps[steps >= _EVEN]:
        asked = (seen.probability >= step) & seen.certain & within
        share = (asked & labels).sum() / asked.sum() if asked.sum() >= 5 * len(labels) else -1.0
        if share > best + 1e-9:
            best, sure = share, float(step)
        if share >= aims.precision:
            break
    return threshold, sure


# ----- figures -----


class Rate(NamedTuple):
    """How many of how many, of one run; and between what lie 95 % of the shares of resampled trials."""

    part: float
    whole: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """`0.92 (22 of 24; 0.80 to 1.00)`."""
        if not self.whole:
            return "none"
        return f"{self.part / self.whole:.2f} ({self.part:.0f} of {self.whole:.0f}; {self.low:.2f} to {self.high:.2f})"


def rate(part: Flags, whole: Flags, groups: Sequence[str]) -> Rate:
    """How many of those in `whole` are in `part` too."""
    lines = len(part)
    sums = _by_trial(part & whole, groups), _by_trial(whole, groups)
    chosen = np.random.default_rng(0).integers(0, len(sums[0]), size=(_RESAMPLINGS, len(sums[0])))
    parts, wholes = sums[0][chosen].sum(axis=1), sums[1][chosen].sum(axis=1)
    some = wholes > 0
    low, high = np.percentile(parts[some] / wholes[some], [2.5, 97.5]) if some.any() else (0.0, 0.0)
    share = Rate((part & whole).sum() / lines, whole.sum() / lines, float(low), float(high))
    return _never_certain(share)


def _never_certain(share: Rate) -> Rate:
    """Where all are or none is, resampling says that it is so for certain; then as Wilson (1927) has it."""
    if not share.whole or 0 < share.part < share.whole:
        return share
    apart = _NORMAL**2 / (share.whole + _NORMAL**2)
    return (
        share._replace(high=max(share.high, apart)) if not share.part else share._replace(low=min(share.low, 1 - apart))
    )


def _by_trial(flags: Flags, groups: Sequence[str]) -> Floats:
    names, membership = np.unique(np.array(groups), return_inverse=True)
    sums = np.zeros(len(names))
    np.add.at(sums, membership, flags.sum(axis=0))
    return sums


class Figures(NamedTuple):
    """How often each kind of answer was right."""

    questions: Rate
    """Questions on what raters call changed."""
    marked: Rate
    """Real changes that get a question or a reader."""
    marked_right: Rate
    """Of what gets a question or a reader, what is really changed."""
    reader: Rate
    """Of what gets a reader, what is really changed."""
    wrong: Rate
    """Of what is said to hold, what is really changed."""
    share: float
    """Of all cases, how many are changed."""


def figures(said: Said) -> Figures:
    """The figures of some answers."""
    labels = np.tile(said.seen.labels, (len(said.answers), 1))
    asked, reader, holds = (said.answers == answer for answer in ("question", "reader", "holds"))
    groups = said.seen.groups
    return Figures(
        rate(labels, asked, groups),
        rate(asked | reader, labels, groups),
        rate(labels, asked | reader, groups),
        rate(labels, reader, groups),
        rate(labels, holds, groups),
        float(said.seen.labels.mean()),
    )


def named_major(said: Said) -> tuple[Flags, Flags]:
    """What is called a major change, and what raters call so."""
    return (said.answers != "holds") & said.seen.major, np.tile(said.seen.majors, (len(said.answers), 1))
