"""The forms of registry numbers: how each registry prints its numbers, since its first year, and who says so.

A template is a number in its registry's own spelling, with its variable parts in braces: `{8}` is eight digits with
leading zeros, `{1-4}` one to four digits without, and a name stands for the part of that name in `PARTS`.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class NumberPart(NamedTuple):
    """One variable part of a number."""

    pattern: str
    """A regular expression for the part as its registry prints it."""
    width: int = 0
    """To how many digits leading zeros fill the part; 0 if the registry prints none."""
    longest: int = 0
    """How many digits a part without leading zeros may have; 0 for parts that keep each character."""


PARTS = {
    "year": NumberPart("(?:19|20)[0-9]{2}"),
    "month": NumberPart("(?:0[1-9]|1[0-2])", width=2),
    "india": NumberPart("091", width=3),
    "eudract": NumberPart("[0-46-9][0-9]{5}", width=6),
    "ctis": NumberPart("5[0-9]{5}"),
    "anzctr": NumberPart("126[0-9]{11}"),
    "ten": NumberPart("[1-9][0-9]{9}"),
    "eleven": NumberPart("20[0-9]{9}"),
    "pactr": NumberPart("20[0-9]{13,14}"),
    "irct": NumberPart("[1-9][0-9]{7,13}"),
    "study": NumberPart("[A-Z]{3,5}"),
    "law": NumberPart("[a-z]"),
    "arm": NumberPart("[A-Z]"),
    "rebec": NumberPart("[0-9][0-9a-z]{5,7}"),
}
"""The parts that have names: those that begin with a year or a fixed digit are never filled up with zeros."""


def part(name: str) -> NumberPart:
    """The part that stands between braces in a template."""
    if name in PARTS:
        return PARTS[name]
    if name.isdigit():
        return NumberPart(f"[0-9]{{{name}}}", width=int(name))
    longest = int(name.partition("-")[2])
    return NumberPart(f"[1-9][0-9]{{0,{longest - 1}}}", longest=longest)


class Form(NamedTuple):
    """One form of number of one registry."""

    registry: str
    template: str
    since: int
    """The year of the registry's first numbers of this form, or of the registry."""
    examples: tuple[str, ...]
    """Real numbers of this form, an early one first."""
    source: str
    heads: tuple[str, ...] = ()
    """What people write in place of the letters in front, in capitals without separators; "" for nothing."""

    @property
    def head(self) -> str:
        """The letters (and fixed digits) in front, in capitals without separators."""
        return re.sub("[^0-9A-Z]", "", self.template.partition("{")[0].upper())

    @property
    def pieces(self) -> tuple[str, ...]:
        """What stands between parts, and the names of parts, in turns: at even places text, at odd ones names."""
        return tuple(re.split("[{}]", self.template))

    @property
    def pattern(self) -> str:
        """A regular expression for the numbers of this form in their registry's own spelling."""
        return "".join(part(one).pattern if place % 2 else one for place, one in enumerate(self.pieces))


CTGOV = "ClinicalTrials.gov"
EU_CTR = "EU Clinical Trials Register"
CTIS = "CTIS"
UTN = "WHO universal trial number"

_EUROPEAN = ("EUDRACT", "EUDRACTCT", "EUCTR", "EUCT", "CTIS", "EU", "EUCTIS", "")
_SETS = "ECRIN metadata repository, identifier types"
_REGEXES = "ctregistries (regular expressions tried on 10,000 PubMed records)"

