"""The sides of an 'and' or a comma: whether each names an outcome, or both are parts of one phrase."""

from __future__ import annotations

import re

from trialseal.manuscripts.instruments import ends_as_instrument

# What begins so goes on with what stands before it.
GOES_ON = re.compile(
    r"(?:which|that|who|whose|where|when|defined|including|include|such as|measured|assessed|evaluated|as |with|without"
    r"|at|in|on|of|from|for|by|using|according|based|compared|versus|through|up to|over|during|after|before|until"
    r"|was|were|is|are|will|has|have|had|second|third|fourth|(?:one|two|three|four|six|nine|twelve) and|within|between"
    r"|both|i\.e|e\.g|[MTVW]\d+|respectively|whichever|followed|following|or|but|if"
    r"|(?:rated|recorded|obtained|collected|administered|completed|reported) (?:at|by|in|on|with|using|from)"
    r"|to(?!\s+(?:record|assess|measure|determine|evaluate|compare|examine)\s)"
    r"|particularly|especially|notably|specifically|associated|related|expressed|all comprising"
    r"|\d+(?:[.·]\d+)?\s?(?:mmol|mg|µg|μg|kg|mL|ml|mm|cm|L|IU)"
    r"|all \w+ed|\d+(?:\.\d+)?%?(?:\s+(?:and|or|days?|weeks?|months?|years?|hours?|min)\b|$))\b"
    r"|\d+(?:\.\d+)?(?:\s?%|(?=\s*(?:[,;.(]|$)))|\d+[–-]\d+(?=\s*(?:,|and\b|h\b|hours?\b|days?\b|weeks?\b|months?\b))",
    re.IGNORECASE,
)
# "change from baseline in systolic and diastolic pressure" is one phrase, "overall survival and response" are two.
PHRASE = re.compile(r"\b(?:in|of|from|to|at|between|for|with|on)\b", re.IGNORECASE)
# 'length of stay and change in weight': the second has a noun and a phrase of its own.
OWN_PHRASE = re.compile(r"(?:[\w-]+\s+){1,3}(?:of|in|to|with)\s", re.IGNORECASE)
# 'vigour and quality of life', but not 'gait and balance of walkers'.
OWN_HEAD = re.compile(
    r"(?:[\w-]+\s+){0,2}(?:quality|length|time|number|rate|incidence|duration|changes?|use|need|costs?|proportion|drop|rise|loss|gain"
    r"|percentage|differences?|reductions?|improvements?)\s+"
    r"(?:of|to|in|for)\s",
    re.IGNORECASE,
)
# 'change in weight and muscular strength' are two, 'change in systolic and diastolic pressure' is one.
_MEASURED = re.compile(
    r"\b(?:circumference|strength|growth|survival|mortality|deaths?|morbidity|variability|satisfaction|consumption"
    r"|toxicity|safety|tolerability|adherence|compliance|acceptability|feasibility|cost[- ]effectiveness|costs?"
    r"|quality of life|QoL|adverse events|side effects|adverse effects|complications|weight|body mass index|BMI|profile"
    r"|fitness|physical activity|assessments)$",
    re.IGNORECASE,
)
# 'changes in weight and A1C': each is a change.
_CHANGE = re.compile(
    r"(?:the\s+)?(?:[\w-]+\s+){0,3}?(?:changes|differences|improvements|reductions|increases|decreases)\s+"
    r"(?:from\s+baseline\s+)?(?:in|of)\s",
    re.IGNORECASE,
)
_ONE_CHANGE = re.compile(
    r"(?:(?:the|an?)\s+)?(?:[\w-]+\s+){0,2}?(?:changes?|improvements?|reductions?)\s+(?:from\s+baseline\s+)?(?:in|of)\s",
    re.IGNORECASE,
)
# 'in creatinine and cystatin C concentrations': the noun at the end is that of both.
_HEAD_OF_BOTH = re.compile(
    r"\b(?:subscales|scores|levels|concentrations|changes|rates|parameters|variables|measures|markers|biomarkers"
    r"|values|scales|times|volumes|functions|behaviou?rs|pressures|stays?|symptoms|responses|questionnaires|components)$",
    re.IGNORECASE,
)
# 'the rate of cure and the time to relapse': two measures.
_OWN_MEASURE = re.compile(
    r"(?:the\s+)?(?:(?!and\b)[\w-]+\s+){0,3}?(?P<of>quality|length|time|number|rate|incidence|duration|changes?|costs?"
    r"|proportion|percentage|severity|intensity|frequency)\s+(?:of|to|in)\s",
    re.IGNORECASE,
)
_SAFETY_OR_LIFE = re.compile(r"\b(?:safety|tolerability|quality of life|QoL|cost[- ]effectiveness)$", re.IGNORECASE)
_LETTER = re.compile(r"\b[A-Z](?=\s|$)(?!\s+\S)|^[A-Z]\s")
_BETWEEN = re.compile(r"\b(?:between|both|either|composites?|combin\w+)\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(?:of|in|for)\s+both\s", re.IGNORECASE)
_WHEN = re.compile(
    r"\s(?:at|after|before|during|within|over|from|until|between|by|using|on|through|per)\s.*$",
    re.IGNORECASE | re.DOTALL,
)
# 'behavioural and physiological parameters' are one phrase.
ADJECTIVE = re.compile(
    r"\b(?!(?:\w*(?:surviv|remov|interv|withdraw|arriv|hospit|tri|referr))al$"
    r"|(?:invent|mem|hist|laborat|categ)ory$)(?:[a-z-]+(?:al|ic|ous|ive|ory)|[a-z]+-(?:related|specific|based))$",
    re.IGNORECASE,
)
# 'change in weight and quality-adjusted life years (QALYs)': what has an abbreviation of its own is one.
_NAMED_SHORT = re.compile(r"\([a-z\d]{0,2}\s?[A-Z][\w-]*\)[\s.]*$")
THE = re.compile(r"the\s", re.IGNORECASE)
_PART_OF = re.compile(
    r"numbers?|types?|locations?|sites?|nature|frequenc(?:y|ies)|rates?|incidence|duration|severity|intensity"
    r"|means?|medians?|sd|standard deviations?|total|daily"
    r"|onset|peak|extent|magnitude|timing|prevalence|occurrence|proportions?|percentages?|levels?|amounts?"
    r"|immediate|early|late"
    r"|right|left",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"frequency|rates?|incidence|duration|severity|intensity|prevalence|occurrence|levels?|amounts?", re.IGNORECASE
)
# 'parent-rated, structured interviews'
_RATED = re.compile(r"[\w-]+-(?:rated|reported?|assessed|measured|completed)", re.IGNORECASE)
# 'death, stroke or infarction': alternatives of one outcome, which no 'and' joins.
_ALTERNATIVES = re.compile(r"[^,;:]+(?:,\s+[^,;:]+)*(?:,\s+or|,[^,;:]*\sor)\s[^,;:]+", re.IGNORECASE)
_WHEN_OF_LIST = re.compile(r",?\s+(?:which(?:ever)?|at|within|during|over|until|by)\s.*", re.IGNORECASE | re.DOTALL)
_OTHER_JOINT = re.compile(r"\b(?:and|as well as|plus)\b", re.IGNORECASE)
_OF_ALTERNATIVES = re.compile(r",\s+(?:or\s+)?|\s+or\s+", re.IGNORECASE)
_MOST_OF_EVENT = 5
"""Words of an event that one of several alternatives may be."""
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
COUNT = re.compile(r"\d+(?:\s|$)")


