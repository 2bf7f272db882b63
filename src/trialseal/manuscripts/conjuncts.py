"""The sides of an 'and' or a comma: whether each names an outcome, or both are parts of one phrase."""

from __future__ import annotations

import re

from trialseal.manuscripts.instruments import ends_as_instrument

# What begins so goes on with what stands before it.
GOES_ON = re.compile(
    r"(?:which|that|who|whose|where|when|defined|including|include|such as|measured|assessed|evaluated|as |with|without"
    r"|at|in|on|of|from|for|by|using|according|based|compared|versus|through|up to|over|during|after|before|until"
    r"|was|were|is|are|will|has|have|had|second|third|fourth|(?:one|two|three|four|six|nine|twelve) and|within|between"
    r"|both|i\.e|e\.g|[MTVW]\d+|respectively|whichever|followed|or|but|if"
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
    r"(?:[\w-]+\s+){0,2}(?:quality|length|time|number|rate|incidence|duration|changes?|use|need|costs?|proportion"
    r"|percentage|differences?|reductions?|improvements?)\s+"
    r"(?:of|to|in|for)\s",
    re.IGNORECASE,
)
# 'change in weight and muscular strength' are two, 'change in systolic and diastolic pressure' is one.
_OWN_NOUN = re.compile(
    r"(?:[\w-]+\s+){1,3}(?:circumference|strength|growth|survival|mortality|variability|satisfaction|consumption|toxicity"
    r"|adherence|compliance|cost[- ]effectiveness|events|effects|complications)[\s.]*",
    re.IGNORECASE,
)
# 'behavioural and physiological parameters' are one phrase.
ADJECTIVE = re.compile(
    r"\b(?!(?:\w*(?:surviv|remov|interv|withdraw|arriv|hospit|tri|referr))al$"
    r"|(?:invent|mem|hist|laborat|categ)ory$)[a-z-]+(?:al|ic|ous|ive|ory)$",
    re.IGNORECASE,
)
# 'change in weight and quality-adjusted life years (QALYs)': what has an abbreviation of its own is one.
_NAMED_SHORT = re.compile(r"\([a-z]{0,2}[A-Z][\w-]*\)[\s.]*$")
THE = re.compile(r"the\s", re.IGNORECASE)
_PART_OF = re.compile(
    r"numbers?|types?|locations?|sites?|nature|frequenc(?:y|ies)|rates?|incidence|duration|severity|intensity"
    r"|means?|medians?|sd|standard deviations?|total|daily"
    r"|onset|peak|extent|magnitude|timing|prevalence|occurrence|proportions?|percentages?|levels?|amounts?"
    r"|immediate|early|late"
    r"|right|left",
    re.IGNORECASE,
)
# 'parent-rated, structured interviews'
_RATED = re.compile(r"[\w-]+-(?:rated|reported|assessed|measured|completed)", re.IGNORECASE)
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
COUNT = re.compile(r"\d+(?:\s|$)")
_ACRONYM = re.compile(r"\b[A-Z][A-Z\d-]+[\s.]*$")


def are_two(first: str, second: str, only: bool) -> bool:
    """Whether an 'and' joins two outcomes; `only` says that it is the only one."""
    if COUNT.match(second):
        return False
    bare = BRACKETS.sub("", second).strip(" .").split()
    if not only and not (THE.match(first) and THE.match(second)):
        return OWN_PHRASE.match(second) is not None and not GOES_ON.match(second)
    if len(first.split()) == 1:
        own = (
            len(bare) == 1
            or OWN_HEAD.match(second)
            or THE.match(second)
            or ends_as_instrument(second)
            or _NAMED_SHORT.search(second)
        )
        return bool(own) and not GOES_ON.match(second) and not _PART_OF.fullmatch(first)
    if _ACRONYM.fullmatch(second) and not _ACRONYM.search(first):
        return not PHRASE.search(first)  # 'mobility gain and QOL', but not 'change in MAP and HR'
    if GOES_ON.match(second) or len(first.split()) < 2 or ADJECTIVE.search(first.rstrip()):
        return False
    if len(second.split()) < 2:  # 'acute toxicity and response', but not 'event rates and severity'
        return len(bare) == 1 and len(first.split()) < 4 and not (PHRASE.search(first) or _PART_OF.fullmatch(bare[0]))
    if THE.match(first) and THE.match(second):
        return True
    if (
        re.match(r"(?:the|a)\s", second)
        or OWN_PHRASE.match(second)
        or first.endswith(")")
        or _NAMED_SHORT.search(second)
    ):
        return True
    return not PHRASE.search(first.strip().removeprefix("the ")) or _OWN_NOUN.fullmatch(second) is not None


def leads_on(first: str, second: str) -> bool:
    """Whether a piece is the beginning of one phrase: 'number, type, and site of …', 'early, and late …', '13, 26'."""
    first = first.strip()
    last = first.split()[-1:]
    words = set(re.findall(r"[\w-]+", first.casefold())) - {"the", "and", "their"}
    if _RATED.fullmatch(first):
        return True
    return (bool(last) and last[0].isdigit() and second.strip()[:1].isdigit()) or (
        bool(words) and all(_PART_OF.fullmatch(word) or ADJECTIVE.fullmatch(word) for word in words)
    )
