"""Both texts of a pair with the differing parts marked: plain data for a page, a terminal, a letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from trialseal.outcomes.model import FIELDS, Field, Outcome, Pair, TextSpan
from trialseal.outcomes.words import Token, tokens

Kind = Literal["same", "differs", "decides"]
Segment = tuple[str, Kind]
"""A stretch of text, as written, and whether it is on the other side too; `decides` where a change rests on it."""

# Longer texts are marked whole where they differ: alignment costs the product of the lengths.
_MOST_TOKENS = 1500


class Marked(NamedTuple):
    """One outcome with its fields in segments; the segments of a field together are its text."""

    outcome: int
    """Its index in the set that was compared."""
    measure: tuple[Segment, ...]
    description: tuple[Segment, ...]
    time_frame: tuple[Segment, ...]


class MarkedPair(NamedTuple):
    """Both sides of a pair."""

    before: tuple[Marked, ...]
    after: tuple[Marked, ...]


def marked(pair: Pair, before: Sequence[Outcome], after: Sequence[Outcome]) -> MarkedPair:
    """The outcomes of a pair with what differs marked, each against the first of the other side."""
    befores, afters = [before[i] for i in pair.before], [after[j] for j in pair.after]
    before_spans = [span for change in pair.changes for span in change.before_spans]
    after_spans = [span for change in pair.changes for span in change.after_spans]
    return MarkedPair(
        tuple(_marked(i, before[i], afters[:1], before_spans, bool(afters)) for i in pair.before),
        tuple(_marked(j, after[j], befores[:1], after_spans, bool(befores)) for j in pair.after),
    )


def segments(text: str, other: str, deciding: Iterable[TextSpan] = ()) -> tuple[Segment, ...]:
    """A text in segments against another: words that the other does not have in that place differ."""
    mine, theirs = tokens(text), tokens(other)
    kinds: list[Kind] = ["same"] * len(text)
    for start, end in _differing(text, other, mine, theirs):
        kinds[start:end] = ["differs"] * (end - start)
    for span in deciding:
        for place in range(span.start, min(span.end, len(text))):
            if kinds[place] == "differs" or span.end - span.start < len(text):
                kinds[place] = "decides"
    found: list[Segment] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or kinds[place] != kinds[start]:
            found.append((text[start:place], kinds[start]))
            start = place
    return tuple(found)


def _marked(
    index: int, outcome: Outcome, others: Sequence[Outcome], spans: Sequence[TextSpan], has_other: bool
) -> Marked:
    def field(name: Field) -> tuple[Segment, ...]:
        deciding = [span for span in spans if span.outcome == index and span.field == name]
        text = outcome.text(name)
        if not has_other:
            return ((text, "differs"),) if text else ()
        return segments(text, others[0].text(name), deciding)

    return Marked(index, *(field(name) for name in FIELDS))


def _differing(text: str, other: str, mine: Sequence[Token], theirs: Sequence[Token]) -> Iterable[tuple[int, int]]:
    if max(len(mine), len(theirs)) > _MOST_TOKENS:
        return [] if text == other else [(0, len(text))]
    matcher = SequenceMatcher(None, [token.form for token in mine], [token.form for token in theirs], autojunk=False)
    return [
        (mine[start].start, mine[end - 1].end)
        for tag, start, end, _, _ in matcher.get_opcodes()
        if tag in ("replace", "delete")
    ]
