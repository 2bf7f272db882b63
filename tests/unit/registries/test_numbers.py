"""Registry numbers: what each registry has printed, second spellings, and what is kept apart."""

from __future__ import annotations

import re
import time

import pytest

from real_records import real_files
from trialseal.errors import UsageError
from trialseal.registries.number_forms import FORMS, Form
from trialseal.registries.numbers import doubt, fold, read, read_known, same, stated

EXAMPLES = [pytest.param(form, number, id=number) for form in FORMS for number in form.examples]

SECOND_SPELLINGS = [
    ("DRKS00021238", "DRKS0002-1238"),
    ("DRKS00021238", "DRKS00021238/1"),
    ("DRKS00021238", "DRKS 00021238"),
    ("DRKS00021238", "DRKS-ID: DRKS00021238"),
    ("DRKS00021238", "https://drks.de/search/en/trial/DRKS00021238"),
    ("KCT0004963", "KCT0004963/"),
    ("KCT0004963", "CRIS KCT 0004963"),
    ("NTR6310", "NTR06310"),
    ("NTR6310", "NTR-6310"),
    ("NTR2051", "www.trialregister.nl/trialreg/admin/rctview.asp?TC=2051"),
    ("NL7985", "NL 7985"),
    ("NL7985", "https://www.trialregister.nl/trial/7985"),
    ("NL-OMON52112", "NL OMON 52112"),
    ("NL-OMON52112", "https://onderzoekmetmensen.nl/en/trial/52112"),
    ("UMIN000040211", "UMIN40211"),
    ("UMIN000040211", "JPRN-UMIN000040211"),
    ("UMIN000040211", "JPRNUMIN000040211"),
    ("UMIN000000412", "UMIN C000000412"),
    ("UMIN000000079", "JPRN-C000000079"),
    ("CTRI/2020/03/024402", "CTRI/2020/3/24402"),
    ("CTRI/2020/03/024402", "CTRI-2020-03-024402"),
    ("CTRI/2020/03/024402", "CTRI202003024402"),
    ("CTRI/2020/03/024402", "CTRI No. 2020/03/024402"),
    ("CTRI/2020/03/024402", "https://ctri.nic.in/Clinicaltrials/showallp.php?trialid=CTRI/2020/03/024402"),
    ("CTRI/2007/091/000008", "CTRI/2007/91/8"),
    ("jRCT2031190264", "JRCT20-31190264"),
    ("jRCTs031190264", "JPRN-jRCTS31190264"),
    ("ACTRN12620000470976", "ACTRN1262-0000470976"),
    ("ACTRN12605000781640", "ACTRN012605000781640"),
    ("ACTRN12622000949785", "https://anzctr.org.au/Trial/Registration/TrialReview.aspx?ACTRN=12622000949785"),
    ("ACTRN12605000001695", "12605000001695"),
    ("2020-002641-42", "EU2020-002641-42"),
    ("2020-002641-42", "EUCTRNO2020-002641-42"),
    ("2020-002641-42", "EudraCT number: 2020-002641-42"),
    ("2020-002641-42", "EUCTR2020-002641-42-DE"),
    ("2020-002641-42", "2020-002641-42/DE/"),
    ("2020-002641-42", "2020\u2013002641\u201342"),
    ("2020-002641-42", "https://www.clinicaltrialsregister.eu/ctr-search/trial/2020-002641-42/DE"),
    ("2021-001279-18", "EUCTR2021-001279-18-Outside/EEA"),
    ("2015-005843-15", "2015-005843-15/3rd"),
    ("2022-500024-30-00", "CTIS2022-500024-30-00"),
    ("2022-500024-30-00", "EU CT number 2022-500024-30-0"),
    ("2022-500024-30-00", "https://euclinicaltrials.eu/ctis-public/view/2022-500024-30-00"),
    ("NCT04368728", "N-CT04368728"),
    ("NCT04368728", "ClinicalTrials.gov Identifier: NCT04368728."),
    ("NCT04368728", "ClinicalTrials.gov 04368728"),
    ("NCT04368728", "\uff2e\uff23\uff34\uff10\uff14\uff13\uff16\uff18\uff17\uff12\uff18"),
    ("NCT04368728", "NCT\u200b0436\u00ad8728\ufeff"),
    ("NCT04368728", "https://clinicaltrials.gov/study/NCT04368728?term=x&rank=1"),
    ("NCT01224028", "NCT1224028"),
    ("NCT00001715", "NCT001715"),
    ("NCT01882777", "NCT01882777_2"),
    ("IRCT20200317046797N1", "IRCT20200317046797N01"),
    (
        "IRCT20200317046797N1",
        "".join(chr(0x6C0 + ord(one)) if one.isdigit() else one for one in "IRCT20200317046797N1"),
    ),
    ("PACTR2009040001075080", "ATMR2009040001075080"),
    ("RBR-6gdyvz", "RBR 6GDYVZ"),
    ("RBR-6gdyvz", "http://www.ensaiosclinicos.gov.br/rg/RBR-6gdyvz/"),
    ("PER-010-20", "PER-10-20"),
    ("PER-002-99-A", "per 002 99 a"),
    ("RPCEC00000014", "http://registroclinico.sld.cu/en/trials/RPCEC00000014-En"),
    ("U1111-1131-4384", "1111-1131-4384"),
    ("U1111-1131-4384", "UTN: U1111 1131 4384"),
    ("JapicCTI-142447", "JPRN-JapicCTI-142447"),
    ("ChiCTR-TRC-08000001", "ChiCTR TRC 8000001"),
    ("ChiCTR1900021332", "ChiCTR-1900021332"),
    ("ISRCTN50189673", "https://doi.org/10.1186/ISRCTN50189673"),
]  # fmt: skip

