"""An outcome as a manuscript states it."""

from __future__ import annotations

from typing import NamedTuple

from trialseal.manuscripts.model import Section
from trialseal.manuscripts.outcome_names import Role
from trialseal.manuscripts.outcome_phrases import Kind


class StatedOutcome(NamedTuple):
    """An outcome as a manuscript states it, with the words and the place that say so."""

    role: Role
    measure: str
    description: str
    time_frame: str
    quote: str
    place: str
    section: Section
    certain: bool
    """Whether the sentence says 'the primary outcome was …' or alike, in the methods; if not, a reader must look."""
    kind: Kind = "stated"
    domain: str = ""
    """`safety` where it is called a safety outcome."""
    alone: bool = False
    """Whether it is called *the* outcome of its role, in the singular."""
    number: int = 0
    """How many outcomes of its role its sentence says there are; 0 if it does not."""
