"""What a manuscript states of its trial: numbers, outcomes, and sentences that answer items of CONSORT 2025."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from trialseal.manuscripts.model import Manuscript
from trialseal.manuscripts.numbers import Numbers, find_numbers
from trialseal.manuscripts.outcome_sentences import OutcomeSentences, find_outcomes, passage
from trialseal.manuscripts.paper_kinds import KindOfPaper, kinds_of_paper
from trialseal.manuscripts.sentences import Sentence, sentences
from trialseal.manuscripts.statements import Statement, Subject, find_statements
from trialseal.manuscripts.tracked import TrackedOutcomes, tracked_outcomes


class Paper(NamedTuple):
    """What was found in a manuscript."""

    manuscript: Manuscript
    numbers: Numbers
    outcomes: OutcomeSentences
    statements: tuple[Statement, ...]
    text: tuple[Sentence, ...] = ()
    kinds: tuple[KindOfPaper, ...] = ()
    """What kind of paper it says to be; none for the report of one trial."""
    tracked: TrackedOutcomes = TrackedOutcomes()

    def passage(self, quotes: Iterable[str]) -> str:
        """Sentences of the paper with those that follow them at once and may tell more of what they state."""
        return passage(self.text, quotes)

    def on(self, subject: Subject) -> tuple[Statement, ...]:
        """The statements on a subject."""
        return tuple(one for one in self.statements if one.subject == subject)


def read_paper(manuscript: Manuscript) -> Paper:
    """Everything found in a manuscript; pure, and the same for the same text."""
    text = sentences(manuscript)
    outcomes = find_outcomes(manuscript, text)
    return Paper(
        manuscript,
        find_numbers(manuscript),
        outcomes,
        find_statements(manuscript, text),
        tuple(text),
        kinds_of_paper(manuscript, text),
        tracked_outcomes(manuscript, outcomes.outcomes),
    )
