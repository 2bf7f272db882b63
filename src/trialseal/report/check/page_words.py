"""Words and limits that the parts of the page of a check share."""

from __future__ import annotations

import re

from trialseal.report.check.words import SIGNS
from trialseal.report.trial.chart_scale import text
from trialseal.report.trial.view import Answer

# More facts than these under one finding are in the JSON only; an editor has ten minutes.
MOST_FACTS = 6
MOST_QUOTES = 16


def sign(answer: Answer) -> str:
    return f'<span class="sign" aria-hidden="true">{SIGNS[answer]}</span>'


def place_words(place: str) -> str:
    return f' <cite dir="auto">{text(place)}</cite>' if place else ""


def capital(sentence: str) -> str:
    # The name of a file is not a word of a sentence.
    return sentence if "." in sentence.partition(" ")[0] else sentence[:1].upper() + sentence[1:]


def unbroken(words: str) -> str:
    """Words with their dates and numbers kept on one line."""
    return re.sub(r"\d{4}-\d{2}(-\d{2})?", r'<span class="nb">\g<0></span>', text(words))
