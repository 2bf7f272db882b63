"""Write registry-numbers.json, or say with --check whether it is up to date. Shares no code with the library.

    python tests/vectors/make_registry_numbers.py [--check]

The numbers are real; their spellings are those that people, papers and WHO's search portal use.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

FILE = Path(__file__).with_name("registry-numbers.json")

NUMBERS: dict[str, dict[str, list[str]]] = {
    "ClinicalTrials.gov": {
        "NCT04368728": ["nct 0436 8728", "ClinicalTrials.gov: NCT04368728", "ＮＣＴ04368728", "NCT\u200b04368728"],
        "NCT00001715": ["NCT1715", "https://clinicaltrials.gov/study/NCT00001715?rank=1"],
    },
    "ISRCTN registry": {"ISRCTN50189673": ["ISRCTN 50189673", "https://doi.org/10.1186/ISRCTN50189673"]},
    "ANZCTR": {
        "ACTRN12605000781640": ["ACTRN012605000781640", "12605000781640"],
        "ACTRN12620000470976": ["ACTRN1262-0000470976"],
    },
    "ChiCTR": {
        "ChiCTR-TRC-08000001": ["CHICTR TRC 8000001"],
        "ChiCTR2000029308": ["ChiCTR-2000029308"],
    },
    "ITMCTR": {"ITMCTR2022000094": ["itmctr 2022000094"]},
    "CRIS": {"KCT0004963": ["KCT4963", "KCT0004963/"]},
    "CTRI": {
        "CTRI/2007/091/000008": ["CTRI-2007-91-8"],
        "CTRI/2020/03/024402": ["CTRI/2020/3/24402", "CTRI202003024402"],
    },
    "DRKS": {"DRKS00021238": ["DRKS0002-1238", "DRKS00021238/1", "DRKS-ID: 00021238"]},
    "EU Clinical Trials Register": {
        "2020-002641-42": [
            "EudraCT 2020-002641-42",
            "EUCTR2020-002641-42-DE",
            "EU2020-002641-42",
            "2020–002641–42",
            "https://www.clinicaltrialsregister.eu/ctr-search/trial/2020-002641-42/DE",
        ]
    },
    "CTIS": {
        "2022-500024-30-00": ["CTIS2022-500024-30-00", "EU CT number: 2022-500024-30-00"],
        "2022-501515-14": ["EUCT 2022-501515-14"],
    },
    "IRCT": {"IRCT20200317046797N1": ["IRCT20200317046797N01", "irct2020-0317-046797-n1"]},
    "jRCT": {"jRCTs031190264": ["JPRN-jRCTs031190264"], "jRCT2031190264": ["JRCT20-31190264"]},
    "UMIN-CTR": {"UMIN000040211": ["JPRNUMIN000040211", "UMIN40211"], "UMIN000000412": ["C000000412"]},
    "JapicCTI": {"JapicCTI-142447": ["JPRN-JapicCTI-142447"]},
    "JMACCT-CTR": {"JMA-IIA00384": ["JMA IIA384"]},
    "LBCTR": {"LBCTR2020043495": ["lbctr-2020043495"]},
    "OMON, formerly NTR": {
        "NTR6310": ["NTR06310"],
        "NL7985": ["NL-7985", "https://www.trialregister.nl/trial/7985"],
        "NL-OMON52112": ["NLOMON52112"],
    },
    "PACTR": {"PACTR2009040001075080": ["ATMR2009040001075080"], "PACTR202003568890342": ["PACTR 202003568890342"]},
    "ReBEC": {"RBR-7ypkn6": ["RBR7YPKN6"]},
    "REPEC": {"PER-010-20": ["PER-10-20"], "PER-002-99-A": ["per 002 99 a"]},
    "RPCEC": {"RPCEC00000307": ["RPCEC00000307-En"]},
    "SLCTR": {"SLCTR/2020/012": ["SLCTR-2020-012", "SLCTR/2020/12"]},
    "TCTR": {"TCTR20200404004": ["TCTR-20200404004"]},
    "WHO universal trial number": {"U1111-1131-4384": ["UTN U1111 1131 4384", "1111-1131-4384"]},
}
UNKNOWN = {
    "HKCTR-1343": ["hkctr1343"],
    "2016-A00513-48": ["2016 A00513 48"],
    "NL41789.078.13": ["NL 41789/078/13"],
    "XNCT04368728": ["xnct04368728"],
}
APART = [
    ["DRKS00021238", "DRKS00210238"],
    ["IRCT20200317046797N1", "IRCT20200317046797N10"],
    ["2022-500024-30-00", "2022-500024-30-01"],
    ["2022-500024-30-00", "2022-500024-30"],
    ["NL7985", "NTR7985"],
    ["PER-002-99", "PER-002-99-A"],
    ["ChiCTR-TRC-14005551", "ChiCTR-OOR-14005551"],
    ["HKCTR-1340", "HKCTR-134"],
    ["2020-10-11", "2020-000010-11"],
]


def fold(text: str) -> str:
    """Capitals and digits but 0, one after the other, then zero bytes: 32 bytes as hexadecimal."""
    kept = bytearray()
    for byte in text.encode("ascii"):
        if ord("a") <= byte <= ord("z"):
            byte -= 32
        if ord("A") <= byte <= ord("Z") or ord("1") <= byte <= ord("9"):
            kept.append(byte)
    return bytes(kept).ljust(32, b"\0").hex()


def entry(registry: str | None, number: str, spellings: list[str]) -> dict[str, object]:
    """One number as other languages read it."""
    return {"registry": registry, "number": number, "fold": fold(number), "spellings": [number, *spellings]}


def vectors() -> dict[str, object]:
    """All that the file holds."""
    known = [entry(name, *one) for name, numbers in NUMBERS.items() for one in numbers.items()]
    folds = [{"stated": text, "fold": fold(text)} for text in ("nct-04 36/8728", "~a0!", "9" * 32, "EUCTR2020-1-DE")]
    return {
        "numbers": known + [entry(None, *one) for one in UNKNOWN.items()],
        "different": APART,
        "folds": folds,
        "refused_on_chain": ["", "0", "-0-", " ", "A\n", "Ä1", "A" * 33],
    }


def main(arguments: list[str]) -> int:
    """The exit code: 1 if --check finds the file out of date."""
    text = json.dumps(vectors(), indent=2, ensure_ascii=True) + "\n"
    if "--check" in arguments:
        current = FILE.read_text(encoding="utf-8") == text
        print(f"{FILE.name} {'is up to date' if current else 'differs'}")
        return 0 if current else 1
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
