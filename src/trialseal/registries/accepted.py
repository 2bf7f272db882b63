"""The registries that ICMJE accepts, and since when."""

from __future__ import annotations

from typing import Final, NamedTuple

from trialseal.registries.number_forms import CTGOV, CTIS, EU_CTR

_FIRST_LIST = "ICMJE, June 2007: the four beside ClinicalTrials.gov that met its criteria since 2005"
_PRIMARY = "primary registry of the WHO network; ICMJE accepts these since June 2007"
_JAPAN = f"{_PRIMARY}; with the others of the Japan Primary Registries Network"


class Accepted(NamedTuple):
    """Since when a registry is accepted, and by whose word."""

    since: str
    """ISO 8601, as precise as it is known. A primary registry counts since 2007-06 at the earliest, or since WHO named
    it one; of which day that was, only some are known here."""
    source: str


ACCEPTED: Final[dict[str, Accepted]] = {
    CTGOV: Accepted("2004-09", "ICMJE, September 2004: the only one that met its criteria then"),
    "ISRCTN registry": Accepted("2005", _FIRST_LIST),
    "ANZCTR": Accepted("2005", _FIRST_LIST),
    "UMIN-CTR": Accepted("2005", _FIRST_LIST),
    "OMON, formerly NTR": Accepted("2005", f"{_FIRST_LIST}, as NTR"),
    "ChiCTR": Accepted("2007-06", _PRIMARY),
    "CTRI": Accepted("2007-06", _PRIMARY),
    "SLCTR": Accepted("2007-06", _PRIMARY),
    "IRCT": Accepted("2007-06", _PRIMARY),
    "DRKS": Accepted("2007-06", _PRIMARY),
    "JapicCTI": Accepted("2007-06", _JAPAN),
    "JMACCT-CTR": Accepted("2007-06", _JAPAN),
    "PACTR": Accepted("2007-06", _PRIMARY),
    "CRIS": Accepted("2007-06", _PRIMARY),
    "RPCEC": Accepted("2007-06", _PRIMARY),
    "ReBEC": Accepted("2007-06", _PRIMARY),
    "TCTR": Accepted("2007-06", _PRIMARY),
    "REPEC": Accepted("2007-06", _PRIMARY),
    "jRCT": Accepted("2007-06", _JAPAN),
    EU_CTR: Accepted("2007-06", _PRIMARY),
    "LBCTR": Accepted("2019", f"{_PRIMARY}; named in 2019"),
    CTIS: Accepted("2025-04", f"{_PRIMARY}; named on 1 April 2025"),
}
"""By the registry's name; ITMCTR, and numbers that no registry gave, are not among them."""


def accepted_table() -> str:
    """The table in docs/verdicts.md, which a test holds against this."""
    rows = [f"| {name} | {one.since} | {one.source} |" for name, one in ACCEPTED.items()]
    return "\n".join(["| registry | accepted since, at the earliest | by |", "|---|---|---|", *rows])