# Pairs of which each is another number, though the contract's fold is the same for most.
KEPT_APART = [
    ("DRKS00021238", "DRKS00210238"),
    ("NCT04368728", "NCT43068728"),
    ("IRCT20200317046797N1", "IRCT20200317046797N2"),
    ("IRCT20200317046797N1", "IRCT20200317046797N10"),
    ("IRCT201112248505N47", "IRCT20111224008505N47"),
    ("2022-500024-30-00", "2022-500024-30-01"),
    ("2022-500024-30-00", "2022-500024-30"),
    ("2020-002641-42", "2020-026401-42"),
    ("CTRI/2020/01/012345", "CTRI/2020/11/002345"),
    ("NL7985", "NTR7985"),
    ("NL7985", "NL-OMON7985"),
    ("ChiCTR-TRC-14005551", "ChiCTR-OOR-14005551"),
    ("jRCTs031190264", "jRCT1031190264"),
    ("PER-002-99-A", "PER-002-99-B"),
    ("PER-002-99", "PER-002-99-A"),
    ("PACTR201002000142934", "PACTR2010020001429343"),
    ("RBR-6gdyvz", "RBR-6gdyv0z"),
    ("Sponsor 1020", "Sponsor 1200"),
    ("Sponsor 1020", "Sponsor 12"),
    ("HKCTR-1343", "KCT0001343"),
    ("XNCT04368728", "NCT04368728"),
    ("\u0410CTRN12620000470976", "ACTRN12620000470976"),
    ("2020-10-11", "2020-000010-11"),
]


@pytest.mark.parametrize(("form", "number"), EXAMPLES)
def test_each_registry_s_numbers_are_read_as_printed(form: Form, number: str) -> None:
    found = read(number)
    assert (found.registry, found.number, found.given, found.filled) == (form.registry, number, number, False)
    assert re.fullmatch(form.pattern, number)
    assert found.chain_text == number and stated(found.packed) == number


@pytest.mark.parametrize(("number", "spelling"), SECOND_SPELLINGS)
def test_second_spellings(number: str, spelling: str) -> None:
    found = read(spelling)
    assert found.number == number and found.registry and found.given == spelling
    assert found == read(number) and same(spelling, number) and hash(found) == hash(read(number))


@pytest.mark.parametrize(("one", "other"), KEPT_APART)
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    "text",
    ["HKCTR-1343", "2016-A00513-48", "NL41789.078.13", "CTR20200567", "PHRR200101-002345", "DOH-27-0207-1539", "7"],
)
def test_nothing_real_is_refused(text: str) -> None:
    found = read(text)
    assert (found.registry, found.number, found.chain_text) == (None, text, text)
    assert read_known(text) is None
    for other in (
        text.lower(),
        f" {text} ",
        text.replace("-", "\u2013"),
        text.replace("-", ""),
        text.replace(".", "/"),
    ):
        assert same(text, other)


