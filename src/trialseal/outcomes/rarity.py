"""How much a word tells of an outcome: those that every outcome has tell little.

`rarity.json` holds in how many of some hundred outcomes of public registry records a word was met.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from math import fsum, log

# Words that trialists put around what is measured; alone they make no two outcomes one.
_AROUND = """
score scale questionnaire proportion number mean median change incidence reduction increase improve level total overall
event use evaluat test index baselin baseline week month day year hour minute clin common first
"""
GENERIC = frozenset(_AROUND.split())
_NUMBER = 0.25
_LEAST = 0.1


@cache
def rarity(form: str) -> float:
    """From 0.1 for a word of every outcome to 1 for one hardly met; numbers tell little."""
    if form.replace(".", "").isdigit():
        return _NUMBER
    outcomes, met = _counts()
    return max(_LEAST, min(1.0, log((outcomes + 1) / (met.get(form, 1) + 1)) / log(outcomes)))


def weight(words: Iterable[str]) -> float:
    """How much words tell, together; exact, so that it depends on no order of a set."""
    return fsum(map(rarity, words))


def is_known(form: str) -> bool:
    """Whether the word was met in those outcomes, all of which are in English."""
    return form in _counts()[1]


@cache
def _counts() -> tuple[int, dict[str, int]]:
    held = json.loads(files("trialseal.outcomes").joinpath("rarity.json").read_text(encoding="utf-8"))
    return held["outcomes"], held["met"]
