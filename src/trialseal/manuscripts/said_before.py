"""What a sentence says of an outcome before it is called one: 'X was the primary outcome', 'X (primary outcome)'."""

from __future__ import annotations

import re

from trialseal.manuscripts.verbs import ADVERBS, DONE

# "…, the primary outcome, …"; "… (primary outcome)"
_OPENS = re.compile(
    r"(?P<sign>[,(–—]|(?<=\w);|(?<=\w)(?=\s+which\s+(?:was|is)\s))\s*(?:which\s+(?:was|is)\s+)?(?:the\s+|our\s+|a\s+|an\s+|i\.e\.,?\s+)?"
    r"(?:(?:proposed|planned|pre-?specified|only)\s+)?$",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"(?:\s+(?:of|for|in)\s+(?:the|this|our|a)\s+(?:[\w-]+\s+){0,2}(?:study|trial))?\s*(?P<sign>[,.;)–—]|$|\b(?:and|but)\b)",
    re.IGNORECASE,
)
# "Overall survival was the primary end point"; "… served as the primary outcome"
_USED = (
    r"(?:defined|chosen|selected|specified|pre-?specified|used|considered|taken|designated|measured|assessed|regarded"
    r"|set|employed|recorded|evaluated|treated|explored|examined|included|reported|analy[sz]ed|tested|quantified"
    r"|determined|calculated|monitored|registered)"
)
_BACKWARD = re.compile(
    r"\s(?:was|were|is|are|(?:will|should|would|shall) be|served as|functioned as|acted as|will serve as|constituted"
    r"|represented"
    rf"|(?:was|were|is|are|will be)(?:\s+\w+(?:ed|en)\s+and)?\s+{_USED}\s+(?:as|to be)"
    r"|(?:was|were|is|are) (?:considered|deemed))"
    r"\s+(?:the\s+|our\s+|a\s+|an\s+|this\s+(?:study|trial)[’']s\s+)?(?:only\s+|single\s+|first\s+|two\s+)?"
    r"(?P<one>one\s+of\s+(?:the|our)\s+(?:(?:[\w-]+ed|two|three|four|five)\s+)?)?$",
    re.IGNORECASE,
)
# "Postoperative pain as the primary outcome was assessed …"
_AS_NAMED = re.compile(r"(?:^|[.;]\s+)(?P<what>[^.;:,]{4,160}?)\s+as\s+(?:the\s+|our\s+|a\s+|an\s+)?$", re.IGNORECASE)
# "Endpoints were recurrence as primary endpoint, and survival as secondary endpoint"
_FURTHER_AS = re.compile(
    r"\s*,?\s*(?:and|with)\s+(?P<what>[^;:]{4,200}?)\s+as\s+(?:the\s+|our\s+|an?\s+)?$", re.IGNORECASE
)
_THEN_DONE = re.compile(
    rf"\s+(?:was|were|is|are|will be)\s+{ADVERBS}{DONE}\b",
    re.IGNORECASE,
)
_CHOSE = re.compile(
    r"\b(?:(?:end[\s-]?points?|outcomes?)\s+(?:were|are|included)|chose|selected|defined|(?:pre-?)?specified|used"
    r"|using|taking|selecting|choosing|consider(?:ed|ing)|took|with|designated|set|had|evaluated|focus(?:es|ed) on"
    r"|assessed)\s+(?P<what>(?!(?:(?:the\s+)?same|respect|as|by|with|using|in|on|at|via|through|from|also|intended|been)\b)[^;]{4,160}?)"
    r"(?<!\bway)(?<!\bmanner)"
    r"\s+(?:being|as)\s+(?:the\s+|our\s+|a\s+|an\s+)?$",
    re.IGNORECASE,
)
_ENDS_BACKWARD = re.compile(
    r"(?:\s+(?:of|for|in)\s+(?:the|this|our)\s+[\w-]+(?:\s+(?:study|trial))?)?\s*(?:$|[.;,)(–—]"
    r"|\b(?:and|but|while|whereas|based|at|during|after|before|until|using|with|by|from|over|according|because|since"
    r"|due|which|that|measured|assessed|evaluated|estimated|analy[sz]ed)\b)",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"^\W*(?:the\s+)?(?:outcomes?|end[\s-]?points?|measures)\s+(?:described|reported|presented|listed|at|in)\b"
    r"|^\W*(?:other|others|it|this|that|these|those|they|there|which|what|we|none|no|both|neither|such)\W*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r".*\b(?:detect(?:ing)?|investigat(?:ed?|ing)|measur(?:ed?|ing)|assess(?:ed|ing)?|evaluat(?:ed?|ing)|compar(?:ed?"
    r"|ing)"
    r"|analy[sz](?:ed?|ing)|calculat(?:ed?|ing)|determin(?:ed?|ing)|examin(?:ed?|ing)|show(?:ing|ed)?|reduc(?:ed|es?|ing)"
    r"|improv(?:ed|es?|ing)|(?:increas|decreas)(?:es?|ing)|includ(?:ed|es?|ing)|prevent(?:s|ing)?"
    r"|(?:effects?|impact|influence) (?:of .{1,200} )?on|differences? (?:between .{1,60} )?(?:in|for)"
    r"|estimates? of .{1,60} for|estimat(?:ed?|ing)"
    r"|(?:based|powered) (?:.{1,60} )?(?:on|for))\s+"
    r"(?:(?:an?|the|its|their)\s+)?(?:(?:relative|absolute|mean)\s+)?(?:\d+(?:\.\d+)?(?:\s*%|-\w+)?\s+)?",
    re.IGNORECASE | re.DOTALL,
)
_VERB = re.compile(r"\b(?:was|were|is|are|had|has|have|did|will|we)\b", re.IGNORECASE)
_AS_MEASURED = re.compile(
    r",\s+(?:as\s+)?(?:assessed|measured|evaluated|determined|defined|recorded|quantified|obtained)\s", re.IGNORECASE
)
# "Among the measures, the score was used as the primary outcome."
_OPENING = re.compile(
    r"\W*(?:(?:among|of|in|for|from|based on|according to|in addition to|following|given)\s[^,()]{2,80},\s+"
    r"(?=(?:the|our|an?)\s)|(?:however|therefore|thus|moreover|finally|in addition),\s+)",
    re.IGNORECASE,
)
# "In this study, we examined the effect of A on X, which was the primary outcome."
_WE_DID = re.compile(
    r"(?:in (?:this|the present|our) \w+,\s+)?we\s+(?:\w+ly\s+|also\s+)?(?:examined|measured|assessed|evaluated"
    r"|investigated|studied|recorded|determined|compared)\s+(?:(?:the|any)\s+)?"
    r"(?:(?:effects?|impact|influence)\s+of\s+.{3,160}\s+on\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
# 'was based on the main study, in which fitness was the primary outcome'
_WHERE = re.compile(r".*\b(?:where|if|in which|for which)\s+", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"[:;]\s|,\s+(?:and|while|whereas|but)\s+|(?<=[a-z)])\.\s", re.IGNORECASE)
_BREAK_OF_LIST = re.compile(r"[:;]\s|,\s+(?:while|whereas|but)\s+|(?<=[a-z)])\.\s", re.IGNORECASE)
# 'Following the assessment of comfort (primary outcome), …' tells when.
_HAPPENED = re.compile(r"\b(?:was|were|did|had|has been|have been)\b", re.IGNORECASE)
# 'Fatigue was assessed using the checklist (primary outcome)'
_BY = re.compile(r"(?:using|by|with|on|via|through|as)\b", re.IGNORECASE)
_DONE_TO = re.compile(r"(?:^|[.;:]\s+)(?P<what>[^.;:,]{3,120}?)\s+(?:was|were|is|are|will be)\s", re.IGNORECASE)
_AT_ITS_TIME = re.compile(
    r"(?:following|after|before|during|until|since|because|to|for|although|while|when|in this (?:study|trial))\b",
    re.IGNORECASE,
)
# 'Two similar trials, in which fatigue was the primary outcome': another's.
_OTHERS = re.compile(
    r"\b(?:other|similar|previous|earlier|prior|published) (?:\w+ )?(?:trials|studies)\b|\bstudies published\b",
    re.IGNORECASE,
)
_LONGEST_SUBJECT = 220


def apposed(text: str, name: re.Match[str], offset: int, before: str) -> tuple[int, int] | None:
    """What a name of outcomes explains: 'X, the primary outcome,', 'X (primary outcome)'."""
    opens, closes = _OPENS.search(before), _CLOSES.match(text, name.end())
    if not opens or not closes or (opens["sign"] in ("(", ";")) != (closes["sign"] == ")"):
        return None
    if opens[0].strip() == "," and closes[0].strip().casefold() in ("and", "but"):
        return None  # 'Eligibility criteria, primary outcome and adverse events'
    end = opens.start()
    if opens["sign"] == ";" and ((end := before.rfind("(", 0, end)) < 0 or offset):
        return None  # "response (score < 3.2; primary endpoint)"
    span = _subject(text, offset, offset + end)
    if span and _BY.match(text, *span) and (done := _DONE_TO.search(text, offset, span[0])):
        return done.span("what")
    if span and (_AT_ITS_TIME.match(text, *span) or _HAPPENED.search(text, *span)):
        return None
    if span and opens[0].strip() == "," == closes["sign"] and "," in text[slice(*span)]:
        return None  # 'Eligibility criteria, settings, primary outcome, and sample size'
    return span if span and not _REFERS.match(text[slice(*span)]) else None


def called_so(text: str, name: re.Match[str], offset: int, before: str) -> tuple[int, int] | None:
    """What stands before a name of outcomes and is said to be them: 'X was the primary outcome'.

    `before` is the text between `offset` and the name.
    """
    if (named := _AS_NAMED.search(before)) and _THEN_DONE.match(text, name.end()) and not _VERB.search(named["what"]):
        return offset + named.start("what"), offset + named.end("what")
    if not _ENDS_BACKWARD.match(text, name.end()):
        return None
    if offset and (further := _FURTHER_AS.match(before)) and not _VERB.search(further["what"]):
        return offset + further.start("what"), offset + further.end("what")
    verb, chose = _BACKWARD.search(before), _CHOSE.search(before)
    if chose and not (verb and _VERB.search(chose["what"])):
        span = offset + chose.start("what"), offset + chose.end("what")
    elif verb:
        several = name["noun"].lower().endswith("s")
        found = _subject(text, offset, offset + verb.start(), lead=False, several=several)
        if found is None:
            return None
        span = found
        if verb["one"]:  # 'Together with the screening, weight is one of the …'
            span = span[0] + text[slice(*span)].rfind(", ") + 1, span[1]
    else:
        return None
    if opening := _OPENING.match(text, *span):
        span = opening.end(), span[1]
    if before_which := _WE_DID.match(text, *span):
        span = before_which.end(), span[1]
    if where := _WHERE.match(text, *span):
        span = where.end(), span[1]
    if measured := _AS_MEASURED.search(text, *span):
        span = span[0], measured.start()
    words = text[slice(*span)]
    if _OTHERS.search(text, offset, span[1]):
        return None
    return None if _REFERS.match(words) or re.search(r"\bno\b.{0,20}$", words) else span


def _subject(text: str, begin: int, end: int, lead: bool = True, several: bool = False) -> tuple[int, int] | None:
    """The stretch before `end` that names what is spoken of, from the last break or verb on."""
    begin = max(begin, end - _LONGEST_SUBJECT) if lead else begin
    for found in (_BREAK_OF_LIST if several else _BREAK).finditer(text, begin, end):
        if text.count("(", begin, found.start()) > text.count(")", begin, found.start()):
            continue
        # The 'and' before the last of a list is no break.
        if not found[0].endswith("and ") or lead or _VERB.search(text, begin, found.start()):
            begin = found.end()
    if lead and (before := _LEAD.match(text, begin, end)):
        begin = before.end()
    while begin < end and not text[begin].isalnum() and text[begin] not in "≥≤<>%(":
        begin += 1
    return (begin, end) if sum(map(str.isalpha, text[begin:end])) >= 2 else None
