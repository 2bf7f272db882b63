"""The abbreviations that a text explains itself: 'major bleeding (MB)'.

After Schwartz and Hearst (Pac Symp Biocomput 2003:451): each letter of the short form is found, from its end, in the
words before the bracket, its first at the beginning of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORT = re.compile(r"\((?P<short>[^\W\d_][\w-]{1,9}?)s?[;,)]")
_LONGEST = 90


def abbreviations(texts: Iterable[str]) -> dict[str, str]:
    """The long form of each short one, the short one in small letters; the first explanation counts."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _SHORT.finditer(text):
            short = match["short"].casefold()
            if short not in found and (long := _long_form(short, text[: match.start()][-_LONGEST:])):
                found[short] = long
    return found


def long_spans(text: str) -> list[tuple[int, int]]:
    """Where the long forms stand that a text abbreviates behind them."""
    found: list[tuple[int, int]] = []
    for match in _SHORT.finditer(text):
        long = _long_form(match["short"].casefold(), text[: match.start()][-_LONGEST:])
        if long and "(" not in long and ")" not in long:
            found.append((match.start() - 1 - len(long), match.start() - 1))
    return found


def _long_form(short: str, before: str) -> str:
    letters = [sign for sign in short if sign.isalnum()]
    words = before.rstrip()
    place = len(words)
    for number, letter in enumerate(reversed(letters), 1):
        first = number == len(letters)
        place -= 1
        while place >= 0 and (words[place].casefold() != letter or (first and place and words[place - 1].isalnum())):
            place -= 1
        if place < 0:
            return ""
    long = words[place:]
    return long if len(long.split()) <= 2 * len(letters) and len(long) > len(short) + 2 else ""