FORMS = (
    Form(
        CTGOV,
        "NCT{8}",
        2000,
        ("NCT00000101", "NCT04368728"),
        "clinicaltrials.gov: NCT and eight digits",
        ("CLINICALTRIALSGOV", "CTGOV"),
    ),
    Form(
        "ISRCTN registry",
        "ISRCTN{8}",
        2000,
        ("ISRCTN02452400", "ISRCTN50189673"),
        "isrctn.com; bioregistry, isrctn",
    ),
    Form(
        "ANZCTR",
        "ACTRN{anzctr}",
        2005,
        ("ACTRN12605000057684", "ACTRN12620000470976"),
        f"{_SETS}; papers of 2005 to 2007 put a zero in front (ACTRN012605000781640)",
        ("ANZCTRN", "ANZCTR", ""),
    ),
    Form(
        "ChiCTR",
        "ChiCTR-{study}-{8}",
        2007,
        ("ChiCTR-TRC-08000001", "ChiCTR-TTRCC-13003835", "ChiCTR-ROC-17011223"),
        "WHO registry network, profile of ChiCTR (letters of the study's kind, then digits)",
    ),
    Form("ChiCTR", "ChiCTR{ten}", 2017, ("ChiCTR1800014249", "ChiCTR2000029308"), _SETS),
    Form("ITMCTR", "ITMCTR{ten}", 2019, ("ITMCTR1900002281", "ITMCTR2022000094"), _SETS),
    Form("CRIS", "KCT{7}", 2010, ("KCT0000048", "KCT0004963"), f"{_SETS}; bioregistry, issue 985", ("CRIS",)),
    Form(
        "CTRI",
        "CTRI/{year}/{india}/{6}",
        2007,
        ("CTRI/2007/091/000008", "CTRI/2010/091/000301"),
        f"{_REGEXES}; {_SETS}: 091 in the place of the month until 2011",
    ),
    Form("CTRI", "CTRI/{year}/{month}/{6}", 2011, ("CTRI/2012/08/002884", "CTRI/2020/03/024402"), _SETS),
    Form("DRKS", "DRKS{8}", 2008, ("DRKS00000579", "DRKS00021238"), _SETS),
    Form(
        EU_CTR,
        "{year}-{eudract}-{2}",
        2004,
        ("2004-000119-24", "2020-002641-42", "2023-000946-41"),
        f"{_SETS}; WHO's portal writes EUCTR in front and the country behind, a record each country",
        _EUROPEAN,
    ),
    Form(
        CTIS,
        "{year}-{ctis}-{2}-{2}",
        2022,
        ("2022-500024-30-00", "2025-520964-16-00"),
        "EU CT number; what is submitted again after a refusal or withdrawal ends in other digits and is another "
        "trial (Regulation (EU) No 536/2014, Article 13)",
        _EUROPEAN,
    ),
    Form(
        CTIS,
        "{year}-{ctis}-{2}",
        2022,
        ("2022-501515-14",),
        "records of ClinicalTrials.gov give the number without its last two digits, which alone do not say which "
        "submission is meant",
        _EUROPEAN,
    ),
    Form(
        "IRCT",
        "IRCT{irct}N{1-3}",
        2008,
        ("IRCT138706211241N1", "IRCT201307145362N6", "IRCT20111224008505N47"),
        f"{_SETS}; irct.behdasht.gov.ir, help: a new record for each trial, so that N1 and N2 are two trials",
    ),
    Form(
        "jRCT",
        "jRCT{law}{9}",
        2018,
        ("jRCTs031180248", "jRCTs031190264"),
        "jrct.mhlw.go.jp: s, a, b or c for the law under which a study is done",
    ),
    Form("jRCT", "jRCT{ten}", 2018, ("jRCT2080223938", "jRCT2031190264"), f"jrct.mhlw.go.jp; {_SETS}"),
    Form(
        "UMIN-CTR",
        "UMIN{9}",
        2005,
        ("UMIN000000562", "UMIN000040211"),
        f"umin.ac.jp/ctr: UMIN and nine digits; {_SETS}: the first ones were printed C000000079, in the same series",
        ("UMINCTR",),
    ),
    Form(
        "JapicCTI",
        "JapicCTI-{6}",
        2005,
        ("JapicCTI-050001", "JapicCTI-194635"),
        f"{_REGEXES}; WHO's portal",
        ("JAPIC",),
    ),
    Form("JMACCT-CTR", "JMA-IIA{5}", 2005, ("JMA-IIA00001", "JMA-IIA00384"), _REGEXES, ("JMACCTIIA",)),
    Form("LBCTR", "LBCTR{ten}", 2019, ("LBCTR2019020191", "LBCTR2020043495"), _SETS),
    Form(
        "OMON, formerly NTR",
        "NTR{1-4}",
        2004,
        ("NTR854", "NTR7203"),
        "Netherlands Trial Register: older trials have an NTR and an NL number, and the two differ",
        ("NEDERLANDSTRIALREGISTERNTR",),
    ),
    Form(
        "OMON, formerly NTR",
        "NL{1-4}",
        2018,
        ("NL3011", "NL7985", "NL9822"),
        "Netherlands Trial Register: every trial got an NL number; registration closed at 9,822 trials",
    ),
    Form(
        "OMON, formerly NTR",
        "NL-OMON{1-6}",
        2022,
        ("NL-OMON19915", "NL-OMON57760"),
        "onderzoekmetmensen.nl; bioregistry, issue 1157",
        ("OMON",),
    ),
    Form(
        "PACTR",
        "PACTR{pactr}",
        2009,
        ("PACTR2009010000911750", "PACTR201006000222401", "PACTR202003568890342"),
        f"{_SETS}: sixteen digits at first, then fifteen; its first numbers began with ATMR",
        ("ATMR",),
    ),
    Form("ReBEC", "RBR-{rebec}", 2010, ("RBR-972497", "RBR-7ypkn6", "RBR-2b9qf7h"), _SETS),
    Form("REPEC", "PER-{3}-{2}", 1995, ("PER-040-07", "PER-010-20"), f"{_SETS}; {_REGEXES}"),
    Form(
        "REPEC",
        "PER-{3}-{2}-{arm}",
        1995,
        ("PER-002-99-A", "PER-002-99-B"),
        "bioregistry, change 1135: registrations split in two, each with its letter",
    ),
    Form("RPCEC", "RPCEC{8}", 2007, ("RPCEC00000014", "RPCEC00000307"), f"{_SETS}; registroclinico.sld.cu"),
    Form("SLCTR", "SLCTR/{year}/{3}", 2006, ("SLCTR/2010/008", "SLCTR/2020/012"), _SETS),
    Form("TCTR", "TCTR{eleven}", 2009, ("TCTR20110000022", "TCTR20200404004"), _SETS),
    Form(
        UTN, "U1111-{4}-{4}", 2009, ("U1111-1131-4384", "U1111-1299-8084"), f"{_SETS}: U is often left out", ("1111",)
    ),
)
"""All forms; no number in its registry's own spelling has two of them."""

