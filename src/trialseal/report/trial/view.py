"""What a timeline shows, as plain data: the caller gathers it, the page only draws it."""

from __future__ import annotations

from typing import Literal

from trialseal.values import Value

Category = Literal[
    "protocol",
    "document",
    "registry",
    "milestone",
    "result",
    "attestation",
    "permit",
    "custody",
    "head",
    "appointment",
    "transfer",
    "stream",
]
Answer = Literal["holds", "fails", "undetermined", "does-not-apply"]


class TimelineEntry(Value):
    """One act, attestation, or head of a stream."""

    number: int | None
    """Its number among the trial's acts, from 1; None for what is not an act of the trial."""
    words: str
    who: str
    time: int
    """Time of the block, Unix seconds."""
    category: Category
    declared: str | None = None
    """The date that the statement names, ISO 8601, as precise as it was stated."""
    label: str = ""
    """A few words for the chart; without it, those of `words`."""
    details: tuple[tuple[str, str], ...] = ()
    mark: str | None = None
    """What a reader should notice, such as: sealed 3 days after the declared date."""
    changed: tuple[str, ...] = ()
    """What a version says differently from the one before, where both are at hand."""
    on_chain: bool = True
    """Whether `time` is that of a block. A registry's own date is shown without a word about any chain."""


class Period(Value):
    """A stretch of declared time, such as enrolment: ISO dates, maybe partial; `end` None if not stated."""

    label: str
    start: str
    end: str | None = None


class ShownVerdict(Value):
    """What was found of one file."""

    file: str
    sentence: str
    answer: Answer


class TimelineView(Value):
    """A trial as the page shows it."""

    title: str
    trial: str
    """The trial's id, 64 hexadecimal digits."""
    sponsor: str
    sponsor_id: str
    """The sponsor's party id, 64 hexadecimal digits."""
    chain: str
    """One line: which chain, how final, who sets its clock."""
    completeness: str
    complete: bool | None
    """Whether the acts are all there are; None if that could not be determined."""
    registry_ids: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    entries: tuple[TimelineEntry, ...] = ()
    periods: tuple[Period, ...] = ()
    verdicts: tuple[ShownVerdict, ...] = ()
    summary: tuple[str, ...] = ()
    """What was promised, reported and changed, and what nobody can tell from this, for everyone."""
    doubts: tuple[str, ...] = ()
    """Why nothing on the page is certain: the block rests on no one's word, or the chain's operator can rewrite it."""
    vouched: bool = True
    """Whether somebody whom the maker of the page trusts vouches for the block on which it rests."""
