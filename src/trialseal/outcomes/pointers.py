"""Texts that do not say what is measured: they point to results, as `[See Results Section.]` does, or to what was said
before, as 'this test' does, or they tell an aim."""

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


_AGE_LIMIT = re.compile(
    r"\W*(?:(?:no )?(?:minimum|maximum|min|max)\.? age(?:\W+\d{1,3})?"
    r"|\d{1,3} (?:years?|months?)(?: (?:of age|old))?)\W*",
    re.IGNORECASE,
)


def is_misplaced(outcome: Outcome) -> bool:
    """Whether nothing but an age or a span of time stands where the outcome should: another field's words."""
    return not outcome.description.strip() and _AGE_LIMIT.fullmatch(outcome.measure) is not None


# What stands for something said before, or begins a sentence where a measure is named.
_SAID_BEFORE = re.compile(
    r"\W*(?:this|these|that|those|such|the (?:same|latter|former|following)|it|they|we|our|both"
    r"|all (?:of )?(?:these|the))\b",
    re.IGNORECASE,
)
_AIM = re.compile(
    r"\W*(?:to )?(?:determine|investigate|evaluate|assess|compare|demonstrate|show|test|identify|examine|explore|study"
    r"|establish|prove|estimate|measure|find out|analy[sz]e|confirm|describe|verify|observe|detect|see)\s"
    r"|\W*(?:non-?inferiority|superiority|efficacy|effectiveness|effects?|impact|benefits?|feasibility)"
    r" (?:and \w+ )?of\b",
    re.IGNORECASE,
)


def says_no_measure(outcome: Outcome) -> bool:
    """Whether the words tell an aim, or stand for what was said before: what is measured must be read elsewhere."""
    return _SAID_BEFORE.match(outcome.measure) is not None or _AIM.match(outcome.measure) is not None
