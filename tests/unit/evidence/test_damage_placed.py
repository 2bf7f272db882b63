"""Where a bundle is not as it was packed the very byte is named; and what a bundle may hold at most."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator

import pytest
from tests.packed_bundles import contents, packed

from trialseal.errors import UsageError
from trialseal.evidence.bundle import container, records
from trialseal.evidence.bundle.container import LARGEST_FILE, LONGEST_NAME, MOST_MEMBERS, clash, is_name
from trialseal.evidence.bundle.records import CENTRAL_BYTES, Entry

CRC = zlib.crc32(b"x")


def archive(*names: str, sizes: tuple[int, ...] = (), cut: int = 0, less: int = 0, behind: bytes = b"") -> bytes:
    """Members of one byte each; `sizes` are what the list says of them, `cut` bytes are taken off the list's end."""
    parts, listed = b"", b""
    for place, name in enumerate(names):
        local = records.local(name, 1, CRC) + b"x"
        said = sizes[place] if place < len(sizes) else 1
        listed += records.central(Entry(name, said, CRC, len(parts)))
        parts += local
    listed = listed[: len(listed) - cut]
    return parts + listed + records.end(len(names) - less, len(listed), len(parts)) + behind


AT = 2 * (30 + 1 + 1)
"""Where the list of two members begins, with names of one letter."""
SECOND = AT + CENTRAL_BYTES + 1
END = SECOND + CENTRAL_BYTES + 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (archive("a", "b", cut=2), f"the list of files is cut off at byte {SECOND}"),
        (archive("a", "b", cut=CENTRAL_BYTES + 3), f"the list of files is cut off at byte {AT}"),
        (archive("a", "b", "c", cut=2), f"the list of files is cut off at byte {3 * 32 + 2 * (CENTRAL_BYTES + 1)}"),
        (archive("a", "-"),
         f"in the list of files, a name at byte {SECOND + CENTRAL_BYTES} is not one that a bundle has"),
        (archive("a", "b", sizes=(1, 999)), f"b has 999 bytes by the list of files, at byte {SECOND}"),
        (archive("a", "b", "c", sizes=(1, 1, 999)),
         f"c has 999 bytes by the list of files, at byte {3 * 32 + 2 * (CENTRAL_BYTES + 1)}"),
        (archive("a", "b")[:END] + b"y" + archive("a", "b")[END:],
         f"its last 22 bytes, from byte {END + 1} on, are not the end of a bundle: it is cut off, or goes on"),
        (archive("a", "b", sizes=(1, END + 23)), f"b has {END + 23} bytes by the list of files, at byte {SECOND}"),
        (archive("a", "b", sizes=(1, END + 22)),
         f"by the list of files, at byte {AT}, they are larger than the bundle is"),
        (archive("b", "a"), f"a stands in the list of files, from byte {AT} on, twice, or out of order"),
        (archive("a", "a"), f"a stands in the list of files, from byte {AT} on, twice, or out of order"),
        (archive("a", "b", sizes=(2,)), f"byte {18}, before a and by the list of files, is not as it was packed"),
        (archive("a", "b", less=1), f"byte {END + 8}, in the list of files at the end, is not as it was packed"),
        (archive("a", "b", behind=b"y"),
         f"its last 22 bytes, from byte {END + 1} on, are not the end of a bundle: it is cut off, or goes on"),
        (b"x" * 21, "it has 21 bytes, of which byte 0 is the first"),
        (b"x" * 22, "its last 22 bytes, from byte 0 on, are not the end of a bundle: it is cut off, or goes on"),
    ],
)  # fmt: skip
def test_the_place_is_named(data: bytes, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        contents(io.BytesIO(data))
    assert str(caught.value) == f"it is not a bundle as it was packed: {why}; ask for it again"


def test_a_member_s_bytes_are_placed() -> None:
    data = bytearray(packed({"a": b"x" * 9, "b": b"yy"}))
    assert contents(io.BytesIO(data)) == {"a": b"x" * 9, "b": b"yy"}
    for place, name, start in ((31, "a", 31), (39, "a", 31), (71, "b", 71)):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(UsageError, match=f": {name}, from byte {start} on, is not what was packed;"):
            contents(io.BytesIO(changed))


class Sparse:
    """A member of any size, of which nothing is written."""

    def __init__(self, size: int) -> None:
        self.size, self.crc = size, 0

    def chunks(self) -> Iterator[bytes]:
        yield from ()


@pytest.mark.parametrize("more", [0, 1])
def test_how_much_a_bundle_holds(more: int) -> None:
    largest = {"a": Sparse(LARGEST_FILE - 5), "b": Sparse(5 + more)}
    if not more:
        assert container.write(io.BytesIO(), largest) > LARGEST_FILE  # type: ignore[arg-type]
        return
    with pytest.raises(UsageError, match=r"^a bundle has at most 1 TiB: leave large documents out with "):
        container.write(io.BytesIO(), largest)  # type: ignore[arg-type]


def test_how_many_files_a_bundle_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"f{number}": Sparse(0) for number in range(MOST_MEMBERS + 1)}
    with pytest.raises(UsageError, match=r"^a bundle holds 60,000 files at most, not 60,001: make it for fewer$"):
        container.write(io.BytesIO(), many)  # type: ignore[arg-type]
    three = packed(dict.fromkeys("abc", b""))
    four = packed(dict.fromkeys("abcd", b""))
    monkeypatch.setattr(container, "MOST_MEMBERS", 3)
    assert packed(dict.fromkeys("abc", b"")) == three and len(contents(io.BytesIO(three))) == 3
    with pytest.raises(UsageError, match="a bundle holds 3 files at most, not 4"):
        packed(dict.fromkeys("abcd", b""))
    with pytest.raises(UsageError, match=f"it lists 4 files, at byte {4 * 31};"):
        contents(io.BytesIO(four))


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("a" * LONGEST_NAME, True),
        ("a" * (LONGEST_NAME + 1), False),
        ("", False),
        ("a/b-c_d.E9", True),
        ("a//b", False),
        ("/a", False),
        ("a/", False),
        ("a/.b", False),
        ("-a", False),
        ("a/-b", False),
        ("a/..", False),
        ("a b", False),
        ("ä", False),
    ],
)
def test_what_a_member_may_be_called(name: str, fits: bool) -> None:
    assert is_name(name) is fits


