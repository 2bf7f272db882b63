"""What a careful reader would probably say of a comparison: is any of it a real change of the primary outcomes, is it
a major one. Learnt from published ratings; a probability with its reasons, to order what people read, never a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trialseal.outcomes.compare import compare
from trialseal.outcomes.features import primary_features
from trialseal.outcomes.learnt import Judged, model
from trialseal.outcomes.model import Comparison, Outcome
from trialseal.outcomes.pointers import is_pointer
from trialseal.outcomes.published import published_features
from trialseal.outcomes.words import squashed


class Judgement(NamedTuple):
    """Whether a reader would call anything changed, and whether they would call it major."""

    any_change: Judged
    major_change: Judged


_NONE = Judged(0.0, False, ())


def judge_versions(
    before: Sequence[Outcome], after: Sequence[Outcome], comparison: Comparison | None = None
) -> Judgement:
    """Two versions of a record: their primary outcomes, beside the secondary ones. Equal words, and words that only
    point to results, are no change, whatever is learnt."""
    if settled(before, after):
        return Judgement(_NONE, _NONE)
    features = primary_features(before, after, comparison or compare(before, after))
    return Judgement(model("versions-any").judge(features), model("versions-major").judge(features))


def settled(before: Sequence[Outcome], after: Sequence[Outcome]) -> bool:
    """Whether there is nothing to judge: no primary outcome, the same words, or words that point to results."""
    mine, theirs = _primaries(before), _primaries(after)
    return _texts(mine) == _texts(theirs) or any(map(is_pointer, (*mine, *theirs)))


def judge_published(registered: Sequence[Outcome], words: str) -> Judgement:
    """Registered outcomes beside what a paper says its outcomes are. Without any words nothing can be said."""
    if not words.strip() or not _primaries(registered):
        return Judgement(_NONE, _NONE)
    features = published_features(registered, words)
    return Judgement(model("published-any").judge(features), model("published-major").judge(features))


def _primaries(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [one for one in outcomes if one.role == "primary"]


def _texts(outcomes: Sequence[Outcome]) -> list[str]:
    return sorted(squashed(f"{one.measure} {one.description} {one.time_frame}") for one in outcomes)