def are_alternatives(bare: str) -> bool:
    """Whether a list without its brackets is of events of which any counts: no 'and' joins them, and none of them is
    measured in its own way ('pain, time to recovery, fever or rash')."""
    listed = _WHEN_OF_LIST.sub("", bare.strip(" .;"))
    return (
        _ALTERNATIVES.fullmatch(listed) is not None
        and _OTHER_JOINT.search(listed) is None
        and not any(
            OWN_HEAD.match(one) or len(one.split()) > _MOST_OF_EVENT for one in _OF_ALTERNATIVES.split(listed)[1:]
        )
    )


def are_two(first: str, second: str, only: bool) -> bool:
    """Whether an 'and' joins two outcomes; `only` says that it is the only one, in a statement of several outcomes."""
    if GOES_ON.match(second) or counts(second):
        return False
    if _LETTER.search(first) and _LETTER.match(second):
        return False  # 'titres against influenza A and B antigens'
    plain, bare = _plain(first, keep_time=True), _plain(second)
    if not plain or not bare or _BOTH.search(plain):
        return False
    if not only and not (THE.match(first) and THE.match(second)):
        last = re.search(r"\sand\s", second) is None
        return OWN_PHRASE.match(second) is not None or (last and _MEASURED.search(bare) is not None)
    if len(first.split()) == 1:
        own = (
            len(bare.split()) == 1
            or OWN_HEAD.match(second)
            or THE.match(second)
            or ends_as_instrument(second)
            or _NAMED_SHORT.search(second)
            or _MEASURED.search(bare)
        )
        return bool(own) and not _PART_OF.fullmatch(plain) and plain.casefold() != bare.split()[-1].casefold()
    if ADJECTIVE.search(plain):
        return False
    if is_own(second) or first.rstrip().endswith(")"):
        return True
    if _shares_its_head(plain, bare):
        return False
    if not PHRASE.search(plain.removeprefix("the ")):
        return not _PART_OF.fullmatch(bare)
    # 'changes in weight and A1C', but not 'duration of intensive care and hospital stay'
    return _CHANGE.match(plain) is not None


