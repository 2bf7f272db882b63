"""Where each registry offers a record for download, in a form that is read here. Light: standard library only."""

from __future__ import annotations

from trialseal.registries.number_forms import CTGOV, CTIS, EU_CTR
from trialseal.registries.numbers import read

_PLACES = {
    CTGOV: "https://clinicaltrials.gov/api/v2/studies/{number}",
    CTIS: "https://euclinicaltrials.eu/ctis-public-api/retrieve/{number}",
    EU_CTR: "https://www.clinicaltrialsregister.eu/ctr-search/search?query={number} (download: full trial details)",
    "ISRCTN registry": "https://www.isrctn.com/api/query/format/default?q={number}",
    "DRKS": "https://drks.de/search/en/trial/{number} (JSON)",
    "ANZCTR": "https://www.anzctr.org.au (open {number}, Download to XML)",
}
_ANYWHERE = "https://trialsearch.who.int (search for {number}, export as XML or CSV)"


def record_place(number: str) -> str:
    """The address at which a trial's record can be downloaded; the WHO's portal for registries that offer none."""
    return _PLACES.get(read(number).registry or "", _ANYWHERE).format(number=number)
