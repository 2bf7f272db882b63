"""The summary page: what it says first, what it takes of a history, and that words of others stay words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report.trial.test_timeline_page import HOSTILE, Page

from recorded_acts import Answered, recorded
from trialseal.ledger.acts import Act
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.codes import AttestationKind
from trialseal.ledger.parties import KeyRecord, PartyRecord
from trialseal.ledger.records import History, TrialState
from trialseal.ledger.reference.asking import UNVOUCHED, Vouching
from trialseal.ledger.reference.vouching import Contradiction, Means, Voucher
from trialseal.ledger.rolling import SUPPOSED
from trialseal.report.summary.code import code_svg, code_text
from trialseal.report.summary.page import summary_html
from trialseal.report.summary.view import MOST_DOCUMENTS, SealedDocument, SummaryView, summary_view
from trialseal.report.trial.trial_view import TrialView
from trialseal.report.trial.view import ShownVerdict, TimelineView
from trialseal.report.words import TrialNames
from trialseal.values import replace

TRIAL, SPONSOR, OTHER, COMMITTEE = (bytes([n]) * 32 for n in (9, 1, 2, 3))
KEY = "0x" + "ab" * 20
START, DAY = 1_588_248_000, 86_400
TYPED = Vouching((Voucher(Means.TYPED_HASH, "the hash that you typed"),))
FIRST = (
    "This page does not say that the trial is good, approved, registered or true.",
    "Later changes are not on this page: it ends with block 1,204.",
    "This page proves nothing by itself. Check it with this command; HASH is explained at the end:",
)


class Chain(Answered):
    """A chain as of a block that never changes, with the accreditations of a test."""

    def __init__(self, vouching: Vouching = TYPED, said: tuple[AttestationRecord, ...] = (), disowned: int = 0) -> None:
        self.at: int | None = None
        self._vouching, self._said, self._disowned = vouching, said, disowned

    def as_of(self) -> AsOf:
        return AsOf(5, 1204, "0x" + "1f" * 32, START + 90 * DAY, 0, False, Tagged(None), Tagged(None))

    def vouching(self) -> Vouching:
        return self._vouching

    def attestations(self, subject: bytes, digest: bytes = bytes(32)) -> list[AttestationRecord]:
        return list(self._said)

    def party(self, party: bytes) -> PartyRecord:
        key = KeyRecord(KEY, 0, 0, 0, self._disowned, self._disowned, 0)
        return PartyRecord(party, 1, 1, bytes(32), (key,), SUPPOSED)


def accredited(author: bytes, time: int = START, withdrawn: int = 0) -> AttestationRecord:
    kind = AttestationKind.ACCREDITATION
    return AttestationRecord(
        1, author, kind, 1, 0, 0, time, 0, withdrawn, bytes(32), SPONSOR, bytes(32), KEY, bytes(32)
    )


def sealed(number: int, kind: int, version: int, **members: Any) -> Act:
    members = {"kind": kind, "version": version, "blinding": 0} | members
    return recorded("DocumentSealed", bytes([number % 251]) * 32, number=number, time=START + number * DAY, **members)


def registered() -> Act:
    return recorded("TrialRegistered", b"\7" * 32, number=1, time=START, endpointCount=3)


def view_of(*acts: Act, chain: Chain | None = None, accreditors: tuple[bytes, ...] = (), **page: Any) -> SummaryView:
    state = TrialState(TRIAL, SPONSOR, START, len(acts), b"\5" * 32, {}, 1)
    shown = TrialView(
        History(state, acts, SUPPOSED),
        TrialNames({SPONSOR: "Sponsor", COMMITTEE: "Committee"}),
        replace(TimelineView("A trial", TRIAL.hex(), '"Sponsor"', SPONSOR.hex(), "", "complete: all", True), **page),
        [],
    )
    return summary_view(chain or Chain(), shown, "trialseal history X", "source", accreditors)  # type: ignore[arg-type]


def words_of(view: SummaryView) -> str:
    """What is read on the page, its title bar left out."""
    return " ".join(" ".join(Page(summary_html(view)).words).split()).partition("summary page of a trial")[2]


def test_its_first_lines_are_what_it_does_not_say() -> None:
    view = view_of(registered(), title="Approved by everybody")
    shown = words_of(view)
    places = [shown.index(line) for line in (*FIRST, "trialseal history X", "Approved by everybody")]
    assert places == sorted(places)
    assert "annot be determined" not in shown


def test_without_a_voucher_it_says_so_before_all_else() -> None:
    shown = words_of(view_of(registered(), chain=Chain(UNVOUCHED)))
    assert shown.index("Cannot be determined") < shown.index(FIRST[0])
    assert "Nobody whom the maker of this page trusts vouches for block 1,204" in shown
    assert "Vouched for by nobody" in shown


def test_a_history_that_is_not_whole_cannot_be_determined_either() -> None:
    view = view_of(registered(), complete=None, completeness="not complete: an act is missing")
    shown = words_of(view)
    assert shown.index("Not complete: an act is missing") < shown.index(FIRST[0])


def test_members_who_disagree_are_named_before_all_else() -> None:
    split = Vouching((), (), Contradiction(7, {b"\1" * 32: ("A",), b"\2" * 32: ("B",)}))
    view = view_of(registered(), chain=Chain(split))
    shown = words_of(view)
    assert view.undetermined == ()
    assert shown.index("Members disagree about block 7") < shown.index(FIRST[0])


def test_a_milestone_and_its_correction_are_not_two_milestones() -> None:
    view = view_of(
        registered(),
        recorded("MilestoneRecorded", number=2, milestone=1, date=20200501),
        recorded("MilestoneRecorded", number=3, milestone=1, date=20200502, act=2),
        recorded("MilestoneRecorded", number=4, milestone=20, date=20200503, act=3),
        recorded("MilestoneRecorded", number=5, milestone=8, date=20200504),
    )
    assert view.others == "1 milestone and 1 correction"


def test_what_was_sealed_when_and_by_whom() -> None:
    view = view_of(
        registered(),
        sealed(2, 1, 2, endpointCount=4),
        sealed(3, 2, 1),
        recorded("MilestoneRecorded", number=4, milestone=1, date=20200501, act=3),
        recorded("ResultReported", b"\x1d" * 32, number=5, time=START + 5 * DAY, protocolVersion=2),
        recorded("ResultReported", b"\x1d" * 32, number=6, time=START + 5 * DAY),
        recorded("ResultReported", b"\x1e" * 32, number=7, time=START + 6 * DAY),
        recorded("StreamOpened", number=8),
    )
    assert [(one.what, one.endpoints, one.time, one.who, one.digest, one.note) for one in view.documents] == [
        ("protocol, version 1", 3, START, '"Sponsor"', "07" * 32, ""),
        ("protocol, version 2", 4, START + 2 * DAY, '"Sponsor"', "02" * 32, ""),
        ("analysis plan, version 1", 0, START + 3 * DAY, '"Sponsor"', "03" * 32, "marked as made in error by act 4"),
        ("results document 1", 0, START + 5 * DAY, '"Sponsor"', "1d" * 32, ""),
        ("results document 2", 0, START + 6 * DAY, '"Sponsor"', "1e" * 32, ""),
    ]
    assert view.others == "1 milestone, 1 result of a sealed endpoint, 2 post hoc results and 1 stream of events"
    shown = words_of(view)
    for part in ("Protocol, version 2", "2020-05-02 12:00 UTC", "4 endpoints", "8 acts in all", "marked as made in"):
        assert part in shown


@pytest.mark.parametrize("versions", [MOST_DOCUMENTS - 1, MOST_DOCUMENTS, MOST_DOCUMENTS + 1])
def test_of_too_many_documents_the_newest_of_each_kind_is_shown(versions: int) -> None:
    documents = view_of(*(sealed(n, 2, n) for n in range(1, versions + 1))).documents
    if versions <= MOST_DOCUMENTS:
        assert len(documents) == versions and not any(one.note for one in documents)
    else:
        assert [one.what for one in documents] == [f"analysis plan, version {versions}"]
        assert documents[0].note == f"and {versions - 1} earlier versions, the first sealed 2020-05-01 12:00 UTC"


def test_of_too_many_results_the_newest_is_shown() -> None:
    acts = (recorded("ResultReported", bytes([n]) * 32, number=n, time=START + DAY) for n in range(1, 10))
    [one] = view_of(*acts).documents
    assert (one.what, one.note.partition(",")[0]) == ("results document 9", "and 8 earlier documents")


def test_of_too_many_kinds_it_says_how_many_had_no_room() -> None:
    view = view_of(*(sealed(n, 100 + n, 1) for n in range(1, MOST_DOCUMENTS + 3)))
    assert (len(view.documents), view.left_out) == (MOST_DOCUMENTS, 2)
    assert "2 more kinds of document had no room here." in words_of(view)


def test_who_vouches_for_the_party_begins_with_whom_the_maker_trusts() -> None:
    said = (accredited(OTHER, START + 2), accredited(bytes([8]) * 32, START + 3), accredited(COMMITTEE, START + 1))
    view = view_of(registered(), chain=Chain(said=(*said, accredited(OTHER, START + 5))), accreditors=(COMMITTEE,))
    assert view.party_vouchers[0].startswith('vouched for as sponsor by "Committee"')
    assert view.party_vouchers[0].endswith("the maker of this page trusts that party")
    assert view.more_vouchers == 2
    assert sum("trusts" in one for one in view.party_vouchers) == 1


def test_an_accreditation_that_ended_or_is_disowned_says_so() -> None:
    gone, stands = accredited(OTHER, START, START + DAY), accredited(COMMITTEE, START)
    view = view_of(registered(), chain=Chain(said=(gone, stands)))
    assert "Committee" in view.party_vouchers[0] and "withdrawn 2020-05-01" in view.party_vouchers[1]
    for since, doubted in ((START, True), (START + 1, False)):
        [words] = view_of(registered(), chain=Chain(said=(stands,), disowned=since)).party_vouchers
        assert ("the key was in the wrong hands" in words) is doubted


def test_nobody_is_addressed_as_you_who_did_not_choose() -> None:
    for means in Means:
        view = view_of(registered(), chain=Chain(Vouching((Voucher(means, "2 of 3 operators"),))))
        [words] = view.block_vouchers
        assert "the maker of this page" in words and "you" not in words.split()


def test_hostile_words_stay_words() -> None:
    view = view_of(registered())
    texts = ("title", "trial", "sponsor", "sponsor_id", "contract", "block_hash", "command", "source", "others",
             "file_digest", "contradiction")  # fmt: skip
    lists = ("block_vouchers", "undetermined", "party_vouchers", "numbers", "notices")
    lying = replace(
        view,
        documents=(SealedDocument(HOSTILE, 1, START, HOSTILE, HOSTILE, HOSTILE),),
        file=ShownVerdict(HOSTILE, HOSTILE, "fails"),
        **dict.fromkeys(texts, HOSTILE),
        **dict.fromkeys(lists, (HOSTILE,)),
    )
    html = summary_html(lying)
    html.encode()  # half a surrogate pair would not pass
    assert not {tag for tag, _ in Page(html).tags} & {"script", "img", "link", "iframe", "a"}
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]", html)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400), st.integers(0, 2**40), st.integers(0, 2**64 - 1))
def test_any_words_and_numbers_give_a_well_formed_page(words: str, time: int, number: int) -> None:
    one = SealedDocument(words, number, time, words, words, words)
    html = summary_html(replace(view_of(registered()), title=words, documents=(one,), block=number, others=words))
    Page(html).close()
    html.encode()


def test_the_code_has_the_form_of_the_documents() -> None:
    text = code_text(31337, "0x" + "da" * 20, "c5" * 32, "0x" + "59" * 32)
    assert text == f"TRIALSEAL:1:31337:{'DA' * 20}:{'C5' * 32}:{'59' * 32}"
    import segno

    made = segno.make(text, error="m", micro=False, boost_error=False)
    assert (made.mode, made.designator) == ("alphanumeric", "8-M")
    assert code_svg(text) == code_svg(text)
    [side] = re.findall(r'viewBox="0 0 (\d+) \1"', code_svg(text))
    assert int(side) == 49 + 2 * 4
    assert view_of(registered()).code.endswith(f":{'09' * 32}:{'1F' * 32}")
