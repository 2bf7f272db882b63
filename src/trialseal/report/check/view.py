"""What the report of a check shows, as plain data: `check` gathers it, pages and letters only write it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trialseal.report.trial.view import Answer, TimelineView


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact in words, and where it stands."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One rule's answer."""

    rule: str
    answer: Answer
    sentence: str
    facts: tuple[FactView, ...] = ()
    standard: str = ""
    """Whose demand it is: standard, section, edition."""


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A sentence of the manuscript, and where it stands."""

    text: str
    place: str
    number: int = 0
    """Of the pair that it belongs to, where a question is about several; 0 where it is about one."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of CONSORT 2025 with what was found under it, and what the manuscript says to it."""

    number: str
    title: str
    answer: Answer | None
    """The worst of its findings; None if no rule belongs to it."""
    findings: tuple[FindingView, ...] = ()
    quotes: tuple[QuoteView, ...] = ()


Addressee = Literal["authors", "sponsor"]
"""Who can answer a question: the authors, or whoever answers for the record and its deadlines."""
Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it differs from the other side."""


@dataclass(frozen=True, slots=True)
class OutcomeText:
    """One outcome as one side states it."""

    role: str
    place: str
    measure: Pieces
    time_frame: Pieces = ()
    description: Pieces = ()
    quote: str = ""
    """The manuscript's own sentence, where it was found in one."""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One difference within a pair."""

    code: str
    words: str
    severity: str
    sentence: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """Outcomes that belong together, registered and reported."""

    answer: Answer
    label: str
    """What became of it in a few words: 'as registered', 'not among the registered ones'."""
    registered: tuple[OutcomeText, ...]
    reported: tuple[OutcomeText, ...]
    changes: tuple[ChangeView, ...] = ()
    needs_reader: bool = False
    perhaps: tuple[str, ...] = ()
    """Outcomes of the other side that may be meant, in other words."""
    confidence: float = 1.0
    outside_scope: bool = False
    primary: bool = False
    explained: tuple[QuoteView, ...] = ()
    """Sentences of the manuscript that speak of this change."""
    parts: tuple[str, ...] = ()
    """The parts of the trial that its outcomes name: 'phase 2/3'."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles that its outcomes have on either side."""
        return frozenset(one.role for one in (*self.registered, *self.reported))


@dataclass(frozen=True, slots=True)
class PhaseView:
    """How the record's own outcomes changed from one phase of the trial to the next."""

    words: str
    """'during recruitment, between version 3 of 2020-05-01 and version 9 of 2021-02-03'"""
    rows: tuple[OutcomeRow, ...]
    unchanged: int
    """How many outcomes stayed as they were."""
    before: str = ""
    after: str = ""
    """The versions: 'NCT01234567, version 3 of 2020-05-01'."""


Standing = Literal["primary", "other", "absent"]
"""How an outcome stands at a time: among the primary ones, among others, or not there."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A time at which outcomes were stated."""

    name: str
    """'Registered first', 'Registered last', 'Reported'."""
    when: str
    """Its day or version; empty where no day is given."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What became of an outcome that was primary at any stage."""

    words: str
    """Its measure, as it was stated first."""
    standings: tuple[Standing, ...]
    """One for each stage."""
    steps: tuple[Answer, ...]
    """From each stage to the next: whether it stayed the same."""


@dataclass(frozen=True, slots=True)
class PromisedView:
    """What was promised beside what was reported, as a picture shows it."""

    stages: tuple[Stage, ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its evidence, to the authors or to the trial's responsible party."""

    topic: str
    item: str
    record: tuple[QuoteView, ...]
    """What the record says, and in which version."""
    paper: tuple[QuoteView, ...]
    """What the manuscript says, and where."""
    searched: str
    """'no explanation found in paper.pdf and the record', or what was found that may be one."""
    ask: str
    needs_reader: bool = False
    """Whether an editor must read both texts before it is sent."""
    to: Addressee = "authors"
    rules: tuple[str, ...] = ()
    """The rules whose findings it asks about."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """Something that was read for the report."""

    what: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check of one trial."""

    title: str
    number: str
    numbers: tuple[str, ...]
    as_of: str
    answer: Answer
    headline: str
    counts: tuple[tuple[Answer, int], ...]
    sources: tuple[SourceView, ...]
    items: tuple[ItemView, ...]
    questions: tuple[QuestionView, ...]
    outcomes: tuple[OutcomeRow, ...]
    compared: str
    """What was compared with what: 'NCT04368728, record of 2026-03-25, with paper.pdf'; empty if nothing was."""
    phases: tuple[PhaseView, ...]
    timeline: TimelineView
    notices: tuple[str, ...] = ()
    outcomes_file: str | None = None
    """The file in which the reader may correct what was found in the manuscript."""
    reply: str | None = None
    reply_source: str = ""
    exit_code: int = 0
    unsettled: tuple[str, ...] = ()
    """What must be done before anybody can say that there is no question; empty: all was compared and confirmed."""
    read_by_a_person: bool = False
    """Whether somebody confirmed the reported outcomes."""
    measured: tuple[str, ...] = ()
    """How often answers such as these were wrong when they were measured, in sentences."""
    summary: tuple[str, ...] = ()
    """What was promised, reported and changed, and what nobody can tell from this, for everyone."""
    manuscript: str = ""
    """The manuscript, its version and date: '“Less salt”, paper.pdf, version R1, submitted 2026-01-02'."""
    stage: Literal["submitted", "published"] | None = None
    """Whether it is under review or published; None: nobody said."""
    record_date: str = ""
    """The day of the record's last version, as the record states it; empty where it does not."""
    promised: PromisedView | None = None
    """None where no outcome was compared."""

    def asked_of(self, whom: Addressee) -> tuple[QuestionView, ...]:
        """The questions that one of the two can answer."""
        return tuple(one for one in self.questions if one.to == whom)
