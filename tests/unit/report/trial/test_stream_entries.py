"""Heads of streams on the timeline: which are drawn, in which lane, and what is said of those that are not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from trialseal.errors import UndeterminedError
from trialseal.ledger.records import Stream
from trialseal.report.trial.chart import timeline_svg
from trialseal.report.trial.stream_entries import MOST_DRAWN, NamedStream, StreamEntries, stream_entries
from trialseal.report.trial.timeline import timeline_html
from trialseal.report.trial.view import TimelineView
from trialseal.report.words import TrialNames

TRIAL, DEPOT, SITE = (bytes([number]) * 32 for number in (1, 2, 3))
KITS = NamedStream("kits-depot", True)
NAMES = TrialNames({DEPOT: "Depot"}, [], {})


def stream(number: int, writer: bytes = DEPOT) -> Stream:
    return Stream(TRIAL, bytes([number]) * 32, writer, 100)


def entries(
    heads: dict[Stream, int], known: dict[Any, NamedStream] | None = None, gap: str = "", unread: bool = False
) -> StreamEntries:
    """Of a chain on which each stream has so many heads, of ten entries more each."""

    def head_history(trial: bytes, writer: bytes, id: bytes) -> Any:
        if unread:
            raise UndeterminedError("the bundle holds no proof of the head")
        its = next(number for one, number in heads.items() if (one.writer, one.stream) == (writer, id))
        shown = [SimpleNamespace(number=n, size=10 * n, time=1000 * n, root=b"r" * 32) for n in range(1, its + 1)]
        return SimpleNamespace(heads=shown, gap=gap)

    chain: Any = SimpleNamespace(streams=lambda trial: tuple(heads), head_history=head_history)
    return stream_entries(chain, TRIAL, NAMES, known or {})


def test_products_have_a_lane_of_their_own() -> None:
    found = entries({stream(8, SITE): 1, stream(9): 2}, {(DEPOT, bytes([9]) * 32): KITS})
    assert [(one.category, one.label, one.words, one.time) for one in found.entries] == [
        ("custody", "kits-depot: 10", "head 1 of stream kits-depot: 10 entries", 1000),
        ("custody", "kits-depot: 20", "head 2 of stream kits-depot: 20 entries", 2000),
        ("head", "party 03030303…: 10", "head 1 of stream 08080808…: 10 entries", 1000),
    ]
    assert found.notices == ()
    view = TimelineView("A trial", "3f" * 32, "Sponsor", "77" * 32, "chain", "complete", True, entries=found.entries)
    page, drawn = timeline_html(view), timeline_svg(view, 1096, "desk")
    assert "Custody of products: entries anchored" in drawn and ">Streams: entries anchored" in drawn
    assert "0 acts · 3 heads of streams" in page


def test_of_very_many_the_last_is_drawn() -> None:
    found = entries({stream(1): MOST_DRAWN, stream(2): 1})
    assert [one.words[:7] for one in found.entries] == ["head 40", "head 1 "]
    assert found.notices == ("Of 41 heads of streams only the last of each is drawn.",)
    assert len(entries({stream(1): MOST_DRAWN}).entries) == MOST_DRAWN
    many = entries({stream(number): 1 for number in range(1, 120)}, {(DEPOT, bytes([119]) * 32): KITS})
    assert len(many.entries) == MOST_DRAWN and many.entries[0].label == "kits-depot: 10"
    assert many.notices[0].startswith("The heads of 19 streams are not drawn")
    assert many.notices[-1] == "Of 100 streams with heads only 40 are drawn."


@pytest.mark.parametrize("fault", [{"gap": "a head is missing"}, {"unread": True}])
def test_heads_that_are_not_all_seen_are_not_drawn(fault: dict[str, Any]) -> None:
    found = entries({stream(1): 2}, **fault)
    assert found.entries == ()
    assert len(found.notices) == 1 and found.notices[0].startswith("The heads of 1 stream are not drawn: ")
