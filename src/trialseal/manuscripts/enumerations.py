"""Taking a statement of several outcomes apart, each as a stretch of the very text; cautiously, as a reader may undo
it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from trialseal.manuscripts.abbreviations import long_spans
from trialseal.manuscripts.conjuncts import (
    ADJECTIVE,
    BRACKETS,
    COUNT,
    GOES_ON,
    OWN_HEAD,
    OWN_PHRASE,
    PHRASE,
    THE,
    are_alternatives,
    are_apart,
    are_two,
    are_unlike,
    counts,
    ends_a_list,
    is_change,
    is_own,
    leads_on,
)
from trialseal.manuscripts.instruments import names_instruments, of_one_instrument, says_instrument

Span = tuple[int, int]
"""Where a stretch begins and ends in its text."""

_MARK = re.compile(r"(?:^|(?<=[\s,;:(]))\(?(?P<name>[1-9][0-9]?|[a-h]|[ivx]{1,4})[).](?=\s)\s+")
_SEQUENCES = (
    tuple(str(number) for number in range(1, 100)),
    tuple("abcdefgh"),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"),
)
# A composite is one outcome, however many parts it has: from these words on nothing is taken apart.
_COMPOSITE = re.compile(
    r"\b(?:composites? (?:\w+ ){0,3}of|combinations? of|comprising|consisting of|either|any of|first of"
    r"|including|such as|(?:one|at least one|one or more) of the following"
    r"|(?:difference|change)s? between"
    r"|composites? (?:outcome|end[\s-]?point)s?\b[^,;]{0,20}(?:,|:|\()?\s*(?:defined|includ\w+|of))\b",
    re.IGNORECASE,
)
# 'major events defined as death, stroke, and amputation'
_DEFINED = re.compile(r"(?<=\w)\sdefined (?:as|by)\s(?!.*\bdefined\b)", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r"“[^”]*”|(?<!\w)‘[^’]*(?:’(?=\w)[^’]*)*’")
_BEFORE = re.compile(r"[\s;:,.]*(?:(?:and|or|as well as|along with)\b\s*)?", re.IGNORECASE)
_BEHIND = re.compile(r"(?:[\s;:,.]|[\s,;]+(?:and/or|and|or|as well as|plus))+$", re.IGNORECASE)
_CLOSES = re.compile(r",\s+and\s+$", re.IGNORECASE)
_JOINER = re.compile(r"[\s;:,.]+")
_IN = re.compile(r"\bin\s", re.IGNORECASE)
_ARTICLE = re.compile(r"an?\s", re.IGNORECASE)
# 'included three parameters: pain, sleep, and mood'
_COUNTED = re.compile(
    r"\s*(?P<number>two|three|four|five|six)\s+(?:parameters|variables|measures|outcomes|end[\s-]?points|items|aspects)\s*:\s*",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
# '… and B measured at weeks 0, 12, 24, and 48': these commas part no outcomes.
_TIMES_AT_END = re.compile(
    r"\s+(?:(?:measured|assessed|evaluated|recorded|determined|obtained)\s+)?(?:at|on|after)\s+"
    r"(?:(?:the|baseline|and|or|to|weeks?|days?|months?|years?|visits?|hours?|h|min|minutes?|\d+(?:\.\d+)?(?:st|nd|rd|th)?)"
    r"(?:[\s,]+|$|(?=\.)))+\.?\s*$",
    re.IGNORECASE,
)
_AND_SO_ON = re.compile(r"(?:so on|so forth|etc\.?|others?)", re.IGNORECASE)
_SEMICOLON = re.compile(r";\s*(?:and\s+|or\s+)?", re.IGNORECASE)
_COMMA = re.compile(
    r",\s+(?:and\s+|as well as\s+)?|(?<=\)),(?=[^\W\d])|\s+as well as\s+"
    r"|\s+and\s+(?=(?:other|(?:serious )?adverse|side)\s|safety\b)"
    r"|\s+and\s+the\s+following\b[^:;,]{0,60}:\s*",
    re.IGNORECASE,
)
_COMMA_ALONE = re.compile(r",\s+(?:and\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
# Between two semicolons: 'breastfeeding at 6 weeks, and immunisation at 4 months'.
_LISTS = re.compile(r",\s+and\s|,\s[^,]+(?:,|\sand)\s", re.IGNORECASE)
# 'endoglin, a protein that …': no list.
_EXPLAINS = re.compile(r",\s+(?:an?|the|which|that)\s", re.IGNORECASE)
# 'outcomes of sedation, including …', 'costs, i.e. …': what follows are examples.
_EXAMPLES = re.compile(r"\b(?:including|such as|which includes?|i\.e\.|e\.g\.)", re.IGNORECASE)
# 'symptoms in 12 domains: apathy, …', but not 'change in the following: …'
_LISTS_ITS_OWN = re.compile(r"(?<!following)(?<!follows):", re.IGNORECASE)
# 'density at the spine, hip, and wrist' is one.
_AT_PLACE = re.compile(r"\b(?:at|in|of)\s+(?:the\s+)?(?:[\w-]+\s+)?[\w-]+\s*$", re.IGNORECASE)
_PLACES = re.compile(
    r"\b(?:positions?|sites|regions|locations|sides|quadrants|limbs|eyes|legs|joints|vessels|arms|visits|postures)[\s.]*$|\b(?:sub-?scales|sub-?scores|domains)\b",
    re.IGNORECASE,
)
# 'improvement on a scale of 4 items: (1) …' is one outcome; 'the following: (1) …' leads to several.
_HEAD = re.compile(
    r"\b(?:items?|domains?|subscales?|components?|criteria|dimensions?|parts|aspects|of)\b[^:]*:?\s*\(?$", re.IGNORECASE
)
_LONG_LEAD = 12
"""Words before the first number of a list from which on it is none."""
# 'scores of cognitive, motor, and language skills'
_ADJECTIVES = re.compile(
    r"\b(?:of|in|for)\s+(?:the\s+)?(?!\w*(?:surviv|remov|interv|withdraw|arriv|hospit|tri|referr)al\b)(?!\w*(?:invent|mem|hist)ory\b)"
    r"(?:[a-z-]+(?:al|ic|ous|ive|ory)|mild|moderate|severe|early|late|minor|major)(?:,\s+[a-z-]+)?[\s,]*$",
)
# 'the number that required reoperation, revision or removal'
_OR = re.compile(r"(?:[\w-]+\s+){0,2}[\w-]+,\s+or\s|[\w-]+\s+or\s", re.IGNORECASE)
_HEAD_OF_LIST = re.compile(
    r"(?:the\s+)?(?:(?!and\b)[\w-]+\s+){0,4}?(?:concentrations?|sub-?scores|sub-?scales)\s+(?:of|for|on)\s",
    re.IGNORECASE,
)
_MOST_OF_BARE = 5
_MOST_OF_LAST = 10
"""Words of the last but one of a list, beyond which its 'and' joins no two outcomes."""


def spans(text: str, *, several: bool, number: int = 0, denied: bool = False) -> list[Span]:
    """Where in the words after 'were' or 'included' each outcome stands; one where they cannot be told apart.

    `several` says whether the sentence speaks of more than one ('outcomes were'): without it only numbers, letters
    and semicolons divide, so that a composite stays whole. `number` is how many the sentence says there are, or 0.
    Alternatives ('death, stroke or infarction') are one, unless something is `denied` ('no outcome such as X, Y or Z').
    """
    if not (denied or _MARK.search(text)) and are_alternatives(BRACKETS.sub(" ", text)):
        return _trimmed(text, [(0, len(text))])
    return _trimmed(text, _parted(text, several, number))


def _parted(text: str, several: bool, number: int) -> list[Span]:
    if counted := _COUNTED.match(text):
        several, number = True, _NUMBERS[counted["number"].lower()]
        rest = _parted(text[counted.end() :], several, number)
        return [(begin + counted.end(), end + counted.end()) for begin, end in rest]
    times = _TIMES_AT_END.search(text) if several else None
    if times and "," in times[0] and _AND.search(text[: times.start()]):
        rest = _parted(text[: times.start()], several, number)
        return [*rest[:-1], (rest[-1][0], len(text))]
    opening = _JOINER.match(text)
    whole = (opening.end() if opening else 0, len(text))
    mark = _MARK.search(text)
    if mark and (several or not _HEAD.search(text[: mark.start()])) and (marked := _marked(text)):
        return marked
    pieces = _between(text, whole, _SEMICOLON)
    if len(pieces) > 1 and not several and _COMPOSITE.search(text[: pieces[0][1]]):
        return [whole]
    if len(pieces) > 1 and not several and any(_ARTICLE.match(text, begin) for begin, _ in pieces[1:]):
        return [whole]  # 'measured with the PHQ-9; a questionnaire of nine items'
    if len(pieces) > 1:
        pieces = _rejoined(text, pieces)
        if not several or len(pieces) == number:
            return pieces
        return [one for piece in pieces for part in _within(text, piece) for one in _divided(text, part)]
    if not several and not _changes(text, whole):
        return _two_of_one(text, whole)
    bare = BRACKETS.sub(lambda found: " " * len(found[0]), text)
    parts = _between(text, whole, _COMMA)
    plain = _rejoined(text, _between(text, whole, _COMMA_ALONE))
    if len(plain) == number > 1 and not _COMPOSITE.search(bare):
        return plain
    if len(parts) > 2 and _of_places(text, parts):
        return [whole]
    if len(parts) > 2 and _of_one_head(text, parts):
        return [whole]
    pieces = _with_adjuncts(text, _with_their_ends(text, _rejoined(text, _nested(text, parts))))
    composite = _COMPOSITE.search(bare) or _defined(bare, pieces)
    if any(names_instruments([text[slice(*one)] for one in level]) for level in (parts, pieces)):
        return [whole]
    if composite:
        before = [piece for piece in pieces if piece[1] <= composite.start()]
        return [*before, (pieces[len(before)][0], len(text))]
    if len(pieces) >= 2:
        # "A, B and C": the last comma is an 'and'.
        closed = _CLOSES.search(text[: pieces[-1][0]]) is not None
        last = _divided(text, pieces[-1], ends_a_list) if closed else _last_two(text, pieces[-1])
        pieces = [one for piece in pieces[:-1] for one in _divided(text, piece)] + pieces[-1:]
        if (
            len(last) == 2
            and not GOES_ON.match(text, last[1][0])
            and (_words(text, last[0]) <= _MOST_OF_LAST or are_apart(text[slice(*last[0])], text[slice(*last[1])]))
            and " based on " not in text[slice(*last[0])]
            and not ADJECTIVE.fullmatch(text[slice(*last[0])].strip())
        ):
            return [*pieces[:-1], *last]
        return pieces
    joints = [
        (first[1], second[0])
        for first, second in pairwise(_between(text, whole, _AND))
        if not counts(text[slice(*second)]) and not of_one_instrument(text[whole[0] : first[1]], text[second[0] :])
    ]
    for end, begin in joints:
        first_words, second_words = text[whole[0] : end], text[begin:]
        if not leads_on(first_words, second_words) and are_two(first_words, second_words, only=len(joints) == 1):
            return [(whole[0], end), (begin, len(text))]
    return [whole]


def _divided(text: str, piece: Span, apart: Callable[[str, str], bool] = are_apart) -> list[Span]:
    """Both sides of an 'and' within a piece of a list, where each is an outcome whatever the other is."""
    sides = _between(text, piece, _AND)
    if len(sides) != 2:
        return [piece]
    first, second = (text[slice(*side)] for side in sides)
    two = apart(first, second) and not leads_on(first, second) and not of_one_instrument(first, second)
    return sides if two else [piece]


def _with_adjuncts(text: str, pieces: Sequence[Span]) -> list[Span]:
    """Pieces with what follows on the last of a list: 'pain, mood, and sleep by the scale, teacher form'."""
    closing = [place for place in range(1, len(pieces)) if _CLOSES.search(text[: pieces[place][0]])]
    if len(closing) != 1 or closing[0] < 2 or _AND.search(text, pieces[closing[0]][1]):
        return list(pieces)
    return [*pieces[: closing[0]], (pieces[closing[0]][0], pieces[-1][1])]


def _changes(text: str, whole: Span) -> bool:
    """Whether one outcome is spoken of, and the change in each of a list is told: 'the change in TGF, albuminuria, and
    filtration'."""
    parts = _between(text, whole, _COMMA)
    return (
        len(parts) > 2
        and is_change(text[whole[0] :])
        and _COMPOSITE.search(text) is None
        and re.search(r"\bor\b", text) is None
        and all(_words(text, one) <= _MOST_OF_BARE for one in parts[1:-1])
    )


