"""One telling word in place of another, where all other words agree: 'wound infection' is not 'wound dehiscence'."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from trialseal.outcomes.rarity import GENERIC
from trialseal.outcomes.words import expanded, spelt, tokens

# More words than these in one place are told in other words, not exchanged.
_MOST = 2
_OPPOSITE = (frozenset(("with", "without")), frozenset(("with", "free")))


def exchanged(before: str, after: str) -> tuple[str, str] | None:
    """The words that stand in each other's place, if nothing else differs and neither side means the other; else None.

    The texts come without the times that are compared elsewhere.
    """
    for written_out in (False, True):
        if found := _of_words(*(spelt(one, written_out=written_out) for one in (before, after))):
            return found
    return None


def _of_words(mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, str] | None:
    steps = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    differ = [step for step in steps if step[0] != "equal"]
    if len(differ) != 1 or differ[0][0] != "replace" or len(steps) == 1:
        return None
    _, begin, end, start, stop = differ[0]
    if end - begin > _MOST or stop - start > _MOST:
        return None
    gone, new = " ".join(mine[begin:end]), " ".join(theirs[start:stop])
    if frozenset((gone, new)) in _OPPOSITE:
        return gone, new
    kept = " ".join((*mine[:begin], *mine[end:]))
    if not all(map(_telling, (kept, gone, new))) or meant(gone) <= meant(new) or meant(new) <= meant(gone):
        return None
    return gone, new


# What narrows an outcome, what denies it, and what may stand beside these and says nothing itself.
_NARROWS = frozenset(spelt("serious severe symptomatic fatal definite biopsy proven related emergent special"))
_UNTIL = frozenset(("time", "to"))
_DENIES = frozenset(spelt("no not non without free freedom absence never"))
_SAYS_NOTHING = frozenset(spelt("any all with on from to for by and alive presence treatment drug interest"))


def qualified(before: str, after: str) -> bool:
    """Whether texts say the same words but that one narrows or denies what the other names: 'serious adverse events'
    beside 'any adverse event', 'no recurrence' beside 'recurrence'."""
    mine, theirs = (frozenset(spelt(one)) for one in (before, after))
    differ = mine ^ theirs
    telling = differ & _NARROWS
    if differ >= _UNTIL:
        telling |= _UNTIL
    if bool(mine & _DENIES) != bool(theirs & _DENIES):
        telling |= differ & _DENIES
    return bool(telling) and bool((mine & theirs) - GENERIC) and differ <= telling | _DENIES | _SAYS_NOTHING | GENERIC


def meant(words: str) -> frozenset[str]:
    """The forms of words, abbreviations written out."""
    return frozenset(expanded(tokens(words), {}))


def _telling(words: str) -> frozenset[str]:
    """What the words mean, without what stands in every outcome, and signs."""
    return frozenset(form for form in meant(words) - GENERIC if form.isalnum())