def is_change(text: str) -> bool:
    """Whether a text begins with what has changed: 'the mean change from baseline in pain'."""
    return _ONE_CHANGE.match(text) is not None


def counts(text: str) -> bool:
    """Whether a text begins with a number that is no part of a name: '12 months', not '6 Minute Walk (6MW)'."""
    return COUNT.match(text) is not None and _NAMED_SHORT.search(text) is None


def is_own(text: str) -> bool:
    """Whether the second side of an 'and' names an outcome whatever stands before it: it has an article, a phrase or an
    abbreviation of its own, or ends in what is measured."""
    bare = _plain(text)
    return not GOES_ON.match(text) and (
        re.match(r"(?:the|an?|any)\s", text) is not None
        or OWN_PHRASE.match(text) is not None
        or _NAMED_SHORT.search(text) is not None
        or _MEASURED.search(bare) is not None
    )


def are_apart(first: str, second: str) -> bool:
    """Whether both sides of an 'and' within a longer list are outcomes: each has a head of its own, an abbreviation of
    its own, or the same noun."""
    if GOES_ON.match(second) or COUNT.match(second) or ADJECTIVE.search(_plain(first)) or _BETWEEN.search(first):
        return False
    shorts = _NAMED_SHORT.search(first) is not None
    if OWN_HEAD.match(second) or (THE.match(second) and (shorts or OWN_PHRASE.match(second, 4) is not None)):
        return True
    return (shorts and _NAMED_SHORT.search(second) is not None) or _are_alike(_plain(first), _plain(second))


def ends_a_list(first: str, second: str) -> bool:
    """Whether an 'and' behind the last comma and 'and' of a list joins two of it: '…, and complications and stay'."""
    return are_apart(first, second) or (
        len(_plain(second).split()) > 1
        and not GOES_ON.match(second)
        and not _BETWEEN.search(first)
        and not _PART_OF.fullmatch(_plain(first))
        and not ADJECTIVE.search(_plain(first))
        and (_MEASURED.search(_plain(first)) is not None or _MEASURED.search(_plain(second)) is not None)
    )


def are_unlike(first: str, second: str) -> bool:
    """Whether both sides of an 'and' are outcomes though one is spoken of: each is a measure, of another kind."""
    one, other = _OWN_MEASURE.match(first), _OWN_MEASURE.match(second)
    if one and other:
        return one["of"].casefold().rstrip("s") != other["of"].casefold().rstrip("s")
    plain = _plain(first)
    if GOES_ON.match(second) or ADJECTIVE.search(plain) or _BETWEEN.search(first) or len(_plain(second).split()) > 4:
        return False
    return _SAFETY_OR_LIFE.search(_plain(second)) is not None and not PHRASE.search(plain)


def _are_alike(first: str, second: str) -> bool:
    """Whether both sides end or begin with the same word: 'bolus deliveries and bolus attempts', 'new vertebral
    fracture and nonvertebral fracture'."""
    complement, bare = PHRASE.split(first.casefold())[-1].split(), second.casefold().split()
    if len(complement) < 2 or len(bare) < 2 or not bare[0][0].isalpha():
        return False
    return complement[-1] == bare[-1] or complement[0] == bare[0]


def _plain(text: str, *, keep_time: bool = False) -> str:
    """A text without brackets, and without what follows on when or how it was measured."""
    text = BRACKETS.sub(" ", text)
    return " ".join((text if keep_time else _WHEN.sub("", text)).strip(" .,;").split())


def _shares_its_head(first: str, second: str) -> bool:
    """Whether both sides have one noun, at the end: 'stiffness and function subscales'."""
    return (
        len(second.split()) > 1
        and _HEAD_OF_BOTH.search(second) is not None
        and not _HEAD_OF_BOTH.search(first)
        and not _MEASURED.search(first)
    )


def leads_on(first: str, second: str) -> bool:
    """Whether a piece is the beginning of one phrase: 'number, type, and site of …', 'early, and late …', '13, 26'."""
    first = first.strip()
    last = first.split()[-1:]
    words = set(re.findall(r"[\w-]+", first.casefold())) - {"the", "and", "their"}
    if _RATED.fullmatch(first):
        return True
    if last and len(words) > 1 and _MEASURE.fullmatch(last[0]) and not all(map(_PART_OF.fullmatch, words)):
        # 'operative duration' is whole, unless 'and rate of …' follows
        found = _PART_OF.match(second.strip())
        return found is not None and second.strip()[found.end() :].startswith(" of ")
    return (bool(last) and last[0].isdigit() and second.strip()[:1].isdigit()) or (
        bool(words) and all(_PART_OF.fullmatch(word) or ADJECTIVE.fullmatch(word) for word in words)
    )
