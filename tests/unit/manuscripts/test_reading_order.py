"""The order in which the boxes of a page are read."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from trialseal.manuscripts.columns import Block, in_reading_order, mended


class Box(NamedTuple):
    name: str
    x0: float
    y0: float
    x1: float
    y1: float


TITLE = Box("title", 50, 740, 550, 770)
LEFT = [Box("left 1", 50, 500, 295, 730), Box("left 2", 50, 100, 295, 490)]
RIGHT = [Box("right 1", 305, 400, 550, 730), Box("right 2", 305, 100, 550, 390)]
TABLE = Box("table", 50, 420, 550, 495)


def names(boxes: list[Box]) -> list[str]:
    return [box.name for box in in_reading_order(boxes)]


def test_columns_come_one_after_the_other_below_what_spans_them() -> None:
    assert names([RIGHT[1], LEFT[0], TITLE, RIGHT[0], LEFT[1]]) == ["title", "left 1", "left 2", "right 1", "right 2"]


def test_what_spans_columns_within_a_page_parts_them() -> None:
    upper = [Box("left above", 50, 500, 295, 730), Box("right above", 305, 500, 550, 730)]
    lower = [Box("left below", 50, 100, 295, 410), Box("right below", 305, 100, 550, 410)]
    assert names([*lower, TABLE, *upper, TITLE]) == [
        "title", "left above", "right above", "table", "left below", "right below",
    ]  # fmt: skip


def test_three_columns() -> None:
    boxes = [Box(str(number), 50 + 170 * number, 100, 210 + 170 * number, 700 - number) for number in range(3)]
    assert names(boxes[::-1]) == ["0", "1", "2"]


def test_one_column_is_read_from_top_to_bottom() -> None:
    lines = [Box(str(number), 50, 700 - 20 * number, 500 - 30 * (number % 3), 715 - 20 * number) for number in range(9)]
    assert names(lines[::-1]) == [str(number) for number in range(9)]


@given(st.lists(st.tuples(*(st.integers(0, 600),) * 4), max_size=30))
def test_no_box_is_lost_or_read_twice(corners: list[tuple[int, int, int, int]]) -> None:
    boxes = [
        Box(str(number), min(a, c), min(b, d), max(a, c), max(b, d)) for number, (a, b, c, d) in enumerate(corners)
    ]
    assert sorted(names(boxes)) == sorted(box.name for box in boxes)


class Piece(NamedTuple):
    """A piece of a line."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float


def block(*pieces: Piece) -> Block:
    """The block that its pieces span."""
    return Block(
        min(one.x0 for one in pieces), max(one.x1 for one in pieces),
        min(one.y0 for one in pieces), max(one.y1 for one in pieces), list(pieces),
    )  # fmt: skip


PARAGRAPH = (
    Piece("The outcomes were time,", 50, 290, 112, 121),
    Piece("total", 50, 90, 100, 109),
    Piece("cost", 240, 290, 100, 109),
    Piece("and quality of life.", 50, 200, 88, 97),
)


def test_a_piece_that_wide_spaces_tore_out_of_a_line_goes_back() -> None:
    torn = Piece("procedure", 130, 200, 100, 109)
    kept = mended([block(torn), block(*PARAGRAPH)])
    assert [{one.text for one in each.rows} for each in kept] == [{one.text for one in (*PARAGRAPH, torn)}]


def test_what_lies_over_a_line_or_beside_a_paragraph_stays_apart() -> None:
    over = Piece("watermark", 60, 200, 113, 120)
    beside = Piece("caption", 305, 400, 100, 109)
    reaching = Piece("heading", 130, 320, 100, 109)
    for apart in (over, beside, reaching):
        assert len(mended([block(apart), block(*PARAGRAPH)])) == 2


@given(st.lists(st.builds(lambda x, y, w, h: block(Piece("a", x, x + w, y, y + h)),
                          *[st.integers(0, 40)] * 2, *[st.integers(1, 40)] * 2), max_size=12))  # fmt: skip
def test_mending_loses_no_piece(blocks: list[Block]) -> None:
    assert sum(len(one.rows) for one in mended(blocks)) == len(blocks)