def _two_of_one(text: str, whole: Span) -> list[Span]:
    """Both sides of the one 'and' of 'the outcome was the rate of cure and the time to relapse'; else all of it."""
    sides = _between(text, whole, _AND)
    if len(sides) != 2 or _COMPOSITE.search(text) or len(_between(text, whole, _COMMA)) > 1:
        return [whole]
    first, second = (text[slice(*side)] for side in sides)
    return sides if are_unlike(first, second) else [whole]


def _nested(text: str, pieces: Sequence[Span]) -> list[Span]:
    """Pieces with a list within the list put together: 'deaths due to asphyxia, sepsis, and fever, and cost'."""
    closing = [place for place in range(1, len(pieces) - 1) if _CLOSES.search(text[: pieces[place][0]])]
    if len(closing) != 1:
        return list(pieces)
    last = closing[0]
    opening = next((place for place in range(last - 1, -1, -1) if PHRASE.search(text[slice(*pieces[place])])), None)
    bare = opening is not None and all(_words(text, one) <= 2 for one in pieces[opening + 1 : last + 1])
    if opening is None or not bare or last - opening < 2:
        return list(pieces)
    return [*pieces[:opening], (pieces[opening][0], pieces[last][1]), *pieces[last + 1 :]]


def _defined(bare: str, pieces: Sequence[Span]) -> re.Match[str] | None:
    """Where the parts of a definition begin; None where too few pieces follow to be its list."""
    found = _DEFINED.search(bare)
    return found if found and sum(begin > found.start() for begin, _ in pieces) > 1 else None