def test_what_has_neither_letter_nor_digit_is_no_number() -> None:
    for text in ("", " ", "-/-", "\u200b", "\u115f"):
        with pytest.raises(UsageError, match="is not a registry number: write one such as NCT04368728"):
            read(text)
        assert read_known(text) is None


@pytest.mark.parametrize("text", ["x" * 33, "\u00c4rzte-1", "\u8a66\u9a13 12"])
def test_what_the_chain_cannot_hold_is_read_but_not_stated(text: str) -> None:
    found = read(text)
    assert found == read(text)
    with pytest.raises(UsageError, match="is not 1 to 32 plain ASCII characters"):
        found.fold  # noqa: B018


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("NCT04368728", b"NCT4368728"),
        ("nct-04 36/8728", b"NCT4368728"),
        ("CTRI/2020/03/024402", b"CTRI22324424".replace(b"24424", b"2442")),
        ("~a0!", b"A"),
        ("9" * 32, b"9" * 32),
    ],
)
def test_the_fold(text: str, kept: bytes) -> None:
    assert fold(text) == kept.ljust(32, b"\0")


@pytest.mark.parametrize("text", ["", "0", "-0-", " ", "A\n", "\u00c4", "A" * 33, "A\x7f"])
def test_the_fold_refuses_what_the_contract_refuses(text: str) -> None:
    with pytest.raises(UsageError, match="the registry number"):
        fold(text)


def test_stated_bytes() -> None:
    assert stated(b"nct 1".ljust(32, b"\0")) == "nct 1"
    for packed in (bytes(32), b"A\0B".ljust(32, b"\0"), b"\xff" * 32, b"NCT1"):
        with pytest.raises(UsageError):
            stated(packed)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("NTC04368728", "did you mean NCT04368728?"),
        ("ISCRTN06180958", "did you mean ISRCTN06180958?"),
        ("ACTN12612000743864", "did you mean ACTRN12612000743864?"),
        ("NCTO4368728", "did you mean NCT04368728?"),
        ("NCT0436872", "is it NCT00436872?"),
        ("IRCT20181201041815N", "is not a number of IRCT: its numbers look like IRCT20111224008505N47"),
        ("2022-501515-14", "lacks the last two digits of a CTIS number"),
    ],
)
def test_doubts(text: str, sentence: str) -> None:
    assert sentence in (doubt(read(text)) or "")


def test_no_doubt_where_nothing_is_odd() -> None:
    for form in FORMS:
        for number in form.examples:
            assert doubt(read(number)) is None or "CTIS" in form.registry
    assert doubt(read("HKCTR-1343")) is None


def test_long_texts_are_read_at_once() -> None:
    """However often words repeat that may stand before a number."""
    started = time.perf_counter()
    for text in ("NO" * 79 + "X", "EUCTR" * 31, "TRIAL" * 30 + "NCT", "1" * 10_000, "https://a/" + "NO/" * 300):
        assert read(text).registry is None
    assert time.perf_counter() - started < 5


def _stated_numbers(text: str) -> set[str]:
    pattern = (
        r"\b(?:NCT[0-9]{8}|ISRCTN[0-9]{8}|DRKS[0-9]{8}|ACTRN[0-9]{14}|UMIN[0-9]{9}|U1111-[0-9]{4}-[0-9]{4}"
        r"|20[0-9]{2}-[0-9]{6}-[0-9]{2}(?:-[0-9]{2})?|(?:jRCT|IRCT|ChiCTR|PACTR|KCT|TCTR|NTR|CTRI/)[-/0-9A-Z]*[0-9])\b"
    )
    return set(re.findall(pattern, text))


@pytest.mark.parametrize("file", real_files("*/*.json*"))
def test_every_number_in_real_records_is_read(file: object) -> None:
    numbers = _stated_numbers(file.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    read_as = {number: read(number) for number in numbers}
    assert [number for number, found in read_as.items() if found.registry is None] == []
    assert len(set(read_as.values())) == len(numbers)
    assert all(found.number == number for number, found in read_as.items())
