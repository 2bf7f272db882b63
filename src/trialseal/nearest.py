"""What a mistyped word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def meant(word: str, known: Iterable[str]) -> str:
    """': did you mean X?' of the known word that is most like this one, in capitals or not; '' if none is."""
    from difflib import get_close_matches

    folded = {one.casefold(): one for one in known}
    found = get_close_matches(word.casefold(), list(folded), n=1)
    return f": did you mean {folded[found[0]]}?" if found else ""