def _of_places(text: str, pieces: Sequence[Span]) -> bool:
    """Whether a list names the places of one thing: 'pressure in neutral, flexed, and left positions'."""
    first, last = text[slice(*pieces[0])], text[slice(*pieces[-1])]
    bare = all(_words(text, one) <= 2 for one in pieces[1:-1])
    return bare and _AT_PLACE.search(first) is not None and _PLACES.search(last) is not None


def _of_one_head(text: str, pieces: Sequence[Span]) -> bool:
    """Whether a list tells of what the first piece's noun is: 'concentrations of lumefantrine, artemether, and DHA'."""
    return _HEAD_OF_LIST.match(text, pieces[0][0]) is not None and not any(
        PHRASE.search(text, *piece) or is_own(text[slice(*piece)]) or _words(text, piece) > _MOST_OF_BARE
        for piece in pieces[1:]
    )


def _within(text: str, piece: Span) -> list[Span]:
    """The outcomes between two semicolons, where a comma and an 'and' join several."""
    inside = text[slice(*piece)]
    bare = BRACKETS.sub("", inside)
    whole = _COMPOSITE.search(inside) or _EXPLAINS.search(bare) or _LISTS_ITS_OWN.search(bare)
    if whole or not _LISTS.search(bare) or are_alternatives(bare):
        return [piece]
    parts = _between(text, piece, _COMMA)
    if examples := _EXAMPLES.search(BRACKETS.sub(lambda found: " " * len(found[0]), inside)):
        begin = piece[0] + examples.start()
        before = [one for one in parts if one[1] < begin - 2]
        return [*before, (parts[len(before)][0], piece[1])]
    bare_before = all(len(THE.sub("", text[slice(*one)]).split()) == 1 for one in parts[:-1])
    if bare_before and " of " in text[slice(*parts[-1])]:
        return [piece]  # 'location, length, and diameter of the stricture'
    pieces = _rejoined(text, parts)
    if _AT_PLACE.search(BRACKETS.sub("", text[slice(*pieces[0])])) and not any(
        PHRASE.search(text[slice(*one)]) for one in pieces[1:]
    ):
        return [piece]
    last = _last_two(text, pieces[-1])
    return [*pieces[:-1], *last] if len(last) == 2 and not GOES_ON.match(text, last[1][0]) else pieces


