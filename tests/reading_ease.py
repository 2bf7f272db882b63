"""How hard a text is to read: the grade of Flesch and Kincaid (Kincaid and others, 1975)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

# Endings whose e is not spoken.
_SILENT = re.compile(r"(?:[^laeiouyscgxzh]es|[^aeioudt]ed|[^laeiouy]e)$")
_VOWELS = re.compile(r"[aeiouy]+")


class Reading(NamedTuple):
    """The words of some sentences, counted."""

    sentences: int
    words: int
    syllables: int

    @property
    def words_a_sentence(self) -> float:
        return self.words / self.sentences

    @property
    def grade(self) -> float:
        """Years at school after which it is read with ease: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
        return 0.39 * self.words_a_sentence + 11.8 * self.syllables / self.words - 15.59


def reading(sentences: Sequence[str]) -> Reading:
    """Counts; what others are quoted with is one word of one syllable, and so is a number or a day."""
    words = [word for one in sentences for word in re.findall(r"[\w'-]+", re.sub("“[^”]*”", "it", one))]
    return Reading(len(sentences), len(words), sum(map(syllables, words)))


def syllables(word: str) -> int:
    """The groups of vowels in a word, without an e that is not spoken; at least one."""
    plain = word.lower()
    return max(len(_VOWELS.findall(_SILENT.sub("", plain))), 1)
