"""Whether outcomes are written in another language than English: what is compared by words is left to a reader then.

Trials are registered in the language of their country too. Nothing here translates; texts of one language on both
sides are no surer, since the words that say when and how something is measured are known in English alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from trialseal.outcomes.model import Outcome
from trialseal.outcomes.rarity import is_known
from trialseal.outcomes.words import stem

# Words that stand around what is measured in German, French, Spanish, Portuguese, Italian and Dutch, and mean nothing
# in English.
_ELSEWHERE_WORDS = """
nach und oder der das den dem des bei mit vom zur zum woche wochen tag tage tagen monat monate monaten jahr jahre
jahren anzahl anteil zwischen sowie gegen gegenüber patienten eines einer verbesserung blutdruck überleben
les du une aux semaines mois jours ans après taux nombre entre chez survie pour dans avec selon douleur
el los las semanas meses días años después tasa número para hasta dolor supervivencia
após dias anos taxa não dos sobrevida até
dopo settimane mesi giorni anni della delle dei degli tasso numero sopravvivenza
weken maanden dagen jaar het een van tussen aantal
"""
_ENGLISH_WORDS = "of the and at with from to after change for as by or using between rate during until"
_ELSEWHERE = frozenset(_ELSEWHERE_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_LEAST_SIGNS = 2
_SHARE = 0.2


def in_another_language(outcomes: Iterable[Outcome]) -> bool:
    """Whether any of the outcomes is not in English, as far as its words show."""
    return any(_foreign(f"{one.measure} {one.description} {one.time_frame}") for one in outcomes)


@lru_cache(maxsize=4096)
def _foreign(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = [one for one in plain if one.isalpha()]
    signs = sum(1 for one in letters if not _is_latin(one))
    if signs >= _LEAST_SIGNS and signs >= _SHARE * len(letters):
        return True
    words = [word for word in re.findall(r"[^\W\d_]+", plain) if _is_latin(word[0])]
    foreign = sum(1 for word in words if word in _ELSEWHERE or any("\u00df" <= one < "\u0250" for one in word))
    english = sum(1 for word in words if word in _ENGLISH or (word.isascii() and is_known(stem(word))))
    return foreign > 0 and foreign >= english


def _is_latin(letter: str) -> bool:
    """Greek letters too: they stand in the names of substances."""
    return letter < "\u0400" or "\u1e00" <= letter < "\u2000"