def _last_two(text: str, piece: Span) -> list[Span]:
    """Both sides of the 'and' that ends a list; of 'signs and symptoms and cost', those of the second one."""
    parts = _between(text, piece, _AND)
    if len(parts) < 2:
        return parts
    if of_one_instrument(text[slice(*parts[-2])], text[slice(*parts[-1])]):
        return [piece]
    # 'stroke at weeks 2, 4 and 8 and change in weight': the last that has a head of its own.
    heads = [one for one in range(2, len(parts)) if OWN_HEAD.match(text, parts[one][0])]
    if heads:
        return [(piece[0], parts[heads[-1] - 1][1]), (parts[heads[-1]][0], piece[1])]
    if len(parts) == 3 and leads_on(text[slice(*parts[0])], text[slice(*parts[1])]) and is_own(text[slice(*parts[2])]):
        return [(piece[0], parts[1][1]), parts[2]]  # 'number and site of metastases and survival'
    if COUNT.match(text, parts[1][0]) or leads_on(text[slice(*parts[0])], text[slice(*parts[1])]):
        return [piece]  # 'days 1, 2 and 3', 'number and site of …'
    for number in range(len(parts) - 1, 1, -1):
        if THE.match(text, parts[number][0]) and OWN_PHRASE.match(text, parts[number][0] + 4):
            return [(piece[0], parts[number - 1][1]), (parts[number][0], piece[1])]
    pair = len(parts) == 3 and _words(text, parts[0]) == 1 == _words(text, parts[1])
    return [(piece[0], parts[int(pair)][1]), (parts[int(pair) + 1][0], piece[1])]


