"""What a mistyped word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def meant(word: str, known: Iterable[str]) -> str:
    """': did you mean X?' of the known word that is most like this one; '' if none is."""
    from difflib import get_close_matches

    found = get_close_matches(word.casefold(), list(known), n=1)
    return f": did you mean {found[0]}?" if found else ""