@pytest.mark.parametrize(
    ("names", "both"),
    [
        (["a", "b"], None),
        (["a", "A"], ("a", "A")),
        (["x/a", "x/b"], None),
        (["a/b", "A"], ("A", "a/b")),
        (["a", "a/b/c"], ("a", "a/b/c")),
        (["a/b", "a/b/c/d"], ("a/b", "a/b/c/d")),
        (["ab", "a/b"], None),
        (["a/b/c", "b", "c"], None),
    ],
)
def test_which_names_clash(names: list[str], both: tuple[str, str] | None) -> None:
    assert clash(names) == both
    if both:
        why = f"^{both[0]} and {both[1]} cannot lie beside each other in a bundle: rename one of them$"
        with pytest.raises(UsageError, match=why):
            packed(dict.fromkeys(names, b""))
        in_order = sorted(names)
        first, second = clash(in_order) or ("", "")
        at = len(names) * 31 + sum(map(len, names))
        with pytest.raises(
            UsageError, match=f": {first} and {second}, listed from byte {at} on, cannot lie beside each"
        ):
            contents(io.BytesIO(archive(*in_order)))


def test_the_end_of_a_large_bundle_byte_for_byte() -> None:
    """APPNOTE 4.3.14 to 4.3.16, written out by hand."""
    for at, size in ((6 << 30, 47), (5, 0xFFFFFFFF), ((1 << 32) - 1, 1)):
        large = b"PK\6\6" + (44).to_bytes(8, "little") + b"\x2d\3\x2d\0" + bytes(8)
        large += b"".join(number.to_bytes(8, "little") for number in (7, 7, size, at))
        locator = b"PK\6\7" + bytes(4) + (at + size).to_bytes(8, "little") + b"\1\0\0\0"
        short = b"".join(min(one, 0xFFFFFFFF).to_bytes(4, "little") for one in (size, at))
        end = records.end(7, size, at)
        assert end == large + locator + b"PK\5\6" + bytes(4) + b"\7\0\7\0" + short + bytes(2)
        assert records.read_end(end) == (7, size, at, len(end))
    small = records.end(7, 47, 0xFFFFFFFE)
    assert small == b"PK\5\6" + bytes(4) + b"\7\0\7\0\x2f\0\0\0\xfe\xff\xff\xff\0\0"
    assert records.read_end(b"x" * 99 + small) == (7, 47, 0xFFFFFFFE, 22)