def _marked(text: str) -> list[Span]:
    """What stands behind (1), (2) … or (a), (b) …: of lists within lists, the outer one."""
    marks = list(_MARK.finditer(text))
    for sequence in _SEQUENCES:
        kept: list[re.Match[str]] = []
        for mark in marks:
            if len(kept) < len(sequence) and mark["name"] == sequence[len(kept)]:
                kept.append(mark)
        if len(kept) >= 2 and kept[0] is marks[0]:
            ends = [*(mark.start() for mark in kept[1:]), len(text)]
            return [(mark.end(), end) for mark, end in zip(kept, ends, strict=True)]
    if marks and marks[0]["name"] in ("1", "i", "a") and len(text[: marks[0].start()].split()) < _LONG_LEAD:
        return [(marks[0].end(), len(text))]  # the list goes on in the next sentence
    return []


def _words(text: str, span: Span) -> int:
    return len(text[slice(*span)].split())


def _trimmed(text: str, pieces: Iterable[Span]) -> list[Span]:
    """Pieces without what joins them; those without two letters are none."""
    kept: list[Span] = []
    for begin, end in pieces:
        found = _BEFORE.match(text, begin, end)
        begin = found.end() if found else begin
        if mark := _MARK.match(text, begin, end):
            begin = mark.end()  # of a list that goes on in the next sentence
        behind = _BEHIND.search(text[begin:end])
        end = begin + behind.start() if behind else end
        if sum(map(str.isalpha, text[begin:end])) >= 2 and not _AND_SO_ON.fullmatch(text, begin, end):
            kept.append((begin, end))
    return kept


def _rejoined(text: str, pieces: Sequence[Span]) -> list[Span]:
    """Pieces that only go on with the one before put back to it."""
    kept: list[Span] = []
    for begin, end in pieces:
        explains = bool(kept) and _ARTICLE.match(text, begin) and says_instrument(text[slice(*kept[-1])])
        # 'changes in pain, the sleep score, and in mood': the phrase begins anew.
        anew = bool(kept) and _CLOSES.search(text[:begin]) and _IN.match(text, begin) and _IN.search(text, *kept[0])
        if (
            kept
            and not anew
            and (explains or GOES_ON.match(text, begin) or leads_on(text[slice(*kept[-1])], text[begin:end]))
        ):
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((begin, end))
    return kept


def _with_their_ends(text: str, pieces: Sequence[Span]) -> list[Span]:
    """Pieces whose phrase ends in a later one put together: 'scores of motor, and language skills', 'that required
    revision, or removal'."""
    kept: list[Span] = []
    for begin, end in pieces:
        before = text[slice(*kept[-1])] if kept else ""
        ends_later = _OR.match(text, begin, end) and PHRASE.search(BRACKETS.sub("", before))
        if kept and (ends_later or _ADJECTIVES.search(before)):
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((begin, end))
    return kept


def _between(text: str, span: Span, pattern: re.Pattern[str]) -> list[Span]:
    """What lies between the matches of a pattern that stand in no bracket."""
    pieces: list[Span] = []
    begin, stop = span
    depth, seen = 0, begin
    quoted = [found.span() for found in _QUOTED.finditer(text, begin, stop)] + long_spans(text)
    for match in pattern.finditer(text, begin, stop):
        for sign in text[seen : match.start()]:
            depth += (sign in "([") - (sign in ")]")
        seen = match.start()
        if depth > 0 or any(first < match.start() < last for first, last in quoted):
            continue
        pieces.append((begin, match.start()))
        begin = match.end()
    return [*pieces, (begin, stop)]
