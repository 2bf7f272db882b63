"""What a sentence says of an outcome behind its name: 'the primary outcome was X', 'for the primary outcome, we
measured X'."""

from __future__ import annotations

import re

from trialseal.manuscripts.fates import says_no_outcome
from trialseal.manuscripts.outcome_names import NAMED
from trialseal.manuscripts.verbs import ADVERBS, DO, DONE

_QUALIFIED = (
    r"(?:\s*\([^)]{0,80}\))?(?:\s+(?:reported|presented|described)\s+(?:here|in this \w+))?"
    r"(?:\s+(?:of|for|in|through|at|from|to|comparing|used|assessed|evaluated|measured|examined|analy[sz]ed"
    r"|studied|investigated|considered|with|per|during|after|within|over|under|across|between|regarding|concerning)\b"
    # 'of this randomised, double-blind trial'
    r"(?:\s+(?:the|this|our)(?:\s[\w-]+,){1,3}(?=[^.;:,()]*\b(?:trial|study)\b))?"
    r"(?:[^.;:,()]|\([^()]*\)){0,90}?)?"
)
_IS = (
    r"\b(?:also\s+)?(?:was|were|is|are|will be|will include|will consist of|shall be|would be|to be|has been|had been"
    r"|includ(?:es?|ing)|included|comprises?|comprised|consist(?:s|ed) of|concerned|focus(?:es|ed)? on|being"
    r"|remained|encompassed|assessed whether|consisting of|comprising)\b"
)
_AS = (
    r"(?:\s*(?:\b(?:pre-?specified|pre-?defined|defined|specified|set|taken|chosen|selected"
    r"|designated)(?:,\s+\w+ly,)? as\b"
    r"|\bbased (?:up)?on\b(?!\s+(?:the |an? |all )?"
    r"(?:intention|intent|per[- ]protocol|full|modified|data|analys|assess))"
    r"|\bto be\b|\bas follows\b|\bthe following\b|\bas\b|\balso\b|\btherefore\b|\bthen\b|\bboth\b|:|,))*"
)
_THEREFORE = r"(?:,\s*there-?\s?fore\b,?\s*)?"
# "The primary outcome, measured at 12 months, was …"
_ASIDE = (
    r"(?:,\s*(?:which (?:was|were) )?(?:as )?(?:measured|assessed|evaluated|determined|adjudicated|tested|analy[sz]ed"
    r"|defined|ranked|listed|reported|used|prespecified|pre-specified)\b(?:[^,;()]|\([^()]*\)){2,160},\s*)?"
)
_FORWARD = re.compile(
    rf"{NAMED}{_QUALIFIED}(?<! and)\s*{_ASIDE}{_THEREFORE}(?:{_IS}{_AS}\s*:?|(?<!\d)[:—]|:(?!\d)|(?<=\s)–|–(?=\s)"
    r"|\s-(?=\s)"
    r"|,\s*(?:consisting of|comprising)\b"
    r"|\bdefined(?:,?\s+\w+ly,?)?\s+as\b|,?\s*\b(?:namely|i\.e\.,?|that is,)(?=\s))\s*(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# "The following primary outcomes were used to evaluate the effect of the programme: …"
_USED_TO = re.compile(
    rf"{NAMED}{_QUALIFIED}\s*\b(?:was|were|are|will be)\s+used\s+to\s+{DO}\b[^:;.]{{3,160}}:\s*(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# "with the primary endpoint to determine the dose"
_TO_FIND = re.compile(
    rf"{NAMED}\s+(?P<what>to\s+(?:determine|evaluate|assess|compare|measure|test)\s.+)", re.IGNORECASE | re.DOTALL
)
# "Primary outcomes were assessed at week 12 and included …"
_THEN_NAMED = re.compile(
    rf"{NAMED}{_QUALIFIED}\s+(?:was|were|will be)\s+[a-z]+ed\b[^.;:]{{0,120}}?\s+and\s+(?:included?|comprised?"
    r"|consisted of|were as follows:?)\s+(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# "The primary outcome (falls within 90 days) was …"
_BRACKETED = re.compile(
    rf"{NAMED}\s*\((?P<what>(?!(?:see|table|fig|appendix|ref|n\s*=|p\s*[<=]|i{{1,3}}\)|[a-z\d]\)))[^()]{{8,160}})\)\s+"
    r"(?:was|were|is|are|occurred|did|will be|that|which)\b",
    re.IGNORECASE,
)
# "For the primary outcome, we measured …"
_WE_MEASURED = re.compile(
    rf"{NAMED}{_QUALIFIED},\s+we\s+{ADVERBS}{DO}\s+"
    r"(?!(?:[\w’'-]+\s+){0,5}(?:tests?|models?|regressions?|analys[ei]s|procedures?|AN(?:C)?OVA|statistics)\b)(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# "As a secondary outcome, this study measured …"; "As the primary outcome, mortality was recorded"
_AS_ONE = re.compile(
    rf"{NAMED}{_QUALIFIED},?\s+(?:we|(?:this|the|our) (?:study|trial))\s+{ADVERBS}{DO}\s+(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_AS_ONE_DONE = re.compile(
    rf"{NAMED}(?:{_QUALIFIED},)?\s+(?P<what>[^;:]{{4,240}}?)\s+(?:was|were|is|are|will be)\s+{ADVERBS}{DONE}\b",
    re.IGNORECASE | re.DOTALL,
)
# "considering the primary outcome of this study as the length of stay"
_TAKEN_AS = re.compile(
    rf"{NAMED}(?:\s+(?:of|for|in)\s+(?:the|this|our)\s+(?:[\w-]+\s+)?(?:study|trial))?\s+(?:as|to be)\s+"
    r"(?P<what>[^;:]{4,200}?)(?=[.;:]|,\s+(?:we|and|with|the)\b|$)",
    re.IGNORECASE,
)
_TAKING = re.compile(
    r"\b(?:considering|taking|taken|assuming|defining|with|specified|defined)\s+(?:the|our|an?)\s+$", re.IGNORECASE
)
_AS_BEFORE = re.compile(
    r"(?:^|[.;]\s)as\s+(?:(?:one|two|three) of\s+)?(?:the|our|an?)?\s*(?:(?:two|three|four)\s+)?$", re.IGNORECASE
)
# "The primary outcome, mortality at 28 days, was …"
_APPOSED_BEHIND = re.compile(
    rf"{NAMED},\s+(?!(?:which|that|as|and|but|or|we|it|there|(?:the\s+)?following|defined|namely|including|where|whereas|while|when|because"
    r"|with|except|excluding|apart|unlike|like|such|the\s+(?:co-?)?primary)\b)"
    r"(?P<what>[^;]{4,160}?),?\s+(?:was|were|is|are|occurred|did|will be)\b",
    re.IGNORECASE,
)
# "the primary endpoint of overall survival"
_OF = re.compile(
    rf"{NAMED}\s+(?:of\s+(?!(?:the|this|our|each|all|any|a|an|these|interest|both|study|trial|part|phase)\b)"
    r"|corresponding to\s+)"
    r"(?P<what>[^;:]{4,160}?)(?=,|\s+(?:was|were|is|are|and|did|occurred|had)\b|\s*[(.;:]|$)",
    re.IGNORECASE,
)
# "based on the primary outcome of the trial (grip strength)"
_IN_BRACKETS = re.compile(
    rf"(?:(?<=\bthe\s)|(?<=\band\s)){NAMED}(?:\s+(?:of|for|in)\s+(?:(?:the|this|our)\s+)?(?:study|trial)(?:\s+(?:part|phase)\s+\w+)?)?\s*\((?P<what>(?!(?:see|table|fig"
    rf"|appendix|ref|n\s*="
    r"|p\s*[<=]|i{1,3}\)|[a-z\d]\)|e\.g|i\.e|which|as|defined|with|at|for|after|before|and|in|on)\b)[^\W\d_][^()=]{3,100})\)",
    re.IGNORECASE,
)
# "the primary outcome measure usability was assessed"
_BESIDE = re.compile(
    rf"{NAMED}\s+(?P<what>(?!(?:measures?|measurements?|variables?|parameters?|criteri\w+|data|analys\w+|results?"
    rf"|events?|models?|rates?|definitions?|assessments?|time|visits?"
    r"|was|were|is|are|will|has|had|did|in|of|for|at|by|on|with|that|which|and|or|to|from|between|as)\b)[\w/-]+"
    r"(?:\s+(?!(?:was|were)\b)[\w/-]+){0,4})(?:\s+(?:was|were|is|are)\s+(?:then\s+)?|,\s+(?:as\s+)?)"
    r"(?:measured|assessed|evaluated|determined|quantified)\b",
    re.IGNORECASE,
)
# "the margin of the primary outcome measure CES-D"
_ABBREVIATED = re.compile(rf"{NAMED}\s+(?P<what>(?-i:[A-Z][A-Za-z]*[A-Z\d-][\w-]*))(?=[\s,.;)])", re.IGNORECASE)
# "Secondary outcomes were evaluated using the MPQ and the CGI scale"
_BY_INSTRUMENT = re.compile(
    rf"{NAMED}{_QUALIFIED}\s+(?:was|were|will be)\s+(?:measured|assessed|evaluated)\s+(?:using|by|with|on"
    rf"|through)\s+(?:means of\s+)?(?:the\s+)?"
    r"(?P<what>[^.;:]{0,80}?(?:\b(?-i:[A-Z][A-Za-z]*[A-Z][\w-]*)|\b(?:scales?|questionnaires?|inventory|index|score)\b)[^.;:,]{0,80})",
    re.IGNORECASE,
)
# "Primary outcomes of weight, waist and diet were assessed"
_OF_SEVERAL = re.compile(
    rf"{NAMED}\s+of\s+(?!(?:the|this|our|each|all|any|these|interest|both)\b)(?P<what>[^:]{{4,500}}?)\s+(?:was|were"
    rf"|will be)\s+"
    r"(?:measured|assessed|evaluated|determined|recorded|collected)\b",
    re.IGNORECASE,
)
# "The primary endpoints of weight, waist and diet were analysed with …"
_OF_SEVERAL_DONE = re.compile(
    rf"{NAMED}(?<=s)\s+of\s+(?!(?:the|this|our|each|all|any|these|interest|both)\b)(?P<what>[^:]{{4,500}}?)\s+(?:was"
    r"|were|will be)\s+(?:\w+ly\s+)?(?:analy[sz]ed|compared|examined|tested)\b",
    re.IGNORECASE,
)
# "We assessed the secondary outcomes of weight, waist and quality of life."
_OF_SEVERAL_LAST = re.compile(
    rf"{NAMED}(?<=s)\s+of\s+(?!(?:an?|the|this|our|each|all|any|these|interest|both)\b)(?P<what>(?:[^;:.()]|\([^()]*\)){{4,300}})"
    r"(?:\.\s*)?$",
    re.IGNORECASE,
)
# "Secondary outcomes, such as weight and waist, were compared"
_SUCH_AS = re.compile(
    rf"{NAMED}{_QUALIFIED}(?<! and)(?:\s*,)?\s+(?:such as|including)\s+(?P<what>\S.*)", re.IGNORECASE | re.DOTALL
)
_BARELY_SUCH = re.compile(r"(?:out-?comes?|end[\s-]?points?)(?:\s+measures?)? such as\s+$", re.IGNORECASE)
_AT_BEGIN = re.compile(
    r"(?:^|^there (?:were|are)(?: \w+)?\s|[.:;]\s(?:and\s+)?|,\s+and\s)\s*(?:(?:the|our|other|while|all)\s+)*$",
    re.IGNORECASE,
)
# "a power calculation on the primary endpoint, grip strength (in newton)"
_APPOSED_LAST = re.compile(
    rf"(?<=\bthe\s){NAMED}(?:\s+(?:of|for|in)\s+(?:the|this|our)\s+(?:study|trial))?,\s+(?:the\s+)?"
    r"(?P<what>(?!(?:which|that|as|and|but|or|we|it|there|defined|namely|including|the|with"
    r"|where|whereas|while|when|because"
    r"|using|in|for"
    r"|at|by|of|on|after|all|both|respectively|consisting|comprising|first|second|third|last|final)\b)[\w-]+(?:\s(?!(?:was|were|is|are|did|had)\b)[\w-]+){0,6})"
    r"(?=\s*(?:\(|\.|;|—|–|,\s+(?:an?|at)\s|$)|\s+as well as\b)",
    re.IGNORECASE,
)
# "To assess the primary outcome, we used …" tells how.
_TO_ASSESS = re.compile(
    r"\b(?:to|when|by|in)\s+\w+\s+(?:the\s+|our\s+)?$",
    re.IGNORECASE,
)
_NAMED_AFTER_COLON = re.compile(r"\b(?:was|were|is|are)\s*:\s*$", re.IGNORECASE)
_NOTHING = re.compile(r"\b(?:no|not|nor|neither|any|without)\b", re.IGNORECASE)
_INCLUDING = re.compile(r"\bincluding\s*:?\s*$", re.IGNORECASE)
_VERB = re.compile(r",?\s+(?:was|were|did|had|will|should|have been|has been)\s", re.IGNORECASE)
# "The parameters for the secondary end-point were …"
_MEASURES_OF = re.compile(
    r"(?:^|[.;]\s+)the\s+(?:parameters|variables|measures|items|measurements)\s+(?:for|of|in)\s+(?:the|our)\s+$",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:rationale for \w+(?: two)?"
    r"|no|for|not an?|without an?|neither|any|(?:for|of|in|on|at|regarding)"
    r" (?:the|our|these|this|each|both|all)(?: (?:two|three|four|five))?"
    r"|(?:differences?|changes?)(?:\s+[\w-]+){0,3} in|(?:reach|achiev|meet|attain)\w* the|powered (?:for|on)"
    r"|definition of|than (?:the|our)"
    r"|assessments? of|between(?: the)?"
    r"|(?:since|because)(?: the| our)?)\s*$",
    re.IGNORECASE,
)


def stated_behind(text: str, name_begin: int, end: int, before: str) -> tuple[int, int] | None:
    """What the name that begins at `name_begin` is said to be: 'the primary outcome was X'.

    `before` is the text in front of it.
    """
    if _AS_BEFORE.search(before):
        for pattern in (_AS_ONE, _AS_ONE_DONE):
            if match := pattern.match(text, name_begin, end):
                return match.span("what")
        return None
    if _TAKING.search(before) and (taken := _TAKEN_AS.match(text, name_begin, end)):
        return taken.span("what")
    if not _NEGATED.search(before) or _MEASURES_OF.search(before):
        for pattern in (_APPOSED_BEHIND, _OF_SEVERAL, _TO_FIND, _USED_TO, _FORWARD, _THEN_NAMED):
            match = pattern.match(text, name_begin, end)
            if match and (_NAMED_AFTER_COLON.search(text[: match.start("what")]) or not says_no_outcome(match["what"])):
                what, until = match.span("what")
                return what, _before_verb(text, what, until) if _INCLUDING.search(text[name_begin:what]) else until
    match = None if _TO_ASSESS.search(before) else _WE_MEASURED.match(text, name_begin, end)
    return match.span("what") if match else None


def _before_verb(text: str, begin: int, end: int) -> int:
    """Where a list ends that a verb follows: 'outcomes including pain and sleep were similar'."""
    for verb in _VERB.finditer(text, begin, end):
        if text.count("(", begin, verb.start()) <= text.count(")", begin, verb.start()):
            return verb.start()
    return end


def named_beside(text: str, begin: int, end: int) -> tuple[int, int] | None:
    """What is named beside the name that begins at `begin`, and not said to be it: 'the primary outcome of X'."""
    for pattern in (
        _BRACKETED,
        _OF_SEVERAL_DONE,
        _OF_SEVERAL_LAST,
        _OF,
        _BESIDE,
        _APPOSED_LAST,
        _IN_BRACKETS,
        _ABBREVIATED,
        _BY_INSTRUMENT,
    ):
        match = pattern.match(text, begin, end)
        # 'the primary outcome of observed behaviour' names it, though it begins as what was done does.
        if match and (pattern is _OF or not says_no_outcome(match["what"])):
            return match.span("what")
    such = _SUCH_AS.match(text, begin, end)
    last = (
        such is not None
        and _VERB.search(text, such.start("what"), end) is None
        and _NOTHING.search(text[:begin]) is None
    )
    if such and (last or _AT_BEGIN.search(text[:begin]) or _BARELY_SUCH.search(text[begin : such.start("what")])):
        return such.start("what"), _before_verb(text, *such.span("what"))
    return None