NAMES = (
    "CLINICALTRIALSGOV CLINICALTRIALGOV CTGOV WHO ICTRP JPRN UTN UMINCTR UMIN JRCT JAPICCTI JMACCT CTR EUCTR EUDRACT "
    "EUCT CTIS EU ISRCTN ANZCTR ACTRN CHICTR ITMCTR CRIS CTRI DRKS IRCT LBCTR NTR LTR OMON PACTR REBEC REPEC RPCEC "
    "SLCTR TCTR NCT GERMAN AUSTRALIANNEWZEALAND CHINESE IRANIAN THAI PANAFRICAN BRAZILIAN DUTCH NETHERLANDS NEDERLANDS "
    "JAPAN INDIA SRILANKA"
)
"""Names of registries that people put before a number, in capitals without separators; spaces between them."""

WORDS = "EUROPEAN UNION CLINICAL TRIALS REGISTRY REGISTER REGISTERED NAME OF THE"
"""Other words that people put before a number, so written."""

FILLERS = "NUMBER NUMMER NUMERO NUM NO NR ID IDENTIFIER IDENTIFICATION REG REGISTRATION REF REFERENCE CODE TRIAL"
"""Words that people put before a number or between its letters and its digits, so written."""

FORMER = ((r"(?:JPRN|UMINCTR|UMIN)*C(0000[0-9]{5})", "UMIN"),)
"""Numbers that a registry printed under other letters, and the letters of today."""

PAGES = (
    (r"onderzoekmetmensen\.nl/(?:[a-z]{2}/)?trial/([0-9]+)", "NL-OMON"),
    (r"trialregister\.nl/trial/([0-9]+)", "NL"),
    (r"trialregister\.nl/\S*[?&]TC=([0-9]+)", "NTR"),
)
"""Addresses of registries' pages that give a number's digits alone, and the letters that belong in front."""
