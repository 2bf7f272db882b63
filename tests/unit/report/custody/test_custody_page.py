"""The example of two hundred kits: a script makes its tables, its audit asks what was put in, its pages say it."""

from __future__ import annotations

import csv
import importlib.util
import re
from datetime import date
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest

from trialseal.custody.audit import CustodyAudit, audit
from trialseal.custody.life import Move
from trialseal.custody.whereabouts import trace_kit, trace_lot
from trialseal.documents.events import event_from_row, parse_event
from trialseal.documents.kit_list import kit_rows
from trialseal.errors import FailedError
from trialseal.evidence.consents import Entry, with_sites
from trialseal.evidence.custody import CustodyEvidence, ListedKit
from trialseal.report.custody.page import custody_html
from trialseal.report.custody.plain_words import plain_words
from trialseal.report.custody.table import account_csv, account_frame, findings_csv
from trialseal.report.custody.trace_page import kit_html, lot_html
from trialseal.rules.finding import Status

ROOT = Path(__file__).parents[4]
DATA = ROOT / "trials" / "fictitious-kits" / "data"
PARTIES = ("sponsor", "maker", "depot", "site-de-01", "site-de-02", "site-at-01")


@pytest.fixture(scope="module")
def simulate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("simulate_kits", ROOT / "scripts" / "simulate_kits.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def audited() -> CustodyAudit:
    """The audit of the example, with participants' numbers for pseudonyms."""
    entries = []
    for party in PARTIES:
        for index, row in enumerate(rows(party)):
            event = event_from_row({**row, "subject": row.get("subject", "").replace("P-", "0" * 29)}, "it")
            parse_event(event, f"{party}, row {index + 1}")
            entries.append(Entry(f"kits-{party}", index, event, None, 1))
    sited = with_sites(entries)
    people = tuple(one for one in sited if one.type in ("consent", "randomisation"))
    products = tuple(one for one in sited if one.type in ("custody", "dispensing"))
    kits = {kit: ListedKit(one.lot, one.expires) for kit, one in kit_rows(rows("kits"), "kits.csv").items()}
    return audit(CustodyEvidence(products, people, kits), date(2026, 7, 1), transit_days=7)


def test_the_script_remakes_the_tables_byte_for_byte(simulate: ModuleType, tmp_path: Path) -> None:
    assert simulate.main(tmp_path) == 0
    made = sorted((tmp_path / "data").iterdir())
    assert [one.name for one in made] == sorted(one.name for one in DATA.iterdir())
    for one in made:
        assert one.read_bytes() == (DATA / one.name).read_bytes(), one.name


def test_the_example_asks_what_was_put_in_and_nothing_else(audited: CustodyAudit) -> None:
    asked = [(one.finding.rule, one.place) for one in audited.findings]
    assert sorted(rule for rule, _ in asked) == [
        "count-agrees",
        "kit-excursion-decided",
        "kit-in-time",
        "kit-in-time",
        "kit-in-time",
        "kit-out-of-quarantine",
    ]
    assert len(audited.lives) == 200
    assert all(line.adds_up for line in audited.lines)


def test_the_box_says_where_the_kits_are_and_what_is_open(audited: CustodyAudit) -> None:
    said = plain_words(audited._replace(evidence=audited.evidence._replace(unseen="stream kits-x")))
    assert said == (
        "This page follows 200 kits by what those who had them wrote down.",
        "On 2026-07-01, 138 were in store, 3 on the way, 30 with people who take part, 1 lost and 28 destroyed.",
        "6 things do not fit together: each is listed below, and may have a plain reason.",
        "Some records were not given; what is missing is held against nobody.",
        "The page cannot show that a kit was where they wrote it was, or what is in it.",
    )
    one = audited._replace(lives=audited.lives[:1], counts={"kit-once": {Status.FAILS: 1, Status.UNDETERMINED: 2}})
    assert plain_words(one)[1].startswith("On 2026-07-01, 1 was ")
    assert plain_words(one)[2:4] == (
        "1 thing does not fit together: it is listed below, and may have a plain reason.",
        "2 checks cannot be determined: what is missing is listed below.",
    )
    stock = audited._replace(lives=(), counts={"kit-once": {Status.FAILS: 0, Status.UNDETERMINED: 0}})
    assert plain_words(stock)[:2] == (
        "This page follows stock by what those who had it wrote down.",
        "No check raises a question.",
    )
    assert plain_words(stock._replace(lines=())) == ()


def test_the_page_says_what_does_not_add_up_first(audited: CustodyAudit) -> None:
    page = custody_html(audited, "<my-trial>", "block 7")
    titles = re.findall("<h2>(.*?)</h2>", page)
    assert titles == [
        "What does not add up",
        "To be looked at today",
        "The account of every place",
        "Places, and what was shipped between them",
        "What was asked",
        "What this does not show",
    ]
    assert "6 open questions." in page
    assert "&lt;my-trial&gt;" in page and "<my-trial>" not in page
    assert "<script" not in page and "http" not in re.sub('xmlns="[^"]*"|http-equiv', "", page)
    assert page.count("<svg") == 2


def test_tables_hold_the_same_numbers(audited: CustodyAudit) -> None:
    frame = account_frame(audited)
    table = list(csv.DictReader(StringIO(account_csv(audited))))
    assert list(frame.columns) == list(table[0])
    depot = frame[(frame["place"] == "depot") & (frame["unit"] == "kit")].iloc[0]
    assert (depot["received"], depot["shipped"], depot["destroyed"], depot["on hand"]) == (228, 120, 28, 80)
    assert [row["on hand"] for row in table] == [f"{number:g}" for number in frame["on hand"]]
    assert {row["lot"] for row in table if row["unit"] == "kit"} == {""} == set(frame["lot"][frame["unit"] == "kit"])
    assert len(list(csv.DictReader(StringIO(findings_csv(audited))))) == 6


def test_a_kit_and_a_lot_have_pages(audited: CustodyAudit) -> None:
    [lost] = [life.kit for life in audited.lives if life.now.where.value == "lost"]
    page = kit_html(audited, trace_kit(audited, lost), "block 7")
    assert "Lost at depot." in page and page.count("<circle") == 2 * 5
    told = [step.action for step in trace_kit(audited, lost).steps]
    assert told == ["made", "quality-released", "sponsor-released", "shipped", "received", "shipped", "lost"]
    assert page.rindex("sponsor released with its lot") < page.rindex("shipped from maker")
    assert "80 kits." in lot_html(audited, trace_lot(audited, "B26-02"), "block 7")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"kit": ""}, "kits.csv, row 2: kit is missing"),
        ({"kit": "K 2"}, "kits.csv, row 2: kit: 'K 2' is not"),
        ({"kit": "K-1"}, "kits.csv, row 2: kit K-1 stands in the list twice"),
        ({"kit": "K-2", "gtin": "4012345678901"}, "write 04012345678901"),
        ({"kit": "K-2", "expires": "2026-02-30"}, "kits.csv, row 2: expires: "),
    ],
)
def test_lists_of_kits_are_checked_row_by_row(row: dict[str, str], sentence: str) -> None:
    with pytest.raises(FailedError, match=re.escape(sentence)):
        kit_rows([{"kit": "K-1"}, row], "kits.csv")
    with pytest.raises(FailedError, match="names no kit: give a table with a column kit"):
        kit_rows([], "kits.csv")