def test_the_records_of_a_member_byte_for_byte() -> None:
    date = b"\0\0\x21\0"  # 1 January 1980
    assert records.local("ab", 5, 0x01020304) == (
        b"PK\3\4\x14\0" + bytes(4) + date + b"\4\3\2\1" + b"\5\0\0\0" * 2 + b"\2\0\0\0ab"
    )
    full = b"\xff" * 8
    extra = b"\1\0\x10\0" + (1 << 32).to_bytes(8, "little") * 2
    assert records.local("ab", 1 << 32, 0x01020304) == (
        b"PK\3\4\x2d\0" + bytes(4) + date + b"\4\3\2\1" + full + b"\2\0\x14\0ab" + extra
    )
    mode = b"\0\0\xa4\x81"
    assert records.central(Entry("ab", 5, 0x01020304, 9)) == (
        b"PK\1\2\x14\3\x14\0"
        + bytes(4)
        + date
        + b"\4\3\2\1"
        + b"\5\0\0\0" * 2
        + b"\2\0"
        + bytes(8)
        + mode
        + b"\x09\0\0\0ab"
    )
    for size, at in ((1 << 32, 9), (5, 1 << 33), (1 << 32, 1 << 33)):
        listed = records.central(Entry("ab", size, 7, at))
        assert records.read_central(b"y" * 3 + listed + b"z", 3) == (Entry("ab", size, 7, at), 3 + len(listed))
        assert listed[4:8] == b"\x2d\3\x2d\0"
    assert records.read_central(listed[:45], 0) is None and records.read_central(listed[:46], 0) is not None


def test_what_is_no_end() -> None:
    for end in (records.end(7, 47, 9), records.end(7, 47, 6 << 30)):
        assert records.read_end(end) is not None
        for place in range(4):  # the marks of both forms
            changed = bytearray(end)
            changed[place] ^= 1
            assert records.read_end(bytes(changed)) is None
        assert records.read_end(end[:-22] + b"PK\5\7" + end[-18:]) is None
    assert records.read_end(b"PK\5\6" + bytes(17)) is None


@pytest.mark.parametrize("more", [-1, 1])
def test_an_end_that_tells_of_more_or_less_than_there_is(more: int) -> None:
    whole = archive("a", "b")
    _, size, at, _ = records.read_end(whole[-22:]) or (0, 0, 0, 0)
    for end in (records.end(2, size + more, at), records.end(2, size, at + more)):
        with pytest.raises(UsageError, match="are not the end of a bundle: it is cut off, or goes on"):
            contents(io.BytesIO(whole[:-22] + end))


@pytest.mark.parametrize("names", ["a", "ab"])
def test_a_second_list_behind_the_end(names: str) -> None:
    whole = archive(*names)
    listed = whole[-22 - len(names) * (CENTRAL_BYTES + 1) : -22]
    twice = whole + listed + records.end(len(names), len(listed), len(whole))
    with pytest.raises(UsageError, match=f": something follows its end, at byte {len(whole)};"):
        contents(io.BytesIO(twice))


@pytest.mark.parametrize(
    ("more", "why"), [(0, "in the list of files, a name at byte 46"), (1, "it lists 3 files, at byte")]
)
def test_how_long_a_list_may_be(more: int, why: str) -> None:
    """A record of a member has 46 bytes, a name of 200 at most, and 28 beside: longer lists are not read."""
    size = 60_000 * (46 + 200 + 28) + more
    with pytest.raises(UsageError, match=f": {why}"):
        contents(io.BytesIO(bytes(size) + records.end(3, size, 0)))
