"""What papers say is done with an outcome: the verbs of every form of statement, as parts of regular expressions."""

from __future__ import annotations

_MEASURE = (
    r"(?:re-?)?(?:measur|assess|evaluat|determin|record|quantif|calculat|estimat|monitor|collect|obtain|examin|count|scor"
    r"|rat|document|comput|register|observ|ascertain|captur|track"
)
_STEMS = rf"{_MEASURE}|explor|investigat|compar|analy[sz]|test)"
MEASURED = rf"(?:{_MEASURE})(?:ed|ied))"
"""'measured', as in 'pain was measured'."""
DONE = rf"(?:{_STEMS}(?:ed|ied)|used|chosen|considered|taken|studied)"
"""'measured' and 'analysed', as in 'as the primary outcome, pain was analysed'."""
DO = rf"(?:{_STEMS}(?:e[ds]?|ed|ied|y|s)?|used?|chose|choose|consider(?:ed)?|took|take|stud(?:y|ied))"
"""'measured' and 'measure', as in 'we measured pain', 'we will measure pain'."""
ADVERBS = r"(?:(?:also|then|further|will|have|had|\w+ly)\s+)*"
"""What may stand before them."""
