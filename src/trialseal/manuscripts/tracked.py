"""Which outcomes stand in a manuscript's tracked changes: it is read twice, with all of them accepted and undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trialseal.manuscripts.model import Manuscript
from trialseal.manuscripts.outcome_sentences import find_outcomes
from trialseal.manuscripts.sentences import sentences
from trialseal.manuscripts.stated import StatedOutcome


class TrackedOutcomes(NamedTuple):
    """The outcomes of a role, words or time that only one of both readings states, in the order of the text."""

    inserted: tuple[StatedOutcome, ...] = ()
    deleted: tuple[StatedOutcome, ...] = ()


def tracked_outcomes(manuscript: Manuscript, accepted: Sequence[StatedOutcome]) -> TrackedOutcomes:
    """What the tracked changes put into the outcomes and took from them; `accepted` are those of the changed text."""
    if not manuscript.before_changes:
        return TrackedOutcomes()
    undone = manuscript._replace(lines=manuscript.before_changes, before_changes=())
    before = find_outcomes(undone, sentences(undone)).outcomes
    return TrackedOutcomes(_without(accepted, before), _without(before, accepted))


def _without(these: Sequence[StatedOutcome], those: Sequence[StatedOutcome]) -> tuple[StatedOutcome, ...]:
    known = {_told(one) for one in those}
    return tuple(one for one in these if _told(one) not in known)


def _told(one: StatedOutcome) -> tuple[str, ...]:
    return (one.role, *(" ".join(text.casefold().split()) for text in (one.measure, one.description, one.time_frame)))
