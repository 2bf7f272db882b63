"""The terms of the Data Use Ontology (GA4GH), as far as terms and applications use them.

Source: DUO, release 2021-02-23 (http://purl.obolibrary.org/obo/duo/releases/2021-02-23/duo.owl), CC BY 4.0: ids, short
names, labels, and which permission lies below which. Short words are ours where the ontology has none.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Term(NamedTuple):
    """A term of the ontology."""

    id: str
    label: str
    below: str | None = None
    """The permission that allows all that this one does, and more."""


PERMISSIONS: Final = {
    "NRES": Term("DUO:0000004", "no restriction"),
    "GRU": Term("DUO:0000042", "general research use", "NRES"),
    "HMB": Term("DUO:0000006", "health or medical or biomedical research", "GRU"),
    "DS": Term("DUO:0000007", "disease specific research", "HMB"),
    "POA": Term("DUO:0000011", "population origins or ancestry research only", "GRU"),
}
"""The ontology places HMB below GRU and DS below HMB. That NRES allows what GRU does, and GRU what POA does, follows
from their definitions: no restriction on use; use for any research purpose."""
MODIFIERS: Final = {
    "RS": Term("DUO:0000012", "research specific restrictions"),
    "NMDS": Term("DUO:0000015", "no general methods research"),
    "GSO": Term("DUO:0000016", "genetic studies only"),
    "NPUNCU": Term("DUO:0000018", "not for profit, non commercial use only"),
    "PUB": Term("DUO:0000019", "publication required"),
    "COL": Term("DUO:0000020", "collaboration required"),
    "IRB": Term("DUO:0000021", "ethics approval required"),
    "GS": Term("DUO:0000022", "geographical restriction"),
    "MOR": Term("DUO:0000024", "publication moratorium"),
    "TS": Term("DUO:0000025", "time limit on use"),
    "US": Term("DUO:0000026", "user specific restriction"),
    "PS": Term("DUO:0000027", "project specific restriction"),
    "IS": Term("DUO:0000028", "institution specific restriction"),
    "RTN": Term("DUO:0000029", "return to database or resource"),
    "CC": Term("DUO:0000043", "clinical care use"),
    "NPOA": Term("DUO:0000044", "population origins or ancestry research prohibited"),
    "NPU": Term("DUO:0000045", "not for profit organisation use only"),
    "NCU": Term("DUO:0000046", "non-commercial use only"),
}
RESEARCH: Final = {
    "method-development": Term("DUO:0000031", "method development"),
    "population": Term("DUO:0000032", "population research"),
    "ancestry": Term("DUO:0000033", "ancestry research"),
    "age-category": Term("DUO:0000034", "age category research"),
    "gender-category": Term("DUO:0000035", "gender category research"),
    "research-control": Term("DUO:0000036", "research control"),
    "biomedical": Term("DUO:0000037", "biomedical research"),
    "genetic": Term("DUO:0000038", "genetic research", "biomedical"),
    "drug-development": Term("DUO:0000039", "drug development research", "biomedical"),
    "disease-category": Term("DUO:0000040", "disease category research", "biomedical"),
}


def allows(permission: str, asked: str) -> bool:
    """Whether a permission is the one that is asked for, or above it."""
    place: str | None = asked
    while place is not None and place != permission:
        place = PERMISSIONS[place].below
    return place == permission


def words(code: str) -> str:
    """'HMB (health or medical or biomedical research)'."""
    term = PERMISSIONS.get(code) or MODIFIERS[code]
    return f"{code} ({term.label})"
