"""Compares two sets of outcomes: matches them, and says of each pair what changed and which words decided it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from trialseal.outcomes.contrasts import contrasts
from trialseal.outcomes.differences import differences, of_two_times
from trialseal.outcomes.languages import in_another_language
from trialseal.outcomes.likeness import containment, likeness
from trialseal.outcomes.matching import assign
from trialseal.outcomes.model import (
    FIELDS,
    NEEDS_READER_BELOW,
    ChangeCode,
    Comparison,
    Outcome,
    OutcomeChange,
    Pair,
    Severity,
    TextSpan,
)
from trialseal.outcomes.parts import BY_ENDING, told_apart
from trialseal.outcomes.pointers import is_misplaced, is_pointer
from trialseal.outcomes.readings import OutcomeReading, read_all
from trialseal.outcomes.times import same_days
from trialseal.outcomes.words import squashed

# Below this likeness two outcomes are two, not one reworded.
MATCHED_FROM = 0.42
# From this one upwards an outcome left over is a part of one that has its match already.
_SPLIT_FROM = 0.72
# The share of a piece's words, by weight, that the whole must have said.
_PIECE_SAID = 0.8
# Among outcomes that are alike, one of the same role and one of the same time come first.
_ROLE_BONUS = 0.05
_TIME_BONUS = 0.1
# What is sure of differences that a person must read, in words of another language than English, say.
_UNREAD = NEEDS_READER_BELOW / 2


def compare(before: Sequence[Outcome], after: Sequence[Outcome]) -> Comparison:
    """What became of each outcome of `before` in `after`, and what in `after` is new.

    Equal ids belong together, then equal texts; the rest is assigned by likeness over both sets at once. Every index
    of either set is in exactly one pair. The order within the sets makes no difference but for REORDERED remarks.
    """
    return _compared_once(tuple(before), tuple(after))


@lru_cache(maxsize=8)
def _compared_once(before: tuple[Outcome, ...], after: tuple[Outcome, ...]) -> Comparison:
    """Rules, judgements and pages ask for the same comparison, one soon after another."""
    return Comparing(before, after).result()


class Comparing:
    """The steps of one comparison; kept apart from `compare` because each step takes away from what is left over."""

    def __init__(self, before: Sequence[Outcome], after: Sequence[Outcome]) -> None:
        before, after = told_apart(before, after)
        self._before = read_all(before, after)
        self._after = read_all(after, before)
        # In an order of their own, so that ties fall the same way however the sets are ordered.
        self._rank_before, self._rank_after = _ranks(before), _ranks(after)
        self._left_before = [i for i in _ranked(self._rank_before) if not is_pointer(before[i])]
        self._left_after = [j for j in _ranked(self._rank_after) if not is_pointer(after[j])]
        self._pointers = (
            tuple(i for i, one in enumerate(before) if is_pointer(one)),
            tuple(j for j, one in enumerate(after) if is_pointer(one)),
        )
        self._in_another_language = in_another_language((*before, *after))
        self._matched: dict[int, int] = {}
        self._splits: dict[int, list[int]] = {}
        self._mergers: dict[int, list[int]] = {}
        self._likeness: dict[tuple[int, int], float] = {}

    def result(self) -> Comparison:
        """The comparison."""
        self._match_ids()
        self._match_equal()
        self._match_alike()
        self._find_splits()
        pairs = [*self._compared(), *self._pointed()]
        pairs.extend(self._left_over())
        pairs = [one._replace(confidence=min(one.confidence, _UNREAD)) if self._unread(one) else one for one in pairs]
        return Comparison(tuple(sorted(pairs, key=lambda pair: (pair.before or (len(self._before),), pair.after))))

    def _unread(self, pair: Pair) -> bool:
        """Whether a person must read what differs: of another language, another field's words, or a time frame whose
        numbers tell what was expected or are one of two that were given."""
        if pair.severity is Severity.NONE:
            return False
        befores, afters = [self._before[i] for i in pair.before], [self._after[j] for j in pair.after]
        readings = [*befores, *afters]
        grave = [change.code for change in pair.changes if change.severity.rank >= Severity.MODERATE.rank]
        doubtful = grave == [ChangeCode.TIME_CHANGED] and (
            any("event_driven" in one.times.events for one in readings) or of_two_times(befores[0], afters[0])
        )
        # One word in another's place may be a synonym that is not known here.
        doubtful |= grave == [ChangeCode.MEASURE_CHANGED] and not any(contrasts(befores[0].named, afters[0].named))
        # A threshold of a description may be one of many that it names.
        doubtful |= grave == [ChangeCode.THRESHOLD_CHANGED] and not all(
            one.concepts("thresholds", "measure") for one in readings
        )
        return self._in_another_language or doubtful or any(is_misplaced(one.outcome) for one in readings)

    # ----- matching -----

    def _match_ids(self) -> None:
        by_id = {self._after[j].outcome.id: j for j in self._left_after if self._after[j].outcome.id is not None}
        for i in list(self._left_before):
            j = by_id.get(self._before[i].outcome.id)
            if self._before[i].outcome.id is not None and j in self._left_after:
                self._match(i, j)

    def _match_equal(self) -> None:
        """Equal texts, those of equal role first; then titles that only one outcome of each side bears."""
        for key in (_text_and_role, _text, _title_and_role):
            waiting: dict[object, list[int]] = {}
            for j in self._left_after:
                waiting.setdefault(key(self._after[j]), []).append(j)
            alone = Counter(key(self._before[i]) for i in self._left_before)
            for i in list(self._left_before):
                name = key(self._before[i])
                same = waiting.get(name)
                if same and (key is not _title_and_role or (len(same) == 1 == alone[name])):
                    self._match(i, same.pop(0))

    def _match_alike(self) -> None:
        rows, columns = list(self._left_before), list(self._left_after)
        scores = [[self._score(i, j) for j in columns] for i in rows]
        for i, column in zip(rows, assign(scores), strict=True):
            if column >= 0 and self._alike(i, columns[column]) >= MATCHED_FROM:
                self._match(i, columns[column])

    def _score(self, i: int, j: int) -> float:
        alike = self._alike(i, j)
        if alike < MATCHED_FROM:
            return 0.0
        mine, theirs = self._before[i], self._after[j]
        last = mine.times.last, theirs.times.last
        timely = last[0] is not None and last[1] is not None and same_days(last[0], last[1])
        return alike + _ROLE_BONUS * (mine.outcome.role == theirs.outcome.role) + _TIME_BONUS * timely

    def _alike(self, i: int, j: int) -> float:
        if (i, j) not in self._likeness:
            mine, theirs = self._before[i].outcome.part, self._after[j].outcome.part
            apart = mine is not None and theirs is not None and mine != theirs and not _is_vague(mine, theirs)
            self._likeness[i, j] = 0.0 if apart else likeness(self._before[i], self._after[j])
        return self._likeness[i, j]

    def _match(self, i: int, j: int) -> None:
        self._matched[i] = j
        self._left_before.remove(i)
        self._left_after.remove(j)

    def _find_splits(self) -> None:
        """What is left over, much like an outcome that has its match already, and no more than that one said, is a
        part of it; what adds a time or other words is no part but another outcome."""
        matched = sorted(self._matched.items(), key=lambda pair: self._rank_before[pair[0]])
        for j in list(self._left_after):
            wholes = [i for i, _ in matched if self._is_piece(self._after[j], self._before[i])]
            if wholes and self._alike(i := max(wholes, key=lambda i: self._alike(i, j)), j) >= _SPLIT_FROM:
                self._splits.setdefault(i, []).append(j)
                self._left_after.remove(j)
        for i in list(self._left_before):
            wholes = [
                j for k, j in matched if k not in self._splits and self._is_piece(self._before[i], self._after[j])
            ]
            if wholes and self._alike(i, j := max(wholes, key=lambda j: self._alike(i, j))) >= _SPLIT_FROM:
                self._mergers.setdefault(j, []).append(i)
                self._left_before.remove(i)

    @staticmethod
    def _is_piece(piece: OutcomeReading, whole: OutcomeReading) -> bool:
        """Whether one outcome says nothing in its measure and of its times that the other does not say."""
        times = (*whole.every_time, *whole.times.follow_up)
        return (
            piece.outcome.role == whole.outcome.role
            and not any(contrasts(piece.named, whole.named))
            and containment(piece.forms, whole.all_forms) >= _PIECE_SAID
            and all(any(point.is_like(other) for other in times) for point in piece.times.follow_up)
        )

    # ----- what changed -----

    def _compared(self) -> Iterable[Pair]:
        moved = self._moved()
        for i, j in self._matched.items():
            befores, afters = (i, *self._mergers.get(j, ())), (j, *self._splits.get(i, ()))
            changes = [*self._role_change(i, j), *differences(self._before[i], self._after[j], i, j)]
            if len(afters) > 1:
                changes.insert(0, self._change(ChangeCode.SPLIT, f"One outcome became {len(afters)}.", befores, afters))
            if len(befores) > 1:
                changes.insert(
                    0, self._change(ChangeCode.MERGED, f"{len(befores)} outcomes became one.", befores, afters)
                )
            if (i, j) in moved:
                changes.append(self._change(ChangeCode.REORDERED, "It stands in another place of the list.", (), ()))
            yield Pair(tuple(sorted(befores)), tuple(sorted(afters)), tuple(changes), self._confidence(i, j))

    def _role_change(self, i: int, j: int) -> Iterable[OutcomeChange]:
        was, became = self._before[i].outcome.role, self._after[j].outcome.role
        if was == became:
            return
        code = (
            ChangeCode.PRIMARY_DEMOTED
            if was == "primary"
            else ChangeCode.PRIMARY_PROMOTED
            if became == "primary"
            else ChangeCode.ROLE_CHANGED
        )
        yield self._change(code, f"It was {_article(was)} outcome and is {_article(became)} one.", (i,), (j,))

    def _confidence(self, i: int, j: int) -> float:
        mine, theirs = self._before[i], self._after[j]
        if mine.squashed == theirs.squashed or (mine.outcome.id is not None and mine.outcome.id == theirs.outcome.id):
            return 1.0
        return round(min(1.0, 0.35 + 0.65 * self._alike(i, j)), 3)

    def _moved(self) -> set[tuple[int, int]]:
        """Pairs that are not in the order of the others: those outside the longest rising run."""
        pairs = sorted(self._matched.items())
        best: list[tuple[int, int]] = []
        for position, (_, j) in enumerate(pairs):
            length, previous = max(((best[k][0], k) for k in range(position) if pairs[k][1] < j), default=(0, -1))
            best.append((length + 1, previous))
        kept = set[int]()
        at = max(range(len(best)), key=lambda k: best[k][0], default=-1)
        while at >= 0:
            kept.add(at)
            at = best[at][1]
        return {pair for position, pair in enumerate(pairs) if position not in kept}

    # ----- what has no match -----

    def _pointed(self) -> Iterable[Pair]:
        """Words that the registry replaced by a pointer say nothing of what is left over on the other side."""
        befores, afters = self._pointers
        for which, indices in ((0, befores), (1, afters)):
            sentence = (
                "The registry shows its results section in place of the outcome; that is not a change of the outcome."
            )
            for index in indices:
                role = (self._before if which == 0 else self._after)[index].outcome.role
                hidden = self._take_hidden(1 - which, role)
                mine: tuple[int, ...] = (index,)
                pair = (mine, hidden) if which == 0 else (hidden, mine)
                yield Pair(*pair, (self._change(ChangeCode.POINTS_TO_RESULTS, sentence, *pair),), 1.0)

    def _take_hidden(self, side: int, role: str) -> tuple[int, ...]:
        readings, left = (self._before, self._left_before) if side == 0 else (self._after, self._left_after)
        taken = tuple(index for index in left if readings[index].outcome.role == role)
        for index in taken:
            left.remove(index)
        return taken

    def _left_over(self) -> Iterable[Pair]:
        yield from self._replaced()
        for i in self._left_before:
            yield Pair(
                (i,), (), (self._gone(i),), self._confidence_alone(self._alike(i, j) for j in range(len(self._after)))
            )
        for j in self._left_after:
            yield Pair(
                (), (j,), (self._new(j),), self._confidence_alone(self._alike(i, j) for i in range(len(self._before)))
            )

    def _replaced(self) -> Iterable[Pair]:
        """A primary outcome that went where another came, in the same part: a removal and an addition."""
        gone = [i for i in self._left_before if self._before[i].outcome.role == "primary"]
        new = [j for j in self._left_after if self._after[j].outcome.role == "primary"]
        for i, column in zip(gone, assign([[self._alike(i, j) for j in new] for i in gone]), strict=True):
            if column < 0 or self._before[i].outcome.part != self._after[new[column]].outcome.part:
                continue
            j = new[column]
            sentence = (
                f"{_named(self._before[i])} is not among the primary outcomes any more; {_named(self._after[j])} is."
            )
            self._left_before.remove(i)
            self._left_after.remove(j)
            alike = self._alike(i, j)
            yield Pair(
                (i,),
                (j,),
                (self._change(ChangeCode.PRIMARY_REPLACED, sentence, (i,), (j,)),),
                self._confidence_alone([alike]),
            )

    @staticmethod
    def _confidence_alone(likenesses: Iterable[float]) -> float:
        return round(1.0 - 0.9 * max(likenesses, default=0.0), 3)

    def _gone(self, i: int) -> OutcomeChange:
        reading = self._before[i]
        if self._in_other_part(reading, self._after):
            return self._change(
                ChangeCode.OTHER_PART, f"{_named(reading)} belongs to a part that is not spoken of here.", (i,), ()
            )
        code = _DROPPED[reading.outcome.role]
        return self._change(code, f"{_named(reading)} is not among the outcomes any more.", (i,), ())

    def _new(self, j: int) -> OutcomeChange:
        reading = self._after[j]
        if self._in_other_part(reading, self._before):
            return self._change(
                ChangeCode.OTHER_PART, f"{_named(reading)} belongs to a part that was not spoken of.", (), (j,)
            )
        code = _ADDED[reading.outcome.role]
        return self._change(code, f"{_named(reading)} was not among the outcomes.", (), (j,))

    @staticmethod
    def _in_other_part(reading: OutcomeReading, others: Sequence[OutcomeReading]) -> bool:
        told = {other.outcome.part for other in others} - {None}
        return reading.outcome.part is not None and bool(told) and reading.outcome.part not in told

    def _change(self, code: ChangeCode, sentence: str, befores: Sequence[int], afters: Sequence[int]) -> OutcomeChange:
        return OutcomeChange(
            code,
            code.severity,
            sentence,
            tuple(span for i in befores for span in _whole(self._before[i], i)),
            tuple(span for j in afters for span in _whole(self._after[j], j)),
        )


def _text_and_role(reading: OutcomeReading) -> object:
    return (reading.squashed, reading.outcome.part, reading.outcome.role)


def _text(reading: OutcomeReading) -> object:
    return (reading.squashed, reading.outcome.part)


def _title_and_role(reading: OutcomeReading) -> object:
    return (squashed(reading.outcome.measure), reading.outcome.part, reading.outcome.role)


_DROPPED = {
    "primary": ChangeCode.PRIMARY_DROPPED,
    "secondary": ChangeCode.SECONDARY_DROPPED,
    "other": ChangeCode.OTHER_DROPPED,
}
_ADDED = {"primary": ChangeCode.PRIMARY_ADDED, "secondary": ChangeCode.SECONDARY_ADDED, "other": ChangeCode.OTHER_ADDED}
_LONGEST_NAME = 90


def _ranks(outcomes: Sequence[Outcome]) -> list[int]:
    """Each outcome's place in an order that depends on what they say, not on how they are listed."""

    def key(index: int) -> tuple[str, ...]:
        one = outcomes[index]
        return (one.role, one.measure, one.description, one.time_frame, one.part or "", one.id or "")

    ranks = [0] * len(outcomes)
    for rank, index in enumerate(sorted(range(len(outcomes)), key=key)):
        ranks[index] = rank
    return ranks


def _ranked(ranks: Sequence[int]) -> list[int]:
    return sorted(range(len(ranks)), key=ranks.__getitem__)


def _is_vague(*parts: str) -> bool:
    """Whether a part is known by an ending alone, which may have been reworded."""
    return any(part.startswith(BY_ENDING) for part in parts)


def _whole(reading: OutcomeReading, index: int) -> Iterable[TextSpan]:
    return (TextSpan(index, field, 0, len(text)) for field in FIELDS if (text := reading.outcome.text(field)))


def _named(reading: OutcomeReading) -> str:
    words = " ".join(reading.outcome.measure.split())
    return f"'{words if len(words) <= _LONGEST_NAME else words[: _LONGEST_NAME - 1] + '…'}'"


def _article(role: str) -> str:
    return {"primary": "a primary", "secondary": "a secondary", "other": "another"}[role]


def gravest(changes: Iterable[OutcomeChange]) -> Severity:
    """The gravest severity among changes."""
    return max((change.severity for change in changes), key=lambda one: one.rank, default=Severity.NONE)
