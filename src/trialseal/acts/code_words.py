"""The codes of acts by the words that people write."""

from __future__ import annotations

from typing import TypeVar

from trialseal import escaping
from trialseal.errors import UsageError
from trialseal.ledger.codes import Code
from trialseal.nearest import meant

C = TypeVar("C", bound=Code)


def code_named(codes: type[C], word: str, what: str) -> C:
    """The number of a word that the user gave; UsageError that names the words there are."""
    try:
        return codes.named(word)
    except KeyError:
        cure = meant(word, codes.words()) or f": use one of {', '.join(codes.words())}"
        raise UsageError(f"there is no {what} {escaping.quoted(word)}{cure}") from None
