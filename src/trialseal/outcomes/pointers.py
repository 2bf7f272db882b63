"""Texts that point to results: a registry puts `[See Results Section.]` where the words of the outcome were."""

from __future__ import annotations

import re

from trialseal.outcomes.model import Outcome

_POINTER = re.compile(
    r"\W*(?:please )?(?:see|refer to|cf|go to|posted in|available in|as reported in)\W+(?:the )?(?:outcome "
    r"|posted |study |trial )?results?"
    r"(?: (?:section|tab|module|table|below|record|page|posted)){0,2}\W*",
    re.IGNORECASE,
)


def is_pointer(outcome: Outcome) -> bool:
    """Whether the outcome says no more than where its results are."""
    words = " ".join(text for text in (outcome.measure, outcome.description) if text.strip())
    return _POINTER.fullmatch(words) is not None