def test_kits_of_the_list_that_nobody_wrote_of_are_named_and_counted(audited: CustodyAudit) -> None:
    kits = {**(audited.evidence.kits or {}), "K-0X": ListedKit(), "K-0Y": ListedKit()}
    more = audited._replace(evidence=audited.evidence._replace(kits=kits))
    assert (audited.untold, more.untold) == ([], ["K-0X", "K-0Y"])
    page = custody_html(more, "trial", "block 7")
    assert "<h2>On the list, never received or made</h2>" in page and "K-0X, K-0Y" in page
    assert plain_words(more)[0].endswith("wrote down; of 2 more on the list nobody wrote anything.")
    last = list(csv.DictReader(StringIO(account_csv(more))))[-1]
    assert (last["place"], last["in no entry"], last["on hand"], last["adds up"]) == (
        "(on the list, never received or made)", "2", "0", "yes",
    )  # fmt: skip
    named = list(csv.DictReader(StringIO(findings_csv(more))))[-2:]
    assert [(row["kit"], row["status"]) for row in named] == [("K-0X", ""), ("K-0Y", "")]
    assert "in no entry" not in account_frame(audited).iloc[-1]["place"]


def test_a_traced_kit_says_what_binds_it_and_is_drawn_no_further_than_the_day_judged(audited: CustodyAudit) -> None:
    kit = next(life for life in audited.lives if life.now.where.value == "on hand")
    loose = kit._replace(moves=tuple(_unanchored(move) for move in kit.moves))
    changed = audited._replace(lives=tuple(loose if one is kit else one for one in audited.lives))
    page = kit_html(changed, trace_kit(changed, kit.kit), "block 7")
    assert "entries of these are not bound by the chain yet" in page and "anchored as of block 7" in page
    assert 'aria-label="In plain words"' in page
    assert "not bound" not in kit_html(audited, trace_kit(audited, kit.kit), "block 7")
    # The line ends above the last day that is no later than the one judged, not at the edge of the axis.
    for svg in page.split("<svg")[1:]:
        ends = [float(one) for one in re.findall(r"H([0-9.]+)V", re.search(r'line blue" d="([^"]*)"', svg)[1])]  # type: ignore[index]
        edge = max(float(one) for one in re.findall(r'class="axis" d="M[0-9.]+ [0-9.]+H([0-9.]+)', svg))
        assert max(ends) < edge - 1


def _unanchored(move: Move) -> Move:
    return move._replace(step=move.step._replace(entry=move.step.entry._replace(anchored=None)))
