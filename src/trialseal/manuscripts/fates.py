"""Words that tell what was done with an outcome, or what became of it, and not what it is."""

from __future__ import annotations

import re

_DONE = re.compile(
    r"(?:(?:then|also|first|only|all|both|each|not|prospectively|independently|formally|centrally|blindly|primarily"
    r"|subsequently|further|again|still|thus|instead)\s+)*"
    r"(?:(?:met|follows"
    r"|(?:exploratory|binary|continuous|dichotomous)(?=\s*(?:and|or|in nature|variables?|outcomes?|data|measures?"
    r"|an?\b|[,.;(]|$))"
    r"|similar|significant(?:ly)?|available|missing|consistent|higher|lower|greater|different|seen"
    r"|based on (?:the |an? |all )?(?:intention|intent|per[- ]protocol|full|modified|data|assessments?|analys[ie]s)"
    r"|twice|half|inferior|superior|conditional|concordant|discordant|not(?=[.,;])"
    r"|taken(?!\s+as\b)|lost|shown|given|known|found|made|chosen|positive|negative|neutral|noninferior|robust|no|none|nonsignificant"
    r"|in (?:favou?r|accordance|line)|on the basis|for|at(?! least\b)|by|as|within|there|due|unchanged|unaffected|blind"
    r"|masked|the (?:same(?=\s*(?:(?:as|in|for|at|between|across)\b|[.,;]|$))"
    r"|subject|basis|focus|result|only)|subject|clinically relevant|similarly|comparable|better"
    r"|worse)\b"
    r"|\d+(?:\.\d+)?\s*[%(]|\d+ (?:of|/) ?\d+|\d+(?:[.·]\d+)?\s+(?:in|versus|vs|and)\b|[−–-]?\d+[.·]\d+)",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(
    r"(?:(?:then|also|only|all|each|not|still|thus|\w+ly)\s+)*(?:pre-?)?(?P<word>(?-i:[a-z]{2,}ed))\b(?P<rest>\s*\w*)",
    re.IGNORECASE,
)
# 'improved survival' names something; 'improved by 3 points' tells what became of it.
_AFTER_PARTICIPLE = re.compile(
    r"\s*(?:$|[.,;:)]|based|by|with|in|at|on|to|for|from|using|as|according|before|after|during|through|via|and|or|when|if|over|under"
    r"|between|among|within|separately|only|every|independently|blindly|whether|how|that|per|until|upon|against|prior"
    r"|both|twice|once|again|via|post|pre|\w+ly)\b|\s*(?:[.,;:)]|$)",
    re.IGNORECASE,
)
_ALWAYS_DONE = re.compile(
    r"analy[sz]ed|performed|conducted|compared|reported|imputed|adjudicated|assessed|evaluated|calculated|estimated|tested"
    r"|presented|summari[sz]ed|collected|obtained|ascertained|powered|submitted|published|registered|determined"
    r"|recorded|achieved|reached|expected|required|needed|described|listed|provided|changed|modified|amended"
    r"|revised|added|excluded|examined|considered|noted|adjusted|derived|controlled",
    re.IGNORECASE,
)


def says_no_outcome(text: str) -> bool:
    """Whether words after 'was' tell what was done with an outcome or became of it."""
    text = text.lstrip(" ,:")
    if _DONE.match(text):
        return True
    found = _PARTICIPLE.match(text)
    return found is not None and (
        _ALWAYS_DONE.fullmatch(found["word"]) is not None
        or _AFTER_PARTICIPLE.match(text, found.end("word")) is not None
    )
